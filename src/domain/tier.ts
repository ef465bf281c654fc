import { DomainError } from './errors';
import { hundredthsOf, type Money } from './money';

/** A lower bound in the ladder or in the ARR bands: an amount, or a cut of the book that publishing resolves. */
export interface Threshold {
  /** Inclusive lower bound; null while a percentile has not been resolved. */
  readonly amount: Money | null;
  /** "The top 18% by ARR" is 18; null for an amount that a person chose. */
  readonly topPercent: number | null;
}

/** A range of shares in percent of the accounts, or of the ARR, of the paying book. */
export interface ShareTarget {
  readonly from: number;
  readonly to: number;
}

/** A rung of the ladder (spec section 2.1). */
export interface Tier {
  /** 1 is the highest. */
  readonly rank: number;
  readonly key: string;
  readonly name: string;
  /** What a customer may see. */
  readonly label: string;
  readonly arrFrom: Threshold;
  /** The least total, in points, that reaches this tier. */
  readonly scoreFloor: number;
  readonly populationTarget: ShareTarget | null;
  readonly arrShareTarget: ShareTarget | null;
  /** Months between two tier reviews. */
  readonly reviewCadenceMonths: number;
}

/** The ladder from the highest tier to the lowest; never empty. */
export type Ladder = readonly Tier[];

/** The tier with the key. Throws INVALID_MODEL for a key that the ladder does not have. */
export function tierByKey(ladder: Ladder, key: string): Tier {
  const tier = ladder.find((candidate) => candidate.key === key);
  if (!tier) throw new DomainError('INVALID_MODEL', `the ladder has no tier "${key}"`, ['tier']);
  return tier;
}

export function topTier(ladder: Ladder): Tier {
  return tierAtRank(ladder, 1);
}

export function lowestTier(ladder: Ladder): Tier {
  return tierAtRank(ladder, ladder.length);
}

/** The tier of the rank, or the nearest end of the ladder. */
export function tierAtRank(ladder: Ladder, rank: number): Tier {
  const tier = ladder[Math.min(Math.max(rank, 1), ladder.length) - 1];
  if (!tier) throw new DomainError('INVALID_MODEL', 'a ladder needs at least one tier', ['tiers']);
  return tier;
}

/** The tier of the ARR ladder; an account without ARR stands on the lowest rung. */
export function tierByArr(ladder: Ladder, arr: Money | null): Tier {
  if (arr === null) return lowestTier(ladder);
  return ladder.find((tier) => arr >= amountOf(tier.arrFrom)) ?? lowestTier(ladder);
}

/** The highest tier whose floor the total, in hundredths of a point, reaches. */
export function tierByScore(ladder: Ladder, total: number): Tier {
  return ladder.find((tier) => total >= hundredthsOf(tier.scoreFloor)) ?? lowestTier(ladder);
}

/** Whether the tier `key` stands above the tier `other`. */
export function isAbove(ladder: Ladder, key: string, other: string): boolean {
  return tierByKey(ladder, key).rank < tierByKey(ladder, other).rank;
}

/** The amount of a threshold. Throws INVALID_MODEL when a percentile was never resolved. */
export function amountOf(threshold: Threshold): Money {
  if (threshold.amount === null) {
    throw new DomainError('INVALID_MODEL', 'a percentile has no amount before the model is published', [
      'arrFrom',
    ]);
  }
  return threshold.amount;
}

/**
 * The lowest ARR that belongs to the top `percent` of the book: of n amounts the ceil(n x percent / 100)
 * largest, and everybody who ties with the last of them. An empty book gives 0.
 *
 * @param amounts ARR above 0 of the accounts that are not churned, the largest first
 */
export function percentileCut(amounts: readonly Money[], percent: number): Money {
  const count = Math.ceil((amounts.length * hundredthsOf(percent)) / 10_000);
  return amounts[Math.max(count, 1) - 1] ?? (0 as Money);
}
