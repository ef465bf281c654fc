import { type CalendarDate } from '../../domain/calendar';
import { type ContactChannel, type Touch, type TouchKind, type TouchOutcome } from '../../domain/touch';
import { type Stamp } from './clock';
import { type Listed, type ListLength, type Window } from './list';

/** A touch that is to be logged. */
export interface TouchWrite extends Touch {
  readonly accountId: string;
  /** The CSM who did it; null where it was somebody else. */
  readonly csmId: string | null;
}

/** A logged touch, as whoever takes it back has to know it. */
export interface StoredTouch extends Touch {
  readonly id: string;
  readonly accountId: string;
  readonly actorId: string;
  readonly recordedOn: CalendarDate;
  /** Whether it was taken back. */
  readonly undone: boolean;
}

/** Touches and business reviews (spec section 8). Whoever writes has locked the accounts. */
export interface TouchStore {
  /**
   * Logs them and gives their ids in the order given. Only the latest of an account counts for what is due next, so
   * the order in which they are logged does not matter.
   */
  add(touches: readonly TouchWrite[], stamp: Stamp): Promise<string[]>;
  /** The account of a touch; null where there is no such touch. It never changes. */
  accountOf(id: string): Promise<string | null>;
  byId(id: string): Promise<StoredTouch | null>;
  /** Takes a touch back; what is due next follows from those that are left. */
  undo(touch: StoredTouch, note: string | null, stamp: Stamp): void;
}

/** A logged touch as screens show it. */
export interface TouchView extends Listed {
  readonly id: string;
  readonly accountId: string;
  readonly kind: TouchKind;
  readonly on: CalendarDate;
  readonly channel: ContactChannel;
  readonly outcome: TouchOutcome | null;
  readonly note: string | null;
  readonly skipped: boolean;
  readonly csmId: string | null;
  readonly loggedBy: string;
  readonly loggedAt: string;
  readonly undoneBy: string | null;
  readonly undoneAt: string | null;
  readonly undoneNote: string | null;
}

export interface TouchReads {
  /** Touches of an account, the latest first, those that were taken back too. */
  page(accountId: string, window: Window): Promise<TouchView[]>;
  countsOf(accountIds: readonly string[]): Promise<ListLength[]>;
  byIds(ids: readonly string[]): Promise<TouchView[]>;
  /** The latest `size` touches of each account. */
  latestOf(accountIds: readonly string[], size: number): Promise<TouchView[]>;
}
