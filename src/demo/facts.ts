import {
  type AccountFacts,
  type AccountField,
  type AccountValues,
  type Level,
  NO_FACTS,
  PRODUCT_COMPLEXITY_FACTS,
  RELATIONSHIP_COMPLEXITY_FACTS,
  STRATEGIC_FACTORS,
} from '../domain/account';
import { type CalendarDate } from '../domain/calendar';
import { DEFAULT_MODEL } from '../domain/defaults';
import { type ExpansionSign } from '../domain/expansion-potential';
import { type Money } from '../domain/money';
import { placeAccount } from '../domain/placement';
import { planOf } from './company';
import { type Dice, evenly } from './dice';

export type Values = Partial<AccountValues>;
export type TierKey = 'strategic' | 'core' | 'scale' | 'tech-touch';

/** What is known of an account while nothing happens to it, and by which sign its potential shows. */
export interface Ground {
  readonly tier: string;
  readonly values: Values;
  /** Null where nothing but the ARR is known. */
  readonly sign: ExpansionSign | null;
}

/** ARR at even steps of rank, in units: the few at the top hold most of it, as in any book. */
// prettier-ignore
const ARR_CURVES: Record<TierKey, readonly (readonly [number, number])[]> = {
  strategic: [[0, 48_000], [0.12, 78_000], [0.24, 100_500], [0.6, 131_000], [0.85, 195_000], [0.95, 360_000], [1, 840_000]],
  core: [[0, 14_000], [0.1, 25_200], [0.5, 32_500], [0.8, 47_000], [0.95, 78_000], [1, 128_000]],
  scale: [[0, 3_400], [0.06, 5_100], [0.5, 12_400], [0.85, 20_500], [1, 24_800]],
  'tech-touch': [[0, 600], [0.5, 2_400], [1, 4_900]],
};

/** The same where the ARR ladder alone decides. */
const LADDER_BOUNDS: Record<TierKey, readonly [number, number]> = {
  strategic: [101_000, 480_000],
  core: [25_200, 98_000],
  scale: [5_100, 24_800],
  'tech-touch': [600, 4_900],
};

// prettier-ignore
const LEVELS_OF_TIER: Record<TierKey, readonly (readonly [Level, number])[]> = {
  strategic: [['HIGH', 40], ['MEDIUM', 42], ['LOW', 18]],
  core: [['MEDIUM', 50], ['LOW', 38], ['HIGH', 12]],
  scale: [['LOW', 62], ['MEDIUM', 30], ['HIGH', 8]],
  'tech-touch': [['LOW', 100]],
};

/** How often 0, 1, 2... of the factors of a kind are true. */
// prettier-ignore
const FACTOR_COUNTS: Record<TierKey, readonly (readonly [number, number])[]> = {
  strategic: [[0, 12], [1, 30], [2, 34], [3, 18], [4, 6]],
  core: [[0, 46], [1, 40], [2, 14]],
  scale: [[0, 76], [1, 24]],
  'tech-touch': [[0, 90], [1, 10]],
};

const SIGNS: readonly (readonly [ExpansionSign, number])[] = [
  ['ASSESSMENT', 46],
  ['SEATS', 26],
  ['PRODUCT_LINES', 18],
  ['EXPANSION_ARR', 10],
];

const TRIES = 24;

/** The ARR of the `ordinal`-th account of a tier, to the month's price. */
export function arrOf(tier: TierKey, ordinal: number, ladderAlone: boolean, exactCents: boolean): Money {
  const amount = interpolate(ARR_CURVES[tier], evenly(ordinal));
  const [least, most] = LADDER_BOUNDS[tier];
  return priced(ladderAlone ? Math.min(Math.max(amount, least), most) : amount, exactCents);
}

/** An amount of units as a contract states it: twelve monthly prices, or converted from another currency. */
export function priced(amount: number, exactCents: boolean): Money {
  return (exactCents ? Math.round(amount * 100) : Math.round(amount / 12) * 1_200) as Money;
}

const RANKS: readonly string[] = ['strategic', 'core', 'scale', 'tech-touch'] satisfies TierKey[];

/** Whether a tier of the built-in ladder stands above another. */
export function isHigher(tier: string, other: string): boolean {
  return RANKS.indexOf(tier) < RANKS.indexOf(other);
}

/** Where the rules of the built-in model place the facts on the day. */
export function placedIn(facts: AccountFacts, day: CalendarDate): string | null {
  return placeAccount(facts, DEFAULT_MODEL, day).computedTier;
}

/** The same where some facts are given and nothing else is known. */
export function tierOf(values: Values, day: CalendarDate): string | null {
  return placedIn({ ...NO_FACTS, ...values }, day);
}

