import { type Designation } from './account';
import { checkNote } from './account-field';
import { addMonths, type CalendarDate } from './calendar';
import { DomainError } from './errors';

const MOST_MONTHS_TO_REVIEW = 12;
const LONGEST_REASON = 1_000;

/** What a designation that comes with an account's facts, from a file or a script, gives as its reason. */
export const REASON_FROM_FACTS = 'Given with the facts of the account';

/** The designation after a review on its date has left it as it is: it is looked at again as late as may be. */
export function confirmDesignation(designation: Designation, today: CalendarDate): Designation {
  return { ...designation, reviewOn: addMonths(today, MOST_MONTHS_TO_REVIEW) };
}

/**
 * Designates an account strategic (spec section 2.3): with a reason, and a review at most 12 months off, which
 * is when it falls due if no day is given. Throws REQUIRED or INVALID_VALUE.
 */
export function designate(
  reason: string,
  author: string,
  reviewOn: CalendarDate | null,
  today: CalendarDate,
): Designation {
  const text = checkNote('reason', reason, LONGEST_REASON);
  const latest = addMonths(today, MOST_MONTHS_TO_REVIEW);
  if (reviewOn !== null && (reviewOn <= today || reviewOn > latest)) {
    throw new DomainError('INVALID_VALUE', `reviewOn must lie after today and not after ${latest}`, [
      'reviewOn',
    ]);
  }
  return { reason: text, author, designatedOn: today, reviewOn: reviewOn ?? latest };
}
