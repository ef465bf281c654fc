import { addDays, type CalendarDate } from './calendar';
import { firstRenewalFrom, type RenewalTerms } from './grace';

/** A notice that goes out before a renewal (spec sections 2.5 and 8). */
export interface RenewalNotice {
  /** The renewal that it announces. */
  readonly renewalOn: CalendarDate;
  /** Days before it. */
  readonly daysAhead: number;
}

/**
 * The next renewal on or after a day: the one that is given, or, where it lies in the past, the first that follows
 * from it by the term. Null where none is known.
 */
export function nextRenewal(
  { renewalDate, termMonths }: RenewalTerms,
  day: CalendarDate,
  defaultTermMonths: number,
): CalendarDate | null {
  if (renewalDate === null || renewalDate >= day) return renewalDate;
  return firstRenewalFrom(day, renewalDate, termMonths ?? defaultTermMonths);
}

/** The notices of a program that are due on the very day, for the renewal that comes next. */
export function noticesDueOn(
  terms: RenewalTerms,
  noticeDays: readonly number[],
  day: CalendarDate,
  defaultTermMonths: number,
): RenewalNotice[] {
  return noticeDays.flatMap((daysAhead): RenewalNotice[] => {
    // On the day of a renewal the one that is announced ahead is the next one.
    const renewalOn = nextRenewal(terms, daysAhead === 0 ? day : addDays(day, 1), defaultTermMonths);
    return renewalOn !== null && renewalOn === addDays(day, daysAhead) ? [{ renewalOn, daysAhead }] : [];
  });
}

/**
 * The days of the month of which a renewal that repeats can fall on one of the days: the days themselves, and at the
 * end of a short month those that it lacks.
 */
export function anchorDaysOf(days: readonly CalendarDate[]): number[] {
  const anchors = new Set<number>();
  for (const day of days) {
    const number = Number(day.slice(8));
    anchors.add(number);
    const endsMonth = addDays(day, 1).endsWith('-01');
    for (let missing = number + 1; endsMonth && missing <= 31; missing += 1) anchors.add(missing);
  }
  return [...anchors].sort((a, b) => a - b);
}
