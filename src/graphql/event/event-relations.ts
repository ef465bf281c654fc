import { findAll } from '../finders';
import { type RelationTable } from '../relation';
import { accountsByKey } from '../relations';
import { type EventNode } from './event.node';

/** What belongs to an event. */
export const EVENT_RELATIONS = {
  account: (events: readonly EventNode[], use, context) =>
    accountsByKey(events, ({ accountId }) => accountId, use, context),
  subject: (events: readonly EventNode[], { fields }, context) =>
    findAll(
      events.map(({ subjectKey }) => subjectKey),
      fields,
      context,
    ),
} satisfies RelationTable<EventNode>;
