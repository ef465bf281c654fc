import { type TieringModel } from '../../domain/tiering-model';

/** The figures of the present book that are kept beside the accounts. */
export interface BookFigureStore {
  state(): Promise<FigureState>;
  /**
   * Adds the oldest deltas to the figures, `most` at a time, and gives how many there were; null where somebody else is
   * at it. Whoever reads sees the same sums before and after.
   */
  fold(most: number): Promise<number | null>;
  /**
   * Counts the accounts and keeps their figures by the bounds in the place of those that were kept; false where somebody
   * else is at it. Whoever writes or reads need not wait.
   */
  countAnew(arrBounds: readonly string[]): Promise<boolean>;
}

export interface FigureState {
  /** The lower bounds of the ARR bands by which the figures are kept; null while they are not. */
  readonly arrBounds: readonly string[] | null;
  /** About how many deltas are not added yet; 0 for none. */
  readonly waiting: number;
  /** Whether past days may have been restated since somebody has looked. */
  readonly restated: boolean;
  /** The published model; null before the first one. */
  readonly model: TieringModel | null;
}
