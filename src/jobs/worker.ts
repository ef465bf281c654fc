import { SYSTEM } from '../app/actor';
import { type CaughtUp, type DailyRunService } from '../app/daily-run.service';
import { type Clock } from '../app/ports/clock';
import { StoppedEarly } from '../app/ports/stopping';
import { type PublicationService } from '../app/publication.service';
import { pauseFor } from '../app/stoppable';
import { type JobLog, Queue, type QueueOptions, type TakenJob } from './queue';

export interface WorkerOptions extends QueueOptions {
  readonly dailyRuns: DailyRunService;
  readonly publications: Pick<PublicationService, 'goOn'>;
  readonly clock: Clock;
  /** The IANA time zone in which a business day begins. */
  readonly timeZone: string;
}

export const DAILY_RUN_QUEUE = 'daily-run';

/**
 * Five minutes after midnight, and then each hour: the first of them does the work of the day, the others find it
 * done, or make up for one that failed or was missed. Each goes on with a publication that was cut short.
 */
const EVERY_HOUR = '5 * * * *';
const LOOK_AGAIN_MS = 2_000;
const TRY_AGAIN_MS = 1_000;
const TRY_AGAIN_AT_MOST_MS = 30_000;

/**
 * Does the scheduled work that waits in the queue, and sends itself a job when it starts, which catches up with
 * whatever fell due while nobody worked. Failures are logged and tried again; none ends the process.
 */
export class Worker {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(private readonly options: WorkerOptions) {}

  /** Begins to work, in the background. */
  start(): void {
    this.running ??= this.work().catch((error: unknown) => {
      this.options.log.error({ err: error }, 'the worker has ended');
    });
  }

  /** Finishes the batch that runs, puts back what is left of the job, and lets go of the database. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async work(): Promise<void> {
    const queue = await this.open();
    if (queue === null) return;
    try {
      let sentAfter: number | null = null;
      while (!this.stopping.signal.aborted) {
        // A database that was away may have missed the time of the schedule.
        const { outages } = queue;
        if (sentAfter !== outages && (await this.sends(queue))) sentAfter = outages;
        const job = await queue.take();
        if (job === null) await this.pause(LOOK_AGAIN_MS);
        else await this.runDaily(queue, job);
      }
    } finally {
      await queue.close();
    }
  }

  /** Opens the queue, however long the database takes to answer; null where the worker is stopped before. */
  private async open(): Promise<Queue | null> {
    const { log, timeZone } = this.options;
    for (
      let wait = TRY_AGAIN_MS;
      !this.stopping.signal.aborted;
      wait = Math.min(2 * wait, TRY_AGAIN_AT_MOST_MS)
    ) {
      try {
        return await Queue.open(DAILY_RUN_QUEUE, { cron: EVERY_HOUR, timeZone }, this.options);
      } catch (error) {
        log.warn({ err: error, seconds: wait / 1_000 }, 'the queue could not be opened; trying again');
        await this.pause(wait);
      }
    }
    return null;
  }

  private async sends(queue: Queue): Promise<boolean> {
    try {
      await queue.send();
      return true;
    } catch (error) {
      this.options.log.debug({ err: error }, 'a job could not be sent');
      return false;
    }
  }

  private async runDaily(queue: Queue, job: TakenJob): Promise<void> {
    const { dailyRuns, clock, log } = this.options;
    const begun = performance.now();
    const figures = (more: object): object => ({
      job: DAILY_RUN_QUEUE,
      ...(job.retries > 0 ? { retries: job.retries } : {}),
      ...more,
      ms: Math.round(performance.now() - begun),
    });
    try {
      // Before days that were missed: those before the publication are to be left alone.
      const accounts = await this.goOnPublishing();
      if (accounts === null) {
        await queue.fail(job, 'the worker was stopped');
        return;
      }
      if (accounts > 0) log.info(figures({ accounts }), 'accounts were brought up to the published model');
      const caughtUp = await dailyRuns.catchUp(SYSTEM, clock.today(), {
        stopping: this.stopping.signal,
        onStep: (step) => {
          log.debug(step, 'a step of the daily run is done');
        },
      });
      tell(log, caughtUp, figures);
      if (caughtUp.stopped) await queue.fail(job, 'the worker was stopped');
      else await queue.complete(job, { days: caughtUp.days.length });
    } catch (error) {
      log.error(figures({ err: error }), 'the daily run failed and will be tried again');
      await queue.fail(job, error instanceof Error ? error.message : String(error));
    }
  }

  /** How many accounts that was for; null where the worker is stopped before it is through. */
  private goOnPublishing(): Promise<number | null> {
    return this.options.publications.goOn(SYSTEM, this.stopping.signal).catch((error: unknown) => {
      if (error instanceof StoppedEarly) return null;
      throw error;
    });
  }

  private pause(ms: number): Promise<void> {
    return pauseFor(ms, this.stopping.signal);
  }
}

/** One line a job. */
function tell(
  log: JobLog,
  { days, steps, skipped, stopped }: CaughtUp,
  figures: (more: object) => object,
): void {
  const changed: Record<string, number> = {};
  for (const { name, changed: count } of steps) changed[name] = (changed[name] ?? 0) + count;
  const told = figures({ days: days.length, from: days[0], to: days.at(-1), changed });
  if (skipped > 0)
    log.warn({ skipped }, 'the gap was too long; its first days were left out of the daily runs');
  if (stopped) log.info(told, 'the daily run was stopped and goes on another time');
  else if (days.length === 0) log.debug(told, 'nothing was due');
  else log.info(told, 'the daily run is done');
}
