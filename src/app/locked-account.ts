import { isReadable } from '../domain/account-field';
import { type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { type TieringModel } from '../domain/tiering-model';
import { type HeldAccount, type StoredAccount, type Stores } from './ports/stores';
import { publishedModel } from './published-model';

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
  return (await holdAccounts(stores, [key])).readOne(upgradesSince);
}

/** The accounts in the order of their keys, all locked; for a key that names none its refusal. */
export async function lockAccounts(
  stores: Stores,
  keys: readonly AccountKey[],
  upgradesSince: CalendarDate,
): Promise<(StoredAccount | DomainError)[]> {
  return (await holdAccounts(stores, keys)).read(upgradesSince);
}

/**
 * The published model, kept from changing, and then the accounts, locked: what every decision about accounts takes, in
 * the order in which everybody takes it.
 */
export function holdModelAndAccounts(
  stores: Stores,
  keys: readonly AccountKey[],
): Promise<[TieringModel, HeldAccounts]> {
  return Promise.all([publishedModel(stores), holdAccounts(stores, keys)]);
}

/** Locks the accounts for the rest of the transaction. */
export async function holdAccounts(stores: Stores, keys: readonly AccountKey[]): Promise<HeldAccounts> {
  const ids = keys.flatMap((key) => (isById(key) ? key.id : []));
  const externalIds = keys.flatMap((key) =>
    isById(key) ? [] : [key.externalId ?? ''].filter((text) => text !== '' && isReadable(text)),
  );
  // In one statement: two locking statements could each hold what the other waits for.
  return new HeldAccounts(stores, keys, await stores.accounts.hold({ ids, externalIds }));
}

/** Accounts that are locked, by the keys that name them. */
export class HeldAccounts {
  /** Each of them once. */
  readonly ids: readonly string[];
  private readonly idByExternalId: ReadonlyMap<string, string>;

  constructor(
    private readonly stores: Stores,
    private readonly keys: readonly AccountKey[],
    held: readonly HeldAccount[],
  ) {
    this.ids = held.map(({ id }) => id);
    this.idByExternalId = new Map(held.map(({ id, externalId }) => [externalId, id]));
  }

  /** What is stored of them, in the order of the keys; for a key that names none its refusal. */
  async read(upgradesSince: CalendarDate): Promise<(StoredAccount | DomainError)[]> {
    const accounts =
      this.ids.length === 0 ? [] : await this.stores.accounts.readByIds(this.ids, upgradesSince);
    const byId = new Map(accounts.map((account) => [account.id, account]));
    return this.keys.map((key) => {
      if (!isById(key) && (key.externalId ?? null) === null) {
        return new DomainError('REQUIRED', 'name the account by accountId or by externalId', ['accountId']);
      }
      const id = isById(key) ? key.id : this.idByExternalId.get(key.externalId ?? '');
      return byId.get(id ?? '') ?? accountNotFound(isById(key) ? 'accountId' : 'externalId');
    });
  }

  /** What is stored of the one account that was named. Throws its refusal. */
  async readOne(upgradesSince: CalendarDate): Promise<StoredAccount> {
    const [account] = await this.read(upgradesSince);
    if (account instanceof DomainError) throw account;
    if (account === undefined) throw new Error('one key gives one account');
    return account;
  }
}

/** The refusal of a key that names no account. */
export function accountNotFound(field: 'accountId' | 'externalId'): DomainError {
  return new DomainError('NOT_FOUND', 'there is no such account', [field]);
}

function isById(key: AccountKey): key is AccountKey & { readonly id: string } {
  return key.id !== null && key.id !== undefined;
}
