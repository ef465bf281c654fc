import { type EconomicsReads, type ServedList, type TierServed } from '../../app/ports/economics';
import { type Listed, type Window } from '../../app/ports/reads';
import { type ServiceCost } from '../../domain/economics';
import { formatHundredths, formatMoney, hundredthsOf } from '../../domain/money';
import { IN_THE_BOOK } from './book';
import { RELATIONSHIP_FACTS } from '../load-figures';
import { ACTIVE_ADJUSTMENT } from './capacity.reads';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const ORDERS: Readonly<Record<ServedList['standing'], readonly SortKey[]>> = {
  OVER_SERVED: [
    { expression: 's.excess', type: 'numeric', descending: true },
    { expression: 's.id', type: 'bigint', descending: false },
  ],
  UNDER_SERVED: [
    { expression: 's.arr', type: 'numeric', descending: true, nullable: true },
    { expression: 's.id', type: 'bigint', descending: false },
  ],
};

const STANDS: Readonly<Record<ServedList['standing'], string>> = {
  OVER_SERVED: 's.excess > 0',
  UNDER_SERVED: 's.excess <= 0 AND s.could_be_more',
};

export class SqlEconomicsReads implements EconomicsReads {
  constructor(private readonly database: DatabaseReader) {}

  async byTier(costs: readonly ServiceCost[]): Promise<TierServed[]> {
    const parameters = new Parameters();
    return this.database.rows<TierServed>(
      `SELECT s.tier, count(*)::int AS accounts, round(sum(s.arr), 2)::text AS arr, round(sum(s.cost), 2)::text AS cost,
         count(*) FILTER (WHERE ${STANDS.OVER_SERVED})::int AS "overServed",
         round(coalesce(sum(s.excess) FILTER (WHERE ${STANDS.OVER_SERVED}), 0), 2)::text AS excess,
         count(*) FILTER (WHERE ${STANDS.UNDER_SERVED})::int AS "underServed"
       FROM ${servedSql(costs, parameters)} s GROUP BY s.tier`,
      parameters.values,
    );
  }

  async page(list: ServedList, window: Window): Promise<(Listed & { id: string })[]> {
    const parameters = new Parameters();
    const { cursor, orderBy, condition } = keyset(ORDERS[list.standing], window, (value) =>
      parameters.bind(value),
    );
    return this.database.rows(
      `SELECT s.id::text AS id, ${cursor} AS cursor FROM ${servedListSql(list, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async count(list: ServedList): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${servedListSql(list, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }
}

/** What follows FROM for a list, with the alias `s`. */
export function servedListSql({ standing, tier, costs }: ServedList, parameters: Parameters): string {
  const inTier = tier === null ? '' : ` AND s.tier = ${parameters.bind(tier)}::text`;
  return `${servedSql(costs, parameters)} s WHERE ${STANDS[standing]}${inTier}`;
}

/**
 * The accounts that hold a tier, as a parenthesised SELECT with `id`, `tier`, `arr` (an unknown one as 0), `cost`,
 * `excess` (of the cost over what the ARR can justify) and `could_be_more` (whether it could justify the next tier up).
 */
function servedSql(costs: readonly ServiceCost[], parameters: Parameters): string {
  const column = (type: string, value: (cost: ServiceCost) => string | number | null): string =>
    `${parameters.bind(costs.map(value))}::${type}[]`;
  const service = `unnest(${[
    column('text', ({ tier }) => tier),
    column('int', ({ relationshipFacts }) => relationshipFacts),
    column('text', ({ adjustment }) => adjustment ?? ''),
    column('numeric', ({ cost }) => formatMoney(cost)),
    column('numeric', ({ costPercent }) => percentOf(costPercent) ?? 0),
    column('numeric', ({ next }) => (next === null ? null : formatMoney(next.cost))),
    column('numeric', ({ next }) => percentOf(next?.costPercent ?? null)),
  ].join(', ')}) AS service(tier, facts, adjustment, cost, percent, next_cost, next_percent)`;
  return `(
    SELECT a.id, a.effective_tier AS tier, coalesce(a.arr, 0) AS arr, service.cost,
      service.cost - round(coalesce(a.arr, 0) * service.percent / 100, 6) AS excess,
      coalesce(service.next_cost > service.cost
        AND coalesce(a.arr, 0) * service.next_percent / 100 >= service.next_cost, false) AS could_be_more
    FROM account a ${ACTIVE_ADJUSTMENT}
    JOIN ${service} ON service.tier = a.effective_tier AND service.facts = (${RELATIONSHIP_FACTS})
      AND service.adjustment = coalesce(adjusted.kind, '')
    WHERE ${IN_THE_BOOK}
  )`;
}

function percentOf(percent: number | null): string | null {
  return percent === null ? null : formatHundredths(hundredthsOf(percent));
}
