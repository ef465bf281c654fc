import { type CalendarDate } from './calendar';
import { DomainError } from './errors';

/** What a segment can aim at (spec section 9); every target and every actual is a fraction of 1. */
export const GOAL_METRICS = ['EXPANSION', 'GRR', 'NRR', 'LOGO_RETENTION', 'ADOPTION'] as const;
export type GoalMetric = (typeof GOAL_METRICS)[number];

export const MOST_GOALS = 10;

/** A fraction has 6 places, as the figures that it is compared with. */
const PARTS = 1_000_000;

/** The most that each can come to: what is left of a whole is at most the whole, growth has no such end. */
const MOST: Readonly<Record<GoalMetric, number>> = {
  EXPANSION: 100,
  GRR: 1,
  NRR: 100,
  LOGO_RETENTION: 1,
  ADOPTION: 100,
};

/** What a segment aims at over a period; both days belong to it. */
export interface SegmentGoal {
  readonly metric: GoalMetric;
  /** A fraction of 1 with at most 6 places. */
  readonly target: number;
  readonly from: CalendarDate;
  readonly to: CalendarDate;
}

/**
 * Checks the goals of a segment. Throws INVALID_VALUE, which names the place, for more than 10, a target out of its
 * range or with more than 6 places, a period that ends before it begins or on the day it does, and the same metric
 * twice for one period.
 */
export function checkGoals(goals: readonly SegmentGoal[]): readonly SegmentGoal[] {
  if (goals.length > MOST_GOALS) {
    throw invalid(['goals'], `a segment has at most ${MOST_GOALS} goals, not ${goals.length}`);
  }
  goals.forEach((goal, index) => {
    const { metric, target, from, to } = goal;
    const path = ['goals', String(index)];
    if (!(target >= 0 && target <= MOST[metric])) {
      throw invalid([...path, 'target'], `a target of ${metric} is a fraction from 0 to ${MOST[metric]}`);
    }
    if (Math.round(target * PARTS) / PARTS !== target) {
      throw invalid([...path, 'target'], 'a target has at most 6 places');
    }
    if (from >= to) throw invalid([...path, 'to'], `to (${to}) must lie after from (${from})`);
    const first = goals.findIndex((o) => o.metric === metric && o.from === from && o.to === to);
    if (first !== index) throw invalid(path, `${metric} has a goal for ${from} to ${to} already`);
  });
  return goals;
}

/**
 * The last day that the actual of a goal is about: the period's last, or today while it runs; null before it begins.
 */
export function measuredUntil({ from, to }: SegmentGoal, today: CalendarDate): CalendarDate | null {
  if (from > today) return null;
  return to < today ? to : today;
}

/** Whether the actual reaches the target; null where there is no actual. */
export function isMet(target: number, actual: number | null): boolean | null {
  return actual === null ? null : actual >= target;
}

function invalid(field: readonly string[], message: string): DomainError {
  return new DomainError('INVALID_VALUE', message, field);
}
