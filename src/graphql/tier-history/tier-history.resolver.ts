import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { type HistoryFilter } from '../../app/ports/reads';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { keyOrNone } from '../ids';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { readPage } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { HISTORY_RELATIONS } from '../relations';
import { type ScorecardNode } from '../scorecard/scorecard.node';
import { ScorecardType } from '../scorecard/scorecard.type';
import { type HistoryNode, historyNodes, NEWEST_FIRST } from './tier-history.node';
import {
  TierHistoryEntryType,
  TierMoveConnection,
  type TierMoveFilter,
  TierMovesArgs,
} from './tier-history.type';

@Resolver(() => TierHistoryEntryType)
export class TierHistoryResolver {
  @Query(() => TierMoveConnection, {
    description: 'Changes of effective tiers across the book, the newest first.',
  })
  async tierMoves(
    @Args(() => TierMovesArgs) { where, ...page }: TierMovesArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<HistoryNode>> {
    const { history } = context.reads;
    const filter = { ...filterOf(where ?? {}), movesOnly: true };
    const selection = selectionOf(info);
    return readPage<HistoryNode>(page, NEWEST_FIRST, selection, {
      rows: async (window) => {
        const nodes = await historyNodes(await history.page(filter, window), context);
        await loadRelations(HISTORY_RELATIONS, nodes, nodeSelectionOf(selection), context);
        return nodes;
      },
      count: () => history.count(filter),
    });
  }

  @FieldResolver(() => AccountType, { description: 'The account that it happened to.' })
  account(
    @Root() entry: HistoryNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(HISTORY_RELATIONS.account, entry, {}, context, info);
  }

  @FieldResolver(() => ScorecardType, { nullable: true, description: 'The scorecard that it rests on.' })
  scorecard(
    @Root() entry: HistoryNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ScorecardNode | null> {
    return loadRelation(HISTORY_RELATIONS.scorecard, entry, {}, context, info);
  }
}

function filterOf({ accountId, ...where }: TierMoveFilter): HistoryFilter {
  return accountId == null ? where : { ...where, accountId: keyOrNone('Account', accountId) };
}
