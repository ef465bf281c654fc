import { Client } from 'pg';
import { createDataSource } from '../../src/persistence/data-source';
import { migrate } from '../../src/persistence/migrate';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { type Book, openBook } from '../../src/server/book';
import { readConfig } from '../../src/server/config';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';

const clock = fixedClock('2026-03-02');
let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
});
afterEach(async () => {
  await database.drop();
});

const open = (log: (line: string) => void = () => undefined): Promise<Book> =>
  openBook(readConfig({ DATABASE_URL: database.url }), 'server', log, clock);

describe('opening a book', () => {
  test('at the same time from four servers brings an empty database up to date once', async () => {
    const said: string[] = [];
    const books = await Promise.all(Array.from({ length: 4 }, () => open((line) => said.push(line))));
    try {
      const ran = books.map(({ migrated }) => migrated.length).sort((a, b) => a - b);
      expect(ran.slice(0, 3)).toEqual([0, 0, 0]);
      expect(ran[3]).toBe(database.dataSource.migrations.length);
      const rows = await database.query<{ name: string }>('SELECT name FROM migration');
      expect(rows.map(({ name }) => name).sort()).toEqual(
        database.dataSource.migrations.map(({ name }) => name).sort(),
      );
      expect(await database.query(`SELECT count(*)::int AS models FROM tiering_model`)).toEqual([
        { models: 1 },
      ]);
      for (const book of books) {
        expect(await book.check()).toEqual({ ready: true, checks: { database: 'ok', migrations: 'ok' } });
      }
    } finally {
      for (const book of books) await book.close();
    }
  });

  test('goes on beside a newer version, and says so', async () => {
    await (await open()).close();
    await database.query(
      `INSERT INTO migration (timestamp, name) VALUES (1999000000000, 'AddTheFuture1999000000000')`,
    );
    const said: string[] = [];
    const book = await open((line) => said.push(line));
    expect(said).toEqual([
      'the database has had migrations that this version does not know (AddTheFuture1999000000000): a newer version of Tierbook has been here; going on beside it',
    ]);
    expect(await book.check()).toMatchObject({ ready: true });
    await book.close();
  });
});

describe('a migration that needs a table which somebody reads', () => {
  class AddNothing1999000000001 {
    readonly name = 'AddNothing1999000000001';
    async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
      await runner.query('ALTER TABLE account ADD COLUMN nothing integer');
    }
    async down(): Promise<void> {
      await Promise.resolve();
    }
  }

  test('steps back, so that others can read, and is done once the table is free', async () => {
    await migrate(database.dataSource);
    const source = await createDataSource(database.url).initialize();
    source.migrations.push(new AddNothing1999000000001());
    const reading = new Client({ connectionString: database.url });
    await reading.connect();
    await reading.query('BEGIN; SELECT FROM account');
    const other = new DatabaseReader({ url: database.url, max: 1, applicationName: 'test' });
    try {
      const options = { lockTimeoutMs: 20, pauseMs: 0 };
      await expect(migrate(source, { ...options, tries: 2 })).rejects.toThrow('lock timeout');
      expect(await other.rows('SELECT count(*)::int AS accounts FROM account')).toEqual([{ accounts: 0 }]);

      let tries = 0;
      const log = (): void => {
        tries += 1;
        if (tries === 2) void reading.query('COMMIT');
      };
      expect(await migrate(source, { ...options, tries: 1_000, log })).toEqual(['AddNothing1999000000001']);
      expect(tries).toBeGreaterThanOrEqual(2);
      // The turn was given back, and so was the limit of the connection.
      expect(await migrate(source)).toEqual([]);
      expect(await source.query('SHOW lock_timeout')).toEqual([{ lock_timeout: '0' }]);
    } finally {
      await other.close();
      await reading.end();
      await source.destroy();
    }
  });
});
