import { type Connection, DatabaseError, Query } from 'pg';

/** How the values of a type are read, by its number in PostgreSQL; null where they stay text. */
export type ValueParsers = (type: number) => ((text: string) => unknown) | null;

/** What came of a statement. */
export interface Outcome {
  readonly rows: unknown[];
  /** As PostgreSQL says it: "SELECT 2", "INSERT 0 1", "COMMIT". */
  readonly done: string;
}

/** A statement that is about to be sent, and whoever waits for what comes of it. */
export interface BatchedStatement {
  /** The name under which its connection keeps it prepared; undefined for one that is not kept. */
  readonly name: string | undefined;
  readonly text: string;
  /** As PostgreSQL reads them. */
  readonly values: (string | Buffer | null)[];
  readonly resolve: (outcome: Outcome) => void;
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

/** A connection of pg, with what its types do not have: what is prepared on it, by name. */
interface PgConnection extends Connection {
  readonly parsedStatements: Readonly<Record<string, string | undefined>>;
}

/** Codes of errors after which a connection is no more: connection exceptions, and the server going away. */
const OF_THE_CONNECTION = /^(08|57P)/;

/**
 * Several statements in one message, which PostgreSQL answers in one: they share one `Sync`, so that it runs one after
 * the other and writes to the network once. What it has said of the rows of a prepared statement is not asked for
 * again, since it refuses to run one whose rows would look different by now. The statements are one transaction where
 * none is open, so that those behind one that fails do not run.
 */
export class StatementBatch<S extends BatchedStatement> extends Query {
  /** What pg takes for the name and the text of what is being answered. */
  declare name: string | undefined;
  declare text: string;
  private shapes = new Map<string, RowShape>();
  /** What was sent, until all is over. */
  statements: readonly S[];
  /** How many have been answered. */
  private answered = 0;
  private found: unknown[] = [];
  private shape: RowShape | null = null;
  /** Why the rows of the statement that is being answered cannot be read. */
  private unreadable: Error | null = null;

  /**
   * @param ended told that all is over: of the statement that failed, or null, and of those that did not run, who have
   *   not been told anything
   */
  constructor(
    statements: readonly S[],
    private readonly parserOf: ValueParsers,
    private ended: ((failure: Error | null, left: readonly S[]) => void) | null,
  ) {
    super({ text: '' });
    this.statements = statements;
    this.next(0);
  }

  /** Called by the client, as all that follows, in the order of PostgreSQL's messages. */
  override readonly submit = (connection: Connection): void => {
    this.shapes = shapesOn(connection);
    const { parsedStatements } = connection as PgConnection;
    const sent = new Set<string>();
    for (const { name, text, values } of this.statements) {
      const isSent = name !== undefined && sent.has(name);
      const isParsed = isSent || (name !== undefined && parsedStatements[name] !== undefined);
      if (!isParsed) connection.parse({ name: name ?? '', text, types: [] }, true);
      connection.bind({ statement: name ?? '', values }, true);
      const isKnown = isSent || (name !== undefined && this.shapes.has(name));
      if (!isKnown) connection.describe({ type: 'P' }, true);
      connection.execute(null, true);
      if (name !== undefined) sent.add(name);
    }
    connection.sync();
  };

  handleRowDescription({ fields }: { readonly fields: readonly Column[] }): void {
    this.shape = shapeOf(fields, this.parserOf);
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    this.shape ??= (this.name === undefined ? undefined : this.shapes.get(this.name)) ?? NO_ROWS;
    try {
      this.found.push(rowOf(fields, this.shape));
    } catch (error) {
      this.unreadable ??= error as Error;
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const statement = this.statements[this.answered];
    if (statement === undefined) return;
    const { name, resolve, reject } = statement;
    if (name !== undefined && !this.shapes.has(name)) this.shapes.set(name, this.shape ?? NO_ROWS);
    if (this.unreadable === null) resolve({ rows: this.found, done: text });
    else reject(this.unreadable);
    this.next(this.answered + 1);
  }

  handleReadyForQuery(): void {
    this.end(null, []);
  }

  handleError(error: Error): void {
    const [failed, ...left] = this.statements.slice(this.answered);
    failed?.reject(error);
    // What else happens than that a statement fails happens to the whole connection.
    const goesOn = error instanceof DatabaseError && !OF_THE_CONNECTION.test(error.code ?? '');
    if (!goesOn) for (const { reject } of left) reject(error);
    this.end(error, goesOn ? left : []);
  }

  /**
   * Lets go of all that it held first. What waits for PostgreSQL while the garbage collector runs is an old object by
   * the time of its answer, and whatever an old object still names is kept, dead or not, until old ones are looked
   * through: the rows of most answers were.
   */
  private end(failure: Error | null, left: readonly S[]): void {
    const { ended } = this;
    this.next(this.statements.length);
    this.statements = [];
    this.shapes = new Map();
    this.ended = null;
    ended?.(failure, left);
  }

  private next(place: number): void {
    this.answered = place;
    this.name = this.statements[place]?.name;
    this.text = this.statements[place]?.text ?? '';
    this.found = [];
    this.shape = null;
    this.unreadable = null;
  }
}

/** What the rows of the statements look like that each connection has prepared, by name. */
const shapesByConnection = new WeakMap<Connection, Map<string, RowShape>>();

function shapesOn(connection: Connection): Map<string, RowShape> {
  let shapes = shapesByConnection.get(connection);
  if (shapes === undefined) {
    shapes = new Map();
    shapesByConnection.set(connection, shapes);
  }
  return shapes;
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
