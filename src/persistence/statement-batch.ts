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
  readonly _result: RowForm & QueryResult;
  readonly _results: QueryResult | readonly QueryResult[];
  _accumulateRows: boolean;
  _checkForMultirow(): void;
  handleRowDescription(message: unknown): void;
  handleCommandComplete(message: unknown, connection: PgConnection): void;
}

/** How the rows of a result are read. */
interface RowForm {
  fields: QueryResult['fields'];
  _parsers: unknown;
  _prebuiltEmptyResultObject: unknown;
}

interface PgConnection extends Connection {
  /** What is prepared on the connection, and what is sent to be prepared, by name. */
  readonly parsedStatements: Record<string, string | undefined>;
  readonly submittedNamedStatements: Record<string, string | undefined>;
}

const PgQuery = pg.Query as unknown as new (config: { text: string; name: string | undefined }) => PgQuery;
/** How the rows of the statements that a connection keeps prepared are read, by name; null for those without rows. */
const FORMS = new WeakMap<PgConnection, Map<string, RowForm | null>>();

const { prepareValue } = (pg as unknown as { utils: { prepareValue: (value: unknown) => unknown } }).utils;

/**
 * Statements that are sent in one message and answered in one: PostgreSQL is asked to answer after the last of them,
 * and leaves out what comes after one that fails. Alone, each of them would be answered by a message of its own, which
 * costs both sides more than most of the statements do.
 *
 * What the rows of a prepared statement look like is asked for once: PostgreSQL refuses to run one whose rows have come
 * to look otherwise.
 *
 * To pg it is one query with several results.
 */
export class StatementBatch extends PgQuery {
  private completed = 0;
  /** How the rows of each statement are read; undefined for those that PostgreSQL is asked about. */
  private readonly forms: (RowForm | null | undefined)[] = [];
  private form: RowForm | null = null;
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
    const known = formsOf(connection);
    for (const { name, text, values } of this.statements) {
      try {
        const bound = values.map((value) => prepareValue(value)) as (string | null)[];
        this.parseOnce(connection, name, text);
        connection.bind({ statement: name, values: bound }, true);
        const form = known.get(name ?? '');
        if (form === undefined) connection.describe({ type: 'P' }, true);
        connection.execute(null, true);
        this.forms.push(form);
      } catch (error) {
        // Neither is anything that comes after it.
        this.unsent = error as Error;
        break;
      }
    }
    connection.sync();
    this.expect();
  }

  override handleRowDescription(message: unknown): void {
    super.handleRowDescription(message);
    const { fields, _parsers, _prebuiltEmptyResultObject } = this._result;
    this.form = { fields, _parsers, _prebuiltEmptyResultObject };
  }

  override handleCommandComplete(message: unknown, connection: PgConnection): void {
    super.handleCommandComplete(message, connection);
    if (this.name !== undefined) formsOf(connection).set(this.name, this.form);
    this.completed += 1;
    this.expect();
  }

  /** What pg hears next is about the next statement. */
  private expect(): void {
    const next = this.statements[this.completed];
    this.name = next?.name;
    this.text = next?.text ?? '';
    this.form = this.forms[this.completed] ?? null;
    if (this.form === null) return;
    this._checkForMultirow();
    Object.assign(this._result, this.form);
    this._accumulateRows = true;
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

function formsOf(connection: PgConnection): Map<string, RowForm | null> {
  const known = FORMS.get(connection);
  if (known !== undefined) return known;
  const forms = new Map<string, RowForm | null>();
  FORMS.set(connection, forms);
  return forms;
}
