import fc from 'fast-check';
import { Client } from 'pg';
import { stampOf } from '../../src/app/account.service';
import { COMMAND_LINE } from '../../src/app/actor';
import { BookFigureService } from '../../src/app/book-figure.service';
import { type Money } from '../../src/domain/money';
import { withThresholds } from '../../src/domain/tiering-model';
import { migrate } from '../../src/persistence/migrate';
import { readBreakdown, readKeptBook } from '../../src/persistence/reads/breakdown.reads';
import { DatabaseReader, type SqlReader } from '../../src/persistence/reads/database-reader';
import { type TestClock } from '../support/clock';
import { type TestDatabase } from '../support/database';
import { KEPT_GROUPINGS, KeptBookCheck } from '../support/kept-book';
import { KeptFigures } from '../support/kept-figures';
import { liveRandomly, Random } from '../support/random-book';
import { StaffedBook } from '../support/staffed-book';
import { until } from '../support/until';

jest.setTimeout(300_000);

const NO_MORE = { withMedian: false, withRetention: false };

let database: TestDatabase;
let clock: TestClock;
let book: StaffedBook;
let reader: DatabaseReader;
let check: KeptBookCheck;
let figures: BookFigureService;
let kept: KeptFigures;

const open = async (): Promise<void> => {
  kept = await KeptFigures.open();
  ({ database, clock, book, reader, figures } = kept);
  check = new KeptBookCheck(reader, clock);
};
const close = (): Promise<void> => kept.close();
const session = (): Promise<Client> => kept.session();
const deltas = (): Promise<number> => kept.count('book_delta');
const waiting = (): Promise<number> => kept.waiting();

/** Accounts a1 to an in the tier core, and two people who look after them. */
async function seed(accounts: number): Promise<void> {
  await database.query(
    `INSERT INTO account (external_id, arr, industry, region, health_score, held_tier, computed_tier, effective_tier)
     SELECT 'a' || n, 1000 * n, 'i' || n % 3, 'r' || n % 2, n % 101, 'core', 'core', 'core'
     FROM generate_series(1, $1::int) n`,
    [accounts],
  );
  await kept.assignEveryOther();
}

const halfOf = (amount: Money | null): Money | null => (amount === null ? null : ((amount / 2) as Money));

const move = (account: string, tier: string): [string, string[]] => [
  `UPDATE account SET override_tier = $2, effective_tier = $2 WHERE external_id = $1`,
  [account, tier],
];

