import { type ReviewQueueView, type TierReviewView } from '../../app/ports/tier-review';
import { recommendReview } from '../../domain/review-recommendation';
import { daysOverdue, reviewChanges } from '../../domain/tier-review';
import { type GraphqlContext } from '../context';
import { type Selection } from '../look-ahead';
import { type ListOfAccounts } from '../nested-list';
import { type Ordering } from '../page';
import { tiersOfVersions } from '../tiering-model/tiers';
import { type ReviewQueueEntryType, type TierReviewType } from './tier-review.type';

/** The next review of an account as resolvers pass it on; changes and recommendation only where they are selected. */
export type ReviewQueueNode = Pick<ReviewQueueView, 'accountId' | 'cursor'> &
  Omit<ReviewQueueEntryType, 'changes' | 'recommendation'> &
  Partial<Pick<ReviewQueueEntryType, 'changes' | 'recommendation'>>;

/** A completed review as resolvers pass it on. */
export type TierReviewNode = TierReviewType & Pick<TierReviewView, 'accountId' | 'cursor'>;

export const MOST_URGENT_FIRST: Ordering = {
  fingerprint: 'tier_review most urgent first',
  kinds: ['integer', 'integer', 'date', 'decimal', 'bigint'],
};

export const NEWEST_REVIEW_FIRST: Ordering = { fingerprint: 'tier_review newest first', kinds: ['bigint'] };

/** Works out what a person needs to decide the reviews; their accounts are read at once, and only where needed. */
export async function reviewQueueNodes(
  rows: readonly ReviewQueueView[],
  selection: Selection,
  context: GraphqlContext,
): Promise<ReviewQueueNode[]> {
  const today = context.clock.today();
  const nodes: ReviewQueueNode[] = rows.map((row) => ({
    ...row,
    daysOverdue: daysOverdue(row.dueOn, today),
  }));
  if (rows.length === 0 || !('changes' in selection || 'recommendation' in selection)) return nodes;
  const [model, accounts] = await Promise.all([
    context.reads.models.published(),
    context.reads.tierReviews.subjectsOf(rows.map(({ accountId }) => accountId)),
  ]);
  return nodes.map((node) => {
    const account = accounts.get(node.accountId);
    if (account === undefined) throw new Error(`account ${node.accountId} has a review and is gone`);
    const { baseline } = account.review;
    return {
      ...node,
      changes: baseline === null ? [] : reviewChanges(baseline, account),
      recommendation: recommendReview(account, today, model),
    };
  });
}

/** Puts tiers in the place of their keys. */
export async function tierReviewNodes(
  rows: readonly TierReviewView[],
  context: GraphqlContext,
): Promise<TierReviewNode[]> {
  const tiers = await tiersOfVersions(
    context,
    rows.map(({ modelVersion }) => modelVersion),
  );
  return rows.map((row) => {
    const tier = tiers(row.modelVersion);
    return {
      ...row,
      recommendation: { decision: row.recommendation, reason: row.recommendationReason },
      heldFrom: tier.existing(row.heldFrom),
      heldTo: tier.existing(row.heldTo),
      effectiveFrom: tier.existing(row.effectiveFrom),
      effectiveTo: tier.existing(row.effectiveTo),
    };
  });
}

/** The completed reviews of each account, the newest first. */
export const TIER_REVIEWS_OF_ACCOUNTS: ListOfAccounts<TierReviewNode> = {
  ordering: NEWEST_REVIEW_FIRST,
  first: async (context, ids, size) =>
    tierReviewNodes(await context.reads.tierReviews.newestOf(ids, size), context),
  page: async (context, accountId, window) =>
    tierReviewNodes(await context.reads.tierReviews.page(accountId, window), context),
  lengths: (context, ids) => context.reads.tierReviews.countsOf(ids),
};
