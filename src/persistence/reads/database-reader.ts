import { DatabaseError, Pool, type PoolClient, type PoolConfig } from 'pg';
import { prepareValue } from 'pg/lib/utils';
import { failureToConnect, pidOf, type PoolUse, refuseCrowd, useOf } from '../connections';
import { type BatchedStatement, type Outcome, StatementBatch } from '../statement-batch';
import { StatementCanceller } from '../statement-canceller';
import { StatementNames } from '../statement-names';
import { type WorkScope } from '../work-scope';
import { type Done, holdConnection } from './held-connection';
import { PlanModes } from './plan-mode';
import { RowStream } from './row-stream';
import { valueParser, VALUE_TYPES } from './value-types';

export interface DatabaseReaderOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  /** The most connections that reads may hold at once, beside LONG_WORK_CONNECTIONS. */
  readonly max: number;
  /** The name by which the connections can be told apart in `pg_stat_activity`. */
  readonly applicationName: string;
  /** How long a question waits for a connection; 10 s if absent. */
  readonly connectTimeoutMs?: number;
  /** The most callers that wait for a connection; whoever comes later is refused at once. */
  readonly mostWaiting?: number | undefined;
}

/** The most callers that wait for a connection of a pool, unless somebody says otherwise. */
export const MOST_WAITING = 500;

/** Runs parameterised statements. Dates, times, decimals and bigints come as PostgreSQL's text. */
export interface SqlReader {
  rows<Row>(sql: string, parameters?: readonly unknown[], options?: StatementOptions): Promise<Row[]>;
  /** The rows one after another, as of one moment and in constant memory. */
  stream<Row>(sql: string, parameters?: readonly unknown[], options?: StreamOptions): AsyncIterable<Row>;
}

export interface StatementOptions {
  /**
   * True where the best plan depends on the values, or where the text hardly ever repeats: the statement is then
   * planned anew each time instead of being prepared under a name, and sent apart from others.
   */
  readonly unnamed?: boolean;
  /** True where one plan is as good for all values as any other: a connection then makes it once. */
  readonly onePlan?: boolean;
}

export interface StreamOptions {
  /** Ends the statement once nobody waits for its rows any more. */
  readonly signal?: AbortSignal | undefined;
}

/** How many streams and snapshots may be read at once: they take long, and must not keep others from reading. */
export const LONG_WORK_CONNECTIONS = 4;

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Compiling a statement costs more than any of these reads gains by it. One question keeps to one core, so that
 * it cannot starve the others (and what workers would have to sort, each of them would sort again); in return it
 * may sort in memory.
 */
const SESSION =
  '-c timezone=UTC -c datestyle=ISO -c jit=off -c max_parallel_workers_per_gather=0 -c work_mem=32MB';

/** A statement that is about to be sent. */
interface Asked extends BatchedStatement {
  readonly onePlan: boolean;
}

/**
 * A pool of connections for reading, with prepared statements. Sessions are in UTC and write ISO dates.
 *
 * What one piece of work asks for at the same time goes to the database together, on one connection: a look at an
 * account is a few small statements, and sending each by itself costs more than running it.
 */
export class DatabaseReader implements SqlReader {
  private readonly pool: Pool;
  /** For streams and snapshots: a cursor stays open between two messages, so nothing can be sent behind it. */
  private readonly longWork: Pool;
  private readonly names = new StatementNames();
  private readonly connections = new Set<PoolClient>();
  private readonly planModes = new PlanModes();
  private readonly canceller: StatementCanceller;
  private readonly mostWaiting: number;
  protected scope: WorkScope | undefined;
  private together: Asked[] | null = null;

  constructor({
    url,
    max,
    applicationName,
    connectTimeoutMs = CONNECT_TIMEOUT_MS,
    mostWaiting = MOST_WAITING,
  }: DatabaseReaderOptions) {
    this.canceller = new StatementCanceller(url, applicationName);
    this.mostWaiting = mostWaiting;
    const connection = {
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: connectTimeoutMs,
      options: SESSION,
    };
    this.pool = this.open({ ...connection, max, pipeline: true });
    this.longWork = this.open({ ...connection, max: LONG_WORK_CONNECTIONS });
  }

  /** The same connections for one piece of work: what it reads, save streams, ends with it. */
  within(scope: WorkScope | null): DatabaseReader {
    if (scope === null) return this;
    const reader = Object.create(this) as DatabaseReader;
    reader.scope = scope;
    reader.together = null;
    return reader;
  }

  async rows<Row>(
    sql: string,
    parameters: readonly unknown[] = [],
    { unnamed = false, onePlan = false }: StatementOptions = {},
  ): Promise<Row[]> {
    const name = unnamed ? undefined : this.names.of(sql);
    const values = parameters.map(prepareValue);
    try {
      const { rows } = await new Promise<Outcome>((resolve, reject) => {
        this.ask({ name, text: sql, values, onePlan, resolve, reject }, unnamed);
      });
      return rows as Row[];
    } catch (error) {
      // The stack of pg's own errors leads to the socket; this one leads to the read.
      if (error instanceof DatabaseError) Error.captureStackTrace(error);
      throw error;
    }
  }

