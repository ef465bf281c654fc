import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Makes a rescoring cheaper: the accounts that have subscription lines are found without a look at the others, and the
 * day of a scorecard is known without a look at its row, which is wide.
 */
export class QuickenRescoring1766040000000 implements MigrationInterface {
  name = 'QuickenRescoring1766040000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX ix_account_lines_applied ON account (id) WHERE lines_applied_on IS NOT NULL`,
    );
    await this.indexScorecards(runner, 'INCLUDE (scored_on)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.indexScorecards(runner, '');
    await runner.query(`DROP INDEX ix_account_lines_applied`);
  }

  private async indexScorecards(runner: QueryRunner, more: string): Promise<void> {
    await runner.query(`DROP INDEX ix_scorecard_account`);
    await runner.query(`CREATE INDEX ix_scorecard_account ON scorecard (account_id, id) ${more}`);
  }
}
