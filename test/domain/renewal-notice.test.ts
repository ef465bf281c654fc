import fc from 'fast-check';
import { addDays, addMonths } from '../../src/domain/calendar';
import { anchorDaysOf, nextRenewal, noticesDueOn } from '../../src/domain/renewal-notice';
import { day } from '../support/facts';

const terms = (renewalDate: string | null, termMonths: number | null = 12) => ({
  renewalDate: renewalDate === null ? null : day(renewalDate),
  termMonths,
});

describe('the next renewal', () => {
  test.each([
    ['on the day itself', '2026-06-30', 12, '2026-06-30', '2026-06-30'],
    ['ahead, however far', '2031-01-01', 12, '2026-06-30', '2031-01-01'],
    ['a year after the one that has passed', '2026-06-29', 12, '2026-06-30', '2027-06-29'],
    ['some terms after one long ago', '2020-02-29', 6, '2026-06-30', '2026-08-29'],
    ['at the end of a short month', '2026-01-31', 1, '2026-02-15', '2026-02-28'],
    ['by the usual term where none is known', '2025-09-01', null, '2026-06-30', '2026-09-01'],
    ['unknown', null, 12, '2026-06-30', null],
  ])('is %s', (_title, renewalDate, termMonths, on, expected) => {
    expect(nextRenewal(terms(renewalDate, termMonths), day(on), 12)).toBe(expected);
  });
});

describe('a notice is due', () => {
  const due = (renewalDate: string | null, termMonths: number | null, on: string, days = [60, 30, 14]) =>
    noticesDueOn(terms(renewalDate, termMonths), days, day(on), 12).map(
      ({ renewalOn, daysAhead }) => `${daysAhead} before ${renewalOn}`,
    );

  test.each([
    ['60 days ahead', '2026-08-29', 12, '2026-06-30', ['60 before 2026-08-29']],
    ['30 days ahead', '2026-07-30', 12, '2026-06-30', ['30 before 2026-07-30']],
    ['14 days ahead', '2026-07-14', 12, '2026-06-30', ['14 before 2026-07-14']],
    ['not a day later', '2026-07-13', 12, '2026-06-30', []],
    ['ahead of the next of renewals that repeat', '2024-07-30', 12, '2026-06-30', ['30 before 2026-07-30']],
    ['not of the renewal after the next', '2026-07-30', 1, '2026-06-15', []],
    ['on the day of a renewal, of the one after it', '2026-06-30', 1, '2026-06-30', ['30 before 2026-07-30']],
    ['not without a renewal', null, 12, '2026-06-30', []],
  ])('%s', (_title, renewalDate, termMonths, on, expected) => {
    expect(due(renewalDate, termMonths, on)).toEqual(expected);
  });

  test('on the day of the renewal itself where the program says 0', () => {
    expect(due('2026-06-30', 12, '2026-06-30', [0, 1])).toEqual(['0 before 2026-06-30']);
  });
});

test('the days of the month that are searched hold every renewal', () => {
  const start = day('1990-01-01');
  const anyDay = fc.integer({ min: 0, max: 20_000 }).map((days) => addDays(start, days));
  const lateInTheMonth = fc
    .tuple(fc.integer({ min: 27, max: 30 }), fc.integer({ min: 0, max: 600 }))
    .map(([days, months]) => addMonths(addDays(start, days), months));
  fc.assert(
    fc.property(
      fc.oneof(anyDay, lateInTheMonth),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 40 }),
      // Less than a month ahead no other renewal comes first, so the notice is due.
      fc.integer({ min: 0, max: 27 }),
      (anchor, term, terms, daysAhead) => {
        const renewalOn = addMonths(anchor, terms * term);
        const today = addDays(renewalOn, -daysAhead);
        expect(noticesDueOn({ renewalDate: anchor, termMonths: term }, [daysAhead], today, 12)).toEqual([
          { renewalOn, daysAhead },
        ]);
        expect(anchorDaysOf([renewalOn])).toContain(Number(anchor.slice(8)));
      },
    ),
    { numRuns: 3_000 },
  );
});
