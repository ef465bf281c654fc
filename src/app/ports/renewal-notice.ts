import { type CalendarDate } from '../../domain/calendar';
import { type RenewalTerms } from '../../domain/grace';
import { type RenewalNotice } from '../../domain/renewal-notice';
import { type AccountFilter } from './account-filter';
import { type Stamp } from './clock';
import { type Listed, type ListLength, type Window } from './list';

/** An account that may have a notice due on a day. */
export interface NoticeCandidate extends RenewalTerms {
  readonly id: string;
  /** The effective tier at the end of that day, or now where the day is not over. */
  readonly tier: string;
}

/** Which accounts are worth looking at for the notices of a day. */
export interface NoticeSearch {
  readonly day: CalendarDate;
  /** The tiers that have notices at all. */
  readonly tiers: readonly string[];
  /** The days that the notices of the day announce. */
  readonly renewals: readonly CalendarDate[];
  /** The days of the month of which a renewal that repeats falls on one of them. */
  readonly anchorDays: readonly number[];
}

/** A notice of one account; the tier is the one whose program names it. */
export interface DueNotice extends RenewalNotice {
  readonly accountId: string;
  readonly tier: string;
}

export interface RenewalNoticeStore {
  /** Ids above `after`, ascending, of accounts that are served on the day and may have a notice due then. */
  candidates(search: NoticeSearch, after: string, limit: number): Promise<NoticeCandidate[]>;
  /** Records the notices; those that are recorded already stay as they are. Gives how many are new. */
  record(notices: readonly DueNotice[], modelVersion: number, stamp: Stamp): Promise<number>;
}

export interface RenewalNoticeView extends Listed {
  readonly id: string;
  readonly accountId: string;
  readonly renewalOn: CalendarDate;
  readonly daysAhead: number;
  readonly dueOn: CalendarDate;
  readonly tier: string;
  readonly modelVersion: number;
  readonly recordedAt: string;
}

export interface RenewalNoticeFilter {
  readonly accountId?: string | null | undefined;
  readonly tiers?: readonly string[] | null | undefined;
  readonly daysAhead?: readonly number[] | null | undefined;
  readonly dueFrom?: CalendarDate | null | undefined;
  readonly dueTo?: CalendarDate | null | undefined;
  readonly renewalFrom?: CalendarDate | null | undefined;
  readonly renewalTo?: CalendarDate | null | undefined;
  readonly account?: AccountFilter | null | undefined;
}

/** Renewal notices, those that were due latest first. */
export interface RenewalNoticeReads {
  page(where: RenewalNoticeFilter, window: Window): Promise<RenewalNoticeView[]>;
  count(where: RenewalNoticeFilter): Promise<number>;
  byIds(ids: readonly string[]): Promise<RenewalNoticeView[]>;
  newestOf(accountIds: readonly string[], size: number): Promise<RenewalNoticeView[]>;
  countsOf(accountIds: readonly string[]): Promise<ListLength[]>;
}
