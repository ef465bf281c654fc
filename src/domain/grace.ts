import { addDays, addMonths, type CalendarDate, earlier, monthIndexDifference } from './calendar';
import { type GraceRules } from './tiering-model';

/** When the contract renews; the anchor repeats every `termMonths` in both directions. */
export interface RenewalTerms {
  readonly renewalDate: CalendarDate | null;
  readonly termMonths: number | null;
}

/**
 * The day on which a downgrade detected on `detectedOn` is made: the first renewal with enough notice, within
 * the longest grace; a fixed number of days without a renewal date (spec section 3).
 */
export function graceEnd(detectedOn: CalendarDate, terms: RenewalTerms, rules: GraceRules): CalendarDate {
  if (terms.renewalDate === null) return addDays(detectedOn, rules.withoutRenewalDays);
  const term = terms.termMonths ?? rules.defaultTermMonths;
  const renewal = firstRenewalFrom(addDays(detectedOn, rules.noticeDays), terms.renewalDate, term);
  return earlier(renewal, addDays(detectedOn, rules.longestDays));
}

/**
 * The earliest renewal on or after a day. Every renewal is counted from the anchor and clamped to its month's
 * end, so an anchor on the 31st does not drift to the 28th.
 */
export function firstRenewalFrom(day: CalendarDate, anchor: CalendarDate, termMonths: number): CalendarDate {
  let periods = Math.floor(monthIndexDifference(anchor, day) / termMonths);
  let renewal = addMonths(anchor, periods * termMonths);
  while (renewal < day) {
    periods += 1;
    renewal = addMonths(anchor, periods * termMonths);
  }
  return renewal;
}
