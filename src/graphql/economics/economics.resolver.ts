import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Extensions, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { economicsOf } from '../../app/economics';
import { type ServedList } from '../../app/ports/economics';
import { type ServiceCost } from '../../domain/economics';
import { formatMoney } from '../../domain/money';
import { type AccountNode } from '../account/account.node';
import { AccountConnection, AccountType } from '../account/account.type';
import { readAccountsAt } from '../account/changed-accounts';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { nodeSelectionOf, type Selection, selectionOf } from '../look-ahead';
import { type Ordering, readPage } from '../page';
import { loadRelation } from '../relation';
import { ACCOUNT_RELATIONS } from '../relations';
import { tiersOf } from '../tiering-model/tiers';
import { BY_ARR, BY_EXCESS, figuresNode, tierEconomicsNode } from './economics.node';
import { AccountEconomicsType, EconomicsType, ServedArgs } from './economics.type';

type EconomicsNode = EconomicsType & { readonly costs: readonly ServiceCost[] };

@Resolver(() => EconomicsType)
export class EconomicsResolver {
  @Extensions({ cost: 100 })
  @Query(() => EconomicsType, {
    description:
      'What the service of the book costs today, against its ARR, and who is served out of proportion.',
  })
  async economics(@Ctx() { reads, clock, loadedCost }: GraphqlContext): Promise<EconomicsNode> {
    const { model, costs, tiers, totals } = await economicsOf(reads, loadedCost);
    return {
      asOf: clock.today(),
      modelVersion: model.version,
      loadedCost: formatMoney(loadedCost),
      tiers: tiers.map((tier) => tierEconomicsNode(tier, tiersOf(model))),
      totals: figuresNode(totals),
      costs,
    };
  }

  @FieldResolver(() => AccountConnection, {
    description:
      'Accounts whose service costs more than their ARR can justify, by how much more, the most first.',
  })
  overServed(
    @Root() { costs }: EconomicsNode,
    @Args(() => ServedArgs) args: ServedArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<AccountNode>> {
    const list = { standing: 'OVER_SERVED', tier: args.tier ?? null, costs } as const;
    return servedPage(list, BY_EXCESS, args, selectionOf(info), context);
  }

  @FieldResolver(() => AccountConnection, {
    description:
      'Accounts whose ARR could justify the service of the next tier up, with what they weigh, the largest ARR first.',
  })
  underServed(
    @Root() { costs }: EconomicsNode,
    @Args(() => ServedArgs) args: ServedArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<AccountNode>> {
    const list = { standing: 'UNDER_SERVED', tier: args.tier ?? null, costs } as const;
    return servedPage(list, BY_ARR, args, selectionOf(info), context);
  }
}

@Resolver(() => AccountType)
export class EconomicsOfAccountResolver {
  @FieldResolver(() => AccountEconomicsType, {
    nullable: true,
    description:
      'What its service costs today, against its ARR; null before the first placement and once it is churned.',
  })
  economics(
    @Root() account: AccountNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountEconomicsType | null> {
    return loadRelation(ACCOUNT_RELATIONS.economics, account, {}, context, info);
  }
}

function servedPage(
  list: ServedList,
  ordering: Ordering,
  page: ServedArgs,
  selection: Selection,
  context: GraphqlContext,
): Promise<Connection<AccountNode>> {
  const { economics } = context.reads;
  return readPage<AccountNode>(page, ordering, selection, {
    rows: async (window) =>
      readAccountsAt(await economics.page(list, window), nodeSelectionOf(selection), context),
    count: () => economics.count(list),
  });
}
