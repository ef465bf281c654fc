import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What the load of an account is worked out of. */
const WEIGHED =
  'id, status, effective_tier, arr, complex_implementation, many_stakeholders, mission_critical';

/** Finds the accounts of a CSM or of a pool, and what they weigh, without a look at the accounts' rows, which are wide. */
export class IndexOwners1766020000000 implements MigrationInterface {
  name = 'IndexOwners1766020000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [kind, other] of [
      ['csm', 'pool'],
      ['pool', 'csm'],
    ] as const) {
      await runner.query(
        `CREATE INDEX ix_account_${kind} ON account (${kind}_id) INCLUDE (${other}_id, ${WEIGHED}) WHERE ${kind}_id IS NOT NULL`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX ix_account_csm, ix_account_pool`);
  }
}
