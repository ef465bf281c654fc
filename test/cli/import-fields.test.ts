import { type CsvRow } from '../../src/cli/csv-file';
import {
  ACCOUNT_IMPORT_FIELDS,
  accountFromRow,
  assignmentFromRow,
  CSM_IMPORT_FIELDS,
  csmTermFromRow,
  PORTFOLIO_IMPORT_FIELDS,
  SUBSCRIPTION_IMPORT_FIELDS,
  subscriptionLineFromRow,
} from '../../src/cli/import-fields';
import { DomainError } from '../../src/domain/errors';

type Cells = Readonly<Record<string, string>>;

function row(cells: Cells): CsvRow {
  return { line: 2, cells, raw: Object.values(cells) };
}

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof DomainError) return `${error.code} ${error.field.join('.')}: ${error.message}`;
    throw error;
  }
  return 'no refusal';
}

test('--map knows the fields of the specification', () => {
  const facts =
    'status arr expansionAssessment expansionAssessedOn expansionArr seatsPurchased seatsAvailable seatsUsed ' +
    'productLinesOwned productLinesAvailable logoValue referencePotential marketInfluence partnershipOpportunity ' +
    'advancedFeatures severalIntegrations customConfiguration complexImplementation manyStakeholders missionCritical ' +
    'strategicDesignation churnRisk healthScore usagePercent';
  const profile =
    'externalId name parentExternalId industry employees annualRevenue country region language timeZone plan ' +
    'currency customerSince renewalDate termMonths';
  expect(ACCOUNT_IMPORT_FIELDS.map(({ field }) => field).sort()).toEqual(
    `${facts} ${profile}`.split(' ').sort(),
  );
  expect(SUBSCRIPTION_IMPORT_FIELDS.map(({ field }) => field)).toEqual(
    'account start end arr seats product plan currency'.split(' '),
  );
  expect(CSM_IMPORT_FIELDS.map(({ field }) => field)).toEqual(
    'externalId name email fte regions languages industries pool from to'.split(' '),
  );
  expect(PORTFOLIO_IMPORT_FIELDS.map(({ field }) => field)).toEqual(
    'account csm pool executiveSponsor from'.split(' '),
  );
});

describe('an account', () => {
  test('columns that are not mapped are absent, empty cells are null', () => {
    expect(accountFromRow(row({ externalId: ' A-1 ', name: 'Acme', arr: ' ', country: 'uk' }))).toEqual({
      externalId: 'A-1',
      currency: undefined,
      values: { name: 'Acme', arr: null, country: 'GB' },
    });
  });

  test('every kind of value is read', () => {
    const cells = {
      externalId: 'A-1',
      currency: 'usd',
      arr: '1234.5',
      status: 'trial',
      churnRisk: 'High',
      logoValue: 'yes',
      missionCritical: '0',
      healthScore: '71',
      renewalDate: '2028-02-29',
      termMonths: '36',
    };
    expect(accountFromRow(row(cells))).toEqual({
      externalId: 'A-1',
      currency: 'USD',
      values: {
        arr: 123_450,
        status: 'TRIAL',
        churnRisk: 'HIGH',
        logoValue: true,
        missionCritical: false,
        healthScore: 71,
        renewalDate: '2028-02-29',
        termMonths: 36,
      },
    });
  });

  test('an empty currency is null', () => {
    expect(accountFromRow(row({ externalId: 'A-1', currency: '' })).currency).toBeNull();
  });

  const cases: readonly (readonly [string, Cells, string])[] = [
    [
      'no external id',
      { externalId: '  ' },
      'REQUIRED externalId: externalId is empty; give the identifier of the CRM',
    ],
    ['negative ARR', { externalId: 'a', arr: '-5' }, 'INVALID_VALUE arr: arr must be an amount of 0 or more'],
    [
      'ARR with grouped digits',
      { externalId: 'a', arr: '1,200' },
      'INVALID_VALUE arr: "1,200" is not an amount; write digits with at most 2 decimal places, such as 12500.00',
    ],
    [
      'a bad date',
      { externalId: 'a', renewalDate: '31.12.2024' },
      'INVALID_VALUE renewalDate: "31.12.2024" is not a day of the calendar; write it as YYYY-MM-DD, from 1900 on',
    ],
    [
      'a day that no calendar has',
      { externalId: 'a', customerSince: '2023-02-29' },
      'INVALID_VALUE customerSince: "2023-02-29" is not a day of the calendar; write it as YYYY-MM-DD, from 1900 on',
    ],
    [
      'an unknown status',
      { externalId: 'a', status: 'GONE' },
      'INVALID_VALUE status: status must be one of ACTIVE, TRIAL, FREE, CHURNED',
    ],
    [
      'a health score above 100',
      { externalId: 'a', healthScore: '101' },
      'INVALID_VALUE healthScore: healthScore must be a whole number from 0 to 100',
    ],
    [
      'a line end inside a name',
      { externalId: 'a', name: 'Ac\nme' },
      'INVALID_VALUE name: name must not hold control characters or broken Unicode',
    ],
    [
      'a currency sign',
      { externalId: 'a', currency: '$' },
      'INVALID_VALUE currency: currency must be a code of ISO 4217, such as USD',
    ],
  ];
  test.each(cases)('%s is refused', (_name, cells, message) => {
    expect(refusal(() => accountFromRow(row(cells)))).toBe(message);
  });
});

