import fc from 'fast-check';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import {
  accountEconomics,
  formatSum,
  parseSum,
  type ServiceStanding,
  serviceCost,
  serviceCosts,
} from '../../src/domain/economics';
import { formatMoney, units } from '../../src/domain/money';
import { type AdjustmentKind } from '../../src/domain/service-adjustment';

const LOADED = units(120_000);

function economicsOf(
  tier: string,
  arr: number | null,
  facts = 0,
  adjustment: AdjustmentKind | null = null,
): ReturnType<typeof accountEconomics> {
  const cost = serviceCost({ tier, relationshipFacts: facts, adjustment }, DEFAULT_MODEL, LOADED);
  if (cost === null) throw new Error(`there is no tier ${tier}`);
  return accountEconomics(cost, arr === null ? null : units(arr));
}

describe('what the service of an account costs a year', () => {
  test.each<[string, string, number, AdjustmentKind | null, string]>([
    ['a 15th of a CSM in the top tier', 'strategic', 0, null, '8000.00'],
    ['1.5625 times that with two relationship facts', 'strategic', 2, null, '12500.00'],
    ['half as much again with extra touch', 'strategic', 0, 'EXTRA', '12000.00'],
    ['a 50th in the second', 'core', 0, null, '2400.00'],
    ['three quarters of it with lighter touch', 'core', 0, 'LIGHTER', '1800.00'],
    ['a 200th in the third', 'scale', 0, null, '600.00'],
    ['nothing where nobody looks after it', 'tech-touch', 3, 'EXTRA', '0.00'],
  ])('%s', (_, tier, facts, adjustment, expected) => {
    expect(formatMoney(economicsOf(tier, 0, facts, adjustment).cost)).toBe(expected);
  });

  test('is rounded to the cent', () => {
    const cost = serviceCost(
      { tier: 'strategic', relationshipFacts: 3, adjustment: null },
      DEFAULT_MODEL,
      units(100_000),
    );
    // 1.953125 / 15 of 100,000.
    expect(cost?.cost).toBe(1_302_083);
  });

  test('is not known outside the ladder', () => {
    for (const tier of [null, 'gone']) {
      expect(serviceCost({ tier, relationshipFacts: 0, adjustment: null }, DEFAULT_MODEL, LOADED)).toBeNull();
    }
  });

  test('is one of a few kinds', () => {
    const costs = serviceCosts(DEFAULT_MODEL, LOADED);
    expect(costs).toHaveLength(4 * 4 * 3);
    expect(new Set(costs.map((one) => `${one.tier} ${one.relationshipFacts} ${one.adjustment}`)).size).toBe(
      48,
    );
  });
});

describe('against its ARR an account is', () => {
  test.each<[string, string, number | null, ServiceStanding, string, number | null]>([
    ['justified: 500,000 carry 50,000', 'strategic', 500_000, 'JUSTIFIED', '50000.00', 0.016],
    ['justified at 10% sharp', 'strategic', 80_000, 'JUSTIFIED', '8000.00', 0.1],
    ['over-served a cent below', 'strategic', 79_999.99, 'OVER_SERVED', '7999.99', 0.1],
    ['over-served: 10,000 cannot carry a fifteenth', 'strategic', 10_000, 'OVER_SERVED', '1000.00', 0.8],
    ['over-served without ARR', 'strategic', 0, 'OVER_SERVED', '0.00', null],
    ['over-served where its ARR is not known', 'core', null, 'OVER_SERVED', '0.00', null],
    ['justified in the second tier', 'core', 24_000, 'JUSTIFIED', '2400.00', 0.1],
    ['justified below what the top tier costs', 'core', 79_999.99, 'JUSTIFIED', '7999.99', 0.03],
    ['under-served where it could carry the top tier', 'core', 80_000, 'UNDER_SERVED', '8000.00', 0.03],
    ['under-served in the third tier', 'scale', 24_000, 'UNDER_SERVED', '2400.00', 0.025],
    ['justified where it costs nothing', 'tech-touch', 0, 'JUSTIFIED', '0.00', null],
    ['justified below what the third tier costs', 'tech-touch', 5_999.99, 'JUSTIFIED', '0.00', 0],
    ['under-served where it could carry the third tier', 'tech-touch', 6_000, 'UNDER_SERVED', '0.00', 0],
  ])('%s', (_, tier, arr, standing, justifiedCost, share) => {
    const economics = economicsOf(tier, arr);
    expect([economics.standing, formatMoney(economics.justifiedCost), economics.costShare]).toEqual([
      standing,
      justifiedCost,
      share,
    ]);
  });

  test('judged with what it weighs: two relationship facts make the top tier dear', () => {
    expect(economicsOf('core', 80_000, 2).standing).toBe('JUSTIFIED');
    expect(economicsOf('core', 125_000, 2).standing).toBe('UNDER_SERVED');
    expect(economicsOf('strategic', 100_000, 2).standing).toBe('OVER_SERVED');
  });
});

test('sums beyond what a number holds are written and read as they are', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 24n }), (hundredths) => {
      expect(parseSum(formatSum(hundredths))).toBe(hundredths);
    }),
  );
  expect(formatSum(5n)).toBe('0.05');
  expect(formatSum(BigInt(units(1)))).toBe('1.00');
});
