import fc from 'fast-check';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { units } from '../../src/domain/money';
import { type CriterionScore, type Score, scoreAccount } from '../../src/domain/scorecard';
import { type Criterion, type CriterionKey, type TieringModel } from '../../src/domain/tiering-model';
import { type AccountFacts } from '../../src/domain/account';
import { anyFacts, day, known, only, type WrittenFacts } from '../support/facts';

const TODAY = day('2026-03-01');
const REDISTRIBUTING: TieringModel = { ...DEFAULT_MODEL, missingFacts: 'REDISTRIBUTE' };

function score(facts: AccountFacts, model = DEFAULT_MODEL): Score {
  return scoreAccount(facts, model, TODAY);
}

function criterion(
  key: CriterionKey,
  facts: AccountFacts,
  model = DEFAULT_MODEL,
): CriterionScore | undefined {
  return score(facts, model).criteria.find((candidate) => candidate.key === key);
}

function modelWith(criteria: readonly Criterion[], base = DEFAULT_MODEL): TieringModel {
  return { ...base, criteria };
}

describe('current ARR earns points by band', () => {
  test.each([
    { arr: '100,000', points: 100 },
    { arr: '99,999.99', points: 75 },
    { arr: '50,000', points: 75 },
    { arr: '49,999.99', points: 60 },
    { arr: '25,000', points: 60 },
    { arr: '24,999.99', points: 35 },
    { arr: '10,000', points: 35 },
    { arr: '9,999.99', points: 20 },
    { arr: '5,000', points: 20 },
    { arr: '4,999.99', points: 0 },
    { arr: '0', points: 0 },
  ])('$arr: $points', ({ arr, points }) => {
    expect(criterion('CURRENT_ARR', known({ arr }))).toMatchObject({
      points,
      contribution: points * 40,
      missing: false,
    });
  });

  test('an ARR below every band of the model earns nothing', () => {
    const model = modelWith([
      {
        key: 'CURRENT_ARR',
        weight: 100,
        bands: [{ from: { amount: units(5_000), topPercent: null }, points: 20 }],
      },
    ]);
    expect(score(known({ arr: '4,999.99' }), model).total).toBe(0);
    expect(score(known({ arr: '5,000' }), model).total).toBe(2_000);
  });

  test('unknown ARR is missing and earns the lowest band', () => {
    expect(criterion('CURRENT_ARR', known({ arr: null }))).toEqual({
      key: 'CURRENT_ARR',
      fact: null,
      points: 0,
      weight: 4_000,
      contribution: 0,
      missing: true,
    });
  });
});

describe('expansion potential earns', () => {
  test.each([
    { level: 'HIGH' as const, points: 100 },
    { level: 'MEDIUM' as const, points: 50 },
    { level: 'LOW' as const, points: 0 },
  ])('$points points for $level', ({ level, points }) => {
    expect(criterion('EXPANSION_POTENTIAL', known({ expansionAssessment: level }))).toMatchObject({
      fact: `${level} by ASSESSMENT`,
      points,
      contribution: points * 30,
      missing: false,
    });
  });

  test('and says when a derived HIGH was lowered', () => {
    const facts = known({ seatsUsed: 1, seatsAvailable: 10, churnRisk: 'HIGH' });
    expect(criterion('EXPANSION_POTENTIAL', facts)).toMatchObject({
      fact: 'MEDIUM by SEATS, lowered from HIGH by churn risk or health',
      points: 50,
    });
  });
});

describe('strategic value earns 25 points for each factor', () => {
  test.each<{ facts: WrittenFacts; points: number; fact: string | null; missing: boolean }>([
    { facts: {}, points: 0, fact: null, missing: true },
    { facts: { logoValue: false }, points: 0, fact: '0 of 4', missing: false },
    { facts: { logoValue: true }, points: 25, fact: '1 of 4: logoValue', missing: false },
    {
      facts: { referencePotential: true, marketInfluence: true },
      points: 50,
      fact: '2 of 4: referencePotential, marketInfluence',
      missing: false,
    },
    {
      facts: { logoValue: true, referencePotential: true, partnershipOpportunity: true },
      points: 75,
      fact: '3 of 4: logoValue, referencePotential, partnershipOpportunity',
      missing: false,
    },
    {
      facts: {
        logoValue: true,
        referencePotential: true,
        marketInfluence: true,
        partnershipOpportunity: true,
      },
      points: 100,
      fact: '4 of 4: logoValue, referencePotential, marketInfluence, partnershipOpportunity',
      missing: false,
    },
  ])('$fact: $points', ({ facts, ...expected }) => {
    expect(criterion('STRATEGIC_VALUE', only(facts))).toMatchObject({
      ...expected,
      contribution: expected.points * 20,
    });
  });
});

describe('product complexity earns points by how many facts hold', () => {
  test.each<{ facts: WrittenFacts; points: number; fact: string | null; missing: boolean }>([
    { facts: {}, points: 0, fact: null, missing: true },
    { facts: { customConfiguration: false }, points: 0, fact: '0 of 3', missing: false },
    { facts: { severalIntegrations: true }, points: 35, fact: '1 of 3: severalIntegrations', missing: false },
    {
      facts: { advancedFeatures: true, customConfiguration: true },
      points: 70,
      fact: '2 of 3: advancedFeatures, customConfiguration',
      missing: false,
    },
    {
      facts: { advancedFeatures: true, severalIntegrations: true, customConfiguration: true },
      points: 100,
      fact: '3 of 3: advancedFeatures, severalIntegrations, customConfiguration',
      missing: false,
    },
  ])('$fact: $points', ({ facts, ...expected }) => {
    expect(criterion('PRODUCT_COMPLEXITY', only(facts))).toMatchObject({
      ...expected,
      contribution: expected.points * 10,
    });
  });

  test('relationship complexity earns nothing and is not a fact of the score', () => {
    const facts = only({ complexImplementation: true, manyStakeholders: true, missionCritical: true });
    expect(score(facts)).toMatchObject({ total: 0, completeness: 0, knownBeyondArr: false });
  });
});

