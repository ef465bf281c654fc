import { type CalendarDate } from '../../domain/calendar';
import { type Csm, type Leave } from '../../domain/csm';
import { type Stamp } from './clock';

/** A CSM as stored. */
export interface StoredCsm extends Csm {
  readonly id: string;
  readonly version: number;
}

/** Everything of one CSM as it is to be. */
export interface CsmWrite {
  /** Null for one who is new. */
  readonly id: string | null;
  readonly csm: Csm;
}

export interface PoolWrite {
  readonly externalId: string;
  readonly name: string;
}

export interface StoredPool extends PoolWrite {
  readonly id: string;
}

/** CSMs with their employment, leave and pools (spec section 7). Whoever uses it takes one of the two locks first. */
export interface CsmStore {
  /** Nobody is assigned, and no other CSM changes, until the transaction ends. To be taken before accounts are locked. */
  lockForChange(): Promise<void>;
  /** CSMs and pools stay as they are until the transaction ends. To be taken before accounts are locked. */
  hold(): Promise<void>;
  byExternalIds(externalIds: readonly string[]): Promise<Map<string, StoredCsm>>;
  /** The leaves of others in which each of the CSMs stands in; those that do not are left out. */
  leavesCoveredBy(externalIds: readonly string[]): Promise<Map<string, Leave[]>>;
  /** Sets all that is known of each CSM and gives the ids by external id. */
  save(writes: readonly CsmWrite[], stamp: Stamp): Promise<Map<string, string>>;
  pools(externalIds: readonly string[]): Promise<Map<string, StoredPool>>;
  /** Creates pools, or changes their names; gives the ids by external id. */
  savePools(pools: readonly PoolWrite[], stamp: Stamp): Promise<Map<string, string>>;
  /** The external ids of members who work here on the day, by the pool's external id; empty pools are left out. */
  membersOn(pools: readonly string[], day: CalendarDate): Promise<Map<string, string[]>>;
}
