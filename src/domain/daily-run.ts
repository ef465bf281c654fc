import { addDays, type CalendarDate, daysBetween, later } from './calendar';

/** The steps of a daily run in their order: each may rest on what those before it have decided. */
export const DAILY_STEPS = [
  'OVERRIDES',
  'RECALCULATION',
  'SERVICE_ADJUSTMENTS',
  'TIER_REVIEWS',
  'RENEWAL_NOTICES',
  'SEGMENTS',
  'ANNOUNCEMENTS',
  'IDEMPOTENCY_KEYS',
  'EVENTS',
] as const;
export type DailyStepName = (typeof DAILY_STEPS)[number];

/** The most days that are caught up one by one; of a longer gap only the last of them are. */
export const MOST_DAYS_CAUGHT_UP = 400;

/** How far the daily runs have come, looking at the days up to today. */
export interface DailyProgress {
  /** The last day whose run has finished; null where none has. */
  readonly lastFinished: CalendarDate | null;
  /** The first day whose run has begun and not finished. */
  readonly firstUnfinished: CalendarDate | null;
}

export interface DueDays {
  /** The days to run, in order; each run takes its own day for today. */
  readonly days: readonly CalendarDate[];
  /** Days that are left out, because the gap is too long. */
  readonly skipped: number;
}

/**
 * The days whose runs are due up to today: those after the last finished one, so that what fell due on a day of
 * downtime is done as of that day, in order. A book without any run starts with today, for the days before it had
 * no run to miss, or where its first run broke off.
 */
export function dueDays(
  { lastFinished, firstUnfinished }: DailyProgress,
  today: CalendarDate,
  most = MOST_DAYS_CAUGHT_UP,
): DueDays {
  const first = lastFinished === null ? (firstUnfinished ?? today) : addDays(lastFinished, 1);
  const from = later(first, addDays(today, 1 - most));
  const count = Math.max(0, daysBetween(from, today) + 1);
  return {
    days: Array.from({ length: count }, (_, index) => addDays(from, index)),
    skipped: daysBetween(first, from),
  };
}
