import { RELATIONSHIP_COMPLEXITY_FACTS } from './account';
import { type AccountGroup, groupLoad, type LoadRules } from './load';
import { programOf } from './engagement-program';
import { formatMoney, hundredthsOf, type Money, parseMoney } from './money';
import { ADJUSTMENT_KINDS, type AdjustmentKind } from './service-adjustment';
import { shareOf } from './share-target';
import { rounded } from './utilisation';

/** How the cost of an account's service stands to what its ARR can justify (spec section 10). */
export const SERVICE_STANDINGS = ['OVER_SERVED', 'JUSTIFIED', 'UNDER_SERVED'] as const;
export type ServiceStanding = (typeof SERVICE_STANDINGS)[number];

/** A tier's service as a price: CS cost a year, and the percent of the ARR up to which it is justified. */
export interface ServicePrice {
  readonly tier: string;
  readonly cost: Money;
  /** Null where only automation pays off: no cost is justified then. */
  readonly costPercent: number | null;
}

/** What the service of an account costs that weighs so much in its tier, and what the next tier up would cost. */
export interface ServiceCost extends ServicePrice {
  readonly relationshipFacts: number;
  readonly adjustment: AdjustmentKind | null;
  /** Null in the top tier. */
  readonly next: ServicePrice | null;
}

/** An account's service against its ARR. */
export interface AccountEconomics extends ServiceCost {
  /** The CS cost as a fraction of the ARR; null without ARR. */
  readonly costShare: number | null;
  /** The most CS cost that the ARR can justify in the tier. */
  readonly justifiedCost: Money;
  readonly standing: ServiceStanding;
}

/**
 * CS cost of an account a year: its load at comfort, of what a full-time CSM costs. Null without a tier.
 *
 * @param loadedCost a year of a CSM with an FTE of 1.0
 */
export function serviceCost(
  { tier, relationshipFacts, adjustment }: Pick<AccountGroup, 'tier' | 'relationshipFacts' | 'adjustment'>,
  rules: LoadRules,
  loadedCost: Money,
): ServiceCost | null {
  const index = rules.tiers.findIndex(({ key }) => key === tier);
  const [own, above] = [rules.tiers[index], rules.tiers[index - 1]];
  if (own === undefined) return null;
  const price = (key: string): ServicePrice => {
    const { comfort } = groupLoad({ tier: key, relationshipFacts, adjustment, accounts: 1 }, rules);
    // A hair of floating point must not decide about the last cent.
    const cost = Math.round(Number((comfort * loadedCost).toFixed(4))) as Money;
    return { tier: key, cost, costPercent: programOf(rules, key).costPercent };
  };
  return {
    ...price(own.key),
    relationshipFacts,
    adjustment,
    next: above === undefined ? null : price(above.key),
  };
}

/** The service costs of every kind of account that the model tells apart. */
export function serviceCosts(rules: LoadRules, loadedCost: Money): ServiceCost[] {
  const facts = Array.from({ length: RELATIONSHIP_COMPLEXITY_FACTS.length + 1 }, (_, count) => count);
  return rules.tiers.flatMap(({ key }) =>
    facts.flatMap((relationshipFacts) =>
      [null, ...ADJUSTMENT_KINDS].flatMap(
        (adjustment) => serviceCost({ tier: key, relationshipFacts, adjustment }, rules, loadedCost) ?? [],
      ),
    ),
  );
}

/**
 * The economics of an account: over-served where its service costs more than its ARR can justify, under-served where
 * its ARR could justify the dearer service of the next tier up. ARR that is not known counts as 0.
 */
export function accountEconomics(cost: ServiceCost, arr: Money | null): AccountEconomics {
  const value = arr ?? (0 as Money);
  const isOver = exceeds(cost.cost, value, cost.costPercent);
  const { next } = cost;
  const isUnder =
    !isOver &&
    next?.costPercent != null &&
    next.cost > cost.cost &&
    !exceeds(next.cost, value, next.costPercent);
  return {
    ...cost,
    costShare: costShare(BigInt(cost.cost), BigInt(value)),
    justifiedCost: Number(justified(BigInt(value), cost.costPercent)) as Money,
    standing: isOver ? 'OVER_SERVED' : isUnder ? 'UNDER_SERVED' : 'JUSTIFIED',
  };
}

/** A cost as a fraction of the ARR, both in hundredths; null without ARR. */
export function costShare(cost: bigint, arr: bigint): number | null {
  return arr === 0n ? null : rounded(shareOf(cost, arr));
}

/** The most cost that an ARR can justify, both in hundredths; a fraction of one does not count. */
export function justified(arr: bigint, costPercent: number | null): bigint {
  return costPercent === null ? 0n : (arr * BigInt(hundredthsOf(costPercent))) / 10_000n;
}

/** "1000000000000.00": sums of a large book may be beyond what a number holds exactly. */
export function formatSum(hundredths: bigint): string {
  return hundredths <= BigInt(Number.MAX_SAFE_INTEGER) && hundredths >= BigInt(Number.MIN_SAFE_INTEGER)
    ? formatMoney(Number(hundredths) as Money)
    : `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
}

/** PostgreSQL's text of a sum with 2 places, in hundredths. */
export function parseSum(text: string): bigint {
  return BigInt(text.replace('.', ''));
}

/** Text of an amount, or nothing. */
export function parseArr(text: string | null): Money | null {
  return text === null ? null : parseMoney(text);
}

function exceeds(cost: Money, arr: Money, costPercent: number | null): boolean {
  return BigInt(cost) * 10_000n > BigInt(arr) * BigInt(hundredthsOf(costPercent ?? 0));
}
