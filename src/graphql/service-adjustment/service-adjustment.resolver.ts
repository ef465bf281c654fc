import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { type AdjustmentFilter } from '../../app/ports/service-adjustment';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { keyOrNone } from '../ids';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { readPage } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { OF_AN_ACCOUNT } from '../relations';
import { type AdjustmentNode, adjustmentNodes, NEWEST_ADJUSTMENTS_FIRST } from './service-adjustment.node';
import {
  ServiceAdjustmentConnection,
  type ServiceAdjustmentFilterInput,
  ServiceAdjustmentsArgs,
  ServiceAdjustmentType,
} from './service-adjustment.type';

@Resolver(() => ServiceAdjustmentType)
export class ServiceAdjustmentResolver {
  @Query(() => ServiceAdjustmentConnection, {
    description: 'Service adjustments and proposals of them, also those that are over, the newest first.',
  })
  async serviceAdjustments(
    @Args(() => ServiceAdjustmentsArgs) { where, ...page }: ServiceAdjustmentsArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<AdjustmentNode>> {
    const { adjustments } = context.reads;
    const filter = filterOf(where ?? {});
    const selection = selectionOf(info);
    return readPage<AdjustmentNode>(page, NEWEST_ADJUSTMENTS_FIRST, selection, {
      rows: async (window) => {
        const nodes = await adjustmentNodes(await adjustments.page(filter, window), context);
        await loadRelations(OF_AN_ACCOUNT, nodes, nodeSelectionOf(selection), context);
        return nodes;
      },
      count: () => adjustments.count(filter),
    });
  }

  @FieldResolver(() => AccountType, { description: 'The account that it is about.' })
  account(
    @Root() adjustment: AdjustmentNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(OF_AN_ACCOUNT.account, adjustment, {}, context, info);
  }
}

function filterOf({ accountId, ...where }: ServiceAdjustmentFilterInput): AdjustmentFilter {
  return accountId == null ? where : { ...where, accountId: keyOrNone('Account', accountId) };
}
