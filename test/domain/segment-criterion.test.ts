import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { DomainError } from '../../src/domain/errors';
import { type Dimension, DIMENSIONS } from '../../src/domain/segment';
import {
  checkCriteria,
  checkSegmentName,
  dimensionValues,
  type SegmentCriterion,
  segmentNameKey,
  unknownValues,
  withSuccessors,
} from '../../src/domain/segment-criterion';
import { type TieringModel } from '../../src/domain/tiering-model';

function criterion(dimension: Dimension, ...values: (string | null)[]): SegmentCriterion {
  return {
    dimension,
    values: values.filter((value) => value !== null),
    includeUnknown: values.includes(null),
  };
}

function refusal(check: () => unknown): { code: string; field: string; message: string } {
  try {
    check();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { code: error.code, field: error.field.join('.'), message: error.message };
  }
  throw new Error('it was not refused');
}

describe('criteria are taken', () => {
  test.each<[string, SegmentCriterion, readonly string[]]>([
    ['tiers by their keys', criterion('TIER', 'core', 'strategic'), ['core', 'strategic']],
    ['bands by their bounds', criterion('ARR_BAND', '25000-50000', '100000+'), ['25000-50000', '100000+']],
    ['bands of employees', criterion('EMPLOYEES_BAND', '0-10'), ['0-10']],
    ['bands of revenue', criterion('ANNUAL_REVENUE_BAND', '1000000000+'), ['1000000000+']],
    ['maturity by its names', criterion('MATURITY', 'ONBOARDING'), ['ONBOARDING']],
    ['levels', criterion('CHURN_RISK', 'HIGH', 'LOW'), ['HIGH', 'LOW']],
    ['free text, without the space around it', criterion('INDUSTRY', ' Banks '), ['Banks']],
    [
      'free text that looks like SQL',
      criterion('PLAN', `'; DROP TABLE segment; --`),
      [`'; DROP TABLE segment; --`],
    ],
    ['countries in their one form', criterion('COUNTRY', 'uk', 'de'), ['GB', 'DE']],
    ['languages in their one form', criterion('LANGUAGE', 'PT-br'), ['pt-BR']],
    ['whole numbers', criterion('PRODUCT_LINES_OWNED', '0', '3'), ['0', '3']],
    ['whole numbers without leading zeros', criterion('MODEL_VERSION', '01'), ['1']],
    ['each value once', criterion('COUNTRY', 'GB', 'uk', 'GB'), ['GB']],
    ['the unknown values alone', criterion('REGION', null), []],
  ])('%s', (_, given, values) => {
    expect(checkCriteria([given], DEFAULT_MODEL)).toEqual([{ ...given, values }]);
  });

  test('up to three of them, in their order', () => {
    const three = [criterion('TIER', 'core'), criterion('COUNTRY', 'DE'), criterion('PLAN', 'Pro', null)];
    expect(checkCriteria(three, DEFAULT_MODEL)).toEqual(three);
  });
});

describe('criteria are refused', () => {
  const hundredAndOne = Array.from({ length: 101 }, String);
  test.each<[string, readonly SegmentCriterion[], string, string, RegExp]>([
    ['none at all', [], 'REQUIRED', 'criteria', /at least one/],
    [
      'more than three',
      (['TIER', 'COUNTRY', 'PLAN', 'REGION'] as const).map((dimension) => criterion(dimension, null)),
      'INVALID_VALUE',
      'criteria',
      /at most 3 criteria, not 4/,
    ],
    [
      'a dimension twice',
      [criterion('TIER', 'core'), criterion('PLAN', null), criterion('TIER', 'scale')],
      'INVALID_VALUE',
      'criteria.2.dimension',
      /TIER is given twice/,
    ],
    [
      'a dimension that does not exist',
      [criterion('SHOE_SIZE' as Dimension, '42')],
      'INVALID_VALUE',
      'criteria.0.dimension',
      /no dimension "SHOE_SIZE"/,
    ],
    ['no values', [criterion('TIER')], 'REQUIRED', 'criteria.0.values', /at least one value of TIER/],
    [
      'more than 100 values',
      [criterion('PLAN', ...hundredAndOne)],
      'INVALID_VALUE',
      'criteria.0.values',
      /at most 100/,
    ],
    [
      'a tier that the model does not have',
      [criterion('TIER', 'core', 'gold')],
      'INVALID_VALUE',
      'criteria.0.values.1',
      /strategic, core, scale, tech-touch; "gold" is none of them/,
    ],
    [
      'a band between the bands',
      [criterion('ARR_BAND', '1-2')],
      'INVALID_VALUE',
      'criteria.0.values.0',
      /"1-2" is none/,
    ],
    [
      'a level in another case',
      [criterion('CHURN_RISK', 'high')],
      'INVALID_VALUE',
      'criteria.0.values.0',
      /LOW, MEDIUM, HIGH/,
    ],
    [
      'a country that there is not',
      [criterion('COUNTRY', 'XX')],
      'INVALID_VALUE',
      'criteria.0.values.0',
      /ISO 3166/,
    ],
    [
      'a language by its name',
      [criterion('LANGUAGE', 'german')],
      'INVALID_VALUE',
      'criteria.0.values.0',
      /language tag/,
    ],
    [
      'half a product line',
      [criterion('PRODUCT_LINES_OWNED', '1.5')],
      'INVALID_VALUE',
      'criteria.0.values.0',
      /whole number/,
    ],
    [
      'a number beyond all',
      [criterion('PRODUCT_LINES_OWNED', '2147483648')],
      'INVALID_VALUE',
      'criteria.0.values.0',
      /whole number/,
    ],
    [
      'a model version of 0',
      [criterion('MODEL_VERSION', '0')],
      'INVALID_VALUE',
      'criteria.0.values.0',
      /1 or more/,
    ],
    [
      'a text without characters',
      [criterion('INDUSTRY', '  ')],
      'INVALID_VALUE',
      'criteria.0.values.0',
      /empty/,
    ],
    [
      'a null byte',
      [criterion('INDUSTRY', 'a\0b')],
      'INVALID_VALUE',
      'criteria.0.values.0',
      /control characters/,
    ],
    [
      'a lone surrogate',
      [criterion('PLAN', '\ud800')],
      'INVALID_VALUE',
      'criteria.0.values.0',
      /broken Unicode/,
    ],
    [
      'a null byte as a tier',
      [criterion('TIER', '\0')],
      'INVALID_VALUE',
      'criteria.0.values.0',
      /"\?" is none/,
    ],
  ])('%s', (_, criteria, code, field, message) => {
    const refused = refusal(() => checkCriteria(criteria, DEFAULT_MODEL));
    expect(refused).toMatchObject({ code, field });
    expect(refused.message).toMatch(message);
  });
});

