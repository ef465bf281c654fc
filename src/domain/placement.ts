import { type AccountFacts } from './account';
import { type CalendarDate } from './calendar';
import { applyGuardrails } from './guardrail';
import { type Scorecard, scoreAccount } from './scorecard';
import { tierByArr, tierByScore } from './tier';
import { type TieringModel } from './tiering-model';

/**
 * Decides which tier the account belongs to under the model on the day, and keeps everything that led there
 * (spec sections 2.1-2.3). Same facts, model and day: same scorecard.
 */
export function placeAccount(facts: AccountFacts, model: TieringModel, today: CalendarDate): Scorecard {
  const score = scoreAccount(facts, model, today);
  const scoreTier = tierByScore(model.tiers, score.total);
  const ladderTier = tierByArr(model.tiers, facts.arr);
  const guarded = applyGuardrails(model, { ...score, facts, scoreTier, ladderTier });
  const churned = facts.status === 'CHURNED';
  return {
    modelVersion: model.version,
    total: score.total,
    completeness: score.completeness,
    criteria: score.criteria,
    expansionPotential: score.potential.level,
    scoreTier: scoreTier.key,
    ladderTier: ladderTier.key,
    guardrails: churned ? [] : guarded.acts,
    computedTier: churned ? null : guarded.tier.key,
    provisional: !churned && guarded.provisional,
    opensReview: !churned && guarded.opensReview,
  };
}
