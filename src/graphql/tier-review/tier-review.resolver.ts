import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { type ReviewQueueFilter } from '../../app/ports/tier-review';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { readPage } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { REVIEW_QUEUE_RELATIONS, OF_AN_ACCOUNT } from '../relations';
import {
  MOST_URGENT_FIRST,
  type ReviewQueueNode,
  reviewQueueNodes,
  type TierReviewNode,
} from './tier-review.node';
import {
  ReviewQueueArgs,
  ReviewQueueConnection,
  ReviewQueueEntryType,
  TierReviewType,
} from './tier-review.type';

@Resolver(() => ReviewQueueEntryType)
export class ReviewQueueResolver {
  @Query(() => ReviewQueueConnection, {
    description:
      'Tier reviews that are due, the most urgent first: escalated ones, then those of the higher tier, then those that are overdue for longer, then those of the larger ARR.',
  })
  async reviewQueue(
    @Args(() => ReviewQueueArgs) { where, ...page }: ReviewQueueArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ReviewQueueNode>> {
    const { tierReviews } = context.reads;
    const selection = selectionOf(info);
    const filter: ReviewQueueFilter = {
      tiers: where?.tiers,
      triggers: where?.triggers,
      escalated: where?.escalated,
      dueBy: where?.dueBy ?? context.clock.today(),
      account: where?.account,
    };
    return readPage<ReviewQueueNode>(page, MOST_URGENT_FIRST, selection, {
      rows: async (window) => {
        const selected = nodeSelectionOf(selection);
        const nodes = await reviewQueueNodes(await tierReviews.queue(filter, window), selected, context);
        await loadRelations(REVIEW_QUEUE_RELATIONS, nodes, selected, context);
        return nodes;
      },
      count: () => tierReviews.queueLength(filter),
    });
  }

  @FieldResolver(() => AccountType, { description: 'The account whose tier is to be reviewed.' })
  account(
    @Root() entry: ReviewQueueNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(REVIEW_QUEUE_RELATIONS.account, entry, {}, context, info);
  }

  @FieldResolver(() => TierReviewType, {
    nullable: true,
    description: 'The last completed review of the account; null before the first one.',
  })
  lastReview(
    @Root() entry: ReviewQueueNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TierReviewNode | null> {
    return loadRelation(REVIEW_QUEUE_RELATIONS.lastReview, entry, {}, context, info);
  }
}

@Resolver(() => TierReviewType)
export class TierReviewResolver {
  @FieldResolver(() => AccountType, { description: 'The account whose tier was reviewed.' })
  account(
    @Root() review: TierReviewNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(OF_AN_ACCOUNT.account, review, {}, context, info);
  }
}
