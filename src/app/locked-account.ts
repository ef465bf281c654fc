import { isReadable } from '../domain/account-field';
import { type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { type StoredAccount, type Stores } from './ports/stores';

/** An account named by its id, or by the CRM's. */
export interface AccountKey {
  readonly id?: string | null | undefined;
  readonly externalId?: string | null | undefined;
}

/**
 * The account, locked for the rest of the transaction. Throws REQUIRED where the key names none, NOT_FOUND where
 * there is none.
 *
 * @param upgradesSince the first day whose upgrades are worth loading
 */
export async function lockAccount(
  stores: Stores,
  key: AccountKey,
  upgradesSince: CalendarDate,
): Promise<StoredAccount> {
  const [account] = await lockAccounts(stores, [key], upgradesSince);
  if (account instanceof DomainError) throw account;
  if (account === undefined) throw new Error('one key gives one account');
  return account;
}

/** The accounts in the order of their keys, all locked; for a key that names none its refusal. */
export async function lockAccounts(
  stores: Stores,
  keys: readonly AccountKey[],
  upgradesSince: CalendarDate,
): Promise<(StoredAccount | DomainError)[]> {
  const externalIds = keys.flatMap((key) =>
    isById(key) ? [] : [key.externalId ?? ''].filter((text) => text !== '' && isReadable(text)),
  );
  // By id alone in one statement: two locking statements could each hold what the other waits for.
  const idByExternalId = await stores.accounts.idsOf(externalIds);
  const idOf = (key: AccountKey): string | undefined =>
    isById(key) ? key.id : idByExternalId.get(key.externalId ?? '');
  const ids = [...new Set(keys.flatMap((key) => idOf(key) ?? []))];
  const locked = await stores.accounts.lockByIds(ids, upgradesSince);
  const byId = new Map(locked.map((account) => [account.id, account]));
  return keys.map((key) => {
    if (!isById(key) && (key.externalId ?? null) === null) {
      return new DomainError('REQUIRED', 'name the account by accountId or by externalId', ['accountId']);
    }
    const found = byId.get(idOf(key) ?? '');
    return found ?? accountNotFound(isById(key) ? 'accountId' : 'externalId');
  });
}

/** The refusal of a key that names no account. */
export function accountNotFound(field: 'accountId' | 'externalId'): DomainError {
  return new DomainError('NOT_FOUND', 'there is no such account', [field]);
}

function isById(key: AccountKey): key is AccountKey & { readonly id: string } {
  return key.id !== null && key.id !== undefined;
}
