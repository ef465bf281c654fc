import { Client } from 'pg';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { LivingBook } from '../support/living-book';

/** All rows of all tables, and the next number of every sequence. */
async function contents(database: TestDatabase): Promise<Record<string, unknown>> {
  const tables = await database.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`,
  );
  const found: Record<string, unknown> = {};
  for (const { name } of tables)
    found[name] = await database.query(`SELECT * FROM ${name} t ORDER BY t::text`);
  found.sequences = await database.query('SELECT sequencename, last_value FROM pg_sequences ORDER BY 1');
  return found;
}

/** Somebody works with it: accounts, their histories, events and audit. */
async function use(database: TestDatabase): Promise<void> {
  const book = new LivingBook(database, fixedClock('2026-03-02'));
  await book.seed({ A: { arr: '120000' }, B: { arr: '6000' } });
  await book.account('A', { arr: '600' });
  await book.designate('B');
  await database.query(`UPDATE tiering_model SET revision = 7`);
}

describe('a database that a test has given back', () => {
  test('is used again by the next one, as new', async () => {
    const first = await createTestDatabase();
    const asNew = await contents(first);
    await use(first);
    expect(await contents(first)).not.toEqual(asNew);
    await first.drop();
    const second = await createTestDatabase();
    expect(second.url).toBe(first.url);
    expect(await contents(second)).toEqual(asNew);
    // One that nobody has used yet is no other.
    const other = await createTestDatabase();
    expect(other.url).not.toBe(first.url);
    expect(await contents(other)).toEqual(asNew);
    await other.drop();
    await second.drop();
  });

  test.each([
    ['a table is called otherwise', 'ALTER TABLE account RENAME TO hidden'],
    ['a column has a default', `ALTER TABLE account ALTER COLUMN name SET DEFAULT 'x'`],
    ['a table is new', 'CREATE TABLE extra (id int)'],
    ['triggers do not fire', 'ALTER TABLE tier_history DISABLE TRIGGER ALL'],
    ['a view is gone', 'DROP VIEW analytics.arr_movement_v1 CASCADE'],
    ['a function is new', `CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 1`],
    ['a schema is new', 'CREATE SCHEMA extra'],
    ['an index is gone', 'DROP INDEX ix_account_parent'],
    ['somebody else may read', 'GRANT SELECT ON account TO PUBLIC'],
    [
      'it has a setting',
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''1MB''', current_database()); END $$`,
    ],
    ['a lock is held', 'SELECT pg_advisory_lock(1)'],
    [
      'it has grown',
      `INSERT INTO account (external_id, name) SELECT n, repeat('x', 400) FROM generate_series(1, 9000) n`,
    ],
  ])('is not used again where %s', async (_what, sql) => {
    const first = await createTestDatabase();
    await first.query(sql);
    await first.drop();
    const second = await createTestDatabase();
    expect(second.url).not.toBe(first.url);
    expect(await second.query('SELECT FROM account')).toEqual([]);
    await second.drop();
  });

  test('is not used again while somebody is connected or a transaction goes on', async () => {
    const first = await createTestDatabase();
    const client = new Client({ connectionString: first.url });
    client.on('error', () => undefined);
    await client.connect();
    await first.drop();
    const second = await createTestDatabase();
    expect(second.url).not.toBe(first.url);
    const runner = second.dataSource.createQueryRunner();
    await runner.startTransaction();
    await second.drop();
    const third = await createTestDatabase();
    expect(third.url).not.toBe(second.url);
    await third.dataSource.destroy();
    await third.drop();
    const fourth = await createTestDatabase();
    expect(fourth.url).not.toBe(third.url);
    await fourth.drop();
  });
});
