import { type GuardrailCode } from './guardrail';
import { formatHundredths } from './money';
import { type CriterionScore, type Scorecard } from './scorecard';
import { tierByKey } from './tier';
import { type CriterionKey, type TieringModel } from './tiering-model';

const CRITERION_NAMES: Record<CriterionKey, string> = {
  CURRENT_ARR: 'Current ARR',
  EXPANSION_POTENTIAL: 'Expansion potential',
  STRATEGIC_VALUE: 'Strategic value',
  PRODUCT_COMPLEXITY: 'Product complexity',
};

const GUARDRAIL_REASONS: Record<GuardrailCode, string> = {
  STRATEGIC_DESIGNATION: 'the account is designated strategic',
  NOT_PAYING: 'the account is on trial or free and brings no ARR',
  KEY_ACCOUNT: 'the ARR makes it a key account',
  ARR_ONLY: 'nothing but the ARR is known, so the ARR alone decides for now',
  LIFT_LIMIT: 'the score may lift an account only so far above its tier by ARR',
  DROP_LIMIT: 'the score may lower an account only so far below its tier by ARR',
  TOP_TIER_NEEDS_PROMISE: 'the top tier needs room to grow or strategic value',
  RISKY_WITHOUT_GROWTH: 'churn risk is high and there is no room to grow',
};

/** Says in plain sentences how the total came about and why the account is placed where it is. */
export function explainScorecard(scorecard: Scorecard, model: TieringModel): string[] {
  const name = (key: string): string => tierByKey(model.tiers, key).name;
  const lines = scorecard.criteria.map((criterion) => explainCriterion(criterion, model));
  lines.push(
    `The total is ${formatHundredths(scorecard.total)}, which the floors of the ladder put into ${name(scorecard.scoreTier)}; by ARR alone it would be ${name(scorecard.ladderTier)}.`,
  );
  for (const act of scorecard.guardrails) {
    const change =
      act.from === act.to ? `settles ${name(act.to)}` : `moves it from ${name(act.from)} to ${name(act.to)}`;
    lines.push(`${act.code} ${change}: ${GUARDRAIL_REASONS[act.code]}.`);
  }
  if (scorecard.opensReview)
    lines.push('A tier review is asked for: churn risk is high and growth is not in sight.');
  lines.push(
    scorecard.computedTier === null
      ? 'The account has churned and holds no tier.'
      : `It belongs in ${name(scorecard.computedTier)}${scorecard.provisional ? ', provisionally' : ''}.`,
  );
  return lines;
}

function explainCriterion(criterion: CriterionScore, model: TieringModel): string {
  const name = CRITERION_NAMES[criterion.key];
  const weight = formatHundredths(criterion.weight);
  if (criterion.missing && model.missingFacts === 'REDISTRIBUTE') {
    return `${name} is not known; its weight of ${weight} is spread over the criteria that are.`;
  }
  const points = `${criterion.points} of 100 points at weight ${weight} give ${formatHundredths(criterion.contribution)}`;
  return criterion.missing
    ? `${name} is not known and counts as the lowest band: ${points}.`
    : `${name} is ${criterion.fact ?? ''}: ${points}.`;
}
