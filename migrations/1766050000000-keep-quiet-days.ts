import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The days on which the day alone changes nothing about an account, and by what they were found. */
const QUIET = ['quiet_from', 'quiet_until', 'quiet_rules', 'quiet_version'];

/** What says nothing of how an account is decided. */
const BESIDE = ['version', 'created_at', 'updated_at', 'csm_id', 'pool_id', ...QUIET];

/**
 * Lets a rescoring leave out the accounts that it would decide as they were. What was found holds for the version of
 * the account that it was found for: whoever writes the account, be it a server that does not know of this, ends it.
 */
export class KeepQuietDays1766050000000 implements MigrationInterface {
  name = 'KeepQuietDays1766050000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE account ADD COLUMN quiet_from date, ADD COLUMN quiet_until date, ADD COLUMN quiet_rules smallint,
        ADD COLUMN quiet_version integer`);
    await this.auditChanges(runner, (hidden) => [...hidden, ...QUIET]);
    await this.endByHand(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TRIGGER account_quiet_update ON account`);
    await runner.query(`DROP FUNCTION end_quiet_days()`);
    await this.auditChanges(runner, (hidden) => hidden.filter((name) => !QUIET.includes(name)));
    await runner.query(`ALTER TABLE account ${QUIET.map((name) => `DROP COLUMN ${name}`).join(', ')}`);
  }

  /** Whoever writes past the API does not raise the version. */
  private async endByHand(runner: QueryRunner): Promise<void> {
    const columns = (await runner.query(
      `SELECT attname AS name FROM pg_attribute
       WHERE attrelid = 'account'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> ALL ($1::text[])
       ORDER BY attnum`,
      [BESIDE],
    )) as { name: string }[];
    await runner.query(`
      CREATE FUNCTION end_quiet_days() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE account SET quiet_version = NULL WHERE id = NEW.id;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER account_quiet_update AFTER UPDATE OF ${columns.map(({ name }) => name).join(', ')} ON account
      FOR EACH ROW WHEN (NEW.version = OLD.version AND NEW.quiet_version = OLD.quiet_version)
      EXECUTE FUNCTION end_quiet_days()`);
  }

  /** Writes the triggers of the audit anew, with other columns that it leaves out. */
  private async auditChanges(
    runner: QueryRunner,
    change: (hidden: readonly string[]) => readonly string[],
  ): Promise<void> {
    const triggers = (await runner.query(
      `SELECT tgname AS name, pg_get_triggerdef(oid) AS definition FROM pg_trigger
       WHERE tgrelid = 'account'::regclass AND tgname IN ('account_audit_update', 'account_audit_delete')`,
    )) as { name: string; definition: string }[];
    for (const { name, definition } of triggers) {
      const changed = definition.replace(
        /'\{([a-z_,]+)\}'/,
        (_, hidden: string) => `'{${change(hidden.split(',')).join(',')}}'`,
      );
      await runner.query(`DROP TRIGGER ${name} ON account`);
      await runner.query(changed);
    }
  }
}
