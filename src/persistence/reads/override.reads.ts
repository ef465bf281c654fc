import { type AccountFilter } from '../../app/ports/account-filter';
import { type ListLength, type Window } from '../../app/ports/list';
import {
  type DriftFigures,
  type OverrideDrift,
  type OverrideFilter,
  type OverrideReads,
  type OverrideView,
} from '../../app/ports/override';
import { type OverrideReason } from '../../domain/override';
import { compileAccountFilter } from './account-filter';
import { IN_THE_BOOK } from './book';
import { type DatabaseReader } from './database-reader';
import { fraction } from './grouped-book';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const COLUMNS = `o.id::text AS id, o.account_id::text AS "accountId", o.status, o.tier, o.model_version AS "modelVersion",
  o.reason, o.note, o.expires_on AS "expiresOn", o.requested_by AS "requestedBy", o.requested_by_id AS "requestedById",
  o.requested_at AS "requestedAt", o.started_on AS "startedOn", o.decided_by AS "decidedBy",
  o.decided_at AS "decidedAt", o.decision_note AS "decisionNote", o.ended_by AS "endedBy", o.ended_on AS "endedOn",
  o.ended_at AS "endedAt", o.end_reason AS "endReason", o.end_note AS "endNote", o.version,
  jsonb_build_array(o.id::text) AS cursor`;

const NEWEST_FIRST: readonly SortKey[] = [{ expression: 'o.id', type: 'bigint', descending: true }];

interface DriftRow extends DriftFigures {
  readonly grouped: 'all' | 'reason' | 'author' | 'tier';
  readonly reason: OverrideReason | null;
  readonly author: string | null;
  readonly authorId: string | null;
  readonly tier: string | null;
}

export class SqlOverrideReads implements OverrideReads {
  constructor(private readonly database: DatabaseReader) {}

  async page(where: OverrideFilter, window: Window): Promise<OverrideView[]> {
    const parameters = new Parameters();
    const { orderBy, condition } = keyset(NEWEST_FIRST, window, (value) => parameters.bind(value));
    return this.database.rows<OverrideView>(
      `SELECT ${COLUMNS} FROM tier_override o WHERE ${compile(where, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async count(where: OverrideFilter): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM tier_override o WHERE ${compile(where, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  async byIds(ids: readonly string[]): Promise<OverrideView[]> {
    return this.database.byKey<OverrideView>(
      `SELECT ${COLUMNS} FROM tier_override o WHERE o.id = ANY($1::bigint[])`,
      [ids],
    );
  }

  async activeOf(accountIds: readonly string[]): Promise<OverrideView[]> {
    return this.database.byKey<OverrideView>(
      `SELECT ${COLUMNS} FROM tier_override o WHERE o.account_id = ANY($1::bigint[]) AND o.status = 'ACTIVE'`,
      [accountIds],
    );
  }

  async newestOf(accountIds: readonly string[], size: number): Promise<OverrideView[]> {
    return this.database.byKey<OverrideView>(
      `SELECT ${COLUMNS} FROM unnest($1::bigint[]) AS wanted(id)
       CROSS JOIN LATERAL (
         SELECT * FROM tier_override WHERE account_id = wanted.id ORDER BY tier_override.id DESC LIMIT $2
       ) o
       ORDER BY o.id DESC`,
      [accountIds, size],
    );
  }

  async countsOf(accountIds: readonly string[]): Promise<ListLength[]> {
    return this.database.byKey<ListLength>(
      `SELECT account_id::text AS "ownerId", count(*)::int AS length FROM tier_override
       WHERE account_id = ANY($1::bigint[]) GROUP BY account_id`,
      [accountIds],
    );
  }

  async drift(where: AccountFilter | null | undefined): Promise<OverrideDrift> {
    const parameters = new Parameters();
    const rows = await this.database.rows<DriftRow>(
      `WITH book AS (
         SELECT coalesce(a.arr, 0) AS arr, o.reason, o.requested_by_id, o.requested_by, o.tier
         FROM account a LEFT JOIN tier_override o ON o.account_id = a.id AND o.status = 'ACTIVE'
         WHERE ${IN_THE_BOOK} AND ${compileAccountFilter(where, parameters)}
       ), whole AS (
         SELECT count(*) AS accounts, sum(arr) AS arr FROM book
       ), sums AS (
         SELECT CASE WHEN GROUPING(reason) = 0 THEN 'reason' WHEN GROUPING(requested_by_id) = 0 THEN 'author'
             WHEN GROUPING(tier) = 0 THEN 'tier' ELSE 'all' END AS grouped,
           reason, requested_by_id, max(requested_by) AS requested_by, tier, count(*) AS accounts,
           round(coalesce(sum(arr), 0), 2) AS arr
         FROM book WHERE reason IS NOT NULL
         GROUP BY GROUPING SETS ((), (reason), (requested_by_id), (tier))
       )
       SELECT grouped, reason, requested_by AS author, requested_by_id AS "authorId", tier,
         sums.accounts::int AS accounts, ${fraction('sums.accounts', 'whole.accounts')} AS "accountShare",
         sums.arr, ${fraction('sums.arr', 'whole.arr')} AS "arrShare"
       FROM sums CROSS JOIN whole
       ORDER BY sums.arr DESC, sums.accounts DESC, coalesce(reason, requested_by_id, tier) COLLATE "C"`,
      parameters.values,
    );
    const whole = rows.find(({ grouped }) => grouped === 'all');
    if (whole === undefined) throw new Error('a grouping without a total');
    const groups = (by: DriftRow['grouped']): DriftRow[] => rows.filter(({ grouped }) => grouped === by);
    return {
      ...figuresOf(whole),
      byReason: groups('reason').flatMap((row) =>
        row.reason === null ? [] : [{ ...figuresOf(row), reason: row.reason }],
      ),
      byAuthor: groups('author').map((row) => ({
        ...figuresOf(row),
        author: row.author ?? '',
        authorId: row.authorId ?? '',
      })),
      byTier: groups('tier').map((row) => ({ ...figuresOf(row), tier: row.tier ?? '' })),
    };
  }
}

function figuresOf({ accounts, accountShare, arr, arrShare }: DriftRow): DriftFigures {
  return { accounts, accountShare, arr, arrShare };
}

function compile(where: OverrideFilter, parameters: Parameters): string {
  const conditions = ['true'];
  const add = (value: unknown, condition: (placeholder: string) => string): void => {
    if (value !== null && value !== undefined) conditions.push(condition(parameters.bind(value)));
  };
  add(where.accountId, (value) => `o.account_id = ${value}::bigint`);
  add(where.statuses, (value) => `o.status = ANY(${value}::text[])`);
  add(where.tiers, (value) => `o.tier = ANY(${value}::text[])`);
  add(where.reasons, (value) => `o.reason = ANY(${value}::text[])`);
  add(where.requestedById, (value) => `o.requested_by_id = ${value}::text`);
  add(where.expiresFrom, (value) => `o.expires_on >= ${value}::date`);
  add(where.expiresTo, (value) => `o.expires_on <= ${value}::date`);
  if (where.account) {
    conditions.push(
      `EXISTS (SELECT FROM account a WHERE a.id = o.account_id AND ${compileAccountFilter(where.account, parameters)})`,
    );
  }
  return conditions.join(' AND ');
}
