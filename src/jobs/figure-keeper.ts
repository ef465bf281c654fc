import { type KeptFigures } from '../app/book-figure.service';
import { type Stopping } from '../app/ports/stopping';
import { pauseFor } from '../app/stoppable';
import { type JobLog } from './queue';

export interface FigureKeeperOptions {
  readonly figures: { keepUp(stopping: Stopping): Promise<KeptFigures> };
  /** Lets PostgreSQL use the room again that many added deltas have left behind. */
  readonly tidy: () => Promise<void>;
  readonly log: JobLog;
}

const LOOK_AGAIN_MS = 1_000;
const TRY_AGAIN_AT_MOST_MS = 30_000;
/** Whoever reads would go through what is left of the added ones, which PostgreSQL clears away by itself after minutes. */
const TIDY_AFTER = 10_000;

/**
 * Adds to the figures of the book what has changed, every second. Any number of them may work beside each other: one
 * works at a time. Failures of the database are waited out.
 */
export class FigureKeeper {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private untidy = 0;

  constructor(private readonly options: FigureKeeperOptions) {}

  /** Begins to work, in the background. */
  start(): void {
    this.running ??= this.work().catch((error: unknown) => {
      this.options.log.error({ err: error }, 'the figures of the book are not kept up any more');
    });
  }

  /** Finishes what runs. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async work(): Promise<void> {
    let wait = LOOK_AGAIN_MS;
    while (!this.stopping.signal.aborted) {
      try {
        await this.keepUp();
        wait = LOOK_AGAIN_MS;
      } catch (error) {
        wait = Math.min(2 * wait, TRY_AGAIN_AT_MOST_MS);
        this.options.log.warn(
          { err: error, seconds: wait / 1_000 },
          'the figures of the book could not be kept up',
        );
      }
      await pauseFor(wait, this.stopping.signal);
    }
  }

  private async keepUp(): Promise<void> {
    const { figures, tidy, log } = this.options;
    const begun = performance.now();
    const { folded, counted } = await figures.keepUp(this.stopping.signal);
    if (folded === 0 && !counted) return;
    log.debug(
      { folded, counted, ms: Math.round(performance.now() - begun) },
      'the figures of the book are kept up',
    );
    this.untidy += folded;
    if (this.untidy < TIDY_AFTER && !counted) return;
    await tidy();
    this.untidy = 0;
  }
}
