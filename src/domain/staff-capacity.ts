import { type AccountGroup, groupLoad, type Load, type LoadRules } from './load';
import { type Owner } from './portfolio';
import { availableOf, type CsmOnDay, StaffOnDay } from './staff-on-day';
import { type CapacityStatus, type Utilisation, utilise } from './utilisation';

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
 * Who carries what (spec section 7). Where a backup is away as well, the load stays where it was and shows there.
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
  const onDay = new StaffOnDay([...known.values()]);
  const carried = new Map([...known.keys()].map((csm) => [csm, new Carried()]));
  const carriedBy = (csm: string): Carried => carried.get(csm) ?? new Carried();
  for (const [csm, own] of named) {
    const [carrier] = onDay.carriersOf({ kind: 'CSM', externalId: csm });
    if (carrier === undefined || carrier.csm.csm === csm) carriedBy(csm).named.add(own);
    else {
      carriedBy(csm).handedOver.add(own);
      carriedBy(carrier.csm.csm).standingIn.add(own);
    }
  }
  const pools = new Map<string, PoolCapacity>();
  for (const pool of new Set([...onDay.poolNames, ...pooled.keys()])) {
    const there = onDay.carriersOf({ kind: 'POOL', externalId: pool });
    const loads = pooled.get(pool) ?? new TierLoads();
    const available = there.reduce((sum, { csm }) => sum + availableOf(csm), 0);
    pools.set(pool, { pool, availableMembers: there.length, ...utilised(loads, available, rules) });
    for (const { csm, part } of there) carriedBy(csm.csm).shared.add(loads, part);
  }
  const csms = new Map(
    [...known.values()].map((one) => [one.csm, capacityOfCsm(one, carriedBy(one.csm), rules)]),
  );
  return { csms, pools };
}

function capacityOfCsm(one: CsmOnDay, parts: Carried, rules: LoadRules): CsmCapacity {
  const loads = new TierLoads();
  for (const part of [parts.named, parts.standingIn, parts.shared]) loads.add(part);
  return {
    csm: one.csm,
    fte: one.fte,
    backup: one.backup,
    named: parts.named.total(),
    shared: parts.shared.total(),
    standingIn: parts.standingIn.total(),
    handedOver: parts.handedOver.total(),
    ...utilised(loads, availableOf(one), rules),
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
    return {
      limit: all.reduce((sum, { limit }) => sum + limit, 0),
      comfort: all.reduce((sum, { comfort }) => sum + comfort, 0),
    };
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
