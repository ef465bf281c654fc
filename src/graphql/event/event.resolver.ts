import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root, Subscription } from 'type-graphql';
import { type EventView } from '../../app/ports/event';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { Node } from '../node';
import { readPage } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { eventFilter } from './event-filter';
import { EVENT_RELATIONS } from './event-relations';
import {
  eventNode,
  type EventNode,
  eventNodes,
  NEWEST_EVENTS_FIRST,
  OLDEST_EVENTS_FIRST,
} from './event.node';
import { EventConnection, EventNodeType, EventsArgs, FollowEventsArgs } from './event.type';
import { followEvents } from './follow-events';

@Resolver(() => EventNodeType)
export class EventResolver {
  @Query(() => EventConnection, {
    description: 'What has happened in the book, of the last 45 days.',
  })
  async events(
    @Args(() => EventsArgs) { where, order, ...page }: EventsArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<EventNode>> {
    const { events } = context.reads;
    const filter = eventFilter(where ?? {});
    const selection = selectionOf(info);
    const oldestFirst = order === 'OLDEST_FIRST';
    const ordering = oldestFirst ? OLDEST_EVENTS_FIRST : NEWEST_EVENTS_FIRST;
    return readPage<EventNode>(page, ordering, selection, {
      rows: async (window) => {
        const nodes = eventNodes(await events.page(filter, oldestFirst, window));
        await loadRelations(EVENT_RELATIONS, nodes, nodeSelectionOf(selection), context);
        return nodes;
      },
      count: () => events.count(filter),
    });
  }

  @FieldResolver(() => AccountType, {
    nullable: true,
    description: 'The account that it is about, as it is now; null for an event about no account.',
  })
  account(
    @Root() event: EventNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(EVENT_RELATIONS.account, event, {}, context, info);
  }

  @FieldResolver(() => Node, {
    nullable: true,
    description:
      'What it is about, as it is now: the entry of the tier history, the override, tier review, renewal notice, intervention, portfolio assignment or tiering model; the account itself for what falls due. null where that is gone.',
  })
  subject(
    @Root() event: EventNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object | null> {
    return loadRelation(EVENT_RELATIONS.subject, event, {}, context, info);
  }
}

@Resolver()
export class FollowEventsResolver {
  @Subscription(() => EventNodeType, {
    description:
      'Events as they happen, in their order and without gaps. Reconnect with the id of the last one that was seen as `since`.',
    subscribe: ({ args, context, info }) =>
      followEvents(args as FollowEventsArgs, context as GraphqlContext, info.schema),
  })
  async events(
    @Args(() => FollowEventsArgs) _args: FollowEventsArgs,
    @Root() event: EventView,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EventNode> {
    const node = eventNode(event);
    await loadRelations(EVENT_RELATIONS, [node], selectionOf(info), context);
    return node;
  }
}
