import { type CalendarDate } from '../../domain/calendar';
import { type SupportFigures } from '../../domain/support-month';
import { type Stamp } from './clock';

export interface StoredSupportMonth extends SupportFigures {
  readonly accountId: string;
  /** The first day of the month. */
  readonly month: CalendarDate;
}

/** Support figures per account and month (spec section 8). */
export interface SupportStore {
  of(accountIds: readonly string[]): Promise<StoredSupportMonth[]>;
  /** Adds months, or sets all figures of one. */
  save(months: readonly StoredSupportMonth[], stamp: Stamp): Promise<void>;
}
