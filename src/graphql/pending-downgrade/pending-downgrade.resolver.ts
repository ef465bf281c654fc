import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { readPage } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { OF_AN_ACCOUNT } from '../relations';
import { type PendingDowngradeNode, pendingDowngradeNodes, SOONEST_FIRST } from './pending-downgrade.node';
import {
  PendingDowngradeConnection,
  PendingDowngradesArgs,
  PendingDowngradeType,
} from './pending-downgrade.type';

@Resolver(() => PendingDowngradeType)
export class PendingDowngradeResolver {
  @Query(() => PendingDowngradeConnection, {
    description: 'Downgrades that wait out their grace period, the soonest first.',
  })
  async pendingDowngrades(
    @Args(() => PendingDowngradesArgs) { where, ...page }: PendingDowngradesArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<PendingDowngradeNode>> {
    const { pendingDowngrades } = context.reads;
    const selection = selectionOf(info);
    return readPage<PendingDowngradeNode>(page, SOONEST_FIRST, selection, {
      rows: async (window) => {
        const nodes = await pendingDowngradeNodes(await pendingDowngrades.page(where ?? {}, window), context);
        await loadRelations(OF_AN_ACCOUNT, nodes, nodeSelectionOf(selection), context);
        return nodes;
      },
      count: () => pendingDowngrades.count(where ?? {}),
    });
  }

  @FieldResolver(() => AccountType, { description: 'The account that it is about.' })
  account(
    @Root() pending: PendingDowngradeNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(OF_AN_ACCOUNT.account, pending, {}, context, info);
  }
}
