import { checkExternalId } from '../domain/account-field';
import { type CalendarDate } from '../domain/calendar';
import {
  changeCsm,
  type Csm,
  type CsmValues,
  leavesEarlier,
  refuseBrokenPromise,
  type Leave,
} from '../domain/csm';
import { DomainError, type Refusal, refusalOf } from '../domain/errors';
import { poolsOn } from '../domain/pool';
import { checkExpectedVersion } from './expected-version';
import { type Stamp } from './ports/clock';
import { type StoredCsm } from './ports/csm';
import { type Stores } from './ports/stores';

/** What a caller wants to be true of one CSM. */
export interface CsmChange {
  readonly externalId: string;
  readonly values: CsmValues;
  readonly expectedVersion?: number | null | undefined;
}

export const CSM_OUTCOMES = ['CREATED', 'UPDATED', 'UNCHANGED', 'REFUSED'] as const;

export interface CsmResult {
  readonly externalId: string;
  readonly outcome: (typeof CSM_OUTCOMES)[number];
  /** Null where a new CSM was refused. */
  readonly id: string | null;
  readonly errors: readonly Refusal[];
}

/**
 * Creates or changes CSMs within one transaction, with a result for each in the order given. A change that would
 * leave accounts, a pool or somebody's leave without the one who was to be there is refused.
 *
 * @param makesPools whether pools that do not exist are made, called by their external id; else they are NOT_FOUND
 */
export async function applyCsmChanges(
  stores: Stores,
  changes: readonly CsmChange[],
  stamp: Stamp,
  makesPools: boolean,
): Promise<CsmResult[]> {
  await stores.csms.lockForChange();
  const keys = changes.map(({ externalId }) => externalId.trim());
  const known = await stores.csms.byExternalIds(keys);
  const promises = await stores.csms.leavesCoveredBy(keys);
  const held = await stores.portfolios.heldCounts([...known.values()].map(({ id }) => id));
  const pools = new Set((await stores.csms.pools(poolsNamed(changes))).keys());
  const made = new Set<string>();
  const seen = new Set<string>();
  const decided = changes.map((change): Decided => {
    const externalId = change.externalId.trim();
    const before = known.get(externalId) ?? null;
    try {
      const csm = changeCsm(before, checkExternalId(externalId), change.values);
      if (seen.has(externalId)) throw duplicate(externalId);
      seen.add(externalId);
      if (before) checkExpectedVersion(before.version, change.expectedVersion);
      const missing = csm.pools.map(({ pool }) => pool).filter((pool) => !pools.has(pool));
      if (missing.length > 0 && !makesPools) throw noPool(missing[0] ?? '');
      if (before) {
        refuseOrphans(before, csm, held.get(before.id) ?? 0, stamp.today);
        refuseBrokenPromise(csm, promises.get(externalId) ?? [], stamp.today);
        refuseBrokenLeave(csm, stamp.today);
      }
      for (const pool of missing) made.add(pool);
      return { externalId, before, csm, error: null };
    } catch (error) {
      return { externalId, before, csm: null, error: refusalOf(error) };
    }
  });
  await refuseEmptyPools(stores, decided, stamp.today);
  await stores.csms.savePools(
    [...made].map((pool) => ({ externalId: pool, name: pool })),
    stamp,
  );
  const writes = decided.flatMap(({ before, csm }) =>
    csm === null || (before && isSame(before, csm)) ? [] : { id: before?.id ?? null, csm },
  );
  const ids = await stores.csms.save(writes, stamp);
  return decided.map(({ externalId, before, error }) => {
    if (error) return { externalId, outcome: 'REFUSED', id: before?.id ?? null, errors: [error] };
    const written = ids.get(externalId);
    const outcome = written === undefined ? 'UNCHANGED' : before ? 'UPDATED' : 'CREATED';
    return { externalId, outcome, id: written ?? before?.id ?? null, errors: [] };
  });
}

interface Decided {
  readonly externalId: string;
  readonly before: StoredCsm | null;
  csm: Csm | null;
  error: Refusal | null;
}

