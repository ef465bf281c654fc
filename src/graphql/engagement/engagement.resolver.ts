import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, FieldResolver, Info, Int, Query, Resolver, Root } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type GraphqlContext } from '../context';
import { loadRelation } from '../relation';
import { ACCOUNT_RELATIONS } from '../relations';
import { MOST_MONTHS } from './support-months';
import { DateScalar } from '../scalars';
import { engagementDelivery, type EngagementNode } from './engagement.node';
import { AccountEngagementType, EngagementDeliveryType, SupportMonthType } from './engagement.type';

@Resolver(() => AccountType)
export class EngagementResolver {
  @Extensions({ cost: 200 })
  @Query(() => EngagementDeliveryType, {
    description:
      'What accounts were owed by the programs of their tiers over a period, and what they got: by the tier that each had on each day, and the program that counted then.',
  })
  engagementDelivery(
    @Arg('from', () => DateScalar, { description: 'The first day.' }) from: CalendarDate,
    @Arg('to', () => DateScalar, { description: 'The last day, at most today and 5 years on.' })
    to: CalendarDate,
    @Ctx() context: GraphqlContext,
  ): Promise<EngagementDeliveryType> {
    return engagementDelivery(from, to, context);
  }

  @FieldResolver(() => AccountEngagementType, {
    nullable: true,
    description: 'What it is owed next; null while it holds no tier.',
  })
  engagement(
    @Root() account: AccountNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EngagementNode | null> {
    return loadRelation(ACCOUNT_RELATIONS.engagement, account, {}, context, info);
  }

  @Extensions({ listBound: MOST_MONTHS })
  @FieldResolver(() => [SupportMonthType], {
    description: 'Its support figures, the latest month first; months without figures are left out.',
  })
  support(
    @Root() account: AccountNode,
    @Arg('months', () => Int, {
      defaultValue: 12,
      description: `How many months to look back, this one included: 1 to ${MOST_MONTHS}.`,
    })
    months: number,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly SupportMonthType[]> {
    return loadRelation(ACCOUNT_RELATIONS.support, account, { months }, context, info);
  }
}
