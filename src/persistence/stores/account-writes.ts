import { type Stamp } from '../../app/ports/clock';
import { type AccountWrite } from '../../app/ports/account-write';
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
  standingRow,
} from './account-rows';
import { keepService } from './account-service';
import { type Columns, rowsParameters, rowsSource } from './columnar';
import { type Query } from './query';
import { QUIET_COLUMNS, SCORE_COLUMNS, STANDING_COLUMNS } from './standing-columns';

/** Which accounts rescoring looks at. */
export const SCORED = `status IS DISTINCT FROM 'CHURNED' AND (placed OR arr IS NOT NULL OR status IS NOT NULL)`;

const SCORE_NAMES = Object.keys(SCORE_COLUMNS);

/** Columns that are given, and audited. */
const GIVEN_COLUMNS: Columns = {
  ...Object.fromEntries(ACCOUNT_COLUMNS.map(({ name, type }) => [name, type])),
  parent_id: 'bigint',
  designation_reason: 'text',
  designation_author: 'text',
  designated_on: 'date',
  designation_review_on: 'date',
};

const NEW_ACCOUNT: Columns = {
  id: 'bigint',
  external_id: 'text',
  ...GIVEN_COLUMNS,
  ...STANDING_COLUMNS,
  ...SCORE_COLUMNS,
  ...QUIET_COLUMNS,
  quiet_version: 'integer',
};
const WHOLE_ACCOUNT: Columns = {
  id: 'bigint',
  scored: 'boolean',
  ...GIVEN_COLUMNS,
  ...STANDING_COLUMNS,
  ...QUIET_COLUMNS,
  ...SCORE_COLUMNS,
};
const STANDING: Columns = {
  id: 'bigint',
  scored: 'boolean',
  ...STANDING_COLUMNS,
  ...QUIET_COLUMNS,
  ...SCORE_COLUMNS,
};

/** The source of the rows comes first among the parameters of a statement; this is the number of one that follows. */
function after(columns: Columns, position: number): string {
  return `$${Object.keys(columns).length + position}`;
}

const INSERT_ACCOUNTS = `
  INSERT INTO account (${Object.keys(NEW_ACCOUNT).join(', ')}, created_at, updated_at)
  SELECT ${Object.keys(NEW_ACCOUNT)
    .map((name) => (name === 'provisional' ? 'coalesce(provisional, false)' : name))
    .join(', ')}, ${after(NEW_ACCOUNT, 1)}, ${after(NEW_ACCOUNT, 1)}
  FROM ${rowsSource(NEW_ACCOUNT)}`;

const updateOf = (columns: Columns, names: readonly string[]): string => `
  UPDATE account SET ${names.map((name) => `${name} = r.${name}`).join(', ')},
    ${SCORE_NAMES.map((name) => `${name} = CASE WHEN r.scored THEN r.${name} ELSE account.${name} END`).join(', ')},
    version = account.version + 1, quiet_version = account.version + 1, updated_at = ${after(columns, 1)}
  FROM ${rowsSource(columns)} WHERE account.id = r.id`;

const UPDATE_ACCOUNTS = updateOf(WHOLE_ACCOUNT, [
  ...Object.keys(GIVEN_COLUMNS),
  ...Object.keys(STANDING_COLUMNS),
  ...Object.keys(QUIET_COLUMNS),
]);

/** Names no column that is audited, so that PostgreSQL does not even compare for the audit. */
const UPDATE_STANDINGS = updateOf(STANDING, [
  ...Object.keys(STANDING_COLUMNS),
  ...Object.keys(QUIET_COLUMNS),
]);

export const SCORECARD: Columns = {
  id: 'bigint',
  account_id: 'bigint',
  model_version: 'integer',
  total: 'numeric',
  completeness: 'numeric',
  score_tier: 'text',
  ladder_tier: 'text',
  computed_tier: 'text',
  provisional: 'boolean',
  opens_review: 'boolean',
  expansion_potential: 'text',
  criteria: 'jsonb',
  guardrails: 'jsonb',
  facts: 'jsonb',
};

