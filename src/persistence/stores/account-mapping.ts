import { type AccountOutline, type ShownOutline, type StoredAccount } from '../../app/ports/stores';
import {
  type AccountFieldValue,
  type AccountValues,
  type Designation,
  type FieldChange,
  type Level,
  NO_FACTS,
  NO_VALUES,
} from '../../domain/account';
import { type CalendarDate } from '../../domain/calendar';
import { type GuardrailAct } from '../../domain/guardrail';
import { hundredthsOf, parseMoney } from '../../domain/money';
import { type OverrideReason } from '../../domain/override';
import { type CriterionScore, type Scorecard } from '../../domain/scorecard';
import { type GraceReason, type PendingDowngrade, type Standing } from '../../domain/standing';
import {
  type ActiveOverride,
  type ReviewBaseline,
  type ReviewState,
  type ReviewTrigger,
} from '../../domain/tier-review';
import { ACCOUNT_COLUMNS, type AccountColumn } from '../account-columns';

/** A row of the query that reads outlines. */
export interface OutlinedAccount extends Record<string, unknown> {
  readonly id: string;
  readonly external_id: string;
  readonly version: number;
  readonly designation_reason: string | null;
  readonly designation_author: string | null;
  readonly designated_on: CalendarDate | null;
  readonly designation_review_on: CalendarDate | null;
  readonly had_arr: boolean;
  readonly placed: boolean;
  readonly computed_tier: string | null;
  readonly held_tier: string | null;
  readonly override_tier: string | null;
  readonly override_reason: OverrideReason | null;
  readonly override_expires_on: CalendarDate | null;
  readonly review_due_on: CalendarDate | null;
  readonly review_baseline: StoredBaseline | null;
  readonly review_triggers: readonly ReviewTrigger[];
  readonly review_escalated_on: CalendarDate | null;
  readonly scorecard_digest: string | null;
  readonly model_version: number | null;
  readonly pending_target: string | null;
  readonly pending_detected_on: CalendarDate | null;
  readonly pending_grace_until: CalendarDate | null;
  readonly pending_reason: GraceReason | null;
  readonly pending_extended: boolean | null;
}

/** A row of the query that loads accounts for the rules. */
export interface LoadedAccount extends OutlinedAccount {
  readonly parent_external_id: string | null;
  readonly lines_applied_on: CalendarDate | null;
  readonly name_seats: boolean | null;
  readonly name_products: boolean | null;
  readonly scorecard: StoredScorecard | null;
  readonly last_history_on: CalendarDate | null;
  readonly recent_upgrades:
    readonly { on: CalendarDate; heldFrom: string | null; causedBy: readonly FieldChange[] }[] | null;
}

/** What a review saw, as JSON: its amount is text. */
export type StoredBaseline = Omit<ReviewBaseline, 'arr'> & { readonly arr: string | null };

/** A scorecard as JSON. */
export interface StoredScorecard {
  readonly modelVersion: number;
  readonly total: string;
  readonly completeness: string;
  readonly criteria: readonly CriterionScore[];
  readonly expansionPotential: Level | null;
  readonly scoreTier: string;
  readonly ladderTier: string;
  readonly guardrails: readonly GuardrailAct[];
  readonly computedTier: string | null;
  readonly provisional: boolean;
  readonly opensReview: boolean;
}

/** The account as the rules see it. */
export function storedAccount(row: LoadedAccount): StoredAccount {
  return {
    id: row.id,
    version: row.version,
    externalId: row.external_id,
    values: valuesOf(row, ACCOUNT_COLUMNS, row.parent_external_id),
    designation: designationOf(row),
    standing: standingOf(row),
    activeOverride: activeOverrideOf(row),
    scorecard: row.scorecard === null ? null : scorecardOf(row.scorecard),
    scorecardDigest: digestFrom(row),
    placedBy: row.model_version,
    recentUpgrades: row.recent_upgrades ?? [],
    hadArr: row.had_arr,
    review: reviewOf(row),
    linesAppliedOn: row.lines_applied_on,
    setByLines: [
      ...(row.name_seats === true ? (['seatsPurchased'] as const) : []),
      ...(row.name_products === true ? (['productLinesOwned'] as const) : []),
    ],
    lastHistoryOn: row.last_history_on,
  };
}

