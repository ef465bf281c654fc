import { type CalendarDate } from '../../domain/calendar';
import { type TieringModel } from '../../domain/tiering-model';

/** Which things that fall due by time are told. */
export interface DueAnnouncements {
  /** Reviews and touches that fell due from this day on. */
  readonly since: CalendarDate;
  /** The day up to which they fell due. */
  readonly today: CalendarDate;
  /** Overrides that end up to this day. */
  readonly expiringUntil: CalendarDate;
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
