import { QueryFailedError } from 'typeorm';
import { preparing } from '../../src/persistence/prepared-manager';
import { StatementNames } from '../../src/persistence/statement-names';
import { createTestDatabase, type TestDatabase } from '../support/database';

describe('a manager that keeps its statements prepared', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query('CREATE TABLE thing (id int PRIMARY KEY, word text)');
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
  ])('gives what the plain one gives: %s', async (_name, sql, parameters) => {
    const plain = await inTransaction((manager) => manager.query(sql, parameters));
    const prepared = await inTransaction((manager) =>
      preparing(manager, new StatementNames()).query(sql, parameters),
    );
    expect(prepared).toEqual(plain);
  });

  test('fails as the plain one fails', async () => {
    const failing = inTransaction((manager) =>
      preparing(manager, new StatementNames()).query('SELECT 1 / $1::int', [0]),
    );
    await expect(failing).rejects.toBeInstanceOf(QueryFailedError);
    await expect(failing).rejects.toMatchObject({ driverError: { code: '22012' } });
  });

  test('prepares what has parameters once, and sends several statements at once as they are', async () => {
    const names = new StatementNames();
    const statements = await database.dataSource.transaction(async (manager) => {
      const prepared = preparing(manager, names);
      for (const n of [1, 2, 3]) await prepared.query('SELECT $1::int AS n', [n]);
      await prepared.query(`SET LOCAL lock_timeout = 1000; SET LOCAL statement_timeout = 1000`);
      return prepared.query<{ statement: string }[]>(
        `SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::int AS n%'`,
      );
    });
    expect(statements).toEqual([{ statement: 'SELECT $1::int AS n' }]);
  });

  /** What it gives, with nothing left behind. */
  async function inTransaction(
    work: (manager: TestDatabase['dataSource']['manager']) => Promise<unknown>,
  ): Promise<unknown> {
    const runner = database.dataSource.createQueryRunner();
    await runner.startTransaction();
    try {
      await runner.query(`INSERT INTO thing VALUES (7, 'seven')`);
      return await work(runner.manager);
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  }
});
