/** Less than a solver can tell apart. */
const NO_DISTANCE = 1e-6;

/** A value to be found: from 0 up to `upper`. */
export interface ProgramColumn {
  /** Null for one without a bound. */
  readonly upper: number | null;
  /** Whether it has to be a whole number. */
  readonly whole: boolean;
}

/** A factor on a column, by its index. */
export interface Term {
  readonly column: number;
  readonly factor: number;
}

/** The sum of the terms lies from `lower` to `upper`; null for no bound. */
export interface ProgramRow {
  readonly lower: number | null;
  readonly upper: number | null;
  readonly terms: readonly Term[];
}

/** What is to be as small as possible. */
export interface Goal {
  readonly name: string;
  readonly terms: readonly Term[];
  /** Whether its value is always a whole number. */
  readonly whole: boolean;
  /** Whether the goals after it must keep what it reached; not where one of them counts it as well. */
  readonly kept: boolean;
  /** So near to the best that is possible is good enough. */
  readonly gap: number;
  /** How much of it later goals may give up. */
  readonly slack: number;
  /** Sets of columns whose sums have to stay what the goals before have made them. */
  readonly holds: readonly (readonly number[])[];
}

/**
 * Values to be found within rows, the best by the first goal, of those the best by the second, and so on. Plain data,
 * so that it can be handed to a solver in another thread.
 */
export interface IntegerProgram {
  readonly columns: readonly ProgramColumn[];
  readonly rows: readonly ProgramRow[];
  readonly goals: readonly Goal[];
  /** Values of the whole columns that keep all rows, as a beginning. */
  readonly start: readonly Term[];
}

/** How near a goal came to the best that is possible. */
export interface GoalOutcome {
  readonly name: string;
  readonly value: number;
  /** No value below it is possible. */
  readonly bound: number;
  /** Nodes of the search. */
  readonly nodes: number;
}

export interface ProgramSolution {
  /** One for each column. */
  readonly values: readonly number[];
  /** Of the goals that were pursued; those that are left out were cut off by the clock. */
  readonly goals: readonly GoalOutcome[];
  /** Whether the clock ended the search, so that another run may find something else. */
  readonly stoppedByClock: boolean;
}

/**
 * The distance from the best that is possible, as a share of the value; null where the search ended before it had a
 * bound.
 */
export function gapOf({ value, bound }: Pick<GoalOutcome, 'value' | 'bound'>): number | null {
  if (!Number.isFinite(bound)) return null;
  const distance = value - bound;
  return distance <= NO_DISTANCE ? 0 : distance / Math.max(Math.abs(value), NO_DISTANCE);
}