describe('completeness is the weight of the criteria that have facts', () => {
  test.each<{ facts: WrittenFacts; completeness: number }>([
    { facts: {}, completeness: 0 },
    { facts: { arr: '0' }, completeness: 40 },
    { facts: { expansionAssessment: 'LOW' }, completeness: 30 },
    { facts: { marketInfluence: false }, completeness: 20 },
    { facts: { advancedFeatures: false }, completeness: 10 },
    { facts: { arr: '60,000', expansionAssessment: 'LOW' }, completeness: 70 },
    {
      facts: { arr: '60,000', expansionAssessment: 'LOW', logoValue: true, advancedFeatures: true },
      completeness: 100,
    },
    { facts: { churnRisk: 'HIGH', healthScore: 3, status: 'TRIAL', usagePercent: 90 }, completeness: 0 },
  ])('$facts: $completeness', ({ facts, completeness }) => {
    expect(score(only(facts)).completeness).toBe(completeness * 100);
  });
});

describe('missing facts', () => {
  const partly = only({ arr: '60,000', logoValue: true });

  test('cost the points of their criterion where they count as the lowest band', () => {
    expect(score(partly).total).toBe(3_500);
  });

  test('leave their weight to the other criteria where the model redistributes', () => {
    // (40 x 75 + 20 x 25) / 60 = 58.333...
    const redistributed = score(partly, REDISTRIBUTING);
    expect(redistributed.total).toBe(5_833);
    expect(redistributed.criteria.map(({ contribution }) => contribution)).toEqual([5_000, 0, 833, 0]);
    expect(redistributed.completeness).toBe(6_000);
  });

  test.each([
    { facts: { arr: '60,000' }, total: 7_500, why: 'ARR alone carries all the weight' },
    { facts: { expansionAssessment: 'HIGH' as const }, total: 10_000, why: 'so does expansion alone' },
    { facts: { expansionAssessment: 'LOW' as const }, total: 0, why: 'and a known LOW gives nothing' },
    { facts: {}, total: 0, why: 'with nothing known the total is 0' },
  ])('redistributed, $facts give $total hundredths: $why', ({ facts, total }) => {
    expect(score(only(facts), REDISTRIBUTING).total).toBe(total);
  });

  test('count for nothing beyond LOWEST_BAND where everything is known', () => {
    fc.assert(
      fc.property(anyFacts(TODAY), (facts) => {
        const lowest = score(facts);
        fc.pre(lowest.completeness === 10_000);
        expect(score(facts, REDISTRIBUTING)).toEqual(lowest);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the total', () => {
  const flags = { logoValue: true, advancedFeatures: true };

  test.each([
    // 33.35 x 10 / 100 = 3.335
    { weight: 33.35, pointsPerFactor: 10, total: 334, why: 'half a hundredth goes up' },
    { weight: 33.34, pointsPerFactor: 10, total: 333, why: 'less than half goes down' },
    { weight: 33.36, pointsPerFactor: 10, total: 334, why: 'more than half goes up' },
    // 50 x 33.33 / 100 = 16.665
    { weight: 50, pointsPerFactor: 33.33, total: 1_667, why: 'points may have places too' },
    { weight: 50, pointsPerFactor: 33.32, total: 1_666, why: 'and stay exact' },
  ])('rounds half up: $weight x $pointsPerFactor is $total hundredths, $why', ({ total, ...value }) => {
    const model = modelWith([
      { key: 'STRATEGIC_VALUE', ...value },
      { key: 'PRODUCT_COMPLEXITY', weight: 100 - value.weight, pointsByCount: [0, 0, 0, 0] },
    ]);
    expect(score(known(flags), model).total).toBe(total);
  });

  test('is rounded once, from the exact sum and not from rounded parts', () => {
    // 33.35 x 10 / 100 + 66.65 x 10 / 100 = 3.335 + 6.665 = 10 exactly; rounded parts would give 10.01.
    const model = modelWith([
      { key: 'STRATEGIC_VALUE', weight: 33.35, pointsPerFactor: 10 },
      { key: 'PRODUCT_COMPLEXITY', weight: 66.65, pointsByCount: [0, 10, 20, 30] },
    ]);
    const { total, criteria } = score(known(flags), model);
    expect(total).toBe(1_000);
    expect(criteria.map(({ contribution }) => contribution)).toEqual([334, 667]);
  });

  test('lies from 0 to 100 and is the same for the same facts', () => {
    fc.assert(
      fc.property(anyFacts(TODAY), fc.constantFrom(DEFAULT_MODEL, REDISTRIBUTING), (facts, model) => {
        const { total } = score(facts, model);
        expect(total).toBeGreaterThanOrEqual(0);
        expect(total).toBeLessThanOrEqual(10_000);
        expect(score({ ...facts }, model)).toEqual(score(facts, model));
      }),
      { numRuns: 500 },
    );
  });
});
