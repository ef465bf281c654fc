import fc from 'fast-check';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { placeAccount } from '../../src/domain/placement';
import { type CriterionScore, type Scorecard } from '../../src/domain/scorecard';
import { digestOf } from '../../src/domain/scorecard-digest';
import { anyFacts, day, known } from '../support/facts';

const TODAY = day('2026-03-01');
const CARD: Scorecard = placeAccount(
  known({ arr: '200,000', churnRisk: 'HIGH', logoValue: true, marketInfluence: true }),
  DEFAULT_MODEL,
  TODAY,
);
const withFirst = (change: Partial<CriterionScore>): Partial<Scorecard> => ({
  criteria: CARD.criteria.map((criterion, index) => (index === 0 ? { ...criterion, ...change } : criterion)),
});

describe('the digest of a scorecard', () => {
  test('is the same for what says the same, in whatever order its keys come', () => {
    const reversed = Object.fromEntries(Object.entries(CARD).reverse()) as unknown as Scorecard;
    expect(digestOf(JSON.parse(JSON.stringify(reversed)) as Scorecard)).toBe(digestOf(CARD));
  });

  test.each<[string, Partial<Scorecard>]>([
    ['the model', { modelVersion: 2 }],
    ['the total', { total: CARD.total + 1 }],
    ['the completeness', { completeness: CARD.completeness - 1 }],
    ['the tier by the score', { scoreTier: 'scale' }],
    ['the tier by the ladder', { ladderTier: 'scale' }],
    ['the tier', { computedTier: 'scale' }],
    ['whether there is a tier', { computedTier: null }],
    ['whether it is provisional', { provisional: !CARD.provisional }],
    ['whether it opens a review', { opensReview: !CARD.opensReview }],
    ['the expansion potential', { expansionPotential: 'MEDIUM' }],
    ['whether that is known', { expansionPotential: null }],
    ['the guardrails', { guardrails: [] }],
    ['a guardrail', { guardrails: CARD.guardrails.map((act) => ({ ...act, to: 'scale' })) }],
    ['a fact', withFirst({ fact: '200000.01' })],
    ['points', withFirst({ points: 33.33 })],
    ['a weight', withFirst({ weight: 1 })],
    ['a contribution', withFirst({ contribution: 1 })],
    ['what is missing', withFirst({ missing: true })],
  ])('is another one where it differs in %s', (_what, change) => {
    expect(CARD.guardrails).not.toEqual([]);
    expect(digestOf({ ...CARD, ...change })).not.toBe(digestOf(CARD));
  });

  test('is a whole number that a bigint holds, and differs between scorecards that differ', () => {
    fc.assert(
      fc.property(anyFacts(TODAY), anyFacts(TODAY), (a, b) => {
        const one = placeAccount(a, DEFAULT_MODEL, TODAY);
        const other = placeAccount(b, DEFAULT_MODEL, TODAY);
        const digest = digestOf(one);
        expect(Number.isSafeInteger(digest)).toBe(true);
        expect(digest === digestOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});
