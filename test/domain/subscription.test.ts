import fc from 'fast-check';
import { addDays } from '../../src/domain/calendar';
import { type Money } from '../../src/domain/money';
import {
  lineFactsOn,
  lineHistory,
  movementsOf,
  renewalOf,
  type SubscriptionLine,
} from '../../src/domain/subscription';
import { day, money } from '../support/facts';

const TODAY = day('2026-03-01');

/** "2025-01-01 2026-01-01 12,000": a line from one day until before another ("-" for no end). */
function line(text: string, rest: Partial<SubscriptionLine> = {}): SubscriptionLine {
  const [start = '', end = '', arr = ''] = text.split(' ');
  return {
    start: day(start),
    end: end === '-' ? null : day(end),
    arr: money(arr),
    seats: null,
    product: null,
    plan: null,
    ...rest,
  };
}

const lines = (texts: readonly string[]): SubscriptionLine[] => texts.map((text) => line(text));

describe('the ARR of a day is the sum of the lines that run on it', () => {
  test.each<{ case: string; lines: string[]; on: string; arr: string; ended: boolean }>([
    { case: 'no line', lines: [], on: '2026-03-01', arr: '0', ended: false },
    {
      case: 'the day before it starts',
      lines: ['2026-03-02 - 900'],
      on: '2026-03-01',
      arr: '0',
      ended: false,
    },
    { case: 'the day it starts', lines: ['2026-03-01 - 900'], on: '2026-03-01', arr: '900', ended: false },
    {
      case: 'the day before its end',
      lines: ['2025-03-02 2026-03-02 900'],
      on: '2026-03-01',
      arr: '900',
      ended: false,
    },
    {
      case: 'its end: it runs no longer',
      lines: ['2025-03-01 2026-03-01 900'],
      on: '2026-03-01',
      arr: '0',
      ended: true,
    },
    {
      case: 'overlapping lines add up',
      lines: ['2025-01-01 - 900', '2025-06-01 2026-06-01 100.50', '2024-01-01 2025-01-01 7'],
      on: '2026-03-01',
      arr: '1,000.50',
      ended: false,
    },
    {
      case: 'one ends and the next starts on the same day: neither both nor none',
      lines: ['2025-03-01 2026-03-01 900', '2026-03-01 2027-03-01 950'],
      on: '2026-03-01',
      arr: '950',
      ended: false,
    },
    {
      case: 'a line of 0 ARR runs: no ARR, but not churned',
      lines: ['2025-03-01 2026-03-01 900', '2026-01-01 - 0'],
      on: '2026-03-01',
      arr: '0',
      ended: false,
    },
    {
      case: 'all lines ended',
      lines: ['2024-03-01 2025-03-01 900', '2025-03-01 2025-09-01 900'],
      on: '2026-03-01',
      arr: '0',
      ended: true,
    },
    {
      case: 'a line that is still to come keeps an account from being churned',
      lines: ['2025-03-01 2026-02-01 900', '2026-04-01 - 950'],
      on: '2026-03-01',
      arr: '0',
      ended: false,
    },
    {
      case: 'a line that ends on the day it starts never runs',
      lines: ['2026-03-01 2026-03-01 900'],
      on: '2026-03-01',
      arr: '0',
      ended: true,
    },
  ])('$case', ({ lines: texts, on, arr, ended }) => {
    expect(lineFactsOn(lines(texts), day(on))).toMatchObject({ arr: money(arr), ended });
  });
});

