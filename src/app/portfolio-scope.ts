import { type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { type Actor, ROLES } from './actor';
import { type Stores } from './ports/stores';

/** Which of the accounts the actor may act on: all for a manager, the own portfolio for a CSM (spec section 13). */
export async function accountsInScope(
  stores: Stores,
  actor: Actor,
  accountIds: readonly string[],
  today: CalendarDate,
): Promise<ReadonlySet<string>> {
  if (ROLES.indexOf(actor.role) >= ROLES.indexOf('MANAGER')) return new Set(accountIds);
  if (actor.csmId === null) return new Set();
  return stores.portfolios.ownedBy(actor.csmId, accountIds, today);
}

/** The refusal of an account that a CSM does not look after. */
export function outsidePortfolio(): DomainError {
  return new DomainError(
    'OUTSIDE_PORTFOLIO',
    'this account is not in your own portfolio; ask its CSM or a manager',
    ['account'],
  );
}
