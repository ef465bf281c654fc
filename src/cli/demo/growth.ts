import { type Money } from '../../domain/money';
import { priced, tierOf, type Values } from './facts';
import { type Phase, type Setting } from './phase';
import { withArr } from './variant';

/** What a year does to the ARR of those that stay: most grow a little, some a lot, a few shrink. */
const YEARLY: readonly (readonly [readonly [number, number], number])[] = [
  [[0.8, 0.96], 14],
  [[1, 1], 24],
  [[1.03, 1.1], 32],
  [[1.1, 1.28], 22],
  [[1.28, 1.6], 8],
];
const SHORTEST_DAYS = 200;

/**
 * The phase as it begins when it ends with the ARR it was given; as given where it is too short, or where the
 * rules would place its beginning elsewhere.
 *
 * @param known the facts it does not change itself
 */
export function growing(phase: Phase, until: number, setting: Setting, known: Values = {}): Phase {
  const days = until - phase.from;
  const { arr } = phase.changes;
  if (arr === undefined || arr === null || arr === 0 || days < SHORTEST_DAYS) return phase;
  const [least, most] = setting.dice.weighted(YEARLY);
  const ratio = 1 + (setting.dice.between(least, most) - 1) * (days / 365);
  const start = priced(arr / 100 / ratio, arr % 100 > 0);
  const changes = { ...phase.changes, ...withArr({ ...known, ...phase.changes }, start) };
  const fits =
    phase.tier === null || tierOf({ ...known, ...changes }, setting.span.day(phase.from)) === phase.tier;
  return start !== arr && fits ? { ...phase, changes, growsTo: arr } : phase;
}

/** The ARR after `step` of `steps` on the way from one amount to the other. */
export function stepTowards(from: Money, to: Money, step: number, steps: number): Money {
  return step >= steps ? to : priced((from + ((to - from) * step) / steps) / 100, to % 100 > 0);
}
