import { type CalendarDate } from '../../domain/calendar';
import { type SegmentCriterion } from '../../domain/segment-criterion';
import { type SegmentGoal } from '../../domain/segment-goal';
import { type TieringModel } from '../../domain/tiering-model';
import { type AccountFilter } from './account-filter';
import { type Stamp } from './clock';
import { type Listed, type Window } from './list';

export const SEGMENT_CHANGE_KINDS = ['ENTERED', 'LEFT'] as const;
export type SegmentChangeKind = (typeof SEGMENT_CHANGE_KINDS)[number];

/** Why an account is a member, or none any more: the segment is new, says something else, or the account does. */
export const SEGMENT_CHANGE_CAUSES = ['SEGMENT_CREATED', 'CRITERIA_CHANGED', 'ACCOUNT_CHANGED'] as const;
export type SegmentChangeCause = (typeof SEGMENT_CHANGE_CAUSES)[number];

/** A segment as it is stored, locked for the rest of the transaction. */
export interface StoredSegment {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly criteria: readonly SegmentCriterion[];
  /** The actor who created it. */
  readonly ownerId: string;
  readonly ownerName: string;
  /** The day on which its members were last recorded. */
  readonly recordedOn: CalendarDate;
  readonly version: number;
}

export type NewSegment = Pick<StoredSegment, 'name' | 'description' | 'criteria'>;

export interface SegmentStore {
  /** Stores a segment that the stamp's actor owns, with no members yet; gives its id. */
  create(segment: NewSegment, stamp: Stamp): Promise<string>;
  lock(id: string): Promise<StoredSegment | null>;
  /** Ids above `after`, ascending. */
  idsAfter(after: string, limit: number): Promise<string[]>;
  /** Writes name, description and criteria, and counts the version up. */
  update(segment: StoredSegment, stamp: Stamp): Promise<void>;
  /** With its goals and everything that was recorded of its members. */
  delete(id: string): Promise<void>;
  /** Sets all goals of a locked segment, and counts its version up. */
  replaceGoals(id: string, goals: readonly SegmentGoal[], stamp: Stamp): Promise<void>;
  /**
   * Compares the members of a locked segment with those recorded last, and records who entered and who left;
   * gives how many did. The database does all of it, so memory stays constant.
   */
  recordMembers(
    segment: Pick<StoredSegment, 'id' | 'criteria'>,
    cause: SegmentChangeCause,
    model: TieringModel,
    stamp: Stamp,
  ): Promise<number>;
}

export interface SegmentView extends Listed {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly criteria: readonly SegmentCriterion[];
  readonly owner: string;
  readonly recordedOn: CalendarDate;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface SegmentFilter {
  /** Part of the name, in any case. */
  readonly nameContains?: string | null | undefined;
  /** The actor who created it. */
  readonly ownerId?: string | null | undefined;
}

/** How many accounts a segment has today, and their ARR; an unknown one counts as 0. */
export interface SegmentSize {
  readonly memberCount: number;
  readonly arr: string;
}

export interface SegmentGoalView extends SegmentGoal {
  readonly segmentId: string;
}

/** A goal that is to be measured, with what its segment says. */
export interface MeasurableGoal extends SegmentGoal {
  readonly criteria: readonly SegmentCriterion[];
}

export interface SegmentReads {
  /** By name. */
  page(where: SegmentFilter, window: Window): Promise<SegmentView[]>;
  count(where: SegmentFilter): Promise<number>;
  byIds(ids: readonly string[]): Promise<SegmentView[]>;
  /** Whatever the case of the name. */
  byName(name: string): Promise<SegmentView | null>;
  /** The size of each segment today, in the order given, out of one look at the book. */
  sizes(segments: readonly Pick<SegmentView, 'criteria'>[]): Promise<SegmentSize[]>;
  /** The goals of the segments, by the beginning of their period. */
  goalsOf(segmentIds: readonly string[]): Promise<SegmentGoalView[]>;
  /**
   * What each goal has come to, as a fraction of 1 with 6 places, in the order given. Expansion and retention are
   * those of the accounts that were members on the `from` day, up to the period's last day or today; adoption is
   * the average usage of the members on that last day. Null before the period begins and where nothing is known.
   */
  actuals(goals: readonly MeasurableGoal[]): Promise<(number | null)[]>;
}

export interface SegmentChangeView extends Listed {
  readonly id: string;
  readonly segmentId: string;
  readonly accountId: string;
  readonly kind: SegmentChangeKind;
  readonly cause: SegmentChangeCause;
  readonly occurredOn: CalendarDate;
}

export interface SegmentChangeFilter {
  readonly segmentId?: string | null | undefined;
  readonly kind?: SegmentChangeKind | null | undefined;
  readonly causes?: readonly SegmentChangeCause[] | null | undefined;
  readonly from?: CalendarDate | null | undefined;
  readonly to?: CalendarDate | null | undefined;
  readonly account?: AccountFilter | null | undefined;
}

/** How many changes of a segment were recorded; segments without any are left out. */
export interface SegmentChangeCount {
  readonly segmentId: string;
  readonly count: number;
}

/** Entries and exits of members, the newest first. */
export interface SegmentChangeReads {
  page(where: SegmentChangeFilter, window: Window): Promise<SegmentChangeView[]>;
  count(where: SegmentChangeFilter): Promise<number>;
  byIds(ids: readonly string[]): Promise<SegmentChangeView[]>;
  /** The same window of each segment's changes. */
  pageOfEach(segmentIds: readonly string[], window: Window): Promise<SegmentChangeView[]>;
  countsOf(segmentIds: readonly string[]): Promise<SegmentChangeCount[]>;
}
