import { type Clock } from '../../src/app/ports/clock';
import { addDays, type CalendarDate, parseDate } from '../../src/domain/calendar';

/** A clock that stands still until a test moves it: at noon of the day, UTC. */
export class TestClock implements Clock {
  constructor(private day: CalendarDate) {}

  now(): string {
    return `${this.day}T12:00:00.000Z`;
  }

  today(): CalendarDate {
    return this.day;
  }

  setDay(day: string): void {
    this.day = parseDate(day);
  }

  passDays(days: number): void {
    this.day = addDays(this.day, days);
  }
}

export function fixedClock(day: string): TestClock {
  return new TestClock(parseDate(day));
}
