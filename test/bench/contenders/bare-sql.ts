import { dueSql } from '../../../src/persistence/reads/due-touch';
import { RELATIONSHIP_FACTS } from '../../../src/persistence/load-figures';
import { inPlaceSql, placesSql } from '../../../src/persistence/reads/review-queue';
import { lookedAfterBy } from '../../../src/persistence/looked-after';

/** $1 the external id. Tiers, keys and amounts come as text, as everywhere here. */
export const ACCOUNT = `
  SELECT a.id::text AS id, a.external_id, a.name, a.arr, a.industry, a.region, a.country, a.status, a.health_score,
    a.churn_risk, a.customer_since, a.renewal_date, a.seats_purchased, a.seats_used, a.effective_tier, a.held_tier,
    a.computed_tier, a.scorecard_id::text AS scorecard_id, csm.external_id AS csm_id, csm.name AS csm_name,
    pool.external_id AS pool_id, pool.name AS pool_name
  FROM account a
  LEFT JOIN csm ON csm.id = a.csm_id
  LEFT JOIN pool ON pool.id = a.pool_id
  WHERE a.external_id = $1::text`;

export const SCORECARDS = `
  SELECT id::text AS id, total, completeness, provisional, criteria FROM scorecard WHERE id = ANY($1::bigint[])`;

export const PENDING_DOWNGRADES = `
  SELECT account_id::text AS account_id, target_tier, detected_on, grace_until, reason
  FROM pending_downgrade WHERE account_id = ANY($1::bigint[])`;

/** $1 accounts, $2 how many of each. */
export const HISTORY = `
  SELECT h.account_id::text AS account_id, h.kind, h.cause, h.effective_from, h.effective_to, h.occurred_on, h.actor_name
  FROM unnest($1::bigint[]) AS wanted(id)
  CROSS JOIN LATERAL (
    SELECT * FROM tier_history WHERE account_id = wanted.id ORDER BY tier_history.id DESC LIMIT $2
  ) h
  ORDER BY h.id DESC`;

export const MOVEMENTS = `
  SELECT m.kind, m.arr_from, m.arr_to, m.effective_on FROM unnest($1::bigint[]) AS wanted(id)
  CROSS JOIN LATERAL (
    SELECT * FROM arr_movement WHERE account_id = wanted.id
    ORDER BY arr_movement.effective_on DESC, arr_movement.id DESC LIMIT $2
  ) m
  ORDER BY m.effective_on DESC, m.id DESC`;

/** $1 the most ARR. */
export const PAGE = `
  SELECT a.id::text AS id, a.external_id, a.name, a.arr, a.effective_tier, a.scorecard_id::text AS scorecard_id,
    csm.external_id AS csm_id, csm.name AS csm_name
  FROM (
    SELECT * FROM account WHERE arr <= $1::numeric ORDER BY account.arr DESC NULLS LAST, account.id LIMIT 50
  ) a
  LEFT JOIN csm ON csm.id = a.csm_id
  ORDER BY a.arr DESC NULLS LAST, a.id`;

function coversToday(row: string): string {
  return `${row}.from_on <= current_date AND (${row}.to_on IS NULL OR ${row}.to_on > current_date)`;
}

/** What the rules say of how heavy an account \`a\` is in its tier: $2 is { tier: load of a plain account }, $3 { kind: factor }, $4 the factor of a fact. */
const WEIGHT = `coalesce(($2::jsonb ->> a.effective_tier)::float8, 0) * coalesce(($3::jsonb ->> adjusted.kind)::float8, 1)
  * power($4::float8, ${RELATIONSHIP_FACTS})`;

/** $1 the region; the rows of CSMs that carry nothing have no tier. */
export const CSM_LOADS = `
  WITH page AS (
    SELECT id, external_id, name FROM csm WHERE $1::text = ANY(regions) ORDER BY name, id LIMIT 50
  ), staff AS (
    SELECT c.id, away.backup_id, CASE WHEN away.csm_id IS NULL THEN coalesce(employed.fte, 0) ELSE 0 END AS available
    FROM csm c
    LEFT JOIN csm_employment employed ON employed.csm_id = c.id AND ${coversToday('employed')}
    LEFT JOIN csm_leave away ON away.csm_id = c.id AND ${coversToday('away')}
  ), part AS (
    SELECT owner.id AS csm_id, NULL::bigint AS pool_id, 1::float8 AS part,
      CASE WHEN backup.available > 0 THEN backup.id ELSE owner.id END AS carrier
    FROM staff owner LEFT JOIN staff backup ON backup.id = owner.backup_id
    UNION ALL
    SELECT NULL, m.pool_id, (s.available / sum(s.available) OVER (PARTITION BY m.pool_id))::float8, s.id
    FROM pool_membership m JOIN staff s ON s.id = m.csm_id AND s.available > 0
    WHERE ${coversToday('m')}
  ), behind AS (
    SELECT part.* FROM part JOIN page ON page.id = part.carrier
  ), weighed AS (
    SELECT csm_id, NULL::bigint AS pool_id, tier, count(*) AS accounts, sum(weight) AS load FROM (
      SELECT o.csm_id, a.effective_tier AS tier, ${WEIGHT} AS weight
      FROM (SELECT DISTINCT csm_id FROM behind WHERE csm_id IS NOT NULL) o
      JOIN account a ON a.csm_id = o.csm_id AND a.status IS DISTINCT FROM 'CHURNED' AND a.effective_tier IS NOT NULL
      LEFT JOIN service_adjustment adjusted ON adjusted.account_id = a.id AND adjusted.status = 'ACTIVE'
    ) named GROUP BY csm_id, tier
    UNION ALL
    SELECT NULL, pool_id, tier, count(*), sum(weight) FROM (
      SELECT o.pool_id, a.effective_tier AS tier, ${WEIGHT} AS weight
      FROM (SELECT DISTINCT pool_id FROM behind WHERE pool_id IS NOT NULL) o
      JOIN account a ON a.pool_id = o.pool_id AND a.status IS DISTINCT FROM 'CHURNED' AND a.effective_tier IS NOT NULL
      LEFT JOIN service_adjustment adjusted ON adjusted.account_id = a.id AND adjusted.status = 'ACTIVE'
    ) pooled GROUP BY pool_id, tier
  ), carried AS (
    SELECT carrier, tier, sum(accounts)::int AS accounts, sum(load * part) AS load
    FROM behind JOIN weighed ON weighed.csm_id = behind.csm_id OR weighed.pool_id = behind.pool_id
    GROUP BY carrier, tier
  )
  SELECT page.external_id, page.name, carried.tier, carried.accounts, carried.load
  FROM page LEFT JOIN carried ON carried.carrier = page.id
  ORDER BY page.name, page.id, array_position($5::text[], carried.tier)`;

