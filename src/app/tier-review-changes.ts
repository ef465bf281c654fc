import { checkNote } from '../domain/account-field';
import { type CalendarDate } from '../domain/calendar';
import { extendGrace, letFall, noPendingDowngrade } from '../domain/decided-move';
import { confirmDesignation, designate } from '../domain/designation';
import { DomainError } from '../domain/errors';
import { LONGEST_NOTE } from '../domain/note';
import { closeOverride, type OverrideReason } from '../domain/override';
import { type Account, rescoreAccount } from '../domain/rescoring';
import { recommendReview, type ReviewDecision } from '../domain/review-recommendation';
import { effectiveTier } from '../domain/standing';
import { isAbove } from '../domain/tier';
import { type ActiveOverride, reviewChanges, reviewed } from '../domain/tier-review';
import { type TieringModel } from '../domain/tiering-model';
import { movedWrite, refuseThePast, unchangedWrite, writeOf } from './account-decision';
import { activeAmong, planEnd, planGrant } from './override-changes';
import { type Stamp } from './ports/clock';
import { type OverrideWrite, type StoredOverride } from './ports/override';
import { type AccountWrite } from './ports/account-write';
import { type StoredAccount } from './ports/stores';
import { type CompletedReview } from './ports/tier-review';

/** What the system writes beside a review that nobody had to look at. */
const CONFIRMED_BY_ITSELF = 'Confirmed by itself: nothing has come up since the last review.';

/** What a person decides in a tier review. */
export interface ReviewVerdict {
  readonly decision: ReviewDecision;
  /** Why; for DESIGNATE it is the reason of the designation. */
  readonly note: string;
  /** EXTEND_GRACE: the new end of the grace; the latest that may be if absent. */
  readonly extendUntil?: CalendarDate | null | undefined;
  /** DESIGNATE: when the designation is to be looked at again; 12 months later if absent. */
  readonly reviewOn?: CalendarDate | null | undefined;
  /** MOVE_UP: the terms of the override; all absent where only an override below the held tier is to end. */
  readonly tier?: string | null | undefined;
  readonly overrideReason?: OverrideReason | null | undefined;
  readonly expiresOn?: CalendarDate | null | undefined;
}

/** What the completion of one review wants written. */
export interface ReviewCompletion {
  readonly write: AccountWrite;
  readonly overrides: readonly OverrideWrite[];
  readonly review: CompletedReview;
}

/**
 * Completes the tier review of an account by what a person has decided (spec section 6), early if it is not due yet.
 *
 * @param open the requests and the active overrides of the account
 *
 * Throws REQUIRED, INVALID_VALUE, ACCOUNT_CHURNED, NOT_PLACED, AS_OF_BEFORE_HISTORY, ALREADY_DESIGNATED, and
 * WRONG_STATUS where there is nothing to decide so about.
 */
export function planCompletion(
  account: StoredAccount,
  open: readonly StoredOverride[],
  verdict: ReviewVerdict,
  stamp: Stamp,
  model: TieringModel,
): ReviewCompletion {
  const note = checkNote('note', verdict.note, LONGEST_NOTE);
  checkReviewable(account);
  refuseThePast(account, stamp.today);
  const decided = decide(account, open, { ...verdict, note }, stamp, model);
  return completionOf(account, decided, { decision: verdict.decision, note, automatic: false }, stamp, model);
}

/** Completes a review that confirms itself; the account is as the rules have left it today. */
export function planConfirmation(
  account: StoredAccount,
  rescored: AccountWrite,
  stamp: Stamp,
  model: TieringModel,
): ReviewCompletion {
  const verdict = { decision: 'KEEP', note: CONFIRMED_BY_ITSELF, automatic: true } as const;
  const decided = { account: rescored, overrides: [] };
  return completionOf({ ...account, ...rescored.account }, decided, verdict, stamp, model);
}

function checkReviewable({ values, standing }: Account): void {
  if (values.status === 'CHURNED') {
    throw new DomainError('ACCOUNT_CHURNED', 'a churned account holds no tier that could be reviewed', [
      'account',
    ]);
  }
  if (standing.held === null) {
    throw new DomainError('NOT_PLACED', 'the account was not placed yet, so there is no tier to review', [
      'account',
    ]);
  }
}

/** What a decision does to the account and to its overrides. */
interface Decided {
  readonly account: AccountWrite;
  readonly overrides: readonly OverrideWrite[];
}

function decide(
  account: StoredAccount,
  open: readonly StoredOverride[],
  verdict: ReviewVerdict,
  stamp: Stamp,
  model: TieringModel,
): Decided {
  const { standing, values } = account;
  const alone = (write: AccountWrite): Decided => ({ account: write, overrides: [] });
  switch (verdict.decision) {
    case 'KEEP':
      return alone(unchangedWrite(account));
    case 'LET_FALL':
      if (standing.pending === null) throw noPendingDowngrade('LET_FALL');
      return alone(movedWrite(account, letFall(standing)));
    case 'EXTEND_GRACE': {
      const until = verdict.extendUntil ?? null;
      return alone(movedWrite(account, extendGrace(standing, until, stamp.today, values, model)));
    }
    case 'DESIGNATE':
      return alone(designated(account, verdict, stamp, model));
    case 'MOVE_UP':
      return movedUp(account, open, verdict, stamp, model);
    case 'END_OVERRIDE': {
      const active = activeAmong(open, account.id);
      if (active === null) {
        throw new DomainError(
          'WRONG_STATUS',
          'END_OVERRIDE needs an active override, and the account has none',
          ['decision'],
        );
      }
      return overrideEnded(account, active, verdict, stamp, model);
    }
  }
}

