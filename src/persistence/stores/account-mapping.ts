import { type StoredAccount } from '../../app/ports/stores';
import {
  type AccountFieldValue,
  type AccountValues,
  type FieldChange,
  type Level,
} from '../../domain/account';
import { type CalendarDate } from '../../domain/calendar';
import { type GuardrailAct } from '../../domain/guardrail';
import { hundredthsOf, parseMoney } from '../../domain/money';
import { type OverrideReason } from '../../domain/override';
import { type CriterionScore, type Scorecard } from '../../domain/scorecard';
import { type GraceReason } from '../../domain/standing';
import { type ReviewBaseline, type ReviewTrigger } from '../../domain/tier-review';
import { ACCOUNT_COLUMNS } from '../account-columns';

/** A row of the query that loads accounts for the rules. */
export interface LoadedAccount extends Record<string, unknown> {
  readonly id: string;
  readonly external_id: string;
  readonly version: number;
  readonly parent_external_id: string | null;
  readonly designation_reason: string | null;
  readonly designation_author: string | null;
  readonly designated_on: CalendarDate | null;
  readonly designation_review_on: CalendarDate | null;
  readonly had_arr: boolean;
  readonly lines_applied_on: CalendarDate | null;
  readonly name_seats: boolean | null;
  readonly name_products: boolean | null;
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
  readonly pending_target: string | null;
  readonly pending_detected_on: CalendarDate | null;
  readonly pending_grace_until: CalendarDate | null;
  readonly pending_reason: GraceReason | null;
  readonly pending_extended: boolean | null;
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
    values: valuesOf(row),
    designation:
      row.designation_reason === null ||
      row.designation_author === null ||
      row.designated_on === null ||
      row.designation_review_on === null
        ? null
        : {
            reason: row.designation_reason,
            author: row.designation_author,
            designatedOn: row.designated_on,
            reviewOn: row.designation_review_on,
          },
    standing: {
      computed: row.computed_tier,
      held: row.held_tier,
      pending:
        row.pending_target === null ||
        row.pending_detected_on === null ||
        row.pending_grace_until === null ||
        row.pending_reason === null
          ? null
          : {
              target: row.pending_target,
              detectedOn: row.pending_detected_on,
              graceUntil: row.pending_grace_until,
              reason: row.pending_reason,
              ...(row.pending_extended === true ? { extended: true } : {}),
            },
      override: row.override_tier,
      placed: row.placed,
    },
    activeOverride:
      row.override_reason === null || row.override_expires_on === null
        ? null
        : { reason: row.override_reason, expiresOn: row.override_expires_on },
    scorecard: row.scorecard === null ? null : scorecardOf(row.scorecard),
    recentUpgrades: row.recent_upgrades ?? [],
    hadArr: row.had_arr,
    review: {
      dueOn: row.review_due_on,
      baseline: row.review_baseline === null ? null : baselineOf(row.review_baseline),
      triggers: row.review_triggers,
      escalatedOn: row.review_escalated_on,
    },
    linesAppliedOn: row.lines_applied_on,
    setByLines: [
      ...(row.name_seats === true ? (['seatsPurchased'] as const) : []),
      ...(row.name_products === true ? (['productLinesOwned'] as const) : []),
    ],
    lastHistoryOn: row.last_history_on,
  };
}

function valuesOf(row: LoadedAccount): AccountValues {
  const values: Record<string, AccountFieldValue> = { parentExternalId: row.parent_external_id };
  for (const { field, name, type } of ACCOUNT_COLUMNS) {
    const stored = row[name] as AccountFieldValue;
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
