import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { type DataSource } from 'typeorm';
import { createDataSource, writePool } from '../../src/persistence/data-source';
import { SHAPE, type TemplateState } from './template-state';

/** A database of the test file's own: a clone of the migrated template. */
export interface TestDatabase {
  readonly url: string;
  readonly dataSource: DataSource;
  /** Runs SQL beside the product, to look at what it stored. */
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

interface Clone {
  readonly name: string;
  readonly url: string;
  readonly dataSource: DataSource;
}

/** One that holds more is quicker made anew than gone through again and again. */
const MOST_PAGES = 500;

/**
 * Clones of this test file that are free, each as it was when it was new. Connections that know a database are worth
 * more than the database: on new ones PostgreSQL reads its catalogs, and plans and compiles everything once more.
 */
const free: Clone[] = [];
/** False where nobody would drop what is left at the end. */
let keeps = typeof afterAll === 'function';

if (keeps) {
  afterAll(async () => {
    keeps = false;
    await Promise.all(free.splice(0).map(dropClone));
  });
}

/** Clones the template (or makes an empty database) and connects to it. */
export async function createTestDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const isEmpty = options.empty === true;
  const clone = (isEmpty ? undefined : free.pop()) ?? (await makeClone(isEmpty));
  const { url, dataSource } = clone;
  return {
    url,
    dataSource,
    query: (sql, parameters = []) => dataSource.query(sql, [...parameters]),
    drop: async () => {
      if (!isEmpty && keeps && (await isNewAgain(clone))) free.push(clone);
      else await dropClone(clone);
    },
  };
}

async function makeClone(isEmpty: boolean): Promise<Clone> {
  const { TEST_SERVER_URL: serverUrl = '', TEST_TEMPLATE: template = '' } = process.env;
  const name = `tierbook_test_${randomBytes(6).toString('hex')}`;
  await asAdmin(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${isEmpty ? 'template0' : template}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { name, url: url.href, dataSource: await createDataSource(url.href).initialize() };
}

async function dropClone({ name, dataSource }: Clone): Promise<void> {
  if (dataSource.isInitialized) await dataSource.destroy();
  await asAdmin(process.env.TEST_SERVER_URL ?? '', `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

interface Found {
  readonly shape: string;
  /** Sessions and locks of them that have not ended with what the test was about. */
  readonly sessions: number;
  readonly locks: number;
  readonly pages: number;
}

/**
 * Makes the clone as it was when it was new. False where that is not to be had: something in it was made otherwise,
 * somebody is still connected, or a transaction goes on.
 */
async function isNewAgain({ dataSource }: Clone): Promise<boolean> {
  if (!dataSource.isInitialized) return false;
  const pool = writePool(dataSource);
  if (pool.totalCount !== pool.idleCount) return false;
  const { shape, reset } = JSON.parse(process.env.TEST_TEMPLATE_STATE ?? '{}') as TemplateState;
  try {
    const [found] = await dataSource.query<Found[]>(`
      SELECT (${SHAPE}) AS shape,
        (SELECT count(*)::int FROM pg_stat_activity
         WHERE datname = current_database() AND backend_type = 'client backend') AS sessions,
        (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory'
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS locks,
        (SELECT sum(pg_relation_size(oid) / 8192)::int FROM pg_class WHERE relkind = 'r' AND oid >= 16384) AS pages`);
    if (found?.shape !== shape || found.pages > MOST_PAGES) return false;
    if (found.sessions !== pool.totalCount || found.locks > 0) return false;
    await dataSource.query(reset);
    return true;
  } catch {
    return false;
  }
}

async function asAdmin(serverUrl: string, sql: string): Promise<void> {
  const admin = new Client({ connectionString: serverUrl });
  await admin.connect();
  try {
    await admin.query(sql);
  } finally {
    await admin.end();
  }
}
