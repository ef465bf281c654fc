import { type Socket } from 'node:net';
import { isNativeError } from 'node:util/types';
import { DatabaseError, Pool, type PoolClient, types } from 'pg';
import { Interruption } from '../../app/ports/interruption';
import { StatementCanceller } from '../statement-canceller';
import { StatementNames } from '../statement-names';
import { type WorkScope } from '../work-scope';
import { RowStream } from './row-stream';

export interface DatabaseReaderOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  /** The most connections that reads may hold at once. */
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
  /**
   * @param unnamed true where the best plan depends on the values, or where the text hardly ever repeats: the
   * statement is then planned anew each time instead of being prepared under a name
   */
  rows<Row>(sql: string, parameters?: readonly unknown[], options?: { unnamed?: boolean }): Promise<Row[]>;
  /** The rows one after another, as of one moment and in constant memory. */
  stream<Row>(sql: string, parameters?: readonly unknown[], options?: StreamOptions): AsyncIterable<Row>;
}

export interface StreamOptions {
  /** Ends the statement once nobody waits for its rows any more. */
  readonly signal?: AbortSignal | undefined;
}

/** The connections of a pool, as of now. */
export interface PoolUse {
  readonly total: number;
  readonly idle: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** What the pool says when nobody has given a connection back for that long. */
const WAITED_IN_VAIN = 'timeout exceeded when trying to connect';

/**
 * Compiling a statement costs more than any of these reads gains by it. One question keeps to one core, so that
 * it cannot starve the others (and what workers would have to sort, each of them would sort again); in return it
 * may sort in memory.
 */
const SESSION =
  '-c timezone=UTC -c datestyle=ISO -c jit=off -c max_parallel_workers_per_gather=0 -c work_mem=32MB';

/** How values are read, by the type's number in PostgreSQL; every other type stays text. */
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  [types.builtins.BOOL]: (text) => text === 't',
  [types.builtins.INT2]: Number,
  [types.builtins.INT4]: Number,
  [types.builtins.FLOAT4]: Number,
  [types.builtins.FLOAT8]: Number,
  [types.builtins.JSON]: (text) => JSON.parse(text) as unknown,
  [types.builtins.JSONB]: (text) => JSON.parse(text) as unknown,
};

/** Arrays of text, bigint, date, timestamptz and numeric come as arrays of text. */
const TEXT_ARRAY = 1009;
const ARRAYS_OF_TEXT: readonly number[] = [TEXT_ARRAY, 1015, 1016, 1182, 1185, 1231];
const ARRAYS_OF_INTEGERS: readonly number[] = [1005, 1007];
const arrayParser = types.getTypeParser as (type: number, format: 'text') => (text: string) => unknown;

// Given with each query: `pg.types.setTypeParser` would change TypeORM's values too.
const TYPES = {
  getTypeParser(type: number): (text: string) => unknown {
    if (ARRAYS_OF_TEXT.includes(type)) return arrayParser(TEXT_ARRAY, 'text');
    if (ARRAYS_OF_INTEGERS.includes(type)) return arrayParser(type, 'text');
    return PARSERS[type] ?? asText;
  },
};

function asText(text: string): string {
  return text;
}

/** A pool of connections for reading, with prepared statements. Sessions are in UTC and write ISO dates. */
export class DatabaseReader implements SqlReader {
  private readonly pool: Pool;
  private readonly names = new StatementNames();
  private readonly connections = new Set<PoolClient>();
  private readonly canceller: StatementCanceller;
  private readonly mostWaiting: number;
  protected scope: WorkScope | undefined;

  constructor({
    url,
    max,
    applicationName,
    connectTimeoutMs = CONNECT_TIMEOUT_MS,
    mostWaiting = MOST_WAITING,
  }: DatabaseReaderOptions) {
    this.canceller = new StatementCanceller(url, applicationName);
    this.mostWaiting = mostWaiting;
    this.pool = new Pool({
      connectionString: url,
      max,
      application_name: applicationName,
      connectionTimeoutMillis: connectTimeoutMs,
      options: SESSION,
    });
    this.pool.on('connect', (client) => {
      this.connections.add(client);
      // One that is lost between two statements tells the next one; unheard, it would end the process.
      client.on('error', ignore);
    });
    this.pool.on('remove', (client) => this.connections.delete(client));
    // The pool drops a connection that is lost while idle and makes another when one is needed.
    this.pool.on('error', ignore);
  }

  /** The same connections for one piece of work: what it reads, save streams, ends with it. */
  within(scope: WorkScope | null): DatabaseReader {
    if (scope === null) return this;
    const reader = Object.create(this) as DatabaseReader;
    reader.scope = scope;
    return reader;
  }

