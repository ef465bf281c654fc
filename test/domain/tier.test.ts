import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { type Money } from '../../src/domain/money';
import {
  amountOf,
  isAbove,
  type Ladder,
  lowestTier,
  percentileCut,
  tierAtRank,
  tierByArr,
  tierByKey,
  tierByScore,
  topTier,
} from '../../src/domain/tier';
import { money } from '../support/facts';

const LADDER = DEFAULT_MODEL.tiers;

describe('the ARR ladder', () => {
  test.each([
    { arr: '9,999,999,999,999.99', tier: 'strategic' },
    { arr: '100,000', tier: 'strategic' },
    { arr: '99,999.99', tier: 'core' },
    { arr: '25,000', tier: 'core' },
    { arr: '24,999.99', tier: 'scale' },
    { arr: '5,000', tier: 'scale' },
    { arr: '4,999.99', tier: 'tech-touch' },
    { arr: '0', tier: 'tech-touch' },
  ])('puts $arr on the rung $tier', ({ arr, tier }) => {
    expect(tierByArr(LADDER, money(arr)).key).toBe(tier);
  });

  test('keeps an account without ARR on the lowest rung', () => {
    expect(tierByArr(LADDER, null).key).toBe('tech-touch');
  });
});

describe('the floors of the ladder', () => {
  test.each([
    { total: 100, tier: 'strategic' },
    { total: 50, tier: 'strategic' },
    { total: 49.99, tier: 'core' },
    { total: 24, tier: 'core' },
    { total: 23.99, tier: 'scale' },
    { total: 8, tier: 'scale' },
    { total: 7.99, tier: 'tech-touch' },
    { total: 0, tier: 'tech-touch' },
  ])('put a total of $total into $tier', ({ total, tier }) => {
    expect(tierByScore(LADDER, Math.round(total * 100)).key).toBe(tier);
  });

  test.each([1.1, 2.2, 4.15, 57.01])('of %d is reached by a total of exactly that', (floor) => {
    const ladder = LADDER.map((tier) => (tier.rank === 3 ? { ...tier, scoreFloor: floor } : tier));
    const [, , scale, lowest] = ladder as [unknown, unknown, Ladder[number], Ladder[number]];
    expect(tierByScore([scale, lowest], Math.round(floor * 100)).key).toBe('scale');
    expect(tierByScore([scale, lowest], Math.round(floor * 100) - 1).key).toBe('tech-touch');
  });
});

describe('rungs', () => {
  test('are found by key, and a key that the ladder lacks is refused', () => {
    expect(tierByKey(LADDER, 'core').rank).toBe(2);
    expect(() => tierByKey(LADDER, 'gold')).toThrow(
      expect.objectContaining({ code: 'INVALID_MODEL' }) as Error,
    );
  });

  test.each([
    { rank: -1, key: 'strategic' },
    { rank: 1, key: 'strategic' },
    { rank: 3, key: 'scale' },
    { rank: 4, key: 'tech-touch' },
    { rank: 9, key: 'tech-touch' },
  ])('at rank $rank is $key, the nearest end counting beyond the ends', ({ rank, key }) => {
    expect(tierAtRank(LADDER, rank).key).toBe(key);
  });

  test('have a top and a bottom', () => {
    expect(topTier(LADDER).key).toBe('strategic');
    expect(lowestTier(LADDER).key).toBe('tech-touch');
    expect(() => topTier([])).toThrow(expect.objectContaining({ code: 'INVALID_MODEL' }) as Error);
  });

  test.each([
    { key: 'strategic', other: 'core', above: true },
    { key: 'core', other: 'core', above: false },
    { key: 'tech-touch', other: 'scale', above: false },
  ])('$key is above $other: $above', ({ key, other, above }) => {
    expect(isAbove(LADDER, key, other)).toBe(above);
  });

  test('have no amount while a percentile is not resolved', () => {
    expect(() => amountOf({ amount: null, topPercent: 18 })).toThrow(
      expect.objectContaining({ code: 'INVALID_MODEL' }) as Error,
    );
  });
});

describe('a percentile cut', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => (100 - index) as Money);

  test.each([
    { case: 'the top 18% of 100 are 18 accounts', amounts: hundred, percent: 18, cut: 83 },
    { case: 'the top 100% are all', amounts: hundred, percent: 100, cut: 1 },
    { case: 'a broken number of accounts is rounded up', amounts: [50, 40, 30], percent: 50, cut: 40 },
    {
      case: 'a third of a percent of a small book is one account',
      amounts: [50, 40, 30],
      percent: 0.33,
      cut: 50,
    },
    { case: 'a book of one account', amounts: [70], percent: 18, cut: 70 },
    { case: 'ties at the cut all go up', amounts: [90, 60, 60, 60, 10], percent: 40, cut: 60 },
    { case: 'a flat book goes up as a whole', amounts: [60, 60, 60, 60], percent: 18, cut: 60 },
    { case: 'an empty book has no cut', amounts: [], percent: 18, cut: 0 },
  ])('$case', ({ amounts, percent, cut }) => {
    expect(percentileCut(amounts as Money[], percent)).toBe(cut);
  });

  // 375 x 8.8% is 33 accounts exactly, which floating point takes for a little more.
  test.each([
    { size: 375, percent: 8.8, count: 33 },
    { size: 250, percent: 64.4, count: 161 },
    { size: 375, percent: 35.2, count: 132 },
  ])('of $percent% of $size accounts takes exactly $count', ({ size, percent, count }) => {
    const amounts = Array.from({ length: size }, (_, index) => (size - index) as Money);
    expect(amounts.filter((amount) => amount >= percentileCut(amounts, percent))).toHaveLength(count);
  });
});
