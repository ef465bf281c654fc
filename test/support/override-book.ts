import { type Actor, type Role } from '../../src/app/actor';
import { type TestDatabase } from './database';

/** Somebody with a token of the role. */
export function somebody(role: Role, id: string = role.toLowerCase(), csmId: string | null = null): Actor {
  return { kind: 'TOKEN', id: `token:${id}`, name: `The ${id}`, role, csmId };
}

/** Makes a CSM who looks after the accounts from the day on; gives the CSM's id. */
export async function makeCsm(
  database: TestDatabase,
  externalId: string,
  accounts: readonly string[],
  from: string,
): Promise<string> {
  const [csm] = await database.query<{ id: string }>(
    `INSERT INTO csm (external_id, name) VALUES ($1, $1) RETURNING id::text`,
    [externalId],
  );
  const id = csm?.id ?? '';
  await database.query(`INSERT INTO csm_employment (csm_id, from_on, fte) VALUES ($1, $2, 1)`, [id, from]);
  await database.query(
    `INSERT INTO portfolio_assignment (account_id, csm_id, from_on, actor_id, actor_name, recorded_at)
     SELECT account.id, $1, $3, 'test', 'The test', now() FROM account WHERE external_id = ANY($2)`,
    [id, accounts, from],
  );
  return id;
}

/** What can tell whether anything at all was written about tiers. */
export async function written(database: TestDatabase): Promise<unknown> {
  const [counts] = await database.query(
    `SELECT (SELECT count(*)::int FROM tier_override) AS overrides,
       (SELECT coalesce(sum(version), 0)::int FROM tier_override) AS override_versions,
       (SELECT count(*)::int FROM service_adjustment) AS adjustments,
       (SELECT coalesce(sum(version), 0)::int FROM service_adjustment) AS adjustment_versions,
       (SELECT count(*)::int FROM tier_history) AS history,
       (SELECT coalesce(sum(version), 0)::int FROM account) AS account_versions,
       (SELECT count(*)::int FROM pending_downgrade) AS pending,
       (SELECT count(*)::int FROM idempotency_key) AS keys`,
  );
  return counts;
}

/** Accounts whose override tier is not that of their one active override. */
export async function brokenOverrides(database: TestDatabase): Promise<unknown[]> {
  return database.query(
    `SELECT a.external_id, a.override_tier, o.tier FROM account a
     LEFT JOIN tier_override o ON o.account_id = a.id AND o.status = 'ACTIVE'
     WHERE a.override_tier IS DISTINCT FROM o.tier`,
  );
}
