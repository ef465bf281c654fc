import { type CalendarDate } from '../../domain/calendar';
import { type ModelStatus, type TieringModel } from '../../domain/tiering-model';
import { type Stamp } from './clock';

/** A version of the policy, whatever its status. */
export interface StoredModelVersion {
  readonly version: number;
  readonly status: ModelStatus;
  /** Rises with every change of a draft. */
  readonly revision: number;
  readonly model: TieringModel;
}

/** The versions of the policy that are worked on. */
export interface ModelDraftStore {
  /** Stores a new draft under the next version and gives that. */
  create(model: TieringModel, basedOn: number, stamp: Stamp): Promise<number>;
  /** The version, kept from changing until the transaction ends; null if there is none. */
  lock(version: number): Promise<StoredModelVersion | null>;
  /** As `lock`, for looking at it alone. */
  read(version: number): Promise<StoredModelVersion | null>;
  /** The published model, for looking at it alone: whoever acts on it takes it from `models`. */
  inForce(): Promise<TieringModel | null>;
  /** Replaces what a locked draft says, and gives its new revision. */
  change(model: TieringModel, stamp: Stamp): Promise<number>;
  /** Gives a locked draft up. */
  giveUp(version: number, stamp: Stamp): Promise<void>;
  /** Puts a locked draft in the place of the published model, and tells every process. */
  publish(model: TieringModel, replaced: number, reason: string, stamp: Stamp): Promise<void>;
  /**
   * A digest of the book (every account and its version), the draft, the published model and the day: it is another
   * one as soon as any of them is.
   */
  digest(version: number, today: CalendarDate): Promise<string>;
  /** Accounts whose tier history goes beyond the day, and the last day of it. */
  aheadOf(today: CalendarDate): Promise<{ readonly accounts: number; readonly until: CalendarDate | null }>;
}
