import fc from 'fast-check';
import { type Retention, type RetentionQuery } from '../../src/app/ports/analytics';
import { DomainError } from '../../src/domain/errors';
import { type Dimension, DIMENSIONS } from '../../src/domain/segment';
import { figures, hundredths, openAnalytics, type TestAnalytics } from '../support/analytics';
import { fixedClock, type TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day, money } from '../support/facts';
import { LivingBook } from '../support/living-book';
import { readPlainBook } from '../support/plain-book';
import { liveRandomly } from '../support/random-book';

const clock: TestClock = fixedClock('2026-03-01');
let database: TestDatabase;
let analytics: TestAnalytics;
let book: LivingBook;

beforeEach(async () => {
  database = await createTestDatabase();
  analytics = openAnalytics(database, clock);
  book = new LivingBook(database, clock);
});
afterEach(async () => {
  await analytics.close();
  await database.drop();
});

const retention = (
  by: readonly Dimension[],
  from: string,
  to: string,
  more: Partial<RetentionQuery> = {},
): Promise<Retention> => analytics.reads.retention({ by, from: day(from), to: day(to), ...more });

/** A year in the life of a book; every account does another thing. */
async function liveAYear(): Promise<void> {
  book.on('2025-01-01');
  await book.seed({
    grows: { arr: '100000', industry: 'FinTech' },
    shrinks: { arr: '50000', industry: 'FinTech' },
    leaves: { arr: '30000', industry: 'FinTech' },
    stops: { arr: '20000', industry: 'EdTech' },
    returns: { arr: '10000', industry: 'EdTech' },
    moves: { arr: '5000', industry: 'EdTech' },
    free: { arr: '0', industry: 'EdTech', status: 'FREE' },
  });
  book.on('2025-06-01');
  await book.account('grows', { arr: '130000.25' });
  await book.account('shrinks', { arr: '20000' });
  await book.account('leaves', { status: 'CHURNED' });
  await book.account('stops', { arr: '0' });
  await book.account('returns', { arr: '0' });
  await book.account('moves', { industry: 'HealthTech' });
  await book.account('free', { arr: '9000', status: 'ACTIVE' });
  await book.account('arrives', { arr: '44000', industry: 'FinTech', customerSince: day('2025-06-01') });
  await book.on('2025-09-01').account('returns', { arr: '12000' });
  clock.setDay('2026-01-01');
}

