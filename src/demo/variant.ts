import { type AccountField, type Level } from '../domain/account';
import { type CalendarDate } from '../domain/calendar';
import { type Money } from '../domain/money';
import { type Source } from './cast';
import { planOf } from './company';
import { type Dice } from './dice';
import { type Ground, isHigher, potentialFor, priced, tierOf, type Values } from './facts';

/** Other facts of the same account, under which the rules place it elsewhere. */
export interface Variant {
  readonly tier: string;
  readonly changes: Values;
  /** What brings back the facts as they were. */
  readonly undo: Values;
  readonly source: Source;
}

type Way = 'ARR' | 'LEVEL' | 'RISK';

const TRIES = 8;

/** Facts that place the account lower; null where none was found. */
export function lowered(ground: Ground, day: CalendarDate, dice: Dice): Variant | null {
  return search(
    ground,
    dice.shuffle(['ARR', 'ARR', 'LEVEL', 'RISK']),
    [0.42, 0.88],
    LOWER,
    day,
    dice,
    (tier) => isHigher(ground.tier, tier),
  );
}

/** Facts that place the account higher; null where none was found. */
export function lifted(ground: Ground, day: CalendarDate, dice: Dice): Variant | null {
  return search(ground, dice.shuffle(['ARR', 'ARR', 'LEVEL']), [1.15, 2.3], HIGHER, day, dice, (tier) =>
    isHigher(tier, ground.tier),
  );
}

/** What else changes where the ARR goes to `arr`: seats and plan with it, and room to grow in proportion. */
export function withArr(values: Values, arr: Money): Values {
  const ratio = arr / (values.arr ?? arr);
  const scale = (count: number | null | undefined): number | null =>
    count === null || count === undefined ? null : Math.max(3, Math.round(count * ratio));
  const { seatsPurchased, seatsUsed, seatsAvailable, expansionArr } = values;
  return {
    arr,
    plan: planOf(arr),
    ...(seatsPurchased == null ? {} : { seatsPurchased: scale(seatsPurchased) }),
    ...(seatsUsed == null ? {} : { seatsUsed: scale(seatsUsed) }),
    ...(seatsAvailable == null ? {} : { seatsAvailable: scale(seatsAvailable) }),
    ...(expansionArr == null ? {} : { expansionArr: priced((expansionArr / 100) * ratio, false) }),
  };
}

const LOWER: readonly Level[] = ['MEDIUM', 'LOW'];
const HIGHER: readonly Level[] = ['MEDIUM', 'HIGH'];

function search(
  ground: Ground,
  ways: readonly Way[],
  [least, most]: readonly [number, number],
  levels: readonly Level[],
  day: CalendarDate,
  dice: Dice,
  accept: (tier: string) => boolean,
): Variant | null {
  const { values, sign } = ground;
  const candidate = (way: Way): [Values, Source] => {
    if (way === 'ARR') {
      const arr = priced(((values.arr ?? 0) / 100) * dice.between(least, most), (values.arr ?? 0) % 100 > 0);
      return [withArr(values, arr), 'CRM'];
    }
    if (way === 'RISK' || sign === null)
      return [{ churnRisk: 'HIGH', healthScore: dice.whole(16, 38) }, 'PEOPLE'];
    const changes = potentialFor(sign, dice.pick(levels), values, dice);
    return [changes, sign === 'ASSESSMENT' ? 'PEOPLE' : 'CRM'];
  };
  for (const way of ways) {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const [changes, source] = candidate(way);
      const tier = tierOf({ ...values, ...changes }, day);
      if (tier !== null && accept(tier))
        return { tier, changes, undo: undoing(changes, values, dice), source };
    }
  }
  return null;
}

function undoing(changes: Values, values: Values, dice: Dice): Values {
  const before = Object.fromEntries(
    Object.keys(changes).map((field) => [field, values[field as AccountField] ?? null]),
  );
  return 'churnRisk' in changes ? { churnRisk: 'LOW', healthScore: dice.whole(66, 86) } : before;
}