test('every dimension has a list of values, those of its bands among them, or takes a value of its form', () => {
  for (const dimension of DIMENSIONS) {
    const values = dimensionValues(dimension, DEFAULT_MODEL);
    if (dimension.endsWith('_BAND')) expect(values?.length).toBeGreaterThan(1);
    const some = values ?? [{ COUNTRY: 'DE', LANGUAGE: 'de' }[dimension as string] ?? '1'];
    expect(checkCriteria([{ dimension, values: some, includeUnknown: false }], DEFAULT_MODEL)).toEqual([
      { dimension, values: some, includeUnknown: false },
    ]);
  }
});

test('values that a later model dropped are named, and free text is never among them', () => {
  const later: TieringModel = { ...DEFAULT_MODEL, tiers: DEFAULT_MODEL.tiers.slice(0, 3) };
  expect(unknownValues(criterion('TIER', 'core', 'tech-touch', null), later)).toEqual(['tech-touch']);
  expect(unknownValues(criterion('ARR_BAND', '5000-10000', '7-8'), later)).toEqual(['7-8']);
  expect(unknownValues(criterion('INDUSTRY', 'Whatever'), later)).toEqual([]);
});

describe('a tier that a later model drops', () => {
  const successors = new Map([
    ['tech-touch', 'scale'],
    ['scale', 'growth'],
    ['old', 'growth'],
  ]);

  test.each<[string, SegmentCriterion, readonly string[]]>([
    ['stays for the past, with its successor beside it', criterion('TIER', 'old'), ['old', 'growth']],
    ['keeps its place before what was added', criterion('TIER', 'old', 'core'), ['old', 'core', 'growth']],
    ['adds nobody twice', criterion('TIER', 'old', 'growth'), ['old', 'growth']],
    [
      'gives way together with others',
      criterion('TIER', 'old', 'scale', 'tech-touch'),
      ['old', 'scale', 'tech-touch', 'growth'],
    ],
    ['keeps accounts without a tier', criterion('TIER', 'old', null), ['old', 'growth']],
  ])('%s', (_, given, values) => {
    const [after, ...others] = withSuccessors([given, criterion('COUNTRY', 'DE')], successors);
    expect(after).toEqual({ ...given, values });
    expect(others).toEqual([criterion('COUNTRY', 'DE')]);
  });

  test('leaves the very same criteria where they are about something else', () => {
    const given = [criterion('TIER', 'core', null), criterion('INDUSTRY', 'old')];
    expect(withSuccessors(given, successors)).toBe(given);
  });
});

describe('the name of a segment', () => {
  test('loses the space around it', () => {
    expect(checkSegmentName('  Banks at risk ')).toBe('Banks at risk');
  });

  test.each<[string, string, string]>([
    ['nothing', '   ', 'REQUIRED'],
    ['more than 100 characters', 'x'.repeat(101), 'INVALID_VALUE'],
    ['a null byte', 'a\0b', 'INVALID_VALUE'],
    ['a lone surrogate', 'a\udc00', 'INVALID_VALUE'],
  ])('is not %s', (_, name, code) => {
    expect(refusal(() => checkSegmentName(name))).toMatchObject({ code, field: 'name' });
  });

  test('is the same in any case and however its letters are put together', () => {
    expect(segmentNameKey('BANKS Ä')).toBe(segmentNameKey('banks a\u0308'));
    expect(segmentNameKey('banks')).not.toBe(segmentNameKey('bank'));
  });
});
