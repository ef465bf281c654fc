import { type AccountFacts, LEVELS, PRODUCT_COMPLEXITY_FACTS, STRATEGIC_FACTORS } from './account';
import { type CalendarDate } from './calendar';
import { formatMoney, type Money } from './money';
import { placeAccount } from './placement';
import { type Scorecard } from './scorecard';
import { amountOf, isAbove } from './tier';
import { arrBandsOf, type TieringModel } from './tiering-model';

/** A change of one thing that would place the account higher. */
export interface Counterfactual {
  readonly change: 'ARR' | 'EXPANSION_POTENTIAL' | 'STRATEGIC_FACTORS' | 'PRODUCT_COMPLEXITY' | 'CHURN_RISK';
  /** For people: "ARR +6200.00", "expansion potential HIGH", "2 more strategic factors". */
  readonly text: string;
  readonly from: string | null;
  readonly to: string;
  /** The tier it would reach: the next one, or a higher one where no smaller change reaches the next. */
  readonly tier: string;
}

interface Candidate {
  readonly text: string;
  readonly from: string | null;
  readonly to: string;
  readonly facts: AccountFacts;
}

/**
 * The smallest single changes, one for each kind of fact, that would place the account above its computed
 * tier (spec section 10). Every one is found by placing the changed facts, so it is right by construction.
 */
export function counterfactuals(
  facts: AccountFacts,
  scorecard: Scorecard,
  model: TieringModel,
  today: CalendarDate,
): Counterfactual[] {
  const { computedTier } = scorecard;
  if (computedTier === null || computedTier === model.tiers[0]?.key) return [];
  const ladders: [Counterfactual['change'], readonly Candidate[]][] = [
    ['ARR', higherArr(facts, model)],
    ['EXPANSION_POTENTIAL', higherPotential(facts, scorecard, today)],
    ['STRATEGIC_FACTORS', moreFlags(facts, STRATEGIC_FACTORS, 'strategic factor')],
    ['PRODUCT_COMPLEXITY', moreFlags(facts, PRODUCT_COMPLEXITY_FACTS, 'product-complexity fact')],
    ['CHURN_RISK', lowerRisk(facts)],
  ];
  return ladders.flatMap(([change, candidates]) => {
    for (const { facts: changed, ...candidate } of candidates) {
      const tier = placeAccount(changed, model, today).computedTier;
      if (tier !== null && isAbove(model.tiers, tier, computedTier)) return [{ change, ...candidate, tier }];
    }
    return [];
  });
}

/** Only at these amounts can more ARR change a placement. */
function higherArr(facts: AccountFacts, model: TieringModel): Candidate[] {
  const current = facts.arr ?? (0 as Money);
  const amounts = new Set<Money>(model.tiers.map((tier) => amountOf(tier.arrFrom)));
  for (const { from } of arrBandsOf(model)) amounts.add(amountOf(from));
  if (model.guardrails.keyAccountFrom !== null) amounts.add(model.guardrails.keyAccountFrom);
  // A trial that pays anything leaves NOT_PAYING.
  amounts.add(1 as Money);
  return [...amounts]
    .filter((amount) => amount > current)
    .sort((a, b) => a - b)
    .map((amount) => ({
      text: `ARR +${formatMoney((amount - current) as Money)}`,
      from: facts.arr === null ? null : formatMoney(facts.arr),
      to: formatMoney(amount),
      facts: { ...facts, arr: amount },
    }));
}

function higherPotential(facts: AccountFacts, scorecard: Scorecard, today: CalendarDate): Candidate[] {
  const current = scorecard.expansionPotential;
  return LEVELS.slice(current === null ? 1 : LEVELS.indexOf(current) + 1).map((level) => ({
    text: `expansion potential ${level}`,
    from: current,
    to: level,
    facts: { ...facts, expansionAssessment: level, expansionAssessedOn: today },
  }));
}

function moreFlags(
  facts: AccountFacts,
  flags: typeof STRATEGIC_FACTORS | typeof PRODUCT_COMPLEXITY_FACTS,
  noun: string,
): Candidate[] {
  const open = flags.filter((flag) => facts[flag] !== true);
  const held = flags.length - open.length;
  return open.map((_, index) => {
    const added = open.slice(0, index + 1);
    return {
      text: `${added.length} more ${noun}${added.length > 1 ? 's' : ''}`,
      from: String(held),
      to: String(held + added.length),
      facts: { ...facts, ...Object.fromEntries(added.map((flag) => [flag, true])) },
    };
  });
}

function lowerRisk(facts: AccountFacts): Candidate[] {
  if (facts.churnRisk !== 'HIGH') return [];
  return [
    { text: 'churn risk MEDIUM', from: 'HIGH', to: 'MEDIUM', facts: { ...facts, churnRisk: 'MEDIUM' } },
  ];
}
