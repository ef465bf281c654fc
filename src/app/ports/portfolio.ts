import { type CalendarDate } from '../../domain/calendar';
import { type Assignment } from '../../domain/portfolio';
import { type Stamp } from './clock';

/** An assignment as stored. */
export interface StoredAssignment extends Assignment {
  readonly id: string;
}

/** What is to be written about who looks after one account. */
export interface AssignmentWrite {
  readonly accountId: string;
  /** Assignments that are stored, with the day on which they end. */
  readonly ended: readonly { readonly id: string; readonly to: CalendarDate }[];
  readonly added: readonly Assignment[];
  /** The external id of the CSM who looked after it alone until now. */
  readonly csmBefore: string | null;
  /** Why, in the words of whoever decided it. */
  readonly reason: string | null;
}

/** Who looks after whom (spec section 7). Accounts are locked by whoever writes about them. */
export interface PortfolioStore {
  /**
   * Which of the accounts the CSM looks after today: the CSM's own, those of the pools that the CSM belongs to today,
   * and the own ones of each CSM on leave whose backup the CSM is. None for one who does not work here today.
   */
  ownedBy(csmId: string, accountIds: readonly string[], today: string): Promise<ReadonlySet<string>>;
  /** All assignments by account id, in order; accounts without any are left out. */
  historyOf(accountIds: readonly string[]): Promise<Map<string, StoredAssignment[]>>;
  /** The accounts that the CSM alone looks after now. */
  heldBy(csmId: string): Promise<string[]>;
  /** How many accounts each CSM alone looks after now; those without any are left out. */
  heldCounts(csmIds: readonly string[]): Promise<Map<string, number>>;
  /** How many accounts each pool looks after now, by external id; those without any are left out. */
  pooledCounts(pools: readonly string[]): Promise<Map<string, number>>;
  /** The versions of accounts, by id. */
  versionsOf(accountIds: readonly string[]): Promise<Map<string, number>>;
  save(writes: readonly AssignmentWrite[], stamp: Stamp): void;
}
