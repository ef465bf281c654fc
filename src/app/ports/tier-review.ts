import { type CalendarDate } from '../../domain/calendar';
import { type Account } from '../../domain/rescoring';
import { type ReviewDecision } from '../../domain/review-recommendation';
import { type ReviewChange, type ReviewTrigger, type ReviewTriggerCode } from '../../domain/tier-review';
import { type AccountFilter } from './account-filter';
import { type Stamp } from './clock';
import { type Listed, type ListLength, type Window } from './list';

/** A completed tier review that is to be stored. */
export interface CompletedReview {
  readonly accountId: string;
  readonly dueOn: CalendarDate;
  /** Whether it confirmed itself. */
  readonly automatic: boolean;
  readonly triggers: readonly ReviewTrigger[];
  readonly changes: readonly ReviewChange[];
  readonly recommendation: ReviewDecision;
  readonly recommendationReason: string;
  readonly decision: ReviewDecision;
  readonly note: string;
  readonly modelVersion: number;
  readonly heldFrom: string;
  readonly heldTo: string;
  readonly effectiveFrom: string;
  readonly effectiveTo: string;
  readonly nextDueOn: CalendarDate;
}

/** What the upkeep of the day looks for. */
export interface DueReviews {
  readonly today: CalendarDate;
  /** The tiers in which a review without triggers confirms itself. */
  readonly selfConfirmingTiers: readonly string[];
  /** The last day on which a review must have been due to be escalated. */
  readonly overdueSince: CalendarDate;
}

export interface TierReviewStore {
  /** Gives the id of each review, in order. */
  add(reviews: readonly CompletedReview[], stamp: Stamp): Promise<string[]>;
  /** Ids above `after`, ascending, of accounts whose review confirms itself or is to be escalated. */
  accountsWithDue(due: DueReviews, after: string, limit: number): Promise<string[]>;
}

/** Which reviews are meant; everything that is given must hold. */
export interface ReviewQueueFilter {
  /** Keys of effective tiers. */
  readonly tiers?: readonly string[] | null | undefined;
  /** With at least one of these triggers. */
  readonly triggers?: readonly ReviewTriggerCode[] | null | undefined;
  readonly escalated?: boolean | null | undefined;
  /** Due on this day or earlier. */
  readonly dueBy: CalendarDate;
  readonly account?: AccountFilter | null | undefined;
}

export interface ReviewQueueView extends Listed {
  readonly accountId: string;
  readonly dueOn: CalendarDate;
  readonly triggers: readonly ReviewTrigger[];
  readonly escalatedOn: CalendarDate | null;
}

export interface TierReviewView extends Listed, CompletedReview {
  readonly id: string;
  readonly completedOn: CalendarDate;
  readonly completedAt: string;
  readonly completedBy: string;
}

/** Reviews that are due, the most urgent first, and completed ones, the newest first. */
export interface TierReviewReads {
  queue(where: ReviewQueueFilter, window: Window): Promise<ReviewQueueView[]>;
  queueLength(where: ReviewQueueFilter): Promise<number>;
  /** The next review of each account; accounts without a tier are left out. */
  nextOf(accountIds: readonly string[]): Promise<ReviewQueueView[]>;
  /** The accounts as the rules see them, to work out what their reviews are about. */
  subjectsOf(accountIds: readonly string[]): Promise<ReadonlyMap<string, Account>>;
  page(accountId: string, window: Window): Promise<TierReviewView[]>;
  byIds(ids: readonly string[]): Promise<TierReviewView[]>;
  /** The newest `size` of each account. */
  newestOf(accountIds: readonly string[], size: number): Promise<TierReviewView[]>;
  /** How many each account has. */
  countsOf(accountIds: readonly string[]): Promise<ListLength[]>;
}
