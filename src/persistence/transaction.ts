import { type PoolClient, types } from 'pg';
import { prepareValue } from 'pg/lib/utils';
import { type EntityManager, QueryFailedError, type QueryRunner } from 'typeorm';
import { pidOf } from './connections';
import { type BatchedStatement, type Outcome, StatementBatch } from './statement-batch';
import { type StatementNames } from './statement-names';

/** Settings of PostgreSQL that hold until the transaction ends, by name. */
export type LocalSettings = Readonly<Record<string, string>>;

export interface TransactionStart {
  /** The names by which its statements stay prepared; null, and what has no name, is planned for what it is about. */
  readonly names: StatementNames | null;
  readonly settings: LocalSettings;
  readonly isolation?: 'REPEATABLE READ' | undefined;
  /**
   * Whether what is sent in one go is answered in one go, too: cheaper where statements are small, but what takes long
   * keeps the answers of those before it.
   */
  readonly inBatches?: boolean;
}

/** Values as TypeORM reads them. */
const TYPEORM_VALUES = types.getTypeParser as (type: number) => (text: string) => unknown;

/** What writes nothing, as it stands; a WITH may write. */
const ASKS = /^\s*SELECT\b/;

/**
 * One transaction. Its connection takes a statement before it has answered the one before, so that what is asked at
 * once travels at once; PostgreSQL runs the statements in the order in which they were sent, each with what those
 * before it have done. Whoever needs no answer need not wait for one: a failure is told by every statement after it,
 * and at the latest by `commit`.
 */
export class Transaction {
  /** As TypeORM's own, for `query` alone: its statements run in here. */
  readonly manager: EntityManager;
  private readonly client: PoolClient;
  private readonly names: StatementNames | null;
  private readonly inBatches: boolean;
  private readonly begun: Promise<unknown>;
  private hasBegun = false;
  private hasEnded = false;
  /** How many statements wait for the beginning; whatever comes after them waits, too. */
  private held = 0;
  private isCorked = false;
  private gathered: BatchedStatement[] = [];
  private failure: QueryFailedError | null = null;

  private constructor(
    runner: QueryRunner,
    client: PoolClient,
    { names, settings, isolation, inBatches = false }: TransactionStart,
  ) {
    this.client = client;
    this.names = names;
    this.inBatches = inBatches;
    this.manager = Object.create(runner.manager) as EntityManager;
    this.manager.query = <T>(sql: string, parameters?: unknown[]): Promise<T> =>
      this.query(sql, parameters) as Promise<T>;
    const begin = this.run(
      isolation === undefined ? 'BEGIN' : `BEGIN ISOLATION LEVEL ${isolation}`,
      [],
      true,
    );
    this.begun = handled(Promise.all([begin, this.set(settings)]).then(() => (this.hasBegun = true)));
  }

  /** Begins one on the runner's connection, and does not wait until it has begun. */
  static async on(runner: QueryRunner, start: TransactionStart): Promise<Transaction> {
    return new Transaction(runner, (await runner.connect()) as PoolClient, start);
  }

  /** The number by which the server knows the session. */
  get processId(): number {
    return pidOf(this.client);
  }

  /** Keeps everything. Throws why there is nothing to be kept. */
  async commit(): Promise<void> {
    await this.begun;
    this.hasEnded = true;
    // PostgreSQL knows nothing of a statement that failed before it was sent.
    this.throwIfFailed();
    const { done } = await this.run('COMMIT', [], true);
    if (commandOf(done) === 'COMMIT') return;
    this.throwIfFailed();
    throw new Error('the transaction was taken back');
  }

  /** Takes everything back; never throws. */
  async rollBack(): Promise<void> {
    // What waits for the beginning goes first, so that it is taken back, too.
    await this.begun.catch(ignore);
    this.hasEnded = true;
    // Not in a batch, which leaves out what comes after a failure.
    await this.run('ROLLBACK').catch(ignore);
  }

  /** What writes does not travel with BEGIN: it is sent when it is certain that it can be taken back. */
  private query(sql: string, parameters: readonly unknown[] = []): Promise<unknown> {
    if (this.hasEnded) return handled(Promise.reject(new Error('the transaction has ended')));
    const mayGo = this.held === 0 && (this.hasBegun || ASKS.test(sql));
    return handled((mayGo ? this.run(sql, parameters) : this.hold(sql, parameters)).then(resultOf));
  }

  private async hold(sql: string, parameters: readonly unknown[]): Promise<Outcome> {
    this.held += 1;
    await this.begun;
    this.held -= 1;
    return this.run(sql, parameters);
  }

  /** Makes the settings, all in one statement. */
  private async set(settings: LocalSettings): Promise<void> {
    const names = Object.keys(settings);
    if (names.length === 0) return;
    const parts = names.map((name, index) => `set_config('${name}', $${index + 1}, true)`);
    await this.run(`SELECT ${parts.join(', ')}`, Object.values(settings));
  }

  /**
   * By a callback, which is told at once of what cannot be sent: before the next statement is.
   *
   * @param isOne whether it is one statement; several, which have no parameters, cannot be prepared
   */
  private run(
    sql: string,
    parameters: readonly unknown[] = [],
    isOne = parameters.length > 0,
  ): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        // Of what comes after it PostgreSQL says no more than that something has failed.
        reject((this.failure ??= new QueryFailedError(sql, [...parameters], error as Error)));
      };
      const name = isOne ? this.names?.of(sql) : undefined;
      try {
        const values = parameters.map(prepareValue);
        this.send({ name, text: sql, values, resolve, reject: fail }, isOne && this.inBatches);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** What is sent in one go leaves in one go: by itself each statement would cost a call of the system, and wake the server. */
  private send(statement: BatchedStatement, inBatch: boolean): void {
    if (!this.isCorked) {
      this.isCorked = true;
      this.client.connection.stream.cork();
      process.nextTick(() => {
        this.isCorked = false;
        this.sendGathered();
        this.client.connection.stream.uncork();
      });
    }
    if (inBatch) {
      this.gathered.push(statement);
      return;
    }
    this.sendGathered();
    const { name, text, values, resolve, reject } = statement;
    const query = name === undefined ? { text, values } : { name, text, values };
    this.client.query(query, (error: Error | null, result) => {
      if (error === null) resolve({ rows: result.rows, done: `${result.command} ${result.rowCount ?? ''}` });
      else reject(error);
    });
  }

  private sendGathered(): void {
    const together = this.gathered;
    this.gathered = [];
    if (together.length === 0) return;
    const batch = new StatementBatch(together, TYPEORM_VALUES, (failure, left) => {
      for (const { reject } of left) reject(failure);
    });
    // Each of its statements hears what comes of it.
    void this.client.query(batch);
  }

  private throwIfFailed(): void {
    if (this.failure !== null) throw this.failure;
  }
}

/** As TypeORM gives it. */
function resultOf({ rows, done }: Outcome): unknown {
  const command = commandOf(done);
  return command === 'UPDATE' || command === 'DELETE' ? [rows, Number(done.split(' ').at(-1))] : rows;
}

function commandOf(done: string): string | undefined {
  return done.split(' ', 1)[0];
}

/** The promise, which nobody has to wait for. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore);
  return promise;
}

function ignore(): void {
  // Whoever comes next is told.
}
