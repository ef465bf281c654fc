import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The points of each actor, shared by all processes. Not worth the write-ahead log: after a crash buckets are full. */
export class AddThrottleBuckets1765200000000 implements MigrationInterface {
  name = 'AddThrottleBuckets1765200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNLOGGED TABLE throttle_bucket (
        actor text NOT NULL,
        available double precision NOT NULL,
        leased double precision NOT NULL,
        leased_until timestamptz NOT NULL,
        granted double precision NOT NULL,
        restored_at timestamptz NOT NULL,
        CONSTRAINT pk_throttle_bucket PRIMARY KEY (actor)
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE throttle_bucket`);
  }
}
