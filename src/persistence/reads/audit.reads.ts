import { type AuditEntryView, type AuditFilter, type AuditReads } from '../../app/ports/audit';
import { type Window } from '../../app/ports/list';
import { type SqlReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const NEWEST_FIRST: readonly SortKey[] = [{ expression: 'e.id', type: 'bigint', descending: true }];

const COLUMNS = `e.id::text AS id, e.occurred_at AS "occurredAt", e.actor_id AS "actorId",
  e.actor_name AS "actorName", e.request_id AS "requestId", e.action, e.subject, e.subject_id::text AS "subjectKey",
  e.account_id::text AS "accountId", (
    SELECT jsonb_agg(jsonb_build_object('field', field, 'before', e.before ->> field, 'after', e.after ->> field)
      ORDER BY field)
    FROM jsonb_object_keys(coalesce(e.after, e.before)) AS field
  ) AS changes, jsonb_build_array(e.id::text) AS cursor`;

interface Loaded extends Omit<AuditEntryView, 'changes'> {
  readonly changes: AuditEntryView['changes'] | null;
}

export class SqlAuditReads implements AuditReads {
  constructor(private readonly database: SqlReader) {}

  async page(where: AuditFilter, window: Window): Promise<AuditEntryView[]> {
    const parameters = new Parameters();
    const { orderBy, condition } = keyset(NEWEST_FIRST, window, (value) => parameters.bind(value));
    const rows = await this.database.rows<Loaded>(
      `SELECT ${COLUMNS} FROM audit_entry e WHERE ${compile(where, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
    return rows.map(entryOf);
  }

  async count(where: AuditFilter): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM audit_entry e WHERE ${compile(where, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  async byIds(ids: readonly string[]): Promise<AuditEntryView[]> {
    const rows = await this.database.rows<Loaded>(
      `SELECT ${COLUMNS} FROM audit_entry e WHERE e.id = ANY($1::bigint[])`,
      [ids],
    );
    return rows.map(entryOf);
  }
}

function compile(where: AuditFilter, parameters: Parameters): string {
  const conditions = ['true'];
  const add = (value: unknown, condition: (placeholder: string) => string): void => {
    if (value !== null && value !== undefined) conditions.push(condition(parameters.bind(value)));
  };
  add(where.subjects, (value) => `e.subject = ANY(${value}::text[])`);
  add(where.actions, (value) => `e.action = ANY(${value}::text[])`);
  add(where.subjectKey, (value) => `e.subject_id = ${value}::bigint`);
  add(where.accountId, (value) => `e.account_id = ${value}::bigint`);
  add(where.actorId, (value) => `e.actor_id = ${value}::text`);
  add(where.requestId, (value) => `e.request_id = ${value}::text`);
  add(where.from, (value) => `e.occurred_at >= ${value}::timestamptz`);
  add(where.to, (value) => `e.occurred_at < ${value}::timestamptz`);
  return conditions.join(' AND ');
}

/** Fields have the names of the API instead of those of the columns. */
function entryOf({ changes, ...entry }: Loaded): AuditEntryView {
  return {
    ...entry,
    changes: (changes ?? []).map(({ field, ...values }) => ({ field: camelCase(field), ...values })),
  };
}

function camelCase(column: string): string {
  return column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
