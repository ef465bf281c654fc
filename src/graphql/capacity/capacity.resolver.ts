import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Extensions, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { capacityOn } from '../../app/capacity';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { type CsmNode } from '../csm/csm.node';
import { CsmType } from '../csm/csm.type';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { type PoolNode } from '../pool/pool.node';
import { PoolType } from '../pool/pool.type';
import { PlannedDayArgs } from '../portfolio/portfolio.args';
import { loadRelation, loadRelations } from '../relation';
import { ACCOUNT_RELATIONS, CSM_RELATIONS, POOL_RELATIONS } from '../relations';
import { CSM_CAPACITY_RELATIONS, POOL_CAPACITY_RELATIONS } from './capacity-relations';
import {
  type CapacityNode,
  capacityPage,
  type CsmCapacityNode,
  overviewNode,
  type PoolCapacityNode,
} from './capacity.node';
import {
  AccountLoadType,
  CapacitiesArgs,
  CapacityOverviewType,
  CsmCapacityConnection,
  CsmCapacityType,
  PoolCapacityConnection,
  PoolCapacityType,
} from './capacity.type';

@Resolver(() => CapacityOverviewType)
export class CapacityResolver {
  @Extensions({ cost: 100 })
  @Query(() => CapacityOverviewType, {
    description:
      'Who carries what on a day. A past day has the tiers, facts, owners, people and model of then; a day to come has the accounts and owners of today with the FTE, leave and pools that are planned for it.',
  })
  async capacity(
    @Args(() => PlannedDayArgs) { asOf }: PlannedDayArgs,
    @Ctx() { reads, clock }: GraphqlContext,
  ): Promise<CapacityNode> {
    const today = clock.today();
    return overviewNode(await capacityOn(reads, asOf ?? today, today));
  }

  @FieldResolver(() => CsmCapacityConnection, {
    description: 'CSMs who work here that day or look after accounts.',
  })
  async csms(
    @Root() { csmNodes }: CapacityNode,
    @Args(() => CapacitiesArgs) args: CapacitiesArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<CsmCapacityNode>> {
    const page = capacityPage('csm', csmNodes, args);
    await loadRelations(CSM_CAPACITY_RELATIONS, page.nodes, nodeSelectionOf(selectionOf(info)), context);
    return page;
  }

  @FieldResolver(() => PoolCapacityConnection, {
    description: 'Pools that have members that day or look after accounts.',
  })
  async pools(
    @Root() { poolNodes }: CapacityNode,
    @Args(() => CapacitiesArgs) args: CapacitiesArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<PoolCapacityNode>> {
    const page = capacityPage('pool', poolNodes, args);
    await loadRelations(POOL_CAPACITY_RELATIONS, page.nodes, nodeSelectionOf(selectionOf(info)), context);
    return page;
  }
}

@Resolver(() => CsmCapacityType)
export class CsmCapacityResolver {
  @FieldResolver(() => CsmType, { description: 'Whose capacity it is.' })
  csm(
    @Root() node: CsmCapacityNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CsmNode | null> {
    return loadRelation(CSM_CAPACITY_RELATIONS.csm, node, {}, context, info);
  }

  @FieldResolver(() => CsmType, {
    nullable: true,
    description: 'Who stands in that day; null for one who is not on leave.',
  })
  backup(
    @Root() node: CsmCapacityNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CsmNode | null> {
    return loadRelation(CSM_CAPACITY_RELATIONS.backup, node, {}, context, info);
  }
}

@Resolver(() => PoolCapacityType)
export class PoolCapacityResolver {
  @FieldResolver(() => PoolType, { description: 'Whose capacity it is.' })
  pool(
    @Root() node: PoolCapacityNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PoolNode | null> {
    return loadRelation(POOL_CAPACITY_RELATIONS.pool, node, {}, context, info);
  }
}

/** A day of the past is read from the whole book, however many owners are asked about. */
const OF_A_WHOLE_BOOK = 25;

@Resolver(() => CsmType)
export class CapacityOfCsmResolver {
  @Extensions({ cost: OF_A_WHOLE_BOOK })
  @FieldResolver(() => CsmCapacityType, { description: 'What the CSM carries on a day, past or planned.' })
  capacity(
    @Root() csm: CsmNode,
    @Args(() => PlannedDayArgs) args: PlannedDayArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CsmCapacityNode> {
    return loadRelation(CSM_RELATIONS.capacity, csm, args, context, info);
  }
}

@Resolver(() => PoolType)
export class CapacityOfPoolResolver {
  @Extensions({ cost: OF_A_WHOLE_BOOK })
  @FieldResolver(() => PoolCapacityType, { description: 'What the pool carries on a day, past or planned.' })
  capacity(
    @Root() pool: PoolNode,
    @Args(() => PlannedDayArgs) args: PlannedDayArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PoolCapacityNode> {
    return loadRelation(POOL_RELATIONS.capacity, pool, args, context, info);
  }
}

@Resolver(() => AccountType)
export class LoadOfAccountResolver {
  @FieldResolver(() => AccountLoadType, {
    nullable: true,
    description: 'How much of a CSM it takes today; null before the first placement and once it is churned.',
  })
  load(
    @Root() account: AccountNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountLoadType | null> {
    return loadRelation(ACCOUNT_RELATIONS.load, account, {}, context, info);
  }
}
