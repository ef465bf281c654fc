import { type Client } from 'pg';
import { createDataSource } from '../../src/persistence/data-source';
import { migrate } from '../../src/persistence/migrate';
import { connect, PASSWORD, statements } from '../support/bi-login';
import { clearPlace, makePlace, newDataDir, Opener } from './embedded-postgres-opener';

// In a cluster of its own, where no other test needs the role.
let cluster: Opener;
let address: string;
let admin: Client;

jest.setTimeout(120_000);
beforeAll(async () => {
  makePlace();
  cluster = new Opener(newDataDir());
  address = await cluster.url();
  admin = await connect(address);
});
afterAll(async () => {
  await admin.end();
  await cluster.stop();
  await clearPlace();
});

const urlOf = (name: string, user?: string): string => {
  const url = new URL(address);
  url.pathname = `/${name}`;
  if (user !== undefined) Object.assign(url, { username: user, password: PASSWORD });
  return url.href;
};

async function migrated(url: string): Promise<number> {
  const source = await createDataSource(url).initialize();
  try {
    return (await migrate(source)).length;
  } finally {
    await source.destroy();
  }
}

async function mayRead(name: string): Promise<boolean | undefined> {
  const client = await connect(urlOf(name));
  const { rows } = await client.query<{ may: boolean }>(
    `SELECT bool_and(has_table_privilege('bi_reader', c.oid, 'SELECT')) AND
         has_function_privilege('bi_reader', 'analytics.account_on_v1(date)', 'EXECUTE') AND
         has_schema_privilege('bi_reader', 'analytics', 'USAGE') AS may
       FROM pg_class c WHERE relnamespace = 'analytics'::regnamespace AND relkind = 'v'`,
  );
  await client.end();
  return rows[0]?.may;
}

test('whoever may make no roles gets the views, and the README says how the role is made by hand', async () => {
  await admin.query(`CREATE ROLE plain LOGIN PASSWORD '${PASSWORD}'`);
  await admin.query('CREATE DATABASE managed OWNER plain');
  expect(await migrated(urlOf('managed', 'plain'))).toBeGreaterThan(0);
  expect((await admin.query(`SELECT FROM pg_roles WHERE rolname = 'bi_reader'`)).rowCount).toBe(0);

  const [create = '', ...grants] = statements('README.md', 'CREATE ROLE bi_reader');
  await admin.query(create);
  const owner = await connect(urlOf('managed', 'plain'));
  for (const grant of grants) await owner.query(grant);
  await owner.end();
  expect(await mayRead('managed')).toBe(true);

  for (const statement of statements('README.md', 'IN ROLE bi_reader')) await admin.query(statement);
  await admin.query(`ALTER ROLE metabase PASSWORD '${PASSWORD}'`);
  const metabase = await connect(urlOf('managed', 'metabase'));
  expect((await metabase.query('SELECT * FROM analytics.account_v1')).rows).toEqual([]);
  await metabase.end();

  // The role is there by now, and another book of somebody without power finds it.
  await admin.query('CREATE DATABASE second OWNER plain');
  await migrated(urlOf('second', 'plain'));
  expect(await mayRead('second')).toBe(true);
});

test('books that are made at the same moment share the role', async () => {
  const names = ['one', 'two', 'three', 'four'];
  await admin.query('DROP ROLE metabase');
  for (const name of ['managed', 'second']) await admin.query(`DROP DATABASE ${name}`);
  await admin.query('DROP ROLE bi_reader');
  for (const name of names) await admin.query(`CREATE DATABASE ${name}`);
  const done = await Promise.all(names.map((name) => migrated(urlOf(name))));
  expect(new Set(done).size).toBe(1);
  for (const name of names) expect(await mayRead(name)).toBe(true);
});

test('taking the views back takes no role from the others', async () => {
  const source = await createDataSource(urlOf('one')).initialize();
  const names = source.migrations.map(({ name }) => name ?? '');
  let undone = '';
  while (!undone.startsWith('AddAnalyticsViews')) {
    const [last] = await source.query<{ name: string }[]>(
      'SELECT name FROM migration ORDER BY id DESC LIMIT 1',
    );
    undone = last?.name ?? '';
    expect(names).toContain(undone);
    await source.undoLastMigration({ transaction: 'each' });
  }
  expect(await source.query(`SELECT FROM pg_namespace WHERE nspname = 'analytics'`)).toEqual([]);
  await source.destroy();
  expect(await mayRead('two')).toBe(true);
  await migrated(urlOf('one'));
  expect(await mayRead('one')).toBe(true);
});
