import { type Window } from '../../app/ports/reads';
import {
  type SegmentChangeCount,
  type SegmentChangeFilter,
  type SegmentChangeReads,
  type SegmentChangeView,
} from '../../app/ports/segments';
import { compileAccountFilter } from './account-filter';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const COLUMNS = `c.id::text AS id, c.segment_id::text AS "segmentId", c.account_id::text AS "accountId", c.kind, c.cause,
  c.occurred_on AS "occurredOn", jsonb_build_array(c.id::text) AS cursor`;

const NEWEST_FIRST: readonly SortKey[] = [{ expression: 'c.id', type: 'bigint', descending: true }];

export class SqlSegmentChangeReads implements SegmentChangeReads {
  constructor(private readonly database: DatabaseReader) {}

  async page(where: SegmentChangeFilter, window: Window): Promise<SegmentChangeView[]> {
    const parameters = new Parameters();
    const { orderBy, condition } = keyset(NEWEST_FIRST, window, (value) => parameters.bind(value));
    return this.database.rows<SegmentChangeView>(
      `SELECT ${COLUMNS} FROM segment_change c WHERE ${compile(where, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async count(where: SegmentChangeFilter): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM segment_change c WHERE ${compile(where, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  async byIds(ids: readonly string[]): Promise<SegmentChangeView[]> {
    return this.database.byKey<SegmentChangeView>(
      `SELECT ${COLUMNS} FROM segment_change c WHERE c.id = ANY($1::bigint[])`,
      [ids],
    );
  }

  async pageOfEach(segmentIds: readonly string[], window: Window): Promise<SegmentChangeView[]> {
    const parameters = new Parameters();
    const wanted = parameters.bind(segmentIds);
    const { orderBy, condition } = keyset(NEWEST_FIRST, window, (value) => parameters.bind(value));
    return this.database.rows<SegmentChangeView>(
      `SELECT ${COLUMNS} FROM unnest(${wanted}::bigint[]) AS wanted(id)
       CROSS JOIN LATERAL (
         SELECT c.* FROM segment_change c WHERE c.segment_id = wanted.id AND ${condition}
         ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int
       ) c
       ORDER BY ${orderBy}`,
      parameters.values,
    );
  }

  async countsOf(segmentIds: readonly string[]): Promise<SegmentChangeCount[]> {
    return this.database.byKey<SegmentChangeCount>(
      `SELECT segment_id::text AS "segmentId", count(*)::int AS count FROM segment_change
       WHERE segment_id = ANY($1::bigint[]) GROUP BY segment_id`,
      [segmentIds],
    );
  }
}

function compile(where: SegmentChangeFilter, parameters: Parameters): string {
  const conditions = ['true'];
  const add = (value: unknown, condition: (placeholder: string) => string): void => {
    if (value !== null && value !== undefined) conditions.push(condition(parameters.bind(value)));
  };
  add(where.segmentId, (value) => `c.segment_id = ${value}::bigint`);
  add(where.kind, (value) => `c.kind = ${value}::text`);
  add(where.causes, (value) => `c.cause = ANY(${value}::text[])`);
  add(where.from, (value) => `c.occurred_on >= ${value}::date`);
  add(where.to, (value) => `c.occurred_on <= ${value}::date`);
  if (where.account) {
    conditions.push(
      `EXISTS (SELECT FROM account a WHERE a.id = c.account_id AND ${compileAccountFilter(where.account, parameters, { path: ['where', 'account'] })})`,
    );
  }
  return conditions.join(' AND ');
}
