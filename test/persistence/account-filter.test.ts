import { type AccountFilter } from '../../src/app/ports/account-filter';
import { DomainError } from '../../src/domain/errors';
import { accountFilterFields, compileAccountFilter } from '../../src/persistence/reads/account-filter';
import { Parameters } from '../../src/persistence/reads/parameters';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day, money } from '../support/facts';
import { LivingBook } from '../support/living-book';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const book = new LivingBook(database, fixedClock('2026-03-01'));
  await book.seed({
    big: {
      name: 'Big 100%_\\ Inc',
      arr: '120000.50',
      industry: 'FinTech',
      employees: 900,
      churnRisk: 'LOW',
      healthScore: 90,
      annualRevenue: money('5000000'),
      customerSince: day('2024-02-29'),
      renewalDate: '2026-12-31',
      status: 'ACTIVE',
      logoValue: true,
    },
    middle: { name: 'middle BIG', arr: '30000', industry: 'EdTech', parentExternalId: 'big', country: 'DE' },
    small: {
      name: "Robert'); DROP TABLE account;--",
      arr: '0',
      industry: null,
      churnRisk: 'HIGH',
      status: 'TRIAL',
    },
    bare: {},
    gone: { name: 'Gone', arr: '100', status: 'CHURNED' },
  });
  await book.designate('big');
  book.on('2026-03-02');
  await book.account('middle', { arr: '100' });
});
afterAll(async () => {
  await database.drop();
});

async function matching(filter: AccountFilter | null): Promise<string[]> {
  const parameters = new Parameters();
  const sql = compileAccountFilter(filter, parameters);
  const rows = await database.query<{ name: string }>(
    `SELECT a.external_id AS name FROM account a WHERE ${sql} ORDER BY a.id`,
    parameters.values,
  );
  return rows.map(({ name }) => name);
}

function refusal(filter: unknown): { code: string; field: string; message: string } {
  try {
    compileAccountFilter(filter as AccountFilter, new Parameters());
  } catch (error) {
    if (error instanceof DomainError) {
      return { code: error.code, field: error.field.join('.'), message: error.message };
    }
    throw error;
  }
  throw new Error('the filter was not refused');
}

const EVERYBODY = ['big', 'middle', 'small', 'bare', 'gone'];

describe('an account filter finds', () => {
  test.each<[string, AccountFilter | null, string[]]>([
    ['everybody, without a filter', null, EVERYBODY],
    ['everybody, with an empty filter', {}, EVERYBODY],
    ['a text', { industry: { eq: 'FinTech' } }, ['big']],
    ['one of several texts', { externalId: { in: ['big', 'gone', 'nobody'] } }, ['big', 'gone']],
    ['nobody among no values', { externalId: { in: [] } }, []],
    ['an exact amount in hundredths', { arr: { eq: money('120000.50') } }, ['big']],
    ['nothing beside an exact amount', { arr: { gt: money('120000.50') } }, []],
    ['amounts from a bound up', { arr: { gte: money('100') } }, ['big', 'middle', 'gone']],
    ['amounts between bounds', { arr: { gt: 0, lt: money('100000') } }, ['middle', 'gone']],
    ['one of several amounts', { arr: { in: [0, money('100')] } }, ['middle', 'small', 'gone']],
    ['an amount written as text', { annualRevenue: { gte: '4999999.99' } }, ['big']],
    ['scores in hundredths', { score: { gte: 4_000, lte: 10_000 } }, ['big']],
    ['completeness in hundredths', { completeness: { eq: 6_000 } }, ['big']],
    ['whole numbers', { employees: { gt: 899 } }, ['big']],
    ['whole numbers beyond what the column can hold', { employees: { lt: 9_007_199_254_740_991 } }, ['big']],
    ['days', { customerSince: { gte: '2024-02-29', lt: '2024-03-01' } }, ['big']],
    ['flags', { strategicDesignation: { eq: true } }, ['big']],
    ['missing values', { arr: { isNull: true } }, ['bare']],
    ['known values', { churnRisk: { isNull: false } }, ['big', 'small']],
    ['the tier that counts', { tier: { in: ['strategic', 'core'] } }, ['big', 'middle']],
    ['the computed tier', { computedTier: { eq: 'tech-touch' } }, ['middle', 'small']],
    ['those that wait out their grace', { pendingDowngrade: true }, ['middle']],
    ['those that do not', { pendingDowngrade: false }, ['big', 'small', 'bare', 'gone']],
    ['children by their parent', { parentExternalId: { eq: 'big' } }, ['middle']],
    ['accounts without a parent', { parentExternalId: { isNull: true } }, ['big', 'small', 'bare', 'gone']],
    ['an absent status as ACTIVE', { status: { eq: 'ACTIVE' } }, ['big', 'middle', 'bare']],
    ['an absent status as absent', { status: { isNull: true } }, ['middle', 'bare']],
    ['part of a text in any case', { name: { contains: 'big' } }, ['big', 'middle']],
    ['a percent sign as itself', { name: { contains: '100%_\\' } }, ['big']],
    ['no wildcard in what is searched', { name: { contains: 'B_g' } }, []],
    ['nothing for a wildcard alone', { name: { contains: '%%%' } }, []],
    ['all that is given together', { name: { contains: 'big' }, country: { eq: 'DE' } }, ['middle']],
    [
      'all of several',
      { and: [{ arr: { gte: 0 } }, { arr: { lte: money('100') } }] },
      ['middle', 'small', 'gone'],
    ],
    ['any of several', { or: [{ country: { eq: 'DE' } }, { status: { eq: 'TRIAL' } }] }, ['middle', 'small']],
    ['nobody among no alternatives', { or: [] }, []],
    ['everybody under no conditions', { and: [] }, EVERYBODY],
    ['the rest, unknown values too', { not: { industry: { eq: 'FinTech' } } }, EVERYBODY.slice(1)],
    ['the rest of the rest', { not: { not: { industry: { eq: 'FinTech' } } } }, ['big']],
    [
      'by conditions three deep',
      { and: [{ or: [{ not: { arr: { gte: 0 } } }, { country: { eq: 'DE' } }] }] },
      ['middle', 'bare'],
    ],
  ])('%s', async (_, filter, expected) => {
    expect(await matching(filter)).toEqual(expected);
  });
});