  /** The rows that have one of some keys, which are found the same way whatever the keys are. */
  byKey<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.rows<Row>(sql, parameters, { onePlan: true });
  }

  private ask(asked: Asked, isApart: boolean): void {
    this.scope?.throwIfEnded();
    // What belongs to no piece of work has nothing to do with what else is asked for.
    if (isApart || this.scope === undefined) {
      this.send([asked]);
      return;
    }
    if (this.together !== null) {
      this.together.push(asked);
      return;
    }
    const together = [asked];
    this.together = together;
    // After everything that could go on without waiting for the database.
    process.nextTick(() => {
      this.together = null;
      this.send(together);
    });
  }

  private send(together: readonly Asked[]): void {
    let unanswered = together;
    this.hold<undefined>(this.pool, (client, done) => {
      const onePlan = together.every((asked) => asked.onePlan);
      const change = this.planModes.changeTo(client, onePlan ? 'once' : 'asPostgresSeesFit');
      const sent = [...change.map((statement) => ({ ...statement, onePlan })), ...together];
      const batch = new StatementBatch(sent, valueParser, (error, left) => {
        unanswered = [];
        done(error);
        if (left.length > 0) this.send(left);
      });
      const { stream } = client.connection;
      stream.cork();
      client.query(batch);
      stream.uncork();
    }).catch((error: unknown) => {
      for (const { reject } of unanswered) reject(error);
    });
  }

  async *stream<Row>(
    sql: string,
    parameters: readonly unknown[] = [],
    { signal }: StreamOptions = {},
  ): AsyncGenerator<Row, void, undefined> {
    refuseCrowd(this.longWork, this.mostWaiting);
    const client = await this.longWork.connect().catch((error: unknown) => {
      throw failureToConnect(error);
    });
    let failed = true;
    let hasEnded = ignore;
    const ended = new Promise<void>((resolve) => (hasEnded = resolve));
    // A server does not notice by itself that nobody waits any more.
    const cancel = (): void => void this.canceller.cancelUntilEnded(pidOf(client), ended);
    try {
      signal?.throwIfAborted();
      signal?.addEventListener('abort', cancel);
      yield* streamRows<Row>(client, sql, parameters);
      failed = false;
    } finally {
      signal?.removeEventListener('abort', cancel);
      hasEnded();
      // A reader that stops early leaves a cursor behind, an error perhaps a broken connection.
      client.release(failed);
    }
  }

  /**
   * Gives the work a reader whose statements all see the book as of one moment. They run one after another on
   * one connection.
   */
  snapshot<T>(work: (reader: SqlReader) => Promise<T>): Promise<T> {
    const { scope } = this;
    return this.hold(this.longWork, (client, done) => {
      const reader: SqlReader = {
        rows: async <Row>(sql: string, parameters: readonly unknown[] = [], { unnamed = false } = {}) => {
          scope?.throwIfEnded();
          const query = queryOf(sql, parameters, unnamed ? undefined : this.names.of(sql));
          return (await client.query(query)).rows as Row[];
        },
        stream: <Row>(sql: string, parameters: readonly unknown[] = []) =>
          streamRows<Row>(client, sql, parameters),
      };
      const run = async (): Promise<T> => {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        const result = await work(reader);
        await client.query('COMMIT');
        return result;
      };
      run().then((result) => {
        done(null, result);
      }, done);
    });
  }

  /** How the connections are used as of now. */
  use(): PoolUse {
    return useOf(this.pool, this.longWork);
  }

  /** Breaks all connections, so that whoever waits for a server that is gone fails instead of waiting on. */
  breakConnections(): void {
    for (const client of this.connections) {
      client.connection.stream.destroy();
    }
  }

  /** Closes the connections once their statements have ended. */
  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.longWork.end(), this.canceller.close()]);
  }

  private open(config: PoolConfig): Pool {
    const pool = new Pool(config);
    pool.on('connect', (client) => {
      this.connections.add(client);
      // One that is lost between two statements tells the next one; unheard, it would end the process.
      client.on('error', ignore);
    });
    pool.on('remove', (client) => this.connections.delete(client));
    // The pool drops a connection that is lost while idle and makes another when one is needed.
    pool.on('error', ignore);
    return pool;
  }

  private hold<T>(pool: Pool, work: (client: PoolClient, done: Done<T>) => void): Promise<T> {
    const { scope, canceller, mostWaiting } = this;
    return holdConnection(pool, { scope, canceller, mostWaiting }, work);
  }
}

interface Query {
  name: string | undefined;
  text: string;
  values: unknown[];
  types: typeof VALUE_TYPES;
}

function queryOf(sql: string, parameters: readonly unknown[], name: string | undefined): Query {
  return { name, text: sql, values: parameters as unknown[], types: VALUE_TYPES };
}

async function* streamRows<Row>(
  client: PoolClient,
  sql: string,
  parameters: readonly unknown[],
): AsyncGenerator<Row, void, undefined> {
  yield* client.query(new RowStream(client, sql, parameters, VALUE_TYPES)) as AsyncIterable<Row>;
}

function ignore(): void {
  // See where it is listened.
}
