import { addDays, addMonths, type CalendarDate, monthIndexDifference } from './calendar';
import { type AccountField, type AccountFieldValue, type AccountValues } from './account';
import { checkField } from './account-field';
import { type RenewalTerms } from './grace';
import { type Money } from './money';
import { type ArrMovement, arrMovement } from './revenue';

/** A line of a subscription: it runs from `start` on and no longer on `end` (spec section 14). */
export interface SubscriptionLine {
  readonly start: CalendarDate;
  readonly end: CalendarDate | null;
  readonly arr: Money;
  readonly seats: number | null;
  readonly product: string | null;
  readonly plan: string | null;
}

/** What an account's lines say of it on one day. */
export interface LineFacts {
  readonly arr: Money;
  /** True once every line has ended; the account is CHURNED then. */
  readonly ended: boolean;
  /** Sum of the running lines' seats; null where they name none. */
  readonly seatsPurchased: number | null;
  /** Distinct products of the running lines; null where they name none. */
  readonly productLinesOwned: number | null;
}

/** What the lines say from a day on. */
export interface LineFactsFrom extends LineFacts {
  readonly from: CalendarDate;
}

/** What the lines say on the day. */
export function lineFactsOn(lines: readonly SubscriptionLine[], day: CalendarDate): LineFacts {
  const running = lines.filter((line) => runsOn(line, day));
  const seats = running.flatMap(({ seats: count }) => (count === null ? [] : [count]));
  const products = new Set(running.flatMap(({ product }) => (product === null ? [] : [product])));
  return {
    arr: running.reduce((total, line) => total + line.arr, 0) as Money,
    ended: lines.length > 0 && lines.every((line) => line.end !== null && line.end <= day),
    seatsPurchased: seats.length === 0 ? null : seats.reduce((total, count) => total + count, 0),
    productLinesOwned: products.size === 0 ? null : products.size,
  };
}

/** What the lines said from each day on which one of them began or ended, up to `today`. */
export function lineHistory(lines: readonly SubscriptionLine[], today: CalendarDate): LineFactsFrom[] {
  const days = new Set<CalendarDate>();
  for (const { start, end } of lines) {
    if (end !== null && end <= start) continue;
    if (start <= today) days.add(start);
    if (end !== null && end <= today) days.add(end);
  }
  return [...days].sort().map((day) => ({ from: day, ...lineFactsOn(lines, day) }));
}

/** The ARR movements of a history of lines; before the first line there was no ARR. */
export function movementsOf(history: readonly LineFactsFrom[]): ArrMovement[] {
  const movements: ArrMovement[] = [];
  let arr = 0 as Money;
  for (const step of history) {
    const movement = arrMovement(arr, step.arr, movements.length > 0, step.from);
    if (movement !== null) movements.push(movement);
    arr = step.arr;
  }
  return movements;
}

/**
 * Renewal date and term, where the lines say so: the next end among the running lines, of several on one day
 * the one with the most ARR, and that line's length where it is a whole number of months. Null where no
 * running line has an end.
 */
export function renewalOf(lines: readonly SubscriptionLine[], today: CalendarDate): RenewalTerms | null {
  const ending = lines.flatMap((line) =>
    runsOn(line, today) && line.end !== null ? [{ ...line, end: line.end }] : [],
  );
  ending.sort((a, b) => (a.end === b.end ? b.arr - a.arr : a.end < b.end ? -1 : 1));
  const next = ending[0];
  return next === undefined ? null : { renewalDate: next.end, termMonths: wholeMonths(next.start, next.end) };
}

/**
 * The values that lines give an account on a day (spec sections 3 and 14): they decide ARR and churn, and seats,
 * products, renewal date and term where they name them.
 */
export function valuesFromLines(
  current: AccountValues,
  lines: readonly SubscriptionLine[],
  today: CalendarDate,
): Partial<AccountValues> {
  const { arr, ended, seatsPurchased, productLinesOwned } = lineFactsOn(lines, today);
  const renewal = renewalOf(lines, today);
  return {
    arr,
    ...(ended ? { status: 'CHURNED' as const } : {}),
    ...(!ended && current.status === 'CHURNED' ? { status: 'ACTIVE' as const } : {}),
    ...(lines.some(({ seats }) => seats !== null) ? { seatsPurchased } : {}),
    ...(lines.some(({ product }) => product !== null) ? { productLinesOwned } : {}),
    ...(renewal === null ? {} : { renewalDate: renewal.renewalDate }),
    ...(renewal?.termMonths ? { termMonths: renewal.termMonths } : {}),
  };
}

/** A fact that lines set on a day. */
export interface LineFactChange {
  readonly field: AccountField;
  readonly effectiveOn: CalendarDate;
  readonly from: AccountFieldValue;
  readonly to: AccountFieldValue;
}

/**
 * The facts that lines set in the past, by their days; the first value of each is carried back, so it is no change.
 *
 * @param status what the account's status is while lines run
 */
export function lineFactChanges(
  history: readonly LineFactsFrom[],
  status: Exclude<AccountValues['status'], 'CHURNED'>,
): LineFactChange[] {
  const changes: LineFactChange[] = [];
  let previous: Partial<AccountValues> | null = null;
  for (const { from: effectiveOn, ended, seatsPurchased, productLinesOwned } of history) {
    const next = { status: ended ? ('CHURNED' as const) : status, seatsPurchased, productLinesOwned };
    if (previous !== null) {
      for (const field of ['status', 'seatsPurchased', 'productLinesOwned'] as const) {
        const from: AccountFieldValue = previous[field] ?? null;
        if (from !== next[field]) changes.push({ field, effectiveOn, from, to: next[field] });
      }
    }
    previous = next;
  }
  return changes;
}

/** Throws INVALID_VALUE where the lines add up to more than an account can have, on any day past or to come. */
export function checkLineSums(lines: readonly SubscriptionLine[]): void {
  const days = lines.map(({ start }) => start).sort();
  for (const step of lineHistory(lines, days.at(-1) ?? ('' as CalendarDate))) {
    checkField('arr', step.arr);
    checkField('seatsPurchased', step.seatsPurchased);
  }
}

function runsOn({ start, end }: SubscriptionLine, day: CalendarDate): boolean {
  return start <= day && (end === null || end > day);
}

/** "1 January to 1 January" and "1 January to 31 December" are both 12 months. */
function wholeMonths(start: CalendarDate, end: CalendarDate): number | null {
  for (const last of [end, addDays(end, 1)]) {
    const months = monthIndexDifference(start, last);
    if (months >= 1 && addMonths(start, months) === last) return months;
  }
  return null;
}
