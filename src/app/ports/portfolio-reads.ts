import { type CalendarDate } from '../../domain/calendar';
import { type Listed, type ListLength, type Window } from './list';

/** A CSM as screens show it; days are text, FTE is a decimal with 2 places. */
export interface CsmView extends Listed {
  readonly id: string;
  readonly externalId: string;
  readonly name: string;
  readonly email: string | null;
  readonly regions: readonly string[];
  readonly languages: readonly string[];
  readonly industries: readonly string[];
  readonly employment: readonly {
    readonly from: CalendarDate;
    readonly to: CalendarDate | null;
    readonly fte: string;
  }[];
  readonly leave: readonly {
    readonly from: CalendarDate;
    readonly to: CalendarDate;
    readonly backupId: string;
  }[];
  readonly pools: readonly MembershipView[];
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface MembershipView {
  readonly csmId: string;
  readonly poolId: string;
  readonly pool: string;
  readonly from: CalendarDate;
  readonly to: CalendarDate | null;
}

/** Which CSMs; everything that is given must hold. */
export interface CsmFilter {
  /** Part of the name, in any case. */
  readonly name?: string | null | undefined;
  readonly externalId?: string | null | undefined;
  readonly region?: string | null | undefined;
  readonly language?: string | null | undefined;
  readonly industry?: string | null | undefined;
  /** Belongs to the pool with this external id today. */
  readonly pool?: string | null | undefined;
  readonly employedOn?: CalendarDate | null | undefined;
  readonly onLeaveOn?: CalendarDate | null | undefined;
}

/** CSMs by name, with the fields that are asked for; others may be left out. */
export interface CsmReads {
  page(where: CsmFilter, today: CalendarDate, window: Window, fields: readonly string[]): Promise<CsmView[]>;
  count(where: CsmFilter, today: CalendarDate): Promise<number>;
  byIds(ids: readonly string[], fields: readonly string[]): Promise<CsmView[]>;
  byExternalIds(externalIds: readonly string[], fields: readonly string[]): Promise<CsmView[]>;
}

export interface PoolView extends Listed {
  readonly id: string;
  readonly externalId: string;
  readonly name: string;
  readonly createdAt: string;
}

/** Pools by name. */
export interface PoolReads {
  page(window: Window): Promise<PoolView[]>;
  count(): Promise<number>;
  byIds(ids: readonly string[]): Promise<PoolView[]>;
  byExternalIds(externalIds: readonly string[]): Promise<PoolView[]>;
  /** The memberships that hold on the day, of all the pools, by the member's name. */
  membersOn(poolIds: readonly string[], day: CalendarDate): Promise<MembershipView[]>;
}

export interface AssignmentView extends Listed {
  readonly id: string;
  readonly accountId: string;
  readonly csmId: string | null;
  readonly poolId: string | null;
  readonly executiveSponsor: string | null;
  readonly from: CalendarDate;
  readonly to: CalendarDate | null;
  readonly reason: string | null;
  readonly actor: string;
  readonly recordedAt: string;
}

export interface PortfolioTotals {
  /** The external id of the CSM or the pool. */
  readonly owner: string;
  readonly accounts: number;
  readonly arr: string;
}

/** Who looked after accounts and when, the latest first. */
export interface PortfolioReads {
  page(accountId: string, window: Window): Promise<AssignmentView[]>;
  /** How many assignments each account has had. */
  countsOf(accountIds: readonly string[]): Promise<ListLength[]>;
  byIds(ids: readonly string[]): Promise<AssignmentView[]>;
  /** The latest `size` assignments of each account. */
  newestOf(accountIds: readonly string[], size: number): Promise<AssignmentView[]>;
  /** The assignment of each account on the day. */
  on(accountIds: readonly string[], day: CalendarDate): Promise<AssignmentView[]>;
  /**
   * Accounts that were not churned on the day, and their ARR then, by who looked after them; owners of none are left
   * out.
   *
   * @param owners external ids
   */
  totals(
    kind: 'csm' | 'pool',
    owners: readonly string[],
    day: CalendarDate,
    today: CalendarDate,
  ): Promise<PortfolioTotals[]>;
}
