import { type MigrationInterface, type QueryRunner } from 'typeorm';

const COLUMNS =
  'type, account_id, subject_id, data, actor_id, actor_name, request_id, occurred_at, transaction, once_key';

/** A review that falls due by what has changed; one that falls due by time is found by the daily run. */
const events = (from: string, where: string, n: string): string => `
        INSERT INTO event (${COLUMNS})
        SELECT 'review.due', ${n}.id, ${n}.id,
          jsonb_build_object('dueOn', ${n}.review_due_on, 'triggers', ${n}.review_triggers),
          s.actor_id, s.actor_name, s.request_id, s.at, pg_current_xact_id()::text::bigint,
          'review.due:' || ${n}.id || ':' || ${n}.review_due_on
        FROM ${from} WHERE ${n}.review_due_on <= s.today${where}
        ON CONFLICT (once_key) WHERE once_key IS NOT NULL DO NOTHING`;

/** The reviews of one statement are told together: where many fall due at once, each by itself was a third of it. */
export class QuickenEventsOfReviews1766051000000 implements MigrationInterface {
  name = 'QuickenEventsOfReviews1766051000000';

  async up(runner: QueryRunner): Promise<void> {
    const together = events(
      'current_stamp() s, old_rows o JOIN new_rows n ON n.id = o.id',
      ' AND n.review_due_on IS DISTINCT FROM o.review_due_on ORDER BY n.id',
      'n',
    );
    await this.replace(
      runner,
      together,
      'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    const alone = events('current_stamp() s', '', 'NEW');
    await this.replace(
      runner,
      alone,
      `FOR EACH ROW
       WHEN (NEW.review_due_on IS NOT NULL AND NEW.review_due_on IS DISTINCT FROM OLD.review_due_on)`,
    );
  }

  private async replace(runner: QueryRunner, statement: string, scope: string): Promise<void> {
    await runner.query(`DROP TRIGGER account_update_events ON account`);
    await runner.query(`
      CREATE OR REPLACE FUNCTION account_update_events() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN${statement};
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER account_update_events AFTER UPDATE ON account ${scope}
      EXECUTE FUNCTION account_update_events()`);
  }
}
