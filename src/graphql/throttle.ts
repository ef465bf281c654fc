/** Where an actor's bucket stands after points were asked of it. */
export interface ThrottleState {
  /** Whether the points were there; if not, none were taken. */
  readonly taken: boolean;
  readonly capacity: number;
  readonly available: number;
  /** Points that come back in a second. */
  readonly restoreRate: number;
  /** When the same request may be tried again; 0 if it was taken. */
  readonly retryAfterSeconds: number;
}

/** The state of a bucket that has so many points left after a price was asked of it. */
export function stateOf(
  taken: boolean,
  price: number,
  available: number,
  { capacity, restoreRate }: BucketSize,
): ThrottleState {
  return {
    taken,
    capacity,
    available: Math.floor(available),
    restoreRate,
    retryAfterSeconds: taken ? 0 : Math.max(1, Math.ceil((price - available) / restoreRate)),
  };
}

/** The refusal of whoever has no points left. */
export function pointsUsedUp(retryAfterSeconds: number): string {
  return `the points of this token are used up; try again in ${retryAfterSeconds} s`;
}

/** Shares out the cost of queries among actors. A shared store may answer later, hence the promise. */
export interface Throttle {
  take(actorId: string, points: number): ThrottleState | Promise<ThrottleState>;
}

export interface BucketSize {
  readonly capacity: number;
  readonly restoreRate: number;
}

/** Points: some 700 full pages of 50 accounts at once, and some 35 a second for as long as it takes. */
export const DEFAULT_BUCKET: BucketSize = { capacity: 1_000_000, restoreRate: 50_000 };

const SWEEP_EVERY = 1_000;

/** A leaky bucket for each actor, in the memory of this process. */
export class LeakyBuckets implements Throttle {
  private readonly buckets = new Map<string, { available: number; at: number }>();
  private untilSweep = SWEEP_EVERY;

  /** `now` gives milliseconds from any fixed moment. */
  constructor(
    private readonly size: BucketSize = DEFAULT_BUCKET,
    private readonly now: () => number = () => performance.now(),
  ) {}

  take(actorId: string, points: number): ThrottleState {
    const now = this.now();
    const available = this.availableTo(actorId, now);
    // A query dearer than the whole bucket has passed the limit of a single query, so a full bucket pays for it.
    const price = Math.min(points, this.size.capacity);
    const taken = available >= price;
    const left = taken ? available - price : available;
    this.buckets.set(actorId, { available: left, at: now });
    this.sweepSometimes(now);
    return stateOf(taken, price, left, this.size);
  }

  private availableTo(actorId: string, now: number): number {
    const bucket = this.buckets.get(actorId);
    if (!bucket) return this.size.capacity;
    const restored = ((now - bucket.at) / 1_000) * this.size.restoreRate;
    return Math.min(this.size.capacity, bucket.available + restored);
  }

  // A full bucket is as good as none.
  private sweepSometimes(now: number): void {
    this.untilSweep -= 1;
    if (this.untilSweep > 0) return;
    this.untilSweep = SWEEP_EVERY;
    for (const actorId of this.buckets.keys()) {
      if (this.availableTo(actorId, now) >= this.size.capacity) this.buckets.delete(actorId);
    }
  }
}
