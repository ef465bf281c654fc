import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { type DueTouchFilter } from '../../app/ports/engagement';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection, ConnectionArgs } from '../connection';
import { type GraphqlContext } from '../context';
import { type CsmNode } from '../csm/csm.node';
import { CsmType } from '../csm/csm.type';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { readPage } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { ACCOUNT_RELATIONS, OF_AN_ACCOUNT, LOGGED_TOUCH_RELATIONS } from '../relations';
import { type DueTouchNode, dueTouchNodes, type LoggedTouchNode, SOONEST_DUE_FIRST } from './touch.node';
import {
  type DueTouchFilterInput,
  DueTouchesArgs,
  DueTouchType,
  LoggedTouchConnection,
  LoggedTouchType,
  TouchConnection,
} from './touch.type';

@Resolver(() => DueTouchType)
export class DueTouchResolver {
  @Query(() => TouchConnection, {
    description:
      "Touches and business reviews that accounts are owed, the soonest first, then those of the higher tier: a CSM's day. For a caller with the role CSM it is the own portfolio, unless the filter says otherwise.",
  })
  async dueTouches(
    @Args(() => DueTouchesArgs) { where, ...page }: DueTouchesArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<DueTouchNode>> {
    const { engagement } = context.reads;
    const today = context.clock.today();
    const filter = filterOf(where ?? {}, context);
    const selection = selectionOf(info);
    return readPage<DueTouchNode>(page, SOONEST_DUE_FIRST, selection, {
      rows: async (window) => {
        const nodes = await dueTouchNodes(await engagement.due(filter, today, window), context);
        await loadRelations(OF_AN_ACCOUNT, nodes, nodeSelectionOf(selection), context);
        return nodes;
      },
      count: () => engagement.dueCount(filter, today),
    });
  }

  @FieldResolver(() => AccountType, { description: 'The account that is owed it.' })
  account(
    @Root() due: DueTouchNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(OF_AN_ACCOUNT.account, due, {}, context, info);
  }
}

@Resolver(() => LoggedTouchType)
export class LoggedTouchResolver {
  @FieldResolver(() => AccountType, { description: 'The account that it was done for.' })
  account(
    @Root() touch: LoggedTouchNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(LOGGED_TOUCH_RELATIONS.account, touch, {}, context, info);
  }

  @FieldResolver(() => CsmType, {
    nullable: true,
    description: 'The CSM who logged it; null where it was somebody else.',
  })
  csm(
    @Root() touch: LoggedTouchNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CsmNode | null> {
    return loadRelation(LOGGED_TOUCH_RELATIONS.csm, touch, {}, context, info);
  }
}

/** The touches of an account. */
@Resolver(() => AccountType)
export class AccountTouchesResolver {
  @FieldResolver(() => LoggedTouchConnection, {
    description: 'Touches and business reviews that were logged, the latest first, those taken back too.',
  })
  touches(
    @Root() account: AccountNode,
    @Args(() => ConnectionArgs) page: ConnectionArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<LoggedTouchNode>> {
    return loadRelation(ACCOUNT_RELATIONS.touches, account, page, context, info);
  }
}

function filterOf(where: DueTouchFilterInput, { actor, clock }: GraphqlContext): DueTouchFilter {
  const { everybody, until, early, csm, pool, ...rest } = where;
  const isOwn = actor.role === 'CSM' && everybody !== true && csm == null && pool == null;
  return {
    ...rest,
    csm,
    pool,
    // A caller with that role who is no CSM looks after nobody.
    csmId: isOwn ? (actor.csmId ?? '0') : null,
    until: until ?? clock.today(),
    early: early ?? false,
  };
}