describe('a term of a CSM', () => {
  test('lists are separated by ; or |, and what has no column is not said', () => {
    const cells = {
      externalId: 'c',
      name: 'Anna',
      regions: 'EMEA; APAC | LATAM',
      languages: '',
      fte: '0.8',
      from: '2025-01-01',
    };
    expect(csmTermFromRow(row(cells))).toEqual({
      values: {
        name: 'Anna',
        email: undefined,
        regions: ['EMEA', 'APAC', 'LATAM'],
        languages: [],
        industries: undefined,
      },
      term: { from: '2025-01-01', to: null, fte: 80 },
      pool: undefined,
      saysWhen: true,
    });
  });

  test.each<[string, Cells, string]>([
    [
      'an FTE above 1',
      { fte: '1.4' },
      'INVALID_VALUE fte: fte must be above 0 and at most 1, with at most 2 decimal places, such as 0.80',
    ],
    [
      'a day that is none',
      { from: '2025-02-30' },
      'INVALID_VALUE from: "2025-02-30" is not a day of the calendar; write it as YYYY-MM-DD, from 1900 on',
    ],
    [
      'an end before the beginning',
      { from: '2025-02-02', to: '2025-02-01' },
      'INVALID_VALUE to: to (2025-02-01) must lie after from (2025-02-02); it is the first day that no longer counts',
    ],
  ])('%s is refused', (_, cells, message) => {
    expect(refusal(() => csmTermFromRow(row(cells)))).toBe(message);
  });
});

describe('an assignment', () => {
  test('names a CSM or a pool', () => {
    const nothingElse = { executiveSponsor: undefined, from: null };
    expect(assignmentFromRow(row({ account: 'A', csm: 'c', pool: '' }))).toEqual({
      owner: { kind: 'CSM', externalId: 'c' },
      ...nothingElse,
    });
    expect(
      assignmentFromRow(row({ account: 'A', pool: 'p', executiveSponsor: '', from: '2025-01-01' })),
    ).toEqual({
      owner: { kind: 'POOL', externalId: 'p' },
      executiveSponsor: null,
      from: '2025-01-01',
    });
  });

  test.each<[string, Cells, string]>([
    [
      'neither',
      { account: 'A' },
      'REQUIRED csm: an account is looked after by a csm or by a pool; give one of them',
    ],
    [
      'both',
      { csm: 'c', pool: 'p' },
      'INVALID_VALUE csm: an account is looked after by a csm or by a pool; give one of them',
    ],
  ])('%s is refused', (_, cells, message) => {
    expect(refusal(() => assignmentFromRow(row(cells)))).toBe(message);
  });
});

describe('a subscription line', () => {
  const line = { account: 'A-1', start: '2024-01-01', arr: '1200' };

  test('columns that are not mapped and empty cells are null', () => {
    const nothingElse = { end: null, seats: null, product: null, plan: null, currency: null };
    const read = { account: 'A-1', start: '2024-01-01', arr: 120_000, ...nothingElse };
    expect(subscriptionLineFromRow(row(line))).toEqual(read);
    const empty = { ...line, end: '', seats: ' ', product: '', plan: '', currency: '' };
    expect(subscriptionLineFromRow(row(empty))).toEqual(read);
  });

  test('every field is read', () => {
    const cells = {
      ...line,
      end: '2024-12-31',
      seats: '12',
      product: 'Core',
      plan: 'Pro',
      currency: 'usd',
      arr: '0',
    };
    expect(subscriptionLineFromRow(row(cells))).toEqual({
      account: 'A-1',
      start: '2024-01-01',
      end: '2024-12-31',
      arr: 0,
      seats: 12,
      product: 'Core',
      plan: 'Pro',
      currency: 'USD',
    });
  });

  test('a line may end on the day it starts', () => {
    expect(subscriptionLineFromRow(row({ ...line, end: '2024-01-01' })).end).toBe('2024-01-01');
  });

  const cases: readonly (readonly [string, Cells, string])[] = [
    ['no account', { ...line, account: '' }, 'REQUIRED account: account is empty; give a value'],
    [
      'an account that is too long',
      { ...line, account: 'x'.repeat(201) },
      'INVALID_VALUE account: account must have at most 200 characters',
    ],
    ['no start', { ...line, start: '' }, 'REQUIRED start: start is empty; give a value'],
    ['no ARR', { ...line, arr: ' ' }, 'REQUIRED arr: arr is empty; give a value'],
    ['negative ARR', { ...line, arr: '-0.01' }, 'INVALID_VALUE arr: arr must be an amount of 0 or more'],
    [
      'a bad start',
      { ...line, start: '2024-13-01' },
      'INVALID_VALUE start: "2024-13-01" is not a day of the calendar; write it as YYYY-MM-DD, from 1900 on',
    ],
    [
      'a bad end',
      { ...line, end: 'open' },
      'INVALID_VALUE end: "open" is not a day of the calendar; write it as YYYY-MM-DD, from 1900 on',
    ],
    [
      'an end before the start',
      { ...line, end: '2023-12-31' },
      'INVALID_VALUE end: end (2023-12-31) is before start (2024-01-01)',
    ],
    [
      'seats that are no number',
      { ...line, seats: 'ten' },
      'INVALID_VALUE seats: seats must be a whole number of 0 or more',
    ],
    [
      'a product that is too long',
      { ...line, product: 'x'.repeat(301) },
      'INVALID_VALUE product: product must have at most 300 characters',
    ],
    [
      'a currency sign',
      { ...line, currency: '€' },
      'INVALID_VALUE currency: currency must be a code of ISO 4217, such as USD',
    ],
  ];
  test.each(cases)('%s is refused', (_name, cells, message) => {
    expect(refusal(() => subscriptionLineFromRow(row(cells)))).toBe(message);
  });
});
