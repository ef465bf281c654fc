import { type CalendarDate } from '../../domain/calendar';

/** Time is a parameter everywhere; this is where it comes from. */
export interface Clock {
  /** The moment, as ISO 8601 in UTC. */
  now(): string;
  /** The day in the business time zone. */
  today(): CalendarDate;
}

/** Who ends things where no person does. */
export const SYSTEM_AUTHOR = { id: 'system', name: 'Tierbook' } as const;

/** Who did something and when; written beside everything that is stored. */
export interface Stamp {
  readonly actorId: string;
  readonly actorName: string;
  readonly now: string;
  readonly today: CalendarDate;
  /** The request in which it was done; absent outside one. */
  readonly requestId?: string | undefined;
}
