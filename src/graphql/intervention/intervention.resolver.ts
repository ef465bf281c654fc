import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { type InterventionFilter } from '../../app/ports/intervention';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { keyOrNone } from '../ids';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { readPage } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { OF_AN_ACCOUNT } from '../relations';
import { INTERVENTION_ORDERINGS, type InterventionNode, interventionNodes } from './intervention.node';
import {
  InterventionConnection,
  type InterventionFilterInput,
  InterventionsArgs,
  InterventionType,
} from './intervention.type';

@Resolver(() => InterventionType)
export class InterventionResolver {
  @Query(() => InterventionConnection, {
    description: 'Interventions in the tiers in which nobody is named, also those that are closed.',
  })
  async interventions(
    @Args(() => InterventionsArgs) { where, orderBy, ...page }: InterventionsArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<InterventionNode>> {
    const { interventions } = context.reads;
    const filter = filterOf(where ?? {});
    const order = orderBy ?? 'NEWEST';
    const selection = selectionOf(info);
    return readPage<InterventionNode>(page, INTERVENTION_ORDERINGS[order], selection, {
      rows: async (window) => {
        const nodes = await interventionNodes(await interventions.page(filter, order, window), context);
        await loadRelations(OF_AN_ACCOUNT, nodes, nodeSelectionOf(selection), context);
        return nodes;
      },
      count: () => interventions.count(filter),
    });
  }

  @FieldResolver(() => AccountType, { description: 'The account that it is about.' })
  account(
    @Root() intervention: InterventionNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(OF_AN_ACCOUNT.account, intervention, {}, context, info);
  }
}

function filterOf({ accountId, ...where }: InterventionFilterInput): InterventionFilter {
  return accountId == null ? where : { ...where, accountId: keyOrNone('Account', accountId) };
}
