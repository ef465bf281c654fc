import fc from 'fast-check';
import { type AccountFacts, PRODUCT_COMPLEXITY_FACTS, STRATEGIC_FACTORS } from '../../src/domain/account';
import { type Counterfactual, counterfactuals } from '../../src/domain/counterfactual';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { type Money, parseMoney } from '../../src/domain/money';
import { placeAccount } from '../../src/domain/placement';
import { isAbove } from '../../src/domain/tier';
import { anyFacts, day, known, only } from '../support/facts';

const TODAY = day('2026-03-01');

function wouldReach(facts: AccountFacts): Counterfactual[] {
  return counterfactuals(facts, placeAccount(facts, DEFAULT_MODEL, TODAY), DEFAULT_MODEL, TODAY);
}

const textsOf = (facts: AccountFacts): string[] =>
  wouldReach(facts).map(({ text, tier }) => `${text}: ${tier}`);

describe('the smallest single changes that would reach a higher tier', () => {
  test.each<{ case: string; facts: AccountFacts; changes: string[] }>([
    {
      case: 'a Scale account short of the next ARR band',
      facts: known({ arr: '18,800', expansionAssessment: 'LOW' }),
      changes: [
        'ARR +6200.00: core',
        'expansion potential MEDIUM: core',
        '2 more strategic factors: core',
        '3 more product-complexity facts: core',
      ],
    },
    {
      case: 'a Core account with some promise',
      facts: known({ arr: '40,000', expansionAssessment: 'MEDIUM' }),
      changes: [
        'ARR +60000.00: strategic',
        'expansion potential HIGH: strategic',
        '3 more strategic factors: strategic',
      ],
    },
    {
      case: 'an account that only lacks promise',
      facts: known({
        arr: '120,000',
        expansionAssessment: 'LOW',
        advancedFeatures: true,
        severalIntegrations: true,
        customConfiguration: true,
      }),
      changes: [
        'ARR +380000.00: strategic',
        'expansion potential MEDIUM: strategic',
        '2 more strategic factors: strategic',
      ],
    },
    {
      case: 'an account that lacks one strategic factor',
      facts: known({
        arr: '120,000',
        logoValue: true,
        advancedFeatures: true,
        severalIntegrations: true,
        customConfiguration: true,
      }),
      changes: [
        'ARR +380000.00: strategic',
        'expansion potential MEDIUM: strategic',
        '1 more strategic factor: strategic',
      ],
    },
    {
      case: 'an account at risk',
      facts: known({
        arr: '200,000',
        expansionAssessment: 'LOW',
        logoValue: true,
        marketInfluence: true,
        churnRisk: 'HIGH',
      }),
      changes: [
        'ARR +300000.00: strategic',
        'expansion potential MEDIUM: strategic',
        'churn risk MEDIUM: strategic',
      ],
    },
    {
      case: 'a trial: paying anything at all',
      facts: known({ arr: '0', status: 'TRIAL', expansionAssessment: 'HIGH' }),
      changes: ['ARR +0.01: scale'],
    },
    {
      case: 'an account that the lift limit holds down: only ARR helps',
      facts: known({ arr: '3,000', expansionAssessment: 'HIGH' }),
      changes: ['ARR +2000.00: core'],
    },
    {
      case: 'a lowered potential: less risk brings it back',
      facts: known({ arr: '40,000', seatsUsed: 1, seatsAvailable: 10, churnRisk: 'HIGH' }),
      changes: [
        'ARR +60000.00: strategic',
        'expansion potential HIGH: strategic',
        '3 more strategic factors: strategic',
        'churn risk MEDIUM: strategic',
      ],
    },
    {
      case: 'an account of unknown ARR',
      facts: only({ expansionAssessment: 'LOW' }),
      changes: [
        'ARR +5000.00: scale',
        'expansion potential MEDIUM: scale',
        '2 more strategic factors: scale',
        '3 more product-complexity facts: scale',
      ],
    },
    {
      case: 'a top-tier account has nowhere to go',
      facts: known({ arr: '600,000' }),
      changes: [],
    },
    {
      case: 'neither has a churned one',
      facts: known({ arr: '10,000', status: 'CHURNED' }),
      changes: [],
    },
  ])('$case', ({ facts, changes }) => {
    expect(textsOf(facts)).toEqual(changes);
  });

  test('name the fact before and after', () => {
    const facts = known({ arr: '18,800', expansionAssessment: 'LOW', logoValue: true });
    expect(wouldReach(facts)).toMatchObject([
      { change: 'ARR', from: '18800.00', to: '25000.00' },
      { change: 'EXPANSION_POTENTIAL', from: 'LOW', to: 'MEDIUM' },
      { change: 'STRATEGIC_FACTORS', from: '1', to: '2' },
      { change: 'PRODUCT_COMPLEXITY', from: '0', to: '2' },
    ]);
  });
});

