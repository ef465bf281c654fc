import { isNativeError } from 'node:util/types';
import { DatabaseError, Pool, type PoolClient, type PoolConfig, types } from 'pg';
import { Interruption } from '../../app/ports/interruption';
import { StatementCanceller } from '../statement-canceller';
import { StatementNames } from '../statement-names';
import { type WorkScope } from '../work-scope';
import { RowStream } from './row-stream';

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

/** The connections of a pool, as of now. */
export interface PoolUse {
  readonly total: number;
  readonly idle: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
}

/** How many streams and snapshots may be read at once: they take long, and must not keep others from reading. */
export const LONG_WORK_CONNECTIONS = 4;

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

/**
 * PostgreSQL plans a list of one key anew each time, since it expects lists to be longer: that takes longer than
 * reading what has the key. A plan that stays must not be to scan a table, which may be small only for now.
 */
const PLAN_MODES = {
  once: planMode('force_generic_plan', 'off'),
  asPostgresSeesFit: planMode('auto', 'on'),
} as const;
type PlanMode = keyof typeof PLAN_MODES;

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

/** A statement that is about to be sent, and whoever waits for its rows. */
interface Asked {
  readonly query: Query;
  readonly onePlan: boolean;
  readonly resolve: (rows: unknown[]) => void;
  readonly reject: (error: unknown) => void;
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
  private readonly planModes = new WeakMap<PoolClient, PlanMode>();
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
    const query = queryOf(sql, parameters, unnamed ? undefined : this.names.of(sql));
    try {
      return (await new Promise<unknown[]>((resolve, reject) => {
        this.ask({ query, onePlan, resolve, reject }, unnamed);
      })) as Row[];
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
    this.hold<undefined>(this.pool, (client, done) => {
      const { stream } = client.connection;
      let left = together.length;
      let failure: Error | null = null;
      stream.cork();
      this.planAs(
        together.every(({ onePlan }) => onePlan) ? 'once' : 'asPostgresSeesFit',
        client,
        (error) => {
          failure ??= error;
        },
      );
      for (const { query, resolve, reject } of together) {
        client.query(query, (error: Error | null, result: { rows: unknown[] } | undefined) => {
          failure ??= error;
          if (error) reject(error);
          else resolve(result?.rows ?? []);
          left -= 1;
          if (left === 0) done(failure);
        });
      }
      stream.uncork();
    }).catch((error: unknown) => {
      for (const { reject } of together) reject(error);
    });
  }

  /** Says so where it is another way than the connection's last statements; a connection that fails is dropped. */
  private planAs(mode: PlanMode, client: PoolClient, failed: (error: Error | null) => void): void {
    if ((this.planModes.get(client) ?? 'asPostgresSeesFit') === mode) return;
    this.planModes.set(client, mode);
    client.query(PLAN_MODES[mode], failed);
  }

  async *stream<Row>(
    sql: string,
    parameters: readonly unknown[] = [],
    { signal }: StreamOptions = {},
  ): AsyncGenerator<Row, void, undefined> {
    this.refuseCrowd(this.longWork);
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
    const pools = [this.pool, this.longWork];
    const sum = (count: (pool: Pool) => number): number =>
      pools.reduce((total, pool) => total + count(pool), 0);
    return {
      idle: sum(({ idleCount }) => idleCount),
      total: sum(({ totalCount }) => totalCount),
      waiting: sum(({ waitingCount }) => waitingCount),
    };
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

  /**
   * Works on a connection, which goes back to the pool once that is done; where it failed it is dropped. Where the
   * work's scope ends first, the caller hears of it at once, and what runs is cancelled. Callbacks, since every read
   * comes by here and promises would cost it a tenth.
   */
  private hold<T>(pool: Pool, work: (client: PoolClient, done: Done<T>) => void): Promise<T> {
    const { scope } = this;
    return new Promise<T>((resolve, reject) => {
      scope?.throwIfEnded();
      this.refuseCrowd(pool);
      let held: PoolClient | undefined;
      let cancelled: { readonly hasEnded: () => void } | undefined;
      const stopWatching = scope?.watch((reason) => {
        reject(reason);
        const ended = new Promise<void>((hasEnded) => {
          cancelled = { hasEnded };
        });
        if (held !== undefined) this.cancel(held, ended);
      });
      pool.connect((error, client, release) => {
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

  private refuseCrowd(pool: Pool): void {
    if (crowdOf(pool) >= this.mostWaiting) throw noConnection();
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

/** The number by which the server knows the session; the types of pg do not have it. */
export function pidOf(client: PoolClient): number {
  return (client as PoolClient & { readonly processID: number }).processID;
}

interface Query {
  name: string | undefined;
  text: string;
  values: unknown[];
  types: typeof TYPES;
}

function planMode(cache: string, scans: string): { readonly name: string; readonly text: string } {
  const text = `SELECT set_config('plan_cache_mode', '${cache}', false), set_config('enable_seqscan', '${scans}', false)`;
  return { name: `plan-${cache}`, text };
}

function queryOf(sql: string, parameters: readonly unknown[], name: string | undefined): Query {
  return { name, text: sql, values: parameters as unknown[], types: TYPES };
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