/**
 * Facts with which an account of this ARR stands in the tier.
 *
 * @param preferred the sign by which its potential has to show, where the plot needs one
 */
export function groundFor(
  tier: TierKey,
  arr: Money,
  day: CalendarDate,
  dice: Dice,
  preferred: ExpansionSign | null = null,
): Ground {
  const sign = preferred ?? dice.weighted(SIGNS);
  const bare = { status: 'ACTIVE', arr, plan: planOf(arr), ...seatsOf(arr, dice) } as const;
  const lines = dice.chance(0.6) || sign === 'PRODUCT_LINES' ? linesFor('LOW', dice) : {};
  const relations = flags(RELATIONSHIP_COMPLEXITY_FACTS, dice.weighted(FACTOR_COUNTS[tier]), dice);
  let values: Values = bare;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const potential = potentialFor(sign, dice.weighted(LEVELS_OF_TIER[tier]), { ...bare, ...lines }, dice);
    const strategic = flags(STRATEGIC_FACTORS, dice.weighted(FACTOR_COUNTS[tier]), dice);
    const complexity = flags(PRODUCT_COMPLEXITY_FACTS, dice.weighted(FACTOR_COUNTS[tier]), dice);
    values = { ...bare, ...lines, ...strategic, ...complexity, ...relations, ...potential };
    if (tierOf(values, day) === tier) break;
  }
  return { tier: tierOf(values, day) ?? tier, values, sign };
}

/** An account of which nothing but its contract is known. */
export function bareGround(arr: Money, day: CalendarDate, dice: Dice): Ground {
  const values = { status: 'ACTIVE', arr, plan: planOf(arr), ...seatsOf(arr, dice, true) } as const;
  return { tier: tierOf(values, day) ?? 'tech-touch', values, sign: null };
}

/** What the sign has to say for the potential to be of the level. */
export function potentialFor(sign: ExpansionSign, level: Level, values: Values, dice: Dice): Values {
  switch (sign) {
    case 'ASSESSMENT':
      return { expansionAssessment: level };
    case 'SEATS':
      return { seatsAvailable: Math.ceil((values.seatsUsed ?? 10) * multipleFor(level, dice)) + 1 };
    case 'PRODUCT_LINES':
      return linesFor(level, dice);
    case 'EXPANSION_ARR':
      return { expansionArr: priced(((values.arr ?? 0) / 100) * (multipleFor(level, dice) - 1), false) };
  }
}

function seatsOf(arr: Money, dice: Dice, contractOnly = false): Values {
  const seatsUsed = Math.max(3, Math.round(arr / 100 / dice.between(240, 1_300)));
  const seatsPurchased = Math.max(5, Math.ceil((seatsUsed * dice.between(1.02, 1.5)) / 5) * 5);
  if (contractOnly) return { seatsPurchased };
  const available = Math.max(seatsPurchased, Math.floor(seatsUsed * multipleFor('LOW', dice)));
  const full = {
    seatsPurchased,
    seatsUsed,
    seatsAvailable: Math.min(available, Math.floor(seatsUsed * 1.45)),
  };
  return dice.chance(0.85) ? full : { seatsPurchased, seatsUsed };
}

function multipleFor(level: Level, dice: Dice): number {
  if (level === 'LOW') return dice.between(1.05, 1.38);
  return level === 'MEDIUM' ? dice.between(1.7, 2.6) : dice.between(3.7, 7.5);
}

function linesFor(level: Level, dice: Dice): Values {
  const [productLinesOwned, productLinesAvailable] = dice.pick(LINES[level]);
  return { productLinesOwned, productLinesAvailable };
}

// prettier-ignore
const LINES: Record<Level, readonly (readonly [number, number])[]> = {
  LOW: [[2, 2], [3, 4], [4, 5], [5, 6], [4, 4]],
  MEDIUM: [[1, 2], [2, 4], [2, 5], [3, 5], [2, 3]],
  HIGH: [[1, 3], [1, 4], [2, 6], [1, 5]],
};

/** `count` of the flags are true; most of the others are known to be false. */
function flags(names: readonly AccountField[], count: number, dice: Dice): Values {
  const order = dice.shuffle(names);
  const known = order.map((name, index) => [name, index < count] as const);
  // One false among them stays, so that the criterion itself is known.
  return Object.fromEntries(
    known.filter(([, is], index) => is || index === order.length - 1 || dice.chance(0.9)),
  );
}

function interpolate(curve: readonly (readonly [number, number])[], at: number): number {
  let [fromRank, fromValue] = curve[0] ?? [0, 0];
  for (const [rank, value] of curve) {
    if (at <= rank && rank > fromRank)
      return fromValue + ((value - fromValue) * (at - fromRank)) / (rank - fromRank);
    [fromRank, fromValue] = [rank, value];
  }
  return fromValue;
}
