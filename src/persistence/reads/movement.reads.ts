import { type ListLength, type MovementReads, type MovementView, type Window } from '../../app/ports/reads';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';
import { type ColumnsByField, selectedColumns, selecting } from './selected-columns';

/** What a movement says by itself, wherever it is shown; `m` is the row. */
export const MOVEMENT_COLUMNS: ColumnsByField = {
  kind: 'm.kind',
  arrFrom: 'm.arr_from',
  arrTo: 'm.arr_to',
  effectiveOn: 'm.effective_on',
  recordedOn: 'm.recorded_on',
  backDated: 'm.effective_on < m.recorded_on',
  source: 'm.source',
};

const BY_FIELD: ColumnsByField = {
  ...MOVEMENT_COLUMNS,
  id: 'm.id::text',
  accountId: 'm.account_id::text',
  cursor: 'jsonb_build_array(m.effective_on::text, m.id::text)',
};
const ALWAYS = ['id', 'accountId'];
const COLUMNS = selectedColumns(BY_FIELD, ALWAYS, undefined);
const NEWEST_OF = selecting(
  BY_FIELD,
  ALWAYS,
  (list) => `SELECT ${list} FROM unnest($1::bigint[]) AS wanted(id)
       CROSS JOIN LATERAL (
         SELECT * FROM arr_movement WHERE account_id = wanted.id
         ORDER BY arr_movement.effective_on DESC, arr_movement.id DESC LIMIT $2
       ) m
       ORDER BY m.effective_on DESC, m.id DESC`,
);

const LATEST_FIRST: readonly SortKey[] = [
  { expression: 'm.effective_on', type: 'date', descending: true },
  { expression: 'm.id', type: 'bigint', descending: true },
];

export class SqlMovementReads implements MovementReads {
  constructor(private readonly database: DatabaseReader) {}

  async page(accountId: string, window: Window): Promise<MovementView[]> {
    const parameters = new Parameters();
    const account = parameters.bind(accountId);
    const { orderBy, condition } = keyset(LATEST_FIRST, window, (value) => parameters.bind(value));
    return this.database.rows<MovementView>(
      `SELECT ${COLUMNS} FROM arr_movement m WHERE m.account_id = ${account}::bigint AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async countsOf(accountIds: readonly string[]): Promise<ListLength[]> {
    return this.database.byKey<ListLength>(
      `SELECT account_id::text AS "ownerId", count(*)::int AS length FROM arr_movement
       WHERE account_id = ANY($1::bigint[]) GROUP BY account_id`,
      [accountIds],
    );
  }

  async byIds(ids: readonly string[]): Promise<MovementView[]> {
    return this.database.byKey<MovementView>(
      `SELECT ${COLUMNS} FROM arr_movement m WHERE m.id = ANY($1::bigint[])`,
      [ids],
    );
  }

  async newestOf(
    accountIds: readonly string[],
    size: number,
    fields: readonly string[],
  ): Promise<MovementView[]> {
    return this.database.byKey<MovementView>(NEWEST_OF(fields), [accountIds, size]);
  }
}
