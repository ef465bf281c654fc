import { type GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type GraphqlContext } from '../context';
import { loadRelation } from '../relation';
import { OF_AN_ACCOUNT } from '../relations';
import { type MovementNode } from './movement.node';
import { ArrMovementType } from './movement.type';

@Resolver(() => ArrMovementType)
export class ArrMovementResolver {
  @FieldResolver(() => AccountType, { description: 'The account whose ARR moved.' })
  account(
    @Root() movement: MovementNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(OF_AN_ACCOUNT.account, movement, {}, context, info);
  }
}
