import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { type RenewalNoticeFilter } from '../../app/ports/renewal-notice';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { keyOrNone } from '../ids';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { readPage } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { OF_AN_ACCOUNT } from '../relations';
import { LATEST_NOTICES_FIRST, type RenewalNoticeNode, renewalNoticeNodes } from './renewal-notice.node';
import {
  RenewalNoticeConnection,
  type RenewalNoticeFilterInput,
  RenewalNoticesArgs,
  RenewalNoticeType,
} from './renewal-notice.type';

@Resolver(() => RenewalNoticeType)
export class RenewalNoticeResolver {
  @Query(() => RenewalNoticeConnection, {
    description: 'Renewal notices that have fallen due, the latest first.',
  })
  async renewalNotices(
    @Args(() => RenewalNoticesArgs) { where, ...page }: RenewalNoticesArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<RenewalNoticeNode>> {
    const { renewalNotices } = context.reads;
    const filter = filterOf(where ?? {});
    const selection = selectionOf(info);
    return readPage<RenewalNoticeNode>(page, LATEST_NOTICES_FIRST, selection, {
      rows: async (window) => {
        const nodes = await renewalNoticeNodes(await renewalNotices.page(filter, window), context);
        await loadRelations(OF_AN_ACCOUNT, nodes, nodeSelectionOf(selection), context);
        return nodes;
      },
      count: () => renewalNotices.count(filter),
    });
  }

  @FieldResolver(() => AccountType, { description: 'The account that renews.' })
  account(
    @Root() notice: RenewalNoticeNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(OF_AN_ACCOUNT.account, notice, {}, context, info);
  }
}

function filterOf({ accountId, ...where }: RenewalNoticeFilterInput): RenewalNoticeFilter {
  return accountId == null ? where : { ...where, accountId: keyOrNone('Account', accountId) };
}
