/** Chances that fall the same way on every machine: a small generator (mulberry32) seeded with a text. */
export class Dice {
  private state: number;

  constructor(seed: string) {
    this.state = hash(seed);
  }

  /** From 0 up to, but not, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  between(from: number, to: number): number {
    return from + (to - from) * this.next();
  }

  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number {
    return from + Math.floor((to - from + 1) * this.next());
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(choices.length * this.next())] as T;
  }

  /** One of the choices, as often as its weight says. */
  weighted<T>(choices: readonly (readonly [T, number])[]): T {
    let rest = choices.reduce((sum, [, weight]) => sum + weight, 0) * this.next();
    const found = choices.find(([, weight]) => (rest -= weight) < 0) ?? choices.at(-1);
    if (found === undefined) throw new Error('there is nothing to choose from');
    return found[0];
  }

  shuffle<T>(items: readonly T[]): T[] {
    const left = [...items];
    return items.map(() => left.splice(Math.floor(left.length * this.next()), 1)[0] as T);
  }
}

/**
 * Cards dealt in their proportions: after any number of draws each has come up as often as its weight says,
 * within one. That keeps the shape of the book at every size, where chance would not.
 */
export class Deck<T> {
  private readonly credits: number[];
  private readonly total: number;

  constructor(private readonly cards: readonly (readonly [T, number])[]) {
    this.credits = cards.map(() => 0);
    this.total = cards.reduce((sum, [, weight]) => sum + weight, 0);
  }

  draw(): T {
    let best = 0;
    this.cards.forEach(([, weight], index) => {
      this.credits[index] = (this.credits[index] ?? 0) + weight;
      if ((this.credits[index] ?? 0) > (this.credits[best] ?? 0)) best = index;
    });
    this.credits[best] = (this.credits[best] ?? 0) - this.total;
    const card = this.cards[best];
    if (card === undefined) throw new Error('there is no card to draw');
    return card[0];
  }
}

/** The `ordinal`-th point of a sequence that covers 0 to 1 evenly however long it is. */
export function evenly(ordinal: number): number {
  return ((ordinal + 0.5) * 0.618_033_988_749_894_9) % 1;
}

function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  // Neighbouring seeds differ in their last letters only; this spreads the difference over all bits.
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
