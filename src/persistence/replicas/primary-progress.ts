import { type WalPosition } from './wal-position';

/** How far a replica is behind. */
export interface Lag {
  readonly ms: number;
  /** The replica lacks something that was written before anybody looked, so it may be behind by more. */
  readonly atLeast: boolean;
}

const MOST_SAMPLES = 600;

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
    // Of a replica that has been stuck for long, every second moment is enough to tell how long.
    if (this.samples.length > MOST_SAMPLES) this.samples = this.samples.filter((_, index) => index % 2 === 0);
  }

  /** How far a replica that has replayed up to there is behind. */
  behind(replayed: WalPosition, now: number): Lag {
    const index = this.samples.findIndex(({ position }) => position > replayed);
    const missing = this.samples[index];
    return missing === undefined ? { ms: 0, atLeast: false } : { ms: now - missing.at, atLeast: index === 0 };
  }

  /** Forgets everything: another server is the primary now. */
  startAnew(): void {
    this.samples = [];
  }
}
