import { addDays, addMonths, type CalendarDate, daysBetween, later } from './calendar';
import { DomainError } from './errors';
import { type BusinessReviewRules, type EngagementProgram, type TouchRules } from './engagement-program';
import { type Money } from './money';

const LONGEST_PERIOD_YEARS = 5;

/** What the next touch and business review of an account follow from, beside the program of its tier. */
export interface Engagement {
  /** Null where it is not known. */
  readonly arr: Money | null;
  /** The day on which it became a customer; null where nobody knows. A day after today says nothing. */
  readonly customerSince: CalendarDate | null;
  /** The day since which it has held a tier without a break. */
  readonly servedSince: CalendarDate;
  /** The day of its last move, or of its placement. */
  readonly tierSince: CalendarDate;
  readonly lastTouchOn: CalendarDate | null;
  /** The last touch that an event asked for. */
  readonly lastEventOn: CalendarDate | null;
  /** The last business review that was held, or left out on purpose. */
  readonly lastBusinessReviewOn: CalendarDate | null;
}

/** When something is to be done. */
export interface Due {
  /** The first day on which it is not too soon. */
  readonly dueFrom: CalendarDate;
  /** The last day; after it, it is overdue. */
  readonly dueOn: CalendarDate;
}

/**
 * The next touch: the program's interval after the last one, or after the account came into service; null where only
 * automation reaches out. In its first days as a customer the intervals of onboarding count, by the day of the last
 * touch; where nobody knows since when it is one there are none, or a book would be all new customers on the day it is
 * brought in. After a move it is due on the day of the move at the soonest, so that nothing is overdue because another
 * tier is owed more (spec sections 2.5 and 8).
 */
export function nextTouch(
  account: Engagement,
  { touches }: Pick<EngagementProgram, 'touches'>,
  today: CalendarDate,
): Due | null {
  if (touches.everyDays === null) return null;
  const customer = knownCustomerSince(account, today);
  const event = touches.onEvent ? account.lastEventOn : null;
  const last = latest([account.servedSince, customer, account.lastTouchOn, event]);
  const onboarding = onboardingDays(touches, customer, last);
  const { from, to } = onboarding === null ? touches.everyDays : { from: onboarding, to: onboarding };
  return {
    dueFrom: later(addDays(last, from), account.tierSince),
    dueOn: later(addDays(last, to), account.tierSince),
  };
}

/**
 * The next business review: the program's months after the last one; the first after so many months in service, in
 * whatever tier, so that a move postpones none. After a move it is due on the day of the move at the soonest: there it
 * may be due at once in an account that comes from a tier without business reviews. Null where the tier is owed none.
 * An unknown ARR counts as a small one (spec sections 2.5 and 8).
 */
export function nextBusinessReview(
  account: Engagement,
  { businessReviews }: Pick<EngagementProgram, 'businessReviews'>,
  today: CalendarDate,
): Due | null {
  if (businessReviews === null) return null;
  const customer = knownCustomerSince(account, today);
  const last = latest([account.servedSince, customer, account.lastBusinessReviewOn]);
  const due = later(addMonths(last, monthsBetweenReviews(account.arr, businessReviews)), account.tierSince);
  return { dueFrom: due, dueOn: due };
}

/** Months from one business review to the next for an account with the ARR. */
export function monthsBetweenReviews(
  arr: Money | null,
  { everyMonths, smaller }: BusinessReviewRules,
): number {
  return smaller !== null && (arr ?? 0) < smaller.belowArr ? smaller.everyMonths : everyMonths;
}

/**
 * Checks a period over which deliveries are reckoned, both days included. Throws INVALID_VALUE for one that ends before
 * it begins or after today, or on a day more than 5 years after its first.
 */
export function checkPeriod(from: CalendarDate, to: CalendarDate, today: CalendarDate): void {
  if (from > to) throw new DomainError('INVALID_VALUE', `to (${to}) lies before from (${from})`, ['to']);
  if (to > today) throw new DomainError('INVALID_VALUE', `to (${to}) lies after today (${today})`, ['to']);
  if (to > addMonths(from, LONGEST_PERIOD_YEARS * 12)) {
    throw new DomainError('INVALID_VALUE', `a period lasts at most ${LONGEST_PERIOD_YEARS} years`, ['from']);
  }
}

/** An account that is served is no customer of days to come, and 9999-12-31 stands for a day that nobody knows. */
function knownCustomerSince({ customerSince }: Engagement, today: CalendarDate): CalendarDate | null {
  return customerSince !== null && customerSince <= today ? customerSince : null;
}

/** Days to the next touch where the last one lies in the first days of the customer; null after them. */
function onboardingDays(
  { onboarding }: TouchRules,
  since: CalendarDate | null,
  last: CalendarDate,
): number | null {
  if (since === null) return null;
  const day = daysBetween(since, last);
  return onboarding.find(({ untilDay }) => day < untilDay)?.everyDays ?? null;
}

function latest(days: readonly (CalendarDate | null)[]): CalendarDate {
  return days.flatMap((day) => day ?? []).reduce((a, b) => later(a, b));
}
