import { type AccountWrite } from '../../app/ports/account-write';
import {
  type AccountFieldValue,
  type AccountValues,
  FACT_FIELDS,
  type FieldChange,
} from '../../domain/account';
import { FIELD_KINDS } from '../../domain/account-field';
import { formatHundredths, formatMoney, type Money } from '../../domain/money';
import { type QuietDays, RULES_EDITION } from '../../domain/quiet-days';
import { type Account } from '../../domain/rescoring';
import { digestOf } from '../../domain/scorecard-digest';
import { effectiveTier } from '../../domain/standing';
import { ACCOUNT_COLUMNS } from '../account-columns';
import { QUIET_COLUMNS, SCORE_COLUMNS, STANDING_COLUMNS } from './standing-columns';

/** The ids of accounts and of new scorecards, by external id. */
export interface AccountIds {
  readonly accountIds: ReadonlyMap<string, string> & Map<string, string>;
  readonly scorecardIds: ReadonlyMap<string, string>;
}

/** A field's value as JSON keeps it: amounts as text, so that they stay exact. */
export function jsonValue(field: FieldChange['field'], value: AccountFieldValue): AccountFieldValue {
  return value !== null && FIELD_KINDS[field] === 'money' ? formatMoney(value as Money) : value;
}

/**
 * A row of which nothing is known. Copies of it have room for all columns; a row that grew column by column would be
 * made anew time and again.
 */
const NOTHING: Readonly<Record<string, null>> = Object.fromEntries(
  [
    'id',
    'external_id',
    'parent_id',
    'designation_reason',
    'designation_author',
    'designated_on',
    'designation_review_on',
    ...ACCOUNT_COLUMNS.map(({ name }) => name),
    ...Object.keys({ ...STANDING_COLUMNS, ...QUIET_COLUMNS, ...SCORE_COLUMNS }),
    'quiet_version',
    'scored',
  ].map((name) => [name, null]),
);

/** Of an account that is new. */
const FIRST_VERSION = 1;

/** The account as its row has it. */
export function accountRow(write: AccountWrite, ids: AccountIds): object {
  const { account } = write;
  const { values, designation } = account;
  const row: Record<string, unknown> = Object.assign({ ...NOTHING }, standingRow(write, ids));
  row.external_id = account.externalId;
  row.quiet_version = FIRST_VERSION;
  row.parent_id = values.parentExternalId === null ? null : idOfParent(values.parentExternalId, ids);
  row.designation_reason = designation?.reason;
  row.designation_author = designation?.author;
  row.designated_on = designation?.designatedOn;
  row.designation_review_on = designation?.reviewOn;
  for (const { field, name } of ACCOUNT_COLUMNS) {
    // A column that is left out is null all the same, and most facts of most accounts are not known.
    if (values[field] !== null) row[name] = jsonValue(field, values[field]);
  }
  return row;
}

/** Quiet days as a row has them; nothing of them where none are known. */
export function quietRow(quiet: QuietDays | null): Record<string, unknown> {
  if (quiet === null) return {};
  return { quiet_from: quiet.from, quiet_until: quiet.until ?? 'infinity', quiet_rules: RULES_EDITION };
}

/** What its row has of where the account stands, and of its newest scorecard. */
export function standingRow(
  { account, linesAppliedOn, id, newScorecard, quiet = null }: AccountWrite,
  ids: AccountIds,
): Record<string, unknown> {
  const { standing, review, scorecard } = account;
  const row: Record<string, unknown> = {
    id: id ?? ids.accountIds.get(account.externalId),
    had_arr: account.hadArr,
    lines_applied_on: linesAppliedOn,
    placed: standing.placed,
    computed_tier: standing.computed,
    held_tier: standing.held,
    override_tier: standing.override,
    effective_tier: effectiveTier(standing),
    review_due_on: review.dueOn,
    review_baseline: baselineRow(review),
    review_triggers: review.triggers,
    review_escalated_on: review.escalatedOn,
    ...quietRow(quiet?.of === account ? quiet : null),
    scored: newScorecard,
  };
  if (newScorecard && scorecard !== null) {
    row.scorecard_id = ids.scorecardIds.get(account.externalId);
    row.scorecard_digest = digestOf(scorecard);
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

export function scorecardRow({ account }: AccountWrite, ids: AccountIds): object {
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
    facts: factsRow(values),
  };
}

function factsRow(values: AccountValues): object {
  const facts: Record<string, AccountFieldValue> = {};
  for (const field of FACT_FIELDS) facts[field] = jsonValue(field, values[field]);
  return facts;
}

export function historyRows({ entries }: AccountWrite, accountId: string): object[] {
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

export function pendingRow({ account }: AccountWrite, accountId: string): object {
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
export function followedRows({ account, entries }: AccountWrite, accountId: string): object[] {
  const { override } = account.standing;
  if (override === null || !entries.some(({ cause }) => cause === 'MODEL_PUBLISHED')) return [];
  return [{ account_id: accountId, tier: override, model_version: account.scorecard?.modelVersion }];
}

export function movementRows({ movement }: AccountWrite, accountId: string): object[] {
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

export function factChangeRows({ changes }: AccountWrite, accountId: string): object[] {
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
