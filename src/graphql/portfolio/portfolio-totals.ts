import { type CalendarDate } from '../../domain/calendar';
import { DomainError } from '../../domain/errors';
import { formatMoney, type Money, parseMoney } from '../../domain/money';
import { poolsOn } from '../../domain/pool';
import { type GraphqlContext } from '../context';
import { type CsmNode } from '../csm/csm.node';
import { type RelationUse } from '../relation';
import { type PortfolioTotalsType } from './portfolio-assignment.type';

/** What each CSM, or each pool, looks after by itself on a day; over all of them each account counts once. */
export async function portfolioTotals(
  kind: 'csm' | 'pool',
  owners: readonly { readonly externalId: string }[],
  { args }: RelationUse,
  context: GraphqlContext,
): Promise<PortfolioTotalsType[]> {
  const asOf = pastDay(args.asOf, context, 'asOf') ?? context.clock.today();
  const ids = owners.map(({ externalId }) => externalId);
  const totals = await totalsByOwner(kind, ids, asOf, context);
  return ids.map((id) => ({ asOf, accounts: 0, arr: '0.00', ...totals.get(id) }));
}

/** What the pools of each CSM look after on a day; every member is shown the whole of it. */
export async function sharedTotals(
  csms: readonly CsmNode[],
  { args }: RelationUse,
  context: GraphqlContext,
): Promise<PortfolioTotalsType[]> {
  const asOf = pastDay(args.asOf, context, 'asOf') ?? context.clock.today();
  const poolsOf = (csm: CsmNode): string[] => [...new Set(poolsOn(csm.pools, asOf))];
  const totals = await totalsByOwner('pool', csms.flatMap(poolsOf), asOf, context);
  return csms.map((csm) => {
    const shared = poolsOf(csm).flatMap((pool) => totals.get(pool) ?? []);
    const arr = shared.reduce((sum, one) => sum + parseMoney(one.arr), 0) as Money;
    return { asOf, accounts: shared.reduce((sum, one) => sum + one.accounts, 0), arr: formatMoney(arr) };
  });
}

/** The day that is asked about; null for today. Throws INVALID_VALUE for a day after today. */
export function pastDay(day: unknown, { clock }: GraphqlContext, field: string): CalendarDate | null {
  const today = clock.today();
  if (day === null || day === undefined || day === today) return null;
  if ((day as CalendarDate) > today) {
    throw new DomainError('INVALID_VALUE', `nothing is known yet of a day after today (${today})`, [field]);
  }
  return day as CalendarDate;
}

async function totalsByOwner(
  kind: 'csm' | 'pool',
  owners: readonly string[],
  asOf: CalendarDate,
  { reads, clock }: GraphqlContext,
): Promise<Map<string, { readonly accounts: number; readonly arr: string }>> {
  if (owners.length === 0) return new Map();
  const totals = await reads.portfolios.totals(kind, [...new Set(owners)], asOf, clock.today());
  return new Map(totals.map(({ owner, accounts, arr }) => [owner, { accounts, arr }]));
}
