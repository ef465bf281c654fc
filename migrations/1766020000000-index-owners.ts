import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Finds the accounts of a CSM or of a pool by the accounts' own rows. */
export class IndexOwners1766020000000 implements MigrationInterface {
  name = 'IndexOwners1766020000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const kind of ['csm', 'pool']) {
      await runner.query(
        `CREATE INDEX ix_account_${kind} ON account (${kind}_id) WHERE ${kind}_id IS NOT NULL`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX ix_account_csm, ix_account_pool`);
  }
}
