import { type AccountGroup, groupLoad, type Load, type LoadRules } from './load';
import { percentText } from './percent';
import { roundedShare, shareOf } from './share-target';
import { type CsmCapacity, type PoolCapacity, shareOut } from './staff-capacity';
import { type CsmOnDay } from './staff-on-day';
import { type Tier } from './tier';
import { rounded } from './utilisation';

/** A number of accounts and what they take. */
export interface AccountsLoad {
  readonly accounts: number;
  /** In hundredths. */
  readonly arr: bigint;
  readonly load: Load;
}

export interface TierCapacity extends AccountsLoad {
  readonly tier: string;
  /** FTE of the CSMs, divided over the tiers by their load at the limit. */
  readonly assigned: number;
  /** FTE that are needed beyond those assigned; below 0 where there are more. */
  readonly gap: Load;
  /** Of the load at the limit, as a fraction of 1; null in a book without load. */
  readonly capacityShare: number | null;
  /** Of the ARR of the book, as a fraction of 1; null in a book without ARR. */
  readonly arrShare: number | null;
  /** Accounts that the program wants somebody for, and that nobody looks after. */
  readonly unassigned: AccountsLoad;
}

/** The range in which the capacity share of the top tier should lie, and how it stands to it. */
export interface TopTierShare {
  readonly tier: string;
  readonly share: number;
  readonly from: number;
  readonly to: number;
  readonly standing: 'BELOW' | 'WITHIN' | 'ABOVE';
}

/** A whole book on a day. */
export interface Capacity {
  readonly tiers: readonly TierCapacity[];
  readonly totals: AccountsLoad & {
    readonly available: number;
    readonly assigned: number;
    /** FTE of those who look after nothing. */
    readonly idle: number;
    /** FTE that are needed beyond those available; below 0 where there are more. */
    readonly gap: Load;
    readonly unassigned: AccountsLoad;
  };
  /** Null in a book without load or without ARR. */
  readonly topTier: TopTierShare | null;
  readonly csms: readonly CsmCapacity[];
  readonly pools: readonly PoolCapacity[];
}

/**
 * The capacity of a whole book (spec section 7). CSMs who neither work here that day nor look after anything are left
 * out. The FTE of a CSM are divided over the tiers in proportion to the CSM's load at the limit in each of them.
 *
 * @param groups every account of the book once
 */
export function capacityOf(
  staff: readonly CsmOnDay[],
  groups: readonly AccountGroup[],
  rules: LoadRules,
): Capacity {
  const shared = shareOut(staff, groups, rules);
  const csms = [...shared.csms.values()].filter(
    ({ fte, load, tiers, handedOver }) =>
      fte > 0 || load.comfort > 0 || tiers.length > 0 || handedOver.comfort > 0,
  );
  const assigned = new Map<string, number>();
  let idle = 0;
  for (const { available, load, tiers } of csms) {
    if (load.limit === 0) idle += available;
    else {
      for (const part of tiers) {
        const fte = (available * part.load.limit) / load.limit;
        assigned.set(part.tier, (assigned.get(part.tier) ?? 0) + fte);
      }
    }
  }
  const whole = accountsLoad(groups, rules);
  const ownerless = groups.filter(({ owner, tier }) => owner === null && wantsOwner(tier, rules));
  const tiers = rules.tiers.map(({ key }): TierCapacity => {
    const own = accountsLoad(
      groups.filter(({ tier }) => tier === key),
      rules,
    );
    const fte = assigned.get(key) ?? 0;
    return {
      tier: key,
      ...own,
      assigned: fte,
      gap: { limit: own.load.limit - fte, comfort: own.load.comfort - fte },
      capacityShare: roundedShare(own.load.limit, whole.load.limit),
      arrShare: whole.arr === 0n ? null : rounded(shareOf(own.arr, whole.arr)),
      unassigned: accountsLoad(
        ownerless.filter(({ tier }) => tier === key),
        rules,
      ),
    };
  });
  const available = sum(csms.map((csm) => csm.available));
  return {
    tiers,
    totals: {
      ...whole,
      available,
      assigned: available - idle,
      idle,
      gap: { limit: whole.load.limit - available, comfort: whole.load.comfort - available },
      unassigned: accountsLoad(ownerless, rules),
    },
    topTier: topTierShare(tiers[0], rules.capacity),
    csms,
    pools: [...shared.pools.values()],
  };
}

/** The capacity of the top tier should lie near below its part of the ARR: 60% of the ARR, 50-60% of the capacity. */
function topTierShare(
  top: TierCapacity | undefined,
  { topTierSharePoints }: LoadRules['capacity'],
): TopTierShare | null {
  if (top === undefined || top.capacityShare === null || top.arrShare === null) return null;
  const from = rounded(Math.max(top.arrShare - topTierSharePoints / 100, 0));
  const standing = top.capacityShare < from ? 'BELOW' : top.capacityShare > top.arrShare ? 'ABOVE' : 'WITHIN';
  return { tier: top.tier, share: top.capacityShare, from, to: top.arrShare, standing };
}

/** What the top tier takes and brings, and what it should take. */
export function topTierShareText(
  { tier, share, from, to }: TopTierShare,
  tiers: readonly Pick<Tier, 'key' | 'name'>[],
): string {
  const name = tiers.find(({ key }) => key === tier)?.name ?? tier;
  return `${name} takes ${percentText(share)} of the capacity and brings ${percentText(to)} of the ARR; its capacity should be ${percentText(from)} to ${percentText(to)}`;
}

/** What about a capacity asks for a decision (spec section 7). */
export const CAPACITY_WARNINGS = ['TOP_TIER_CAPACITY_SHARE', 'FTE_MISSING', 'UNASSIGNED_ACCOUNTS'] as const;
export type CapacityWarningCode = (typeof CAPACITY_WARNINGS)[number];

export interface CapacityWarning {
  readonly code: CapacityWarningCode;
  readonly message: string;
}

/** What is out of order about the whole; what single CSMs and pools are is told by their status. */
export function capacityWarnings({ topTier, totals }: Capacity, { tiers }: LoadRules): CapacityWarning[] {
  const warnings: CapacityWarning[] = [];
  if (topTier !== null && topTier.standing !== 'WITHIN') {
    warnings.push({ code: 'TOP_TIER_CAPACITY_SHARE', message: topTierShareText(topTier, tiers) });
  }
  if (totals.gap.limit > 1e-6) {
    warnings.push({
      code: 'FTE_MISSING',
      message: `${totals.load.limit.toFixed(2)} FTE are needed at the limit, ${totals.available.toFixed(2)} are there`,
    });
  }
  const { accounts, load } = totals.unassigned;
  if (accounts > 0) {
    warnings.push({
      code: 'UNASSIGNED_ACCOUNTS',
      message: `${accounts === 1 ? '1 account has' : `${accounts} accounts have`} nobody and would take ${load.limit.toFixed(2)} FTE at the limit`,
    });
  }
  return warnings;
}

/** Whether accounts of the tier are to be looked after by somebody. */
function wantsOwner(tier: string | null, { programs }: LoadRules): boolean {
  return tier !== null && (programs[tier]?.coverage.length ?? 0) > 0;
}

function accountsLoad(groups: readonly AccountGroup[], rules: LoadRules): AccountsLoad {
  const loads = groups.map((group) => groupLoad(group, rules));
  return {
    accounts: sum(groups.map(({ accounts }) => accounts)),
    arr: groups.reduce((total, { arr }) => total + arr, 0n),
    load: { limit: sum(loads.map(({ limit }) => limit)), comfort: sum(loads.map(({ comfort }) => comfort)) },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
