import { type AccountFacts } from './account';
import { type CalendarDate } from './calendar';
import { type Money } from './money';
import { placeAccount } from './placement';
import { shareOf, standingTo, type TargetStanding } from './share-target';
import { type Ladder, type ShareTarget } from './tier';
import { type TieringModel } from './tiering-model';

/** A paying account: its ARR is known. */
export type Paying = AccountFacts & { readonly arr: Money };

/** What became of the accounts of one tier. */
export interface Placed {
  accounts: number;
  arr: bigint;
  /** Those that a guardrail settled here whatever the lines are. */
  settled: number;
}

/** A tier's part of the paying book, in fractions of 1, as the placements of the day make it. */
export interface CalibratedShare {
  readonly accounts: number;
  readonly accountShare: number;
  readonly arrShare: number;
  readonly population: TargetStanding | null;
  readonly arrStanding: TargetStanding | null;
}

/** The paying accounts of the book, the largest ARR first. */
export function paying(book: readonly AccountFacts[]): Paying[] {
  return book
    .filter((facts): facts is Paying => facts.arr !== null && facts.arr > 0 && facts.status !== 'CHURNED')
    .sort((a, b) => b.arr - a.arr);
}

/** Places every account of the book by the model itself. */
export function* census(
  model: TieringModel,
  accounts: readonly Paying[],
  today: CalendarDate,
): Generator<undefined, Placed[]> {
  const placed = model.tiers.map((): Placed => ({ accounts: 0, arr: 0n, settled: 0 }));
  const rankOf = new Map(model.tiers.map(({ key, rank }) => [key, rank]));
  for (const [index, facts] of accounts.entries()) {
    if (index % 2_000 === 1_999) yield;
    const { computedTier, guardrails } = placeAccount(facts, model, today);
    const tier = placed[(rankOf.get(computedTier ?? '') ?? 0) - 1];
    if (tier === undefined) continue;
    tier.accounts += 1;
    tier.arr += BigInt(facts.arr);
    if (guardrails.some(({ code }) => code === 'STRATEGIC_DESIGNATION')) tier.settled += 1;
  }
  return placed;
}

/** How far the shares of accounts lie outside their targets, in percentage points, all tiers together. */
export function populationDistance(placed: readonly { readonly accounts: number }[], tiers: Ladder): number {
  const total = placed.reduce((sum, { accounts }) => sum + accounts, 0);
  return distance(
    placed.map(({ accounts }) => (accounts / total) * 100),
    tiers.map(({ populationTarget }) => populationTarget),
  );
}

/** The same of the shares of the ARR. */
export function arrShareDistance(placed: readonly Placed[], tiers: Ladder): number {
  const total = placed.reduce((sum, { arr }) => sum + arr, 0n);
  return distance(
    placed.map(({ arr }) => shareOf(arr, total) * 100),
    tiers.map(({ arrShareTarget }) => arrShareTarget),
  );
}

function distance(percents: readonly number[], targets: readonly (ShareTarget | null)[]): number {
  const outside = percents.reduce((sum, percent, index) => {
    const target = targets[index] ?? null;
    return target === null ? sum : sum + Math.max(0, target.from - percent, percent - target.to);
  }, 0);
  return Math.round(outside * 1e6) / 1e6;
}

/** Each tier's part of what was placed, and how it stands to its targets. */
export function sharesOf(placed: readonly Placed[], tiers: Ladder): CalibratedShare[] {
  const accounts = placed.reduce((sum, tier) => sum + tier.accounts, 0);
  const arr = placed.reduce((sum, tier) => sum + tier.arr, 0n);
  return placed.map((tier, index) => {
    const [accountShare, arrShare] = [tier.accounts / accounts, shareOf(tier.arr, arr)];
    return {
      accounts: tier.accounts,
      accountShare,
      arrShare,
      population: standingTo(accountShare, tiers[index]?.populationTarget ?? null),
      arrStanding: standingTo(arrShare, tiers[index]?.arrShareTarget ?? null),
    };
  });
}
