import { type EventView } from '../../app/ports/event';
import { type EventType } from '../../domain/event';
import { type TypedKey } from '../ids';
import { type Ordering } from '../page';
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

/** What an event of each type is about. */
const SUBJECTS: Readonly<Record<EventType, string>> = {
  'tier.moved': 'TierHistoryEntry',
  'tier.downgrade_pending': 'TierHistoryEntry',
  'tier.downgrade_cancelled': 'TierHistoryEntry',
  'override.requested': 'Override',
  'override.decided': 'Override',
  'override.expiring': 'Override',
  'override.ended': 'Override',
  'review.due': 'Account',
  'review.completed': 'TierReview',
  'touch.due': 'Account',
  'renewal.notice': 'RenewalNotice',
  'intervention.raised': 'Intervention',
  'portfolio.changed': 'PortfolioAssignment',
  'model.published': 'TieringModel',
};

/** A row is shared by all who follow it, so the node is an object of its own. */
export function eventNode(row: EventView): EventNode {
  return {
    ...row,
    type: eventTypeName(row.type),
    subjectKey: { type: SUBJECTS[row.type], key: row.subjectId },
  };
}

export function eventNodes(rows: readonly EventView[]): EventNode[] {
  return rows.map(eventNode);
}
