import {
  type AssignmentView,
  type PortfolioReads,
  type PortfolioTotals,
} from '../../app/ports/portfolio-reads';
import { type ListLength, type Window } from '../../app/ports/reads';
import { type CalendarDate } from '../../domain/calendar';
import { bookSql } from './book';
import { type DatabaseReader, type SqlReader } from './database-reader';
import { keptLoads, readKept } from './kept-loads';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const COLUMNS = `o.id::text AS id, o.account_id::text AS "accountId", o.csm_id::text AS "csmId",
  o.pool_id::text AS "poolId", o.executive_sponsor AS "executiveSponsor", o.from_on AS "from", o.to_on AS "to",
  o.reason, o.actor_name AS actor, o.recorded_at AS "recordedAt",
  jsonb_build_array(o.from_on::text, o.id::text) AS cursor`;

const LATEST_FIRST: readonly SortKey[] = [
  { expression: 'o.from_on', type: 'date', descending: true },
  { expression: 'o.id', type: 'bigint', descending: true },
];

export class SqlPortfolioReads implements PortfolioReads {
  constructor(private readonly database: DatabaseReader) {}

  async page(accountId: string, window: Window): Promise<AssignmentView[]> {
    const parameters = new Parameters();
    const account = parameters.bind(accountId);
    const { orderBy, condition } = keyset(LATEST_FIRST, window, (value) => parameters.bind(value));
    return this.database.rows<AssignmentView>(
      `SELECT ${COLUMNS} FROM portfolio_assignment o WHERE o.account_id = ${account}::bigint AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async countsOf(accountIds: readonly string[]): Promise<ListLength[]> {
    return this.database.byKey<ListLength>(
      `SELECT account_id::text AS "ownerId", count(*)::int AS length FROM portfolio_assignment
       WHERE account_id = ANY($1::bigint[]) GROUP BY account_id`,
      [accountIds],
    );
  }

  async byIds(ids: readonly string[]): Promise<AssignmentView[]> {
    return this.database.byKey<AssignmentView>(
      `SELECT ${COLUMNS} FROM portfolio_assignment o WHERE o.id = ANY($1::bigint[])`,
      [ids],
    );
  }

  async newestOf(accountIds: readonly string[], size: number): Promise<AssignmentView[]> {
    return this.database.byKey<AssignmentView>(
      `SELECT ${COLUMNS} FROM unnest($1::bigint[]) AS wanted(id)
       CROSS JOIN LATERAL (
         SELECT * FROM portfolio_assignment WHERE account_id = wanted.id
         ORDER BY portfolio_assignment.from_on DESC, portfolio_assignment.id DESC LIMIT $2
       ) o
       ORDER BY o.from_on DESC, o.id DESC`,
      [accountIds, size],
    );
  }

  async on(accountIds: readonly string[], day: CalendarDate): Promise<AssignmentView[]> {
    return this.database.byKey<AssignmentView>(
      `SELECT ${COLUMNS} FROM portfolio_assignment o
       WHERE o.account_id = ANY($1::bigint[]) AND o.from_on <= $2::date AND (o.to_on IS NULL OR o.to_on > $2::date)`,
      [accountIds, day],
    );
  }

  async totals(
    kind: 'csm' | 'pool',
    owners: readonly string[],
    day: CalendarDate,
    today: CalendarDate,
  ): Promise<PortfolioTotals[]> {
    const kept = day === today ? await readKeptTotals(this.database, kind, owners) : null;
    return kept ?? scanTotals(this.database, kind, owners, day, today);
  }
}

/** The totals of today out of the loads that are kept; null where they are not. */
export async function readKeptTotals(
  reader: SqlReader,
  kind: 'csm' | 'pool',
  owners: readonly string[],
): Promise<PortfolioTotals[] | null> {
  const parameters = new Parameters();
  const asked = owners.map((externalId) => ({ kind: kind === 'csm' ? 'CSM' : 'POOL', externalId }) as const);
  const rows = await readKept<PortfolioTotals>(
    reader,
    `${kind}.external_id AS owner`,
    `${keptLoads([`${kind}_id`], asked, parameters)} LEFT JOIN ${kind} ON ${kind}.id = alike.${kind}_id`,
    parameters,
  );
  return rows?.map(({ owner, accounts, arr }) => ({ owner, accounts, arr })) ?? null;
}

/** The totals out of the accounts themselves. */
export function scanTotals(
  reader: SqlReader,
  kind: 'csm' | 'pool',
  owners: readonly string[],
  day: CalendarDate,
  today: CalendarDate,
): Promise<PortfolioTotals[]> {
  const parameters = new Parameters();
  const columns = new Set(['arr', kind]);
  const book = bookSql({ day, today, tierBasis: 'RECORDED', columns, placements: null }, parameters);
  return reader.rows<PortfolioTotals>(
    `SELECT a.${kind} AS owner, count(*)::int AS accounts, round(coalesce(sum(a.arr), 0), 2) AS arr
     FROM ${book} a WHERE a.${kind} = ANY(${parameters.bind(owners)}::text[]) GROUP BY a.${kind}`,
    parameters.values,
    { unnamed: day < today },
  );
}
