import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Extensions, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { type MembershipView } from '../../app/ports/portfolio-reads';
import { type AccountNode } from '../account/account.node';
import { AccountConnection } from '../account/account.type';
import { type Connection, ConnectionArgs } from '../connection';
import { type GraphqlContext } from '../context';
import { type CsmNode, shownFrom } from '../csm/csm.node';
import { CsmType } from '../csm/csm.type';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { readPage } from '../page';
import { PortfolioTotalsType } from '../portfolio/portfolio-assignment.type';
import { OnDayArgs, PlannedDayArgs, PortfolioArgs } from '../portfolio/portfolio.args';
import { loadRelation, loadRelations } from '../relation';
import { MEMBERSHIP_RELATIONS, POOL_RELATIONS } from '../relations';
import { DateScalar } from '../scalars';
import { type PoolNode, POOLS_BY_NAME } from './pool.node';
import { PoolConnection, PoolMembershipType, PoolType } from './pool.type';

@Resolver(() => PoolType)
export class PoolResolver {
  @Query(() => PoolConnection, { description: 'Pools of CSMs, by name.' })
  async pools(
    @Args(() => ConnectionArgs) page: ConnectionArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<PoolNode>> {
    const selection = selectionOf(info);
    return readPage<PoolNode>(page, POOLS_BY_NAME, selection, {
      rows: async (window) => {
        const nodes = await context.reads.pools.page(window);
        await loadRelations(POOL_RELATIONS, nodes, nodeSelectionOf(selection), context);
        return nodes;
      },
      count: () => context.reads.pools.count(),
    });
  }

  @Extensions({ listBound: 10 })
  @FieldResolver(() => [PoolMembershipType], {
    description: 'The memberships that hold on a day, past or planned, by the name of the CSM.',
  })
  members(
    @Root() pool: PoolNode,
    @Args(() => PlannedDayArgs) args: PlannedDayArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly MembershipView[]> {
    return loadRelation(POOL_RELATIONS.members, pool, args, context, info);
  }

  @FieldResolver(() => AccountConnection, {
    description: 'The accounts that the pool looks after on a day, by id, as they are now.',
  })
  portfolio(
    @Root() pool: PoolNode,
    @Args(() => PortfolioArgs) args: PortfolioArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<AccountNode>> {
    return loadRelation(POOL_RELATIONS.portfolio, pool, args, context, info);
  }

  @FieldResolver(() => PortfolioTotalsType, { description: 'What its accounts come to.' })
  portfolioTotals(
    @Root() pool: PoolNode,
    @Args(() => OnDayArgs) args: OnDayArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PortfolioTotalsType> {
    return loadRelation(POOL_RELATIONS.portfolioTotals, pool, args, context, info);
  }
}

@Resolver(() => PoolMembershipType)
export class PoolMembershipResolver {
  @FieldResolver(() => DateScalar, {
    nullable: true,
    description: 'The first day; null where nobody knows since when.',
  })
  from(@Root() membership: MembershipView): string | null {
    return shownFrom(membership.from);
  }

  @FieldResolver(() => CsmType, { description: 'Who belongs to the pool.' })
  csm(
    @Root() membership: MembershipView,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CsmNode | null> {
    return loadRelation(MEMBERSHIP_RELATIONS.csm, membership, {}, context, info);
  }

  @FieldResolver(() => PoolType, { description: 'The pool.' })
  pool(
    @Root() membership: MembershipView,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PoolNode | null> {
    return loadRelation(MEMBERSHIP_RELATIONS.pool, membership, {}, context, info);
  }
}
