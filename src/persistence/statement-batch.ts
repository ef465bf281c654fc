import { type Connection, DatabaseError, Query } from 'pg';

/** How the values of a type are read, by its number in PostgreSQL; null where they stay text. */
export type ValueParsers = (type: number) => ((text: string) => unknown) | null;

/** A statement that is about to be sent, and whoever waits for its rows. */
export interface BatchedStatement {
  /** The name under which its connection keeps it prepared; undefined for one that is not kept. */
  readonly name: string | undefined;
  readonly text: string;
  /** As PostgreSQL reads them. */
  readonly values: (string | Buffer | null)[];
  readonly resolve: (rows: unknown[]) => void;
  readonly reject: (error: unknown) => void;
}

/** What rows look like: their columns, and how the value of each is read; null where it stays text. */
interface RowShape {
  /** A row of nulls. */
  readonly empty: Readonly<Record<string, unknown>>;
  readonly columns: readonly { readonly name: string; readonly parse: ((text: string) => unknown) | null }[];
}

const NO_ROWS: RowShape = { empty: {}, columns: [] };

interface Column {
  readonly name: string;
  readonly dataTypeID: number;
}

/**
 * Several statements in one message, which PostgreSQL answers in one: they share one `Sync`, so that it runs one after
 * the other and writes to the network once. What it has said of the rows of a prepared statement is not asked for
 * again, since it refuses to run one whose rows would look different by now. The statements are one transaction where
 * none is open, so that those behind one that fails do not run.
 */
export class StatementBatch<S extends BatchedStatement> extends Query {
  private prepared = new Map<string, RowShape>();
  /** How many have been answered. */
  private answered = 0;
  private found: unknown[] = [];
  private shape: RowShape | null = null;
  /** Why the rows of the statement that is being answered cannot be read. */
  private unreadable: Error | null = null;

  /**
   * @param ended told why the connection may not be used any more, or null, and of the statements that did not run:
   *   whoever asked for these has heard nothing yet
   */
  constructor(
    readonly statements: readonly S[],
    private readonly parserOf: ValueParsers,
    private readonly ended: (failure: Error | null, left: readonly S[]) => void,
  ) {
    super({ text: '' });
  }

  /** Called by the client, as all that follows, in the order of PostgreSQL's messages. */
  override readonly submit = (connection: Connection): void => {
    this.prepared = preparedOn(connection);
    const begun = new Set<string>();
    for (const { name, text, values } of this.statements) {
      const isNew = name === undefined || !(this.prepared.has(name) || begun.has(name));
      if (isNew) connection.parse({ name: name ?? '', text, types: [] }, true);
      connection.bind({ statement: name ?? '', values }, true);
      if (isNew) connection.describe({ type: 'P' }, true);
      connection.execute(null, true);
      if (name !== undefined) begun.add(name);
    }
    connection.sync();
  };

  handleRowDescription({ fields }: { readonly fields: readonly Column[] }): void {
    this.shape = shapeOf(fields, this.parserOf);
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    this.shape ??= this.knownShape();
    try {
      this.found.push(rowOf(fields, this.shape));
    } catch (error) {
      this.unreadable ??= error as Error;
    }
  }

  handleCommandComplete(): void {
    const statement = this.statements[this.answered];
    if (statement === undefined) return;
    const { name, resolve, reject } = statement;
    if (name !== undefined && !this.prepared.has(name)) this.prepared.set(name, this.shape ?? NO_ROWS);
    if (this.unreadable === null) resolve(this.found);
    else reject(this.unreadable);
    this.answered += 1;
    this.found = [];
    this.shape = null;
    this.unreadable = null;
  }

  handleReadyForQuery(): void {
    this.ended(null, []);
  }

  handleError(error: Error): void {
    const [failed, ...left] = this.statements.slice(this.answered);
    failed?.reject(error);
    // What else happens than that a statement fails happens to the whole connection.
    const goesOn = error instanceof DatabaseError && error.severity === 'ERROR';
    if (!goesOn) for (const { reject } of left) reject(error);
    this.ended(error, goesOn ? left : []);
  }

  private knownShape(): RowShape {
    const name = this.statements[this.answered]?.name;
    return (name === undefined ? undefined : this.prepared.get(name)) ?? NO_ROWS;
  }
}

/** What each connection has prepared, by name, and what the rows of that look like. */
const preparedByConnection = new WeakMap<Connection, Map<string, RowShape>>();

function preparedOn(connection: Connection): Map<string, RowShape> {
  let prepared = preparedByConnection.get(connection);
  if (prepared === undefined) {
    prepared = new Map();
    preparedByConnection.set(connection, prepared);
  }
  return prepared;
}

function shapeOf(fields: readonly Column[], parserOf: ValueParsers): RowShape {
  return {
    empty: Object.fromEntries(fields.map(({ name }) => [name, null])),
    columns: fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) })),
  };
}

function rowOf(values: readonly (string | null)[], { empty, columns }: RowShape): unknown {
  const row: Record<string, unknown> = { ...empty };
  let index = 0;
  for (const { name, parse } of columns) {
    const value = values[index] ?? null;
    if (value !== null) row[name] = parse === null ? value : parse(value);
    index += 1;
  }
  return row;
}
