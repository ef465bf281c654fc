import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { Interruption } from '../app/ports/interruption';
import { refuseCrowd } from './connections';
import { writePool } from './data-source';
import { type StatementCanceller } from './statement-canceller';
import { RowStatementNames, StatementNames } from './statement-names';
import { type LocalSettings, Transaction, type TransactionStart } from './transaction';
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
  /**
   * Whether they are about so few things each (a mutation takes 500 at most) that one plan, by the indexes, does for
   * all of them.
   */
  readonly areSmall: boolean;
}

type Work<T> = (manager: EntityManager) => Promise<T>;

export interface TransactionOptions {
  readonly isolation?: 'REPEATABLE READ';
  readonly settings?: LocalSettings;
}

/**
 * Transactions on TypeORM's connections. Bounded ones end as a whole when their time is over: while they wait for a
 * connection, for a lock or for a statement. Scheduled work and commands take the time that they need.
 */
export class Transactions {
  /**
   * Of requests, which are many and alike; what is done by schedule or from files is planned for what it is about, save
   * for what it writes.
   */
  private readonly names = new StatementNames();
  private readonly rowNames = new RowStatementNames();

  constructor(
    private readonly dataSource: DataSource,
    private readonly bounds: TransactionBounds | null,
  ) {}

  /** Throws OVERLOADED and TIMEOUT where there are bounds, beside what the work throws. */
  async run<T>(work: Work<T>, { isolation, settings = {} }: TransactionOptions = {}): Promise<T> {
    if (this.bounds === null) {
      return this.begin({ names: this.rowNames, settings, isolation }, (transaction) =>
        committed(transaction, work),
      );
    }
    refuseCrowd(writePool(this.dataSource), this.bounds.mostWaiting);
    const scope = new WorkScope(this.bounds.timeLimit);
    try {
      return await this.within(scope, this.bounds, work, settings, isolation);
    } catch (error) {
      throw interruptionOf(error) ?? error;
    } finally {
      scope.close();
    }
  }

  /** Does the work without bounds, and takes everything back. Throws why it could not have been kept. */
  async rehearse<T>(work: Work<T>, settings: LocalSettings): Promise<T> {
    return this.begin({ names: this.rowNames, settings }, async (transaction) => {
      const result = await work(transaction.manager);
      // What nobody has waited for, and what is checked at the end alone, fails here as it would by COMMIT.
      await transaction.manager.query('SET CONSTRAINTS ALL IMMEDIATE');
      await transaction.rollBack();
      return result;
    });
  }

  private within<T>(
    scope: WorkScope,
    { canceller, timeLimit, areSmall }: TransactionBounds,
    work: Work<T>,
    settings: LocalSettings,
    isolation?: 'REPEATABLE READ',
  ): Promise<T> {
    const bounded = {
      statement_timeout: String(timeLimit),
      lock_timeout: String(LONGEST_WAIT_FOR_LOCK_MS),
      // By itself PostgreSQL plans anew for every list of one thing, since it takes lists to be longer.
      ...(areSmall ? { plan_cache_mode: 'force_generic_plan' } : {}),
      ...settings,
    };
    return new Promise((resolve, reject) => {
      let hasConnection = false;
      const stopWatching = scope.watch((reason) => {
        if (!hasConnection) reject(reason);
      });
      this.begin({ names: this.names, settings: bounded, isolation, inBatches: true }, (transaction) => {
        hasConnection = true;
        scope.throwIfEnded();
        return cancellable(scope, canceller, transaction, work);
      })
        .then(resolve, reject)
        .finally(stopWatching);
    });
  }

  private async begin<T>(
    start: TransactionStart,
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const transaction = await Transaction.on(runner, start);
      try {
        return await work(transaction);
      } catch (error) {
        await transaction.rollBack();
        throw error;
      }
    } finally {
      await runner.release();
    }
  }
}

async function committed<T>(transaction: Transaction, work: Work<T>, before?: () => void): Promise<T> {
  const result = await work(transaction.manager);
  before?.();
  await transaction.commit();
  return result;
}

async function cancellable<T>(
  scope: WorkScope,
  canceller: StatementCanceller,
  transaction: Transaction,
  work: Work<T>,
): Promise<T> {
  let cancelled: Promise<void> | undefined;
  const working = committed(transaction, work, () => {
    scope.throwIfEnded();
  });
  const stopWatching = scope.watch(() => {
    cancelled = canceller.cancelUntilEnded(transaction.processId, working);
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
