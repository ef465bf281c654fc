import { loadFactor, loadIn, type Load, NO_LOAD } from './load';
import { type Owner } from './portfolio';
import { type AdjustmentKind } from './service-adjustment';
import { shareOf } from './share-target';
import { type TieringModel } from './tiering-model';

/** How full somebody is, by the utilisation of the limit (spec section 7). */
export const CAPACITY_STATUSES = ['UNDER', 'HEALTHY', 'FULL', 'OVERLOADED', 'NO_CAPACITY'] as const;
export type CapacityStatus = (typeof CAPACITY_STATUSES)[number];

/** A CSM as of one day; CSMs and pools are named by their external ids. */
export interface CsmOnDay {
  readonly csm: string;
  /** 1 is full-time; 0 for one who does not work here then. */
  readonly fte: number;
  /** Who stands in for one who is on leave; null for one who is there. */
  readonly backup: string | null;
  readonly pools: readonly string[];
}

/** Accounts with one owner that weigh alike. */
export interface AccountGroup {
  /** Null for accounts that nobody looks after. */
  readonly owner: Owner | null;
  /** The key of the effective tier; null for accounts without one. */
  readonly tier: string | null;
  readonly relationshipFacts: number;
  readonly adjustment: AdjustmentKind | null;
  readonly accounts: number;
  /** In hundredths. */
  readonly arr: bigint;
}

/** An account with what its load and its cost depend on. */
export interface WeighedAccount extends Pick<AccountGroup, 'tier' | 'relationshipFacts' | 'adjustment'> {
  readonly accountId: string;
  /** In the base currency, as text; null where it is not known. */
  readonly arr: string | null;
}

/** What a load depends on. */
export type LoadRules = Pick<TieringModel, 'tiers' | 'programs' | 'adjustments' | 'capacity'>;

/** Fractions of 1, rounded to 6 places; null where there is no FTE. */
export interface Utilisation {
  readonly limit: number | null;
  readonly comfort: number | null;
}

export interface TierLoad {
  readonly tier: string;
  /** Whole accounts: those of a pool count in full with each of its members. */
  readonly accounts: number;
  readonly load: Load;
}

interface Utilised {
  /** FTE less leave. */
  readonly available: number;
  readonly load: Load;
  readonly utilisation: Utilisation;
  /** Null where there is neither FTE nor load: nobody is there, and nothing is left undone. */
  readonly status: CapacityStatus | null;
  /** In the order of the ladder; tiers without accounts are left out. */
  readonly tiers: readonly TierLoad[];
}

/** What a CSM carries on a day. */
export interface CsmCapacity extends Utilised {
  readonly csm: string;
  /** Leave not counted. */
  readonly fte: number;
  /** Who stands in for the CSM that day; null for one who is there. */
  readonly backup: string | null;
  /** Of the accounts that the CSM alone looks after; none while a backup shows it. */
  readonly named: Load;
  /** The CSM's part of the pools. */
  readonly shared: Load;
  /** Of the accounts of others for whom the CSM stands in. */
  readonly standingIn: Load;
  /** What the backup shows instead of the CSM. */
  readonly handedOver: Load;
}

/** What a pool carries on a day; its members show their parts as well. */
export interface PoolCapacity extends Utilised {
  readonly pool: string;
  /** Members with FTE that day. */
  readonly availableMembers: number;
}

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

/** The load of accounts that weigh alike; none without a tier, or in one that nobody looks after. */
export function groupLoad(
  {
    tier,
    relationshipFacts,
    adjustment,
    accounts,
  }: Pick<AccountGroup, 'tier' | 'relationshipFacts' | 'adjustment' | 'accounts'>,
  rules: LoadRules,
): Load {
  if (tier === null || !Object.hasOwn(rules.programs, tier)) return NO_LOAD;
  return loadIn(rules, tier, accounts * loadFactor(relationshipFacts, adjustment, rules));
}

/**
 * How a load stands to the FTE that is available: fractions of 1, and the status by the utilisation of the limit.
 * Load without FTE is NO_CAPACITY; neither load nor FTE has no status.
 */
