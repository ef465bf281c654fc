import { type Stamp } from '../../app/ports/clock';
import { type AccountWrite } from '../../app/ports/stores';
import { ACCOUNT_COLUMNS } from '../account-columns';
import { endWithAccounts } from './account-ends';
import {
  type AccountIds,
  accountRow,
  factChangeRows,
  followedRows,
  historyRows,
  movementRows,
  pendingRow,
  scorecardRow,
} from './account-rows';
import { keepService } from './account-service';
import { type Query } from './query';

/** Columns of the account table beside the given fields, with the types by which JSON is read back. */
const OWN_COLUMNS: Readonly<Record<string, string>> = {
  parent_id: 'bigint',
  designation_reason: 'text',
  designation_author: 'text',
  designated_on: 'date',
  designation_review_on: 'date',
  had_arr: 'boolean',
  lines_applied_on: 'date',
  placed: 'boolean',
  computed_tier: 'text',
  held_tier: 'text',
  override_tier: 'text',
  effective_tier: 'text',
  review_due_on: 'date',
  review_baseline: 'jsonb',
  review_triggers: 'jsonb',
  review_escalated_on: 'date',
};

/** Columns that are written only where there is a new scorecard. */
const SCORE_COLUMNS: Readonly<Record<string, string>> = {
  scorecard_id: 'bigint',
  model_version: 'integer',
  total: 'numeric',
  completeness: 'numeric',
  provisional: 'boolean',
  expansion_potential: 'text',
};

const WRITTEN = {
  ...Object.fromEntries(ACCOUNT_COLUMNS.map(({ name, type }) => [name, type])),
  ...OWN_COLUMNS,
};
const WRITTEN_NAMES = Object.keys(WRITTEN);
const SCORE_NAMES = Object.keys(SCORE_COLUMNS);
const RECORD = Object.entries({
  id: 'bigint',
  external_id: 'text',
  scored: 'boolean',
  ...WRITTEN,
  ...SCORE_COLUMNS,
})
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');
// json and not jsonb: it is read once, so that sorting its keys first would take longer than looking them up.
const SOURCE = `json_to_recordset($1::json) AS r(${RECORD})`;

const INSERTED_NAMES = [...WRITTEN_NAMES, ...SCORE_NAMES];
const INSERT_ACCOUNTS = `
  INSERT INTO account (id, external_id, ${INSERTED_NAMES.join(', ')}, created_at, updated_at)
  SELECT id, external_id,
    ${INSERTED_NAMES.map((name) => (name === 'provisional' ? 'coalesce(provisional, false)' : name)).join(', ')},
    $2, $2
  FROM ${SOURCE}`;

const UPDATE_ACCOUNTS = `
  UPDATE account SET ${WRITTEN_NAMES.map((name) => `${name} = r.${name}`).join(', ')},
    ${SCORE_NAMES.map((name) => `${name} = CASE WHEN r.scored THEN r.${name} ELSE account.${name} END`).join(', ')},
    version = account.version + 1, updated_at = $2
  FROM ${SOURCE} WHERE account.id = r.id`;

const INSERT_SCORECARDS = `
  INSERT INTO scorecard (id, account_id, model_version, scored_on, scored_at, total, completeness, score_tier,
    ladder_tier, computed_tier, provisional, opens_review, expansion_potential, criteria, guardrails, facts)
  SELECT id, account_id, model_version, $2, $3, total, completeness, score_tier, ladder_tier, computed_tier,
    provisional, opens_review, expansion_potential, criteria, guardrails, facts
  FROM json_to_recordset($1::json) AS r(id bigint, account_id bigint, model_version integer, total numeric,
    completeness numeric, score_tier text, ladder_tier text, computed_tier text, provisional boolean,
    opens_review boolean, expansion_potential text, criteria jsonb, guardrails jsonb, facts jsonb)`;

const INSERT_HISTORY = `
  INSERT INTO tier_history (account_id, kind, cause, computed_tier, held_from, held_to, effective_from, effective_to,
    pending_target, pending_detected_on, grace_until, grace_reason, caused_by, scorecard_id, model_version,
    actor_id, actor_name, occurred_on, occurred_at)
  SELECT r.account_id, kind, cause, r.computed_tier, held_from, held_to, effective_from, effective_to,
    pending_target, pending_detected_on, grace_until, grace_reason, caused_by, account.scorecard_id,
    account.model_version, $2, $3, $4, $5
  FROM ROWS FROM (json_to_recordset($1::json) AS (account_id bigint, kind text, cause text, computed_tier text,
    held_from text, held_to text, effective_from text, effective_to text, pending_target text,
    pending_detected_on date, grace_until date, grace_reason text, caused_by jsonb)) WITH ORDINALITY
    AS r(account_id, kind, cause, computed_tier, held_from, held_to, effective_from, effective_to, pending_target,
      pending_detected_on, grace_until, grace_reason, caused_by, position)
  JOIN account ON account.id = r.account_id
  ORDER BY position`;

