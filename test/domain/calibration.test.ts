import fc from 'fast-check';
import { type AccountFacts } from '../../src/domain/account';
import { calibrate, type Calibration, type LadderForm } from '../../src/domain/calibration';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { validateModel } from '../../src/domain/model-validation';
import { type Money, units } from '../../src/domain/money';
import { placeAccount } from '../../src/domain/placement';
import { resolvePercentiles, type TieringModel, withThresholds } from '../../src/domain/tiering-model';
import { anyFacts, day, known, only } from '../support/facts';

const TODAY = day('2026-03-02');

function calibrated(
  book: readonly AccountFacts[],
  draft: TieringModel = DEFAULT_MODEL,
  form: LadderForm = 'AMOUNTS',
): Calibration {
  const steps = calibrate(draft, book, form, TODAY);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const paying = (book: readonly AccountFacts[]): (AccountFacts & { arr: Money })[] =>
  book.filter(
    (one): one is AccountFacts & { arr: Money } =>
      one.arr !== null && one.arr > 0 && one.status !== 'CHURNED',
  );

/** Shares of the paying accounts in percent, placed by the rules alone. */
function populationOf(model: TieringModel, book: readonly AccountFacts[]): number[] {
  const accounts = paying(book);
  const amounts = accounts.map(({ arr }) => arr).sort((a, b) => b - a);
  const resolved = resolvePercentiles(model, amounts);
  const tiers = accounts.map((one) => placeAccount(one, resolved, TODAY).computedTier);
  return model.tiers.map(({ key }) => (tiers.filter((tier) => tier === key).length / accounts.length) * 100);
}

function distanceOf(model: TieringModel, book: readonly AccountFacts[]): number {
  return populationOf(model, book).reduce((sum, percent, index) => {
    const target = model.tiers[index]?.populationTarget;
    return target ? sum + Math.max(0, target.from - percent, percent - target.to) : sum;
  }, 0);
}

/** A book whose accounts are all far above the default ladder, and of which only the ARR is known. */
const LARGE = Array.from({ length: 500 }, (_, index) => only({ arr: String(20_000 + index * 997) }));

describe('calibration', () => {
  test('brings a book of which only the ARR is known into its targets, by lines that people can read', () => {
    const result = calibrated(LARGE);
    expect(result.populationDistance.before).toBeGreaterThan(50);
    expect(result.populationDistance.after).toBe(0);
    expect(distanceOf(result.model, LARGE)).toBe(0);
    expect(result.changes.map(({ field, to }) => `${field.join('.')}: ${to}`)).toMatchInlineSnapshot(`
     [
       "ladder.strategic.arrFrom: 430000.00",
       "ladder.core.arrFrom: 250000.00",
       "ladder.scale.arrFrom: 32000.00",
       "criteria.CURRENT_ARR.bands.0.arrFrom: 430000.00",
       "criteria.CURRENT_ARR.bands.1.arrFrom: 310000.00",
       "criteria.CURRENT_ARR.bands.2.arrFrom: 250000.00",
       "criteria.CURRENT_ARR.bands.3.arrFrom: 86000.00",
       "criteria.CURRENT_ARR.bands.4.arrFrom: 32000.00",
       "guardrails.keyAccountFrom: 2100000.00",
     ]
    `);
    expect(result.tiers.map(({ obstacle }) => obstacle)).toEqual([null, null, null, null]);
  });

  test('can give the ladder as percentiles, which resolve to the same accounts', () => {
    const result = calibrated(LARGE, DEFAULT_MODEL, 'PERCENTILES');
    expect(result.model.tiers.map(({ arrFrom }) => arrFrom.topPercent)).toEqual([
      expect.any(Number),
      expect.any(Number),
      expect.any(Number),
      null,
    ]);
    expect(distanceOf(result.model, LARGE)).toBe(0);
    expect(result.populationDistance.after).toBe(0);
  });

  test('leaves a draft alone that is on target already, in either form', () => {
    const { model } = calibrated(LARGE);
    const again = calibrated(LARGE, model);
    expect(again.model).toEqual(model);
    expect(again.changes).toEqual([]);
    const percentiles = calibrated(LARGE, DEFAULT_MODEL, 'PERCENTILES').model;
    expect(calibrated(LARGE, percentiles, 'PERCENTILES').changes).toEqual([]);
  });

  test('reports the distance of the ARR shares, which a flat book cannot bring to its targets', () => {
    const { arrShareDistance } = calibrated(LARGE);
    expect(arrShareDistance.after).toBeGreaterThan(0);
  });

  test.each([
    ['one account', [only({ arr: '70000' })], /1 paying accounts, so each is 100.00%/],
    [
      'three accounts',
      [1, 2, 3].map((n) => only({ arr: `${n}0000` })),
      /3 paying accounts, so each is 33.33%/,
    ],
    [
      'only equal amounts',
      Array.from({ length: 200 }, () => only({ arr: '70000' })),
      /200 accounts have the same ARR of 70000.00/,
    ],
    [
      'half of it designated',
      Array.from({ length: 200 }, (_, n) =>
        known({ arr: String(1_000 + n), strategicDesignation: n % 2 === 0 }),
      ),
      /100 accounts are designated strategic, 50.00% of the book/,
    ],
  ])('of a book with %s says what stands in the way', (_title, book, obstacle) => {
    const result = calibrated(book);
    expect(result.tiers.map((tier) => tier.obstacle ?? '').join('\n')).toMatch(obstacle);
    expect(result.populationDistance.after).toBeLessThanOrEqual(result.populationDistance.before);
  });

  test('of a book without ARR is refused', () => {
    expect(() => calibrated([only({ status: 'TRIAL' })])).toThrow(
      expect.objectContaining({ code: 'CONFLICT' }) as Error,
    );
  });

  test('takes a five-tier ladder without targets as it is', () => {
    const draft = {
      ...DEFAULT_MODEL,
      tiers: DEFAULT_MODEL.tiers.map((tier) => ({ ...tier, populationTarget: null })),
    };
    expect(calibrated(LARGE, draft).changes).toEqual([]);
  });

  test('never leaves the population further from its targets, always gives a sound model, and tells the truth', () => {
    const draft = fc
      .integer({ min: -3, max: 4 })
      .map((shift) =>
        withThresholds(
          { ...DEFAULT_MODEL, missingFacts: shift % 2 === 0 ? 'LOWEST_BAND' : 'REDISTRIBUTE' },
          ({ amount }) => ({ amount: Math.round((amount ?? 0) * 4 ** shift) as Money, topPercent: null }),
        ),
      );
    const book = fc.array(anyFacts(TODAY), { minLength: 1, maxLength: 150 });
    fc.assert(
      fc.property(
        book,
        draft,
        fc.constantFrom<LadderForm>('AMOUNTS', 'PERCENTILES'),
        (accounts, model, form) => {
          fc.pre(paying(accounts).length > 0);
          const result = calibrated(accounts, model, form);
          expect(validateModel(result.model, DEFAULT_MODEL).errors).toEqual([]);
          expect(distanceOf(result.model, accounts)).toBeLessThanOrEqual(distanceOf(model, accounts) + 1e-6);
          expect(result.populationDistance.after).toBeCloseTo(distanceOf(result.model, accounts), 4);
          expect(result.tiers.map(({ after }) => after.accountShare * 100)).toEqual(
            populationOf(result.model, accounts).map((percent) => expect.closeTo(percent, 6) as number),
          );
          expect(calibrated(accounts, model, form)).toEqual(result);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('brings books with many facts into their targets', () => {
    fc.assert(
      fc.property(fc.array(anyFacts(TODAY), { minLength: 400, maxLength: 600 }), (accounts) => {
        const book = accounts.map((one, index) => ({
          ...one,
          status: 'ACTIVE' as const,
          arr: units(1_000 + ((index * 7919) % 5_003) * 37),
          strategicDesignation: one.strategicDesignation === true && index % 20 === 0,
        }));
        expect(calibrated(book).populationDistance.after).toBe(0);
      }),
      { numRuns: 4 },
    );
  });
});
