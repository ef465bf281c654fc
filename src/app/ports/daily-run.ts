import { type CalendarDate } from '../../domain/calendar';
import { type DailyProgress } from '../../domain/daily-run';
import { type Stopping } from './stopping';

/** Which days the scheduled work has done. */
export interface DailyRunStore {
  /** How far the runs have come. Days after `today` are those of a clock that was wrong, and count for nothing. */
  progress(today: CalendarDate): Promise<DailyProgress>;
  /** Whether the run of the day has finished. */
  isFinished(day: CalendarDate): Promise<boolean>;
  /** Notes that the run of the day begins, or goes on; gives the steps that have finished already. */
  begin(day: CalendarDate, now: string): Promise<string[]>;
  /** Forgets that the run of the day was ever begun. */
  forget(day: CalendarDate): Promise<void>;
  beginStep(day: CalendarDate, step: string, now: string): Promise<void>;
  finishStep(day: CalendarDate, step: string, changed: number, now: string): Promise<void>;
  finish(day: CalendarDate, now: string): Promise<void>;
}

/** Work that one process does at a time, of all that work on the database. */
export interface Exclusive {
  /**
   * Waits until nobody else does such work, and does it. A process that is killed lets go at once.
   * Throws StoppedEarly where the process is asked to stop while it waits.
   *
   * @param work is given a check that throws where this process may no longer be the only one
   */
  run<T>(stopping: Stopping, work: (stillMine: () => Promise<void>) => Promise<T>): Promise<T>;
}
