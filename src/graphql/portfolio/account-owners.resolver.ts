import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection, ConnectionArgs } from '../connection';
import { type GraphqlContext } from '../context';
import { type CsmNode } from '../csm/csm.node';
import { CsmType } from '../csm/csm.type';
import { type PoolNode } from '../pool/pool.node';
import { PoolType } from '../pool/pool.type';
import { loadRelation } from '../relation';
import { ACCOUNT_RELATIONS } from '../relations';
import { DateScalar } from '../scalars';
import { type AssignmentNode } from './portfolio-assignment.node';
import { PortfolioAssignmentConnection, PortfolioAssignmentType } from './portfolio-assignment.type';

/** Who looks after an account. */
@Resolver(() => AccountType)
export class AccountOwnersResolver {
  @FieldResolver(() => CsmType, {
    nullable: true,
    description: 'The CSM who looks after it alone; null where a pool does, or nobody.',
  })
  csm(
    @Root() account: AccountNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CsmNode | null> {
    return loadRelation(ACCOUNT_RELATIONS.csm, account, {}, context, info);
  }

  @FieldResolver(() => PoolType, {
    nullable: true,
    description: 'The pool that looks after it; null where a CSM does, or nobody.',
  })
  pool(
    @Root() account: AccountNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PoolNode | null> {
    return loadRelation(ACCOUNT_RELATIONS.pool, account, {}, context, info);
  }

  @FieldResolver(() => PortfolioAssignmentConnection, {
    description: 'Who looked after it and when, the latest first.',
  })
  owners(
    @Root() account: AccountNode,
    @Args(() => ConnectionArgs) page: ConnectionArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<AssignmentNode>> {
    return loadRelation(ACCOUNT_RELATIONS.owners, account, page, context, info);
  }

  @FieldResolver(() => PortfolioAssignmentType, {
    nullable: true,
    description: 'Who looked after it on a day; null where nobody did.',
  })
  ownerAt(
    @Root() account: AccountNode,
    @Arg('date', () => DateScalar, { description: 'The day, not after today.' }) date: CalendarDate,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AssignmentNode | null> {
    return loadRelation(ACCOUNT_RELATIONS.ownerAt, account, { date }, context, info);
  }
}
