import { checkExternalId } from './account-field';
import { type CalendarDate } from './calendar';
import { DomainError } from './errors';
import { firstOverlap, inOrder, isWithin, type Period, periodText } from './period';

/** Some days on which a CSM shares the accounts of a pool. */
export interface PoolMembership extends Period {
  /** The external id of the pool. */
  readonly pool: string;
}

/**
 * The memberships in order; a CSM may belong to several pools, but to each of them once. Throws INVALID_VALUE where
 * one ends before it begins or two of one pool overlap.
 */
export function checkMemberships(memberships: readonly PoolMembership[]): readonly PoolMembership[] {
  const named = inOrder(memberships).map((one) => ({ ...one, pool: poolKey(one.pool) }));
  const backwards = named.find(({ from, to }) => to !== null && to <= from);
  if (backwards) {
    throw new DomainError(
      'INVALID_VALUE',
      `to (${backwards.to ?? ''}) must lie after from (${backwards.from}); it is the first day that no longer counts`,
      ['pools'],
    );
  }
  for (const pool of new Set(named.map((one) => one.pool))) {
    const [first, second] = firstOverlap(named.filter((one) => one.pool === pool)) ?? [];
    if (first && second) {
      throw new DomainError(
        'INVALID_VALUE',
        `memberships of one pool must not overlap: "${pool}" ${periodText(first)} and ${periodText(second)}`,
        ['pools'],
      );
    }
  }
  return named.sort((a, b) => compare(a.from, b.from) || compare(a.pool, b.pool));
}

/** The external ids of the pools that are shared on the day. */
export function poolsOn(pools: readonly PoolMembership[], day: CalendarDate): string[] {
  return pools.filter((one) => isWithin(one, day)).map(({ pool }) => pool);
}

function poolKey(text: string): string {
  try {
    return checkExternalId(text);
  } catch (error) {
    throw error instanceof DomainError ? new DomainError(error.code, error.message, ['pools']) : error;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
