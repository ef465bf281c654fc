import { type CalendarDate } from '../../domain/calendar';
import { type Dimension } from '../../domain/segment';
import { type AccountFilter } from './account-filter';

/**
 * The questions about the whole book (spec section 9). Amounts are decimals with 2 places as text; shares and
 * rates are fractions of 1, rounded to 6 places, and null where they would divide by zero. Whoever hands this
 * out has checked that the actor may read.
 */
export interface AnalyticReads {
  /**
   * What the accounts that were not churned on a day look like, grouped by up to 3 dimensions. Throws
   * INVALID_VALUE for dimensions that do not fit together, a day after today and a filter that says nothing.
   */
  breakdown(query: BreakdownQuery): Promise<Breakdown>;
  /**
   * What became by one day of the ARR that was there on another. Throws as `breakdown`, and INVALID_VALUE where
   * `from` lies after `to`.
   */
  retention(query: RetentionQuery): Promise<Retention>;
}

export const TIER_BASES = ['RECORDED', 'PUBLISHED_MODEL'] as const;

/**
 * Which tiers, scores and placements a past day is given: RECORDED, as they were recorded then; or
 * PUBLISHED_MODEL, where today's model places the facts of that day.
 */
export type TierBasis = (typeof TIER_BASES)[number];

export interface BreakdownQuery {
  readonly by: readonly Dimension[];
  readonly where?: AccountFilter | null | undefined;
  /** Today, if left out. */
  readonly asOf?: CalendarDate | null | undefined;
  /** RECORDED, if left out. */
  readonly tierBasis?: TierBasis | null | undefined;
  /** Whether grr, nrr and logoRetention are wanted; else they are null. They read the past, which takes far longer. */
  readonly withRetention?: boolean | undefined;
  /** Whether medianArr is wanted; else it is null. It is what takes sorting. */
  readonly withMedian?: boolean | undefined;
}

export interface RetentionQuery {
  readonly by: readonly Dimension[];
  readonly from: CalendarDate;
  readonly to: CalendarDate;
  /** Holds for what an account was on the `from` day. */
  readonly where?: AccountFilter | null | undefined;
  readonly tierBasis?: TierBasis | null | undefined;
}

/** One value of one dimension; null where it is not known. */
export interface GroupKey {
  readonly dimension: Dimension;
  readonly value: string | null;
}

export interface BreakdownFigures {
  readonly accounts: number;
  /** Of the accounts that the filter leaves. */
  readonly accountShare: number | null;
  /** Unknown ARR counts as 0. */
  readonly arr: string;
  /** Of the ARR that the filter leaves. */
  readonly arrShare: number | null;
  /** Over the accounts whose ARR is known; null where there is none. */
  readonly averageArr: string | null;
  readonly medianArr: string | null;
  /** Over the accounts whose health is known, with 2 places; null where there is none. */
  readonly averageHealth: number | null;
  /** ARR of accounts with HIGH churn risk or health below 40. */
  readonly atRiskArr: string;
  /** These three look at the 12 months up to the day, and at what was in the group at their beginning. */
  readonly grr: number | null;
  readonly nrr: number | null;
  readonly logoRetention: number | null;
}

export interface BreakdownRow extends BreakdownFigures {
  readonly keys: readonly GroupKey[];
}

export interface Breakdown {
  readonly asOf: CalendarDate;
  readonly tierBasis: TierBasis;
  /** The most ARR first. Without dimensions one row: the whole. */
  readonly rows: readonly BreakdownRow[];
  /** Of all groups, those that were left out too. */
  readonly totals: BreakdownFigures;
  /** Whether there are more groups than rows. */
  readonly truncated: boolean;
}

export interface RetentionFigures {
  /** Accounts with ARR above 0 on the `from` day; nobody else counts. */
  readonly startAccounts: number;
  readonly startArr: string;
  readonly expansion: string;
  readonly contraction: string;
  /** What accounts brought that bring nothing on the `to` day; a churned account brings nothing. */
  readonly churn: string;
  readonly endArr: string;
  readonly lostAccounts: number;
  readonly grr: number | null;
  readonly nrr: number | null;
  readonly logoRetention: number | null;
}

export interface RetentionRow extends RetentionFigures {
  readonly keys: readonly GroupKey[];
}

export interface Retention {
  readonly from: CalendarDate;
  readonly to: CalendarDate;
  readonly tierBasis: TierBasis;
  /** The most ARR on the `from` day first. Without dimensions one row: the whole. */
  readonly rows: readonly RetentionRow[];
  readonly totals: RetentionFigures;
  readonly truncated: boolean;
}
