import { type TestDatabase } from './database';

/** Tables that have more rows the more accounts there are. */
const GROWING_TABLES: readonly string[] = [
  'account',
  'account_engagement',
  'arr_movement',
  'audit_entry',
  'event',
  'fact_change',
  'intervention',
  'pending_downgrade',
  'portfolio_assignment',
  'renewal_notice',
  'scorecard',
  'segment_change',
  'segment_member',
  'service_adjustment',
  'subscription_line',
  'support_month',
  'tier_history',
  'tier_override',
  'tier_review',
  'touch',
];

/** Columns of which there are as many values as accounts, if not more. */
const NAMES_OF_ACCOUNTS = /^(id|.*(account|parent|scorecard|override|history|request).*id|external_id)$/;

interface ColumnStatistics {
  readonly relname: string;
  readonly attname: string;
  readonly nullFraction: number;
  readonly width: number;
  /** Values for each row, below 0 as PostgreSQL has them. */
  readonly distinct: number;
}

/**
 * Makes the planner believe that the book is as many times larger: what it knows of the tables is multiplied, the rows
 * are not. The statistics stay until somebody analyses the tables; autovacuum is told not to. Gives the tables that
 * have rows: of an empty one the planner believes nothing.
 */
export async function growStatistics(
  database: TestDatabase,
  times: number,
  csms: number,
): Promise<ReadonlySet<string>> {
  for (const table of GROWING_TABLES) {
    await database.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
    await database.query(`ANALYZE ${table}`);
  }
  const columns = await database.query<ColumnStatistics>(
    `SELECT tablename AS relname, attname, null_frac AS "nullFraction", avg_width AS width,
       CASE WHEN n_distinct > 0 THEN -n_distinct / greatest(reltuples, 1) ELSE n_distinct END AS distinct
     FROM pg_stats JOIN pg_class ON oid = ('public.' || tablename)::regclass
     WHERE schemaname = 'public' AND tablename = ANY($1)`,
    [GROWING_TABLES],
  );
  // Most common values of accounts would claim that each of the few has a large share of the rows.
  for (const { relname, attname, nullFraction, width, distinct } of columns) {
    const isCsm = attname === 'csm_id';
    if (!isCsm && !NAMES_OF_ACCOUNTS.test(attname)) continue;
    await database.query(`SELECT pg_clear_attribute_stats('public', $1, $2, false)`, [relname, attname]);
    await database.query(
      `SELECT pg_restore_attribute_stats('schemaname', 'public', 'relname', $1::text, 'attname', $2::text,
         'inherited', false, 'null_frac', $3::real, 'avg_width', $4::integer, 'n_distinct', $5::real)`,
      [relname, attname, nullFraction, width, isCsm ? csms : distinct],
    );
  }
  await database.query(
    `UPDATE pg_class SET reltuples = greatest(reltuples, 1) * $2
     WHERE relnamespace = 'public'::regnamespace AND (oid = ANY(
       SELECT unnest($1::text[])::regclass) OR oid IN (
       SELECT indexrelid FROM pg_index WHERE indrelid = ANY(SELECT unnest($1::text[])::regclass)))`,
    [GROWING_TABLES, times],
  );
  const grown = await database.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relname = ANY($1) AND relpages > 0`,
    [GROWING_TABLES],
  );
  return new Set(grown.map(({ name }) => name));
}
