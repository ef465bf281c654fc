import { ACCOUNT_ORDER_FIELDS, type AccountOrdering } from '../../app/ports/reads';
import { DomainError } from '../../domain/errors';
import { type CursorKind } from '../cursor';
import { type Ordering } from '../page';
import { type AccountOrder } from './account.input';

const MOST_ORDER_KEYS = 3;

/** How a list of accounts is ordered, and the name of that. Throws INVALID_VALUE for more than 3 keys. */
export function accountOrdering(orderBy: readonly AccountOrder[] | null | undefined): {
  readonly orderBy: readonly AccountOrdering[];
  readonly ordering: Ordering;
} {
  const order = orderBy ?? [];
  if (order.length > MOST_ORDER_KEYS) {
    throw new DomainError('INVALID_VALUE', `at most ${MOST_ORDER_KEYS} keys can be ordered by`, ['orderBy']);
  }
  const kinds: CursorKind[] = order.map(({ field }) => ACCOUNT_ORDER_FIELDS[field]);
  return {
    orderBy: order.map(({ field, direction }) => ({ field, descending: direction === 'DESC' })),
    ordering: {
      fingerprint: `account ${order.map(({ field, direction }) => `${field} ${direction}`).join(', ')}`,
      kinds: [...kinds, 'bigint'],
    },
  };
}
