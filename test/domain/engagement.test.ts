import { type CalendarDate, addDays, later } from '../../src/domain/calendar';
import { defaultPrograms } from '../../src/domain/default-programs';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { checkPeriod, type Engagement, nextBusinessReview, nextTouch } from '../../src/domain/engagement';
import { type Refusal, refusalOf } from '../../src/domain/errors';
import { programOf } from '../../src/domain/engagement-program';
import { type Money, parseMoney } from '../../src/domain/money';
import { day } from '../support/facts';
import fc from 'fast-check';

const PROGRAMS = { programs: defaultPrograms(DEFAULT_MODEL.tiers) };
const TODAY = day('2026-06-30');
const BASE: Engagement = {
  arr: null,
  customerSince: day('2020-01-01'),
  servedSince: day('2026-01-01'),
  tierSince: day('2026-01-01'),
  lastTouchOn: null,
  lastEventOn: null,
  lastBusinessReviewOn: null,
};

interface Written {
  readonly arr?: string;
  readonly since?: string | null;
  readonly served?: string;
  readonly tier?: string;
  readonly touch?: string;
  readonly event?: string;
  readonly review?: string;
}

function engagement(written: Written): Engagement {
  const dayOf = (text: string | undefined): CalendarDate | null => (text === undefined ? null : day(text));
  return {
    arr: written.arr === undefined ? null : parseMoney(written.arr),
    customerSince: written.since === undefined ? BASE.customerSince : dayOf(written.since ?? undefined),
    servedSince: dayOf(written.served) ?? BASE.servedSince,
    tierSince: dayOf(written.tier) ?? dayOf(written.served) ?? BASE.tierSince,
    lastTouchOn: dayOf(written.touch),
    lastEventOn: dayOf(written.event),
    lastBusinessReviewOn: dayOf(written.review),
  };
}

describe('the next touch', () => {
  test.each<[string, string, Written, string | null]>([
    [
      '2 to 4 weeks after the last one in the top tier',
      'strategic',
      { touch: '2026-03-01' },
      '2026-03-15..2026-03-29',
    ],
    ['4 to 8 weeks in the second', 'core', { touch: '2026-03-01' }, '2026-03-29..2026-04-26'],
    ['13 weeks in the third', 'scale', { touch: '2026-03-01' }, '2026-05-31..2026-05-31'],
    ['never in the lowest', 'tech-touch', { touch: '2026-03-01' }, null],
    ['after it came into service where there was none', 'strategic', {}, '2026-01-15..2026-01-29'],
    ['not before it became a customer', 'core', { since: '2026-02-01' }, '2026-03-01..2026-03-29'],
    [
      'weekly in the first 30 days as a customer',
      'strategic',
      { since: '2026-01-01' },
      '2026-01-08..2026-01-08',
    ],
    [
      'weekly after a touch on the 30th day',
      'strategic',
      { since: '2026-01-01', touch: '2026-01-30' },
      '2026-02-06..2026-02-06',
    ],
    [
      'then every 2 weeks',
      'strategic',
      { since: '2026-01-01', touch: '2026-01-31' },
      '2026-02-14..2026-02-14',
    ],
    [
      'every 2 weeks after a touch on the 90th day',
      'strategic',
      { since: '2026-01-01', touch: '2026-03-31' },
      '2026-04-14..2026-04-14',
    ],
    [
      'as usual after one on the 91st',
      'strategic',
      { since: '2026-01-01', touch: '2026-04-01' },
      '2026-04-15..2026-04-29',
    ],
    [
      'by the ordinary interval after the placement where nobody knows since when it is a customer',
      'strategic',
      { since: null },
      '2026-01-15..2026-01-29',
    ],
    [
      'as if nobody knew where it is to become a customer after today',
      'strategic',
      { since: '2026-07-01' },
      '2026-01-15..2026-01-29',
    ],
    [
      'as if nobody knew where the day stands for none',
      'strategic',
      { since: '9999-12-31' },
      '2026-01-15..2026-01-29',
    ],
    [
      'not by the first days where the program has none',
      'core',
      { since: '2026-01-01' },
      '2026-01-29..2026-02-26',
    ],
    [
      'due on the day of a move that asks for more',
      'strategic',
      { touch: '2026-01-02', tier: '2026-02-20' },
      '2026-02-20..2026-02-20',
    ],
    [
      'open at once and due later, where the move comes between',
      'strategic',
      { touch: '2026-02-01', tier: '2026-02-20' },
      '2026-02-20..2026-03-01',
    ],
    [
      'later after a move that asks for less',
      'core',
      { touch: '2026-02-01', tier: '2026-02-20' },
      '2026-03-01..2026-03-29',
    ],
    [
      'an event counts where the program asks for touches on events',
      'scale',
      { touch: '2026-01-05', event: '2026-03-01' },
      '2026-05-31..2026-05-31',
    ],
    ['and nowhere else', 'core', { touch: '2026-01-05', event: '2026-03-01' }, '2026-02-02..2026-03-02'],
    [
      'touches before a churn count no longer after the return',
      'core',
      { touch: '2026-01-05', served: '2026-06-01' },
      '2026-06-29..2026-07-27',
    ],
  ])('%s', (_, tier, written, expected) => {
    const due = nextTouch(engagement(written), programOf(PROGRAMS, tier), TODAY);
    expect(due && `${due.dueFrom}..${due.dueOn}`).toBe(expected);
  });

  test('a touch more never brings the next one forward, and an earlier one never moves it', () => {
    const days = fc.integer({ min: 0, max: 400 }).map((days) => addDays(day('2026-01-01'), days));
    fc.assert(
      fc.property(
        days,
        days,
        days,
        fc.constantFrom('strategic', 'core', 'scale'),
        (first, second, moved, tier) => {
          const program = programOf(PROGRAMS, tier);
          const after = (lastTouchOn: CalendarDate): string =>
            nextTouch({ ...BASE, tierSince: moved, lastTouchOn }, program, TODAY)?.dueOn ?? '';
          expect(after(later(first, second)) >= after(first)).toBe(true);
          expect(after(later(first, second)) > later(first, second) || after(first) === moved).toBe(true);
        },
      ),
    );
  });
});

