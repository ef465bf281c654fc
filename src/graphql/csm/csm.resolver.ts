import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Extensions, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { DomainError } from '../../domain/errors';
import { type AccountNode } from '../account/account.node';
import { AccountConnection } from '../account/account.type';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { keyOf } from '../ids';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { readPage } from '../page';
import { PoolMembershipType } from '../pool/pool.type';
import { PortfolioTotalsType } from '../portfolio/portfolio-assignment.type';
import { OnDayArgs, PlannedDayArgs, PortfolioArgs } from '../portfolio/portfolio.args';
import { loadRelation, loadRelations } from '../relation';
import { CSM_RELATIONS, LEAVE_RELATIONS } from '../relations';
import { DecimalScalar } from '../scalars';
import { csmFields, type CsmNode, CSMS_BY_NAME, shownFrom } from './csm.node';
import { CsmArgs, CsmConnection, CsmsArgs, CsmType, EmploymentTermType, LeaveType } from './csm.type';

@Resolver(() => CsmType)
export class CsmResolver {
  @Query(() => CsmConnection, { description: 'Customer success managers, by name.' })
  async csms(
    @Args(() => CsmsArgs) { where, ...page }: CsmsArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<CsmNode>> {
    const { reads, clock } = context;
    const selection = selectionOf(info);
    const fields = nodeSelectionOf(selection);
    return readPage<CsmNode>(page, CSMS_BY_NAME, selection, {
      rows: async (window) => {
        const nodes = await reads.csms.page(where ?? {}, clock.today(), window, csmFields(fields));
        await loadRelations(CSM_RELATIONS, nodes, fields, context);
        return nodes;
      },
      count: () => reads.csms.count(where ?? {}, clock.today()),
    });
  }

  @Query(() => CsmType, {
    nullable: true,
    description: 'One CSM by the id or by the external id; null if there is none.',
  })
  async csm(
    @Args(() => CsmArgs) { id, externalId }: CsmArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CsmNode | null> {
    if ((id ?? null) === null ? (externalId ?? null) === null : (externalId ?? null) !== null) {
      throw new DomainError('INVALID_VALUE', 'give either id or externalId', ['id']);
    }
    const key = id ? keyOf('Csm', id) : null;
    const { csms } = context.reads;
    const selection = selectionOf(info);
    const fields = csmFields(selection);
    const nodes = externalId
      ? await csms.byExternalIds([externalId], fields)
      : key
        ? await csms.byIds([key], fields)
        : [];
    await loadRelations(CSM_RELATIONS, nodes, selection, context);
    return nodes[0] ?? null;
  }

  @Extensions({ listBound: 5 })
  @FieldResolver(() => [EmploymentTermType], {
    description: 'When and how much the CSM works, the earliest first.',
  })
  employment(@Root() csm: CsmNode): EmploymentTermType[] {
    return csm.employment.map((term) => ({ ...term, from: shownFrom(term.from) }));
  }

  @Extensions({ listBound: 5 })
  @FieldResolver(() => [LeaveType], { description: 'When the CSM was or will be away, the earliest first.' })
  leave(@Root() csm: CsmNode): readonly LeaveType[] {
    return csm.leave;
  }

  @Extensions({ listBound: 5 })
  @FieldResolver(() => [PoolMembershipType], {
    description: 'The pools that the CSM belonged to, belongs or will belong to, the earliest first.',
  })
  pools(@Root() csm: CsmNode): readonly PoolMembershipType[] {
    return csm.pools;
  }

  @FieldResolver(() => DecimalScalar, {
    description:
      'Full-time equivalent on a day, past or planned, leave not counted; 0.00 for one who does not work here then.',
  })
  fte(
    @Root() csm: CsmNode,
    @Args(() => PlannedDayArgs) { asOf }: PlannedDayArgs,
    @Ctx() { clock }: GraphqlContext,
  ): string {
    const day = asOf ?? clock.today();
    return csm.employment.find(({ from, to }) => from <= day && (to === null || to > day))?.fte ?? '0.00';
  }

  @FieldResolver(() => LeaveType, {
    nullable: true,
    description: 'The leave that the CSM is on, on a day, past or planned; null for one who is there.',
  })
  leaveOn(
    @Root() csm: CsmNode,
    @Args(() => PlannedDayArgs) { asOf }: PlannedDayArgs,
    @Ctx() { clock }: GraphqlContext,
  ): LeaveType | null {
    const day = asOf ?? clock.today();
    return csm.leave.find(({ from, to }) => from <= day && to > day) ?? null;
  }

  @FieldResolver(() => AccountConnection, {
    description:
      'The accounts that the CSM alone looks after on a day, by id, as they are now; those of pools stand with their pools.',
  })
  portfolio(
    @Root() csm: CsmNode,
    @Args(() => PortfolioArgs) args: PortfolioArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<AccountNode>> {
    return loadRelation(CSM_RELATIONS.portfolio, csm, args, context, info);
  }

  @FieldResolver(() => PortfolioTotalsType, {
    description: 'What the accounts come to that the CSM alone looks after.',
  })
  portfolioTotals(
    @Root() csm: CsmNode,
    @Args(() => OnDayArgs) args: OnDayArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PortfolioTotalsType> {
    return loadRelation(CSM_RELATIONS.portfolioTotals, csm, args, context, info);
  }

  @FieldResolver(() => PortfolioTotalsType, {
    description:
      'What the accounts come to that the CSM shares as a member of pools. Every member shows all of them, so these do not add up over CSMs; the totals of CSMs and of pools do.',
  })
  sharedTotals(
    @Root() csm: CsmNode,
    @Args(() => OnDayArgs) args: OnDayArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PortfolioTotalsType> {
    return loadRelation(CSM_RELATIONS.sharedTotals, csm, args, context, info);
  }
}

@Resolver(() => LeaveType)
export class LeaveResolver {
  @FieldResolver(() => CsmType, { description: 'Who stands in.' })
  backup(
    @Root() leave: CsmNode['leave'][number],
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CsmNode | null> {
    return loadRelation(LEAVE_RELATIONS.backup, leave, {}, context, info);
  }
}
