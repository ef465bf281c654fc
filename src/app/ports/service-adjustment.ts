import { type CalendarDate } from '../../domain/calendar';
import {
  type AdjustmentEndReason,
  type AdjustmentGrounds,
  type AdjustmentKind,
  type AdjustmentStatus,
  type ServiceAdjustment,
} from '../../domain/service-adjustment';
import { type AccountFilter } from './account-filter';
import { type AccountNames } from './account-names';
import { type Listed, type Window } from './list';

/** An adjustment as it is stored. Whoever changes it has locked its account before reading it. */
export interface StoredAdjustment extends ServiceAdjustment {
  readonly id: string;
  readonly accountId: string;
  readonly version: number;
}

/** A new adjustment, or the next state of a stored one. */
export interface AdjustmentWrite {
  /** Null for one that is new. */
  readonly id: string | null;
  readonly accountId: string;
  readonly adjustment: ServiceAdjustment;
}

export interface AdjustmentStore {
  /** The account of an adjustment; null where there is none. It never changes. */
  accountOf(id: string): Promise<string | null>;
  byId(id: string): Promise<StoredAdjustment | null>;
  /** The adjustments of the accounts that are open, active or silence their grounds. */
  knownOf(accounts: AccountNames): Promise<StoredAdjustment[]>;
  /** Takes ids for so many new ones, so that whoever writes them need not wait for theirs. */
  reserve(count: number): Promise<void>;
  /** Writes them, ended ones first, and gives their ids in the order given. */
  save(writes: readonly AdjustmentWrite[]): Promise<string[]>;
  /** Ids above `after`, ascending, of accounts that may have grounds for a proposal, or had some. */
  accountsToPropose(lighterFromHealth: number, after: string, limit: number): Promise<string[]>;
  /** Ids above `after`, ascending, of accounts with an active adjustment whose last day has come. */
  accountsWithDue(today: CalendarDate, after: string, limit: number): Promise<string[]>;
}

export interface AdjustmentView extends Listed {
  readonly id: string;
  readonly accountId: string;
  readonly kind: AdjustmentKind;
  readonly status: AdjustmentStatus;
  readonly grounds: AdjustmentGrounds | null;
  readonly until: CalendarDate | null;
  readonly note: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly startedOn: CalendarDate | null;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly endedBy: string | null;
  readonly endedOn: CalendarDate | null;
  readonly endReason: AdjustmentEndReason | null;
  readonly endNote: string | null;
  readonly version: number;
}

export interface AdjustmentFilter {
  readonly accountId?: string | null | undefined;
  readonly statuses?: readonly AdjustmentStatus[] | null | undefined;
  readonly kinds?: readonly AdjustmentKind[] | null | undefined;
  readonly grounds?: readonly AdjustmentGrounds[] | null | undefined;
  readonly untilFrom?: CalendarDate | null | undefined;
  readonly untilTo?: CalendarDate | null | undefined;
  readonly account?: AccountFilter | null | undefined;
}

/** Service adjustments and proposals, the newest first. */
export interface AdjustmentReads {
  page(where: AdjustmentFilter, window: Window): Promise<AdjustmentView[]>;
  count(where: AdjustmentFilter): Promise<number>;
  byIds(ids: readonly string[]): Promise<AdjustmentView[]>;
  /** The active adjustment of each account. */
  activeOf(accountIds: readonly string[]): Promise<AdjustmentView[]>;
}
