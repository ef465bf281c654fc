import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Who works on which draft of the tiering model, how often it changed, and which model a published one replaced. */
export class AddModelDrafts1764400000000 implements MigrationInterface {
  name = 'AddModelDrafts1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tiering_model
        ADD COLUMN revision integer NOT NULL DEFAULT 1,
        ADD COLUMN based_on integer,
        ADD COLUMN replaces integer,
        ADD COLUMN created_by text,
        ADD COLUMN updated_by text,
        ADD COLUMN updated_at timestamptz,
        ADD CONSTRAINT ck_tiering_model_revision CHECK (revision >= 1),
        ADD CONSTRAINT fk_tiering_model_based_on FOREIGN KEY (based_on) REFERENCES tiering_model (version),
        ADD CONSTRAINT fk_tiering_model_replaces FOREIGN KEY (replaces) REFERENCES tiering_model (version)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tiering_model
        DROP COLUMN revision, DROP COLUMN based_on, DROP COLUMN replaces, DROP COLUMN created_by,
        DROP COLUMN updated_by, DROP COLUMN updated_at`);
  }
}
