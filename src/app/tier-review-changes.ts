import { checkNote } from '../domain/account-field';
import { type CalendarDate } from '../domain/calendar';
import { confirmDesignation, designate } from '../domain/designation';
import { DomainError } from '../domain/errors';
import { effectiveTier, extendGrace, letFall, type Move, noPendingDowngrade } from '../domain/move';
import { type Account, rescoreAccount } from '../domain/rescoring';
import { recommendReview, type ReviewDecision } from '../domain/review-recommendation';
import { reviewChanges, reviewed } from '../domain/tier-review';
import { type TieringModel } from '../domain/tiering-model';
import { refuseThePast, writeOf } from './account-changes';
import { type Stamp } from './ports/clock';
import { type AccountWrite, type StoredAccount } from './ports/stores';
import { type CompletedReview } from './ports/tier-review';

const LONGEST_NOTE = 1_000;

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
}

/** What the completion of one review wants written. */
export interface ReviewCompletion {
  readonly write: AccountWrite;
  readonly review: CompletedReview;
}

/**
 * Completes the tier review of an account by what a person has decided (spec section 6), early if it is not due yet.
 * Throws REQUIRED, INVALID_VALUE, ACCOUNT_CHURNED, NOT_PLACED, AS_OF_BEFORE_HISTORY, ALREADY_DESIGNATED, and
 * WRONG_STATUS where there is nothing to decide so about.
 */
export function planCompletion(
  account: StoredAccount,
  verdict: ReviewVerdict,
  stamp: Stamp,
  model: TieringModel,
): ReviewCompletion {
  const note = checkNote('note', verdict.note, LONGEST_NOTE);
  checkReviewable(account);
  refuseThePast(account, stamp.today);
  const decided = decide(account, { ...verdict, note }, stamp, model);
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
  return completionOf({ ...account, ...rescored.account }, rescored, verdict, stamp, model);
}

/** The account as it is, to be written for what does not come from its facts. */
export function unchangedWrite(account: StoredAccount): AccountWrite {
  return {
    id: account.id,
    account,
    linesAppliedOn: account.linesAppliedOn,
    changes: [],
    movement: null,
    newScorecard: false,
    entries: [],
  };
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

function decide(
  account: StoredAccount,
  verdict: ReviewVerdict,
  stamp: Stamp,
  model: TieringModel,
): AccountWrite {
  const { standing, values } = account;
  switch (verdict.decision) {
    case 'KEEP':
      return unchangedWrite(account);
    case 'LET_FALL':
      if (standing.pending === null) throw noPendingDowngrade('LET_FALL');
      return moved(account, letFall(standing));
    case 'EXTEND_GRACE':
      return moved(account, extendGrace(standing, verdict.extendUntil ?? null, stamp.today, values, model));
    case 'DESIGNATE':
      return designated(account, verdict, stamp, model);
    case 'MOVE_UP':
    case 'END_OVERRIDE':
      throw new Error('overrides are not there yet');
  }
}

function moved(account: StoredAccount, { standing, entries }: Move): AccountWrite {
  return { ...unchangedWrite(account), account: { ...account, standing }, entries };
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
  return writeOf(account, rescoring) ?? unchangedWrite(account);
}

/** The account with its review completed, and the record of that. */
function completionOf(
  before: StoredAccount,
  write: AccountWrite,
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
