import { type GraphQLSchema, isInputObjectType } from 'graphql';
import { type AccountFilter } from '../../app/ports/account-filter';
import { type EventFilter, type EventPosition, type EventView } from '../../app/ports/event';
import { stoppable } from '../../app/stoppable';
import { type GraphqlContext } from '../context';
import { codedError } from '../errors';
import { keyOf } from '../ids';
import { withSegments } from '../segment/segment-filter';
import { eventFilter } from './event-filter';
import { type FollowEventsArgs } from './event.type';

/** The events that follow, and then those that happen, until somebody stops it. Throws EVENTS_FORGOTTEN. */
export async function followEvents(
  { where, since }: FollowEventsArgs,
  context: GraphqlContext,
  schema: GraphQLSchema,
): Promise<AsyncGenerator<EventView, void, undefined>> {
  const filter = eventFilter(where ?? {});
  // What is wrong with the filter is said now, not with the first event.
  await ofAccountsMeant([], filter, context, schema);
  const position = since == null ? await context.reads.events.end() : await positionOf(since, context);
  return stoppable((signal) => eventsAfter(position, filter, context, schema, signal));
}

async function* eventsAfter(
  position: EventPosition,
  filter: EventFilter,
  context: GraphqlContext,
  schema: GraphQLSchema,
  signal: AbortSignal,
): AsyncGenerator<EventView, void, undefined> {
  for await (const batch of context.feed.follow(position, signal)) {
    const candidates = batch.filter((event) => fits(event, filter));
    if (candidates.length === 0) continue;
    for (const event of await ofAccountsMeant(candidates, filter, context, schema)) {
      if (signal.aborted) return;
      yield event;
    }
  }
}

async function positionOf(since: string, { reads }: GraphqlContext): Promise<EventPosition> {
  const id = keyOf('Event', since);
  if (id === null) throw codedError('BAD_USER_INPUT', 'since must be the id of an event', { field: 'since' });
  const position = await reads.events.positionOf(id);
  if (position !== null) return position;
  throw codedError(
    'EVENTS_FORGOTTEN',
    'the event is not kept any more, so what came after it may be missing; read what you need anew, then subscribe without since',
  );
}

/** Everything but what the filter says of accounts as they are now. */
function fits(event: EventView, { types, accountIds, actorId }: EventFilter): boolean {
  return (
    (types == null || types.includes(event.type)) &&
    (accountIds == null || (event.accountId !== null && accountIds.includes(event.accountId))) &&
    (actorId == null || actorId === event.actorId)
  );
}

async function ofAccountsMeant(
  events: readonly EventView[],
  { account }: EventFilter,
  context: GraphqlContext,
  schema: GraphQLSchema,
): Promise<readonly EventView[]> {
  if (account == null) return events;
  // Another context, since what a context has loaded once it keeps.
  const now = { ...context };
  const type = schema.getType('AccountFilter');
  if (!isInputObjectType(type)) throw new Error('the schema has no filter of accounts');
  const filter = await withSegments(account, type, ['where', 'account'], now);
  const ids = await now.reads.events.ofAccountsLike(
    filter as AccountFilter,
    events.map(({ id }) => id),
  );
  const meant = new Set(ids);
  return events.filter(({ id }) => meant.has(id));
}