describe('the next business review', () => {
  test.each<[string, string, Written, string | null]>([
    ['3 months after the last one in the top tier', 'strategic', { review: '2026-02-10' }, '2026-05-10'],
    [
      'clamped to the end of the month',
      'strategic',
      { review: '2025-11-30', served: '2025-01-01' },
      '2026-02-28',
    ],
    ['6 months in the second', 'core', { arr: '50000', review: '2026-02-10' }, '2026-08-10'],
    ['12 for the smaller', 'core', { arr: '49999.99', review: '2026-02-10' }, '2027-02-10'],
    ['12 where the ARR is not known', 'core', { review: '2026-02-10' }, '2027-02-10'],
    ['a yearly report in the third', 'scale', { review: '2026-02-10' }, '2027-02-10'],
    ['none in the lowest', 'tech-touch', { review: '2026-02-10' }, null],
    [
      'the first one so many months after it came into service, whatever the tier',
      'strategic',
      { tier: '2026-02-20' },
      '2026-04-01',
    ],
    [
      'the first one at the move where it would have been owed before',
      'strategic',
      { tier: '2026-05-02' },
      '2026-05-02',
    ],
    [
      'the first one after the return, whatever there was before a churn',
      'strategic',
      { review: '2025-11-10', served: '2026-03-01' },
      '2026-06-01',
    ],
    ['not before it became a customer', 'strategic', { since: '2026-02-15' }, '2026-05-15'],
    ['whatever day after today it is said to become one', 'strategic', { since: '9999-12-31' }, '2026-04-01'],
    [
      'due on the day of a move that asks for more',
      'strategic',
      { review: '2026-01-10', tier: '2026-05-02' },
      '2026-05-02',
    ],
    [
      'the last one counts after a move',
      'strategic',
      { review: '2026-01-10', tier: '2026-03-01' },
      '2026-04-10',
    ],
  ])('%s', (_, tier, written, expected) => {
    const due = nextBusinessReview(engagement(written), programOf(PROGRAMS, tier), TODAY);
    expect(due?.dueOn ?? null).toBe(expected);
    expect(due?.dueFrom ?? null).toBe(expected);
  });

  test('an amount on the line is not the smaller', () => {
    const program = programOf(PROGRAMS, 'core');
    const at = (arr: number): string | undefined =>
      nextBusinessReview(
        { ...BASE, arr: arr as Money, lastBusinessReviewOn: day('2026-02-10') },
        program,
        TODAY,
      )?.dueOn;
    expect([at(5_000_000), at(4_999_999)]).toEqual(['2026-08-10', '2027-02-10']);
  });
});

describe('a period of deliveries', () => {
  test.each<[string, string, string, string | null]>([
    ['one day', '2026-06-30', '2026-06-30', null],
    ['5 years and their last day', '2021-06-30', '2026-06-30', null],
    ['a day more', '2021-06-29', '2026-06-30', 'from'],
    ['nearly 6 years, though 5 by the numbers of the years', '2020-01-01', '2025-12-31', 'from'],
    ['5 years from a leap day', '2020-02-29', '2025-02-28', null],
    ['a day more than those', '2020-02-29', '2025-03-01', 'from'],
    ['an end before the beginning', '2026-02-02', '2026-02-01', 'to'],
    ['an end after today', '2026-02-02', '2026-07-01', 'to'],
  ])('%s', (_title, from, to, field) => {
    let refusal: Refusal | null = null;
    try {
      checkPeriod(day(from), day(to), TODAY);
    } catch (error) {
      refusal = refusalOf(error);
    }
    expect(refusal && [refusal.code, ...refusal.field]).toEqual(field && ['INVALID_VALUE', field]);
  });
});
