import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The queue of tier reviews in its own order, for the escalated ones and the others of each tier. */
export class IndexReviewQueue1766030000000 implements MigrationInterface {
  name = 'IndexReviewQueue1766030000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX ix_account_review_queue ON account
         ((review_escalated_on IS NULL), effective_tier, review_due_on, arr DESC NULLS LAST, id)
       WHERE review_due_on IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX ix_account_review_queue`);
  }
}
