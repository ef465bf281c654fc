import { type CalendarDate, earlier } from './calendar';

/** Some days: `from` is the first of them, `to` the first day after them; null for ones without an end. */
export interface Period {
  readonly from: CalendarDate;
  readonly to: CalendarDate | null;
}

/** Whether the day is one of the period's. */
export function isWithin({ from, to }: Period, day: CalendarDate): boolean {
  return from <= day && (to === null || day < to);
}

/** Whether the periods have a day in common. */
export function overlaps(a: Period, b: Period): boolean {
  return !isEmpty(a) && !isEmpty(b) && (a.to === null || b.from < a.to) && (b.to === null || a.from < b.to);
}

/** Whether the period has no day at all. */
export function isEmpty({ from, to }: Period): boolean {
  return to !== null && to <= from;
}

/** The first period that begins before an earlier one ends; null where none does. `periods` are in order of `from`. */
export function firstOverlap<P extends Period>(periods: readonly P[]): readonly [P, P] | null {
  for (const [index, period] of periods.entries()) {
    const next = periods[index + 1];
    if (next !== undefined && (period.to === null || next.from < period.to)) return [period, next];
  }
  return null;
}

/** The periods in order of their first days. */
export function inOrder<P extends Period>(periods: readonly P[]): P[] {
  return [...periods].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

/** What is left of the periods before the day. */
export function cutAt<P extends Period>(
  periods: readonly P[],
  day: CalendarDate,
): (P & { readonly to: CalendarDate })[] {
  return periods
    .filter(({ from }) => from < day)
    .map((period) => ({ ...period, to: period.to === null ? day : earlier(period.to, day) }));
}

/**
 * The first day from `day` on that none of the periods holds; null where they go on for ever.
 *
 * @param periods in order, without overlaps
 */
export function coveredUntil(periods: readonly Period[], day: CalendarDate): CalendarDate | null {
  let until = day;
  for (const period of periods) {
    if (!isWithin(period, until)) continue;
    if (period.to === null) return null;
    until = period.to;
  }
  return until;
}

/** "from 2026-03-01", "from 2026-03-01 up to 2026-04-01" */
export function periodText({ from, to }: Period): string {
  return to === null ? `from ${from}` : `from ${from} up to ${to}`;
}
