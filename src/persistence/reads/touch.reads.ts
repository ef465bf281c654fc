import { type ListLength, type Window } from '../../app/ports/reads';
import { type TouchReads, type TouchView } from '../../app/ports/touch';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const COLUMNS = `t.id::text AS id, t.account_id::text AS "accountId", t.kind, t.happened_on AS "on", t.channel,
  t.outcome, t.note, t.skipped, t.csm_id::text AS "csmId", t.actor_name AS "loggedBy", t.recorded_at AS "loggedAt",
  t.undone_by AS "undoneBy", t.undone_at AS "undoneAt", t.undone_note AS "undoneNote",
  jsonb_build_array(t.happened_on::text, t.id::text) AS cursor`;

const LATEST_FIRST: readonly SortKey[] = [
  { expression: 't.happened_on', type: 'date', descending: true },
  { expression: 't.id', type: 'bigint', descending: true },
];

export class SqlTouchReads implements TouchReads {
  constructor(private readonly database: DatabaseReader) {}

  async page(accountId: string, window: Window): Promise<TouchView[]> {
    const parameters = new Parameters();
    const account = parameters.bind(accountId);
    const { orderBy, condition } = keyset(LATEST_FIRST, window, (value) => parameters.bind(value));
    return this.database.rows<TouchView>(
      `SELECT ${COLUMNS} FROM touch t WHERE t.account_id = ${account}::bigint AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async countsOf(accountIds: readonly string[]): Promise<ListLength[]> {
    return this.database.byKey<ListLength>(
      `SELECT account_id::text AS "ownerId", count(*)::int AS length FROM touch
       WHERE account_id = ANY($1::bigint[]) GROUP BY account_id`,
      [accountIds],
    );
  }

  async byIds(ids: readonly string[]): Promise<TouchView[]> {
    return this.database.byKey<TouchView>(`SELECT ${COLUMNS} FROM touch t WHERE t.id = ANY($1::bigint[])`, [
      ids,
    ]);
  }

  async latestOf(accountIds: readonly string[], size: number): Promise<TouchView[]> {
    return this.database.byKey<TouchView>(
      `SELECT ${COLUMNS} FROM unnest($1::bigint[]) AS wanted(id)
       CROSS JOIN LATERAL (
         SELECT * FROM touch WHERE account_id = wanted.id
         ORDER BY touch.happened_on DESC, touch.id DESC LIMIT $2
       ) t
       ORDER BY t.happened_on DESC, t.id DESC`,
      [accountIds, size],
    );
  }
}