export function utilise(
  load: Load,
  available: number,
  { underBelow, healthyBelow, fullTo }: LoadRules['capacity'],
): { readonly utilisation: Utilisation; readonly status: CapacityStatus | null } {
  if (available <= 0) {
    const status = load.limit > 0 || load.comfort > 0 ? 'NO_CAPACITY' : null;
    return { utilisation: { limit: null, comfort: null }, status };
  }
  // A hair of floating point must not push somebody over the line.
  const limit = rounded(load.limit / available);
  const percent = Math.round(limit * 1e6) / 1e4;
  const status =
    percent < underBelow
      ? 'UNDER'
      : percent < healthyBelow
        ? 'HEALTHY'
        : percent <= fullTo
          ? 'FULL'
          : 'OVERLOADED';
  return { utilisation: { limit, comfort: rounded(load.comfort / available) }, status };
}

/**
 * The owners whose accounts have to be known to tell what the CSMs carry: themselves, those for whom they stand in,
 * and their pools.
 */
export function ownersBehind(csms: readonly string[], staff: readonly CsmOnDay[]): Owner[] {
  const asked = new Set(csms);
  const owners = new Set(csms);
  const pools = new Set<string>();
  for (const one of staff) {
    if (one.backup !== null && asked.has(one.backup)) owners.add(one.csm);
    if (asked.has(one.csm)) one.pools.forEach((pool) => pools.add(pool));
  }
  return [
    ...[...owners].map((externalId) => ({ kind: 'CSM', externalId }) as const),
    ...[...pools].map((externalId) => ({ kind: 'POOL', externalId }) as const),
  ];
}

/**
 * Who carries what: accounts of a CSM on leave weigh on the backup, those of a pool on its available members by their
 * FTE. Where a backup is away as well, the load stays where it was and shows there (spec section 7).
 *
 * @param groups all accounts of the owners that are asked about (see ownersBehind)
 */
