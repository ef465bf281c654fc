/** Chance that follows from a seed: the same throws in the same order. (mulberry32) */
export class Dice {
  constructor(private state: number) {}

  /** A whole number from 0 to `max`. */
  upTo(max: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * (max + 1));
  }

  /** True so many times in a thousand. */
  chance(perMille: number): boolean {
    return this.upTo(999) < perMille;
  }

  oneOf<T>(values: readonly T[]): T {
    return values[this.upTo(values.length - 1)] as T;
  }
}
