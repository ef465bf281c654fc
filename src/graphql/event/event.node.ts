import { type EventView } from '../../app/ports/event';
import { type TypedKey } from '../ids';
import { type Ordering } from '../page';
import { EVENT_SUBJECTS } from './event-subject';
import { eventTypeName, type EventTypeName } from './event.enum';

/** An event as resolvers pass it on. */
export interface EventNode extends Omit<EventView, 'type'> {
  readonly type: EventTypeName;
  readonly subjectKey: TypedKey;
}

export const NEWEST_EVENTS_FIRST: Ordering = {
  fingerprint: 'event newest first',
  kinds: ['bigint', 'bigint'],
};
export const OLDEST_EVENTS_FIRST: Ordering = {
  fingerprint: 'event oldest first',
  kinds: ['bigint', 'bigint'],
};

/** A row is shared by all who follow it, so the node is an object of its own. */
export function eventNode(row: EventView): EventNode {
  return {
    ...row,
    type: eventTypeName(row.type),
    subjectKey: { type: EVENT_SUBJECTS[row.type], key: row.subjectId },
  };
}

export function eventNodes(rows: readonly EventView[]): EventNode[] {
  return rows.map(eventNode);
}