describe('an account filter refuses', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['null to compare with', { arr: { eq: null } }, 'where.arr.eq', /use isNull/],
    ['null as a bound', { arr: { gte: null } }, 'where.arr.gte', /use isNull/],
    ['null among values', { tier: { in: ['core', null] } }, 'where.tier.in.1', /use isNull/],
    ['null instead of values', { tier: { in: null } }, 'where.tier.in', /use isNull/],
    [
      'nesting below depth 3',
      { and: [{ or: [{ not: { and: [{ arr: { eq: 0 } }] } }] }] },
      'where.and.0.or.0.not.and.0',
      /at most 3 deep/,
    ],
    [
      'more than 100 values',
      { externalId: { in: Array.from({ length: 101 }, String) } },
      'where.externalId.in',
      /at most 100 values, not 101/,
    ],
    [
      'more than 200 comparisons',
      { or: Array.from({ length: 201 }, () => ({ arr: { eq: 0 } })) },
      'where.or.200.arr.eq',
      /at most 200 comparisons/,
    ],
    ['a fraction of a hundredth', { arr: { eq: 0.5 } }, 'where.arr.eq', /at most 2 places/],
    ['an amount that is none', { arr: { eq: '1; DROP TABLE account' } }, 'where.arr.eq', /not an amount/],
    [
      'a day that no calendar has',
      { renewalDate: { gt: '2026-02-30' } },
      'where.renewalDate.gt',
      /not a day/,
    ],
    ['a number where a text belongs', { name: { eq: 5 } }, 'where.name.eq', /must be a text/],
    [
      'a text where a number belongs',
      { employees: { in: [1, '2'] } },
      'where.employees.in.1',
      /whole number/,
    ],
    ['a text where a flag belongs', { provisional: { eq: 'true' } }, 'where.provisional.eq', /true or false/],
    ['searching in numbers', { arr: { contains: '1' } }, 'where.arr.contains', /only texts/],
    ['a null byte', { name: { contains: 'a\0b' } }, 'where.name.contains', /control characters/],
    ['an unknown field', { 'id = 1 OR true --': { eq: 1 } }, 'where.id = 1 OR true --', /no field/],
    ['an inherited property', { constructor: { eq: 1 } }, 'where.constructor', /no field/],
    ['an unknown comparison', { arr: { 'IS NULL OR': 1 } }, 'where.arr.IS NULL OR', /no comparison/],
  ])('%s', (_, filter, field, message) => {
    const refused = refusal(filter);
    expect(refused).toMatchObject({ code: 'INVALID_VALUE', field });
    expect(refused.message).toMatch(message);
  });
});

describe('an account filter takes no SQL from its values', () => {
  const attempts = [
    `' OR '1'='1`,
    `'; DROP TABLE account; --`,
    `") OR true --`,
    `$1`,
    `\\'; SELECT pg_sleep(1); --`,
    `%' OR name ILIKE '%`,
    `core' UNION SELECT token_hash FROM api_token --`,
    '\ud800',
  ];

  test.each(attempts)('%j', async (attempt) => {
    for (const field of ['externalId', 'name', 'industry', 'tier', 'parentExternalId'] as const) {
      for (const filter of [{ eq: attempt }, { in: [attempt] }, { contains: attempt }, { lt: '' }]) {
        const found = await matching({ [field]: filter });
        expect(found.filter((name) => name !== 'small')).toEqual([]);
      }
    }
    expect(await matching(null)).toEqual(EVERYBODY);
  });

  test('and finds what looks like an attempt by its own name', async () => {
    expect(await matching({ name: { eq: "Robert'); DROP TABLE account;--" } })).toEqual(['small']);
  });
});

test('the text of a filter depends on its shape alone, so that statements can be kept prepared', () => {
  const text = (filter: AccountFilter): string => compileAccountFilter(filter, new Parameters());
  expect(text({ arr: { gte: 1 }, tier: { in: ['core'] } })).toBe(
    text({ arr: { gte: 99 }, tier: { in: ['scale', 'strategic'] } }),
  );
});

test('names the fields that it asks about', () => {
  const filter: AccountFilter = {
    arr: { gt: 1 },
    industry: null,
    or: [{ tier: { eq: 'core' } }, { not: { pendingDowngrade: true } }],
  };
  expect([...accountFilterFields(filter)].sort()).toEqual(['arr', 'pendingDowngrade', 'tier']);
});