/** Overrides to a higher tier, or ends the override that keeps the account below the tier that the rules hold. */
function movedUp(
  account: StoredAccount,
  open: readonly StoredOverride[],
  verdict: ReviewVerdict,
  stamp: Stamp,
  model: TieringModel,
): Decided {
  const { note } = verdict;
  const [tier, reason, expiresOn] = [verdict.tier, verdict.overrideReason, verdict.expiresOn].map(
    (given) => given ?? null,
  ) as [string | null, OverrideReason | null, CalendarDate | null];
  const { held } = account.standing;
  const active = activeAmong(open, account.id);
  if (tier === null && active !== null && held !== null && isAbove(model.tiers, held, active.tier)) {
    return overrideEnded(account, active, verdict, stamp, model);
  }
  if (tier === null) {
    const rule = 'MOVE_UP needs a tier to move to, since no override keeps the account below its held tier';
    throw new DomainError('REQUIRED', rule, ['tier']);
  }
  if (reason === null) {
    throw new DomainError('REQUIRED', 'MOVE_UP is an override, and needs its reason', ['overrideReason']);
  }
  if (expiresOn === null) {
    throw new DomainError('REQUIRED', 'MOVE_UP is an override, and needs the day on which it ends', [
      'expiresOn',
    ]);
  }
  const { account: write, overrides } = planGrant(
    account,
    open,
    { tier, reason, note, expiresOn },
    stamp,
    model,
    true,
  );
  const effective = effectiveTier(account.standing);
  if (effective !== null && !isAbove(model.tiers, tier, effective)) {
    throw new DomainError('INVALID_VALUE', `"${tier}" is no higher than "${effective}", where it stands`, [
      'tier',
    ]);
  }
  return withOverride(write ?? unchangedWrite(account), overrides, { reason, expiresOn });
}

function overrideEnded(
  account: StoredAccount,
  active: StoredOverride,
  { note }: ReviewVerdict,
  stamp: Stamp,
  model: TieringModel,
): Decided {
  const closed = closeOverride(active, stamp, 'TIER_REVIEW', note);
  const { account: write, overrides } = planEnd(account, active, closed, stamp, model);
  return withOverride(write ?? unchangedWrite(account), overrides, null);
}

function withOverride(
  write: AccountWrite,
  overrides: readonly OverrideWrite[],
  activeOverride: ActiveOverride | null,
): Decided {
  return { account: { ...write, account: { ...write.account, activeOverride } }, overrides };
}

/** Designates the account, or decides a designation anew whose review date has come. */
function designated(
  account: StoredAccount,
  { note, reviewOn }: ReviewVerdict,
  stamp: Stamp,
  model: TieringModel,
): AccountWrite {
  const { today } = stamp;
  const designation = designate(note, stamp.actorName, reviewOn ?? null, today);
  if (account.designation !== null) {
    if (account.designation.reviewOn > today) {
      throw new DomainError(
        'ALREADY_DESIGNATED',
        `the account is designated strategic already, to be looked at again on ${account.designation.reviewOn}`,
        ['decision'],
      );
    }
    return { ...unchangedWrite(account), account: { ...account, designation } };
  }
  const context = { model, today, trigger: 'FACTS', fromFile: false } as const;
  const rescoring = rescoreAccount({ ...account, designation }, { strategicDesignation: true }, context);
  return writeOf(account, rescoring, context) ?? unchangedWrite(account);
}

/** The account with its review completed, and the record of that. */
function completionOf(
  before: StoredAccount,
  { account: write, overrides }: Decided,
  { decision, note, automatic }: { decision: ReviewDecision; note: string; automatic: boolean },
  { today }: Stamp,
  model: TieringModel,
): ReviewCompletion {
  const { designation } = write.account;
  // Whoever reviews the account and leaves its designation alone has confirmed it.
  const after =
    designation !== null && designation.reviewOn <= today
      ? { ...write.account, designation: confirmDesignation(designation, today) }
      : write.account;
  const review = reviewed(after, today, model);
  const [heldFrom, effectiveFrom] = [before.standing.held, effectiveTier(before.standing)];
  const [heldTo, effectiveTo] = [after.standing.held, effectiveTier(after.standing)];
  const { dueOn, baseline, triggers } = before.review;
  if (
    heldFrom === null ||
    effectiveFrom === null ||
    heldTo === null ||
    effectiveTo === null ||
    review.dueOn === null
  ) {
    throw new Error('an account without a tier has no review that could be completed');
  }
  const recommendation = recommendReview(before, today, model);
  return {
    write: { ...write, account: { ...after, review } },
    overrides,
    review: {
      accountId: before.id,
      dueOn: dueOn ?? today,
      automatic,
      triggers,
      changes: baseline === null ? [] : reviewChanges(baseline, before),
      recommendation: recommendation.decision,
      recommendationReason: recommendation.reason,
      decision,
      note,
      modelVersion: model.version,
      heldFrom,
      heldTo,
      effectiveFrom,
      effectiveTo,
      nextDueOn: review.dueOn,
    },
  };
}