describe('the figures that are kept', () => {
  beforeEach(open);
  afterEach(close);

  test('are not there before they are counted, and the accounts answer until then', async () => {
    await seed(5);
    expect(await check.isKept(['TIER'])).toBe(false);
    const { totals } = await readBreakdown(reader, await check.grouping(['TIER']), clock.today(), NO_MORE);
    expect(totals).toMatchObject({ accounts: 5, arr: '15000.00' });
    expect(await figures.keepUp()).toEqual({ folded: 0, counted: true });
    await check.isExact();
    expect(await deltas()).toBe(0);
  });

  test('answer by up to two of their dimensions, and everything else is looked up', async () => {
    await figures.keepUp();
    for (const by of KEPT_GROUPINGS) expect([by, await check.isKept(by)]).toEqual([by, true]);
    expect(await check.isKept(['COUNTRY'])).toBe(false);
    expect(await check.isKept(['TIER', 'COUNTRY'])).toBe(false);
    expect(await check.isKept(['TIER', 'REGION', 'CSM'])).toBe(false);
    expect(await check.isKept(['TIER'], 'PUBLISHED_MODEL')).toBe(false);
    expect(await check.isKept(['REGION'], 'PUBLISHED_MODEL')).toBe(true);
    const today = clock.today();
    const grouping = await check.grouping(['TIER']);
    const of = (...[more, day, options]: [object, string, object]) =>
      readKeptBook(reader, { ...grouping, ...more }, day as typeof today, { ...NO_MORE, ...options });
    expect(await of({}, today, {})).not.toBeNull();
    expect(await of({ where: { regions: ['EMEA'] } }, today, {})).toBeNull();
    expect(await of({}, '2026-03-01', {})).toBeNull();
    expect(await of({}, today, { withMedian: true })).toBeNull();
    expect(await of({}, today, { withRetention: true })).toBeNull();
  });

  test('are read without looking at the accounts', async () => {
    await seed(50);
    await figures.keepUp();
    const asked: [string, readonly unknown[]][] = [];
    const spy: SqlReader = {
      rows: (sql, parameters = [], options) => {
        asked.push([sql, parameters]);
        return reader.rows(sql, parameters, options);
      },
      stream: (sql, parameters) => reader.stream(sql, parameters),
    };
    for (const by of KEPT_GROUPINGS) {
      await readBreakdown(spy, await check.grouping(by), clock.today(), NO_MORE);
    }
    expect(asked).toHaveLength(KEPT_GROUPINGS.length);
    const read = new Set<string>();
    for (const [sql, parameters] of asked) {
      const [plan] = await reader.rows<Record<string, unknown>>(`EXPLAIN (FORMAT JSON) ${sql}`, parameters);
      for (const [, name] of JSON.stringify(plan).matchAll(/"Relation Name":\s*"(\w+)"/g))
        read.add(name ?? '');
    }
    expect([...read].sort()).toEqual(['book_banding', 'book_delta', 'book_figure', 'csm', 'pool']);
  });

  test('write nothing for what changes none of them', async () => {
    await seed(5);
    await figures.keepUp();
    await database.query(`UPDATE account SET employees = 7, name = 'Other'`);
    await database.query(`UPDATE account SET arr = arr, industry = industry`);
    await database.query(`UPDATE portfolio_assignment SET reason = 'Said so'`);
    // Two accounts that change places are the same book.
    await database.query(
      `UPDATE account SET arr = 6000 - arr, health_score = 6 - health_score,
         industry = CASE industry WHEN 'i1' THEN 'i2' ELSE 'i1' END
       WHERE external_id IN ('a1', 'a5')`,
    );
    expect(await deltas()).toBe(0);
    await check.isExact();
  });

  test('follow what is written past the services, and several tables in one statement', async () => {
    await seed(20);
    await figures.keepUp();
    const steps = [
      `UPDATE account SET status = 'CHURNED', held_tier = NULL, effective_tier = NULL WHERE external_id = 'a3'`,
      `UPDATE account SET status = NULL WHERE external_id = 'a3'`,
      `UPDATE account SET arr = NULL, health_score = NULL WHERE external_id IN ('a4', 'a5')`,
      `UPDATE account SET churn_risk = 'HIGH' WHERE id % 3 = 0`,
      `UPDATE account SET id = id + 1000 WHERE external_id = 'a7'`,
      `DELETE FROM account WHERE external_id = 'a9'`,
      `UPDATE portfolio_assignment SET csm_id = (SELECT id FROM csm WHERE external_id = 'ben') WHERE id % 2 = 0`,
      `UPDATE portfolio_assignment SET account_id = (SELECT id FROM account WHERE external_id = 'a1')
       WHERE account_id = (SELECT id FROM account WHERE external_id = 'a2')`,
      `WITH moved AS (
         UPDATE account SET override_tier = 'growth', effective_tier = 'growth' WHERE id % 4 = 0 RETURNING id
       )
       UPDATE portfolio_assignment SET to_on = '2026-03-02' FROM moved WHERE account_id = moved.id`,
      `WITH added AS (
         INSERT INTO account (external_id, arr, region) VALUES ('new', 77, 'r1') RETURNING id
       )
       INSERT INTO portfolio_assignment (account_id, pool_id, from_on, actor_id, actor_name, recorded_at)
       SELECT added.id, pool.id, '2026-01-01', 'test', 'test', now() FROM added, pool`,
      `WITH gone AS (DELETE FROM portfolio_assignment WHERE to_on IS NULL AND csm_id IS NOT NULL RETURNING account_id)
       UPDATE account SET industry = 'left' FROM gone WHERE account.id = gone.account_id`,
      `INSERT INTO account (external_id, arr, status) VALUES ('churned', 5, 'CHURNED'), ('free', 0, 'FREE')
       ON CONFLICT (external_id) DO UPDATE SET arr = excluded.arr`,
      `INSERT INTO account (external_id, arr) VALUES ('free', 12), ('late', 13)
       ON CONFLICT (external_id) DO UPDATE SET arr = excluded.arr`,
      `MERGE INTO account USING (VALUES ('free', 1), ('merged', 2)) AS given(name, arr) ON external_id = given.name
       WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (external_id, arr) VALUES (given.name, given.arr)`,
      `TRUNCATE portfolio_assignment`,
    ];
    for (const sql of steps) {
      await database.query(sql);
      await check.isExact();
    }
    expect((await figures.keepUp()).folded).toBeGreaterThan(0);
    await check.isExact();
    await database.query(
      `ALTER TABLE tier_history DISABLE TRIGGER tier_history_no_truncate; TRUNCATE account CASCADE`,
    );
    expect(await check.isKept(['TIER'])).toBe(false);
    await database.query(`INSERT INTO account (external_id, arr) VALUES ('first', 1)`);
    await figures.keepUp();
    await check.isExact();
  });

  test('lose a group with its last account', async () => {
    await seed(3);
    await figures.keepUp();
    await database.query(`UPDATE account SET industry = 'only'`);
    await figures.keepUp();
    await check.isExact();
    expect(
      await database.query(
        `SELECT DISTINCT industry FROM book_figure WHERE dimensions & 8 > 0 AND (accounts <> 0 OR arr <> 0)`,
      ),
    ).toEqual([{ industry: 'only' }]);
    expect(await database.query(`SELECT FROM book_figure WHERE accounts = 0`)).toEqual([]);
  });
});

