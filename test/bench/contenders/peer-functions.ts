import { type Client } from 'pg';
import { RELATIONSHIP_FACTS } from '../../../src/persistence/load-figures';
import { OVERRIDE } from './bare-sql';

const COVERS = (row: string): string =>
  `${row}.from_on <= current_date AND (${row}.to_on IS NULL OR ${row}.to_on > current_date)`;

const WEIGHT = `coalesce(1 / nullif((m.definition #>> ARRAY['programs', a.effective_tier, 'accountsPerCsm', 'to'])::float8, 0), 0)
  * coalesce((m.definition #>> ARRAY['adjustments', 'factors', adjusted.kind])::float8, 1)
  * power((m.definition #>> '{capacity,relationshipFactor}')::float8,
      ${RELATIONSHIP_FACTS})`;

/**
 * What peers that take their logic from the database find there, written as their manuals advise: functions in SQL
 * that can be inlined, one of them a field of a CSM and one a mutation.
 */
export async function addPeerFunctions(client: Client): Promise<void> {
  await client.query('DROP SCHEMA IF EXISTS peer CASCADE; CREATE SCHEMA peer');
  await client.query(`
    CREATE FUNCTION peer.accounts_up_to(most numeric) RETURNS SETOF account LANGUAGE sql STABLE AS $$
      SELECT * FROM account WHERE account.arr <= most ORDER BY account.arr DESC NULLS LAST, account.id
    $$`);
  await client.query(`
    CREATE FUNCTION peer.csms_in(region text) RETURNS SETOF csm LANGUAGE sql STABLE AS $$
      SELECT * FROM csm WHERE region = ANY(csm.regions) ORDER BY csm.name, csm.id
    $$`);
  await client.query(`
    CREATE FUNCTION peer.available(csm_id bigint) RETURNS float8 LANGUAGE sql STABLE AS $$
      SELECT CASE WHEN EXISTS (SELECT FROM csm_leave l WHERE l.csm_id = $1 AND ${COVERS('l')}) THEN 0
        ELSE coalesce((SELECT e.fte::float8 FROM csm_employment e WHERE e.csm_id = $1 AND ${COVERS('e')}), 0) END
    $$`);
  await client.query(`CREATE TYPE peer.tier_load AS (tier text, accounts int, load float8)`);
  await client.query(`
    CREATE FUNCTION peer.csm_tier_loads(c csm) RETURNS SETOF peer.tier_load LANGUAGE sql STABLE AS $$
      WITH there AS (
        SELECT peer.available(c.id) AS fte
      ), behind AS (
        SELECT c.id AS csm_id, NULL::bigint AS pool_id, 1::float8 AS part
        WHERE NOT EXISTS (SELECT FROM csm_leave l WHERE l.csm_id = c.id AND ${COVERS('l')}
          AND peer.available(l.backup_id) > 0)
        UNION ALL
        SELECT l.csm_id, NULL, 1 FROM csm_leave l, there
        WHERE l.backup_id = c.id AND ${COVERS('l')} AND there.fte > 0
        UNION ALL
        SELECT NULL, own.pool_id, there.fte / (
          SELECT sum(peer.available(other.csm_id)) FROM pool_membership other
          WHERE other.pool_id = own.pool_id AND ${COVERS('other')})
        FROM pool_membership own, there
        WHERE own.csm_id = c.id AND ${COVERS('own')} AND there.fte > 0
      )
      SELECT a.effective_tier, count(*)::int, sum(part * ${WEIGHT})
      FROM (
        SELECT p.account_id, behind.part FROM behind JOIN portfolio_assignment p ON p.csm_id = behind.csm_id
        WHERE p.to_on IS NULL
        UNION ALL
        SELECT p.account_id, behind.part FROM behind JOIN portfolio_assignment p ON p.pool_id = behind.pool_id
        WHERE p.to_on IS NULL
      ) carried
      JOIN account a ON a.id = carried.account_id AND a.status IS DISTINCT FROM 'CHURNED'
        AND a.effective_tier IS NOT NULL
      JOIN tiering_model m ON m.status = 'PUBLISHED'
      LEFT JOIN service_adjustment adjusted ON adjusted.account_id = a.id AND adjusted.status = 'ACTIVE'
      GROUP BY a.effective_tier
    $$`);
  await client.query(
    `CREATE TYPE peer.overridden AS (status text, expires_on date, external_id text, held_tier text)`,
  );
  const published = `tiering_model WHERE status = 'PUBLISHED'`;
  const signature = `jsonb_build_object('actorId', 'peer', 'actorName', 'Peer', 'at', now(), 'today', current_date,
    'requestId', gen_random_uuid())::text`;
  const months = `(SELECT (rung ->> 'reviewCadenceMonths')::int
    FROM (SELECT jsonb_array_elements(definition -> 'tiers') AS rung FROM ${published}) ladder WHERE rung ->> 'key' = $2)`;
  const version = `(SELECT version FROM ${published})`;
  // What the caller does not give, after the five that it does.
  const rest = [signature, `'peer'`, `'Peer'`, 'now()', 'current_date', version, months];
  const body = OVERRIDE.replace(/\$(\d+)/g, (place, number: string) => rest[Number(number) - 6] ?? place);
  await client.query(`
    CREATE FUNCTION peer.override_tier(external_id text, tier text, reason text, note text, expires_on date)
    RETURNS peer.overridden LANGUAGE sql VOLATILE AS $$ ${body} $$`);
}
