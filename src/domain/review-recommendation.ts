import {
  type AccountValues,
  factsOf,
  PRODUCT_COMPLEXITY_FACTS,
  RELATIONSHIP_COMPLEXITY_FACTS,
  STRATEGIC_FACTORS,
} from './account';
import { type CalendarDate, daysBetween } from './calendar';
import { type Counterfactual, counterfactuals } from './counterfactual';
import { firstRenewalFrom } from './grace';
import { isAtLeastTimes, parseMoney } from './money';
import { type OverrideReason } from './override';
import { type Account } from './rescoring';
import { effectiveTier, type PendingDowngrade } from './standing';
import { isAbove, tierByKey } from './tier';
import { nextReviewDueOn } from './tier-review';
import { type TieringModel } from './tiering-model';

export const REVIEW_DECISIONS = [
  'KEEP',
  'MOVE_UP',
  'LET_FALL',
  'EXTEND_GRACE',
  'DESIGNATE',
  'END_OVERRIDE',
] as const;
export type ReviewDecision = (typeof REVIEW_DECISIONS)[number];

/** What a tier review is advised to decide, and why in one sentence. */
export interface Recommendation {
  readonly decision: ReviewDecision;
  readonly reason: string;
}

/** An ARR less than this many times as large counts as within reach. */
const WITHIN_REACH = 1.1;
/** A renewal within these days is no time for less service. */
const RENEWAL_DAYS = 30;
/** So many strategic factors are worth a designation. */
const FACTORS_TO_DESIGNATE = 3;

/**
 * What the facts of the account advise its tier review to decide (spec section 6). An active override comes first,
 * then a pending downgrade, a designation whose review date has come, and what would lift the account.
 */
export function recommendReview(account: Account, today: CalendarDate, model: TieringModel): Recommendation {
  const { standing } = account;
  if (standing.held === null || standing.computed === null) {
    return keep('It holds no tier, so there is nothing to decide.');
  }
  const placed: PlacedAccount = { account, held: standing.held, computed: standing.computed, today, model };
  return (
    aboutOverride(placed) ??
    aboutPendingDowngrade(placed) ??
    aboutDesignation(placed) ??
    aboutRise(placed) ??
    keep(`The rules place it in ${nameOf(model, standing.computed)}, and nothing asks for another tier.`)
  );
}

interface PlacedAccount {
  readonly account: Account;
  readonly held: string;
  readonly computed: string;
  readonly today: CalendarDate;
  readonly model: TieringModel;
}

function aboutOverride({ account, held, computed, model }: PlacedAccount): Recommendation | null {
  const { override } = account.standing;
  if (override === null) return null;
  const name = nameOf(model, override);
  if (override === computed && held === computed) {
    return {
      decision: 'END_OVERRIDE',
      reason: `The rules hold it in ${name} by themselves, so the override is needed no longer.`,
    };
  }
  if (isAbove(model.tiers, computed, override)) {
    return {
      decision: 'MOVE_UP',
      reason: `The rules place it in ${nameOf(model, computed)}, and only the override keeps it in ${name}.`,
    };
  }
  const gone = account.activeOverride ? lostGround(account.activeOverride.reason, account) : null;
  if (gone !== null) {
    return { decision: 'END_OVERRIDE', reason: `The ground of the override is gone: ${gone}.` };
  }
  const until = account.activeOverride ? ` until ${account.activeOverride.expiresOn}` : '';
  const afterwards = isAbove(model.tiers, held, override)
    ? `it rises to ${nameOf(model, held)} at once`
    : `it falls to ${nameOf(model, computed)} with grace`;
  return keep(`An override holds it in ${name}${until}; when that ends, ${afterwards}.`);
}

function aboutPendingDowngrade(placed: PlacedAccount): Recommendation | null {
  const { account, held, today, model } = placed;
  const { pending } = account.standing;
  if (pending === null) return null;
  const against = againstFall(placed, pending);
  if (against === null) {
    return {
      decision: 'LET_FALL',
      reason: `The rules place it in ${nameOf(model, pending.target)} since ${pending.detectedOn}, and nothing speaks for ${nameOf(model, held)}.`,
    };
  }
  if (pending.extended === true) {
    return keep(`${against}; the grace until ${pending.graceUntil} has been extended once already.`);
  }
  const next = nextReviewDueOn(account.standing, today, model);
  if (next !== null && pending.graceUntil > next) {
    return keep(`${against}; the grace runs until ${pending.graceUntil}, beyond the next review.`);
  }
  return { decision: 'EXTEND_GRACE', reason: `${against}, and the grace ends on ${pending.graceUntil}.` };
}

