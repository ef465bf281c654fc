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
  'model_version',
  'total',
  'completeness',
  'provisional',
  'expansion_potential',
  'csm_id',
  'pool_id',
];

/** Makes writing many accounts cheaper: what a rescoring compares is beside the account, and the audit costs less. */
export class QuickenWrites1765800000000 implements MigrationInterface {
  name = 'QuickenWrites1765800000000';

  async up(runner: QueryRunner): Promise<void> {
    // What the newest scorecard says, as a number; null for one that was written before there was any.
    await runner.query(`ALTER TABLE account ADD COLUMN scorecard_digest bigint`);
    await this.dropAuditOfAccounts(runner);
    await this.auditAccounts(runner, [...NOT_SHOWN, 'scorecard_digest'], true);
    // Fenced: the state of a row would otherwise be worked out anew for each column that is taken from it.
    await this.auditRows(runner, 'OFFSET 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.auditRows(runner, '');
    await this.dropAuditOfAccounts(runner);
    await runner.query(`ALTER TABLE account DROP COLUMN scorecard_digest`);
    await this.auditAccounts(runner, NOT_SHOWN, false);
  }

  private async dropAuditOfAccounts(runner: QueryRunner): Promise<void> {
    for (const action of ['insert', 'update', 'delete']) {
      await runner.query(`DROP TRIGGER account_audit_${action} ON account`);
    }
  }

  /** @param named whether only statements that name an audited column are looked at; no trigger changes one by itself */
  private async auditAccounts(runner: QueryRunner, hidden: readonly string[], named: boolean): Promise<void> {
    const given = `'id', 'id', '{${hidden.join(',')}}', 'ACCOUNT'`;
    await runner.query(`
      CREATE TRIGGER account_audit_insert AFTER INSERT ON account REFERENCING NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION audit_inserts(${given})`);
    await runner.query(`
      CREATE TRIGGER account_audit_delete AFTER DELETE ON account REFERENCING OLD TABLE AS old_rows
      FOR EACH STATEMENT EXECUTE FUNCTION audit_deletes(${given})`);
    const columns = (
      (await runner.query(
        `SELECT attname AS name FROM pg_attribute
         WHERE attrelid = 'account'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL ($1::text[])
         ORDER BY attnum`,
        [hidden],
      )) as { name: string }[]
    ).map(({ name }) => name);
    const row = (side: string): string => `(${columns.map((name) => `${side}.${name}`).join(', ')})`;
    await runner.query(`
      CREATE TRIGGER account_audit_update AFTER UPDATE ${named ? `OF ${columns.join(', ')}` : ''} ON account
      FOR EACH ROW WHEN (${row('OLD')} IS DISTINCT FROM ${row('NEW')}) EXECUTE FUNCTION audit_update(${given})`);
  }

  private async auditRows(runner: QueryRunner, fence: string): Promise<void> {
    const shown = `state - TG_ARGV[2]::text[]`;
    for (const [name, action, rows, before, after] of [
      ['audit_inserts', 'CREATED', 'new_rows', 'NULL', shown],
      ['audit_deletes', 'DELETED', 'old_rows', shown, 'NULL'],
    ] as const) {
      await runner.query(`
        CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO audit_entry
            (occurred_at, actor_id, actor_name, request_id, action, subject, subject_id, account_id, before, after)
          SELECT s.at, s.actor_id, s.actor_name, s.request_id, '${action}', TG_ARGV[3],
            (state ->> TG_ARGV[0])::bigint, (state ->> TG_ARGV[1])::bigint, ${before}, ${after}
          FROM current_stamp() s, (
            SELECT jsonb_strip_nulls(to_jsonb(r)) AS state FROM ${rows} r ${fence}
          ) written;
          RETURN NULL;
        END $$`);
    }
  }
}