export const INSERT_SCORECARDS = `
  INSERT INTO scorecard (${Object.keys(SCORECARD).join(', ')}, scored_on, scored_at)
  SELECT ${Object.keys(SCORECARD).join(', ')}, ${after(SCORECARD, 1)}, ${after(SCORECARD, 2)}
  FROM ${rowsSource(SCORECARD)}`;

const UPDATE_SCORECARDS = `
  UPDATE scorecard SET ${Object.keys(SCORECARD)
    .filter((name) => name !== 'id')
    .map((name) => `${name} = r.${name}`)
    .join(', ')}, scored_on = ${after(SCORECARD, 1)}, scored_at = ${after(SCORECARD, 2)}
  FROM ${rowsSource(SCORECARD)} WHERE scorecard.id = r.id`;

export const HISTORY: Columns = {
  account_id: 'bigint',
  kind: 'text',
  cause: 'text',
  computed_tier: 'text',
  held_from: 'text',
  held_to: 'text',
  effective_from: 'text',
  effective_to: 'text',
  pending_target: 'text',
  pending_detected_on: 'date',
  grace_until: 'date',
  grace_reason: 'text',
  caused_by: 'jsonb',
};

const INSERT_HISTORY = `
  INSERT INTO tier_history (${Object.keys(HISTORY).join(', ')}, scorecard_id, model_version,
    actor_id, actor_name, occurred_on, occurred_at)
  SELECT ${Object.keys(HISTORY)
    .map((name) => `r.${name}`)
    .join(', ')}, account.scorecard_id, account.model_version,
    ${[1, 2, 3, 4].map((position) => after(HISTORY, position)).join(', ')}
  FROM ${rowsSource(HISTORY, 1, true)}
  JOIN account ON account.id = r.account_id
  ORDER BY position`;

export const PENDING: Columns = {
  account_id: 'bigint',
  held_tier: 'text',
  target_tier: 'text',
  detected_on: 'date',
  grace_until: 'date',
  reason: 'text',
  extended: 'boolean',
};

const SET_PENDING = `
  INSERT INTO pending_downgrade (${Object.keys(PENDING).join(', ')})
  SELECT ${Object.keys(PENDING).join(', ')} FROM ${rowsSource(PENDING)}
  ON CONFLICT ON CONSTRAINT pk_pending_downgrade DO UPDATE SET held_tier = excluded.held_tier,
    target_tier = excluded.target_tier, detected_on = excluded.detected_on, grace_until = excluded.grace_until,
    reason = excluded.reason, extended = excluded.extended`;

const CLEAR_PENDING = `DELETE FROM pending_downgrade WHERE account_id = ANY($1::bigint[])`;

const MOVEMENT: Columns = {
  account_id: 'bigint',
  kind: 'text',
  arr_from: 'numeric',
  arr_to: 'numeric',
  effective_on: 'date',
};

const INSERT_MOVEMENTS = `
  INSERT INTO arr_movement (${Object.keys(MOVEMENT).join(', ')}, recorded_on, source, actor_id, recorded_at)
  SELECT ${Object.keys(MOVEMENT).join(', ')}, ${after(MOVEMENT, 1)}, 'FACTS', ${after(MOVEMENT, 2)}, ${after(MOVEMENT, 3)}
  FROM ${rowsSource(MOVEMENT)}`;

const FACT_CHANGE: Columns = { account_id: 'bigint', field: 'text', value_from: 'jsonb', value_to: 'jsonb' };

// The first value that is known of a fact is carried back to every earlier day, so it needs no row. An absent
// status is a known one, though: it counts as ACTIVE, and churning ends that on the day. (EXISTS would let the planner
// read all changes of the book into a hash first; LIMIT makes it look up the few that matter.)
const INSERT_FACT_CHANGES = `
  INSERT INTO fact_change (account_id, field, value_from, value_to, effective_on, source, actor_id, recorded_at)
  SELECT account_id, field, value_from, value_to, ${after(FACT_CHANGE, 1)}, 'FACTS', ${after(FACT_CHANGE, 2)},
    ${after(FACT_CHANGE, 3)}
  FROM ${rowsSource(FACT_CHANGE)}
  WHERE value_from IS NOT NULL OR field = 'status' AND value_to = '"CHURNED"' OR (
    SELECT true FROM fact_change earlier WHERE earlier.account_id = r.account_id AND earlier.field = r.field LIMIT 1)`;