/** What speaks against letting an account fall; null for nothing. */
function againstFall(placed: PlacedAccount, pending: PendingDowngrade): string | null {
  const { account, held, today, model } = placed;
  if (pending.reason === 'NOT_PAYING') return null;
  const { values, scorecard } = account;
  const baseline = account.review.baseline;
  if (baseline !== null && (values.arr ?? 0) > (baseline.arr ?? 0)) {
    return 'Its ARR has grown since the last review';
  }
  const healed = (values.healthScore ?? 0) - (baseline?.healthScore ?? values.healthScore ?? 0);
  if (healed >= model.reviews.healthChangePoints) {
    return `Its health has risen by ${healed} points since the last review`;
  }
  const reach = arrInReach(placed);
  if (reach !== null && !isAbove(model.tiers, held, reach.tier)) {
    return `${reach.text} would bring it back to ${nameOf(model, reach.tier)}`;
  }
  if (scorecard?.expansionPotential === 'HIGH') return 'Its expansion potential is HIGH';
  if (values.churnRisk === 'HIGH') return 'Less service would meet HIGH churn risk';
  if (values.renewalDate !== null && values.churnRisk !== 'LOW') {
    const term = values.termMonths ?? model.grace.defaultTermMonths;
    const renewal = firstRenewalFrom(today, values.renewalDate, term);
    if (daysBetween(today, renewal) <= RENEWAL_DAYS) return `The contract renews on ${renewal}`;
  }
  return null;
}

function aboutDesignation({ account, today, model }: PlacedAccount): Recommendation | null {
  const { designation, values } = account;
  if (designation === null || designation.reviewOn > today) return null;
  const factors = strategicFactors(values);
  const needed = model.guardrails.topTierStrategicFactors ?? 1;
  return keep(
    factors >= needed
      ? `The designation still rests on ${factors} strategic factors.`
      : `The designation rests on its reason alone: ${factors} strategic factors are known. End it if the reason holds no longer.`,
  );
}

function aboutRise(placed: PlacedAccount): Recommendation | null {
  const { account, computed, model } = placed;
  const { values, scorecard, designation, standing } = account;
  const rank = tierByKey(model.tiers, effectiveTier(standing) ?? computed).rank;
  if (rank === 1 || values.churnRisk === 'HIGH') return null;
  const factors = strategicFactors(values);
  if (rank === 2 && designation === null && factors >= FACTORS_TO_DESIGNATE) {
    return {
      decision: 'DESIGNATE',
      reason: `It has ${factors} strategic factors and stands right below the top tier.`,
    };
  }
  const reach = arrInReach(placed);
  const promising = scorecard?.expansionPotential === 'HIGH' || scorecard?.expansionPotential === 'MEDIUM';
  if (reach !== null && promising) {
    return {
      decision: 'MOVE_UP',
      reason: `${reach.text} would place it in ${nameOf(model, reach.tier)}, and its expansion potential is ${scorecard.expansionPotential}.`,
    };
  }
  return null;
}

/** A little more ARR that would place the account higher; null where it takes more than a little. */
function arrInReach({ account, today, model }: PlacedAccount): Counterfactual | null {
  const { values, scorecard } = account;
  const { arr } = values;
  if (scorecard?.modelVersion !== model.version || arr === null) return null;
  const more = counterfactuals(factsOf(values), scorecard, model, today).find(
    ({ change }) => change === 'ARR',
  );
  if (more === undefined) return null;
  const needed = parseMoney(more.to);
  return isAtLeastTimes(needed, arr, WITHIN_REACH) ? null : more;
}

/** Why the reason of an override holds no longer, by facts that are known; null where it may hold. */
function lostGround(reason: OverrideReason, { values, scorecard }: Account): string | null {
  switch (reason) {
    case 'RISK_RECOVERY':
      return values.churnRisk === 'LOW' ? 'the churn risk is LOW' : null;
    case 'EXPECTED_EXPANSION':
      return scorecard?.expansionPotential === 'LOW' ? 'the expansion potential is LOW' : null;
    case 'STRATEGIC_VALUE':
    case 'BRAND':
      return noneOf(values, STRATEGIC_FACTORS) ? 'no strategic factor is left' : null;
    case 'RELATIONSHIP_COMPLEXITY':
      return noneOf(values, RELATIONSHIP_COMPLEXITY_FACTS) ? 'the relationship is not complex' : null;
    case 'PRODUCT_COMPLEXITY':
      return noneOf(values, PRODUCT_COMPLEXITY_FACTS) ? 'the product is used in a simple way' : null;
    case 'DATA_ERROR':
    case 'OTHER':
      return null;
  }
}

/** Whether all of them are known and say no. */
function noneOf(values: AccountValues, facts: readonly (keyof AccountValues)[]): boolean {
  return facts.every((fact) => values[fact] === false);
}

function strategicFactors(values: AccountValues): number {
  return STRATEGIC_FACTORS.filter((fact) => values[fact] === true).length;
}

function nameOf(model: TieringModel, key: string): string {
  return tierByKey(model.tiers, key).name;
}

function keep(reason: string): Recommendation {
  return { decision: 'KEEP', reason };
}
