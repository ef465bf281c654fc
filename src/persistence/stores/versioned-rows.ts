import { type EntityManager } from 'typeorm';
import { type AccountNames } from '../../app/ports/account-names';
import { idsOfNamed } from './account-names';

/** Types whose values are read as PostgreSQL's text. */
const AS_TEXT: readonly string[] = ['bigint', 'date', 'timestamptz'];

/** One row as it is written: its columns, a status among them, and its id; null for one that is new. */
export interface VersionedRow {
  readonly id: string | null;
  readonly status: string;
}

/** A row as it is read: the columns, the id and the version. */
export type LoadedRow<R> = R & { readonly id: string; readonly account_id: string; readonly version: number };

/** The statements about one table. */
interface Statements {
  readonly reserve: string;
  readonly insert: string;
  readonly update: string;
  readonly load: string;
}

/**
 * A table of things that belong to accounts and go from state to state, of which each account has one ACTIVE at
 * most. Every write of a row counts its version up.
 */
export class VersionedTable {
  readonly statements: Statements;

  /** @param columns those that a write sets, `account_id` among them, with their types */
  constructor(
    readonly name: string,
    columns: Readonly<Record<string, string>>,
  ) {
    const names = Object.keys(columns);
    const types = Object.entries(columns);
    const record = types.map(([column, type]) => `${column} ${type}`).join(', ');
    const taken = names.map((column) => `r.${column}`).join(', ');
    this.statements = {
      reserve: `SELECT nextval('${name}_id_seq')::text AS id FROM generate_series(1, $1)`,
      insert: `INSERT INTO ${name} (id, ${names.join(', ')})
        SELECT coalesce(r.id, nextval('${name}_id_seq')), ${taken}
        FROM ROWS FROM (json_to_recordset($1::json) AS (id bigint, ${record}))
          WITH ORDINALITY AS r(id, ${names.join(', ')}, position)
        ORDER BY position RETURNING id::text`,
      update: `UPDATE ${name} SET ${names.map((column) => `${column} = r.${column}`).join(', ')},
        version = ${name}.version + 1
        FROM json_to_recordset($1::json) AS r(id bigint, ${record}) WHERE ${name}.id = r.id`,
      load: `SELECT id::text, version, ${types
        .map(([column, type]) => (AS_TEXT.includes(type) ? `${column}::text` : column))
        .join(', ')} FROM ${name}`,
    };
  }
}

/** The rows of such a table, in one transaction. */
export class VersionedRows<R> {
  /** Ids of rows that are still to be written. */
  private reserved: string[] = [];

  constructor(
    private readonly manager: EntityManager,
    private readonly table: VersionedTable,
  ) {}

  /** The account of a row, which never changes; null where there is no such row. */
  async accountOf(id: string): Promise<string | null> {
    const [row] = await this.query<{ account_id: string }>(
      `SELECT account_id::text FROM ${this.table.name} WHERE id = $1`,
      [id],
    );
    return row?.account_id ?? null;
  }

  async byId(id: string): Promise<LoadedRow<R> | null> {
    return (await this.where('id = $1', [id]))[0] ?? null;
  }

  /** The rows that meet the condition, the oldest first. */
  where(condition: string, parameters: readonly unknown[]): Promise<LoadedRow<R>[]> {
    const { name, statements } = this.table;
    return this.query(`${statements.load} WHERE ${condition} ORDER BY ${name}.id`, parameters);
  }

  /** Those of the accounts that meet the condition, the oldest first. */
  async ofAccounts({ ids, externalIds }: AccountNames, condition: string): Promise<LoadedRow<R>[]> {
    if (externalIds.length > 0) {
      return this.where(`account_id = ANY(${idsOfNamed('$1', '$2')}) AND ${condition}`, [ids, externalIds]);
    }
    return ids.length === 0 ? [] : this.where(`account_id = ANY($1::bigint[]) AND ${condition}`, [ids]);
  }

  /** Takes ids for rows that may be added, so that `save` need not wait for theirs. */
  async reserve(count: number): Promise<void> {
    const rows = await this.query<{ id: string }>(this.table.statements.reserve, [count]);
    this.reserved.push(...rows.map(({ id }) => id));
  }

  /**
   * Writes the rows and gives their ids in the order given, waiting for those of new ones alone, and only where too few
   * were reserved. One that ends makes room for the one that takes its place.
   */
  async save(rows: readonly VersionedRow[]): Promise<string[]> {
    const known = rows.filter(({ id }) => id !== null);
    this.change(known.filter(({ status }) => status !== 'ACTIVE'));
    this.change(known.filter(({ status }) => status === 'ACTIVE'));
    const added = await this.add(rows.filter(({ id }) => id === null));
    return rows.map(({ id }) => id ?? added.shift() ?? '');
  }

  /** Runs SQL beside that, in the same transaction. */
  query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.manager.query(sql, [...parameters]);
  }

  private async add(rows: readonly VersionedRow[]): Promise<string[]> {
    if (rows.length === 0) return [];
    const ids = this.reserved.splice(0, rows.length);
    const written = rows.map((row, index) => ({ ...row, id: ids[index] ?? null }));
    const answer = this.query<{ id: string }>(this.table.statements.insert, [JSON.stringify(written)]);
    return ids.length === rows.length ? ids : (await answer).map(({ id }) => id);
  }

  private change(rows: readonly VersionedRow[]): void {
    if (rows.length > 0) void this.query(this.table.statements.update, [JSON.stringify(rows)]);
  }
}
