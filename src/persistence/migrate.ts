import { setTimeout as pause } from 'node:timers/promises';
import { type DataSource, MigrationExecutor, QueryFailedError, type QueryRunner } from 'typeorm';
import { ADVISORY_LOCKS } from './advisory-locks';
import { type SqlReader } from './reads/database-reader';

export interface MigrateOptions {
  /** One line for people. */
  readonly log?: (line: string) => void;
  /** How long a migration waits for a table that others use, and they behind it. */
  readonly lockTimeoutMs?: number;
  /** How long it lets the others pass before it tries again, and how often it tries. */
  readonly pauseMs?: number;
  readonly tries?: number;
}

const LOCK_TIMEOUT_MS = 1_000;
const PAUSE_MS = 2_000;
const TRIES = 40;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Runs the migrations that the database has not had yet, each in a transaction, and gives their names. Of several
 * processes one runs them and the others wait for it.
 *
 * While a migration waits behind a long read, everybody else waits behind the migration. So it steps back after a
 * moment, lets the others pass and tries again; after two minutes or so it gives up.
 */
export async function migrate(
  dataSource: DataSource,
  {
    log = () => undefined,
    lockTimeoutMs = LOCK_TIMEOUT_MS,
    pauseMs = PAUSE_MS,
    tries = TRIES,
  }: MigrateOptions = {},
): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  await runner.connect();
  try {
    await takeTurn(runner, log);
    await runner.query(`SET lock_timeout = ${lockTimeoutMs}`);
    const done: string[] = [];
    for (let left = tries - 1; ; left -= 1) {
      try {
        await runPending(dataSource, runner, done);
        break;
      } catch (error) {
        if (left <= 0 || !isLockTimeout(error)) throw error;
        log('a migration waits for somebody who uses the same table; trying again');
        await pause(pauseMs);
      }
    }
    const unknown = await unknownMigrations(dataSource, runner);
    if (unknown.length > 0) {
      log(
        `the database has had migrations that this version does not know (${unknown.join(', ')}): a newer version of Tierbook has been here; going on beside it`,
      );
    }
    return done;
  } finally {
    await giveTurn(runner);
    await runner.release();
  }
}

/** Whether every migration of this version has been run; only looks, by the connection of the reader. */
export async function isMigrated(dataSource: DataSource, reader: SqlReader): Promise<boolean> {
  const rows = await reader.rows<{ name: string }>('SELECT name FROM migration');
  const done = new Set(rows.map(({ name }) => name));
  return dataSource.migrations.every(({ name }) => name !== undefined && done.has(name));
}

async function takeTurn(runner: QueryRunner, log: (line: string) => void): Promise<void> {
  const [row] = (await runner.query('SELECT pg_try_advisory_lock($1) AS taken', [
    ADVISORY_LOCKS.MIGRATION,
  ])) as { taken: boolean }[];
  if (row?.taken === true) return;
  log('another process brings the database up to date; waiting for it');
  await runner.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCKS.MIGRATION]);
}

/** A connection that is lost has given its turn back already. */
async function giveTurn(runner: QueryRunner): Promise<void> {
  await runner.query('RESET lock_timeout').catch(ignore);
  await runner.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCKS.MIGRATION]).catch(ignore);
}

/** Adds each migration to the list once it is done, whatever becomes of the next. */
async function runPending(dataSource: DataSource, runner: QueryRunner, done: string[]): Promise<void> {
  const executor = new MigrationExecutor(dataSource, runner);
  executor.transaction = 'each';
  const before = new Set((await executor.getExecutedMigrations()).map(({ name }) => name));
  try {
    await executor.executePendingMigrations();
  } finally {
    // What failed is rolled back, so the list of the database is right.
    const after = await executor.getExecutedMigrations().catch(() => []);
    // It gives the last one first.
    done.push(
      ...after
        .map(({ name }) => name)
        .filter((name) => !before.has(name))
        .reverse(),
    );
  }
}

async function unknownMigrations(dataSource: DataSource, runner: QueryRunner): Promise<string[]> {
  const known = new Set(dataSource.migrations.map(({ name }) => name));
  const rows = (await runner.query('SELECT name FROM migration ORDER BY id')) as { name: string }[];
  return rows.map(({ name }) => name).filter((name) => !known.has(name));
}

function isLockTimeout(error: unknown): boolean {
  return (
    error instanceof QueryFailedError && (error.driverError as { code?: string }).code === LOCK_NOT_AVAILABLE
  );
}

function ignore(): void {
  // See giveTurn.
}
