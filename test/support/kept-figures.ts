import { Client } from 'pg';
import { BookFigureService } from '../../src/app/book-figure.service';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { fixedClock, type TestClock } from './clock';
import { createTestDatabase, type TestDatabase } from './database';
import { StaffedBook } from './staffed-book';

/** A book in a database of its own, whose figures are kept, and sessions beside the product. */
export class KeptFigures {
  readonly book: StaffedBook;
  readonly reader: DatabaseReader;
  readonly figures: BookFigureService;
  private readonly clients: Client[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly clock: TestClock,
  ) {
    this.book = new StaffedBook(database, clock);
    this.reader = new DatabaseReader({ url: database.url, max: 3, applicationName: 'tierbook-test' });
    this.figures = new BookFigureService(this.book.unitOfWork, clock);
  }

  static async open(): Promise<KeptFigures> {
    return new KeptFigures(await createTestDatabase(), fixedClock('2026-03-02'));
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.end()));
    await this.reader.close();
    await this.database.drop();
  }

  /** A session of its own beside the product. */
  async session(): Promise<Client> {
    const client = new Client({ connectionString: this.database.url });
    await client.connect();
    this.clients.push(client);
    return client;
  }

  /** How many rows there are, of a table or of part of one. */
  async count(rows: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${rows}`);
    return row?.count ?? 0;
  }

  /** How many sessions wait for a lock of another one. */
  waiting(): Promise<number> {
    return this.count(
      `pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`,
    );
  }

  /** Those with even numbers are looked after by anna. */
  async assignEveryOther(): Promise<void> {
    await this.book.staff({ anna: {}, ben: {}, pia: { pool: 'west' } });
    await this.database.query(
      `INSERT INTO portfolio_assignment (account_id, csm_id, from_on, actor_id, actor_name, recorded_at)
       SELECT account.id, csm.id, '2026-01-01', 'test', 'test', now() FROM account, csm
       WHERE csm.external_id = 'anna' AND account.id % 2 = 0`,
    );
  }
}
