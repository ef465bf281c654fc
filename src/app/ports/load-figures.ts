/** The loads of the present book that are kept beside the accounts: how many of each weight everybody looks after. */
export interface LoadFigureStore {
  state(): Promise<LoadFigureState>;
  /**
   * Adds the oldest deltas to the loads, `most` at a time, and gives how many there were; null where somebody else is at
   * it. Whoever reads sees the same sums before and after.
   */
  fold(most: number): Promise<number | null>;
  /**
   * Counts the accounts and keeps their loads in the place of those that were kept; false where somebody else is at it.
   * Whoever writes or reads need not wait.
   */
  countAnew(): Promise<boolean>;
}

export interface LoadFigureState {
  readonly isKept: boolean;
  /** About how many deltas are not added yet; 0 for none. */
  readonly waiting: number;
}
