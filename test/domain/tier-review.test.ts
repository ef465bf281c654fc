import { addDays, daysBetween } from '../../src/domain/calendar';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { tierByKey } from '../../src/domain/tier';
import { firstReviewDueOn } from '../../src/domain/tier-review';
import { day } from '../support/facts';

const due = (tier: string, placedOn: string, externalId?: string): string =>
  firstReviewDueOn(
    day(placedOn),
    tierByKey(DEFAULT_MODEL.tiers, tier),
    DEFAULT_MODEL.firstReview,
    externalId === undefined ? null : { externalId },
  );

describe('the first tier review falls due', () => {
  test.each([
    { tier: 'strategic', placedOn: '2026-01-31', dueOn: '2026-02-14', why: '14 days after placement' },
    { tier: 'core', placedOn: '2028-02-20', dueOn: '2028-03-05', why: '14 days, over a leap day' },
    { tier: 'scale', placedOn: '2026-01-31', dueOn: '2026-04-30', why: 'a quarter after, at the month end' },
    { tier: 'tech-touch', placedOn: '2026-03-01', dueOn: '2026-06-01', why: 'a quarter after' },
  ])('in $tier on $dueOn: $why', ({ tier, placedOn, dueOn }) => {
    expect(due(tier, placedOn)).toBe(dueOn);
  });

  describe('for accounts that came in with a file, spread over one cadence', () => {
    const ids = Array.from({ length: 5_000 }, (_, index) => `A-${String(index)}`);

    test.each([
      { tier: 'strategic', last: '2026-04-01' },
      { tier: 'core', last: '2026-06-01' },
      { tier: 'scale', last: '2026-06-01' },
    ])('$tier: every day from tomorrow to $last, and none much more often than another', ({ tier, last }) => {
      const perDay = new Map<string, number>();
      for (const id of ids) {
        const on = due(tier, '2026-03-01', id);
        perDay.set(on, (perDay.get(on) ?? 0) + 1);
      }
      const days = daysBetween(day('2026-03-01'), day(last));
      const expected = Array.from({ length: days }, (_, index) => addDays(day('2026-03-01'), index + 1));
      expect([...perDay.keys()].sort()).toEqual(expected);
      expect(Math.max(...perDay.values())).toBeLessThan((2 * ids.length) / days);
    });

    test('always on the same day for the same account, on every machine', () => {
      expect(due('core', '2026-03-01', 'ACME-ü-17')).toBe('2026-04-12');
      expect(new Set(ids.map((id) => due('core', '2026-03-01', id))).size).toBe(92);
    });
  });
});
