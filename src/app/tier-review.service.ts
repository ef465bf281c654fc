import { addDays, type CalendarDate } from '../domain/calendar';
import { DomainError, type Refusal, refusalOf } from '../domain/errors';
import { rescoreAccount } from '../domain/rescoring';
import { confirmsItself, isToBeEscalated } from '../domain/tier-review';
import { correctableSince, isAheadOf, unchangedWrite, withQuietDays, writeOf } from './account-decision';
import { lockPlaced } from './bring-up';
import { stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import { batchesOf, inBatches } from './batches';
import { checkExpectedVersion } from './expected-version';
import { once } from './idempotency';
import { saveAccounts } from './intervention-changes';
import { type AccountKey, holdModelAndAccounts, namesOf } from './locked-account';
import { type Clock, type Stamp } from './ports/clock';
import { NEVER_STOPPING, type Stopping } from './ports/stopping';
import { type AccountWrite } from './ports/account-write';
import { type StoredAccount, type Stores, type UnitOfWork } from './ports/stores';
import { type CompletedReview } from './ports/tier-review';
import { publishedModel } from './published-model';
import {
  planCompletion,
  planConfirmation,
  type ReviewCompletion,
  type ReviewVerdict,
} from './tier-review-changes';

export const MOST_REVIEWS_AT_ONCE = 500;
const BATCH = 1_000;

/** The review of one account that a person completes. */
export interface CompletedItem extends ReviewVerdict {
  readonly key: AccountKey;
  /** The version of the account that the person has seen. */
  readonly expectedVersion?: number | null | undefined;
}

/** What became of one of them: the id of the review, or why it was refused. */
export interface CompletionResult {
  /** Null where the key names no account. */
  readonly accountId: string | null;
  readonly reviewId: string | null;
  readonly refusal: Refusal | null;
}

/** The periodic confirmation of tiers by people, and by itself where nothing asks for one (spec section 6). */
export class TierReviewService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Completes the reviews of up to 500 accounts in one transaction, and does what each decides: with a result for
   * each, in order. What is wrong with one does not touch the others. Throws FORBIDDEN, TOO_MANY_ITEMS, and as
   * `once` for the key.
   */
  async completeTierReviews(
    actor: Actor,
    items: readonly CompletedItem[],
    idempotencyKey?: string | null,
  ): Promise<CompletionResult[]> {
    authorise(actor, 'COMPLETE_REVIEW');
    if (items.length > MOST_REVIEWS_AT_ONCE) {
      throw new DomainError(
        'TOO_MANY_ITEMS',
        `${items.length} reviews are more than the ${MOST_REVIEWS_AT_ONCE} of one call; split them`,
        ['reviews'],
      );
    }
    const stamp = stampOf(actor, this.clock);
    const call = { idempotencyKey, operation: 'completeTierReviews', request: items };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, () => completeReviews(stores, items, stamp)),
    );
  }

  /**
   * The upkeep of the day, after its rescoring: due reviews of low tiers without triggers confirm themselves, and
   * what has been overdue for too long is escalated, once. Gives how many accounts it touched; again on the same
   * day it touches none. Throws FORBIDDEN, or StoppedEarly between two batches.
   */
  async runDue(actor: Actor, stamp: Stamp, stopping: Stopping = NEVER_STOPPING): Promise<number> {
    authorise(actor, 'RECALCULATE');
    const batches = inBatches(
      this.unitOfWork,
      stamp,
      stopping,
      (stores, after) => accountsWithDue(stores, after, stamp.today),
      (stores, ids) => keepUpReviews(stores, ids, stamp),
    );
    let touched = 0;
    for await (const inBatch of batches) touched += inBatch;
    return touched;
  }
}