describe('retention', () => {
  test('compares two days, account by account, whatever happened between them', async () => {
    await liveAYear();
    const { rows, totals, ...rest } = await retention(['INDUSTRY'], '2025-01-01', '2025-12-31');
    expect(rest).toEqual({ from: '2025-01-01', to: '2025-12-31', tierBasis: 'RECORDED', truncated: false });
    expect(rows).toEqual([
      {
        keys: [{ dimension: 'INDUSTRY', value: 'FinTech' }],
        startAccounts: 3,
        startArr: '180000.00',
        expansion: '30000.25',
        contraction: '30000.00',
        // A churned account brings nothing, even where nobody has set its ARR to 0.
        churn: '30000.00',
        endArr: '150000.25',
        lostAccounts: 1,
        grr: 0.666667,
        nrr: 0.833335,
        logoRetention: 0.666667,
      },
      {
        keys: [{ dimension: 'INDUSTRY', value: 'EdTech' }],
        startAccounts: 3,
        startArr: '35000.00',
        expansion: '2000.00',
        contraction: '0.00',
        churn: '20000.00',
        endArr: '17000.00',
        lostAccounts: 1,
        grr: 0.428571,
        nrr: 0.485714,
        logoRetention: 0.666667,
      },
    ]);
    expect(totals).toEqual({
      startAccounts: 6,
      startArr: '215000.00',
      expansion: '32000.25',
      contraction: '30000.00',
      churn: '50000.00',
      endArr: '167000.25',
      lostAccounts: 2,
      grr: 0.627907,
      nrr: 0.776745,
      logoRetention: 0.666667,
    });
  });

  test('groups accounts by what they were on the first day, and filters by that too', async () => {
    await liveAYear();
    const health = { industry: { eq: 'HealthTech' } };
    expect((await retention(['INDUSTRY'], '2025-01-01', '2026-01-01', { where: health })).rows).toEqual([]);
    const later = await retention(['INDUSTRY'], '2025-06-01', '2026-01-01', { where: health });
    expect(figures(later.rows, 'startArr', 'nrr')).toEqual({ HealthTech: ['5000.00', 1] });
    const big = await retention([], '2025-01-01', '2026-01-01', { where: { arr: { gte: money('50000') } } });
    expect(big.totals).toMatchObject({ startArr: '150000.00', endArr: '150000.25' });
  });

  test('counts an account down to zero as churn and one that came back as never gone', async () => {
    await liveAYear();
    const ed = { where: { externalId: { in: ['stops', 'returns', 'free'] } } };
    const summer = await retention([], '2025-01-01', '2025-08-31', ed);
    expect(summer.totals).toMatchObject({
      startAccounts: 2,
      churn: '30000.00',
      lostAccounts: 2,
      nrr: 0,
      grr: 0,
    });
    const year = await retention([], '2025-01-01', '2025-09-01', ed);
    expect(year.totals).toMatchObject({ expansion: '2000.00', churn: '20000.00', lostAccounts: 1 });
  });

  test('of accounts that churned and came back counts what they bring on the last day', async () => {
    book.on('2025-01-01');
    await book.account('back', { arr: '10000', status: 'ACTIVE' });
    await book.on('2025-03-01').account('back', { status: 'CHURNED' });
    await book.on('2025-07-01').account('back', { status: 'ACTIVE', arr: '8000' });
    clock.setDay('2026-01-01');
    expect((await retention([], '2025-02-01', '2025-05-01')).totals).toMatchObject({
      nrr: 0,
      lostAccounts: 1,
    });
    expect((await retention([], '2025-02-01', '2026-01-01')).totals).toMatchObject({
      nrr: 0.8,
      contraction: '2000.00',
      lostAccounts: 0,
    });
    expect((await retention([], '2025-05-01', '2026-01-01')).totals).toMatchObject({
      startAccounts: 0,
      nrr: null,
    });
  });

  test('of a zero start is null', async () => {
    book.on('2025-01-01');
    await book.seed({ trial: { arr: '0', status: 'TRIAL' }, unknown: { industry: 'FinTech' } });
    await book.on('2025-06-01').account('trial', { arr: '9000' });
    clock.setDay('2026-01-01');
    const { rows, totals } = await retention(['TIER'], '2025-01-01', '2026-01-01');
    expect(rows).toEqual([]);
    expect(totals).toEqual({
      startAccounts: 0,
      startArr: '0.00',
      expansion: '0.00',
      contraction: '0.00',
      churn: '0.00',
      endArr: '0.00',
      lostAccounts: 0,
      grr: null,
      nrr: null,
      logoRetention: null,
    });
  });

  test('over no time at all is whole', async () => {
    await liveAYear();
    const { rows, totals } = await retention(['TIER'], '2026-01-01', '2026-01-01');
    expect(totals).toMatchObject({ nrr: 1, grr: 1, logoRetention: 1, expansion: '0.00', churn: '0.00' });
    expect(rows.map(({ nrr }) => nrr)).toEqual(rows.map(() => 1));
  });

  test('knows back-dated lines by the days on which they ran', async () => {
    await book.on('2026-02-01').account('acme', { industry: 'FinTech' });
    await book.lines('acme', [
      { start: '2024-01-01', end: '2025-01-01', arr: '10000' },
      { start: '2024-07-01', end: null, arr: '25000' },
    ]);
    await book.account('brief', { industry: 'FinTech' });
    await book.lines('brief', [{ start: '2024-02-01', end: '2024-08-01', arr: '4000' }]);
    const at = async (from: string, to: string): Promise<unknown[]> => {
      const { startArr, endArr, churn, nrr } = (await retention([], from, to)).totals;
      return [startArr, endArr, churn, nrr];
    };
    expect(await at('2023-12-31', '2024-12-31')).toEqual(['0.00', '0.00', '0.00', null]);
    expect(await at('2024-01-01', '2024-12-31')).toEqual(['10000.00', '35000.00', '0.00', 3.5]);
    expect(await at('2024-03-01', '2025-01-01')).toEqual(['14000.00', '25000.00', '4000.00', 1.785714]);
    expect(await at('2024-12-31', '2026-02-01')).toEqual(['35000.00', '25000.00', '0.00', 0.714286]);
  });

  test('can be grouped by the tiers that were recorded, or by those that today’s model gives', async () => {
    await liveAYear();
    const recorded = await retention(['TIER'], '2025-01-01', '2026-01-01');
    expect(figures(recorded.rows, 'startArr')).toEqual({
      strategic: ['100000.00'],
      core: ['80000.00'],
      scale: ['35000.00'],
    });
    const before = { from: '2024-12-31', to: '2026-01-01' };
    const unknown = await retention(['TIER'], before.from, before.to);
    expect(figures(unknown.rows, 'startArr')).toEqual({ null: ['215000.00'] });
    const placed = await retention(['TIER', 'SCORE_BAND'], before.from, before.to, {
      tierBasis: 'PUBLISHED_MODEL',
    });
    expect(placed.tierBasis).toBe('PUBLISHED_MODEL');
    expect(figures(placed.rows, 'startArr', 'endArr')).toEqual({
      'strategic / 40-60': ['100000.00', '130000.25'],
      'core / 20-40': ['80000.00', '20000.00'],
      'scale / 0-20': ['35000.00', '17000.00'],
    });
  });

  test.each<[string, RetentionQuery, string]>([
    [
      'a period that ends before it begins',
      { by: [], from: day('2025-02-01'), to: day('2025-01-31') },
      'from',
    ],
    ['an end after today', { by: [], from: day('2025-02-01'), to: day('2026-03-02') }, 'to'],
    [
      'a dimension given twice',
      { by: ['PLAN', 'PLAN'], from: day('2025-02-01'), to: day('2025-03-02') },
      'by',
    ],
  ])('refuses %s', async (_, query, field) => {
    clock.setDay('2026-03-01');
    const error: unknown = await analytics.reads.retention(query).catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ code: 'INVALID_VALUE', field: [field] });
  });
});