/** Throws SUCCESSOR_REQUIRED where the CSM leaves, or leaves earlier, and still looks after accounts. */
function refuseOrphans(before: Csm, after: Csm, accounts: number, today: CalendarDate): void {
  const leaves = leavesEarlier(before, after, today);
  if (leaves === null || accounts === 0) return;
  throw successorRequired(before.externalId, accounts, leaves);
}

/** The refusal of an end of employment that names nobody for the accounts. */
export function successorRequired(externalId: string, accounts: number, on: CalendarDate): DomainError {
  return new DomainError(
    'SUCCESSOR_REQUIRED',
    `"${externalId}" looks after ${accounts} accounts and would leave on ${on}; end the employment with a successor, or assign them first`,
    ['employment'],
  );
}

/** Throws NOT_EMPLOYED where a leave that lies ahead falls on days on which the CSM no longer works here. */
function refuseBrokenLeave(csm: Csm, today: CalendarDate): void {
  const gone = csm.leave.find(({ from, to }) => to > today && !worksOn(csm, from));
  if (gone === undefined) return;
  throw new DomainError('NOT_EMPLOYED', `a leave begins on ${gone.from}; cancel it first`, ['employment']);
}

function worksOn(csm: Csm, day: CalendarDate): boolean {
  return csm.employment.some(({ from, to }) => from <= day && (to === null || to > day));
}

/** Refuses the changes after which a pool that holds accounts would have no member today. */
async function refuseEmptyPools(
  stores: Stores,
  decided: readonly Decided[],
  today: CalendarDate,
): Promise<void> {
  const poolsOf = (csm: Csm): string[] => (worksOn(csm, today) ? poolsOn(csm.pools, today) : []);
  const changed = decided.filter(({ before, csm }) => before !== null && csm !== null);
  const left = new Set(
    changed.flatMap(({ before, csm }) =>
      before && csm ? poolsOf(before).filter((pool) => !poolsOf(csm).includes(pool)) : [],
    ),
  );
  if (left.size === 0) return;
  const counts = await stores.portfolios.pooledCounts([...left]);
  const members = await stores.csms.membersOn([...counts.keys()], today);
  for (const [pool, accounts] of counts) {
    const stay = new Set(members.get(pool) ?? []);
    for (const { externalId, csm } of decided) {
      if (csm === null) continue;
      if (poolsOf(csm).includes(pool)) stay.add(externalId);
      else stay.delete(externalId);
    }
    if (stay.size > 0) continue;
    for (const one of changed) {
      if (one.before === null || !poolsOf(one.before).includes(pool)) continue;
      one.csm = null;
      one.error = refusalOf(lastMember(one.externalId, pool, accounts));
    }
  }
}

/** The refusal of a change that leaves a pool without members. */
export function lastMember(externalId: string, pool: string, accounts: number): DomainError {
  return new DomainError(
    'SUCCESSOR_REQUIRED',
    `"${externalId}" is the last member of the pool "${pool}", which looks after ${accounts} accounts; add a member or assign them first`,
    ['pools'],
  );
}

function poolsNamed(changes: readonly CsmChange[]): string[] {
  return [...new Set(changes.flatMap(({ values }) => (values.pools ?? []).map(({ pool }) => pool.trim())))];
}

function noPool(pool: string): DomainError {
  return new DomainError('NOT_FOUND', `there is no pool "${pool}"; make it with upsertPools`, ['pools']);
}

function duplicate(externalId: string): DomainError {
  return new DomainError(
    'DUPLICATE_EXTERNAL_ID',
    `"${externalId}" comes more than once; only the first one counts`,
    ['externalId'],
  );
}

/** Whether both say the same, in whatever order the database gives their keys back. */
function isSame(a: Csm, b: Csm): boolean {
  return canonical(a) === canonical(b);
}

function canonical({ name, email, regions, languages, industries, employment, leave, pools }: Csm): string {
  return JSON.stringify([
    name,
    email,
    regions,
    languages,
    industries,
    employment.map(({ from, to, fte }) => [from, to, fte]),
    leave.map(({ from, to, backup }: Leave) => [from, to, backup]),
    pools.map(({ from, to, pool }) => [from, to, pool]),
  ]);
}