test('the figures are those of the accounts in any book, whatever happens to it and whenever they are added up', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seedNumber) => {
      await open();
      const random = new Random(seedNumber);
      await book.staff({ anna: {}, ben: {}, pia: { pool: 'west' } });
      await liveRandomly(book, seedNumber);
      await figures.keepUp();
      await check.isExact();
      const small = new BookFigureService(book.unitOfWork, clock, { mostAtOnce: 1 + random.below(7) });
      for (let step = 0; step < 12; step += 1) {
        await anyWrite(random, step);
        await check.isExact();
        if (random.chance(0.3)) await small.keepUp({ aborted: random.chance(0.5) });
        await check.isExact();
      }
      await figures.keepUp();
      await check.isExact();
      await close();
    }),
    { numRuns: 6 },
  );
});

/** Something happens to the book, by a service or past them, and is kept or taken back. */
async function anyWrite(random: Random, step: number): Promise<void> {
  const some = `id % 5 = ${random.below(5)}`;
  const [tier, industry] = [random.one(['core', 'growth', 'strategic']), random.one(['FinTech', 'x', 'y'])];
  const writes: readonly (() => Promise<unknown>)[] = [
    () => liveOn(random),
    () =>
      book.assign(
        Object.fromEntries(
          Array.from({ length: 1 + random.below(4) }, () => [
            `acc-${random.below(30)}`,
            random.one([{ csm: 'anna' }, { csm: 'ben' }, { pool: 'west' }, { unassign: true }]),
          ]),
        ),
      ),
    () =>
      database.query(
        `UPDATE account SET override_tier = $1, effective_tier = $1
         WHERE ${some} AND status IS DISTINCT FROM 'CHURNED'`,
        [tier],
      ),
    () => database.query(`UPDATE account SET industry = $1, arr = arr + 0.01 WHERE ${some}`, [industry]),
    () =>
      database.query(`UPDATE account SET health_score = 101 - id % 100 - 1, churn_risk = NULL WHERE ${some}`),
    () =>
      database.query(
        `INSERT INTO account (external_id, arr, industry, region) SELECT 'raw' || $1 || '-' || n, n * 1.1, $2, 'EMEA'
         FROM generate_series(1, 5) n`,
        [step, industry],
      ),
    () => database.query(`DELETE FROM account WHERE external_id LIKE 'raw%' AND ${some}`),
    () => database.query(`DELETE FROM portfolio_assignment WHERE ${some}`),
    () =>
      database.query(
        `UPDATE portfolio_assignment SET csm_id = NULL, pool_id = (SELECT min(id) FROM pool) WHERE ${some}`,
      ),
  ];
  const write = random.one(writes);
  if (random.chance(0.2)) {
    const client = await session();
    await client.query('BEGIN');
    await client.query(`UPDATE account SET arr = 1, region = 'taken back' WHERE ${some}`);
    await client.query('ROLLBACK');
  }
  await write();
}

