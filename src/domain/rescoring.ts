import {
  type AccountFacts,
  type AccountValues,
  changeValues,
  type Designation,
  type FieldChange,
} from './account';
import { type CalendarDate } from './calendar';
import { type Money } from './money';
import { planMove, type RecentUpgrade, type Trigger } from './move';
import { placeAccount } from './placement';
import { type ArrMovement, arrMovement } from './revenue';
import { type Scorecard } from './scorecard';
import { digestOf } from './scorecard-digest';
import { type Standing } from './standing';
import { isAbove, tierByKey } from './tier';
import { type HistoryEntry } from './tier-history';
import {
  firstReview,
  type ActiveOverride,
  firstReviewDueOn,
  NO_REVIEW,
  noticeChanges,
  type ReviewState,
} from './tier-review';
import { type TieringModel } from './tiering-model';

/** An account as the rules see it: what is known of it and where it stands. */
export interface Account {
  readonly externalId: string;
  readonly values: AccountValues;
  readonly designation: Designation | null;
  readonly standing: Standing;
  /** The newest scorecard; null before the first placement, and where only its digest was read. */
  readonly scorecard: Scorecard | null;
  /** What stands for the scorecard, where that was not read; null for one that was written before there was any. */
  readonly scorecardDigest?: number | null | undefined;
  /** The version of the model that has placed it last; null before the first placement. */
  readonly placedBy?: number | null | undefined;
  /** Upgrades by facts within the days in which one can be corrected, the newest first. */
  readonly recentUpgrades: readonly RecentUpgrade[];
  /** Whether the account ever had ARR above 0. */
  readonly hadArr: boolean;
  readonly review: ReviewState;
  /** Why and until when the override of the standing is active. */
  readonly activeOverride?: ActiveOverride | null | undefined;
}

export interface RescoringContext {
  readonly model: TieringModel;
  readonly today: CalendarDate;
  readonly trigger: Trigger;
  /** Whether the account comes in with a file: its first review is spread over one cadence then. */
  readonly fromFile: boolean;
}

/** Everything that one change of facts, one new model or one new day did to an account. */
export interface Rescoring {
  readonly account: Account;
  readonly changes: readonly FieldChange[];
  /** Null where the ARR did not move. */
  readonly movement: ArrMovement | null;
  /** Whether the scorecard says anything that the last one did not. */
  readonly newScorecard: boolean;
  readonly entries: readonly HistoryEntry[];
}

/**
 * Lays the given values over the account, scores and places it, and moves it by the rules of section 3.
 * Decides nothing when nothing is new. Throws INVALID_VALUE where the values contradict each other.
 *
 * @param placed how the account is placed by these values, this model and this day, where that is known already
 */
export function rescoreAccount(
  account: Account,
  given: Partial<AccountValues>,
  context: RescoringContext,
  placed: Scorecard | null = null,
): Rescoring {
  const { model, today, trigger } = context;
  const { values, changes } = changeValues(account.values, given, today);
  const movement = arrMovement(arrInBook(account.values), arrInBook(values), account.hadArr, today);
  const known = { ...account, values, hadArr: account.hadArr || (arrInBook(values) ?? 0) > 0 };
  if (!isScored(account.standing, values)) {
    return { account: known, changes, movement, newScorecard: false, entries: [] };
  }
  const scorecard = placed ?? placeAccount(values, model, today);
  const { standing, entries } = planMove(
    account.standing,
    {
      computed: scorecard.computedTier,
      notPaying: scorecard.guardrails.some(({ code }) => code === 'NOT_PAYING'),
      terms: values,
      today,
      trigger,
      changes,
      causedBy: causesOfUpgrade(account, values, scorecard, changes, context),
      recentUpgrades: account.recentUpgrades,
    },
    model,
  );
  const newScorecard = !saysTheSame(account, scorecard);
  const moved: Account = {
    ...known,
    standing,
    placedBy: model.version,
    scorecard: newScorecard ? scorecard : (account.scorecard ?? scorecard),
    recentUpgrades: [...upgradesOf(entries, today), ...account.recentUpgrades],
  };
  return {
    account: { ...moved, review: reviewAfter(account, moved, context) },
    changes,
    movement,
    newScorecard,
    entries,
  };
}

/** Whether a rescoring has anything to write of the account as it was before. */
export function hasNews(before: Account, { account, changes, newScorecard, entries }: Rescoring): boolean {
  return (
    changes.length > 0 ||
    entries.length > 0 ||
    newScorecard ||
    before.designation !== account.designation ||
    before.review !== account.review
  );
}

/** What the account brings to the book: nothing while it is churned, whatever its ARR was. */
function arrInBook({ status, arr }: AccountValues): Money | null {
  return status === 'CHURNED' ? (0 as Money) : arr;
}

/** Placement begins with the first ARR or status, and pauses while the account is churned. */
function isScored(standing: Standing, values: AccountValues): boolean {
  if (values.status === 'CHURNED') return standing.held !== null;
  return standing.placed || values.arr !== null || values.status !== null;
}

/**
 * The changes without any one of which the account would not stand so high; if none is so by itself, all of
 * those that its scorecard shows.
 */
function causesOfUpgrade(
  account: Account,
  facts: AccountFacts,
  scorecard: Scorecard,
  changes: readonly FieldChange[],
  { model, today }: RescoringContext,
): readonly FieldChange[] {
  const { held } = account.standing;
  const { computedTier: computed } = scorecard;
  if (held === null || computed === null || !isAbove(model.tiers, computed, held)) return [];
  const shown: FieldChange[] = [];
  const necessary: FieldChange[] = [];
  for (const change of changes) {
    const without = placeAccount({ ...facts, [change.field]: change.from }, model, today);
    if (isSame(without, scorecard)) continue;
    shown.push(change);
    if (without.computedTier === null || isAbove(model.tiers, computed, without.computedTier)) {
      necessary.push(change);
    }
  }
  return necessary.length > 0 ? necessary : shown;
}

function upgradesOf(entries: readonly HistoryEntry[], on: CalendarDate): RecentUpgrade[] {
  return entries
    .filter(({ kind, causedBy }) => kind === 'UPGRADE' && causedBy.length > 0)
    .map(({ heldFrom, causedBy }) => ({ on, heldFrom, causedBy }));
}

/** A churned account has no review due, and one that comes back starts anew. */
function reviewAfter(before: Account, after: Account, context: RescoringContext): ReviewState {
  const { model, today, fromFile } = context;
  const { held } = after.standing;
  if (held === null) return before.review.dueOn === null ? before.review : NO_REVIEW;
  if (before.review.dueOn !== null && before.standing.held !== null) {
    return noticeChanges(before.review, before, after, today, model);
  }
  const tier = tierByKey(model.tiers, held);
  const dueOn = firstReviewDueOn(today, tier, model.firstReview, fromFile ? before : null);
  return firstReview(after, dueOn, today, model.reviews);
}

/** Whether the account's newest scorecard, or what stands for it, says what the given one says. */
function saysTheSame({ scorecard, scorecardDigest }: Account, other: Scorecard): boolean {
  if (scorecard !== null) return isSame(scorecard, other);
  return (scorecardDigest ?? null) !== null && scorecardDigest === digestOf(other);
}

/** Whether two values of plain data say the same, in whatever order a database gives their keys back. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) {
    if (!isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false;
  }
  return true;
}
