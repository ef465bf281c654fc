import { type AccountFilter } from '../../app/ports/account-filter';
import { type EventFilter, type EventPosition, type EventReads, type EventView } from '../../app/ports/event';
import { type Window } from '../../app/ports/list';
import { compileAccountFilter } from './account-filter';
import { type DatabaseReader } from './database-reader';
import { Parameters } from './parameters';

const COLUMNS = `e.id::text AS id, e.transaction::text AS transaction, e.type, e.account_id::text AS "accountId",
  e.subject_id::text AS "subjectId", e.data, e.actor_id AS "actorId", e.actor_name AS "actorName",
  e.request_id AS "requestId", e.occurred_at AS "occurredAt",
  jsonb_build_array(e.transaction::text, e.id::text) AS cursor`;

/** The oldest transaction that still ran when the statement began; all before it have ended. */
const OLDEST_RUNNING = `pg_snapshot_xmin(pg_current_snapshot())::text::bigint`;
const SETTLED = `e.transaction < ${OLDEST_RUNNING}`;

export class SqlEventReads implements EventReads {
  constructor(private readonly database: DatabaseReader) {}

  async after({ transaction, id }: EventPosition, limit: number): Promise<EventView[]> {
    return this.database.rows<EventView>(
      `SELECT ${COLUMNS} FROM event e
       WHERE (e.transaction, e.id) > ($1::bigint, $2::bigint) AND ${SETTLED}
       ORDER BY e.transaction, e.id LIMIT $3::int`,
      [transaction, id, limit],
    );
  }

  async end(): Promise<EventPosition> {
    const [row] = await this.database.rows<{ transaction: string }>(
      `SELECT ${OLDEST_RUNNING}::text AS transaction`,
    );
    // Before the first event of the oldest transaction that is yet to be read.
    return { transaction: row?.transaction ?? '0', id: '0' };
  }

  async positionOf(id: string): Promise<EventPosition | null> {
    const [row] = await this.database.rows<EventPosition>(
      `SELECT e.transaction::text AS transaction, e.id::text AS id FROM event e WHERE e.id = $1::bigint`,
      [id],
    );
    return row ?? null;
  }

  async ofAccountsLike(account: AccountFilter, ids: readonly string[]): Promise<string[]> {
    const parameters = new Parameters();
    const rows = await this.database.rows<{ id: string }>(
      `SELECT e.id::text AS id FROM event e
       WHERE e.id = ANY(${parameters.bind(ids)}::bigint[]) AND ${accountsLike(account, parameters)}`,
      parameters.values,
    );
    return rows.map(({ id }) => id);
  }

  async page(where: EventFilter, oldestFirst: boolean, window: Window): Promise<EventView[]> {
    const parameters = new Parameters();
    // In the very order of the index, which has no place for missing values.
    const [beyond, direction] = oldestFirst === window.backward ? ['<', 'DESC'] : ['>', 'ASC'];
    const start =
      window.after === null
        ? 'true'
        : `(e.transaction, e.id) ${beyond} (${window.after.map((value) => `${parameters.bind(value)}::bigint`).join()})`;
    return this.database.rows<EventView>(
      `SELECT ${COLUMNS} FROM event e WHERE ${compile(where, parameters)} AND ${start}
       ORDER BY e.transaction ${direction}, e.id ${direction} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async count(where: EventFilter): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM event e WHERE ${compile(where, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  async byIds(ids: readonly string[]): Promise<EventView[]> {
    return this.database.byKey<EventView>(`SELECT ${COLUMNS} FROM event e WHERE e.id = ANY($1::bigint[])`, [
      ids,
    ]);
  }
}

function compile(where: EventFilter, parameters: Parameters): string {
  const conditions = [SETTLED];
  const add = (value: unknown, condition: (placeholder: string) => string): void => {
    if (value !== null && value !== undefined) conditions.push(condition(parameters.bind(value)));
  };
  add(where.types, (value) => `e.type = ANY(${value}::text[])`);
  add(where.accountIds, (value) => `e.account_id = ANY(${value}::bigint[])`);
  add(where.actorId, (value) => `e.actor_id = ${value}::text`);
  add(where.from, (value) => `e.occurred_at >= ${value}::timestamptz`);
  add(where.to, (value) => `e.occurred_at < ${value}::timestamptz`);
  if (where.account) conditions.push(accountsLike(where.account, parameters));
  return conditions.join(' AND ');
}

function accountsLike(account: AccountFilter, parameters: Parameters): string {
  return `EXISTS (SELECT FROM account a WHERE a.id = e.account_id AND ${compileAccountFilter(account, parameters)})`;
}
