import { type DataSource } from 'typeorm';
import { ADVISORY_LOCKS } from './advisory-locks';
import { type SqlReader } from './reads/database-reader';

/** Runs the migrations that the database has not had yet, each in a transaction, and gives their names. */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  await runner.connect();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCKS.MIGRATION]);
    const done = await dataSource.runMigrations({ transaction: 'each' });
    return done.map(({ name }) => name);
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCKS.MIGRATION]);
    await runner.release();
  }
}

/** Whether every migration of this version has been run; only looks, by the connection of the reader. */
export async function isMigrated(dataSource: DataSource, reader: SqlReader): Promise<boolean> {
  const rows = await reader.rows<{ name: string }>('SELECT name FROM migration');
  const done = new Set(rows.map(({ name }) => name));
  return dataSource.migrations.every(({ name }) => name !== undefined && done.has(name));
}
