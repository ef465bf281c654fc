import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { type Money, units } from '../../src/domain/money';
import { placeAccount } from '../../src/domain/placement';
import { type Threshold } from '../../src/domain/tier';
import { resolvePercentiles, type TieringModel } from '../../src/domain/tiering-model';
import { day, known } from '../support/facts';

describe('the default model is the one of the spec, section 2.1', () => {
  test.each([
    { rank: 1, key: 'strategic', name: 'Strategic', label: 'Enterprise', arrFrom: 100_000, scoreFloor: 50 },
    { rank: 2, key: 'core', name: 'Core', label: 'Business', arrFrom: 25_000, scoreFloor: 24 },
    { rank: 3, key: 'scale', name: 'Scale', label: 'Growth', arrFrom: 5_000, scoreFloor: 8 },
    { rank: 4, key: 'tech-touch', name: 'Tech-Touch', label: 'Essentials', arrFrom: 0, scoreFloor: 0 },
  ])('rank $rank is $name', ({ arrFrom, ...tier }) => {
    expect(DEFAULT_MODEL.tiers[tier.rank - 1]).toMatchObject({
      ...tier,
      arrFrom: { amount: units(arrFrom), topPercent: null },
    });
  });

  test('with its targets: population, ARR share', () => {
    expect(DEFAULT_MODEL.tiers.map((tier) => [tier.populationTarget, tier.arrShareTarget])).toEqual([
      [
        { from: 15, to: 20 },
        { from: 50, to: 70 },
      ],
      [
        { from: 30, to: 40 },
        { from: 25, to: 35 },
      ],
      [
        { from: 40, to: 50 },
        { from: 10, to: 20 },
      ],
      [null, null],
    ]);
  });

  test('and its review cadences: monthly at the top, quarterly below', () => {
    expect(DEFAULT_MODEL.tiers.map(({ reviewCadenceMonths }) => reviewCadenceMonths)).toEqual([1, 3, 3, 3]);
  });

  test('and its weights add up to exactly 100', () => {
    expect(DEFAULT_MODEL.criteria.map(({ key, weight }) => [key, weight])).toEqual([
      ['CURRENT_ARR', 40],
      ['EXPANSION_POTENTIAL', 30],
      ['STRATEGIC_VALUE', 20],
      ['PRODUCT_COMPLEXITY', 10],
    ]);
    expect(DEFAULT_MODEL.criteria.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
  });

  test('and the days of section 3', () => {
    expect(DEFAULT_MODEL.grace).toEqual({
      noticeDays: 90,
      longestDays: 455,
      withoutRenewalDays: 180,
      notPayingDays: 30,
      afterOverrideDays: 30,
      correctionDays: 14,
      defaultTermMonths: 12,
    });
    expect(DEFAULT_MODEL.firstReview).toEqual({ days: 14, downToRank: 2 });
  });
});

describe('percentiles of the ladder and the bands', () => {
  const top = (percent: number): Threshold => ({ amount: null, topPercent: percent });
  const percentiles: TieringModel = {
    ...DEFAULT_MODEL,
    tiers: DEFAULT_MODEL.tiers.map((tier, index) => ({
      ...tier,
      arrFrom: [top(18), top(50), top(90)][index] ?? tier.arrFrom,
    })),
    criteria: DEFAULT_MODEL.criteria.map((criterion) =>
      criterion.key === 'CURRENT_ARR'
        ? {
            ...criterion,
            bands: [
              { from: top(10), points: 100 },
              { from: { amount: units(1_000), topPercent: null }, points: 40 },
              { from: { amount: units(0), topPercent: null }, points: 0 },
            ],
          }
        : criterion,
    ),
  };
  // 100 accounts with 100, 99, ... 1 thousand.
  const book = Array.from({ length: 100 }, (_, index) => units((100 - index) * 1_000));
  const resolved = resolvePercentiles(percentiles, book);

  test('become amounts of the book and still say which share they were meant to be', () => {
    expect(resolved.tiers.map(({ arrFrom }) => arrFrom)).toEqual([
      { amount: units(83_000), topPercent: 18 },
      { amount: units(51_000), topPercent: 50 },
      { amount: units(11_000), topPercent: 90 },
      { amount: units(0), topPercent: null },
    ]);
    const [arr] = resolved.criteria;
    expect(arr?.key === 'CURRENT_ARR' && arr.bands.map(({ from }) => from.amount)).toEqual([
      units(91_000),
      units(1_000),
      units(0),
    ]);
  });

  test('stay those amounts when an account grows past them', () => {
    const facts = known({ arr: '91,000', expansionAssessment: 'MEDIUM' });
    expect(placeAccount(facts, resolved, day('2026-03-01'))).toMatchObject({
      ladderTier: 'strategic',
      total: 5_500,
      computedTier: 'strategic',
    });
  });

  test('of a model in amounts change nothing', () => {
    expect(resolvePercentiles(DEFAULT_MODEL, book)).toEqual(DEFAULT_MODEL);
    expect(resolvePercentiles(resolved, book)).toEqual(resolved);
  });

  test('follow the book of the day on which they are resolved', () => {
    const grown = book.map((amount) => (amount * 2) as Money);
    expect(resolvePercentiles(resolved, grown).tiers[0]?.arrFrom.amount).toBe(units(166_000));
  });

  test('place nothing before they are resolved', () => {
    expect(() => placeAccount(known({ arr: '10,000' }), percentiles, day('2026-03-01'))).toThrow(
      expect.objectContaining({ code: 'INVALID_MODEL' }) as Error,
    );
  });
});
