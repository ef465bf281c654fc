import { addDays, type CalendarDate } from './calendar';
import { type BusinessReviewRules } from './engagement-program';
import { DomainError } from './errors';
import { checkOptionalNote } from './note';

/**
 * What is logged about an account (spec section 8). TOUCH: somebody reached out by themselves. EVENT: an event asked
 * for it. BUSINESS_REVIEW: a meeting with the customer, or the report that stands for one.
 */
export const TOUCH_KINDS = ['TOUCH', 'EVENT', 'BUSINESS_REVIEW'] as const;
export type TouchKind = (typeof TOUCH_KINDS)[number];

/** How the customer was reached. */
export const CONTACT_CHANNELS = [
  'CALL',
  'VIDEO',
  'ON_SITE',
  'EMAIL',
  'IN_APP',
  'AUTOMATED',
  'OTHER',
] as const;
export type ContactChannel = (typeof CONTACT_CHANNELS)[number];

/** What came of it, in the eyes of whoever logs it. */
export const TOUCH_OUTCOMES = ['POSITIVE', 'NEUTRAL', 'CONCERNING', 'NO_ANSWER'] as const;
export type TouchOutcome = (typeof TOUCH_OUTCOMES)[number];

/** How far back a touch may lie that is logged today. */
export const OLDEST_TOUCH_DAYS = 365;

/** For so many days whoever logged a touch may take it back. */
export const UNDO_DAYS = 14;

/** A touch, or a business review that was left out on purpose. */
export interface Touch {
  readonly kind: TouchKind;
  /** The day on which it happened, or was left out. */
  readonly on: CalendarDate;
  readonly channel: ContactChannel;
  readonly outcome: TouchOutcome | null;
  readonly note: string | null;
  /** Whether it was a business review that was left out. */
  readonly skipped: boolean;
}

/**
 * Checks a touch that is to be logged. Throws INVALID_VALUE for a day after today or more than 365 days back, for an
 * unreadable note and for something other than a business review that is left out, REQUIRED where the reason of a
 * review left out is missing, and MAY_NOT_BE_SKIPPED where the program does not allow it.
 *
 * @param reviews what the account's program says about business reviews; null where it is owed none
 */
export function checkTouch(touch: Touch, today: CalendarDate, reviews: BusinessReviewRules | null): Touch {
  const { kind, on, skipped } = touch;
  if (on > today) {
    throw new DomainError(
      'INVALID_VALUE',
      `on (${on}) lies after today (${today}); log it once it has happened`,
      ['on'],
    );
  }
  const oldest = addDays(today, -OLDEST_TOUCH_DAYS);
  if (on < oldest) {
    throw new DomainError(
      'INVALID_VALUE',
      `on (${on}) lies more than ${OLDEST_TOUCH_DAYS} days back; the earliest day is ${oldest}`,
      ['on'],
    );
  }
  const note = checkOptionalNote(touch.note);
  if (skipped) checkSkip(kind, note, reviews);
  return { ...touch, note };
}

function checkSkip(kind: TouchKind, note: string | null, reviews: BusinessReviewRules | null): void {
  if (kind !== 'BUSINESS_REVIEW') {
    throw new DomainError('INVALID_VALUE', 'only a business review can be left out', ['skipped']);
  }
  if (reviews === null) {
    throw new DomainError('INVALID_VALUE', 'the tier of the account is owed no business review', ['skipped']);
  }
  if (!reviews.maySkip) {
    throw new DomainError(
      'MAY_NOT_BE_SKIPPED',
      'business reviews of this tier are never left out; it stays due until it is held',
      ['skipped'],
    );
  }
  if (note === null) {
    throw new DomainError('REQUIRED', 'say in the note why the business review is left out', ['note']);
  }
}
