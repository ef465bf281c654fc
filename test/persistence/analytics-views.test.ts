import { randomBytes } from 'node:crypto';
import { type Client } from 'pg';
import { Queue } from '../../src/jobs/queue';
import { connect, PASSWORD, statements } from '../support/bi-login';
import { createTestDatabase, type TestDatabase } from '../support/database';

const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

let database: TestDatabase;
let reader: Client;
const login = `reader_${randomBytes(6).toString('hex')}`;

function ignore(): void {
  // Nobody reads it.
}

beforeAll(async () => {
  database = await createTestDatabase();
  const queue = await Queue.open(
    'test',
    { cron: '0 * * * *', timeZone: 'UTC' },
    { url: database.url, applicationName: 'tierbook-test', log: SILENT },
  );
  await queue.close();
  await database.query(`CREATE ROLE ${login} LOGIN PASSWORD '${PASSWORD}' IN ROLE bi_reader`);
  reader = await connect(database.url, login);
});
afterAll(async () => {
  await reader.end();
  await database.query(`DROP ROLE ${login}`);
  await database.drop();
});

interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
}

async function relations(where: string): Promise<Relation[]> {
  return database.query(
    `SELECT nspname AS schema, relname AS name, relkind AS kind FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND nspname !~ '^pg_' AND nspname <> 'information_schema' AND ${where}
     ORDER BY 1, 2`,
  );
}

describe('the role bi_reader', () => {
  test('is a group without a login or any power of its own', async () => {
    const [role] = await database.query(
      `SELECT rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls FROM pg_roles
       WHERE rolname = 'bi_reader'`,
    );
    expect(Object.values(role as object)).toEqual(Array(6).fill(false));
  });

  test('reads every view', async () => {
    const views = await relations(`nspname = 'analytics'`);
    expect(views.length).toBe(15);
    for (const { name, kind } of views) {
      expect(kind).toBe('v');
      expect(name).toMatch(/_v\d+$/);
      await expect(reader.query(`SELECT * FROM analytics.${name}`)).resolves.toBeDefined();
    }
    await expect(reader.query(`SELECT * FROM analytics.account_on_v1('2026-01-01')`)).resolves.toBeDefined();
  });

  test('reads and writes nothing else: no table, sequence or view of any other schema', async () => {
    const others = await relations(`nspname <> 'analytics'`);
    expect(others.map(({ schema, name }) => `${schema}.${name}`)).toEqual(
      expect.arrayContaining(['public.account', 'public.api_token', 'public.migration', 'pgboss.job']),
    );
    for (const { schema, name } of others) {
      await expect(reader.query(`SELECT * FROM ${schema}.${name}`)).rejects.toThrow(
        /permission denied for (table|sequence|view|schema)/,
      );
    }
    const allowed = await database.query(
      `SELECT nspname, relname, privilege FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
       CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
       WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
         AND has_table_privilege('${login}', pg_class.oid, privilege)
         AND NOT (nspname = 'analytics' AND privilege = 'SELECT')`,
    );
    expect(allowed).toEqual([]);
  });

  test.each([
    [
      `INSERT INTO analytics.arr_movement_v1 (account_id, kind) VALUES (1, 'NEW')`,
      'permission denied for view',
    ],
    [`UPDATE analytics.tier_history_v1 SET kind = 'INITIAL'`, 'permission denied for view'],
    [`DELETE FROM analytics.scorecard_v1`, 'permission denied for view'],
    [`CREATE VIEW analytics.mine AS SELECT 1`, 'permission denied for schema'],
    [`CREATE TABLE public.mine (n int)`, 'permission denied for schema'],
    [`DROP VIEW analytics.account_v1`, 'must be owner of view'],
    [`SET ROLE pg_read_all_data`, 'permission denied'],
    [`COPY (SELECT 1) TO PROGRAM 'true'`, 'permission denied'],
  ])('may not %s', async (statement, refusal) => {
    await expect(reader.query(statement)).rejects.toThrow(refusal);
  });

  test('lets nobody in who is not a member', async () => {
    const stranger = `stranger_${randomBytes(6).toString('hex')}`;
    await database.query(`CREATE ROLE ${stranger} LOGIN PASSWORD '${PASSWORD}'`);
    const client = await connect(database.url, stranger);
    await expect(client.query('SELECT * FROM analytics.account_v1')).rejects.toThrow(
      'permission denied for schema',
    );
    await client.end();
    await database.query(`DROP ROLE ${stranger}`);
  });
});

