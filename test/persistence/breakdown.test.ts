import fc from 'fast-check';
import { type Breakdown, type BreakdownQuery } from '../../src/app/ports/analytics';
import { DomainError } from '../../src/domain/errors';
import { type Dimension, DIMENSIONS } from '../../src/domain/segment';
import { figures, groupName, hundredths, openAnalytics, type TestAnalytics } from '../support/analytics';
import { fixedClock, type TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day, money } from '../support/facts';
import { LivingBook } from '../support/living-book';
import { liveRandomly } from '../support/random-book';

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
    ['TIER', { strategic: 1, core: 1, scale: 0, 'tech-touch': 2, null: 3 }],
  ])('%s', async (dimension, expected) => {
    const { rows } = await breakdown([dimension]);
    const counts = Object.fromEntries(rows.map((row) => [groupName(row), row.accounts]));
    expect(counts).toEqual(Object.fromEntries(Object.entries(expected).filter(([, count]) => count > 0)));
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

describe('a breakdown of a past day', () => {
  beforeEach(async () => {
    book.on('2025-01-10');
    await book.seed({
      grows: { arr: '30000', industry: 'FinTech' },
      shrinks: { arr: '60000', industry: 'FinTech' },
      leaves: { arr: '10000', industry: 'EdTech' },
    });
    await book.on('2025-06-01').account('grows', { arr: '120000' });
    await book.account('shrinks', { arr: '6000', industry: 'EdTech' });
    await book.on('2025-09-01').account('leaves', { status: 'CHURNED' });
    await book.on('2025-09-01').account('arrives', { arr: '7000', customerSince: day('2025-09-01') });
    clock.setDay('2026-03-01');
  });

  test.each<[string, Record<string, unknown[]>]>([
    ['2025-01-09', { null: [3, '100000.00'] }],
    ['2025-05-31', { core: [2, '90000.00'], scale: [1, '10000.00'] }],
    ['2025-06-01', { strategic: [1, '120000.00'], scale: [1, '10000.00'], core: [1, '6000.00'] }],
    ['2025-09-01', { strategic: [1, '120000.00'], core: [1, '6000.00'], scale: [1, '7000.00'] }],
  ])('on %s has the tiers that were recorded then', async (asOf, expected) => {
    const { rows, tierBasis } = await breakdown(['TIER'], { asOf: day(asOf) });
    expect(figures(rows, 'accounts', 'arr')).toEqual(expected);
    expect(tierBasis).toBe('RECORDED');
  });

  test.each<[string, Record<string, unknown[]>]>([
    ['2025-01-09', { core: [2, '90000.00'], scale: [1, '10000.00'] }],
    ['2025-06-01', { strategic: [1, '120000.00'], scale: [2, '16000.00'] }],
    ['2026-03-01', { strategic: [1, '120000.00'], scale: [2, '13000.00'] }],
  ])("on %s can have today's model's tiers instead", async (asOf, expected) => {
    const { rows } = await breakdown(['TIER'], { asOf: day(asOf), tierBasis: 'PUBLISHED_MODEL' });
    expect(figures(rows, 'accounts', 'arr')).toEqual(expected);
  });

  test('filters by what accounts were on that day', async () => {
    const { rows } = await breakdown(['TIER'], {
      asOf: day('2025-05-31'),
      where: { industry: { eq: 'FinTech' } },
    });
    expect(figures(rows, 'arr')).toEqual({ core: ['90000.00'] });
    const pending = await breakdown(['TIER'], { asOf: day('2025-06-01'), where: { pendingDowngrade: true } });
    expect(figures(pending.rows, 'arr')).toEqual({ core: ['6000.00'] });
    const before = await breakdown([], { asOf: day('2025-05-31'), where: { pendingDowngrade: true } });
    expect(before.totals.accounts).toBe(0);
  });

  test("filters by today's model's tiers where those are asked for", async () => {
    const where = { tier: { eq: 'scale' }, industry: { eq: 'EdTech' } };
    const asOf = day('2025-06-01');
    const byModel = await breakdown(['INDUSTRY'], { asOf, where, tierBasis: 'PUBLISHED_MODEL' });
    expect(figures(byModel.rows, 'accounts', 'arr')).toEqual({ EdTech: [2, '16000.00'] });
    const recorded = await breakdown(['INDUSTRY'], { asOf, where });
    expect(figures(recorded.rows, 'accounts', 'arr')).toEqual({ EdTech: [1, '10000.00'] });
  });

  test('counts maturity from that day', async () => {
    const { rows } = await breakdown(['MATURITY'], { asOf: day('2025-12-01') });
    expect(figures(rows, 'arr')).toEqual({ ADOPTING: ['7000.00'], null: ['126000.00'] });
  });

  test('shows what 12 months retained of what was in each group at their beginning', async () => {
    const { rows, totals } = await breakdown(['INDUSTRY'], { asOf: day('2026-02-01'), withRetention: true });
    expect(figures(rows, 'arr', 'grr', 'nrr', 'logoRetention')).toEqual({
      // On 2025-02-01: grows 30,000 and shrinks 60,000; now 120,000 and 6,000.
      FinTech: ['120000.00', 0.4, 1.4, 1],
      // leaves had 10,000 and is gone; shrinks and arrives were not in the group.
      EdTech: ['6000.00', 0, 0, 0],
      null: ['7000.00', null, null, null],
    });
    expect(totals).toMatchObject({ grr: 0.36, nrr: 1.26, logoRetention: 0.666667 });
  });

  test("shows retention by today's model's tiers where those are asked for", async () => {
    const asOf = day('2026-01-09');
    const byModel = await breakdown(['TIER'], { asOf, withRetention: true, tierBasis: 'PUBLISHED_MODEL' });
    // Both groups were core and scale a year before; nobody was strategic.
    expect(figures(byModel.rows, 'grr', 'nrr')).toEqual({ strategic: [null, null], scale: [0, 0] });
    const recorded = await breakdown(['TIER'], { asOf, withRetention: true });
    expect(recorded.rows.map(({ nrr }) => nrr)).toEqual([null, null, null]);
    expect(recorded.totals.nrr).toBe(1.26);
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

/** Every choice of up to 3 dimensions: 697 of them. */
function* everyCombination(): Generator<readonly Dimension[]> {
  yield [];
  for (const [i, first] of DIMENSIONS.entries()) {
    yield [first];
    for (const [j, second] of DIMENSIONS.slice(i + 1).entries()) {
      yield [first, second];
      for (const third of DIMENSIONS.slice(i + j + 2)) yield [third, first, second];
    }
  }
}

describe('in any book', () => {
  test('every breakdown adds up to its totals, and every combination of dimensions to the same ones', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const fresh = await createTestDatabase();
        const other = openAnalytics(fresh, clock);
        const { days } = await liveRandomly(new LivingBook(fresh, clock), seed);
        const wholes = new Map<string, unknown>();
        let turn = 0;
        for (const by of everyCombination()) {
          const asOf = days[turn % days.length];
          const tierBasis = turn % 2 === 0 ? 'RECORDED' : 'PUBLISHED_MODEL';
          turn += 1;
          const { rows, totals } = await other.reads.breakdown({ by, asOf, tierBasis });
          expect(hundredths(rows.map(({ arr }) => arr))).toBe(hundredths([totals.arr]));
          expect(hundredths(rows.map(({ atRiskArr }) => atRiskArr))).toBe(hundredths([totals.atRiskArr]));
          expect(rows.reduce((sum, { accounts }) => sum + accounts, 0)).toBe(totals.accounts);
          expect(new Set(rows.map((row) => JSON.stringify(row.keys))).size).toBe(rows.length);
          expect(totals).toEqual(wholes.get(asOf ?? '') ?? totals);
          wholes.set(asOf ?? '', totals);
        }
        await other.close();
        await fresh.drop();
      }),
      { numRuns: 2 },
    );
  }, 180_000);

  test('the book of the last day on which anything happened is the book of today', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const fresh = await createTestDatabase();
        const other = openAnalytics(fresh, clock);
        const { lastDay } = await liveRandomly(new LivingBook(fresh, clock), seed);
        for (const dimension of DIMENSIONS.filter((name) => name !== 'MATURITY')) {
          for (const tierBasis of ['RECORDED', 'PUBLISHED_MODEL'] as const) {
            const query = { by: [dimension], tierBasis, withMedian: true };
            const then = await other.reads.breakdown({ ...query, asOf: lastDay });
            const now = await other.reads.breakdown(query);
            expect({ ...then, asOf: now.asOf }).toEqual(now);
          }
        }
        await other.close();
        await fresh.drop();
      }),
      { numRuns: 5 },
    );
  }, 120_000);
});
