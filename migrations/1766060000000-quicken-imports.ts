import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Makes an import cheaper: whether an account has earlier movements is not asked of one that comes with its first. */
export class QuickenImports1766060000000 implements MigrationInterface {
  name = 'QuickenImports1766060000000';

  async up(runner: QueryRunner): Promise<void> {
    await this.restateMovements(
      runner,
      (earlier) => `bool_or(CASE WHEN arr_from IS NULL THEN true ELSE ${earlier} IS NULL END)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.restateMovements(
      runner,
      (earlier) => `bool_or(arr_from IS NULL) OR bool_or(${earlier} IS NULL)`,
    );
  }

  /** @param isFirst whether any of the movements is the first of its account, told by the id of an earlier one */
  private async restateMovements(runner: QueryRunner, isFirst: (earlier: string) => string): Promise<void> {
    const earlier = `(
              SELECT earlier.id FROM arr_movement earlier
              WHERE earlier.account_id = moved.account_id AND earlier.id <> moved.id LIMIT 1)`;
    await runner.query(`
      CREATE OR REPLACE FUNCTION restate_movements() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO book_restatement (transaction, from_day, source, facts)
        SELECT pg_current_xact_id()::text::bigint,
          CASE WHEN ${isFirst(earlier)} OR count(*) > count(DISTINCT account_id)
            OR min(effective_on) < (SELECT max(effective_on) FROM arr_movement)
          THEN '-infinity' ELSE min(effective_on) END,
          'MOVEMENT',
          -sum(hashtextextended(ROW(account_id, 'arr', arr_from, arr_to)::text, 0)::numeric)
        FROM new_rows moved HAVING count(*) > 0;
        RETURN NULL;
      END $$`);
  }
}
