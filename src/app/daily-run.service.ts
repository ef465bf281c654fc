import { type CalendarDate } from '../domain/calendar';
import { type DailyStepName, dueDays } from '../domain/daily-run';
import { type Actor, authorise, SYSTEM } from './actor';
import { type Clock, type Stamp } from './ports/clock';
import { type Exclusive } from './ports/daily-run';
import { NEVER_STOPPING, StoppedEarly, stopIfAsked, type Stopping } from './ports/stopping';
import { type UnitOfWork } from './ports/stores';

/** One part of the scheduled work of a day. */
export interface DailyStep {
  readonly name: DailyStepName;
  /**
   * Does it as of the stamp's day, in transactions of its own, and gives how many things it changed. Doing it again
   * on the same day changes nothing. Throws StoppedEarly where it was asked to stop.
   */
  run(stamp: Stamp, stopping: Stopping): Promise<number>;
}

export interface DailyRunOptions {
  readonly stopping?: Stopping;
  /** Told of every step that was done. */
  readonly onStep?: (done: DoneStep) => void;
}

export interface DoneStep {
  readonly day: CalendarDate;
  readonly name: DailyStepName;
  readonly changed: number;
}

export interface CaughtUp {
  /** The days that were finished, in order; none where everything was done already. */
  readonly days: readonly CalendarDate[];
  /** The steps that were done, those of a day that was not finished among them. */
  readonly steps: readonly DoneStep[];
  /** Days that were left out, because the gap was too long. */
  readonly skipped: number;
  /** Whether it was asked to stop before it was through; the next run goes on there. */
  readonly stopped: boolean;
}

/**
 * The scheduled work of each day: a list of steps in a fixed order. What is done is noted step by step, so that a
 * run that was killed goes on where it stopped, and only one process of all works on it at a time.
 */
export class DailyRunService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly exclusive: Exclusive,
    private readonly clock: Clock,
    private readonly steps: readonly DailyStep[],
  ) {}

  /**
   * Runs every day from the one after the last finished run up to today, in order, each as of its own day. What
   * it writes says of a past day that it happened on that day, and at the moment at which it was written.
   * Throws FORBIDDEN.
   */
  async catchUp(actor: Actor, today: CalendarDate, options: DailyRunOptions = {}): Promise<CaughtUp> {
    authorise(actor, 'RECALCULATE');
    const due = async (): Promise<ReturnType<typeof dueDays>> =>
      dueDays(
        await this.unitOfWork.run(this.stampOf(today), (stores) => stores.dailyRuns.progress(today)),
        today,
      );
    // Nearly always there is nothing to do, and then nobody has to be waited for.
    if ((await due()).days.length === 0) return NOTHING_DUE;
    return this.alone(options, async (run) => {
      const { days, skipped } = await due();
      run.skipped = skipped;
      for (const day of days) await this.runDay(day, run);
    });
  }

  /**
   * Runs one day, where it has not finished yet. Throws FORBIDDEN.
   *
   * @param again whether a day that has finished is run once more from its first step
   */
  async run(
    actor: Actor,
    day: CalendarDate,
    options: DailyRunOptions & { again?: boolean } = {},
  ): Promise<CaughtUp> {
    authorise(actor, 'RECALCULATE');
    return this.alone(options, async (run) => {
      if (options.again === true)
        await this.unitOfWork.run(this.stampOf(day), (stores) => stores.dailyRuns.forget(day));
      else if (await this.unitOfWork.run(this.stampOf(day), (stores) => stores.dailyRuns.isFinished(day)))
        return;
      await this.runDay(day, run);
    });
  }

  private async alone(
    { stopping = NEVER_STOPPING, onStep = ignore }: DailyRunOptions,
    work: (run: Run) => Promise<void>,
  ): Promise<CaughtUp> {
    const steps: DoneStep[] = [];
    const days: CalendarDate[] = [];
    const figures = { skipped: 0, stopped: false };
    try {
      await this.exclusive.run(stopping, async (stillMine) => {
        const run: Run = {
          skipped: 0,
          stopping,
          stillMine,
          stepDone: (step) => {
            steps.push(step);
            onStep(step);
          },
          dayDone: (day) => days.push(day),
        };
        await work(run);
        figures.skipped = run.skipped;
      });
    } catch (error) {
      if (!(error instanceof StoppedEarly)) throw error;
      figures.stopped = true;
    }
    return { days, steps, ...figures };
  }

  private async runDay(day: CalendarDate, { stopping, stillMine, stepDone, dayDone }: Run): Promise<void> {
    const stamp = this.stampOf(day);
    const done = await this.unitOfWork.run(stamp, (stores) => stores.dailyRuns.begin(day, this.clock.now()));
    for (const step of this.steps) {
      const { name } = step;
      if (done.includes(name)) continue;
      stopIfAsked(stopping);
      await stillMine();
      await this.unitOfWork.run(stamp, (stores) => stores.dailyRuns.beginStep(day, name, this.clock.now()));
      const changed = await step.run(this.stampOf(day), stopping);
      await this.unitOfWork.run(stamp, (stores) =>
        stores.dailyRuns.finishStep(day, name, changed, this.clock.now()),
      );
      stepDone({ day, name, changed });
    }
    await this.unitOfWork.run(stamp, (stores) => stores.dailyRuns.finish(day, this.clock.now()));
    dayDone(day);
  }

  private stampOf(day: CalendarDate): Stamp {
    return { actorId: SYSTEM.id, actorName: SYSTEM.name, now: this.clock.now(), today: day };
  }
}

interface Run {
  skipped: number;
  readonly stopping: Stopping;
  readonly stillMine: () => Promise<void>;
  readonly stepDone: (step: DoneStep) => void;
  readonly dayDone: (day: CalendarDate) => void;
}

const NOTHING_DUE: CaughtUp = { days: [], steps: [], skipped: 0, stopped: false };

function ignore(): void {
  // Nobody watches.
}
