import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * The entries of new accounts are made of the columns that the audit shows, and of no others: to turn a whole row into
 * JSON and to take a part of it away again was the dearest part of an import.
 */
export class QuickenAuditOfNewAccounts1766010000000 implements MigrationInterface {
  name = 'QuickenAuditOfNewAccounts1766010000000';

  async up(runner: QueryRunner): Promise<void> {
    // A change is audited where it is of a column that the audit shows.
    const columns = (await runner.query(
      `SELECT attname AS name FROM pg_trigger JOIN pg_attribute ON attrelid = tgrelid AND attnum = ANY (tgattr)
       WHERE tgrelid = 'account'::regclass AND tgname = 'account_audit_update' ORDER BY attnum`,
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
    const [{ given }] = (await runner.query(
      `SELECT substring(pg_get_triggerdef(oid) FROM 'audit_deletes(\\(.*\\))$') AS given FROM pg_trigger
       WHERE tgrelid = 'account'::regclass AND tgname = 'account_audit_delete'`,
    )) as [{ given: string }];
    await this.auditInserts(runner, `audit_inserts${given}`);
    await runner.query(`DROP FUNCTION audit_new_accounts()`);
  }

  private async auditInserts(runner: QueryRunner, routine: string): Promise<void> {
    await runner.query(`DROP TRIGGER account_audit_insert ON account`);
    await runner.query(`
      CREATE TRIGGER account_audit_insert AFTER INSERT ON account REFERENCING NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION ${routine}`);
  }
}
