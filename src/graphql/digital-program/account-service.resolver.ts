import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Extensions, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection, ConnectionArgs } from '../connection';
import { type GraphqlContext } from '../context';
import { type InterventionNode } from '../intervention/intervention.node';
import { InterventionConnection } from '../intervention/intervention.type';
import { loadRelation } from '../relation';
import { ACCOUNT_RELATIONS } from '../relations';
import { type RenewalNoticeNode } from '../renewal-notice/renewal-notice.node';
import { RenewalNoticeConnection } from '../renewal-notice/renewal-notice.type';
import { AccountDigitalProgramType } from './digital-program.type';

/** What the programs of an account's tier and their signals did for it. */
@Resolver(() => AccountType)
export class AccountServiceResolver {
  @FieldResolver(() => InterventionConnection, {
    description: 'Its interventions, also those that are closed, the newest first.',
  })
  interventions(
    @Root() account: AccountNode,
    @Args(() => ConnectionArgs) page: ConnectionArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<InterventionNode>> {
    return loadRelation(ACCOUNT_RELATIONS.interventions, account, page, context, info);
  }

  @FieldResolver(() => RenewalNoticeConnection, {
    description: 'The notices before its renewals that have fallen due, the latest first.',
  })
  renewalNotices(
    @Root() account: AccountNode,
    @Args(() => ConnectionArgs) page: ConnectionArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<RenewalNoticeNode>> {
    return loadRelation(ACCOUNT_RELATIONS.renewalNotices, account, page, context, info);
  }

  @Extensions({ listBound: 6 })
  @FieldResolver(() => [AccountDigitalProgramType], {
    description: 'The digital programs that its tier requires, and those of which something was told.',
  })
  digitalPrograms(
    @Root() account: AccountNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly AccountDigitalProgramType[]> {
    return loadRelation(ACCOUNT_RELATIONS.digitalPrograms, account, {}, context, info);
  }
}
