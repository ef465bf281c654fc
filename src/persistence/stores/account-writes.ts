import { type Stamp, SYSTEM_AUTHOR } from '../../app/ports/clock';
import { type AccountWrite } from '../../app/ports/stores';
import { type AccountFieldValue, type FieldChange, factsOf } from '../../domain/account';
import { FIELD_KINDS } from '../../domain/account-field';
import { formatHundredths, formatMoney, type Money } from '../../domain/money';
import { type Account } from '../../domain/rescoring';
import { effectiveTier } from '../../domain/standing';
import { ACCOUNT_COLUMNS } from '../account-columns';

export interface AccountIds {
  readonly accountIds: ReadonlyMap<string, string> & Map<string, string>;
  readonly scorecardIds: ReadonlyMap<string, string>;
}

type Query = (sql: string, parameters: readonly unknown[]) => Promise<unknown>;

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

// One that began on that very day is left without a day.
const END_ASSIGNMENTS = `
  UPDATE portfolio_assignment SET to_on = greatest(from_on, $2::date)
  WHERE account_id = ANY($1::bigint[]) AND to_on IS NULL`;

/**
 * A churned account leaves the ladder, and nothing that people decided about its tier outlives that (section 2.3). A
 * churn that is found while days are caught up lies before what was decided since, and ends it on its own day.
 */
const END_OVERRIDES = `
  UPDATE tier_override SET status = CASE status WHEN 'ACTIVE' THEN 'REVOKED' ELSE 'REJECTED' END,
    ended_by_id = $2, ended_by = $3, ended_on = greatest(requested_on, started_on, $4::date), ended_at = $5,
    end_reason = 'ACCOUNT_CHURNED', version = version + 1
  WHERE account_id = ANY($1::bigint[]) AND status IN ('REQUESTED', 'ACTIVE')`;

const END_ADJUSTMENTS = `
  UPDATE service_adjustment SET status = CASE status WHEN 'ACTIVE' THEN 'ENDED' ELSE 'WITHDRAWN' END,
    ended_by_id = $2, ended_by = $3, ended_on = greatest(created_on, started_on, $4::date), ended_at = $5,
    end_reason = 'ACCOUNT_CHURNED', version = version + 1
  WHERE account_id = ANY($1::bigint[]) AND status IN ('PROPOSED', 'ACTIVE')`;

const END_INTERVENTIONS = `
  UPDATE intervention SET status = 'ENDED', closed_by_id = $2, closed_by = $3,
    closed_on = greatest(raised_on, $4::date), closed_at = $5, version = version + 1
  WHERE account_id = ANY($1::bigint[]) AND status = 'OPEN'`;

const END_DIGITAL_PROGRAMS = `
  UPDATE digital_program SET to_on = greatest(from_on, $2::date)
  WHERE account_id = ANY($1::bigint[]) AND to_on IS NULL`;

/** A tier that a new model drops gives way to its successor, in active overrides too (section 3). */
const FOLLOW_TIERS = `
  UPDATE tier_override SET tier = r.tier, model_version = r.model_version, version = version + 1
  FROM json_to_recordset($1::json) AS r(account_id bigint, tier text, model_version integer)
  WHERE tier_override.account_id = r.account_id AND tier_override.status = 'ACTIVE' AND tier_override.tier <> r.tier`;

/** What an account is owed follows from since when it has a tier, and this tier (section 8). */
const COME_INTO_SERVICE = `
  INSERT INTO account_engagement (account_id, served_since, tier_since)
  SELECT account_id, $2::date, $2::date FROM unnest($1::bigint[]) AS came(account_id)
  ON CONFLICT ON CONSTRAINT pk_account_engagement
  DO UPDATE SET served_since = excluded.served_since, tier_since = excluded.tier_since`;

const CHANGE_SERVICE = `UPDATE account_engagement SET tier_since = $2::date WHERE account_id = ANY($1::bigint[])`;

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
  await followService(query, moved, idOf, stamp);
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
  if (churned.length > 0) {
    await query(END_ASSIGNMENTS, [churned.map(idOf), stamp.today]);
    const bySystem = [
      churned.map(idOf),
      SYSTEM_AUTHOR.id,
      SYSTEM_AUTHOR.name,
      stamp.today,
      stamp.now,
    ] as const;
    await query(END_OVERRIDES, bySystem);
    await query(END_ADJUSTMENTS, bySystem);
    await query(END_INTERVENTIONS, bySystem);
    await query(END_DIGITAL_PROGRAMS, [churned.map(idOf), stamp.today]);
  }
  await insert(
    FOLLOW_TIERS,
    moved.flatMap((write) => followedRows(write, idOf(write))),
  );
}

/** Keeps since when each account is served, and served as it is. */
async function followService(
  query: Query,
  writes: readonly AccountWrite[],
  idOf: (write: AccountWrite) => string,
  { today }: Stamp,
): Promise<void> {
  const moves = writes.flatMap((write) => {
    const changes = write.entries.filter(({ effectiveFrom, effectiveTo }) => effectiveFrom !== effectiveTo);
    const [from, to] = [changes[0]?.effectiveFrom ?? null, changes.at(-1)?.effectiveTo ?? null];
    return to === null || from === to ? [] : [{ id: idOf(write), isNew: from === null }];
  });
  const came = moves.filter(({ isNew }) => isNew).map(({ id }) => id);
  const stayed = moves.filter(({ isNew }) => !isNew).map(({ id }) => id);
  if (came.length > 0) await query(COME_INTO_SERVICE, [came, today]);
  if (stayed.length > 0) await query(CHANGE_SERVICE, [stayed, today]);
}