describe('the documents', () => {
  test('have a query for every view, and a reader can run each of them', async () => {
    const queries = statements('schema/analytics.md');
    for (const query of queries) await expect(reader.query(query)).resolves.toBeDefined();
    const views = await relations(`nspname = 'analytics'`);
    for (const { name } of views) {
      expect(queries.filter((query) => query.includes(`analytics.${name}`))).not.toEqual([]);
    }
  });

  test('of the database say what every view and every column means', async () => {
    const silent = await database.query(
      `SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
       WHERE relnamespace = 'analytics'::regnamespace AND attnum > 0 AND length(col_description(attrelid, attnum)) > 8 IS NOT TRUE
       UNION ALL
       SELECT relname, NULL FROM pg_class WHERE relnamespace = 'analytics'::regnamespace
         AND length(obj_description(pg_class.oid)) > 20 IS NOT TRUE
       UNION ALL
       SELECT proname, NULL FROM pg_proc WHERE pronamespace = 'analytics'::regnamespace
         AND length(obj_description(pg_proc.oid)) > 20 IS NOT TRUE`,
    );
    expect(silent).toEqual([]);
  });

  test('amounts say that they are in the base currency', async () => {
    const amounts = await database.query<{ name: string; text: string }>(
      `SELECT relname || '.' || attname AS name, col_description(attrelid, attnum) AS text
       FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
       WHERE relnamespace = 'analytics'::regnamespace AND attnum > 0
         AND attname ~ '^(arr|arr_.*|annual_revenue|expansion_arr)$' AND atttypid = 'numeric'::regtype`,
    );
    expect(amounts.length).toBeGreaterThanOrEqual(8);
    expect(amounts.filter(({ text }) => !text.includes('base currency'))).toEqual([]);
  });
});

test('maturity counts the days up to the current date', async () => {
  const client = await connect(database.url);
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO account (external_id, customer_since)
     SELECT 'since-' || days, current_date - days FROM unnest(ARRAY[-5, 0, 89, 90, 364, 365, 5000]) AS days`,
  );
  const { rows } = await client.query<{ maturity: string }>(
    `SELECT maturity FROM analytics.account_v1 WHERE external_id LIKE 'since-%' ORDER BY customer_since DESC`,
  );
  await client.query('ROLLBACK');
  await client.end();
  expect(rows.map(({ maturity }) => maturity)).toEqual([
    'ONBOARDING',
    'ONBOARDING',
    'ONBOARDING',
    'ADOPTING',
    'ADOPTING',
    'MATURE',
    'MATURE',
  ]);
});

describe('a condition on an account reaches the tables', () => {
  test.each([
    [`SELECT * FROM analytics.account_v1 WHERE account_id = 7`, /Index Cond: \(id = '?7/],
    [`SELECT * FROM analytics.account_v1 WHERE external_id = 'A'`, /Index Cond: \(external_id = 'A'/],
    [
      `SELECT sum(arr) FROM analytics.account_on_v1('2026-01-01') WHERE account_id = 7`,
      /Index Cond: \(id = '?7/,
    ],
    [`SELECT * FROM analytics.tier_move_v1 WHERE occurred_on >= '2026-01-01'`, /ix_tier_history_move/],
  ])('%s', async (query, expected) => {
    const client = await connect(database.url);
    // The tables are empty, so that reading all of them would be cheapest.
    await client.query('SET enable_seqscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${query}`);
    await client.end();
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(expected);
  });
});
