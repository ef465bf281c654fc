import { type CalendarDate } from '../../domain/calendar';
import { type Publication } from '../../domain/program-period';
import { type AccountFilter } from './account-filter';
import { type Listed, type Window } from './list';

/** What can be due. */
export const DUE_KINDS = ['TOUCH', 'BUSINESS_REVIEW'] as const;
export type DueKind = (typeof DUE_KINDS)[number];

export interface DueTouchView extends Listed {
  readonly accountId: string;
  readonly kind: DueKind;
  readonly tier: string;
  readonly dueFrom: CalendarDate;
  readonly dueOn: CalendarDate;
  /** The last one of its kind that counts; null where there was none since the account came into service. */
  readonly lastOn: CalendarDate | null;
  /** Days from one touch to the next, at the soonest and at the latest; null for a business review. */
  readonly fromDays: number | null;
  readonly toDays: number | null;
  /** Whether these are the days of onboarding. */
  readonly onboarding: boolean;
  /** Months from one business review to the next; null for a touch. */
  readonly months: number | null;
  /** Whether these are the months for a small ARR. */
  readonly small: boolean;
}

export interface DueTouchFilter {
  /** The CSM whose accounts are meant, with those of the CSM's pools and of whoever the CSM stands in for today. */
  readonly csmId?: string | null | undefined;
  /** The external id of such a CSM. */
  readonly csm?: string | null | undefined;
  /** The external id of the pool whose accounts are meant. */
  readonly pool?: string | null | undefined;
  readonly tiers?: readonly string[] | null | undefined;
  readonly kinds?: readonly DueKind[] | null | undefined;
  readonly until: CalendarDate;
  /** Also what may be done by then, though its last day comes later. */
  readonly early: boolean;
  readonly account?: AccountFilter | null | undefined;
}

/** What an account is owed next. */
export interface EngagementView {
  readonly accountId: string;
  readonly tier: string;
  readonly servedSince: CalendarDate;
  readonly tierSince: CalendarDate;
  readonly lastTouchOn: CalendarDate | null;
  readonly nextTouchDueFrom: CalendarDate | null;
  readonly nextTouchDueOn: CalendarDate | null;
  readonly lastBusinessReviewOn: CalendarDate | null;
  readonly nextBusinessReviewDueOn: CalendarDate | null;
}

/** What the programs of one tier owed over a period, and what was done; amounts of work are decimals as text. */
export interface DeliveryView {
  /** The key of the tier, as it was recorded. */
  readonly tier: string;
  /** Accounts that were in the tier for at least a day. */
  readonly accounts: number;
  readonly accountDays: number;
  readonly touchesOwed: string;
  readonly touchesDelivered: number;
  readonly businessReviewsOwed: string;
  readonly businessReviewsDelivered: number;
  readonly businessReviewsSkipped: number;
  readonly tickets: number;
  readonly answeredInTime: number;
  /** Mean over accounts and months, in percent with 2 places; null where nothing is known. */
  readonly averageAdoption: number | null;
}

/** The figures of an account in one month. */
export interface SupportMonthView {
  readonly accountId: string;
  /** "2026-03" */
  readonly month: string;
  readonly tickets: number | null;
  readonly answeredInTime: number | null;
  readonly adoptionPercent: number | null;
}

/** What accounts are owed, and whether they get it (spec section 8). */
export interface EngagementReads {
  /** What is due, the soonest first, then of the higher tier. */
  due(where: DueTouchFilter, today: CalendarDate, window: Window): Promise<DueTouchView[]>;
  dueCount(where: DueTouchFilter, today: CalendarDate): Promise<number>;
  /** What each account is owed next; accounts without a tier are left out. */
  engagementOf(accountIds: readonly string[], today: CalendarDate): Promise<EngagementView[]>;
  /**
   * By the tier that accounts had on each day, and the program that counted then; both days belong to the period.
   *
   * @param publications all models that were published, in that order
   */
  delivery(
    from: CalendarDate,
    to: CalendarDate,
    today: CalendarDate,
    publications: readonly Publication[],
  ): Promise<DeliveryView[]>;
  /** Months from the first of `since` on, the latest first. */
  supportOf(accountIds: readonly string[], since: CalendarDate): Promise<SupportMonthView[]>;
}