describe('whatever the facts', () => {
  const computed = (facts: AccountFacts): string =>
    placeAccount(facts, DEFAULT_MODEL, TODAY).computedTier ?? 'none';
  const reachesMore = (facts: AccountFacts, than: AccountFacts): boolean =>
    isAbove(DEFAULT_MODEL.tiers, computed(facts), computed(than));
  const scored = (): fc.Arbitrary<AccountFacts> =>
    anyFacts(TODAY).filter(({ status }) => status !== 'CHURNED');

  test('the ARR named reaches the tier, and one hundredth less reaches nothing', () => {
    fc.assert(
      fc.property(
        scored().filter(({ arr }) => arr !== null),
        (facts) => {
          const named = wouldReach(facts).find(({ change }) => change === 'ARR');
          fc.pre(named !== undefined);
          const arr = parseMoney(named.to);
          expect(computed({ ...facts, arr })).toBe(named.tier);
          expect(reachesMore({ ...facts, arr }, facts)).toBe(true);
          expect(reachesMore({ ...facts, arr: (arr - 1) as Money }, facts)).toBe(false);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('no ARR at all would do where none is named', () => {
    fc.assert(
      fc.property(scored(), fc.integer({ min: 1, max: 200_000_000 }), (facts, more) => {
        fc.pre(wouldReach(facts).every(({ change }) => change !== 'ARR'));
        const arr = ((facts.arr ?? 0) + more) as Money;
        expect(reachesMore({ ...facts, arr }, facts)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('the potential named reaches the tier, and the level below it does not', () => {
    fc.assert(
      fc.property(scored(), (facts) => {
        const named = wouldReach(facts).find(({ change }) => change === 'EXPANSION_POTENTIAL');
        fc.pre(named !== undefined);
        const assessed = (level: 'MEDIUM' | 'HIGH'): AccountFacts => ({
          ...facts,
          expansionAssessment: level,
          expansionAssessedOn: TODAY,
        });
        expect(computed(assessed(named.to as 'MEDIUM' | 'HIGH'))).toBe(named.tier);
        if (named.to === 'HIGH' && named.from !== 'MEDIUM') {
          expect(reachesMore(assessed('MEDIUM'), facts)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    { change: 'STRATEGIC_FACTORS' as const, flags: STRATEGIC_FACTORS },
    { change: 'PRODUCT_COMPLEXITY' as const, flags: PRODUCT_COMPLEXITY_FACTS },
  ])('as many facts as $change names reach the tier, and one fewer does not', ({ change, flags }) => {
    fc.assert(
      fc.property(scored(), (facts) => {
        const named = wouldReach(facts).find((candidate) => candidate.change === change);
        fc.pre(named !== undefined);
        const open = flags.filter((flag) => facts[flag] !== true);
        const more = Number(named.to) - Number(named.from);
        const withMore = (count: number): AccountFacts => ({
          ...facts,
          ...Object.fromEntries(open.slice(0, count).map((flag) => [flag, true])),
        });
        expect(computed(withMore(more))).toBe(named.tier);
        expect(reachesMore(withMore(more - 1), facts)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('less churn risk reaches the tier that it names', () => {
    fc.assert(
      fc.property(
        scored().map((facts) => ({ ...facts, churnRisk: 'HIGH' as const })),
        (facts) => {
          const named = wouldReach(facts).find(({ change }) => change === 'CHURN_RISK');
          const reached = computed({ ...facts, churnRisk: 'MEDIUM' });
          expect(named?.tier ?? computed(facts)).toBe(reached);
        },
      ),
      { numRuns: 500 },
    );
  });
});
