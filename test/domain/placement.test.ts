import fc from 'fast-check';
import { type Level } from '../../src/domain/account';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { placeAccount } from '../../src/domain/placement';
import { formatHundredths, type Money } from '../../src/domain/money';
import { tierByKey } from '../../src/domain/tier';
import { PLACEMENT_CASES } from '../support/placement-cases';
import { anyArr, anyFacts, day, known, only } from '../support/facts';

const TODAY = day('2026-03-01');

const low = { expansionAssessment: 'LOW' } as const;
const high = { expansionAssessment: 'HIGH' } as const;
const atRisk = { churnRisk: 'HIGH' } as const;

describe('the cases of the spec, section 2.4', () => {
  test.each(PLACEMENT_CASES)(
    '$case: $total, $placed',
    ({ facts, nothingElse = false, total, placed, by = [], review = false }) => {
      const scorecard = placeAccount(nothingElse ? only(facts) : known(facts), DEFAULT_MODEL, TODAY);
      expect(formatHundredths(scorecard.total)).toBe(total);
      expect(scorecard.computedTier).toBe(placed);
      expect(scorecard.guardrails.map(({ code }) => code)).toEqual(by);
      expect(scorecard.opensReview).toBe(review);
      expect(scorecard.completeness).toBe(nothingElse ? 4_000 : 10_000);
      expect(scorecard.provisional).toBe(nothingElse);
    },
  );
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
