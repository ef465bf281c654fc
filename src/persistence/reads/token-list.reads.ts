import { type Window } from '../../app/ports/reads';
import { type TokenFilter, type TokenListReads, type TokenView } from '../../app/ports/token-list';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const NEWEST_FIRST: readonly SortKey[] = [{ expression: 't.id', type: 'bigint', descending: true }];

/** Never the hash. */
const COLUMNS = `t.id::text AS id, t.prefix, t.name, t.role, t.csm_id::text AS "csmId",
  (SELECT external_id FROM csm WHERE csm.id = t.csm_id) AS "csmExternalId", t.created_at AS "createdAt",
  t.expires_at AS "expiresAt", t.revoked_at AS "revokedAt", t.last_used_at AS "lastUsedAt",
  jsonb_build_array(t.id::text) AS cursor`;

export class SqlTokenListReads implements TokenListReads {
  constructor(private readonly database: DatabaseReader) {}

  async page(where: TokenFilter, window: Window, now: string): Promise<TokenView[]> {
    const parameters = new Parameters();
    const { orderBy, condition } = keyset(NEWEST_FIRST, window, (value) => parameters.bind(value));
    const usable = usableAt(parameters.bind(now));
    return this.database.rows<TokenView>(
      `SELECT ${COLUMNS}, ${usable} AS usable FROM api_token t
       WHERE ${matching(where, usable, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async count(where: TokenFilter, now: string): Promise<number> {
    const parameters = new Parameters();
    const condition = typeof where.usable === 'boolean' ? usableAt(parameters.bind(now)) : 'true';
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM api_token t WHERE ${matching(where, condition, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  byIds(ids: readonly string[], now: string): Promise<TokenView[]> {
    return this.database.byKey<TokenView>(
      `SELECT ${COLUMNS}, ${usableAt('$2')} AS usable FROM api_token t WHERE t.id = ANY($1::bigint[])`,
      [ids, now],
    );
  }
}

function usableAt(now: string): string {
  return `(t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ${now}::timestamptz))`;
}

function matching({ usable }: TokenFilter, condition: string, parameters: Parameters): string {
  return typeof usable === 'boolean' ? `${condition} = ${parameters.bind(usable)}::boolean` : 'true';
}
