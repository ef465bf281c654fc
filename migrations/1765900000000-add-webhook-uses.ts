import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * When somebody last had an endpoint tested and deliveries replayed there. Deliveries are records and not audited; by
 * these the audit knows who asked.
 */
export class AddWebhookUses1765900000000 implements MigrationInterface {
  name = 'AddWebhookUses1765900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE webhook_endpoint ADD COLUMN tested_at timestamptz, ADD COLUMN replayed_at timestamptz`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE webhook_endpoint DROP COLUMN tested_at, DROP COLUMN replayed_at`);
  }
}
