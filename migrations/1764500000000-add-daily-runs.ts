import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Which days the scheduled work has done, step by step. The queue's own tables are no part of this schema. */
export class AddDailyRuns1764500000000 implements MigrationInterface {
  name = 'AddDailyRuns1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE daily_run (
        day date NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT pk_daily_run PRIMARY KEY (day)
      )`);
    await runner.query(`
      CREATE TABLE daily_step (
        day date NOT NULL,
        step text NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        changed integer,
        CONSTRAINT pk_daily_step PRIMARY KEY (day, step),
        CONSTRAINT fk_daily_step_run FOREIGN KEY (day) REFERENCES daily_run (day),
        CONSTRAINT ck_daily_step_changed CHECK (changed >= 0 AND (changed IS NULL) = (finished_at IS NULL))
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE daily_step`);
    await runner.query(`DROP TABLE daily_run`);
  }
}
