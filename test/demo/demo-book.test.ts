import { createHash } from 'node:crypto';
import { SYSTEM } from '../../src/app/actor';
import { RecalculationService } from '../../src/app/recalculation.service';
import { TierReviewService } from '../../src/app/tier-review.service';
import { type DemoBatch, generateDemoBook } from '../../src/demo/demo-book';
import { loadDemoBook } from '../../src/demo/load-demo-book';
import { factsOf } from '../../src/domain/account';
import { checkValues } from '../../src/domain/account-field';
import { addDays, type CalendarDate, parseDate } from '../../src/domain/calendar';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { placeAccount } from '../../src/domain/placement';
import { TypeOrmUnitOfWork } from '../../src/persistence/unit-of-work';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';

const TODAY = parseDate('2026-03-04');

async function loaded(accounts: number, today: CalendarDate = TODAY): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const unitOfWork = new TypeOrmUnitOfWork(database.dataSource);
  await loadDemoBook({ unitOfWork, baseCurrency: 'USD', accounts, today });
  return database;
}

interface Share {
  readonly tier: string;
  readonly population: number;
  readonly arr: number;
}

async function sharesOf(database: TestDatabase): Promise<Share[]> {
  return database.query<Share>(`
    SELECT effective_tier AS tier, (100.0 * count(*) / sum(count(*)) OVER ())::float8 AS population,
      (100 * sum(arr) / sum(sum(arr)) OVER ())::float8 AS arr
    FROM account WHERE arr > 0 AND status IS DISTINCT FROM 'CHURNED' GROUP BY 1`);
}

function expectWithinTargets(shares: readonly Share[]): void {
  for (const { key, populationTarget, arrShareTarget } of DEFAULT_MODEL.tiers) {
    const share = shares.find(({ tier }) => tier === key);
    if (populationTarget !== null) {
      expect(share?.population).toBeGreaterThanOrEqual(populationTarget.from);
      expect(share?.population).toBeLessThanOrEqual(populationTarget.to);
    }
    if (arrShareTarget !== null) {
      expect(share?.arr).toBeGreaterThanOrEqual(arrShareTarget.from);
      expect(share?.arr).toBeLessThanOrEqual(arrShareTarget.to);
    }
  }
}

/** Everything that was stored, without the ids that sequences give. */
async function fingerprint(database: TestDatabase): Promise<string> {
  const hash = createHash('sha256');
  for (const table of [
    'account',
    'scorecard',
    'tier_history',
    'arr_movement',
    'fact_change',
    'pending_downgrade',
    'tier_review',
    'intervention',
    'renewal_notice',
    'digital_program',
    'touch',
    'support_month',
    'account_engagement',
  ]) {
    const account =
      table === 'account' ? 't.external_id' : '(SELECT external_id FROM account WHERE id = t.account_id)';
    const rows = await database.query<{ row: string }>(`
      SELECT ${account} || (to_jsonb(t) - 'id' - 'account_id' - 'scorecard_id' - 'parent_id' - 'csm_id')::text AS row
      FROM ${table} t ORDER BY 1`);
    for (const { row } of rows) hash.update(row);
  }
  return hash.digest('hex');
}

function batchesOf(accounts: number, today: CalendarDate = TODAY): DemoBatch[] {
  return [...generateDemoBook({ accounts, today })].flatMap(({ batches }) => [...batches()]);
}