  async rows<Row>(
    sql: string,
    parameters: readonly unknown[] = [],
    { unnamed = false } = {},
  ): Promise<Row[]> {
    const query = queryOf(sql, parameters, unnamed ? undefined : this.names.of(sql));
    try {
      return await this.hold<Row[]>((client, done) => {
        const answered = (error: Error | null, result: { rows: unknown[] } | undefined): void => {
          done(error, result?.rows as Row[] | undefined);
        };
        client.query(query, answered);
      });
    } catch (error) {
      // The stack of pg's own errors leads to the socket; this one leads to the read.
      if (error instanceof DatabaseError) Error.captureStackTrace(error);
      throw error;
    }
  }

  async *stream<Row>(
    sql: string,
    parameters: readonly unknown[] = [],
    { signal }: StreamOptions = {},
  ): AsyncGenerator<Row, void, undefined> {
    this.refuseCrowd();
    const client = await this.pool.connect().catch((error: unknown) => {
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
    return this.hold((client, done) => {
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
    const { idleCount, totalCount, waitingCount } = this.pool;
    return { idle: idleCount, total: totalCount, waiting: waitingCount };
  }

  /** Breaks all connections, so that whoever waits for a server that is gone fails instead of waiting on. */
  breakConnections(): void {
    for (const client of this.connections) {
      (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    }
  }

  /** Closes the connections once their statements have ended. */
  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.canceller.close()]);
  }

  /**
   * Works on a connection, which goes back to the pool once that is done; where it failed it is dropped. Where the
   * work's scope ends first, the caller hears of it at once, and what runs is cancelled. Callbacks, since every read
   * comes by here and promises would cost it a tenth.
   */
  private hold<T>(work: (client: PoolClient, done: Done<T>) => void): Promise<T> {
    const { scope } = this;
    return new Promise<T>((resolve, reject) => {
      scope?.throwIfEnded();
      this.refuseCrowd();
      let held: PoolClient | undefined;
      let cancelled: { readonly hasEnded: () => void } | undefined;
      const stopWatching = scope?.watch((reason) => {
        reject(reason);
        const ended = new Promise<void>((hasEnded) => {
          cancelled = { hasEnded };
        });
        if (held !== undefined) this.cancel(held, ended);
      });
      this.pool.connect((error, client, release) => {
        if (client === undefined) {
          stopWatching?.();
          reject(failureToConnect(error));
          return;
        }
        if (cancelled !== undefined) {
          release();
          return;
        }
        held = client;
        work(client, (failure, result) => {
          if (cancelled !== undefined) {
            cancelled.hasEnded();
            return;
          }
          stopWatching?.();
          release(failure ?? undefined);
          if (failure === null || failure === undefined) resolve(result as T);
          else reject(failure);
        });
      });
    });
  }

  private cancel(client: PoolClient, ended: Promise<void>): void {
    void this.canceller.cancelUntilEnded(pidOf(client), ended).then(() => {
      client.release(true);
    });
  }

  private refuseCrowd(): void {
    if (crowdOf(this.pool) >= this.mostWaiting) throw noConnection();
  }
}

type Done<T> = (failure: Error | null | undefined, result?: T) => void;

/** How many wait for a connection that there is neither for them nor room for; below 0 where there is more room than that. */
export function crowdOf({ waitingCount, idleCount, totalCount, options }: Pool): number {
  return waitingCount - idleCount - (options.max - totalCount);
}

function failureToConnect(error: unknown): Error {
  if (!isNativeError(error)) return new Error('no connection');
  return error.message === WAITED_IN_VAIN ? noConnection() : error;
}

/** That all connections are busy, and others wait for them already. */
export function noConnection(): Interruption {
  return Interruption.overloaded('all connections to the database are busy');
}

// The types of pg do not know it.
function pidOf(client: PoolClient): number {
  return (client as PoolClient & { readonly processID: number }).processID;
}

interface Query {
  name?: string;
  text: string;
  values: unknown[];
  types: typeof TYPES;
}

function queryOf(sql: string, parameters: readonly unknown[], name: string | undefined): Query {
  return { ...(name === undefined ? {} : { name }), text: sql, values: [...parameters], types: TYPES };
}

async function* streamRows<Row>(
  client: PoolClient,
  sql: string,
  parameters: readonly unknown[],
): AsyncGenerator<Row, void, undefined> {
  yield* client.query(new RowStream(client, sql, parameters, TYPES)) as AsyncIterable<Row>;
}

function ignore(): void {
  // See where it is listened.
}