/** The columns of facts and terms, which are all that outlines know of what was given. */
export const OUTLINE_COLUMNS = ACCOUNT_COLUMNS.filter(
  ({ field }) => field in NO_FACTS || field === 'renewalDate' || field === 'termMonths',
);

/** What a row tells whoever only wants to know whether there is anything to write. */
export function outlineOf(row: OutlinedAccount): AccountOutline {
  return {
    id: row.id,
    version: row.version,
    externalId: row.external_id,
    values: valuesOf(row, OUTLINE_COLUMNS, null),
    designation: designationOf(row),
    standing: standingOf(row),
    activeOverride: activeOverrideOf(row),
    scorecard: null,
    scorecardDigest: digestFrom(row),
    placedBy: row.model_version,
    recentUpgrades: [],
    hadArr: row.had_arr,
    review: reviewOf(row),
  };
}

/** An outline's row with what the newest scorecard shows. */
export interface ShownAccount extends OutlinedAccount {
  readonly total: string | null;
  readonly guardrails: readonly GuardrailAct[] | null;
}

export function shownOutlineOf(row: ShownAccount): ShownOutline {
  const { total, guardrails } = row;
  const shown =
    total === null || guardrails === null ? null : { total: hundredthsOf(Number(total)), guardrails };
  return { ...outlineOf(row), shown };
}

function digestFrom(row: OutlinedAccount): number | null {
  return row.scorecard_digest === null ? null : Number(row.scorecard_digest);
}

function designationOf(row: OutlinedAccount): Designation | null {
  if (
    row.designation_reason === null ||
    row.designation_author === null ||
    row.designated_on === null ||
    row.designation_review_on === null
  ) {
    return null;
  }
  return {
    reason: row.designation_reason,
    author: row.designation_author,
    designatedOn: row.designated_on,
    reviewOn: row.designation_review_on,
  };
}

function standingOf(row: OutlinedAccount): Standing {
  return {
    computed: row.computed_tier,
    held: row.held_tier,
    pending: pendingOf(row),
    override: row.override_tier,
    placed: row.placed,
  };
}

function pendingOf(row: OutlinedAccount): PendingDowngrade | null {
  if (
    row.pending_target === null ||
    row.pending_detected_on === null ||
    row.pending_grace_until === null ||
    row.pending_reason === null
  ) {
    return null;
  }
  return {
    target: row.pending_target,
    detectedOn: row.pending_detected_on,
    graceUntil: row.pending_grace_until,
    reason: row.pending_reason,
    ...(row.pending_extended === true ? { extended: true } : {}),
  };
}

function activeOverrideOf(row: OutlinedAccount): ActiveOverride | null {
  return row.override_reason === null || row.override_expires_on === null
    ? null
    : { reason: row.override_reason, expiresOn: row.override_expires_on };
}

function reviewOf(row: OutlinedAccount): ReviewState {
  return {
    dueOn: row.review_due_on,
    baseline: row.review_baseline === null ? null : baselineOf(row.review_baseline),
    triggers: row.review_triggers,
    escalatedOn: row.review_escalated_on,
  };
}

function valuesOf(
  row: OutlinedAccount,
  columns: readonly AccountColumn[],
  parentExternalId: string | null,
): AccountValues {
  // A copy has one shape for every account, which an object that grows by its keys would not have.
  const values: Record<string, AccountFieldValue> = {
    ...NO_VALUES,
    parentExternalId,
  };
  for (const { field, name, type } of columns) {
    const stored = row[name] as AccountFieldValue;
    if (stored === null) continue;
    values[field] = type === 'numeric' && typeof stored === 'string' ? parseMoney(stored) : stored;
  }
  return values as unknown as AccountValues;
}

/** What the last review saw, as the rules compare it. */
export function baselineOf(stored: StoredBaseline): ReviewBaseline {
  return { ...stored, arr: stored.arr === null ? null : parseMoney(stored.arr) };
}

/** Decimals of a stored scorecard are text. */
function scorecardOf(stored: StoredScorecard): Scorecard {
  return {
    ...stored,
    total: hundredthsOf(Number(stored.total)),
    completeness: hundredthsOf(Number(stored.completeness)),
  };
}
