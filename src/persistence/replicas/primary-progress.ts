import { type WalPosition } from './wal-position';

/** How far a replica is behind. */
export interface Lag {
  readonly ms: number;
  /** The replica lacks something of which nobody knows any more when it was written, so it may be behind by more. */
  readonly atLeast: boolean;
}

/** An hour and more, one a second: as long as a replica may be behind and still serve. */
const MOST_SAMPLES = 4_000;

/**
 * When the primary was first seen to have written up to where. A replica is as far behind as the oldest thing that
 * it lacks is old, so that one which has replayed all of a primary that writes nothing is not behind, whatever the
 * time. Right to within the time between two looks.
 */
export class PrimaryProgress {
  private samples: { readonly position: WalPosition; readonly at: number }[] = [];

  /** Notes where the primary stands now. */
  note(position: WalPosition, at: number): void {
    const last = this.samples.at(-1);
    if (last !== undefined && last.position >= position) return;
    this.samples.push({ position, at });
    if (this.samples.length > MOST_SAMPLES) this.samples.shift();
  }

  /**
   * How far a replica that has replayed up to there is behind.
   *
   * @param since the time since which it has lacked something as of the last look; null where it lacked nothing
   */
  behind(replayed: WalPosition, now: number, since: number | null = null): Lag {
    const index = this.samples.findIndex(({ position }) => position > replayed);
    const missing = this.samples[index];
    if (missing === undefined) return { ms: 0, atLeast: false };
    // One that has been stuck for longer than anything is remembered knows that of itself.
    if (index === 0) return { ms: now - Math.min(missing.at, since ?? missing.at), atLeast: true };
    return { ms: now - missing.at, atLeast: false };
  }

  /** Forgets everything: another server is the primary now. */
  startAnew(): void {
    this.samples = [];
  }
}
