import { migrate } from '../../src/persistence/migrate';
import { CONSTRAINT_ERRORS } from '../../src/persistence/constraint-errors';
import { createTestDatabase, type TestDatabase } from '../support/database';

describe('the schema of the database', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
  });
  afterAll(async () => {
    await database.drop();
  });

  const tables = async (): Promise<string[]> =>
    (
      await database.query<{ name: string }>(
        `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
         AND relname <> 'migration' ORDER BY 1`,
      )
    ).map(({ name }) => name);

  const routines = (): Promise<unknown[]> =>
    database.query(`SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace`);

  test('goes up, all the way down and up again', async () => {
    const names = await migrate(database.dataSource);
    const made = await tables();
    expect(made).toContain('tier_history');

    for (let left = names.length; left > 0; left -= 1) {
      await database.dataSource.undoLastMigration({ transaction: 'each' });
    }
    expect(await tables()).toEqual([]);
    expect(await routines()).toEqual([]);

    expect(await migrate(database.dataSource)).toEqual(names);
    expect(await tables()).toEqual(made);
    expect(await migrate(database.dataSource)).toEqual([]);
  });

  test('is what the rows say: TypeORM finds nothing to change', async () => {
    const { upQueries } = await database.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  test('names every constraint, and each of them means something to a caller', async () => {
    const constraints = await database.query<{ name: string }>(
      `SELECT conname AS name FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f', 'c')
         AND conrelid::regclass::text <> 'migration'
       UNION
       SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
       WHERE indisunique AND relnamespace = 'public'::regnamespace AND indrelid::regclass::text <> 'migration'`,
    );
    const raisedByTriggers = [
      'ck_account_no_cycle',
      'ck_audit_entry_append_only',
      'ck_tier_history_append_only',
      'ck_tiering_model_immutable',
    ];
    expect([...constraints.map(({ name }) => name), ...raisedByTriggers].sort()).toEqual(
      Object.keys(CONSTRAINT_ERRORS).sort(),
    );
  });
});
