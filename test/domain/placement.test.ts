import fc from 'fast-check';
import { type Level } from '../../src/domain/account';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { placeAccount } from '../../src/domain/placement';
import { formatHundredths, type Money } from '../../src/domain/money';
import { tierByKey } from '../../src/domain/tier';
import { anyArr, anyFacts, day, known, only, type WrittenFacts } from '../support/facts';

const TODAY = day('2026-03-01');

const ALL_STRATEGIC = {
  logoValue: true,
  referencePotential: true,
  marketInfluence: true,
  partnershipOpportunity: true,
};
const ALL_COMPLEX = { advancedFeatures: true, severalIntegrations: true, customConfiguration: true };

interface Case {
  readonly case: string;
  readonly facts: WrittenFacts;
  readonly total: string;
  readonly placed: string;
  /** The guardrails that acted. */
  readonly by?: readonly string[];
  readonly review?: boolean;
}

const low = { expansionAssessment: 'LOW' } as const;
const medium = { expansionAssessment: 'MEDIUM' } as const;
const high = { expansionAssessment: 'HIGH' } as const;
const atRisk = { churnRisk: 'HIGH' } as const;

describe('the cases of the spec, section 2.4', () => {
  test.each<Case>([
    {
      case: 'big, stuck, at risk',
      facts: { arr: '150,000', ...low, ...atRisk },
      total: '40.00',
      placed: 'core',
    },
    { case: 'small, could triple', facts: { arr: '40,000', ...high }, total: '54.00', placed: 'strategic' },
    { case: 'big, no room', facts: { arr: '120,000', ...low }, total: '40.00', placed: 'core' },
    {
      case: 'big, no room, complex',
      facts: { arr: '120,000', ...low, ...ALL_COMPLEX },
      total: '50.00',
      placed: 'core',
      by: ['TOP_TIER_NEEDS_PROMISE'],
    },
    {
      case: 'tiny, designated',
      facts: {
        arr: '4,000',
        ...low,
        logoValue: true,
        partnershipOpportunity: true,
        strategicDesignation: true,
      },
      total: '10.00',
      placed: 'strategic',
      by: ['STRATEGIC_DESIGNATION'],
    },
    { case: 'on the line', facts: { arr: '100,000.00', ...medium }, total: '55.00', placed: 'strategic' },
    { case: 'under the line', facts: { arr: '99,999.99', ...medium }, total: '45.00', placed: 'core' },
    { case: 'on the Core line', facts: { arr: '25,000.00', ...low }, total: '24.00', placed: 'core' },
    { case: 'under the Core line', facts: { arr: '24,999.99', ...low }, total: '14.00', placed: 'scale' },
    { case: 'on the Scale line', facts: { arr: '5,000.00', ...low }, total: '8.00', placed: 'scale' },
    { case: 'under the Scale line', facts: { arr: '4,999.99', ...low }, total: '0.00', placed: 'tech-touch' },
    {
      case: 'trial with every promise',
      facts: { arr: '0', status: 'TRIAL', ...high, ...ALL_STRATEGIC },
      total: '50.00',
      placed: 'tech-touch',
      by: ['NOT_PAYING'],
    },
    {
      case: 'score outruns size',
      facts: { arr: '3,000', ...high },
      total: '30.00',
      placed: 'scale',
      by: ['LIFT_LIMIT'],
    },
    {
      case: 'important, at risk',
      facts: { arr: '200,000', ...low, logoValue: true, marketInfluence: true, ...atRisk },
      total: '50.00',
      placed: 'core',
      by: ['RISKY_WITHOUT_GROWTH'],
      review: true,
    },
    {
      case: 'very big, at risk',
      facts: { arr: '900,000', ...low, ...atRisk },
      total: '40.00',
      placed: 'strategic',
      by: ['KEY_ACCOUNT'],
      review: true,
    },
    {
      case: 'important, safe',
      facts: { arr: '200,000', ...low, logoValue: true, marketInfluence: true, churnRisk: 'LOW' },
      total: '50.00',
      placed: 'strategic',
    },
    {
      case: 'very big, no room',
      facts: { arr: '600,000', ...low },
      total: '40.00',
      placed: 'strategic',
      by: ['KEY_ACCOUNT'],
    },
    {
      case: 'few of its seats',
      facts: { arr: '40,000', seatsUsed: 29, seatsAvailable: 100 },
      total: '54.00',
      placed: 'strategic',
    },
    {
      case: 'not so few',
      facts: { arr: '40,000', seatsUsed: 30, seatsAvailable: 100 },
      total: '39.00',
      placed: 'core',
    },
    {
      case: 'one line of two',
      facts: { arr: '40,000', productLinesOwned: 1, productLinesAvailable: 2 },
      total: '39.00',
      placed: 'core',
    },
    {
      case: 'everything',
      facts: { arr: '500,000', ...high, ...ALL_STRATEGIC, ...ALL_COMPLEX },
      total: '100.00',
      placed: 'strategic',
      by: ['KEY_ACCOUNT'],
    },
  ])('$case: $total, $placed', ({ facts, total, placed, by = [], review = false }) => {
    const scorecard = placeAccount(known(facts), DEFAULT_MODEL, TODAY);
    expect(formatHundredths(scorecard.total)).toBe(total);
    expect(scorecard.computedTier).toBe(placed);
    expect(scorecard.guardrails.map(({ code }) => code)).toEqual(by);
    expect(scorecard.opensReview).toBe(review);
    expect(scorecard.completeness).toBe(10_000);
    expect(scorecard.provisional).toBe(false);
  });

  test.each<Case>([
    { case: 'only ARR known', facts: { arr: '60,000' }, total: '30.00', placed: 'core' },
    { case: 'only ARR known, large', facts: { arr: '120,000' }, total: '40.00', placed: 'strategic' },
  ])('$case: $total, $placed, provisional, completeness 40', ({ facts, total, placed }) => {
    const scorecard = placeAccount(only(facts), DEFAULT_MODEL, TODAY);
    expect(formatHundredths(scorecard.total)).toBe(total);
    expect(scorecard.computedTier).toBe(placed);
    expect(scorecard.guardrails.map(({ code }) => code)).toEqual(['ARR_ONLY']);
    expect(scorecard.completeness).toBe(4_000);
    expect(scorecard.provisional).toBe(true);
    expect(scorecard.opensReview).toBe(false);
  });
});