/** Completes reviews within one transaction, with a result for each; see TierReviewService. */
export async function completeReviews(
  stores: Stores,
  items: readonly CompletedItem[],
  stamp: Stamp,
): Promise<CompletionResult[]> {
  const keys = items.map(({ key }) => key);
  const [[model, { all: accounts }], open] = await Promise.all([
    holdModelAndAccounts(stores, keys, stamp, (model) => correctableSince(model, stamp.today)),
    stores.overrides.openOf(namesOf(keys)),
  ]);
  const completions: ReviewCompletion[] = [];
  const seen = new Set<string>();
  const outcomes = items.map((item, index) => {
    const account = accounts[index];
    const accountId = account === undefined || account instanceof DomainError ? null : account.id;
    try {
      if (account === undefined || account instanceof DomainError)
        throw account ?? new Error('a key is lost');
      refuseTwice(account, seen);
      checkExpectedVersion(account.version, item.expectedVersion);
      completions.push(planCompletion(account, open, item, stamp, model));
      return { accountId, refusal: null };
    } catch (error) {
      return { accountId, refusal: refusalOf(error) };
    }
  });
  const ids = await saveCompletions(stores, completions, [], stamp);
  return outcomes.map(({ accountId, refusal }) => ({
    accountId,
    reviewId: refusal === null && accountId !== null ? (ids.get(accountId) ?? null) : null,
    refusal,
  }));
}

function refuseTwice({ id, externalId }: StoredAccount, seen: Set<string>): void {
  if (seen.has(id)) {
    throw new DomainError('CONFLICT', `"${externalId}" comes more than once; only the first one counts`, [
      'account',
    ]);
  }
  seen.add(id);
}

async function accountsWithDue(stores: Stores, after: string, today: CalendarDate): Promise<string[]> {
  const model = await publishedModel(stores);
  const due = {
    today,
    selfConfirmingTiers: model.tiers
      .filter(({ rank }) => rank >= model.reviews.selfConfirmingFromRank)
      .map(({ key }) => key),
    overdueSince: addDays(today, -model.reviews.escalationDays),
  };
  return stores.tierReviews.accountsWithDue(due, after, BATCH);
}

/** The upkeep of all reviews within one transaction; see TierReviewService. */
export async function keepUpAllReviews(stores: Stores, stamp: Stamp): Promise<number> {
  let touched = 0;
  for await (const ids of batchesOf((after) => accountsWithDue(stores, after, stamp.today))) {
    touched += await keepUpReviews(stores, ids, stamp);
  }
  return touched;
}

/** Confirms the due reviews of the accounts that confirm themselves, and escalates those long overdue. */
export async function keepUpReviews(stores: Stores, ids: readonly string[], stamp: Stamp): Promise<number> {
  if (ids.length === 0) return 0;
  const { today } = stamp;
  const model = await publishedModel(stores);
  const accounts = await lockPlaced(stores, ids, model, stamp);
  const completions: ReviewCompletion[] = [];
  const escalations: AccountWrite[] = [];
  for (const account of accounts) {
    if (isAheadOf(account, today)) continue;
    // What the day itself brings must be known before a review may confirm itself.
    const context = { model, today, trigger: 'TIME', fromFile: false } as const;
    const rescored =
      writeOf(account, rescoreAccount(account, {}, context), context) ?? unchangedWrite(account);
    const { review, standing } = rescored.account;
    if (confirmsItself(review, standing, today, model)) {
      const completion = planConfirmation(account, rescored, stamp, model);
      completions.push({ ...completion, write: withQuietDays(completion.write, model, today) });
    } else if (isToBeEscalated(review, today, model.reviews)) {
      escalations.push(withQuietDays(escalated(rescored, today), model, today));
    }
  }
  await saveCompletions(stores, completions, escalations, stamp);
  return completions.length + escalations.length;
}

function escalated(write: AccountWrite, on: Stamp['today']): AccountWrite {
  return { ...write, account: { ...write.account, review: { ...write.account.review, escalatedOn: on } } };
}

/** Writes all of it, and gives the id of each review by its account. */
async function saveCompletions(
  stores: Stores,
  completions: readonly ReviewCompletion[],
  others: readonly AccountWrite[],
  stamp: Stamp,
): Promise<Map<string, string>> {
  await stores.overrides.save(completions.flatMap(({ overrides }) => overrides));
  await saveAccounts(stores, [...completions.map(({ write }) => write), ...others], stamp);
  const reviews: CompletedReview[] = completions.map(({ review }) => review);
  const ids = await stores.tierReviews.add(reviews, stamp);
  return new Map(reviews.map(({ accountId }, index) => [accountId, ids[index] ?? '']));
}