async function liveOn(random: Random): Promise<void> {
  clock.passDays(1);
  for (let count = 0; count < 4; count += 1) {
    const values = { arr: random.amount(), region: random.one(['EMEA', 'APAC', null]) };
    // Accounts that their lines decide about refuse an ARR.
    await book.account(`acc-${random.below(30)}`, values).catch(() => undefined);
  }
}

describe('whoever writes', () => {
  beforeEach(open);
  afterEach(close);

  test('waits for nobody else in the same tier, and all of it counts', async () => {
    await seed(120);
    await figures.keepUp();
    const writers = await Promise.all(Array.from({ length: 50 }, session));
    for (const [index, client] of writers.entries()) {
      await client.query(`BEGIN`);
      // A lock that anybody held would be an error and not a test that hangs.
      await client.query(`SET LOCAL lock_timeout = '60s'`);
      await client.query(...move(`a${2 * index + 1}`, 'growth'));
      await client.query(...move(`a${2 * index + 2}`, 'growth'));
      await client.query(
        `UPDATE portfolio_assignment SET csm_id = (SELECT id FROM csm WHERE external_id = 'ben')
         WHERE account_id = (SELECT id FROM account WHERE external_id = $1)`,
        [`a${2 * index + 2}`],
      );
    }
    // All of them hold what they have written, and nobody waits for anybody, not even whoever adds figures up.
    expect(await waiting()).toBe(0);
    await check.isExact();
    await figures.keepUp();
    await Promise.all(writers.map((client, index) => client.query(index % 5 === 0 ? 'ROLLBACK' : 'COMMIT')));
    await check.isExact();
    const { rows } = await readBreakdown(reader, await check.grouping(['TIER']), clock.today(), NO_MORE);
    expect(rows.map(({ keys, accounts }) => [keys[0]?.value, accounts]).sort()).toEqual([
      ['core', 40],
      ['growth', 80],
    ]);
    expect((await figures.keepUp()).folded).toBeGreaterThan(0);
    await check.isExact();
  });

  const reassign = `UPDATE portfolio_assignment SET csm_id = (SELECT id FROM csm WHERE external_id = 'ben')
    WHERE account_id = (SELECT id FROM account WHERE external_id = 'a2')`;

  test.each(
    ['READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'].flatMap((isolation) =>
      ['changes', 'assigns'].map((first) => [isolation, first] as const),
    ),
  )(
    'one account at the same moment as others is counted once, under %s where the first %s it',
    async (isolation, first) => {
      await seed(4);
      await figures.keepUp();
      const [one, other] = [await session(), await session()];
      for (const client of [one, other]) {
        await client.query(`BEGIN ISOLATION LEVEL ${isolation}`);
        // Each has a picture of the time before.
        await client.query('SELECT FROM account');
      }
      const change = (client: Client): Promise<unknown> => client.query(...move('a2', 'growth'));
      const assign = (client: Client): Promise<unknown> => client.query(reassign);
      await (first === 'changes' ? change : assign)(one);
      const done = (first === 'changes' ? assign : change)(other).then(
        () => other.query('COMMIT'),
        () => other.query('ROLLBACK'),
      );
      await until('the second waits for the first', async () => (await waiting()) > 0);
      await one.query('COMMIT');
      await done;
      await check.isExact();
    },
  );
});

