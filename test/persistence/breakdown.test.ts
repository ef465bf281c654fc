import { type Breakdown, type BreakdownQuery } from '../../src/app/ports/analytics';
import { DomainError } from '../../src/domain/errors';
import { type Dimension } from '../../src/domain/segment';
import { figures, groupName, openAnalytics, type TestAnalytics } from '../support/analytics';
import { fixedClock, type TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day, money } from '../support/facts';
import { LivingBook } from '../support/living-book';

const clock: TestClock = fixedClock('2026-03-01');
let database: TestDatabase;
let analytics: TestAnalytics;
let book: LivingBook;

beforeEach(async () => {
  clock.setDay('2026-03-01');
  database = await createTestDatabase();
  analytics = openAnalytics(database, clock);
  book = new LivingBook(database, clock);
});
afterEach(async () => {
  await analytics.close();
  await database.drop();
});

const breakdown = (by: readonly Dimension[], more: Partial<BreakdownQuery> = {}): Promise<Breakdown> =>
  analytics.reads.breakdown({ by, ...more });

/** Seven accounts, one of them churned, one without ARR, one of which nothing is known. */
async function seedSmallBook(): Promise<void> {
  await book.seed({
    a: { arr: '120000', industry: 'FinTech', healthScore: 80, churnRisk: 'LOW', employees: 250 },
    b: { arr: '30000.50', industry: 'FinTech', healthScore: 39, churnRisk: 'LOW', employees: 49 },
    c: { arr: '24999.99', industry: 'EdTech', healthScore: 40, churnRisk: 'HIGH', employees: 50 },
    d: { arr: '25000', industry: 'EdTech', healthScore: 90, employees: 10_000 },
    e: { arr: '0', industry: 'EdTech', employees: 9 },
    f: {},
    gone: { arr: '77777', industry: 'FinTech', status: 'CHURNED' },
  });
}

describe('the figures of a breakdown', () => {
  beforeEach(seedSmallBook);

  test('are counted over the accounts that are not churned', async () => {
    const { rows, totals, asOf, tierBasis, truncated } = await breakdown(['INDUSTRY'], { withMedian: true });
    expect({ asOf, tierBasis, truncated }).toEqual({
      asOf: '2026-03-01',
      tierBasis: 'RECORDED',
      truncated: false,
    });
    expect(rows).toEqual([
      {
        keys: [{ dimension: 'INDUSTRY', value: 'FinTech' }],
        accounts: 2,
        accountShare: 0.333333,
        arr: '150000.50',
        arrShare: 0.750001,
        averageArr: '75000.25',
        medianArr: '75000.25',
        averageHealth: 59.5,
        atRiskArr: '30000.50',
        grr: null,
        nrr: null,
        logoRetention: null,
      },
      {
        keys: [{ dimension: 'INDUSTRY', value: 'EdTech' }],
        accounts: 3,
        accountShare: 0.5,
        arr: '49999.99',
        arrShare: 0.249999,
        averageArr: '16666.66',
        medianArr: '24999.99',
        averageHealth: 65,
        atRiskArr: '24999.99',
        grr: null,
        nrr: null,
        logoRetention: null,
      },
      {
        keys: [{ dimension: 'INDUSTRY', value: null }],
        accounts: 1,
        accountShare: 0.166667,
        arr: '0.00',
        arrShare: 0,
        averageArr: null,
        medianArr: null,
        averageHealth: null,
        atRiskArr: '0.00',
        grr: null,
        nrr: null,
        logoRetention: null,
      },
    ]);
    expect(totals).toEqual({
      accounts: 6,
      accountShare: 1,
      arr: '200000.49',
      arrShare: 1,
      averageArr: '40000.10',
      medianArr: '25000.00',
      averageHealth: 62.25,
      atRiskArr: '55000.49',
      grr: null,
      nrr: null,
      logoRetention: null,
    });
  });

  test('without dimensions are those of the whole, in one row', async () => {
    const { rows, totals } = await breakdown([]);
    expect(rows).toEqual([{ keys: [], ...totals }]);
    expect(totals).toMatchObject({ accounts: 6, arr: '200000.49' });
  });

  test('of several dimensions are grouped by all of them, null among their values', async () => {
    const { rows } = await breakdown(['INDUSTRY', 'CHURN_RISK']);
    expect(figures(rows, 'accounts', 'arr')).toEqual({
      'FinTech / LOW': [2, '150000.50'],
      'EdTech / null': [2, '25000.00'],
      'EdTech / HIGH': [1, '24999.99'],
      'null / null': [1, '0.00'],
    });
    expect(rows.map(groupName)).toEqual(['FinTech / LOW', 'EdTech / null', 'EdTech / HIGH', 'null / null']);
  });

  test('with a filter are shares of what the filter leaves', async () => {
    const { rows, totals } = await breakdown(['INDUSTRY'], { where: { arr: { lt: money('100000') } } });
    expect(figures(rows, 'accounts', 'accountShare', 'arrShare')).toEqual({
      EdTech: [3, 0.75, 0.624996],
      FinTech: [1, 0.25, 0.375004],
    });
    expect(totals).toMatchObject({ accounts: 4, arr: '80000.49' });
  });

  test('of nobody are zero, and shares of nothing are null', async () => {
    const { rows, totals } = await breakdown(['TIER'], {
      where: { industry: { eq: 'Nobody' } },
      withMedian: true,
      withRetention: true,
    });
    expect(rows).toEqual([]);
    expect(totals).toEqual({
      accounts: 0,
      accountShare: null,
      arr: '0.00',
      arrShare: null,
      averageArr: null,
      medianArr: null,
      averageHealth: null,
      atRiskArr: '0.00',
      grr: null,
      nrr: null,
      logoRetention: null,
    });
  });

  test('of an empty book are those of nobody', async () => {
    const empty = await createTestDatabase();
    const other = openAnalytics(empty, clock);
    expect((await other.reads.breakdown({ by: [] })).rows).toMatchObject([
      { keys: [], accounts: 0, arr: '0.00' },
    ]);
    expect((await other.reads.breakdown({ by: ['TIER'] })).rows).toEqual([]);
    await other.close();
    await empty.drop();
  });
});