const FOLLOWED: Columns = { account_id: 'bigint', tier: 'text', model_version: 'integer' };

/** A tier that a new model drops gives way to its successor, in active overrides too (section 3). */
const FOLLOW_TIERS = `
  UPDATE tier_override SET tier = r.tier, model_version = r.model_version, version = version + 1
  FROM ${rowsSource(FOLLOWED)}
  WHERE tier_override.account_id = r.account_id AND tier_override.status = 'ACTIVE' AND tier_override.tier <> r.tier`;

/** Sends what the rules decided for a batch of accounts, in as few statements as there are tables. */
export function writeAccounts(
  query: Query,
  writes: readonly AccountWrite[],
  ids: AccountIds,
  stamp: Stamp,
): void {
  const idOf = ({ account }: AccountWrite): string => ids.accountIds.get(account.externalId) ?? '';
  const insert = (
    sql: string,
    columns: Columns,
    rows: readonly object[],
    ...more: readonly unknown[]
  ): void => {
    if (rows.length > 0) void query(sql, [...rowsParameters(columns, rows), ...more]);
  };
  const { today, now, actorId, actorName } = stamp;
  const rowsOf = (some: readonly AccountWrite[]): object[] => some.map((write) => accountRow(write, ids));
  const added = writes.filter(({ id }) => id === null);
  const changed = writes.filter((write) => write.id !== null && changesGiven(write));
  const rescored = writes.filter((write) => write.id !== null && !changesGiven(write));

  insert(INSERT_ACCOUNTS, NEW_ACCOUNT, rowsOf(added), now);
  insert(UPDATE_ACCOUNTS, WHOLE_ACCOUNT, rowsOf(changed), now);
  insert(
    UPDATE_STANDINGS,
    STANDING,
    rescored.map((write) => standingRow(write, ids)),
    now,
  );
  const scored = writes.filter(({ newScorecard }) => newScorecard);
  const cardsOf = (some: readonly AccountWrite[]): object[] => some.map((write) => scorecardRow(write, ids));
  const isThere = ({ scorecardId }: AccountWrite): boolean => scorecardId !== undefined;
  insert(INSERT_SCORECARDS, SCORECARD, cardsOf(scored.filter((write) => !isThere(write))), today, now);
  insert(UPDATE_SCORECARDS, SCORECARD, cardsOf(scored.filter(isThere)), today, now);
  insert(
    INSERT_HISTORY,
    HISTORY,
    writes.flatMap((write) => historyRows(write, idOf(write))),
    actorId,
    actorName,
    today,
    now,
  );
  const moved = writes.filter(({ entries }) => entries.length > 0);
  keepService(query, moved, idOf, stamp);
  const pending = moved.filter(({ account }) => isPending(account));
  const settled = moved.filter(
    ({ before, account }) => before !== null && isPending(before) && !isPending(account),
  );
  insert(
    SET_PENDING,
    PENDING,
    pending.map((write) => pendingRow(write, idOf(write))),
  );
  if (settled.length > 0) void query(CLEAR_PENDING, [settled.map(idOf)]);
  insert(
    INSERT_MOVEMENTS,
    MOVEMENT,
    writes.flatMap((write) => movementRows(write, idOf(write))),
    today,
    actorId,
    now,
  );
  insert(
    INSERT_FACT_CHANGES,
    FACT_CHANGE,
    changed.flatMap((write) => factChangeRows(write, idOf(write))),
    today,
    actorId,
    now,
  );
  const churned = writes.filter(({ id, account }) => id !== null && account.values.status === 'CHURNED');
  endWithAccounts(query, churned.map(idOf), stamp);
  insert(
    FOLLOW_TIERS,
    FOLLOWED,
    moved.flatMap((write) => followedRows(write, idOf(write))),
  );
}

function isPending({ standing }: AccountWrite['account']): boolean {
  return standing.pending !== null;
}

/** Whether the write changes what is given of an account, and not only where it stands. */
export function changesGiven({ before, account }: AccountWrite): boolean {
  return before?.values !== account.values || before.designation !== account.designation;
}
