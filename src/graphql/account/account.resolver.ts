import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { DomainError } from '../../domain/errors';
import { type Connection, ConnectionArgs } from '../connection';
import { type GraphqlContext } from '../context';
import { keyOf } from '../ids';
import { nodeSelectionOf, type Selection, selectionOf } from '../look-ahead';
import { type MovementNode } from '../movement/movement.node';
import { ArrMovementConnection } from '../movement/movement.type';
import { type OverrideNode } from '../override/override.node';
import { OverrideConnection, OverrideType } from '../override/override.type';
import { readPage } from '../page';
import { type PendingDowngradeNode } from '../pending-downgrade/pending-downgrade.node';
import { PendingDowngradeType } from '../pending-downgrade/pending-downgrade.type';
import { loadRelation, loadRelations } from '../relation';
import { ACCOUNT_RELATIONS, accountsByIds } from '../relations';
import { DateScalar } from '../scalars';
import { type ScorecardNode } from '../scorecard/scorecard.node';
import { ScorecardType } from '../scorecard/scorecard.type';
import { type AdjustmentNode } from '../service-adjustment/service-adjustment.node';
import { ServiceAdjustmentType } from '../service-adjustment/service-adjustment.type';
import { type HistoryNode } from '../tier-history/tier-history.node';
import { TierHistoryConnection } from '../tier-history/tier-history.type';
import { type ReviewQueueNode, type TierReviewNode } from '../tier-review/tier-review.node';
import { ReviewQueueEntryType, TierReviewConnection } from '../tier-review/tier-review.type';
import { accountOrdering } from './account-ordering';
import { AccountArgs, AccountsArgs } from './account.input';
import { type AccountNode, accountFields, accountNodes, listedAccountFields } from './account.node';
import { AccountConnection, AccountType, TiersAtType } from './account.type';

@Resolver(() => AccountType)
export class AccountResolver {
  @Query(() => AccountType, {
    nullable: true,
    description: "One account by its id or by the CRM's identifier; null if there is none.",
  })
  async account(
    @Args(() => AccountArgs) args: AccountArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return findAccount(args, selectionOf(info), context);
  }

  @Query(() => AccountConnection, { description: 'Accounts, filtered, ordered and in pages.' })
  async accounts(
    @Args(() => AccountsArgs) args: AccountsArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<AccountNode>> {
    return accountPage(args, selectionOf(info), context);
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'The account that it belongs to.' })
  parent(
    @Root() account: AccountNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(ACCOUNT_RELATIONS.parent, account, {}, context, info);
  }