describe('the groups of', () => {
  beforeEach(async () => {
    await book.seed({
      a: {
        arr: '100000',
        employees: 50,
        annualRevenue: money('1000000'),
        healthScore: 40,
        customerSince: day('2026-03-01'),
        productLinesOwned: 2,
        productLinesAvailable: 8,
        plan: 'Pro',
        region: 'EMEA',
        country: 'DE',
        language: 'de',
      },
      b: {
        arr: '99999.99',
        employees: 49,
        annualRevenue: money('999999.99'),
        healthScore: 39,
        customerSince: day('2025-12-01'),
        logoValue: false,
      },
      c: {
        arr: '4999.99',
        employees: 9_999_999,
        healthScore: 100,
        customerSince: day('2025-12-02'),
        logoValue: true,
      },
      d: { arr: '0', employees: 0, healthScore: 0, customerSince: day('2025-03-01') },
      e: { customerSince: day('2025-03-02') },
      f: { customerSince: day('2027-01-01') },
      g: {},
    });
  });

  test.each<[Dimension, Record<string, number>]>([
    ['ARR_BAND', { '100000+': 1, '50000-100000': 1, '0-5000': 2, null: 3 }],
    ['EMPLOYEES_BAND', { '50-200': 1, '10-50': 1, '5000+': 1, '0-10': 1, null: 3 }],
    ['ANNUAL_REVENUE_BAND', { '1000000-10000000': 1, '0-1000000': 1, null: 5 }],
    ['HEALTH_BAND', { '40-60': 1, '0-40': 2, '80+': 1, null: 3 }],
    ['MATURITY', { ONBOARDING: 3, ADOPTING: 2, MATURE: 1, null: 1 }],
    ['PRODUCT_LINES_OWNED', { 2: 1, null: 6 }],
    ['PLAN', { Pro: 1, null: 6 }],
    ['REGION', { EMEA: 1, null: 6 }],
    ['COUNTRY', { DE: 1, null: 6 }],
    ['LANGUAGE', { de: 1, null: 6 }],
    ['CHURN_RISK', { null: 7 }],
    ['EXPANSION_POTENTIAL', { HIGH: 1, null: 6 }],
    ['SCORE_BAND', { '60-80': 1, '20-40': 1, '0-20': 2, null: 3 }],
    ['MODEL_VERSION', { 1: 4, null: 3 }],
    ['TIER', { strategic: 1, core: 1, 'tech-touch': 2, null: 3 }],
  ])('%s', async (dimension, expected) => {
    const { rows } = await breakdown([dimension]);
    expect(Object.fromEntries(rows.map((row) => [groupName(row), row.accounts]))).toEqual(expected);
  });

  test('ARR bands are those of the published model', async () => {
    await database.query(`UPDATE tiering_model SET status = 'RETIRED'`);
    await database.query(
      `INSERT INTO tiering_model (version, status, definition)
       SELECT 2, 'PUBLISHED', jsonb_set(definition, '{criteria,0,bands}',
         '[{"from": {"amount": 5000050, "topPercent": 18}, "points": 100}, {"from": {"amount": 5000050, "topPercent": 20}, "points": 50}]')
       FROM tiering_model`,
    );
    const { rows } = await breakdown(['ARR_BAND']);
    expect(rows.map(groupName)).toEqual(['50000.50+', '0-50000.50', 'null']);
  });
});