describe('beside the cases', () => {
  test('a scorecard keeps the tier by score, the tier by ARR and each step from one to the other', () => {
    const scorecard = placeAccount(known({ arr: '3,000', ...high }), DEFAULT_MODEL, TODAY);
    expect(scorecard).toMatchObject({
      modelVersion: 1,
      scoreTier: 'core',
      ladderTier: 'tech-touch',
      guardrails: [{ code: 'LIFT_LIMIT', from: 'core', to: 'scale' }],
      expansionPotential: 'HIGH',
    });
  });

  test('a guardrail that settles the tier without changing it is named as well', () => {
    const scorecard = placeAccount(known({ arr: '500,000', ...high }), DEFAULT_MODEL, TODAY);
    expect(scorecard.guardrails).toEqual([{ code: 'KEY_ACCOUNT', from: 'strategic', to: 'strategic' }]);
  });

  test.each([
    { facts: { arr: '60,000', churnRisk: 'HIGH' as const, healthScore: 12 }, why: 'risk and health' },
    {
      facts: { arr: '60,000', missionCritical: true, manyStakeholders: true },
      why: 'relationship complexity',
    },
    { facts: { arr: '60,000', seatsPurchased: 50, usagePercent: 90, seatsUsed: 3 }, why: 'usage' },
    { facts: { arr: '60,000', status: 'ACTIVE' as const }, why: 'the status' },
    {
      facts: { arr: '60,000', expansionAssessment: 'HIGH' as const, expansionAssessedOn: '2025-03-01' },
      why: 'an assessment that is too old',
    },
  ])('beyond ARR, $why is nothing that lifts the ARR_ONLY rule', ({ facts }) => {
    expect(placeAccount(only(facts), DEFAULT_MODEL, TODAY)).toMatchObject({
      computedTier: 'core',
      provisional: true,
    });
  });

  test.each([
    { facts: { logoValue: false }, why: 'a strategic factor that says no' },
    { facts: { advancedFeatures: false }, why: 'a complexity fact that says no' },
    { facts: { expansionArr: '0' }, why: 'an expansion of 0' },
  ])('but $why is', ({ facts }) => {
    expect(placeAccount(only({ arr: '60,000', ...facts }), DEFAULT_MODEL, TODAY).provisional).toBe(false);
  });

  test('an account of which nothing is known stands on the lowest rung, provisionally', () => {
    expect(placeAccount(only(), DEFAULT_MODEL, TODAY)).toMatchObject({
      total: 0,
      completeness: 0,
      computedTier: 'tech-touch',
      provisional: true,
    });
  });

  test('a churned account is scored, but holds no tier, and no guardrail acts', () => {
    const churned = known({
      arr: '900,000',
      status: 'CHURNED',
      ...low,
      ...atRisk,
      strategicDesignation: true,
    });
    expect(placeAccount(churned, DEFAULT_MODEL, TODAY)).toMatchObject({
      total: 4_000,
      computedTier: null,
      guardrails: [],
      provisional: false,
      opensReview: false,
    });
  });

  test('an assessment that has aged places the account anew', () => {
    const facts = known({ arr: '40,000', ...high, expansionAssessedOn: '2025-06-15', expansionArr: '0' });
    expect(placeAccount(facts, DEFAULT_MODEL, day('2026-06-14')).computedTier).toBe('strategic');
    expect(placeAccount(facts, DEFAULT_MODEL, day('2026-06-15')).computedTier).toBe('core');
  });
});

