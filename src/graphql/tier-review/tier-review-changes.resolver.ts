import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type CompletionResult } from '../../app/tier-review.service';
import { accountKey } from '../account/account-key';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { readAccounts } from '../account/changed-accounts';
import { type GraphqlContext } from '../context';
import { userErrorOf } from '../errors';
import { type Selection, selectionOf } from '../look-ahead';
import { UserError } from '../node';
import { finderOf, Refusable, resultsWith } from '../payload';
import { loadRelations } from '../relation';
import { OF_AN_ACCOUNT } from '../relations';
import { type TierReviewNode, tierReviewNodes } from './tier-review.node';
import { CompleteTierReviewsInput, TierReviewType } from './tier-review.type';

@ObjectType({ description: 'What became of one tier review.', simpleResolvers: true })
export class CompleteTierReviewResult extends Refusable {
  @Field(() => AccountType, {
    nullable: true,
    description: 'The account after it; null where there is none.',
  })
  account!: AccountNode | null;

  @Field(() => TierReviewType, {
    nullable: true,
    description: 'The completed review; null where it was refused.',
  })
  review!: TierReviewNode | null;
}

@ObjectType({ description: 'What became of the tier reviews.', simpleResolvers: true })
export class CompleteTierReviewsPayload {
  @Extensions({ listBound: 1 })
  @Field(() => [CompleteTierReviewResult], {
    description: 'A result for each review, in the order given; empty where the whole call was refused.',
  })
  results!: readonly CompleteTierReviewResult[];

  @Extensions({ listBound: 1 })
  @Field(() => [UserError], {
    description:
      'Why the whole call was refused; empty otherwise. Errors of single reviews stand with their results.',
  })
  userErrors!: readonly UserError[];
}

@Resolver()
export class TierReviewChangesResolver {
  // Each review is answered by one result, so the cost goes by how many were given.
  @Extensions({ answersEach: ['input', 'reviews'] })
  @Mutation(() => CompleteTierReviewsPayload, {
    description:
      'Completes the tier reviews of up to 500 accounts in one transaction, and does what is decided: KEEP, MOVE_UP, LET_FALL, EXTEND_GRACE, DESIGNATE or END_OVERRIDE. A review that is not due yet is completed early. The next one is due one cadence of the effective tier later. What is wrong with one does not touch the others. Needs the role MANAGER.',
  })
  async completeTierReviews(
    @Arg('input', () => CompleteTierReviewsInput, { description: 'The reviews.' })
    input: CompleteTierReviewsInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CompleteTierReviewsPayload> {
    return resultsWith(async () => {
      const items = input.reviews.map((review) => Object.assign({ key: accountKey(review) }, review));
      const results = await context.tierReviews.completeTierReviews(
        context.actor,
        items,
        input.idempotencyKey,
      );
      const selection = selectionOf(info).results?.fields ?? {};
      return resultsOf(results, selection, context);
    });
  }
}

async function resultsOf(
  results: readonly CompletionResult[],
  selection: Selection,
  context: GraphqlContext,
): Promise<CompleteTierReviewResult[]> {
  const accountIds = results.flatMap(({ accountId }) => accountId ?? []);
  const reviewIds = results.flatMap(({ reviewId }) => reviewId ?? []);
  const [accounts, reviews] = await Promise.all([
    readAccounts(accountIds, selection.account?.fields, context),
    readReviews(reviewIds, selection.review?.fields, context),
  ]);
  const [accountOf, reviewOf] = [finderOf(accounts), finderOf(reviews)];
  return results.map(({ accountId, reviewId, refusal }) => ({
    account: accountOf(accountId),
    review: reviewOf(reviewId),
    userErrors: refusal === null ? [] : [userErrorOf(refusal)],
  }));
}

async function readReviews(
  ids: readonly string[],
  selection: Selection | undefined,
  context: GraphqlContext,
): Promise<TierReviewNode[]> {
  if (selection === undefined || ids.length === 0) return [];
  const nodes = await tierReviewNodes(await context.reads.tierReviews.byIds(ids), context);
  await loadRelations(OF_AN_ACCOUNT, nodes, selection, context);
  return nodes;
}
