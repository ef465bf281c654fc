import fc from 'fast-check';
import { addDays, addMonths, type CalendarDate, daysBetween } from '../../src/domain/calendar';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { firstRenewalFrom, graceEnd } from '../../src/domain/grace';
import { day } from '../support/facts';

const RULES = DEFAULT_MODEL.grace;

interface Case {
  readonly case: string;
  readonly detectedOn: string;
  readonly renewalDate: string | null;
  readonly termMonths: number | null;
  readonly until: string;
}

describe('the grace of a downgrade lasts until', () => {
  test.each<Case>([
    {
      case: 'the renewal, where it is far enough off',
      detectedOn: '2026-01-10',
      renewalDate: '2026-08-01',
      termMonths: 12,
      until: '2026-08-01',
    },
    {
      case: 'the renewal exactly 90 days off',
      detectedOn: '2026-01-10',
      renewalDate: '2026-04-10',
      termMonths: 12,
      until: '2026-04-10',
    },
    {
      case: 'the renewal after the next, where the next is 89 days off',
      detectedOn: '2026-01-10',
      renewalDate: '2026-04-09',
      termMonths: 12,
      until: '2027-04-09',
    },
    {
      case: 'the first monthly renewal after 90 days',
      detectedOn: '2026-01-10',
      renewalDate: '2025-03-20',
      termMonths: 1,
      until: '2026-04-20',
    },
    {
      case: 'a monthly renewal exactly 90 days off',
      detectedOn: '2026-01-10',
      renewalDate: '2025-03-10',
      termMonths: 1,
      until: '2026-04-10',
    },
    {
      case: 'a quarterly renewal counted from its anchor',
      detectedOn: '2026-01-10',
      renewalDate: '2024-02-15',
      termMonths: 3,
      until: '2026-05-15',
    },
    {
      case: '12 months later where the term is missing',
      detectedOn: '2026-05-01',
      renewalDate: '2026-06-15',
      termMonths: null,
      until: '2027-06-15',
    },
    {
      case: 'the end of a shorter month for an anchor on the 31st',
      detectedOn: '2026-01-20',
      renewalDate: '2025-08-31',
      termMonths: 1,
      until: '2026-04-30',
    },
    {
      case: 'the 31st again in a longer month: the anchor does not drift',
      detectedOn: '2026-02-15',
      renewalDate: '2025-01-31',
      termMonths: 1,
      until: '2026-05-31',
    },
    {
      case: '28 February for an anchor on the 31st',
      detectedOn: '2026-11-10',
      renewalDate: '2025-08-31',
      termMonths: 1,
      until: '2027-02-28',
    },
    {
      case: '29 February of a leap year for an anchor on the 31st',
      detectedOn: '2027-11-20',
      renewalDate: '2025-08-31',
      termMonths: 1,
      until: '2028-02-29',
    },
    {
      case: '28 February for an anchor on a leap day',
      detectedOn: '2026-11-01',
      renewalDate: '2024-02-29',
      termMonths: 12,
      until: '2027-02-28',
    },
    {
      case: '29 February of the next leap year for an anchor on a leap day',
      detectedOn: '2027-11-01',
      renewalDate: '2024-02-29',
      termMonths: 12,
      until: '2028-02-29',
    },
    {
      case: 'the anniversary of a renewal date long past',
      detectedOn: '2026-01-10',
      renewalDate: '2009-07-01',
      termMonths: 12,
      until: '2026-07-01',
    },
    {
      case: 'an earlier anniversary of a renewal date far ahead',
      detectedOn: '2026-01-10',
      renewalDate: '2031-07-01',
      termMonths: 12,
      until: '2026-07-01',
    },
    {
      case: 'the month end reached by counting back from an anchor far ahead',
      detectedOn: '2026-01-10',
      renewalDate: '2031-08-31',
      termMonths: 6,
      until: '2026-08-31',
    },
    {
      case: 'the renewal of a term of three years, where that is soon enough',
      detectedOn: '2026-01-10',
      renewalDate: '2027-01-31',
      termMonths: 36,
      until: '2027-01-31',
    },
    {
      case: 'at most 455 days, where a term of three years has just begun',
      detectedOn: '2026-01-10',
      renewalDate: '2028-12-01',
      termMonths: 36,
      until: '2027-04-10',
    },
    {
      case: 'a renewal exactly 455 days off',
      detectedOn: '2026-01-10',
      renewalDate: '2027-04-10',
      termMonths: 24,
      until: '2027-04-10',
    },
    {
      case: 'at most 455 days, where the renewal is 456 days off',
      detectedOn: '2026-01-10',
      renewalDate: '2027-04-11',
      termMonths: 24,
      until: '2027-04-10',
    },
    {
      case: 'at most 455 days, where a leap day stretches the year',
      detectedOn: '2027-01-10',
      renewalDate: '2027-04-09',
      termMonths: 12,
      until: '2028-04-09',
    },
    {
      case: '180 days without a renewal date',
      detectedOn: '2026-01-10',
      renewalDate: null,
      termMonths: null,
      until: '2026-07-09',
    },
    {
      case: '180 days without a renewal date, whatever the term',
      detectedOn: '2027-12-01',
      renewalDate: null,
      termMonths: 1,
      until: '2028-05-29',
    },
  ])('$case', ({ detectedOn, renewalDate, termMonths, until }) => {
    const terms = { renewalDate: renewalDate === null ? null : day(renewalDate), termMonths };
    expect(graceEnd(day(detectedOn), terms, RULES)).toBe(until);
  });

  test('the days that the model names', () => {
    const rules = { ...RULES, noticeDays: 10, longestDays: 40, withoutRenewalDays: 20, defaultTermMonths: 1 };
    const ends = ['2026-01-20', '2026-01-19', '2029-01-01', null].map((renewalDate) =>
      graceEnd(
        day('2026-01-10'),
        { renewalDate: renewalDate as CalendarDate | null, termMonths: null },
        rules,
      ),
    );
    expect(ends).toEqual(['2026-01-20', '2026-02-19', '2026-02-01', '2026-01-30']);
  });
});

describe('whatever the contract', () => {
  const anyDay = (): fc.Arbitrary<CalendarDate> =>
    fc.integer({ min: 0, max: 30_000 }).map((days) => addDays(day('1990-01-01'), days));
  const anyTerm = (): fc.Arbitrary<number> =>
    fc.oneof(fc.constantFrom(1, 3, 6, 12, 24, 36), fc.integer({ min: 1, max: 120 }));

  test('the renewal found is the earliest of all that are counted from the anchor', () => {
    fc.assert(
      fc.property(anyDay(), anyDay(), anyTerm(), (from, anchor, term) => {
        const found = firstRenewalFrom(from, anchor, term);
        const reach = Math.ceil(Math.abs(daysBetween(anchor, from)) / 28 / term) + 2;
        const renewals = Array.from({ length: 2 * reach + 1 }, (_, index) =>
          addMonths(anchor, (index - reach) * term),
        );
        expect(found).toBe(renewals.filter((renewal) => renewal >= from).sort()[0]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('the grace lasts from 90 to 455 days', () => {
    fc.assert(
      fc.property(
        anyDay(),
        fc.option(anyDay(), { nil: null }),
        fc.option(anyTerm(), { nil: null }),
        (on, renewalDate, termMonths) => {
          const days = daysBetween(on, graceEnd(on, { renewalDate, termMonths }, RULES));
          expect(days).toBeGreaterThanOrEqual(90);
          expect(days).toBeLessThanOrEqual(455);
        },
      ),
      { numRuns: 500 },
    );
  });
});
