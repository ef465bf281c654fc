import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { type DataSource } from 'typeorm';
import { createDataSource } from '../../src/persistence/data-source';

/** A database of the test file's own: a clone of the migrated template. */
export interface TestDatabase {
  readonly url: string;
  readonly dataSource: DataSource;
  /** Runs SQL beside the product, to look at what it stored. */
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

/** Clones the template (or makes an empty database) and connects to it. */
export async function createTestDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const { TEST_SERVER_URL: serverUrl = '', TEST_TEMPLATE: template = '' } = process.env;
  const name = `tierbook_test_${randomBytes(6).toString('hex')}`;
  const source = options.empty === true ? 'template0' : template;
  await asAdmin(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${source}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const dataSource = await createDataSource(url.href).initialize();
  return {
    url: url.href,
    dataSource,
    query: (sql, parameters = []) => dataSource.query(sql, [...parameters]),
    drop: async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
      await asAdmin(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
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
