import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Extensions, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { type AccountsBehind } from '../../app/ports/tiering-health';
import { tieringHealth } from '../../app/tiering-health';
import { type AccountNode, BY_ID } from '../account/account.node';
import { AccountConnection } from '../account/account.type';
import { readAccountsAt } from '../account/changed-accounts';
import { type Connection, ConnectionArgs } from '../connection';
import { type GraphqlContext } from '../context';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { readPage } from '../page';
import { tiersOf } from '../tiering-model/tiers';
import { TieringHealthFindingType, TieringHealthType } from './tiering-health.type';

type FindingNode = TieringHealthFindingType & { readonly behind: AccountsBehind };

@Resolver(() => TieringHealthFindingType)
export class TieringHealthResolver {
  @Extensions({ cost: 200, takesLong: true })
  @Query(() => TieringHealthType, {
    description: 'What is unhealthy about the tiers of the book, the most pressing finding first.',
  })
  async tieringHealth(@Ctx() context: GraphqlContext): Promise<TieringHealthType> {
    const { asOf, model, findings } = await tieringHealth(
      context.reads,
      context.clock.today(),
      context.loadedCost,
    );
    const tier = tiersOf(model);
    return {
      asOf,
      modelVersion: model.version,
      findings: findings.map((finding): FindingNode => ({ ...finding, tier: tier(finding.tier) })),
    };
  }

  @FieldResolver(() => AccountConnection, { description: 'The accounts behind it, by id.' })
  async accounts(
    @Root() { behind }: FindingNode,
    @Args(() => ConnectionArgs) page: ConnectionArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<AccountNode>> {
    const selection = selectionOf(info);
    const reads = context.reads.tieringHealth;
    return readPage<AccountNode>(page, BY_ID, selection, {
      rows: async (window) =>
        readAccountsAt(await reads.accountsBehind(behind, window), nodeSelectionOf(selection), context),
      count: () => reads.countBehind(behind),
    });
  }
}
