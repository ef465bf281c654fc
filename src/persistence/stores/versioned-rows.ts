import { type EntityManager } from 'typeorm';

/** Types whose values are read as PostgreSQL's text. */
const AS_TEXT: readonly string[] = ['bigint', 'date', 'timestamptz'];

/** One row as it is written: its columns, a status among them, and its id; null for one that is new. */
export interface VersionedRow {
  readonly id: string | null;
  readonly status: string;
}

/** A row as it is read: the columns, the id and the version. */
export type LoadedRow<R> = R & { readonly id: string; readonly account_id: string; readonly version: number };

/**
 * The table of things that belong to accounts and go from state to state, of which each account has one ACTIVE at
 * most. Every write of a row counts its version up.
 */
export class VersionedRows<R> {
  private readonly insertSql: string;
  private readonly updateSql: string;
  private readonly loadSql: string;

  /** @param columns those that a write sets, `account_id` among them, with their types */
  constructor(
    private readonly manager: EntityManager,
    private readonly table: string,
    columns: Readonly<Record<string, string>>,
  ) {
    const names = Object.keys(columns);
    const types = Object.entries(columns);
    const record = types.map(([name, type]) => `${name} ${type}`).join(', ');
    const source = `json_to_recordset($1::json) AS r(id bigint, ${record})`;
    this.insertSql = `INSERT INTO ${table} (id, ${names.join(', ')}) SELECT id, ${names.join(', ')} FROM ${source}`;
    this.updateSql = `UPDATE ${table} SET ${names.map((name) => `${name} = r.${name}`).join(', ')},
      version = ${table}.version + 1 FROM ${source} WHERE ${table}.id = r.id`;
    this.loadSql = `SELECT id::text, version, ${types
      .map(([name, type]) => (AS_TEXT.includes(type) ? `${name}::text` : name))
      .join(', ')} FROM ${table}`;
  }

  /** The account of a row, which never changes; null where there is no such row. */
  async accountOf(id: string): Promise<string | null> {
    const [row] = await this.query<{ account_id: string }>(
      `SELECT account_id::text FROM ${this.table} WHERE id = $1`,
      [id],
    );
    return row?.account_id ?? null;
  }

  async byId(id: string): Promise<LoadedRow<R> | null> {
    return (await this.where('id = $1', [id]))[0] ?? null;
  }

  /** The rows that meet the condition, the oldest first. */
  where(condition: string, parameters: readonly unknown[]): Promise<LoadedRow<R>[]> {
    return this.query(`${this.loadSql} WHERE ${condition} ORDER BY ${this.table}.id`, parameters);
  }

  /** Writes the rows and gives their ids in the order given. One that ends makes room for the one that takes its place. */
  async save(rows: readonly VersionedRow[]): Promise<string[]> {
    const isNew = ({ id }: VersionedRow): boolean => id === null;
    const taken = await this.takeIds(rows.filter(isNew).length);
    const ids = rows.map(({ id }) => id ?? taken.shift() ?? '');
    const written = rows.map((row, index) => ({ ...row, id: ids[index] }));
    const pick = (which: (row: VersionedRow) => boolean): object[] =>
      written.filter((_, index) => rows[index] !== undefined && which(rows[index]));
    await this.write(
      this.updateSql,
      pick((row) => !isNew(row) && row.status !== 'ACTIVE'),
    );
    await this.write(
      this.updateSql,
      pick((row) => !isNew(row) && row.status === 'ACTIVE'),
    );
    await this.write(this.insertSql, pick(isNew));
    return ids;
  }

  /** Runs SQL beside that, in the same transaction. */
  query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.manager.query(sql, [...parameters]);
  }

  private async takeIds(count: number): Promise<string[]> {
    if (count === 0) return [];
    const rows = await this.query<{ id: string }>(
      `SELECT nextval('${this.table}_id_seq')::text AS id FROM generate_series(1, $1)`,
      [count],
    );
    return rows.map(({ id }) => id);
  }

  private async write(sql: string, rows: readonly object[]): Promise<void> {
    if (rows.length > 0) await this.manager.query(sql, [JSON.stringify(rows)]);
  }
}