/** A field's value as JSON keeps it: amounts as text, so that they stay exact. */
export function jsonValue(field: FieldChange['field'], value: AccountFieldValue): AccountFieldValue {
  return value !== null && FIELD_KINDS[field] === 'money' ? formatMoney(value as Money) : value;
}

function accountRow({ account, linesAppliedOn, id, newScorecard }: AccountWrite, ids: AccountIds): object {
  const { values, designation, standing, scorecard } = account;
  const row: Record<string, unknown> = {
    id: id ?? ids.accountIds.get(account.externalId),
    external_id: account.externalId,
    parent_id: values.parentExternalId === null ? null : idOfParent(values.parentExternalId, ids),
    designation_reason: designation?.reason,
    designation_author: designation?.author,
    designated_on: designation?.designatedOn,
    designation_review_on: designation?.reviewOn,
    had_arr: account.hadArr,
    lines_applied_on: linesAppliedOn,
    placed: standing.placed,
    computed_tier: standing.computed,
    held_tier: standing.held,
    override_tier: standing.override,
    effective_tier: effectiveTier(standing),
    review_due_on: account.review.dueOn,
    review_baseline: baselineRow(account.review),
    review_triggers: account.review.triggers,
    review_escalated_on: account.review.escalatedOn,
    scored: newScorecard,
  };
  for (const { field, name } of ACCOUNT_COLUMNS) {
    // A key that is left out is null all the same, and most facts of most accounts are not known.
    if (values[field] !== null) row[name] = jsonValue(field, values[field]);
  }
  if (newScorecard && scorecard !== null) {
    row.scorecard_id = ids.scorecardIds.get(account.externalId);
    row.model_version = scorecard.modelVersion;
    row.total = formatHundredths(scorecard.total);
    row.completeness = formatHundredths(scorecard.completeness);
    row.provisional = scorecard.provisional;
    row.expansion_potential = scorecard.expansionPotential;
  }
  return row;
}

function baselineRow({ baseline }: Account['review']): object | null {
  return baseline && { ...baseline, arr: baseline.arr === null ? null : formatMoney(baseline.arr) };
}

/** Whoever let the link through has seen that the parent is there; an account must not lose it silently. */
function idOfParent(externalId: string, ids: AccountIds): string {
  const id = ids.accountIds.get(externalId);
  if (id === undefined) throw new Error(`the parent "${externalId}" is neither stored nor written`);
  return id;
}

function scorecardRow({ account }: AccountWrite, ids: AccountIds): object {
  const { scorecard, values } = account;
  if (scorecard === null) throw new Error('a new scorecard must be there to be written');
  return {
    id: ids.scorecardIds.get(account.externalId),
    account_id: ids.accountIds.get(account.externalId),
    model_version: scorecard.modelVersion,
    total: formatHundredths(scorecard.total),
    completeness: formatHundredths(scorecard.completeness),
    score_tier: scorecard.scoreTier,
    ladder_tier: scorecard.ladderTier,
    computed_tier: scorecard.computedTier,
    provisional: scorecard.provisional,
    opens_review: scorecard.opensReview,
    expansion_potential: scorecard.expansionPotential,
    criteria: scorecard.criteria,
    guardrails: scorecard.guardrails,
    facts: Object.fromEntries(
      Object.entries(factsOf(values)).map(([field, value]) => [
        field,
        jsonValue(field as FieldChange['field'], value as AccountFieldValue),
      ]),
    ),
  };
}

function historyRows({ entries }: AccountWrite, accountId: string): object[] {
  return entries.map((entry) => ({
    account_id: accountId,
    kind: entry.kind,
    cause: entry.cause,
    computed_tier: entry.computed,
    held_from: entry.heldFrom,
    held_to: entry.heldTo,
    effective_from: entry.effectiveFrom,
    effective_to: entry.effectiveTo,
    pending_target: entry.pending?.target,
    pending_detected_on: entry.pending?.detectedOn,
    grace_until: entry.pending?.graceUntil,
    grace_reason: entry.pending?.reason,
    caused_by: entry.causedBy,
  }));
}

function pendingRow({ account }: AccountWrite, accountId: string): object {
  const { pending, held } = account.standing;
  return {
    account_id: accountId,
    held_tier: held,
    target_tier: pending?.target,
    detected_on: pending?.detectedOn,
    grace_until: pending?.graceUntil,
    reason: pending?.reason,
    extended: pending?.extended ?? false,
  };
}

/** The active override where another model may have changed its tier. */
function followedRows({ account, entries }: AccountWrite, accountId: string): object[] {
  const { override } = account.standing;
  if (override === null || !entries.some(({ cause }) => cause === 'MODEL_PUBLISHED')) return [];
  return [{ account_id: accountId, tier: override, model_version: account.scorecard?.modelVersion }];
}

function movementRows({ movement }: AccountWrite, accountId: string): object[] {
  if (movement === null) return [];
  return [
    {
      account_id: accountId,
      kind: movement.kind,
      arr_from: movement.from === null ? null : formatMoney(movement.from),
      arr_to: formatMoney(movement.to),
      effective_on: movement.effectiveOn,
    },
  ];
}

function factChangeRows({ changes }: AccountWrite, accountId: string): object[] {
  // ARR has its movements, and who belongs to whom is no fact of a day.
  return changes
    .filter(({ field }) => field !== 'arr' && field !== 'parentExternalId')
    .map(({ field, from, to }) => ({
      account_id: accountId,
      field,
      value_from: jsonValue(field, from),
      value_to: jsonValue(field, to),
    }));
}
