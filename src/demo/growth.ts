import { type Money } from '../domain/money';
import { priced, tierOf, type Values } from './facts';
import { type Phase, type Setting } from './phase';
import { withArr } from './variant';

/** What a year does to the ARR of those that stay: most grow a little, some a lot, a few shrink. */
const YEARLY: readonly (readonly [readonly [number, number], number])[] = [
  [[0.84, 0.97], 7],
  [[1, 1], 12],
  [[1.03, 1.1], 24],
  [[1.1, 1.35], 33],
  [[1.35, 2.4], 24],
];
/** A growth that would have begun in another tier is taken more modestly. */
const SHARES = [1, 0.5, 0.2];
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
  const yearly = setting.dice.between(least, most) - 1;
  for (const share of SHARES) {
    const start = priced(arr / 100 / (1 + (yearly * share * days) / 365), arr % 100 > 0);
    const changes = { ...phase.changes, ...withArr({ ...known, ...phase.changes }, start) };
    const tier = phase.tier === null ? null : tierOf({ ...known, ...changes }, setting.span.day(phase.from));
    if (start !== arr && tier === phase.tier) return { ...phase, changes, growsTo: arr };
  }
  return phase;
}

/** The ARR after `step` of `steps` on the way from one amount to the other. */
export function stepTowards(from: Money, to: Money, step: number, steps: number): Money {
  return step >= steps ? to : priced((from + ((to - from) * step) / steps) / 100, to % 100 > 0);
}