describe('adding figures up', () => {
  beforeEach(open);
  afterEach(close);

  test('is done by one at a time, and by the next where that one fails', async () => {
    await seed(10);
    await figures.keepUp();
    await database.query(`UPDATE account SET industry = 'other'`);
    const count = await deltas();
    const stamp = stampOf(COMMAND_LINE, clock);
    const failed = book.unitOfWork.run(stamp, async (stores) => {
      expect(await stores.bookFigures.fold(3)).toBe(3);
      await check.isExact();
      expect(await figures.keepUp()).toEqual({ folded: 0, counted: false });
      await database.query(`UPDATE account SET industry = 'written meanwhile' WHERE id % 2 = 0`);
      await check.isExact();
      throw new Error('the process ends');
    });
    await expect(failed).rejects.toThrow('the process ends');
    await check.isExact();
    const results = await Promise.all([figures.keepUp(), figures.keepUp(), figures.keepUp()]);
    expect(results.reduce((sum, { folded }) => sum + folded, 0)).toBeGreaterThan(count);
    expect(await deltas()).toBe(0);
    await check.isExact();
  });

  test('changes nothing for whoever reads meanwhile', async () => {
    await seed(10);
    await figures.keepUp();
    await database.query(`UPDATE account SET industry = 'other', arr = arr * 2`);
    const grouping = await check.grouping(['INDUSTRY', 'ARR_BAND']);
    await reader.snapshot(async (before) => {
      const first = await readKeptBook(before, grouping, clock.today(), NO_MORE);
      expect((await figures.keepUp()).folded).toBeGreaterThan(0);
      await database.query(
        `DELETE FROM account WHERE id NOT IN (SELECT account_id FROM portfolio_assignment)`,
      );
      expect(await readKeptBook(before, grouping, clock.today(), NO_MORE)).toEqual(first);
    });
    await check.isExact();
  });

  test('takes only what is committed, and the rest later', async () => {
    await seed(10);
    await figures.keepUp();
    const writer = await session();
    await writer.query('BEGIN');
    await writer.query(...move('a1', 'growth'));
    await database.query(`UPDATE account SET industry = 'other' WHERE external_id = 'a2'`);
    expect((await figures.keepUp()).folded).toBe(2);
    await writer.query('COMMIT');
    await check.isExact();
    // A tier counts for the loads as well.
    expect(await deltas()).toBe(2);
    expect((await figures.keepUp()).folded).toBe(4);
    await check.isExact();
  });

  test('gives way to counting anew where the published model has other bands, and writers need not know', async () => {
    await seed(60);
    await figures.keepUp();
    const writer = await session();
    await writer.query('BEGIN');
    await writer.query(`UPDATE account SET arr = arr + 9000 WHERE external_id IN ('a1', 'a2', 'a3')`);
    const stamp = stampOf(COMMAND_LINE, clock);
    await book.unitOfWork.run(stamp, async (stores) => {
      const model = await stores.models.publishedForChange();
      if (model === null) throw new Error('nothing is published');
      const other = withThresholds(model, (from) => ({ ...from, amount: halfOf(from.amount) }));
      await stores.models.publish({ ...other, version: model.version + 1 }, 'Smaller bands', stamp);
    });
    expect(await check.isKept(['ARR_BAND'])).toBe(false);
    expect(await check.isKept(['TIER', 'ARR_BAND'])).toBe(false);
    expect(await check.isKept(['TIER', 'REGION'])).toBe(true);
    expect(await figures.keepUp()).toEqual({ folded: 0, counted: true });
    await check.isExact();
    await writer.query('COMMIT');
    await check.isExact();
    expect(await figures.keepUp()).toMatchObject({ counted: false });
    await check.isExact();
  });

  test('of very many changes counts anew', async () => {
    await seed(60);
    await figures.keepUp();
    await database.query(`UPDATE account SET industry = 'other'`);
    const few = new BookFigureService(book.unitOfWork, clock, { countAnewFrom: 50 });
    expect(await few.keepUp()).toEqual({ folded: 0, counted: true });
    expect(await deltas()).toBe(0);
    await check.isExact();
  });
});

test('a book of before gets its figures and its owners, and loses them with the migration', async () => {
  await open();
  await seed(30);
  const undone = async (): Promise<boolean> => {
    const [row] = await database.query<{ there: boolean }>(
      `SELECT to_regclass('book_delta') IS NOT NULL AS there`,
    );
    return row?.there === false;
  };
  while (!(await undone())) await database.dataSource.undoLastMigration({ transaction: 'each' });
  await database.query(`UPDATE account SET industry = 'written before' WHERE external_id = 'a1'`);
  await migrate(database.dataSource);
  expect(await check.isKept(['TIER'])).toBe(false);
  await database.query(`UPDATE account SET industry = 'written after' WHERE external_id = 'a2'`);
  await figures.keepUp();
  await check.isExact();
  expect(
    await database.query(
      `SELECT count(*)::int AS owned, count(*) FILTER (WHERE account.csm_id = o.csm_id)::int AS known
       FROM portfolio_assignment o JOIN account ON account.id = o.account_id WHERE o.to_on IS NULL`,
    ),
  ).toEqual([{ owned: 15, known: 15 }]);
  await close();
});
