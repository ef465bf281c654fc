import { type CalendarDate } from '../../domain/calendar';
import {
  type Evidence,
  type Intervention,
  type InterventionReason,
  type InterventionStatus,
  type KnownIntervention,
  type PastChange,
} from '../../domain/intervention';
import { type AccountFilter } from './account-filter';
import { type Listed, type ListLength, type Window } from './list';

/** An intervention as it is stored. Whoever changes it has locked its account before reading it. */
export interface StoredIntervention extends Intervention {
  readonly id: string;
  readonly accountId: string;
  readonly version: number;
}

/** A new intervention, or the next state of a stored one. */
export interface InterventionWrite {
  /** Null for one that is new. */
  readonly id: string | null;
  readonly accountId: string;
  readonly intervention: Intervention;
}

/** What interventions look at beside the account itself. */
export interface WatchedPast {
  /** The CSM who alone looks after it now, by external id; null for a pool or for nobody. */
  readonly csm: string | null;
  readonly history: readonly PastChange[];
  readonly known: readonly KnownIntervention[];
}

export interface InterventionStore {
  /** The past of each account by its id: changes of health and usage from the day `since` on, and of the status. */
  pastOf(accountIds: readonly string[], since: CalendarDate): Promise<Map<string, WatchedPast>>;
  /** The account of each intervention that exists, by id. It never changes. */
  accountsOf(ids: readonly string[]): Promise<Map<string, string>>;
  byIds(ids: readonly string[]): Promise<StoredIntervention[]>;
  /** Writes them, and gives their ids in the order given. */
  save(writes: readonly InterventionWrite[]): Promise<string[]>;
}

export interface InterventionView extends Listed {
  readonly id: string;
  readonly accountId: string;
  readonly reason: InterventionReason;
  readonly status: InterventionStatus;
  /** The effective tier when it was raised, and the model that has it. */
  readonly tier: string;
  readonly modelVersion: number;
  readonly raisedOn: CalendarDate;
  readonly raisedAt: string;
  readonly raisedBy: string;
  readonly evidence: readonly Evidence[];
  readonly closedOn: CalendarDate | null;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly note: string | null;
  readonly version: number;
}

export interface InterventionFilter {
  readonly accountId?: string | null | undefined;
  readonly statuses?: readonly InterventionStatus[] | null | undefined;
  readonly reasons?: readonly InterventionReason[] | null | undefined;
  /** Keys of the effective tiers that the accounts have today. */
  readonly tiers?: readonly string[] | null | undefined;
  /** External ids of CSMs who look after the accounts alone today, and of pools that do. */
  readonly csms?: readonly string[] | null | undefined;
  readonly pools?: readonly string[] | null | undefined;
  readonly raisedFrom?: CalendarDate | null | undefined;
  readonly raisedTo?: CalendarDate | null | undefined;
  readonly account?: AccountFilter | null | undefined;
}

/** OLDEST, NEWEST by the day on which they were raised; ARR: the highest of the account first. */
export const INTERVENTION_ORDERS = ['OLDEST', 'NEWEST', 'ARR'] as const;
export type InterventionOrder = (typeof INTERVENTION_ORDERS)[number];

export interface InterventionReads {
  page(where: InterventionFilter, order: InterventionOrder, window: Window): Promise<InterventionView[]>;
  count(where: InterventionFilter): Promise<number>;
  byIds(ids: readonly string[]): Promise<InterventionView[]>;
  /** The newest `size` of each account. */
  newestOf(accountIds: readonly string[], size: number): Promise<InterventionView[]>;
  /** How many each account has. */
  countsOf(accountIds: readonly string[]): Promise<ListLength[]>;
}
