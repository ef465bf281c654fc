import { type MembershipView, type PoolReads, type PoolView } from '../../app/ports/portfolio-reads';
import { type Window } from '../../app/ports/reads';
import { isReadable } from '../../domain/account-field';
import { type CalendarDate } from '../../domain/calendar';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const COLUMNS = `p.id::text AS id, p.external_id AS "externalId", p.name, p.created_at AS "createdAt",
  jsonb_build_array(p.name, p.id::text) AS cursor`;

const BY_NAME: readonly SortKey[] = [
  { expression: 'p.name', type: 'text', descending: false },
  { expression: 'p.id', type: 'bigint', descending: false },
];

export class SqlPoolReads implements PoolReads {
  constructor(private readonly database: DatabaseReader) {}

  async page(window: Window): Promise<PoolView[]> {
    const parameters = new Parameters();
    const { orderBy, condition } = keyset(BY_NAME, window, (value) => parameters.bind(value));
    return this.database.rows<PoolView>(
      `SELECT ${COLUMNS} FROM pool p WHERE ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async count(): Promise<number> {
    const [row] = await this.database.rows<{ count: number }>('SELECT count(*)::int AS count FROM pool');
    return row?.count ?? 0;
  }

  async byIds(ids: readonly string[]): Promise<PoolView[]> {
    return this.database.byKey<PoolView>(`SELECT ${COLUMNS} FROM pool p WHERE p.id = ANY($1::bigint[])`, [
      ids,
    ]);
  }

  async byExternalIds(externalIds: readonly string[]): Promise<PoolView[]> {
    return this.database.byKey<PoolView>(
      `SELECT ${COLUMNS} FROM pool p WHERE p.external_id = ANY($1::text[])`,
      [externalIds.filter(isReadable)],
    );
  }

  async membersOn(poolIds: readonly string[], day: CalendarDate): Promise<MembershipView[]> {
    return this.database.byKey<MembershipView>(
      `SELECT m.csm_id::text AS "csmId", m.pool_id::text AS "poolId", p.external_id AS pool, m.from_on AS "from",
         m.to_on AS "to"
       FROM pool_membership m JOIN pool p ON p.id = m.pool_id JOIN csm c ON c.id = m.csm_id
       WHERE m.pool_id = ANY($1::bigint[]) AND m.from_on <= $2::date AND (m.to_on IS NULL OR m.to_on > $2::date)
       ORDER BY c.name, c.id`,
      [poolIds, day],
    );
  }
}
