import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { type OverrideFilter } from '../../app/ports/override';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { keyOrNone } from '../ids';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { readPage } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { OF_AN_ACCOUNT } from '../relations';
import { driftOf, NEWEST_OVERRIDES_FIRST, type OverrideNode, overrideNodes } from './override.node';
import {
  OverrideConnection,
  OverrideDriftArgs,
  OverrideDriftType,
  type OverrideFilterInput,
  OverridesArgs,
  OverrideType,
} from './override.type';

@Resolver(() => OverrideType)
export class OverrideResolver {
  @Query(() => OverrideConnection, {
    description: 'Overrides and requests for them, also those that are over, the newest first.',
  })
  async overrides(
    @Args(() => OverridesArgs) { where, ...page }: OverridesArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<OverrideNode>> {
    const { overrides } = context.reads;
    const filter = filterOf(where ?? {});
    const selection = selectionOf(info);
    return readPage<OverrideNode>(page, NEWEST_OVERRIDES_FIRST, selection, {
      rows: async (window) => {
        const nodes = await overrideNodes(await overrides.page(filter, window), context);
        await loadRelations(OF_AN_ACCOUNT, nodes, nodeSelectionOf(selection), context);
        return nodes;
      },
      count: () => overrides.count(filter),
    });
  }

  @Query(() => OverrideDriftType, {
    description:
      'The share of accounts and of ARR under active overrides, in all and by reason, author and tier.',
  })
  async overrideDrift(
    @Args(() => OverrideDriftArgs) { where }: OverrideDriftArgs,
    @Ctx() context: GraphqlContext,
  ): Promise<OverrideDriftType> {
    return driftOf(await context.reads.overrides.drift(where), context);
  }

  @FieldResolver(() => AccountType, { description: 'The account that it is about.' })
  account(
    @Root() override: OverrideNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(OF_AN_ACCOUNT.account, override, {}, context, info);
  }
}

function filterOf({ accountId, ...where }: OverrideFilterInput): OverrideFilter {
  return accountId == null ? where : { ...where, accountId: keyOrNone('Account', accountId) };
}
