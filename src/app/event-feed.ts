import { type EventPosition, type EventReads, type EventView } from './ports/event';

export interface EventFeedOptions {
  readonly reads: Pick<EventReads, 'after' | 'end'>;
  /** Told when new events could not be read; they are looked for again. */
  readonly failed: (error: unknown) => void;
  /** How many of the newest events are kept in memory. */
  readonly kept?: number;
  /** Events that a follower gets at once. */
  readonly batch?: number;
  /** Milliseconds after which it looks for events without having been woken. */
  readonly lookEvery?: number;
}

/**
 * Hands new events to everybody who follows them in this process. Each follower has a position of its own and is never
 * waited for; the newest events are read once for all and kept, and who lies further back reads from the table.
 */
export class EventFeed {
  private readonly reads: EventFeedOptions['reads'];
  private readonly failed: EventFeedOptions['failed'];
  private readonly kept: number;
  private readonly batch: number;
  private readonly lookEvery: number;

  /** Everything that follows after the start, as far as it was read. */
  private tail: EventView[] = [];
  /** Null while nobody follows. */
  private start: EventPosition | null = null;
  private followers = 0;
  /** Rises when the last follower leaves. */
  private following = 0;
  private timer: NodeJS.Timeout | null = null;

  private asked = false;
  private reading: Promise<void> | null = null;
  /** Rises whenever there may be something that a follower has not seen. */
  private round = 0;
  private readonly waiting = new Set<() => void>();

  constructor({ reads, failed, kept = 1_000, batch = 100, lookEvery = 2_000 }: EventFeedOptions) {
    this.reads = reads;
    this.failed = failed;
    this.kept = kept;
    this.batch = batch;
    this.lookEvery = lookEvery;
  }

  /** Looks for new events, now or once more after the look that is going on. */
  wake(): void {
    this.asked = true;
    this.reading ??= this.readWhileAsked().finally(() => {
      this.reading = null;
      if (this.asked && this.followers > 0) this.wake();
    });
  }

  /** What comes after the position, in order, as long as the signal lets it; never an empty batch. */
  async *follow(
    since: EventPosition,
    signal: AbortSignal,
  ): AsyncGenerator<readonly EventView[], void, undefined> {
    this.join();
    try {
      let position = since;
      while (!signal.aborted) {
        const { round } = this;
        const events = await this.after(position);
        const last = events.at(-1);
        if (last === undefined) {
          await this.roundAfter(round, signal);
        } else {
          position = last;
          yield events;
        }
      }
    } finally {
      this.leave();
    }
  }

  /** Waits for the look that is going on. */
  async settle(): Promise<void> {
    await this.reading;
  }

  private join(): void {
    this.followers += 1;
    if (this.followers > 1) return;
    this.timer = setInterval(() => {
      this.wake();
    }, this.lookEvery);
    this.timer.unref();
    this.wake();
  }

  private leave(): void {
    this.followers -= 1;
    if (this.followers > 0) return;
    if (this.timer !== null) clearInterval(this.timer);
    this.following += 1;
    this.start = null;
    this.tail = [];
  }

  private async after(position: EventPosition): Promise<readonly EventView[]> {
    if (this.start === null || isBefore(position, this.start)) return this.reads.after(position, this.batch);
    const next = firstAfter(this.tail, position);
    return this.tail.slice(next, next + this.batch);
  }

  private roundAfter(round: number, signal: AbortSignal): Promise<void> {
    if (this.round !== round || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }

  private async readWhileAsked(): Promise<void> {
    while (this.asked && this.followers > 0) {
      this.asked = false;
      try {
        await this.readNew();
      } catch (error) {
        this.failed(error);
      }
    }
  }

  private async readNew(): Promise<void> {
    const { following } = this;
    if (this.start === null) {
      const end = await this.reads.end();
      if (this.following !== following) return;
      this.start = end;
      this.beginRound();
    }
    for (;;) {
      const events = await this.reads.after(this.tail.at(-1) ?? this.start, this.batch);
      // Everybody may have left meanwhile, and others have come.
      if (events.length === 0 || this.following !== following) return;
      this.keep(events);
      this.beginRound();
    }
  }

  private keep(events: readonly EventView[]): void {
    this.tail.push(...events);
    const surplus = this.tail.length - this.kept;
    if (surplus <= 0) return;
    this.start = this.tail[surplus - 1] ?? this.start;
    this.tail = this.tail.slice(surplus);
  }

  private beginRound(): void {
    this.round += 1;
    for (const done of [...this.waiting]) done();
  }
}

function isBefore(a: EventPosition, b: EventPosition): boolean {
  const [one, other] = [BigInt(a.transaction), BigInt(b.transaction)];
  return one === other ? BigInt(a.id) < BigInt(b.id) : one < other;
}

/** The index of the first event after the position. */
function firstAfter(events: readonly EventView[], position: EventPosition): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = events[middle];
    if (event !== undefined && isBefore(position, event)) high = middle;
    else low = middle + 1;
  }
  return low;
}
