import { type AccountFacts } from './account';
import { type ExpansionPotential } from './expansion-potential';
import { lowestTier, type Tier, tierAtRank, topTier } from './tier';
import { type TieringModel } from './tiering-model';

/** In the order in which they are asked (spec section 2.3). */
export const GUARDRAIL_CODES = [
  'STRATEGIC_DESIGNATION',
  'NOT_PAYING',
  'KEY_ACCOUNT',
  'ARR_ONLY',
  'LIFT_LIMIT',
  'DROP_LIMIT',
  'TOP_TIER_NEEDS_PROMISE',
  'RISKY_WITHOUT_GROWTH',
] as const;
export type GuardrailCode = (typeof GUARDRAIL_CODES)[number];

/** A guardrail that changed the tier, or settled it (then `from` and `to` may be the same). */
export interface GuardrailAct {
  readonly code: GuardrailCode;
  readonly from: string;
  readonly to: string;
}

/** What the guardrails look at beside the score. */
export interface GuardrailCase {
  readonly facts: AccountFacts;
  readonly scoreTier: Tier;
  readonly ladderTier: Tier;
  readonly potential: ExpansionPotential;
  readonly strategicFactors: number;
  /** Whether anything is known of expansion, strategic value or product complexity. */
  readonly knownBeyondArr: boolean;
}

export interface GuardedTier {
  readonly tier: Tier;
  readonly acts: readonly GuardrailAct[];
  /** Whether the tier rests on the ARR alone, because nothing else is known. */
  readonly provisional: boolean;
  /** Whether RISKY_WITHOUT_GROWTH asks for a tier review. */
  readonly opensReview: boolean;
}

/**
 * Asks the guardrails in order. The first of the four settling ones that applies decides; otherwise the
 * limits bound the tier that the score gives (section 2.3).
 */
export function applyGuardrails(model: TieringModel, asked: GuardrailCase): GuardedTier {
  const settled = settle(model, asked);
  if (settled) {
    const { code, tier } = settled;
    const acts: GuardrailAct[] = [{ code, from: asked.scoreTier.key, to: tier.key }];
    const provisional = restsOnArr(code) && isArrOnly(model, asked);
    // A key account of which nothing else is known is as provisional as any other; its tier stays.
    if (provisional && code !== 'ARR_ONLY') acts.push({ code: 'ARR_ONLY', from: tier.key, to: tier.key });
    return {
      tier,
      acts,
      provisional,
      opensReview: tier.rank === 1 && isRiskyWithoutGrowth(model, asked),
    };
  }
  const acts: GuardrailAct[] = [];
  let tier = asked.scoreTier;
  const limit = (code: GuardrailCode, to: Tier): void => {
    if (to.rank !== tier.rank) acts.push({ code, from: tier.key, to: to.key });
    tier = to;
  };
  const { liftLimit, dropLimit, topTierStrategicFactors } = model.guardrails;
  if (liftLimit !== null) limit('LIFT_LIMIT', notAbove(model, tier, asked.ladderTier.rank - liftLimit));
  if (dropLimit !== null) limit('DROP_LIMIT', notBelow(model, tier, asked.ladderTier.rank + dropLimit));
  if (topTierStrategicFactors !== null && !hasPromise(asked, topTierStrategicFactors)) {
    limit('TOP_TIER_NEEDS_PROMISE', notAbove(model, tier, 2));
  }
  const opensReview = tier.rank === 1 && isRiskyWithoutGrowth(model, asked);
  if (opensReview && asked.potential.level === 'LOW') limit('RISKY_WITHOUT_GROWTH', notAbove(model, tier, 2));
  return { tier, acts, provisional: false, opensReview };
}

function settle(model: TieringModel, asked: GuardrailCase): { code: GuardrailCode; tier: Tier } | null {
  const { facts } = asked;
  const rules = model.guardrails;
  if (rules.strategicDesignation && facts.strategicDesignation === true) {
    return { code: 'STRATEGIC_DESIGNATION', tier: topTier(model.tiers) };
  }
  if (rules.notPaying && isNotPaying(facts)) return { code: 'NOT_PAYING', tier: lowestTier(model.tiers) };
  if (rules.keyAccountFrom !== null && facts.arr !== null && facts.arr >= rules.keyAccountFrom) {
    return { code: 'KEY_ACCOUNT', tier: topTier(model.tiers) };
  }
  if (isArrOnly(model, asked)) return { code: 'ARR_ONLY', tier: asked.ladderTier };
  return null;
}

function isArrOnly(model: TieringModel, asked: GuardrailCase): boolean {
  return model.guardrails.arrOnly && !asked.knownBeyondArr;
}

function restsOnArr(settledBy: GuardrailCode): boolean {
  return settledBy === 'KEY_ACCOUNT' || settledBy === 'ARR_ONLY';
}

/** Whether the account is on trial or free and brings no ARR. */
export function isNotPaying(facts: AccountFacts): boolean {
  return (facts.status === 'TRIAL' || facts.status === 'FREE') && (facts.arr === null || facts.arr === 0);
}

function isRiskyWithoutGrowth(model: TieringModel, asked: GuardrailCase): boolean {
  const promising = asked.potential.level === 'MEDIUM' || asked.potential.level === 'HIGH';
  return model.guardrails.riskyWithoutGrowth && asked.facts.churnRisk === 'HIGH' && !promising;
}

function hasPromise(asked: GuardrailCase, factorsNeeded: number): boolean {
  const { level } = asked.potential;
  return level === 'MEDIUM' || level === 'HIGH' || asked.strategicFactors >= factorsNeeded;
}

function notAbove(model: TieringModel, tier: Tier, rank: number): Tier {
  return tier.rank < rank ? tierAtRank(model.tiers, rank) : tier;
}

function notBelow(model: TieringModel, tier: Tier, rank: number): Tier {
  return tier.rank > rank ? tierAtRank(model.tiers, rank) : tier;
}
