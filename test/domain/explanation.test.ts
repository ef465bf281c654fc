import { type AccountFacts } from '../../src/domain/account';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { explainScorecard } from '../../src/domain/explanation';
import { placeAccount } from '../../src/domain/placement';
import { day, known, only } from '../support/facts';

const TODAY = day('2026-03-01');

function explain(facts: AccountFacts, model = DEFAULT_MODEL): string[] {
  return explainScorecard(placeAccount(facts, model, TODAY), model);
}

test('an explanation names every criterion, the total, every guardrail and the tier, by the names people use', () => {
  const facts = known({ arr: '3,000', expansionAssessment: 'HIGH', logoValue: true });
  expect(explain(facts)).toEqual([
    'Current ARR is 3000.00: 0 of 100 points at weight 40.00 give 0.00.',
    'Expansion potential is HIGH by ASSESSMENT: 100 of 100 points at weight 30.00 give 30.00.',
    'Strategic value is 1 of 4: logoValue: 25 of 100 points at weight 20.00 give 5.00.',
    'Product complexity is 0 of 3: 0 of 100 points at weight 10.00 give 0.00.',
    'The total is 35.00, which the floors of the ladder put into Core; by ARR alone it would be Tech-Touch.',
    'LIFT_LIMIT moves it from Core to Scale: the score may lift an account only so far above its tier by ARR.',
    'It belongs in Scale.',
  ]);
});

test('facts that are missing are said to be', () => {
  expect(explain(only({ arr: '60,000' }))).toEqual([
    'Current ARR is 60000.00: 75 of 100 points at weight 40.00 give 30.00.',
    'Expansion potential is not known and counts as the lowest band: 0 of 100 points at weight 30.00 give 0.00.',
    'Strategic value is not known and counts as the lowest band: 0 of 100 points at weight 20.00 give 0.00.',
    'Product complexity is not known and counts as the lowest band: 0 of 100 points at weight 10.00 give 0.00.',
    'The total is 30.00, which the floors of the ladder put into Core; by ARR alone it would be Core.',
    'ARR_ONLY settles Core: nothing but the ARR is known, so the ARR alone decides for now.',
    'It belongs in Core, provisionally.',
  ]);
});

test('a model that redistributes says so', () => {
  const lines = explain(only({ arr: '60,000', logoValue: true }), {
    ...DEFAULT_MODEL,
    missingFacts: 'REDISTRIBUTE',
  });
  expect(lines.slice(0, 4)).toEqual([
    'Current ARR is 60000.00: 75 of 100 points at weight 40.00 give 50.00.',
    'Expansion potential is not known; its weight of 30.00 is spread over the criteria that are.',
    'Strategic value is 1 of 4: logoValue: 25 of 100 points at weight 20.00 give 8.33.',
    'Product complexity is not known; its weight of 10.00 is spread over the criteria that are.',
  ]);
});

test('a review that is asked for is explained', () => {
  const facts = known({ arr: '900,000', expansionAssessment: 'LOW', churnRisk: 'HIGH' });
  expect(explain(facts)).toContain(
    'A tier review is asked for: churn risk is high and growth is not in sight.',
  );
  expect(explain({ ...facts, churnRisk: 'LOW' })).not.toContainEqual(expect.stringContaining('review'));
});

test('a churned account is said to hold no tier', () => {
  expect(explain(known({ status: 'CHURNED', arr: '0' })).at(-1)).toBe(
    'The account has churned and holds no tier.',
  );
});

test.each([
  {
    code: 'STRATEGIC_DESIGNATION',
    facts: known({ strategicDesignation: true }),
    from: 'moves it from Tech-Touch to Strategic',
  },
  {
    code: 'NOT_PAYING',
    facts: known({ status: 'FREE', expansionAssessment: 'HIGH' }),
    from: 'moves it from Core to Tech-Touch',
  },
  {
    code: 'KEY_ACCOUNT',
    facts: known({ arr: '500,000', expansionAssessment: 'HIGH' }),
    from: 'settles Strategic',
  },
  {
    code: 'TOP_TIER_NEEDS_PROMISE',
    facts: known({
      arr: '120,000',
      advancedFeatures: true,
      severalIntegrations: true,
      customConfiguration: true,
    }),
    from: 'moves it from Strategic to Core',
  },
  {
    code: 'RISKY_WITHOUT_GROWTH',
    facts: known({ arr: '200,000', logoValue: true, marketInfluence: true, churnRisk: 'HIGH' }),
    from: 'moves it from Strategic to Core',
  },
])('$code says what it did', ({ code, facts, from }) => {
  expect(explain(facts).filter((line) => line.startsWith(`${code} `))).toEqual([
    expect.stringMatching(new RegExp(`^${code} ${from}: .+\\.$`)),
  ]);
});
