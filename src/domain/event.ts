import { momentAfter } from './calendar';

/** What the book tells others of (spec section 12). */
export const EVENT_TYPES = [
  'tier.moved',
  'tier.downgrade_pending',
  'tier.downgrade_cancelled',
  'override.requested',
  'override.decided',
  'override.expiring',
  'override.ended',
  'review.due',
  'review.completed',
  'touch.due',
  'renewal.notice',
  'intervention.raised',
  'portfolio.changed',
  'model.published',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Days for which events are kept, so that they can be asked for, resumed from and replayed. */
export const EVENTS_ARE_KEPT_DAYS = 45;

/**
 * What falls due by time is told on its day, and up to so many days late where a daily run was missed or where a move
 * made it fall due in the past. Far fewer than events are kept for, so that nothing is told again once it is forgotten.
 */
export const ANNOUNCED_LATE_DAYS = 6;

const SECONDS_A_DAY = 86_400;

/** The moment before which events are not kept any more. */
export function eventsKeptSince(now: string): string {
  return momentAfter(now, -EVENTS_ARE_KEPT_DAYS * SECONDS_A_DAY);
}