export function shareOut(
  staff: readonly CsmOnDay[],
  groups: readonly AccountGroup[],
  rules: LoadRules,
): { readonly csms: ReadonlyMap<string, CsmCapacity>; readonly pools: ReadonlyMap<string, PoolCapacity> } {
  const [named, pooled] = loadsByOwner(groups, rules);
  const known = new Map(staff.map((one) => [one.csm, one]));
  for (const csm of named.keys()) {
    if (!known.has(csm)) known.set(csm, { csm, fte: 0, backup: null, pools: [] });
  }
  const members = new Map<string, CsmOnDay[]>();
  for (const one of known.values()) {
    for (const pool of new Set(one.pools)) {
      const all = members.get(pool) ?? [];
      members.set(pool, all);
      if (availableOf(one) > 0) all.push(one);
    }
  }
  const pools = new Map<string, PoolCapacity>();
  for (const pool of new Set([...members.keys(), ...pooled.keys()])) {
    const there = members.get(pool) ?? [];
    const loads = pooled.get(pool) ?? new TierLoads();
    const available = sum(there.map(availableOf));
    pools.set(pool, { pool, availableMembers: there.length, ...utilised(loads, available, rules) });
  }
  const carried = new Map([...known.keys()].map((csm) => [csm, new Carried()]));
  const carriedBy = (csm: string): Carried => carried.get(csm) ?? new Carried();
  for (const one of known.values()) {
    const own = named.get(one.csm);
    if (own !== undefined) {
      const backup = one.backup === null ? undefined : known.get(one.backup);
      if (backup !== undefined && availableOf(backup) > 0) {
        carriedBy(one.csm).handedOver.add(own);
        carriedBy(backup.csm).standingIn.add(own);
      } else {
        carriedBy(one.csm).named.add(own);
      }
    }
    for (const pool of new Set(one.pools)) {
      const whole = pools.get(pool);
      if (whole === undefined || whole.available === 0 || availableOf(one) === 0) continue;
      carriedBy(one.csm).shared.add(pooled.get(pool) ?? new TierLoads(), availableOf(one) / whole.available);
    }
  }
  const csms = new Map<string, CsmCapacity>();
  for (const one of known.values()) {
    const { csm, fte, backup } = one;
    const parts = carriedBy(csm);
    const loads = new TierLoads();
    for (const part of [parts.named, parts.standingIn, parts.shared]) loads.add(part);
    csms.set(csm, {
      csm,
      fte,
      backup,
      named: parts.named.total(),
      shared: parts.shared.total(),
      standingIn: parts.standingIn.total(),
      handedOver: parts.handedOver.total(),
      ...utilised(loads, availableOf(one), rules),
    });
  }
  return { csms, pools };
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
      capacityShare: whole.load.limit === 0 ? null : rounded(own.load.limit / whole.load.limit),
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
  const name = tiers[0]?.name ?? '';
  if (topTier !== null && topTier.standing !== 'WITHIN') {
    warnings.push({
      code: 'TOP_TIER_CAPACITY_SHARE',
      message: `${name} takes ${percentText(topTier.share)} of the capacity and brings ${percentText(topTier.to)} of the ARR; its capacity should be ${percentText(topTier.from)} to ${percentText(topTier.to)}`,
    });
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

function loadsByOwner(
  groups: readonly AccountGroup[],
  rules: LoadRules,
): [named: Map<string, TierLoads>, pooled: Map<string, TierLoads>] {
  const named = new Map<string, TierLoads>();
  const pooled = new Map<string, TierLoads>();
  for (const group of groups) {
    if (group.owner === null) continue;
    const owners = group.owner.kind === 'CSM' ? named : pooled;
    const loads = owners.get(group.owner.externalId) ?? new TierLoads();
    owners.set(group.owner.externalId, loads);
    if (group.tier !== null) loads.put(group.tier, group.accounts, groupLoad(group, rules));
  }
  return [named, pooled];
}

function utilised(loads: TierLoads, available: number, rules: LoadRules): Utilised {
  const load = loads.total();
  return { available, load, ...utilise(load, available, rules.capacity), tiers: loads.inOrder(rules.tiers) };
}

function availableOf({ fte, backup }: CsmOnDay): number {
  return backup === null ? fte : 0;
}

/** Loads by tier. */
class TierLoads {
  private readonly tiers = new Map<string, { accounts: number; limit: number; comfort: number }>();

  put(tier: string, accounts: number, load: Load): void {
    const known = this.tiers.get(tier) ?? { accounts: 0, limit: 0, comfort: 0 };
    this.tiers.set(tier, {
      accounts: known.accounts + accounts,
      limit: known.limit + load.limit,
      comfort: known.comfort + load.comfort,
    });
  }

  /** Adds the load of others, or a part of it. */
  add(others: TierLoads, part = 1): void {
    for (const [tier, { accounts, limit, comfort }] of others.tiers) {
      this.put(tier, accounts, { limit: limit * part, comfort: comfort * part });
    }
  }

  total(): Load {
    const all = [...this.tiers.values()];
    return { limit: sum(all.map(({ limit }) => limit)), comfort: sum(all.map(({ comfort }) => comfort)) };
  }

  inOrder(ladder: LoadRules['tiers']): TierLoad[] {
    return ladder.flatMap(({ key }) => {
      const found = this.tiers.get(key);
      if (found === undefined) return [];
      const { accounts, limit, comfort } = found;
      return [{ tier: key, accounts, load: { limit, comfort } }];
    });
  }
}

/** What one CSM carries, by where it comes from. */
class Carried {
  readonly named = new TierLoads();
  readonly shared = new TierLoads();
  readonly standingIn = new TierLoads();
  readonly handedOver = new TierLoads();
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

/** As figures are shown: 6 places. */
export function rounded(value: number): number {
  // What lies halfway but for a hair of floating point goes up, whatever order it was added in.
  const scaled = Math.round(Number((value * 1e6).toFixed(3))) / 1e6;
  return scaled === 0 ? 0 : scaled;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
