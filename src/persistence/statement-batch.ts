import pg, { type Connection, type QueryResult } from 'pg';

/** One statement of a batch, and whoever waits for its answer. */
export interface BatchedStatement {
  /** The name by which the connection keeps it prepared; undefined for one that is prepared anew. */
  readonly name: string | undefined;
  readonly text: string;
  readonly values: readonly unknown[];
  /** Called once: with what went wrong in it or before it, or with what came of it. */
  readonly settle: (error: Error | null, result?: QueryResult) => void;
}

/** What pg's own queries are made of, and its connections; its types do not have it. */
interface PgQuery {
  text: string;
  name: string | undefined;
  callback: (error: Error | null, results?: QueryResult | readonly QueryResult[]) => void;
  readonly _results: QueryResult | readonly QueryResult[];
  handleCommandComplete(message: unknown, connection: PgConnection): void;
}

interface PgConnection extends Connection {
  /** What is prepared on the connection, and what is sent to be prepared, by name. */
  readonly parsedStatements: Record<string, string | undefined>;
  readonly submittedNamedStatements: Record<string, string | undefined>;
}

const PgQuery = pg.Query as unknown as new (config: { text: string; name: string | undefined }) => PgQuery;
const { prepareValue } = (pg as unknown as { utils: { prepareValue: (value: unknown) => unknown } }).utils;

/**
 * Statements that are sent in one message and answered in one: PostgreSQL is asked to answer after the last of them,
 * and leaves out what comes after one that fails. Alone, each of them would be answered by a message of its own, which
 * costs both sides more than most of the statements do.
 *
 * To pg it is one query with several results.
 */
export class StatementBatch extends PgQuery {
  private completed = 0;
  private unsent: Error | null = null;
  /** Each forgets that a statement was sent to be prepared. */
  private readonly forget: (() => void)[] = [];

  constructor(readonly statements: readonly [BatchedStatement, ...BatchedStatement[]]) {
    super(statements[0]);
    this.callback = (error, results = this._results) => {
      this.settle(error ?? this.unsent, Array.isArray(results) ? results : [results]);
    };
  }

  requiresPreparation(): boolean {
    return true;
  }

  /** Called by pg when the batch is to be sent. */
  prepare(connection: PgConnection): void {
    for (const { name, text, values } of this.statements) {
      try {
        const bound = values.map((value) => prepareValue(value)) as (string | null)[];
        this.parseOnce(connection, name, text);
        connection.bind({ statement: name, values: bound }, true);
        connection.describe({ type: 'P' }, true);
        connection.execute(null, true);
      } catch (error) {
        // Neither is anything that comes after it.
        this.unsent = error as Error;
        break;
      }
    }
    connection.sync();
  }

  override handleCommandComplete(message: unknown, connection: PgConnection): void {
    super.handleCommandComplete(message, connection);
    this.completed += 1;
    // What pg hears next is about the next one.
    const next = this.statements[this.completed];
    this.name = next?.name;
    this.text = next?.text ?? '';
  }

  private parseOnce(connection: PgConnection, name: string | undefined, text: string): void {
    if (name === undefined) {
      connection.parse({ name: '', text, types: [] }, true);
      return;
    }
    const { parsedStatements: parsed, submittedNamedStatements: submitted } = connection;
    if (parsed[name] !== undefined || submitted[name] !== undefined) return;
    connection.parse({ name, text, types: [] }, true);
    submitted[name] = text;
    this.forget.push(() => {
      Reflect.deleteProperty(submitted, name);
    });
  }

  /** Those that were run have what came of them, whatever happened afterwards. */
  private settle(error: Error | null, results: readonly QueryResult[]): void {
    // What is prepared by now is noted as such, and the rest was left out.
    for (const forget of this.forget) forget();
    this.statements.forEach(({ settle }, index) => {
      if (index < this.completed) settle(null, results[index]);
      else settle(error ?? new Error('the statement was not answered'));
    });
  }
}
