import { type CalendarDate } from '../../domain/calendar';
import { type EventType } from '../../domain/event';
import { type TieringModel } from '../../domain/tiering-model';
import { type AccountFilter } from './account-filter';
import { type Listed, type Window } from './list';

/** Which things that fall due by time are told. */
export interface DueAnnouncements {
  /** Reviews and touches that fell due from this day on, and overrides that were to end soon from this day on. */
  readonly since: CalendarDate;
  /** The day up to which they did. */
  readonly today: CalendarDate;
  /** An active override ends soon from so many days before its end. */
  readonly endsWithinDays: number;
}

/**
 * The events of the book. Those of changes are written by the database itself, together with the change; this is for
 * what happens by the passing of time.
 */
export interface EventStore {
  /** Tells of what has fallen due, each thing once. Gives how many events are new. */
  announce(due: DueAnnouncements, model: TieringModel): Promise<number>;
  /** Forgets the events that happened before the moment; gives how many. */
  forgetBefore(moment: string): Promise<number>;
}

/**
 * The place of an event in the order in which events are read: that of their transactions, and within one that of the
 * ids. Only what lies before every transaction that still runs is read, so nothing that is written later comes to lie
 * before what was read already.
 */
export interface EventPosition {
  /** The number of a transaction, as text. */
  readonly transaction: string;
  readonly id: string;
}

export interface EventView extends Listed, EventPosition {
  readonly type: EventType;
  /** Null where it is about no account. */
  readonly accountId: string | null;
  /** Of the row that the type is about, such as that of the tier history. */
  readonly subjectId: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly actorId: string;
  readonly actorName: string;
  readonly requestId: string | null;
  readonly occurredAt: string;
}

/** Which events are meant; everything that is given must hold. */
export interface EventFilter {
  readonly types?: readonly EventType[] | null | undefined;
  readonly accountIds?: readonly string[] | null | undefined;
  /** Of accounts that are like this as of now. */
  readonly account?: AccountFilter | null | undefined;
  readonly actorId?: string | null | undefined;
  /** That happened at this moment or later. */
  readonly from?: string | null | undefined;
  /** That happened before this moment. */
  readonly to?: string | null | undefined;
}

/** Events in their order. */
export interface EventReads {
  /** Up to `limit` events that follow after the position. */
  after(position: EventPosition, limit: number): Promise<EventView[]>;
  /** The position after everything that can be read as of now. */
  end(): Promise<EventPosition>;
  /** Null for an event that is not kept. */
  positionOf(id: string): Promise<EventPosition | null>;
  /** Those of the events whose accounts are like this as of now. */
  ofAccountsLike(account: AccountFilter, ids: readonly string[]): Promise<string[]>;
  page(where: EventFilter, oldestFirst: boolean, window: Window): Promise<EventView[]>;
  count(where: EventFilter): Promise<number>;
  byIds(ids: readonly string[]): Promise<EventView[]>;
}
