import { type DataSource } from 'typeorm';

/** Several processes that start at once take turns: the first migrates, the others find nothing to do. */
const MIGRATION_LOCK = 7_116_900_003;

/** Runs the migrations that the database has not had yet, each in a transaction, and gives their names. */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  await runner.connect();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const done = await dataSource.runMigrations({ transaction: 'each' });
    return done.map(({ name }) => name);
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await runner.release();
  }
}

/** Whether every migration of this version has been run; only looks. */
export async function isMigrated(dataSource: DataSource): Promise<boolean> {
  return !(await dataSource.showMigrations());
}
