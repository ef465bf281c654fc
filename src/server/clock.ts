import { type Clock } from '../app/ports/clock';
import { type CalendarDate, parseDate } from '../domain/calendar';

/** The machine's clock; its day is the one of the business time zone. */
export class SystemClock implements Clock {
  private readonly days: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    // Swedish writes days as 2028-02-29.
    this.days = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  }

  now(): string {
    return new Date().toISOString();
  }

  today(): CalendarDate {
    return parseDate(this.days.format(new Date()));
  }
}

/** The machine's clock, with a day that somebody chose: `--as-of`. */
export class ClockAsOf implements Clock {
  constructor(
    private readonly clock: Clock,
    private readonly day: CalendarDate,
  ) {}

  now(): string {
    return this.clock.now();
  }

  today(): CalendarDate {
    return this.day;
  }
}
