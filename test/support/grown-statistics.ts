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
const NAMES_OF_ACCOUNTS = '^(id|.*(account|parent|scorecard|override|history|request).*id|external_id)$';

/** Most common values and histograms, which would claim that each of the few accounts has a large share of the rows. */
const NO_VALUES = [1, 2, 3, 4, 5]
  .map((slot) => `stakind${slot} = 0, staop${slot} = 0, stanumbers${slot} = NULL, stavalues${slot} = NULL`)
  .join(', ');

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
  await database.query(
    `UPDATE pg_statistic SET ${NO_VALUES}, stadistinct = CASE
       WHEN attname = 'csm_id' THEN $3
       WHEN stadistinct > 0 THEN -stadistinct / greatest(reltuples, 1) ELSE stadistinct END
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE attrelid = starelid AND attnum = staattnum AND relnamespace = 'public'::regnamespace
       AND relname = ANY($1::text[]) AND (attname = 'csm_id' OR attname ~ $2)`,
    [GROWING_TABLES, NAMES_OF_ACCOUNTS, csms],
  );
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