describe('in any book', () => {
  test('retention adds up, and is what reading the history account by account gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const fresh = await createTestDatabase();
        const other = openAnalytics(fresh, clock);
        const { days } = await liveRandomly(new LivingBook(fresh, clock), seed);
        const plain = await readPlainBook(fresh);
        let turn = 0;
        for (const [index, from] of days.entries()) {
          for (const to of days.slice(index)) {
            const by = [DIMENSIONS[turn % DIMENSIONS.length] ?? 'TIER', 'CHURN_RISK' as const].slice(
              turn % 3,
            );
            const tierBasis = turn % 2 === 0 ? 'RECORDED' : 'PUBLISHED_MODEL';
            turn += 1;
            const distinct = [...new Set(by)];
            const { rows, totals } = await other.reads.retention({ by: distinct, from, to, tierBasis });
            for (const figure of ['startArr', 'endArr', 'expansion', 'contraction', 'churn'] as const) {
              expect(hundredths(rows.map((row) => row[figure]))).toBe(hundredths([totals[figure]]));
            }
            for (const row of [...rows, totals]) {
              expect(hundredths([row.startArr, row.expansion])).toBe(
                hundredths([row.endArr, row.contraction, row.churn]),
              );
            }
            expect({
              startAccounts: totals.startAccounts,
              lostAccounts: totals.lostAccounts,
              startArr: hundredths([totals.startArr]),
              endArr: hundredths([totals.endArr]),
              churn: hundredths([totals.churn]),
              expansion: hundredths([totals.expansion]),
            }).toEqual(plain.retention(from, to));
            const { totals: start } = await other.reads.breakdown({ by: [], asOf: from });
            expect(start.arr).toBe(totals.startArr);
            expect(start.accounts).toBe(plain.accountsOn(from));
          }
        }
        await other.close();
        await fresh.drop();
      }),
      // Its ARR changed while it was churned, which moves nothing.
      { numRuns: 5, examples: [[-2138045436]] },
    );
  }, 120_000);
});
