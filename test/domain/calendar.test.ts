import fc from 'fast-check';
import {
  addDays,
  addMonths,
  type CalendarDate,
  daysBetween,
  earlier,
  later,
  monthIndexDifference,
  parseDate,
} from '../../src/domain/calendar';
import { day } from '../support/facts';

const anyDay = (): fc.Arbitrary<CalendarDate> =>
  fc.integer({ min: 0, max: 80_000 }).map((days) => addDays(day('1970-01-01'), days));

describe('a day is read', () => {
  test.each(['1900-01-01', '2028-02-29', '2000-02-29', '2026-12-31', '9999-12-31'])('%s', (text) => {
    expect(parseDate(text)).toBe(text);
  });

  test.each([
    { text: '2027-02-29', why: 'not a leap year' },
    { text: '1900-02-29', why: 'a century that is no leap year' },
    { text: '2026-04-31', why: 'April has 30 days' },
    { text: '2026-13-01', why: 'there is no month 13' },
    { text: '2026-00-10', why: 'there is no month 0' },
    { text: '2026-01-00', why: 'there is no day 0' },
    { text: '1899-12-31', why: 'before 1900' },
    { text: '2026-1-5', why: 'no leading zeros' },
    { text: '05/01/2026', why: 'another form' },
    { text: '2026-01-05T00:00:00Z', why: 'a moment' },
    { text: '2026-01-05\n', why: 'a line break' },
    { text: '', why: 'nothing' },
  ])('but "$text" is refused: $why', ({ text }) => {
    expect(() => parseDate(text)).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }) as Error);
  });
});

describe('days are counted', () => {
  test.each([
    { from: '2028-02-28', days: 1, to: '2028-02-29' },
    { from: '2027-02-28', days: 1, to: '2027-03-01' },
    { from: '2026-12-31', days: 1, to: '2027-01-01' },
    { from: '2026-03-01', days: -1, to: '2026-02-28' },
    { from: '2026-03-29', days: 1, to: '2026-03-30' },
    { from: '2026-01-01', days: 455, to: '2027-04-01' },
    { from: '2027-12-01', days: 455, to: '2029-02-28' },
  ])('$from and $days days is $to', ({ from, days, to }) => {
    expect(addDays(day(from), days)).toBe(to);
    expect(daysBetween(day(from), day(to))).toBe(days);
  });

  test('adding the days between two days leads from one to the other, and texts order like days', () => {
    fc.assert(
      fc.property(anyDay(), anyDay(), (a, b) => {
        expect(addDays(a, daysBetween(a, b))).toBe(b);
        expect(a < b).toBe(daysBetween(a, b) > 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('months are added and clamped to the end of a shorter month', () => {
  test.each([
    { from: '2026-01-31', months: 1, to: '2026-02-28' },
    { from: '2028-01-31', months: 1, to: '2028-02-29' },
    { from: '2028-02-29', months: 12, to: '2029-02-28' },
    { from: '2028-02-29', months: 48, to: '2032-02-29' },
    { from: '2028-02-29', months: -12, to: '2027-02-28' },
    { from: '2026-03-31', months: -1, to: '2026-02-28' },
    { from: '2026-01-15', months: -1, to: '2025-12-15' },
    { from: '2026-11-30', months: 3, to: '2027-02-28' },
    { from: '2026-05-31', months: 0, to: '2026-05-31' },
    { from: '2026-10-31', months: 1, to: '2026-11-30' },
  ])('$from and $months months is $to', ({ from, months, to }) => {
    expect(addMonths(day(from), months)).toBe(to);
  });

  test('the month is always the one that was counted to', () => {
    fc.assert(
      fc.property(anyDay(), fc.integer({ min: -600, max: 600 }), (from, months) => {
        const to = addMonths(from, months);
        expect(monthIndexDifference(from, to)).toBe(months);
        expect(parseDate(to)).toBe(to);
        expect(to.slice(8) <= from.slice(8)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

test('of two days one is the earlier and one is the later', () => {
  const [first, second] = [day('2026-01-31'), day('2026-02-01')];
  expect(earlier(first, second)).toBe(first);
  expect(earlier(second, first)).toBe(first);
  expect(later(first, second)).toBe(second);
  expect(later(second, first)).toBe(second);
});
