import { type EntityManager } from 'typeorm';
import { type DailyRunStore } from '../../app/ports/daily-run';
import { type CalendarDate } from '../../domain/calendar';
import { type DailyProgress } from '../../domain/daily-run';

export class SqlDailyRunStore implements DailyRunStore {
  constructor(private readonly manager: EntityManager) {}

  async progress(today: CalendarDate): Promise<DailyProgress> {
    const [row]: DailyProgress[] = await this.manager.query(
      `SELECT max(day) FILTER (WHERE finished_at IS NOT NULL)::text AS "lastFinished",
         min(day) FILTER (WHERE finished_at IS NULL)::text AS "firstUnfinished"
       FROM daily_run WHERE day <= $1`,
      [today],
    );
    return row ?? { lastFinished: null, firstUnfinished: null };
  }

  async isFinished(day: CalendarDate): Promise<boolean> {
    const [row]: { finished: boolean }[] = await this.manager.query(
      `SELECT EXISTS (SELECT FROM daily_run WHERE day = $1 AND finished_at IS NOT NULL) AS finished`,
      [day],
    );
    return row?.finished ?? false;
  }

  async begin(day: CalendarDate, now: string): Promise<string[]> {
    await this.manager.query(
      `INSERT INTO daily_run (day, started_at) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT pk_daily_run DO NOTHING`,
      [day, now],
    );
    const rows: { step: string }[] = await this.manager.query(
      `SELECT step FROM daily_step WHERE day = $1 AND finished_at IS NOT NULL`,
      [day],
    );
    return rows.map(({ step }) => step);
  }

  async forget(day: CalendarDate): Promise<void> {
    await this.manager.query(`DELETE FROM daily_step WHERE day = $1`, [day]);
    await this.manager.query(`DELETE FROM daily_run WHERE day = $1`, [day]);
  }

  async beginStep(day: CalendarDate, step: string, now: string): Promise<void> {
    await this.manager.query(
      `INSERT INTO daily_step (day, step, started_at) VALUES ($1, $2, $3)
       ON CONFLICT ON CONSTRAINT pk_daily_step
       DO UPDATE SET started_at = excluded.started_at, finished_at = NULL, changed = NULL`,
      [day, step, now],
    );
  }

  async finishStep(day: CalendarDate, step: string, changed: number, now: string): Promise<void> {
    await this.manager.query(
      `UPDATE daily_step SET finished_at = $4, changed = $3 WHERE day = $1 AND step = $2`,
      [day, step, changed, now],
    );
  }

  async finish(day: CalendarDate, now: string): Promise<void> {
    await this.manager.query(`UPDATE daily_run SET finished_at = $2 WHERE day = $1`, [day, now]);
  }
}