  @FieldResolver(() => AccountConnection, { description: 'The accounts that belong to it, by id.' })
  children(
    @Root() account: AccountNode,
    @Args(() => ConnectionArgs) page: ConnectionArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<AccountNode>> {
    return loadRelation(ACCOUNT_RELATIONS.children, account, page, context, info);
  }

  @FieldResolver(() => ScorecardType, {
    nullable: true,
    description: 'The newest scorecard: why it is placed where it is. Null before the first placement.',
  })
  scorecard(
    @Root() account: AccountNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ScorecardNode | null> {
    return loadRelation(ACCOUNT_RELATIONS.scorecard, account, {}, context, info);
  }

  @FieldResolver(() => PendingDowngradeType, {
    nullable: true,
    description: 'A lower computed tier that waits out its grace period.',
  })
  pendingDowngrade(
    @Root() account: AccountNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PendingDowngradeNode | null> {
    return loadRelation(ACCOUNT_RELATIONS.pendingDowngrade, account, {}, context, info);
  }

  @FieldResolver(() => OverrideType, {
    nullable: true,
    description: 'The active override, whose tier counts while it lasts.',
  })
  override(
    @Root() account: AccountNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OverrideNode | null> {
    return loadRelation(ACCOUNT_RELATIONS.override, account, {}, context, info);
  }

  @FieldResolver(() => OverrideConnection, {
    description: 'Its overrides and requests, also those that are over, the newest first.',
  })
  overrides(
    @Root() account: AccountNode,
    @Args(() => ConnectionArgs) page: ConnectionArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<OverrideNode>> {
    return loadRelation(ACCOUNT_RELATIONS.overrides, account, page, context, info);
  }

  @FieldResolver(() => ServiceAdjustmentType, {
    nullable: true,
    description: 'The active service adjustment: temporary extra or lighter touch.',
  })
  serviceAdjustment(
    @Root() account: AccountNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AdjustmentNode | null> {
    return loadRelation(ACCOUNT_RELATIONS.serviceAdjustment, account, {}, context, info);
  }

  @FieldResolver(() => TierHistoryConnection, {
    description: 'Everything that happened to its tiers, the newest first.',
  })
  history(
    @Root() account: AccountNode,
    @Args(() => ConnectionArgs) page: ConnectionArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<HistoryNode>> {
    return loadRelation(ACCOUNT_RELATIONS.history, account, page, context, info);
  }

  @FieldResolver(() => ArrMovementConnection, { description: 'The movements of its ARR, the latest first.' })
  movements(
    @Root() account: AccountNode,
    @Args(() => ConnectionArgs) page: ConnectionArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<MovementNode>> {
    return loadRelation(ACCOUNT_RELATIONS.movements, account, page, context, info);
  }

  @FieldResolver(() => ReviewQueueEntryType, {
    nullable: true,
    description: 'Its next tier review, due or not; null while it holds no tier.',
  })
  nextTierReview(
    @Root() account: AccountNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ReviewQueueNode | null> {
    return loadRelation(ACCOUNT_RELATIONS.nextTierReview, account, {}, context, info);
  }

  @FieldResolver(() => TierReviewConnection, { description: 'Its completed tier reviews, the newest first.' })
  tierReviews(
    @Root() account: AccountNode,
    @Args(() => ConnectionArgs) page: ConnectionArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<TierReviewNode>> {
    return loadRelation(ACCOUNT_RELATIONS.tierReviews, account, page, context, info);
  }

  @FieldResolver(() => TiersAtType, {
    nullable: true,
    description: 'Its tiers at the end of a day, as recorded then; null before the first placement.',
  })
  tierAt(
    @Root() account: AccountNode,
    @Arg('date', () => DateScalar, { description: 'The day, in the business time zone.' }) date: CalendarDate,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TiersAtType | null> {
    return loadRelation(ACCOUNT_RELATIONS.tierAt, account, { date }, context, info);
  }
}

/** One account with what is selected of it. */
async function findAccount(
  { id, externalId }: AccountArgs,
  selection: Selection,
  context: GraphqlContext,
): Promise<AccountNode | null> {
  const byId = id !== null && id !== undefined;
  const byExternalId = externalId !== null && externalId !== undefined;
  if (byId === byExternalId) {
    throw new DomainError('INVALID_VALUE', 'give either id or externalId', ['id']);
  }
  if (!byId) return accountCalled(externalId ?? '', selection, context);
  const key = keyOf('Account', id);
  const [found] = key === null ? [] : await accountsByIds([key], selection, context);
  return found ?? null;
}

async function accountCalled(
  externalId: string,
  selection: Selection,
  context: GraphqlContext,
): Promise<AccountNode | null> {
  // PostgreSQL has no text that holds this character, so no account is called so.
  if (externalId.includes('\0')) return null;
  const { accounts } = context.reads;
  const known = accounts.knownId(externalId);
  if (known !== null) {
    const [found] = await accountsByIds([known], selection, context);
    if (found?.externalId === externalId) return found;
  }
  const rows = await accounts.byExternalIds([externalId], accountFields(selection));
  const nodes = await accountNodes(rows, context);
  await loadRelations(ACCOUNT_RELATIONS, nodes, selection, context);
  return nodes[0] ?? null;
}

async function accountPage(
  { where, orderBy, ...page }: AccountsArgs,
  selection: Selection,
  context: GraphqlContext,
): Promise<Connection<AccountNode>> {
  const order = accountOrdering(orderBy);
  const list = { where, orderBy: order.orderBy };
  const nodes = nodeSelectionOf(selection);
  return readPage<AccountNode>(page, order.ordering, selection, {
    rows: async (window) => {
      const rows = await context.reads.accounts.page(list, window, listedAccountFields(selection));
      const found = await accountNodes(rows, context);
      await loadRelations(ACCOUNT_RELATIONS, found, nodes, context);
      return found;
    },
    count: () => context.reads.accounts.count(list),
  });
}