describe('a breakdown is cut', () => {
  test('after 1,000 groups, and its totals stay whole', async () => {
    for (let batch = 0; batch < 1_001; batch += 143) {
      await book.seed(
        Object.fromEntries(
          Array.from({ length: Math.min(143, 1_001 - batch) }, (_, n) => [
            `acc-${batch + n}`,
            { industry: `Industry ${batch + n}`, arr: String(1_001 - batch - n) },
          ]),
        ),
      );
    }
    const cut = await breakdown(['INDUSTRY'], { withRetention: true });
    expect(cut).toMatchObject({ truncated: true, totals: { accounts: 1_001, arr: '501501.00' } });
    expect(cut.rows).toHaveLength(1_000);
    expect(cut.rows.map(groupName)).not.toContain('Industry 1000');

    const whole = await breakdown(['INDUSTRY'], { where: { arr: { gt: money('1') } } });
    expect(whole).toMatchObject({ truncated: false });
    expect(whole.rows).toHaveLength(1_000);

    const retention = await analytics.reads.retention({
      by: ['INDUSTRY'],
      from: day('2026-02-01'),
      to: day('2026-03-01'),
    });
    expect(retention).toMatchObject({ truncated: true, totals: { startAccounts: 1_001 } });
    expect(retention.rows).toHaveLength(1_000);
  });
});

describe('a breakdown refuses', () => {
  test.each<[string, BreakdownQuery, string]>([
    ['four dimensions', { by: ['TIER', 'PLAN', 'REGION', 'COUNTRY'] }, 'by'],
    ['one dimension twice', { by: ['TIER', 'TIER'] }, 'by'],
    ['a dimension that does not exist', { by: ['a.name; DROP TABLE account' as Dimension] }, 'by'],
    ['a day after today', { by: [], asOf: day('2026-03-02') }, 'asOf'],
    ['a filter that compares with null', { by: [], where: { arr: { eq: null } } }, 'where.arr.eq'],
  ])('%s', async (_, query, field) => {
    const error: unknown = await analytics.reads.breakdown(query).catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ code: 'INVALID_VALUE', field: field.split('.') });
  });
});

test('a filter takes no SQL from its values, on any day', async () => {
  await seedSmallBook();
  clock.passDays(1);
  for (const attempt of [`' OR true --`, `'); DROP TABLE account; --`, '$1', "\\' OR 1=1 --", '%']) {
    for (const asOf of [day('2026-03-01'), day('2026-03-02')]) {
      for (const tierBasis of ['RECORDED', 'PUBLISHED_MODEL'] as const) {
        const where = { or: [{ industry: { eq: attempt } }, { tier: { in: [attempt] } }] };
        expect((await breakdown(['TIER'], { asOf, tierBasis, where })).totals.accounts).toBe(0);
      }
    }
  }
  expect((await breakdown([])).totals.accounts).toBe(6);
});
