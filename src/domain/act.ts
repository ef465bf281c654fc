import { type CalendarDate } from './calendar';

/** Who did something, and when. */
export interface Act {
  readonly actorId: string;
  readonly actorName: string;
  readonly today: CalendarDate;
  /** The moment, as ISO 8601 in UTC. */
  readonly now: string;
}
