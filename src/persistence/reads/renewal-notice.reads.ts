import { type ListLength, type Window } from '../../app/ports/list';
import {
  type RenewalNoticeFilter,
  type RenewalNoticeReads,
  type RenewalNoticeView,
} from '../../app/ports/renewal-notice';
import { compileAccountFilter } from './account-filter';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const COLUMNS = `n.id::text AS id, n.account_id::text AS "accountId", n.renewal_on AS "renewalOn",
  n.days_ahead AS "daysAhead", n.due_on AS "dueOn", n.tier, n.model_version AS "modelVersion",
  n.recorded_at AS "recordedAt", jsonb_build_array(n.due_on::text, n.id::text) AS cursor`;

const LATEST_FIRST: readonly SortKey[] = [
  { expression: 'n.due_on', type: 'date', descending: true },
  { expression: 'n.id', type: 'bigint', descending: true },
];

export class SqlRenewalNoticeReads implements RenewalNoticeReads {
  constructor(private readonly database: DatabaseReader) {}

  async page(where: RenewalNoticeFilter, window: Window): Promise<RenewalNoticeView[]> {
    const parameters = new Parameters();
    const { orderBy, condition } = keyset(LATEST_FIRST, window, (value) => parameters.bind(value));
    return this.database.rows<RenewalNoticeView>(
      `SELECT ${COLUMNS} FROM renewal_notice n WHERE ${compile(where, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async count(where: RenewalNoticeFilter): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM renewal_notice n WHERE ${compile(where, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  async byIds(ids: readonly string[]): Promise<RenewalNoticeView[]> {
    return this.database.byKey<RenewalNoticeView>(
      `SELECT ${COLUMNS} FROM renewal_notice n WHERE n.id = ANY($1::bigint[])`,
      [ids],
    );
  }

  async newestOf(accountIds: readonly string[], size: number): Promise<RenewalNoticeView[]> {
    return this.database.byKey<RenewalNoticeView>(
      `SELECT ${COLUMNS} FROM unnest($1::bigint[]) AS wanted(id)
       CROSS JOIN LATERAL (
         SELECT * FROM renewal_notice WHERE account_id = wanted.id
         ORDER BY renewal_notice.due_on DESC, renewal_notice.id DESC LIMIT $2
       ) n
       ORDER BY n.due_on DESC, n.id DESC`,
      [accountIds, size],
    );
  }

  async countsOf(accountIds: readonly string[]): Promise<ListLength[]> {
    return this.database.byKey<ListLength>(
      `SELECT account_id::text AS "ownerId", count(*)::int AS length FROM renewal_notice
       WHERE account_id = ANY($1::bigint[]) GROUP BY account_id`,
      [accountIds],
    );
  }
}

function compile(where: RenewalNoticeFilter, parameters: Parameters): string {
  const conditions = ['true'];
  const add = (value: unknown, condition: (placeholder: string) => string): void => {
    if (value !== null && value !== undefined) conditions.push(condition(parameters.bind(value)));
  };
  add(where.accountId, (value) => `n.account_id = ${value}::bigint`);
  add(where.tiers, (value) => `n.tier = ANY(${value}::text[])`);
  add(where.daysAhead, (value) => `n.days_ahead = ANY(${value}::int[])`);
  add(where.dueFrom, (value) => `n.due_on >= ${value}::date`);
  add(where.dueTo, (value) => `n.due_on <= ${value}::date`);
  add(where.renewalFrom, (value) => `n.renewal_on >= ${value}::date`);
  add(where.renewalTo, (value) => `n.renewal_on <= ${value}::date`);
  if (where.account) {
    conditions.push(
      `EXISTS (SELECT FROM account a WHERE a.id = n.account_id AND ${compileAccountFilter(where.account, parameters)})`,
    );
  }
  return conditions.join(' AND ');
}
