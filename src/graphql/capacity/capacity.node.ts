import { type CapacityOn } from '../../app/capacity';
import { type CursorValue } from '../../app/ports/reads';
import { type CalendarDate } from '../../domain/calendar';
import { type AccountsLoad, capacityWarnings } from '../../domain/capacity';
import { type CsmCapacity, type PoolCapacity } from '../../domain/staff-capacity';
import { CAPACITY_STATUSES, type CapacityStatus, rounded } from '../../domain/utilisation';
import { formatSum } from '../../domain/economics';
import { type Load } from '../../domain/load';
import { type TieringModel } from '../../domain/tiering-model';
import { type Connection } from '../connection';
import { type Ordering, pageOfKnown } from '../page';
import { tiersOf } from '../tiering-model/tiers';
import { type CapacityOrder } from './capacity.enum';
import {
  type CapacitiesArgs,
  type CapacityOverviewType,
  type CsmCapacityType,
  type LoadType,
  type PoolCapacityType,
  type TierLoadType,
  type UnassignedAccountsType,
} from './capacity.type';

/** Where a capacity stands in a list; its external id is the last value. */
interface Placed {
  readonly cursor: readonly CursorValue[];
}

export type CsmCapacityNode = CsmCapacityType &
  Placed & { readonly csmId: string; readonly backupId: string | null };
export type PoolCapacityNode = PoolCapacityType & Placed & { readonly poolId: string };
export type CapacityNode = CapacityOverviewType & {
  readonly csmNodes: readonly CsmCapacityNode[];
  readonly poolNodes: readonly PoolCapacityNode[];
};

/** Beyond every utilisation: load that nobody carries is the fullest, and nothing at all the emptiest. */
const NOBODY = 1e12;
const NOTHING = -1;

export function overviewNode({ asOf, model, capacity }: CapacityOn): CapacityNode {
  const tier = tiersOf(model);
  const { totals, topTier } = capacity;
  const csmNodes = capacity.csms.map((csm) => csmCapacityNode(csm, asOf, model));
  const poolNodes = capacity.pools.map((pool) => poolCapacityNode(pool, asOf, model));
  const having = (nodes: readonly { status: string | null }[], status: CapacityStatus): number =>
    nodes.filter((node) => node.status === status).length;
  return {
    asOf,
    modelVersion: model.version,
    tiers: capacity.tiers.map((one) => ({
      tier: tier.existing(one.tier),
      accounts: one.accounts,
      arr: formatSum(one.arr),
      fteNeeded: loadNode(one.load),
      fteAssigned: rounded(one.assigned),
      gap: loadNode(one.gap),
      capacityShare: one.capacityShare,
      arrShare: one.arrShare,
      unassigned: unassignedNode(one.unassigned),
    })),
    totals: {
      accounts: totals.accounts,
      arr: formatSum(totals.arr),
      fteNeeded: loadNode(totals.load),
      fteAvailable: rounded(totals.available),
      fteAssigned: rounded(totals.assigned),
      fteIdle: rounded(totals.idle),
      gap: loadNode(totals.gap),
      unassigned: unassignedNode(totals.unassigned),
    },
    topTier: topTier && {
      capacityShare: topTier.share,
      from: topTier.from,
      to: topTier.to,
      standing: topTier.standing,
    },
    warnings: capacityWarnings(capacity, model),
    statusCounts: CAPACITY_STATUSES.map((status) => ({
      status,
      csms: having(csmNodes, status),
      pools: having(poolNodes, status),
    })),
    csmNodes,
    poolNodes,
  };
}

export function csmCapacityNode(csm: CsmCapacity, asOf: CalendarDate, model: TieringModel): CsmCapacityNode {
  return {
    csmId: csm.csm,
    backupId: csm.backup,
    ...utilisedNode(csm, csm.csm, asOf, model),
    fte: rounded(csm.fte),
    namedLoad: loadNode(csm.named),
    sharedLoad: loadNode(csm.shared),
    standingInLoad: loadNode(csm.standingIn),
    handedOverLoad: loadNode(csm.handedOver),
  };
}

export function poolCapacityNode(
  pool: PoolCapacity,
  asOf: CalendarDate,
  model: TieringModel,
): PoolCapacityNode {
  return {
    poolId: pool.pool,
    ...utilisedNode(pool, pool.pool, asOf, model),
    availableMembers: pool.availableMembers,
  };
}

export function loadNode({ limit, comfort }: Load): LoadType {
  return { limit: rounded(limit), comfort: rounded(comfort) };
}

/** FTE needed before and after publishing. */
export function fteNode({
  before,
  after,
  settled,
}: {
  readonly before: Load | null;
  readonly after: Load;
  readonly settled: Load;
}): { before: LoadType | null; after: LoadType; settled: LoadType } {
  return { before: before && loadNode(before), after: loadNode(after), settled: loadNode(settled) };
}

/** A page of capacities that are all known already. */
export function capacityPage<N extends CsmCapacityNode | PoolCapacityNode>(
  kind: 'csm' | 'pool',
  nodes: readonly N[],
  { statuses, orderBy, ...page }: CapacitiesArgs,
): Connection<N> {
  const order = orderBy ?? 'FULLEST_FIRST';
  const ordering: Ordering = { fingerprint: `${kind} capacity ${order}`, kinds: ['decimal', 'text'] };
  const listed = nodes.filter(({ status }) => !statuses || statuses.some((one) => one === status));
  return pageOfKnown(listed, page, ordering, (a, b) => compare(a, b, order));
}

function compare(a: readonly CursorValue[], b: readonly CursorValue[], order: CapacityOrder): number {
  const [fullness, id] = [Number(a[0]) - Number(b[0]), compareText(String(a[1]), String(b[1]))];
  switch (order) {
    case 'FULLEST_FIRST':
      return -fullness || id;
    case 'EMPTIEST_FIRST':
      return fullness || id;
    case 'EXTERNAL_ID':
      return id;
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function utilisedNode(
  { available, load, utilisation, status, tiers }: CsmCapacity | PoolCapacity,
  externalId: string,
  asOf: CalendarDate,
  model: TieringModel,
): Omit<PoolCapacityType, 'availableMembers'> & Placed {
  const tier = tiersOf(model);
  const fullness = utilisation.limit ?? (status === null ? NOTHING : NOBODY);
  return {
    asOf,
    fteAvailable: rounded(available),
    load: loadNode(load),
    limitUtilisation: utilisation.limit,
    comfortUtilisation: utilisation.comfort,
    status,
    tiers: tiers.map((one): TierLoadType => ({
      tier: tier.existing(one.tier),
      accounts: one.accounts,
      load: loadNode(one.load),
    })),
    cursor: [fullness.toFixed(6), externalId],
  };
}

function unassignedNode({ accounts, arr, load }: AccountsLoad): UnassignedAccountsType {
  return { accounts, arr: formatSum(arr), fteNeeded: loadNode(load) };
}
