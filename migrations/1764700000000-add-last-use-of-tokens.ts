import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** When a token last let somebody in. */
export class AddLastUseOfTokens1764700000000 implements MigrationInterface {
  name = 'AddLastUseOfTokens1764700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE api_token ADD COLUMN last_used_at timestamptz`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE api_token DROP COLUMN last_used_at`);
  }
}