/**
 * $1 external id, $2 tier, $3 reason, $4 note, $5 last day, $6 stamp, $7 actor's id, $8 actor's name, $9 now,
 * $10 today, $11 model version, $12 months to the tier's next review. One statement and so one transaction; audit and
 * event are written by the triggers, as for everybody.
 */
export const OVERRIDE = `
  WITH signed AS (
    SELECT set_config('tierbook.stamp', $6::text, true) AS stamp
  ), held AS (
    SELECT a.* FROM signed, account a WHERE a.external_id = $1::text AND a.effective_tier IS NOT NULL
      AND signed.stamp IS NOT NULL FOR NO KEY UPDATE OF a
  ), granted AS (
    INSERT INTO tier_override (account_id, status, tier, model_version, reason, note, expires_on, requested_by_id,
      requested_by, requested_on, requested_at, started_on)
    SELECT id, 'ACTIVE', $2, $11::int, $3, $4, $5::date, $7, $8, $10::date, $9::timestamptz, $10::date FROM held
    RETURNING status, expires_on
  ), moved AS (
    UPDATE account SET override_tier = $2, effective_tier = $2, version = account.version + 1,
      updated_at = $9::timestamptz,
      review_due_on = least(account.review_due_on, ($10::date + make_interval(months => $12::int))::date)
    FROM held WHERE account.id = held.id
  ), told AS (
    INSERT INTO tier_history (account_id, kind, cause, computed_tier, held_from, held_to, effective_from,
      effective_to, caused_by, scorecard_id, model_version, actor_id, actor_name, occurred_on, occurred_at)
    SELECT id, 'OVERRIDE_STARTED', 'OVERRIDE', computed_tier, held_tier, held_tier, effective_tier, $2, '[]',
      scorecard_id, model_version, $7, $8, $10::date, $9::timestamptz FROM held
  ), served AS (
    UPDATE account_engagement SET tier_since = $10::date FROM held WHERE account_id = held.id
  )
  SELECT granted.status, granted.expires_on, held.external_id, held.held_tier FROM held, granted`;

export const BREAKDOWN = `
  SELECT effective_tier AS tier, count(*)::int AS accounts, round(coalesce(sum(arr), 0), 2) AS arr FROM account
  WHERE status IS DISTINCT FROM 'CHURNED' GROUP BY effective_tier
  ORDER BY coalesce(sum(arr), 0) DESC, effective_tier COLLATE "C"`;

/** $1 the ladder, $2 the last day. */
export const REVIEW_QUEUE = `
  SELECT a.external_id, a.name, a.arr, a.effective_tier, a.review_due_on, a.review_triggers, a.review_escalated_on,
    greatest(current_date - a.review_due_on, 0) AS days_overdue
  FROM ${placesSql('$1')} CROSS JOIN LATERAL (
    ${inPlaceSql('a.review_due_on <= $2::date')} ORDER BY a.review_due_on, a.arr DESC NULLS LAST, a.id LIMIT 20
  ) a
  ORDER BY place.waits, place.rank, a.review_due_on, a.arr DESC NULLS LAST, a.id LIMIT 20`;

/** $1 the programs, $2 today, $3 the CSM. */
export const CSM_DAY = `
  SELECT due.kind, due.due_from, due.due_on, greatest(current_date - due.due_on, 0) AS overdue_days, due.last_on,
    a.effective_tier, a.external_id, a.name, a.arr
  FROM ${dueSql('$1', '$2')}
  WHERE due.due_on <= $2::date
    AND a.id IN (${lookedAfterBy('(SELECT csm.id FROM csm WHERE csm.external_id = $3::text)', '$2')})
  ORDER BY due.due_on, p.rank, a.id, due.kind LIMIT 20`;
