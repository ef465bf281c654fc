import { LEASE_LIFE_MS, type PointStore } from '../app/ports/points';
import { type BucketSize, LeakyBuckets, stateOf, type Throttle, type ThrottleState } from './throttle';

/** A lease is this part of the bucket, so that few of them hold back what others need. */
const LEASE_PART = 0.01;
const ALONE_MS = 5_000;
const TIDY_EVERY_MS = 1_000;
const FORGET_ACTOR_MS = 60_000;
const FORGET_EVERY_MS = 600_000;

export interface SharedBucketOptions {
  /** Told when the store can no longer be asked, with what it said, and when it can again. */
  readonly note?: (isShared: boolean, error?: unknown) => void;
  /** Milliseconds from any fixed moment. */
  readonly now?: () => number;
}

/** What this process knows of an actor's bucket. */
interface Account {
  /** Points of the lease: how many it had, and how many are left until when. */
  size: number;
  left: number;
  until: number;
  /** What the store had left when it was last asked. */
  seen: number;
  seenAt: number;
  /** Questions to the store go one after another: the next may find what the one before has brought. */
  turn: Promise<unknown>;
  waiting: number;
}

/**
 * A leaky bucket for each actor that all processes share. Each process takes leases of points and spends them in
 * memory, so that not every request asks the database. A lease ends after a second and what is left goes back; near
 * the end of a bucket there are none, and every request is settled exactly. While the store cannot be asked, this
 * process has buckets of its own.
 */
export class SharedBuckets implements Throttle {
  private readonly accounts = new Map<string, Account>();
  private alone: { readonly buckets: LeakyBuckets; readonly until: number } | null = null;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly now: () => number;

  constructor(
    private readonly store: PointStore,
    private readonly size: BucketSize,
    private readonly options: SharedBucketOptions = {},
  ) {
    this.now = options.now ?? (() => performance.now());
  }

  take(actorId: string, points: number): ThrottleState | Promise<ThrottleState> {
    // A query dearer than the whole bucket has passed the limit of a single query, so a full bucket pays for it.
    const price = Math.min(points, this.size.capacity);
    const now = this.now();
    if (this.alone !== null && now < this.alone.until) return this.alone.buckets.take(actorId, points);
    const account = this.accountOf(actorId, now);
    if (this.spend(account, price, now)) return this.stateOf(account, price, true);
    account.waiting += 1;
    const asked = account.turn.then(() => this.ask(actorId, account, price));
    account.turn = asked;
    return asked;
  }

  /** Begins to put back what is not spent, and to forget full buckets. */
  start(): void {
    this.timers.push(
      setInterval(() => void this.tidy(), TIDY_EVERY_MS).unref(),
      setInterval(() => void this.store.forgetFull().catch(ignore), FORGET_EVERY_MS).unref(),
    );
  }

  /** Puts back what is left of leases that are over, and forgets actors that nobody has heard of for a while. */
  async tidy(all = false): Promise<void> {
    const now = this.now();
    for (const [actorId, account] of [...this.accounts]) {
      if (account.waiting > 0 || (!all && now < account.until)) continue;
      const { size, left } = account;
      account.size = 0;
      account.left = 0;
      if (now - account.seenAt > FORGET_ACTOR_MS) this.accounts.delete(actorId);
      if (size > 0) await this.store.close(actorId, { size, unspent: left }).catch(ignore);
    }
  }

  /** Puts everything back. */
  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    if (this.alone === null) await this.tidy(true);
  }

  private spend(account: Account, price: number, now: number): boolean {
    if (price > 0 && (now >= account.until || account.left < price)) return false;
    account.left -= price;
    return true;
  }

  private async ask(actorId: string, account: Account, price: number): Promise<ThrottleState> {
    try {
      const now = this.now();
      if (this.alone !== null && now < this.alone.until) return this.alone.buckets.take(actorId, price);
      // Whoever asked before may have brought enough.
      if (this.spend(account, price, now)) return this.stateOf(account, price, true);
      const closing = { size: account.size, unspent: account.left };
      account.size = 0;
      account.left = 0;
      const wished = Math.max(price, Math.floor(this.size.capacity * LEASE_PART));
      const { granted, available } = await this.store.lease({ actorId, needed: price, wished, closing });
      this.sharedAgain();
      account.seen = available;
      account.seenAt = this.now();
      if (granted > price) {
        account.size = granted;
        account.left = granted - price;
        // From before the question, so that the store counts the lease for at least as long.
        account.until = now + LEASE_LIFE_MS;
      }
      return this.stateOf(account, price, granted > 0);
    } catch (error) {
      return this.goAlone(error).take(actorId, price);
    } finally {
      account.waiting -= 1;
    }
  }

  private stateOf(account: Account, price: number, taken: boolean): ThrottleState {
    const { capacity, restoreRate } = this.size;
    const restored = ((this.now() - account.seenAt) / 1_000) * restoreRate;
    const available = Math.min(capacity, account.seen + account.left + restored);
    return stateOf(taken, price, available, this.size);
  }

  private accountOf(actorId: string, now: number): Account {
    const known = this.accounts.get(actorId);
    if (known !== undefined) return known;
    const account: Account = {
      size: 0,
      left: 0,
      until: now,
      seen: this.size.capacity,
      seenAt: now,
      turn: Promise.resolve(),
      waiting: 0,
    };
    this.accounts.set(actorId, account);
    return account;
  }

  private goAlone(error: unknown): LeakyBuckets {
    const buckets = this.alone?.buckets ?? new LeakyBuckets(this.size, this.now);
    if (this.alone === null) this.options.note?.(false, error);
    this.alone = { buckets, until: this.now() + ALONE_MS };
    return buckets;
  }

  private sharedAgain(): void {
    if (this.alone === null) return;
    this.alone = null;
    this.options.note?.(true);
  }
}

function ignore(): void {
  // What is lost comes back with time, and whoever asks next hears of the failure.
}
