import { type Breakdown, type BreakdownQuery } from '../../src/app/ports/analytics';
import { type Dimension } from '../../src/domain/segment';
import { figures, openAnalytics, type TestAnalytics } from '../support/analytics';
import { fixedClock, type TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
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
