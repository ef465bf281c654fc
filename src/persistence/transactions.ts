import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { Interruption } from '../app/ports/interruption';
import { writePool } from './data-source';
import { crowdOf, noConnection } from './reads/database-reader';
import { preparing } from './prepared-manager';
import { type StatementCanceller } from './statement-canceller';
import { StatementNames } from './statement-names';
import { WorkScope } from './work-scope';

const LONGEST_WAIT_FOR_LOCK_MS = 10_000;
const CANCELLED = '57014';
const LOCKED = '55P03';

/** What the transactions of requests are held to. */
export interface TransactionBounds {
  /** Milliseconds from asking for a connection to the end of the last statement. */
  readonly timeLimit: number;
  /** The most that wait for a connection. */
  readonly mostWaiting: number;
  readonly canceller: StatementCanceller;
}

type Work<T> = (manager: EntityManager) => Promise<T>;

/** Settings of PostgreSQL that hold until the transaction ends, by name. */
export type LocalSettings = Readonly<Record<string, string>>;

export interface TransactionOptions {
  readonly isolation?: 'REPEATABLE READ';
  readonly settings?: LocalSettings;
}

/**
 * Transactions of TypeORM. Bounded ones end as a whole when their time is over: while they wait for a connection, for
 * a lock or for a statement. Scheduled work and commands take the time that they need.
 */
export class Transactions {
  /** Of requests, which are many and alike; what is done by schedule or from files is planned for what it is about. */
  private readonly names = new StatementNames();

  constructor(
    private readonly dataSource: DataSource,
    private readonly bounds: TransactionBounds | null,
  ) {}

  /** Throws OVERLOADED and TIMEOUT where there are bounds, beside what the work throws. */
  async run<T>(work: Work<T>, { isolation, settings = {} }: TransactionOptions = {}): Promise<T> {
    if (this.bounds === null) {
      return this.begin(async (manager) => {
        await setLocally(manager, settings);
        return work(manager);
      }, isolation);
    }
    if (crowdOf(writePool(this.dataSource)) >= this.bounds.mostWaiting) throw noConnection();
    const scope = new WorkScope(this.bounds.timeLimit);
    try {
      return await this.within(scope, this.bounds, work, settings, isolation);
    } catch (error) {
      throw interruptionOf(error) ?? error;
    } finally {
      scope.close();
    }
  }

  private within<T>(
    scope: WorkScope,
    { canceller, timeLimit }: TransactionBounds,
    work: Work<T>,
    settings: LocalSettings,
    isolation?: 'REPEATABLE READ',
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      let hasConnection = false;
      const stopWatching = scope.watch((reason) => {
        if (!hasConnection) reject(reason);
      });
      this.begin(async (manager) => {
        hasConnection = true;
        scope.throwIfEnded();
        const prepared = preparing(manager, this.names);
        await setLocally(prepared, {
          statement_timeout: String(timeLimit),
          lock_timeout: String(LONGEST_WAIT_FOR_LOCK_MS),
          ...settings,
        });
        const result = await cancellable(scope, canceller, prepared, work);
        scope.throwIfEnded();
        return result;
      }, isolation)
        .then(resolve, reject)
        .finally(stopWatching);
    });
  }

  private begin<T>(work: Work<T>, isolation?: 'REPEATABLE READ'): Promise<T> {
    return isolation === undefined
      ? this.dataSource.transaction(work)
      : this.dataSource.transaction(isolation, work);
  }
}

/** Makes the settings, all in one statement. */
export async function setLocally(manager: EntityManager, settings: LocalSettings): Promise<void> {
  const names = Object.keys(settings);
  if (names.length === 0) return;
  const parts = names.map((name, index) => `set_config('${name}', $${index + 1}, true)`);
  await manager.query(`SELECT ${parts.join(', ')}`, Object.values(settings));
}

async function cancellable<T>(
  scope: WorkScope,
  canceller: StatementCanceller,
  manager: EntityManager,
  work: Work<T>,
): Promise<T> {
  const client = (await manager.queryRunner?.connect()) as { readonly processID: number };
  let cancelled: Promise<void> | undefined;
  const working = work(manager);
  const stopWatching = scope.watch(() => {
    cancelled = canceller.cancelUntilEnded(client.processID, working);
  });
  try {
    return await working;
  } finally {
    stopWatching();
    // Nothing that comes after the work, on this connection, is to be cancelled in its place.
    await cancelled;
  }
}

/** What an end that PostgreSQL has put to a statement means to the caller; null for every other failure. */
function interruptionOf(error: unknown): Interruption | null {
  const { code } = error instanceof QueryFailedError ? (error.driverError as { code?: string }) : {};
  if (code === CANCELLED) {
    return new Interruption('TIMEOUT', 'there was no time left to finish this, and nothing of it was kept');
  }
  return code === LOCKED ? Interruption.overloaded('somebody else is changing the same things') : null;
}