describe('whatever the facts', () => {
  test('the same facts on the same day give the same scorecard', () => {
    fc.assert(
      fc.property(anyFacts(TODAY), (facts) => {
        const again = placeAccount({ ...facts }, DEFAULT_MODEL, TODAY);
        expect(again).toEqual(placeAccount(facts, DEFAULT_MODEL, TODAY));
      }),
      { numRuns: 500 },
    );
  });

  test('more ARR never lowers the total or the computed tier while the potential is an assessed one', () => {
    const rank = (key: string | null): number => tierByKey(DEFAULT_MODEL.tiers, key ?? '').rank;
    fc.assert(
      fc.property(
        anyFacts(TODAY).filter(({ status }) => status !== 'CHURNED'),
        fc.constantFrom<Level>('LOW', 'MEDIUM', 'HIGH'),
        anyArr(),
        anyArr(),
        (facts, level, one, other) => {
          const assessed = { ...facts, expansionAssessment: level, expansionAssessedOn: TODAY };
          const [less, more] = [Math.min(one, other), Math.max(one, other)].map((arr) =>
            placeAccount({ ...assessed, arr: arr as Money }, DEFAULT_MODEL, TODAY),
          );
          expect(more?.total).toBeGreaterThanOrEqual(less?.total ?? Number.NaN);
          expect(rank(more?.computedTier ?? null)).toBeLessThanOrEqual(rank(less?.computedTier ?? null));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('the guardrails named lead step by step from the tier by score to the computed tier', () => {
    fc.assert(
      fc.property(
        anyFacts(TODAY).filter(({ status }) => status !== 'CHURNED'),
        (facts) => {
          const scorecard = placeAccount(facts, DEFAULT_MODEL, TODAY);
          let tier = scorecard.scoreTier;
          for (const act of scorecard.guardrails) {
            expect(act.from).toBe(tier);
            tier = act.to;
          }
          expect(tier).toBe(scorecard.computedTier);
        },
      ),
      { numRuns: 500 },
    );
  });
});
