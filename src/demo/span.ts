import { addDays, type CalendarDate } from '../domain/calendar';

/** Two years: 104 whole weeks up to today. */
export const SPAN_DAYS = 728;

/** The days of the book, by their number from the first one (0) to today (728). */
export class Span {
  private readonly days: readonly CalendarDate[];

  constructor(readonly today: CalendarDate) {
    this.days = Array.from({ length: SPAN_DAYS + 1 }, (_, index) => addDays(today, index - SPAN_DAYS));
  }

  day(number: number): CalendarDate {
    return this.days[number] ?? addDays(this.today, number - SPAN_DAYS);
  }
}
