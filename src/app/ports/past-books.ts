import { type CalendarDate } from '../../domain/calendar';
import { type Dimension } from '../../domain/segment';
import { type TieringModel } from '../../domain/tiering-model';

/** The book of a past day, grouped as somebody has asked. */
export interface PastBook {
  readonly day: CalendarDate;
  readonly by: readonly Dimension[];
  readonly today: CalendarDate;
  /** The published model. */
  readonly model: TieringModel;
}

/** The figures of past days that are kept. */
export interface PastBookStore {
  /** Counts the book and keeps its figures; false where somebody else is at it. */
  keep(book: PastBook): Promise<boolean>;
  /** Forgets what has been restated since it was counted, and then what has restated it. */
  settle(): Promise<void>;
}
