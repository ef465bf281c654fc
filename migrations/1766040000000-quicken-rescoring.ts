import { type MigrationInterface, type QueryRunner } from 'typeorm';

const COLUMNS =
  'type, account_id, subject_id, data, actor_id, actor_name, request_id, occurred_at, transaction, once_key';

/** The event of a review that falls due by what has changed, from a row of accounts and a stamp. */
const event = (row: string): string => `
        SELECT 'review.due', ${row}.id, ${row}.id,
          jsonb_build_object('dueOn', ${row}.review_due_on, 'triggers', ${row}.review_triggers),
          s.actor_id, s.actor_name, s.request_id, s.at, pg_current_xact_id()::text::bigint,
          'review.due:' || ${row}.id || ':' || ${row}.review_due_on`;

/**
 * Makes a rescoring that moves many accounts cheaper: the reviews that it makes fall due are announced by one statement,
 * the accounts that have subscription lines are found without a look at the others, and the day of a scorecard is known
 * without a look at its row, which is wide.
 */
export class QuickenRescoring1766040000000 implements MigrationInterface {
  name = 'QuickenRescoring1766040000000';

  async up(runner: QueryRunner): Promise<void> {
    const changed = `old_rows o JOIN new_rows n ON n.id = o.id
          WHERE n.review_due_on IS NOT NULL AND n.review_due_on IS DISTINCT FROM o.review_due_on`;
    await runner.query(`DROP TRIGGER account_update_events ON account`);
    await runner.query(`
      CREATE OR REPLACE FUNCTION account_update_events() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        -- Most changes are of single accounts, and of other things: an INSERT of nothing costs more than this question.
        IF NOT EXISTS (SELECT FROM ${changed}) THEN RETURN NULL; END IF;
        INSERT INTO event (${COLUMNS})${event('n')}
        FROM current_stamp() s, ${changed} AND n.review_due_on <= s.today
        ORDER BY n.id
        ON CONFLICT (once_key) WHERE once_key IS NOT NULL DO NOTHING;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER account_update_events AFTER UPDATE ON account
      REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION account_update_events()`);
    await runner.query(
      `CREATE INDEX ix_account_lines_applied ON account (id) WHERE lines_applied_on IS NOT NULL`,
    );
    await this.indexScorecards(runner, 'INCLUDE (scored_on)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.indexScorecards(runner, '');
    await runner.query(`DROP INDEX ix_account_lines_applied`);
    await runner.query(`DROP TRIGGER account_update_events ON account`);
    await runner.query(`
      CREATE OR REPLACE FUNCTION account_update_events() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO event (${COLUMNS})${event('NEW')}
        FROM current_stamp() s WHERE NEW.review_due_on <= s.today
        ON CONFLICT (once_key) WHERE once_key IS NOT NULL DO NOTHING;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER account_update_events AFTER UPDATE ON account FOR EACH ROW
      WHEN (NEW.review_due_on IS NOT NULL AND NEW.review_due_on IS DISTINCT FROM OLD.review_due_on)
      EXECUTE FUNCTION account_update_events()`);
  }

  private async indexScorecards(runner: QueryRunner, more: string): Promise<void> {
    await runner.query(`DROP INDEX ix_scorecard_account`);
    await runner.query(`CREATE INDEX ix_scorecard_account ON scorecard (account_id, id) ${more}`);
  }
}
