import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What the audit does not show of an account: what says nothing of its own, and what follows from other entries. */
const NOT_SHOWN = [
  'version',
  'created_at',
  'updated_at',
  'had_arr',
  'lines_applied_on',
  'placed',
  'computed_tier',
  'held_tier',
  'override_tier',
  'effective_tier',
  'review_due_on',
  'review_baseline',
  'review_triggers',
  'review_escalated_on',
  'scorecard_id',
  'scorecard_digest',
  'model_version',
  'total',
  'completeness',
  'provisional',
  'expansion_potential',
  'csm_id',
  'pool_id',
];

/**
 * The entries of new accounts are made of the columns that the audit shows, and of no others: to turn a whole row into
 * JSON and to take a part of it away again was the dearest part of an import.
 */
export class QuickenAuditOfNewAccounts1766010000000 implements MigrationInterface {
  name = 'QuickenAuditOfNewAccounts1766010000000';

  async up(runner: QueryRunner): Promise<void> {
    const columns = (await runner.query(
      `SELECT attname AS name FROM pg_attribute
       WHERE attrelid = 'account'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL ($1::text[])
       ORDER BY attnum`,
      [NOT_SHOWN],
    )) as { name: string }[];
    await runner.query(`
      CREATE FUNCTION audit_new_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO audit_entry
          (occurred_at, actor_id, actor_name, request_id, action, subject, subject_id, account_id, after)
        SELECT s.at, s.actor_id, s.actor_name, s.request_id, 'CREATED', 'ACCOUNT', shown.id, shown.id,
          jsonb_strip_nulls(to_jsonb(shown))
        FROM current_stamp() s, (
          SELECT ${columns.map(({ name }) => name).join(', ')} FROM new_rows OFFSET 0
        ) shown;
        RETURN NULL;
      END $$`);
    await this.auditInserts(runner, 'audit_new_accounts()');
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.auditInserts(runner, `audit_inserts('id', 'id', '{${NOT_SHOWN.join(',')}}', 'ACCOUNT')`);
    await runner.query(`DROP FUNCTION audit_new_accounts()`);
  }

  private async auditInserts(runner: QueryRunner, routine: string): Promise<void> {
    await runner.query(`DROP TRIGGER account_audit_insert ON account`);
    await runner.query(`
      CREATE TRIGGER account_audit_insert AFTER INSERT ON account REFERENCING NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION ${routine}`);
  }
}
