import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/persistence/embedded-postgres';
import { TestClock } from '../support/clock';
import { until } from '../support/until';
import { type CalendarDate, parseDate } from '../../src/domain/calendar';
import { type BookSize, growBook, isGrown, loadOriginal, noteGrown } from './book-seed';
import { cpuSecondsOf } from './process-time';
import { addPeerFunctions } from './contenders/peer-functions';

const FOLDER = join(__dirname, '../../.data-bench');
/** Where tables and charts are put. */
export const RESULTS = join(FOLDER, 'results');

const CSMS = 300;
const ORIGINAL = 250;

/** A PostgreSQL of the bench's own, with grown books that are kept from run to run. */
export class BenchDatabase {
  private constructor(private readonly postgres: EmbeddedPostgres) {}

  static async open(): Promise<BenchDatabase> {
    mkdirSync(FOLDER, { recursive: true });
    // PostgreSQL runs as another user when this runs as root, and has to get in.
    chmodSync(FOLDER, 0o755);
    const postgres = await openEmbeddedPostgres({
      dataDir: join(FOLDER, 'data'),
      stagingDirs: [join(FOLDER, 'staged')],
      purpose: 'server',
      log: () => undefined,
      settings: {
        shared_buffers: '1GB',
        max_connections: '200',
        max_wal_size: '8GB',
        checkpoint_timeout: '1h',
        // What the disk costs is the same for all, and would hide what they cost themselves.
        synchronous_commit: 'off',
        shared_preload_libraries: 'pg_stat_statements',
      },
    });
    return new BenchDatabase(postgres);
  }

  /** A fresh copy of the book of that size as of today, which the caller may write into. */
  async copyOf(name: string, accounts: number): Promise<string> {
    const book = `book_${accounts}`;
    await this.keep(book, { accounts, csms: CSMS, original: ORIGINAL }, today());
    await this.asAdmin(async (admin) => {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${book} STRATEGY FILE_COPY`);
      await admin.query('CHECKPOINT');
    });
    await withClient(this.urlOf(name), async (client) => {
      await addPeerFunctions(client);
      await warm(client);
    });
    return this.urlOf(name);
  }

  async drop(name: string): Promise<void> {
    await this.asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  }

  /** Waits until no client's statement runs; a server goes on with those whose clients have gone away. */
  async settled(): Promise<void> {
    await this.asAdmin((admin) =>
      until('nothing runs in the database any more', async () => {
        const { rowCount } = await admin.query(
          `SELECT FROM pg_stat_activity
           WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
        );
        return rowCount === 0;
      }),
    );
  }

  /** Time of a CPU that PostgreSQL has taken since it was started. */
  cpuSeconds(): number {
    const [pid = ''] = readFileSync(join(FOLDER, 'data', 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    return cpuSecondsOf(Number(pid));
  }

  async stop(): Promise<void> {
    await this.postgres.stop();
  }

  /** Sees to it that the book is there as of the day. */
  private async keep(book: string, size: BookSize, day: CalendarDate): Promise<void> {
    const isThere = await this.asAdmin(async (admin) => {
      const { rowCount } = await admin.query(`SELECT FROM pg_database WHERE datname = $1`, [book]);
      return rowCount === 1;
    });
    if (isThere && (await withClient(this.urlOf(book), (client) => isGrown(client, day)))) return;
    console.log(`a book of ${size.accounts} accounts and ${size.csms} CSMs is grown, once for each day`);
    await this.asAdmin(async (admin) => {
      await admin.query(`DROP DATABASE IF EXISTS ${book} WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${book}`);
    });
    const url = this.urlOf(book);
    await loadOriginal(url, size.original, new TestClock(day));
    await withClient(url, async (client) => {
      await growBook(client, size);
      await noteGrown(client, book, day);
    });
  }

  private asAdmin<T>(work: (admin: Client) => Promise<T>): Promise<T> {
    return withClient(this.postgres.url, work);
  }

  private urlOf(name: string): string {
    const url = new URL(this.postgres.url);
    url.pathname = `/${name}`;
    return url.href;
  }
}

/** Reads the tables and indexes, so that nobody who is measured has to wait for the disk in place of others. */
async function warm(client: Client): Promise<void> {
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_prewarm');
  await client.query(
    `SELECT sum(pg_prewarm(oid)) FROM pg_class
     WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace AND relpages > 0`,
  );
}

function today(): CalendarDate {
  return parseDate(new Date().toISOString().slice(0, 10));
}

/** Connects for as long as the work takes. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