describe('a demo book of 2,000 accounts', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await loaded(2_000);
  });
  afterAll(async () => {
    await database.drop();
  });

  it('has as many accounts as asked for, some of them on trial, free, churned, provisional or not placed yet', async () => {
    const [counts] = await database.query<Record<string, number>>(`
      SELECT count(*)::int AS all, count(*) FILTER (WHERE status = 'TRIAL')::int AS trial,
        count(*) FILTER (WHERE status = 'FREE')::int AS free, count(*) FILTER (WHERE status = 'CHURNED')::int AS churned,
        count(*) FILTER (WHERE provisional)::int AS provisional, count(*) FILTER (WHERE NOT placed)::int AS unplaced,
        count(parent_id)::int AS children, count(designated_on)::int AS designated, count(DISTINCT name)::int AS names
      FROM account`);
    expect(counts).toMatchObject({ all: 2_000, names: 2_000 });
    for (const [what, least] of Object.entries({
      trial: 20,
      free: 20,
      churned: 150,
      provisional: 80,
      unplaced: 5,
      children: 80,
      designated: 5,
    })) {
      expect([what, (counts?.[what] ?? 0) >= least]).toEqual([what, true]);
    }
  });

  it('has interventions, most of them closed, notices before renewals, and programs that run for most accounts', async () => {
    const interventions = await database.query<{ status: string; reasons: number; count: number }>(
      `SELECT status, count(*)::int AS count, count(DISTINCT reason)::int AS reasons FROM intervention GROUP BY 1`,
    );
    const of = (status: string) => interventions.find((row) => row.status === status);
    expect(of('COMPLETED')?.reasons).toBe(5);
    expect(of('COMPLETED')?.count).toBeGreaterThan(200);
    expect(of('OPEN')?.count).toBeGreaterThan(5);
    const [told] = await database.query<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM renewal_notice) AS notices,
         (SELECT avg(running::int)::float8 FROM digital_program WHERE to_on IS NULL) AS running`,
    );
    expect(told?.notices).toBeGreaterThan(100);
    expect(told?.running).toBeGreaterThan(0.9);
    expect(told?.running).toBeLessThan(1);
  });

  it('keeps population and ARR of every tier within its targets', async () => {
    expectWithinTargets(await sharesOf(database));
  });

  it('holds every account where the rules place its facts, and lets the next daily run find nothing to do', async () => {
    const unitOfWork = new TypeOrmUnitOfWork(database.dataSource);
    const ids = (await database.query<{ id: string }>('SELECT id::text FROM account')).map(({ id }) => id);
    const accounts = await unitOfWork.observe((stores) => stores.accounts.readByIds(ids, TODAY));
    for (const { externalId, values, standing, scorecard } of accounts) {
      if (!standing.placed) continue;
      const placed = placeAccount(factsOf(values), DEFAULT_MODEL, TODAY);
      expect([externalId, standing.computed]).toEqual([externalId, placed.computedTier]);
      if (standing.held !== null) expect([externalId, scorecard]).toEqual([externalId, placed]);
      const isWaiting = standing.pending?.target === standing.computed;
      expect([externalId, standing.held === standing.computed || isWaiting]).toEqual([externalId, true]);
    }
    const service = new RecalculationService(unitOfWork, fixedClock(TODAY));
    expect(await service.recalculate(SYSTEM)).toMatchObject({ changed: 0, moved: 0 });
  });

  it('has its tier reviews in hand: most are completed, few are overdue, and some were escalated', async () => {
    const service = new TierReviewService(new TypeOrmUnitOfWork(database.dataSource), fixedClock(TODAY));
    const stamp = { actorId: SYSTEM.id, actorName: SYSTEM.name, now: `${TODAY}T12:00:00.000Z`, today: TODAY };
    expect(await service.runDue(SYSTEM, stamp)).toBe(0);
    const [found] = await database.query<Record<string, number>>(
      `SELECT (100.0 * count(*) FILTER (WHERE review_due_on < $1) / count(*))::float8 AS overdue,
         count(*) FILTER (WHERE review_escalated_on IS NOT NULL)::int AS escalated,
         (SELECT count(*)::int FROM tier_review WHERE automatic) AS automatic,
         (SELECT count(*)::int FROM tier_review WHERE NOT automatic) AS completed
       FROM account WHERE held_tier IS NOT NULL`,
      [TODAY],
    );
    expect(found?.overdue).toBeGreaterThan(0);
    expect(found?.overdue).toBeLessThan(15);
    expect(found?.escalated).toBeGreaterThan(0);
    expect(found?.automatic).toBeGreaterThan(100);
    expect(found?.completed).toBeGreaterThan(500);
  });

  it('has lived for two years: moves of every kind in every month', async () => {
    const months = await database.query<{ moves: number }>(`
      SELECT count(*)::int AS moves FROM tier_history
      WHERE effective_from IS DISTINCT FROM effective_to AND kind <> 'INITIAL' GROUP BY date_trunc('month', occurred_on)`);
    expect(months.filter(({ moves }) => moves >= 5).length).toBeGreaterThanOrEqual(23);

    const rows = await database.query<{ row: string; count: number }>(
      `SELECT kind || ' ' || cause AS row, count(*)::int AS count FROM tier_history GROUP BY 1`,
    );
    expect(Object.fromEntries(rows.map(({ row, count }) => [row, count > 0]))).toMatchObject({
      'INITIAL FACTS': true,
      'UPGRADE FACTS': true,
      'DOWNGRADE_PENDING FACTS': true,
      'DOWNGRADE_PENDING TIME': true,
      'DOWNGRADE_CANCELLED FACTS': true,
      'DOWNGRADE GRACE_ENDED': true,
      'DOWNGRADE CORRECTION': true,
      'CHURNED FACTS': true,
      'REACTIVATED FACTS': true,
    });
    const actors = await database.query(`SELECT DISTINCT actor_name FROM tier_history`);
    expect(actors.length).toBeGreaterThanOrEqual(8);
    const open = await database.query(`SELECT FROM pending_downgrade WHERE grace_until > $1`, [TODAY]);
    expect(open.length).toBeGreaterThanOrEqual(15);
  });

  it('keeps the history of every account in one piece, each row from where the one before it ended', async () => {
    const broken = await database.query(`
      SELECT account_id, id FROM (
        SELECT *, lag(held_to) OVER w AS before, lag(effective_to) OVER w AS effective_before,
          lag(occurred_on) OVER w AS day_before, row_number() OVER w AS position
        FROM tier_history WINDOW w AS (PARTITION BY account_id ORDER BY id)) h
      WHERE held_from IS DISTINCT FROM before OR effective_from IS DISTINCT FROM effective_before
        OR day_before > occurred_on OR (kind = 'INITIAL') <> (position = 1)`);
    expect(broken).toEqual([]);
    const ends = await database.query(`
      SELECT a.id FROM account a JOIN LATERAL (
        SELECT * FROM tier_history h WHERE h.account_id = a.id ORDER BY id DESC LIMIT 1) last ON true
      WHERE last.effective_to IS DISTINCT FROM a.effective_tier`);
    expect(ends).toEqual([]);
  });

  it('makes no downgrade before its grace is over, save the corrected mistakes', async () => {
    const early = await database.query(`
      SELECT id FROM (
        SELECT *, lag(grace_until) OVER (PARTITION BY account_id ORDER BY id) AS promised FROM tier_history) h
      WHERE kind = 'DOWNGRADE' AND cause <> 'CORRECTION' AND occurred_on IS DISTINCT FROM promised`);
    expect(early).toEqual([]);
  });

  it('retains revenue like a real book', async () => {
    const [year] = await database.query<{ grr: number; nrr: number; logos: number }>(
      `
      WITH arr AS (
        SELECT (SELECT arr_to FROM arr_movement m WHERE m.account_id = a.id AND effective_on <= $1
                ORDER BY effective_on DESC, id DESC LIMIT 1) AS before,
               coalesce(a.arr, 0) AS now
        FROM account a)
      SELECT (100 * sum(least(before, now)) / sum(before))::float8 AS grr, (100 * sum(now) / sum(before))::float8 AS nrr,
        (100.0 * count(*) FILTER (WHERE now > 0) / count(*))::float8 AS logos
      FROM arr WHERE before > 0`,
      [addDays(TODAY, -365)],
    );
    expect(year?.grr).toBeGreaterThan(88);
    expect(year?.grr).toBeLessThan(94);
    expect(year?.nrr).toBeGreaterThan(100);
    expect(year?.nrr).toBeLessThan(112);
    expect(year?.logos).toBeGreaterThan(89);
    expect(year?.logos).toBeLessThan(95);
  });

  it('is refused by a book that holds anything', async () => {
    const unitOfWork = new TypeOrmUnitOfWork(database.dataSource);
    await expect(
      loadDemoBook({ unitOfWork, baseCurrency: 'USD', accounts: 5, today: TODAY }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});

describe('a demo book of any size', () => {
  it('is the same for the same size and day, and within the targets at 200 accounts', async () => {
    const [one, other] = [await loaded(200), await loaded(200)];
    try {
      expect(await fingerprint(one)).toBe(await fingerprint(other));
      expectWithinTargets(await sharesOf(one));
    } finally {
      await one.drop();
      await other.drop();
    }
  });

  it.each([1, 3, 17])('loads with %i accounts, and says how far it has come', async (accounts) => {
    const database = await createTestDatabase();
    let done = 0;
    await loadDemoBook({
      unitOfWork: new TypeOrmUnitOfWork(database.dataSource),
      baseCurrency: 'EUR',
      accounts,
      today: parseDate('2028-02-29'),
      onProgress: (more) => {
        done += more;
      },
    });
    const rows = await database.query(`SELECT FROM account`);
    await database.drop();
    expect([done, rows.length]).toEqual([accounts, accounts]);
  });

  it('differs between days, but not in who its customers are', () => {
    const [one, other] = [batchesOf(60), batchesOf(60, addDays(TODAY, 40))];
    const names = (batches: readonly DemoBatch[]): (string | null | undefined)[] =>
      batches.flatMap(({ changes }) => changes.flatMap(({ values }) => values.name ?? [])).sort();
    expect(names(one)).toEqual(names(other));
    expect(one).not.toEqual(other);
  });

  it('says nothing after today, each account once a moment, and every value in its one form', () => {
    for (const { day, changes } of batchesOf(1_500, parseDate('2026-08-02'))) {
      expect(day <= '2026-08-02').toBe(true);
      expect(new Set(changes.map(({ externalId }) => externalId)).size).toBe(changes.length);
      for (const { values } of changes) {
        const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
        expect(checkValues(given)).toEqual(given);
      }
    }
  });

  it('gives no two companies the same name', () => {
    const names = batchesOf(4_500).flatMap(({ changes }) =>
      changes.flatMap(({ values }) => values.name ?? []),
    );
    expect(new Set(names).size).toBe(4_500);
  });
});
