import { type Connection, type PoolClient } from 'pg';
import { type EntityManager, QueryFailedError } from 'typeorm';
import { writePool } from '../../src/persistence/data-source';
import { StatementCanceller } from '../../src/persistence/statement-canceller';
import { StatementNames } from '../../src/persistence/statement-names';
import { Transaction, type TransactionStart } from '../../src/persistence/transaction';
import { Transactions } from '../../src/persistence/transactions';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { SentStatements } from '../support/sent-statements';

describe.each([
  ['answers each statement by itself', false],
  ['answers together what was sent together', true],
])('a transaction that %s', (_kind, inBatches) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query('CREATE TABLE thing (id int PRIMARY KEY, word text)');
    await database.query('CREATE TABLE pair (thing int REFERENCES thing DEFERRABLE INITIALLY DEFERRED)');
  });
  beforeEach(async () => {
    await database.query(`TRUNCATE thing, pair`);
    await database.query(`INSERT INTO thing VALUES (7, 'seven')`);
  });
  afterAll(async () => {
    await database.drop();
  });

  test.each<[string, string, unknown[] | undefined]>([
    ['rows', 'SELECT n, n * $1::int AS product FROM generate_series(1, 3) AS n', [2]],
    ['no rows', 'SELECT 1 AS one WHERE $1::boolean', [false]],
    ['rows of an insertion', `INSERT INTO thing VALUES (1, $1), (2, 'b') RETURNING id`, ['a']],
    ['rows of a change, and how many', 'UPDATE thing SET word = $1 RETURNING id', ['c']],
    ['a change of nothing', 'UPDATE thing SET word = $1 WHERE id < 0', ['c']],
    ['how many were deleted', 'DELETE FROM thing WHERE id <= $1', [9]],
    ['what has no parameters', `SELECT current_setting('timezone') AS zone`, undefined],
  ])("gives what TypeORM's own gives: %s", async (_name, sql, parameters) => {
    const runner = database.dataSource.createQueryRunner();
    await runner.startTransaction();
    const plain: unknown = await runner.query(sql, parameters);
    await runner.rollbackTransaction();
    await runner.release();
    for (const names of [null, new StatementNames()]) {
      const { transaction, end } = await begin({ names });
      expect(await transaction.manager.query(sql, parameters)).toEqual(plain);
      await transaction.rollBack();
      await end();
    }
  });

  test('fails as its statement fails, and keeps nothing', async () => {
    const failing = run(async (manager) => {
      await manager.query(`INSERT INTO thing VALUES ($1, 'one')`, [1]);
      await manager.query('SELECT 1 / $1::int', [0]);
    });
    await expect(failing).rejects.toBeInstanceOf(QueryFailedError);
    await expect(failing).rejects.toMatchObject({ driverError: { code: '22012' } });
    expect(await words()).toEqual(['seven']);
  });

  test('is told at the end of a failure that nobody has waited for, and keeps nothing', async () => {
    const failing = run((manager) => {
      void manager.query(`INSERT INTO thing VALUES ($1, 'one')`, [1]);
      void manager.query(`INSERT INTO thing VALUES ($1, 'another seven')`, [7]);
      void manager.query(`INSERT INTO thing VALUES ($1, 'eight')`, [8]);
      return Promise.resolve();
    });
    await expect(failing).rejects.toMatchObject({ driverError: { code: '23505' } });
    expect(await words()).toEqual(['seven']);
  });

  test('says of every statement after one that failed why that one did', async () => {
    const failures: unknown[] = [];
    await run(async (manager) => {
      const statements = ['INSERT INTO thing VALUES ($1)', 'SELECT $1::int', 'UPDATE thing SET id = $1'];
      for (const { reason } of await rejected(statements.map((sql) => manager.query(sql, [7])))) {
        failures.push((reason as QueryFailedError).driverError);
      }
    }).catch((error: unknown) => failures.push((error as QueryFailedError).driverError));
    expect(failures).toMatchObject(Array(4).fill({ code: '23505' }));
  });

  test('runs what it is sent in order, each with what was done before', async () => {
    const read = await run(async (manager) => {
      void manager.query(`INSERT INTO thing VALUES ($1, 'one')`, [1]);
      const one = manager.query<object[]>('SELECT id FROM thing WHERE word = $1', ['one']);
      void manager.query('DELETE FROM thing WHERE id = $1', [7]);
      const rest = manager.query<object[]>('SELECT id FROM thing');
      return [await one, await rest];
    });
    expect(read).toEqual([[{ id: 1 }], [{ id: 1 }]]);
    expect(await words()).toEqual(['one']);
  });

  test('asks before it knows that it has begun, and writes only afterwards', async () => {
    const sent = new SentStatements();
    try {
      await run(async (manager) => {
        void manager.query('SELECT $1::int AS asked', [1]);
        await thisTurn();
        const before = sent.take().map(({ text }) => text);
        expect(before).toEqual(['BEGIN', expect.stringContaining('set_config'), 'SELECT $1::int AS asked']);
        const writing = manager.query(`INSERT INTO thing VALUES ($1, 'one')`, [1]);
        await thisTurn();
        expect(sent.take()).toEqual([]);
        await writing;
        expect(sent.take()).toHaveLength(1);
      });
    } finally {
      sent.stop();
    }
  });

  test('writes nothing where it could not begin', async () => {
    const failing = run((manager) => manager.query(`INSERT INTO thing VALUES ($1, 'one')`, [1]), {
      settings: { 'no.such setting': 'x' },
    });
    await expect(failing).rejects.toBeInstanceOf(QueryFailedError);
    expect(await words()).toEqual(['seven']);
  });

  test('takes back what waited for its beginning, and is sent nothing more once it has ended', async () => {
    const late: Promise<unknown>[] = [];
    const failing = run((manager) => {
      late.push(manager.query(`INSERT INTO thing VALUES ($1, 'one')`, [1]));
      setImmediate(() => late.push(manager.query(`INSERT INTO thing VALUES ($1, 'two')`, [2])));
      return Promise.reject(new Error('thought better of it'));
    });
    await expect(failing).rejects.toThrow('thought better of it');
    await Promise.allSettled(late);
    expect(await words()).toEqual(['seven']);
    const { transaction, end } = await begin({});
    await transaction.commit();
    await expect(transaction.manager.query(`INSERT INTO thing VALUES (3, 'three')`)).rejects.toThrow('ended');
    await end();
    expect(await words()).toEqual(['seven']);
  });

  test('is told of what could not even be sent, and keeps nothing', async () => {
    const circular: unknown[] = [];
    circular.push({ circular });
    const failing = run((manager) => {
      void manager.query(`INSERT INTO thing VALUES (1, 'one')`);
      void manager.query(`INSERT INTO thing VALUES (2, $1)`, [{ circular }]);
      return Promise.resolve();
    });
    await expect(failing).rejects.toThrow('circular');
    expect(await words()).toEqual(['seven']);
  });

  test.each<[string, string[], string]>([
    ['of a statement that nobody has waited for', [`INSERT INTO thing VALUES (7, 'again')`], '23505'],
    ['of what is checked at the end', [`INSERT INTO pair VALUES (1)`], '23503'],
  ])('that is rehearsed is told of what would fail: %s', async (_what, statements, code) => {
    const rehearsal = new Transactions(database.dataSource, null).rehearse((manager) => {
      for (const sql of statements) void manager.query(sql);
      return Promise.resolve();
    }, {});
    await expect(rehearsal).rejects.toMatchObject({ driverError: { code } });
  });

  test('has a connection that takes statements before it has answered others, and keeps their plans', () => {
    expect(writePool(database.dataSource).options).toMatchObject({
      pipeline: true,
      idleTimeoutMillis: 300_000,
      allowExitOnIdle: true,
    });
  });

  test('is answered as often as it has to be', async () => {
    // PostgreSQL says so after each of its answers.
    const answers = await eventsOf('readyForQuery', {}, async (manager) => {
      await Promise.all([1, 2, 3].map((n) => manager.query('SELECT $1::int AS n', [n])));
      void manager.query(`INSERT INTO thing VALUES ($1, 'one')`, [1]);
      void manager.query(`INSERT INTO thing VALUES ($1, 'two')`, [2]);
    });
    // BEGIN with the settings and the questions; then the writes with COMMIT.
    expect(answers).toBe(inBatches ? 2 : 2 + 3 + 2 + 1);
    expect(await words()).toEqual(['one', 'two', 'seven']);
  });

  test('goes on preparing what was left out behind a failure', async () => {
    const names = new StatementNames();
    const failing = run(
      (manager) =>
        Promise.all([manager.query('SELECT 1 / $1::int', [0]), manager.query('SELECT $1::int AS n', [4])]),
      { names },
    );
    await expect(failing).rejects.toMatchObject({ driverError: { code: '22012' } });
    for (const n of [4, 5]) {
      expect(await run((manager) => manager.query('SELECT $1::int AS n', [n]), { names })).toEqual([{ n }]);
    }
  });

  test('asks once what the rows of a prepared statement look like, and reads them all the same', async () => {
    const names = new StatementNames();
    const ask = (manager: EntityManager, n: number): Promise<unknown> =>
      Promise.all([
        manager.query('SELECT $2::text AS word, $1::int AS n', [n, 'a']),
        manager.query('SELECT n::text FROM generate_series(1, $1) AS n', [n]),
        manager.query('DELETE FROM thing WHERE id = $1', [0]),
      ]);
    // What makes the settings is known from the transaction before.
    await run(() => Promise.resolve(), { names });
    const given: unknown[] = [];
    const described = await eventsOf('rowDescription', { names }, async (manager) => {
      for (const n of [1, 2, 0]) given.push(await ask(manager, n));
    });
    expect(given).toEqual([
      [[{ n: 1, word: 'a' }], [{ n: '1' }], [[], 0]],
      [[{ n: 2, word: 'a' }], [{ n: '1' }, { n: '2' }], [[], 0]],
      [[{ n: 0, word: 'a' }], [], [[], 0]],
    ]);
    expect(described).toBe(inBatches ? 2 : 1 + 2 * 3);
  });

  test('gives each statement of those that were sent together what came of it', async () => {
    const given = await run((manager) =>
      Promise.all([
        manager.query('SELECT $1::text AS word', ['a']),
        manager.query('SELECT WHERE $1::boolean', [false]),
        manager.query('SELECT $1::text AS word UNION ALL SELECT $1', ['b']),
        manager.query('DELETE FROM thing WHERE id = $1', [7]),
        manager.query(`INSERT INTO thing VALUES ($1, 'one') RETURNING word`, [1]),
      ]),
    );
    expect(given).toEqual([[{ word: 'a' }], [], [{ word: 'b' }, { word: 'b' }], [[], 1], [{ word: 'one' }]]);
  });

  test('prepares what has parameters once, and sends several statements at once as they are', async () => {
    const statements = await run(
      async (manager) => {
        for (const n of [1, 2, 3]) await manager.query('SELECT $1::int AS n', [n]);
        await manager.query(`SET LOCAL lock_timeout = 1000; SET LOCAL statement_timeout = 1000`);
        return manager.query<{ statement: string }[]>(
          `SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int AS n%'`,
        );
      },
      { names: new StatementNames() },
    );
    expect(statements).toEqual([{ statement: 'SELECT $1::int AS n' }]);
  });

  test.each([
    ['small ones plan each statement once', true, 'force_generic_plan'],
    ['others leave that to PostgreSQL', false, 'auto'],
  ])('is bounded as its request is: %s', async (_name, areSmall, expected) => {
    const canceller = new StatementCanceller(database.url, 'test');
    const bounds = { timeLimit: 60_000, mostWaiting: 1, canceller, areSmall };
    const [settings] = await new Transactions(database.dataSource, bounds).run((manager) =>
      manager.query<object[]>(
        `SELECT current_setting('plan_cache_mode') AS plans, current_setting('statement_timeout') AS longest`,
      ),
    );
    await canceller.close();
    expect(settings).toEqual({ plans: expected, longest: '1min' });
  });

  async function begin(
    start: Partial<TransactionStart>,
  ): Promise<{ transaction: Transaction; connection: Connection; end: () => Promise<void> }> {
    const runner = database.dataSource.createQueryRunner();
    const { connection } = (await runner.connect()) as PoolClient;
    const settings = { lock_timeout: '1000' };
    const transaction = await Transaction.on(runner, { names: null, settings, inBatches, ...start });
    return { transaction, connection, end: () => runner.release() };
  }

  /** What the work gives, with everything kept. */
  async function run<T>(
    work: (manager: EntityManager) => Promise<T>,
    start: Partial<TransactionStart> = {},
  ): Promise<T> {
    const { transaction, end } = await begin(start);
    try {
      const result = await work(transaction.manager);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollBack();
      throw error;
    } finally {
      await end();
    }
  }

  /** How often the connection hears that from PostgreSQL. */
  async function eventsOf(
    event: string,
    start: Partial<TransactionStart>,
    work: (manager: EntityManager) => Promise<unknown>,
  ): Promise<number> {
    const { transaction, connection, end } = await begin(start);
    let heard = 0;
    const note = (): number => (heard += 1);
    connection.on(event, note);
    await work(transaction.manager);
    await transaction.commit();
    connection.off(event, note);
    await end();
    return heard;
  }

  async function words(): Promise<string[]> {
    const rows = await database.query<{ word: string }>('SELECT word FROM thing ORDER BY id');
    return rows.map(({ word }) => word);
  }
});

/** Until everything is sent that is sent without waiting for an answer. */
function thisTurn(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}

async function rejected(promises: readonly Promise<unknown>[]): Promise<PromiseRejectedResult[]> {
  const settled = await Promise.allSettled(promises);
  return settled.filter((one): one is PromiseRejectedResult => one.status === 'rejected');
}
