import { type CalendarDate } from '../../domain/calendar';
import {
  type Override,
  type OverrideEndReason,
  type OverrideReason,
  type OverrideStatus,
} from '../../domain/override';
import { type AccountFilter } from './account-filter';
import { type AccountNames } from './account-names';
import { type Listed, type ListLength, type Window } from './list';

/** An override as it is stored. Whoever changes it has locked its account before reading it. */
export interface StoredOverride extends Override {
  readonly id: string;
  readonly accountId: string;
  /** The version of the model whose ladder its tier was taken from. */
  readonly modelVersion: number;
  readonly version: number;
}

/** A new override, or the next state of a stored one. */
export interface OverrideWrite {
  /** Null for one that is new. */
  readonly id: string | null;
  readonly accountId: string;
  readonly modelVersion: number;
  readonly override: Override;
}

export interface OverrideStore {
  /** The account of an override; null where there is none. It never changes. */
  accountOf(id: string): Promise<string | null>;
  byId(id: string): Promise<StoredOverride | null>;
  /** The requests and the active overrides of the accounts. */
  openOf(accounts: AccountNames): Promise<StoredOverride[]>;
  /** Takes ids for so many new ones, so that whoever writes them need not wait for theirs. */
  reserve(count: number): Promise<void>;
  /** Writes them, ended ones first, and gives their ids in the order given. */
  save(writes: readonly OverrideWrite[]): Promise<string[]>;
  /** Lets open requests for tiers that a published model drops ask for their successors. */
  requestsFollow(successors: ReadonlyMap<string, string>, modelVersion: number): Promise<void>;
  /** Ids above `after`, ascending, of accounts with an open or active override whose expiry has come. */
  accountsWithDue(today: CalendarDate, after: string, limit: number): Promise<string[]>;
}

export interface OverrideView extends Listed {
  readonly id: string;
  readonly accountId: string;
  readonly status: OverrideStatus;
  readonly tier: string;
  readonly modelVersion: number;
  readonly reason: OverrideReason;
  readonly note: string | null;
  readonly expiresOn: CalendarDate;
  readonly requestedBy: string;
  readonly requestedById: string;
  readonly requestedAt: string;
  readonly startedOn: CalendarDate | null;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly decisionNote: string | null;
  readonly endedBy: string | null;
  readonly endedOn: CalendarDate | null;
  readonly endedAt: string | null;
  readonly endReason: OverrideEndReason | null;
  readonly endNote: string | null;
  readonly version: number;
}

export interface OverrideFilter {
  readonly accountId?: string | null | undefined;
  readonly statuses?: readonly OverrideStatus[] | null | undefined;
  readonly tiers?: readonly string[] | null | undefined;
  readonly reasons?: readonly OverrideReason[] | null | undefined;
  readonly requestedById?: string | null | undefined;
  readonly expiresFrom?: CalendarDate | null | undefined;
  readonly expiresTo?: CalendarDate | null | undefined;
  readonly account?: AccountFilter | null | undefined;
}

/** How much of the book stands under active overrides. Shares are fractions of 1 with 6 places; null in an empty book. */
export interface DriftFigures {
  readonly accounts: number;
  readonly accountShare: number | null;
  readonly arr: string;
  readonly arrShare: number | null;
}

export interface OverrideDrift extends DriftFigures {
  readonly byReason: readonly (DriftFigures & { readonly reason: OverrideReason })[];
  readonly byAuthor: readonly (DriftFigures & { readonly author: string; readonly authorId: string })[];
  readonly byTier: readonly (DriftFigures & { readonly tier: string })[];
}

/** Overrides and requests, the newest first. */
export interface OverrideReads {
  page(where: OverrideFilter, window: Window): Promise<OverrideView[]>;
  count(where: OverrideFilter): Promise<number>;
  byIds(ids: readonly string[]): Promise<OverrideView[]>;
  /** The active override of each account. */
  activeOf(accountIds: readonly string[]): Promise<OverrideView[]>;
  /** The newest `size` of each account. */
  newestOf(accountIds: readonly string[], size: number): Promise<OverrideView[]>;
  /** How many each account has. */
  countsOf(accountIds: readonly string[]): Promise<ListLength[]>;
  /** Over the accounts of the filter that are not churned; unknown ARR counts as 0. */
  drift(where: AccountFilter | null | undefined): Promise<OverrideDrift>;
}
