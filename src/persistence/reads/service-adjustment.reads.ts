import { type Window } from '../../app/ports/list';
import {
  type AdjustmentFilter,
  type AdjustmentReads,
  type AdjustmentView,
} from '../../app/ports/service-adjustment';
import { compileAccountFilter } from './account-filter';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const COLUMNS = `s.id::text AS id, s.account_id::text AS "accountId", s.kind, s.status, s.grounds, s.until_on AS until,
  s.note, s.created_by AS "createdBy", s.created_at AS "createdAt", s.started_on AS "startedOn",
  s.decided_by AS "decidedBy", s.decided_at AS "decidedAt", s.ended_by AS "endedBy", s.ended_on AS "endedOn",
  s.end_reason AS "endReason", s.end_note AS "endNote", s.version, jsonb_build_array(s.id::text) AS cursor`;

const NEWEST_FIRST: readonly SortKey[] = [{ expression: 's.id', type: 'bigint', descending: true }];

export class SqlAdjustmentReads implements AdjustmentReads {
  constructor(private readonly database: DatabaseReader) {}

  async page(where: AdjustmentFilter, window: Window): Promise<AdjustmentView[]> {
    const parameters = new Parameters();
    const { orderBy, condition } = keyset(NEWEST_FIRST, window, (value) => parameters.bind(value));
    return this.database.rows<AdjustmentView>(
      `SELECT ${COLUMNS} FROM service_adjustment s WHERE ${compile(where, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async count(where: AdjustmentFilter): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM service_adjustment s WHERE ${compile(where, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  async byIds(ids: readonly string[]): Promise<AdjustmentView[]> {
    return this.database.byKey<AdjustmentView>(
      `SELECT ${COLUMNS} FROM service_adjustment s WHERE s.id = ANY($1::bigint[])`,
      [ids],
    );
  }

  async activeOf(accountIds: readonly string[]): Promise<AdjustmentView[]> {
    return this.database.byKey<AdjustmentView>(
      `SELECT ${COLUMNS} FROM service_adjustment s WHERE s.account_id = ANY($1::bigint[]) AND s.status = 'ACTIVE'`,
      [accountIds],
    );
  }
}

function compile(where: AdjustmentFilter, parameters: Parameters): string {
  const conditions = ['true'];
  const add = (value: unknown, condition: (placeholder: string) => string): void => {
    if (value !== null && value !== undefined) conditions.push(condition(parameters.bind(value)));
  };
  add(where.accountId, (value) => `s.account_id = ${value}::bigint`);
  add(where.statuses, (value) => `s.status = ANY(${value}::text[])`);
  add(where.kinds, (value) => `s.kind = ANY(${value}::text[])`);
  add(where.grounds, (value) => `s.grounds = ANY(${value}::text[])`);
  add(where.untilFrom, (value) => `s.until_on >= ${value}::date`);
  add(where.untilTo, (value) => `s.until_on <= ${value}::date`);
  if (where.account) {
    conditions.push(
      `EXISTS (SELECT FROM account a WHERE a.id = s.account_id AND ${compileAccountFilter(where.account, parameters)})`,
    );
  }
  return conditions.join(' AND ');
}
