import {
  type HistoryFilter,
  type HistoryReads,
  type HistoryView,
  type ListLength,
  type Window,
} from '../../app/ports/reads';
import { compileAccountFilter } from './account-filter';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';
import { type ColumnsByField, selectedColumns, selecting } from './selected-columns';

/** What a row of the history says by itself, wherever it is shown; `h` is the row. */
export const HISTORY_COLUMNS: ColumnsByField = {
  kind: 'h.kind',
  cause: 'h.cause',
  computedTier: 'h.computed_tier',
  heldFrom: 'h.held_from',
  heldTo: 'h.held_to',
  effectiveFrom: 'h.effective_from',
  effectiveTo: 'h.effective_to',
  pendingTarget: 'h.pending_target',
  detectedOn: 'h.pending_detected_on',
  graceUntil: 'h.grace_until',
  graceReason: 'h.grace_reason',
  modelVersion: 'h.model_version',
  actor: 'h.actor_name',
  occurredOn: 'h.occurred_on',
};

const BY_FIELD: ColumnsByField = {
  ...HISTORY_COLUMNS,
  id: 'h.id::text',
  accountId: 'h.account_id::text',
  scorecardId: 'h.scorecard_id::text',
  occurredAt: 'h.occurred_at',
  cursor: 'jsonb_build_array(h.id::text)',
};
const ALWAYS = ['id', 'accountId', 'modelVersion'];
const COLUMNS = selectedColumns(BY_FIELD, ALWAYS, undefined);
const NEWEST_OF = selecting(
  BY_FIELD,
  ALWAYS,
  (list) => `
    SELECT ${list} FROM unnest($1::bigint[]) AS wanted(id)
    CROSS JOIN LATERAL (
      SELECT * FROM tier_history WHERE account_id = wanted.id ORDER BY tier_history.id DESC LIMIT $2
    ) h
    ORDER BY h.id DESC`,
);

const NEWEST_FIRST: readonly SortKey[] = [{ expression: 'h.id', type: 'bigint', descending: true }];

export class SqlHistoryReads implements HistoryReads {
  constructor(private readonly database: DatabaseReader) {}

  async page(where: HistoryFilter, window: Window): Promise<HistoryView[]> {
    const parameters = new Parameters();
    const { orderBy, condition } = keyset(NEWEST_FIRST, window, (value) => parameters.bind(value));
    return this.database.rows<HistoryView>(
      `SELECT ${COLUMNS} FROM tier_history h WHERE ${compile(where, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async count(where: HistoryFilter): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM tier_history h WHERE ${compile(where, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  async byIds(ids: readonly string[]): Promise<HistoryView[]> {
    return this.database.byKey<HistoryView>(
      `SELECT ${COLUMNS} FROM tier_history h WHERE h.id = ANY($1::bigint[])`,
      [ids],
    );
  }

  async countsOf(accountIds: readonly string[]): Promise<ListLength[]> {
    return this.database.byKey<ListLength>(
      `SELECT account_id::text AS "ownerId", count(*)::int AS length FROM tier_history
       WHERE account_id = ANY($1::bigint[]) GROUP BY account_id`,
      [accountIds],
    );
  }

  async newestOf(
    accountIds: readonly string[],
    size: number,
    fields: readonly string[],
  ): Promise<HistoryView[]> {
    return this.database.byKey<HistoryView>(NEWEST_OF(fields), [accountIds, size]);
  }
}

function compile(where: HistoryFilter, parameters: Parameters): string {
  const conditions = ['true'];
  const add = (value: unknown, condition: (placeholder: string) => string): void => {
    if (value !== null && value !== undefined) conditions.push(condition(parameters.bind(value)));
  };
  if (where.movesOnly === true) conditions.push('h.effective_from IS DISTINCT FROM h.effective_to');
  add(where.accountId, (value) => `h.account_id = ${value}::bigint`);
  add(where.kinds, (value) => `h.kind = ANY(${value}::text[])`);
  add(where.causes, (value) => `h.cause = ANY(${value}::text[])`);
  add(where.from, (value) => `h.occurred_on >= ${value}::date`);
  add(where.to, (value) => `h.occurred_on <= ${value}::date`);
  add(where.tierFrom, (value) => `h.effective_from = ${value}::text`);
  add(where.tierTo, (value) => `h.effective_to = ${value}::text`);
  if (where.account) {
    conditions.push(
      `EXISTS (SELECT FROM account a WHERE a.id = h.account_id AND ${compileAccountFilter(where.account, parameters)})`,
    );
  }
  return conditions.join(' AND ');
}