describe('running lines say how many seats and product lines were bought', () => {
  test.each<{ case: string; lines: SubscriptionLine[]; seats: number | null; products: number | null }>([
    {
      case: 'the sum of the seats and the distinct products',
      lines: [
        line('2025-01-01 - 1', { seats: 10, product: 'core' }),
        line('2025-01-01 - 1', { seats: 5, product: 'analytics' }),
        line('2025-01-01 - 1', { seats: 5, product: 'core' }),
      ],
      seats: 20,
      products: 2,
    },
    {
      case: 'lines that name neither leave both unknown',
      lines: [line('2025-01-01 - 1', { plan: 'gold' })],
      seats: null,
      products: null,
    },
    {
      case: 'lines that name none do not spoil those that do',
      lines: [
        line('2025-01-01 - 1', { seats: 0, product: 'core' }),
        line('2025-01-01 - 1', { plan: 'gold' }),
      ],
      seats: 0,
      products: 1,
    },
    {
      case: 'ended lines and lines to come do not count',
      lines: [
        line('2024-01-01 2025-01-01 1', { seats: 10, product: 'core' }),
        line('2027-01-01 - 1', { seats: 10, product: 'core' }),
      ],
      seats: null,
      products: null,
    },
  ])('$case', ({ lines: given, seats, products }) => {
    expect(lineFactsOn(given, TODAY)).toMatchObject({ seatsPurchased: seats, productLinesOwned: products });
  });
});

describe('the history of the lines becomes ARR movements', () => {
  const historyOf = (texts: readonly string[]): string[] =>
    movementsOf(lineHistory(lines(texts), TODAY)).map(
      ({ effectiveOn, kind, from, to }) => `${effectiveOn} ${kind} ${(from ?? 0) / 100} -> ${to / 100}`,
    );

  test.each<{ case: string; lines: string[]; movements: string[] }>([
    { case: 'no lines, no movements', lines: [], movements: [] },
    {
      case: 'start, growth, shrinking, end and return',
      lines: ['2024-01-01 2025-01-01 100', '2024-06-01 2024-09-01 50', '2025-06-01 - 80'],
      movements: [
        '2024-01-01 NEW 0 -> 100',
        '2024-06-01 EXPANSION 100 -> 150',
        '2024-09-01 CONTRACTION 150 -> 100',
        '2025-01-01 CHURN 100 -> 0',
        '2025-06-01 REACTIVATION 0 -> 80',
      ],
    },
    {
      case: 'a renewal at the same ARR moves nothing',
      lines: ['2024-01-01 2025-01-01 100', '2025-01-01 2026-01-01 100', '2026-01-01 - 100'],
      movements: ['2024-01-01 NEW 0 -> 100'],
    },
    {
      case: 'several changes of one day are one movement',
      lines: ['2024-01-01 2025-01-01 100', '2025-01-01 - 70', '2025-01-01 - 50'],
      movements: ['2024-01-01 NEW 0 -> 100', '2025-01-01 EXPANSION 100 -> 120'],
    },
    {
      case: 'a free line that starts to pay is new, not a return',
      lines: ['2024-01-01 2024-07-01 0', '2024-07-01 - 100'],
      movements: ['2024-07-01 NEW 0 -> 100'],
    },
    {
      case: 'lines may be given in any order',
      lines: ['2025-01-01 - 120', '2024-01-01 2025-01-01 100'],
      movements: ['2024-01-01 NEW 0 -> 100', '2025-01-01 EXPANSION 100 -> 120'],
    },
    {
      case: 'what is still to come is no movement yet',
      lines: ['2025-01-01 2026-12-01 100', '2026-06-01 - 20'],
      movements: ['2025-01-01 NEW 0 -> 100'],
    },
    {
      case: 'what happens today is one',
      lines: ['2025-01-01 2026-03-01 100', '2026-03-01 - 20'],
      movements: ['2025-01-01 NEW 0 -> 100', '2026-03-01 CONTRACTION 100 -> 20'],
    },
    {
      case: 'an end today is a churn of today',
      lines: ['2025-01-01 2026-03-01 100'],
      movements: ['2025-01-01 NEW 0 -> 100', '2026-03-01 CHURN 100 -> 0'],
    },
    {
      case: 'a line that never runs leaves no trace',
      lines: ['2024-01-01 - 100', '2024-06-01 2024-06-01 50', '2024-08-01 2024-07-01 50'],
      movements: ['2024-01-01 NEW 0 -> 100'],
    },
  ])('$case', ({ lines: texts, movements }) => {
    expect(historyOf(texts)).toEqual(movements);
  });

  test('has a step for each day on which a line begins or ends, and none for a line that never runs', () => {
    const given = lines([
      '2024-01-01 2025-01-01 100',
      '2025-01-01 - 100',
      '2024-06-01 2024-06-01 50',
      '2026-03-02 - 20',
    ]);
    expect(lineHistory(given, TODAY).map(({ from, arr, ended }) => [from, arr, ended])).toEqual([
      ['2024-01-01', 10_000, false],
      ['2025-01-01', 10_000, false],
    ]);
  });

  test('its last step says what the lines say today, and its movements add up to that', () => {
    const anyLine = fc
      .record({
        start: fc.integer({ min: 0, max: 60 }),
        days: fc.option(fc.integer({ min: 0, max: 40 })),
        arr: fc.integer({ min: 0, max: 5 }),
      })
      .map(({ start, days, arr }): SubscriptionLine => {
        const from = addDays(TODAY, start - 40);
        const end = days === null ? null : addDays(from, days);
        return { start: from, end, arr: arr as Money, seats: arr, product: null, plan: null };
      });
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 6 }), (given) => {
        const history = lineHistory(given, TODAY);
        const today = lineFactsOn(given, TODAY);
        expect(history.at(-1)?.arr ?? 0).toBe(today.arr);
        const moved = movementsOf(history).reduce((sum, { from, to }) => sum + to - (from ?? 0), 0);
        expect(moved).toBe(today.arr);
        for (const { from, ...facts } of history) expect(facts).toEqual(lineFactsOn(given, from));
      }),
      { numRuns: 500 },
    );
  });
});

