import { type GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type GraphqlContext } from '../context';
import { type CsmNode } from '../csm/csm.node';
import { CsmType } from '../csm/csm.type';
import { type PoolNode } from '../pool/pool.node';
import { PoolType } from '../pool/pool.type';
import { loadRelation } from '../relation';
import { ASSIGNMENT_RELATIONS } from '../relations';
import { type AssignmentNode } from './portfolio-assignment.node';
import { PortfolioAssignmentType } from './portfolio-assignment.type';

@Resolver(() => PortfolioAssignmentType)
export class PortfolioAssignmentResolver {
  @FieldResolver(() => AccountType, { description: 'The account that is looked after.' })
  account(
    @Root() assignment: AssignmentNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(ASSIGNMENT_RELATIONS.account, assignment, {}, context, info);
  }

  @FieldResolver(() => CsmType, {
    nullable: true,
    description: 'The CSM who looks after it alone; null where a pool does.',
  })
  csm(
    @Root() assignment: AssignmentNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CsmNode | null> {
    return loadRelation(ASSIGNMENT_RELATIONS.csm, assignment, {}, context, info);
  }

  @FieldResolver(() => PoolType, {
    nullable: true,
    description: 'The pool that looks after it; null where a CSM does.',
  })
  pool(
    @Root() assignment: AssignmentNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PoolNode | null> {
    return loadRelation(ASSIGNMENT_RELATIONS.pool, assignment, {}, context, info);
  }
}