const SET_PENDING = `
  INSERT INTO pending_downgrade (account_id, held_tier, target_tier, detected_on, grace_until, reason, extended)
  SELECT account_id, held_tier, target_tier, detected_on, grace_until, reason, extended
  FROM json_to_recordset($1::json) AS r(account_id bigint, held_tier text, target_tier text, detected_on date,
    grace_until date, reason text, extended boolean)
  ON CONFLICT ON CONSTRAINT pk_pending_downgrade DO UPDATE SET held_tier = excluded.held_tier,
    target_tier = excluded.target_tier, detected_on = excluded.detected_on, grace_until = excluded.grace_until,
    reason = excluded.reason, extended = excluded.extended`;

const CLEAR_PENDING = `DELETE FROM pending_downgrade WHERE account_id = ANY($1::bigint[])`;

const INSERT_MOVEMENTS = `
  INSERT INTO arr_movement (account_id, kind, arr_from, arr_to, effective_on, recorded_on, source, actor_id, recorded_at)
  SELECT account_id, kind, arr_from, arr_to, effective_on, $2, 'FACTS', $3, $4
  FROM json_to_recordset($1::json) AS r(account_id bigint, kind text, arr_from numeric, arr_to numeric,
    effective_on date)`;

// The first value that is known of a fact is carried back to every earlier day, so it needs no row. An absent
// status is a known one, though: it counts as ACTIVE, and churning ends that on the day. (EXISTS would let the planner
// read all changes of the book into a hash first; LIMIT makes it look up the few that matter.)
const INSERT_FACT_CHANGES = `
  INSERT INTO fact_change (account_id, field, effective_on, value_from, value_to, source, actor_id, recorded_at)
  SELECT account_id, field, $2, value_from, value_to, 'FACTS', $3, $4
  FROM json_to_recordset($1::json) AS r(account_id bigint, field text, value_from jsonb, value_to jsonb)
  WHERE value_from IS NOT NULL OR field = 'status' AND value_to = '"CHURNED"' OR (
    SELECT true FROM fact_change earlier WHERE earlier.account_id = r.account_id AND earlier.field = r.field LIMIT 1)`;

/** A tier that a new model drops gives way to its successor, in active overrides too (section 3). */
const FOLLOW_TIERS = `
  UPDATE tier_override SET tier = r.tier, model_version = r.model_version, version = version + 1
  FROM json_to_recordset($1::json) AS r(account_id bigint, tier text, model_version integer)
  WHERE tier_override.account_id = r.account_id AND tier_override.status = 'ACTIVE' AND tier_override.tier <> r.tier`;

/** Writes what the rules decided for a batch of accounts, in as few statements as there are tables. */
export async function writeAccounts(
  query: Query,
  writes: readonly AccountWrite[],
  ids: AccountIds,
  stamp: Stamp,
): Promise<void> {
  const idOf = ({ account }: AccountWrite): string => ids.accountIds.get(account.externalId) ?? '';
  const insert = async (
    sql: string,
    rows: readonly unknown[],
    ...more: readonly unknown[]
  ): Promise<void> => {
    if (rows.length > 0) await query(sql, [JSON.stringify(rows), ...more]);
  };
  const rowsOf = (some: readonly AccountWrite[]): object[] => some.map((write) => accountRow(write, ids));

  await insert(INSERT_ACCOUNTS, rowsOf(writes.filter(({ id }) => id === null)), stamp.now);
  await insert(UPDATE_ACCOUNTS, rowsOf(writes.filter(({ id }) => id !== null)), stamp.now);
  await insert(
    INSERT_SCORECARDS,
    writes.filter(({ newScorecard }) => newScorecard).map((write) => scorecardRow(write, ids)),
    stamp.today,
    stamp.now,
  );
  await insert(
    INSERT_HISTORY,
    writes.flatMap((write) => historyRows(write, idOf(write))),
    stamp.actorId,
    stamp.actorName,
    stamp.today,
    stamp.now,
  );
  const moved = writes.filter(({ entries }) => entries.length > 0);
  await keepService(query, moved, idOf, stamp);
  const pending = moved.filter(({ account }) => account.standing.pending !== null);
  const settled = moved.filter(({ id, account }) => id !== null && account.standing.pending === null);
  await insert(
    SET_PENDING,
    pending.map((write) => pendingRow(write, idOf(write))),
  );
  if (settled.length > 0) await query(CLEAR_PENDING, [settled.map(idOf)]);
  await insert(
    INSERT_MOVEMENTS,
    writes.flatMap((write) => movementRows(write, idOf(write))),
    stamp.today,
    stamp.actorId,
    stamp.now,
  );
  await insert(
    INSERT_FACT_CHANGES,
    writes.filter(({ id }) => id !== null).flatMap((write) => factChangeRows(write, idOf(write))),
    stamp.today,
    stamp.actorId,
    stamp.now,
  );
  const churned = writes.filter(({ id, account }) => id !== null && account.values.status === 'CHURNED');
  await endWithAccounts(query, churned.map(idOf), stamp);
  await insert(
    FOLLOW_TIERS,
    moved.flatMap((write) => followedRows(write, idOf(write))),
  );
}