describe('renewal date and term follow from the lines where they say so', () => {
  test.each<{ case: string; lines: string[]; renewal: [string, number | null] | null }>([
    { case: 'no lines', lines: [], renewal: null },
    { case: 'a line without an end', lines: ['2025-01-01 - 100'], renewal: null },
    { case: 'only lines that have ended', lines: ['2024-01-01 2025-01-01 100'], renewal: null },
    { case: 'only lines to come', lines: ['2026-06-01 2027-06-01 100'], renewal: null },
    { case: 'a year', lines: ['2025-06-01 2026-06-01 100'], renewal: ['2026-06-01', 12] },
    {
      case: 'a year written to its last day',
      lines: ['2025-06-01 2026-05-31 100'],
      renewal: ['2026-05-31', 12],
    },
    { case: 'a month', lines: ['2026-02-15 2026-03-15 100'], renewal: ['2026-03-15', 1] },
    {
      case: 'a month clamped to a shorter one',
      lines: ['2026-01-31 2026-03-31 100'],
      renewal: ['2026-03-31', 2],
    },
    { case: 'three years', lines: ['2024-02-29 2027-02-28 100'], renewal: ['2027-02-28', 36] },
    {
      case: 'no whole number of months',
      lines: ['2026-01-01 2026-04-20 100'],
      renewal: ['2026-04-20', null],
    },
    {
      case: 'of several the next end',
      lines: ['2025-06-01 2026-06-01 100', '2025-04-01 2026-04-01 10', '2025-01-01 - 900'],
      renewal: ['2026-04-01', 12],
    },
    {
      case: 'of several on one day the one with the most ARR',
      lines: ['2025-06-01 2026-06-01 10', '2026-03-01 2026-06-01 100', '2025-12-01 2026-06-01 20'],
      renewal: ['2026-06-01', 3],
    },
    { case: 'a line that ends today has no renewal', lines: ['2025-03-01 2026-03-01 100'], renewal: null },
  ])('$case', ({ lines: texts, renewal }) => {
    expect(renewalOf(lines(texts), TODAY)).toEqual(
      renewal && { renewalDate: renewal[0], termMonths: renewal[1] },
    );
  });
});
