import { isReadable } from '../domain/account-field';
import { type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { type TieringModel } from '../domain/tiering-model';
import { correctableSince } from './account-decision';
import { broughtUp } from './bring-up';
import { type AccountNames } from './ports/account-names';
import { type Stamp } from './ports/clock';
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
  return theOne(await lockAccounts(stores, [key], upgradesSince));
}

/** The accounts in the order of their keys, all locked; for a key that names none its refusal. */
export async function lockAccounts(
  stores: Stores,
  keys: readonly AccountKey[],
  upgradesSince: CalendarDate,
): Promise<(StoredAccount | DomainError)[]> {
  return inOrder(keys, await stores.accounts.lock(namesOf(keys), upgradesSince));
}

/** As lockAccounts, each placed by the model: see `broughtUp`. */
export async function lockPlacedAccounts(
  stores: Stores,
  keys: readonly AccountKey[],
  model: TieringModel,
  stamp: Stamp,
): Promise<(StoredAccount | DomainError)[]> {
  const locked = await stores.accounts.lock(namesOf(keys), correctableSince(model, stamp.today));
  return inOrder(keys, await broughtUp(stores, locked, model, stamp));
}

/** Accounts that are locked, and what is stored of them. */
export interface LockedAccounts {
  /** Each of them once. */
  readonly ids: readonly string[];
  /** In the order of the keys that name them; for a key that names none its refusal. */
  readonly all: readonly (StoredAccount | DomainError)[];
}

/**
 * The published model, kept from changing, and then the accounts, locked and placed by it (see `broughtUp`): what every
 * decision about accounts takes, in the order in which everybody takes it. It is all asked for at once, with the
 * upgrades that the model asks for which was seen last; where another one has been published they are read anew. What is
 * asked for right after the call comes after the locks, too, but before anybody is brought up.
 *
 * @param upgradesSince the first day whose upgrades are worth loading, by the model
 */
export async function holdModelAndAccounts(
  stores: Stores,
  keys: readonly AccountKey[],
  stamp: Stamp,
  upgradesSince: (model: TieringModel) => CalendarDate,
): Promise<[TieringModel, LockedAccounts]> {
  const expected = upgradesSince(stores.models.expected());
  const [model, early] = await Promise.all([
    publishedModel(stores),
    stores.accounts.lock(namesOf(keys), expected),
  ]);
  const since = upgradesSince(model);
  const ids = early.map(({ id }) => id);
  const read = (some: readonly string[]): Promise<StoredAccount[]> => stores.accounts.readByIds(some, since);
  const accounts = since === expected ? early : await read(ids);
  return [model, { ids, all: inOrder(keys, await broughtUp(stores, accounts, model, stamp, read)) }];
}

/** Locks the accounts for the rest of the transaction. */
export async function holdAccounts(stores: Stores, keys: readonly AccountKey[]): Promise<HeldAccounts> {
  return new HeldAccounts(stores, keys, await stores.accounts.hold(namesOf(keys)));
}

/** What the keys name accounts by; a key that cannot be one names none. */
export function namesOf(keys: readonly AccountKey[]): AccountNames {
  return {
    ids: keys.flatMap((key) => (isById(key) ? key.id : [])),
    externalIds: keys.flatMap((key) =>
      isById(key) ? [] : [key.externalId ?? ''].filter((text) => text !== '' && isReadable(text)),
    ),
  };
}

/** Accounts that are locked, by the keys that name them. */
export class HeldAccounts {
  /** Each of them once. */
  readonly ids: readonly string[];

  constructor(
    private readonly stores: Stores,
    private readonly keys: readonly AccountKey[],
    held: readonly HeldAccount[],
  ) {
    this.ids = held.map(({ id }) => id);
  }

  /** What is stored of them, placed by the model, in the order of the keys; for a key that names none its refusal. */
  async read(model: TieringModel, stamp: Stamp): Promise<(StoredAccount | DomainError)[]> {
    const since = correctableSince(model, stamp.today);
    const accounts = this.ids.length === 0 ? [] : await this.stores.accounts.readByIds(this.ids, since);
    return inOrder(this.keys, await broughtUp(this.stores, accounts, model, stamp));
  }
}

/** The account that the one key names. Throws its refusal. */
export function theOne([account]: readonly (StoredAccount | DomainError)[]): StoredAccount {
  if (account instanceof DomainError) throw account;
  if (account === undefined) throw new Error('one key gives one account');
  return account;
}

function inOrder(
  keys: readonly AccountKey[],
  accounts: readonly StoredAccount[],
): (StoredAccount | DomainError)[] {
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const byExternalId = new Map(accounts.map((account) => [account.externalId, account]));
  return keys.map((key) => {
    if (isById(key)) return byId.get(key.id) ?? accountNotFound('accountId');
    if ((key.externalId ?? null) === null) {
      return new DomainError('REQUIRED', 'name the account by accountId or by externalId', ['accountId']);
    }
    return byExternalId.get(key.externalId ?? '') ?? accountNotFound('externalId');
  });
}

/** The refusal of a key that names no account. */
export function accountNotFound(field: 'accountId' | 'externalId'): DomainError {
  return new DomainError('NOT_FOUND', 'there is no such account', [field]);
}

function isById(key: AccountKey): key is AccountKey & { readonly id: string } {
  return key.id !== null && key.id !== undefined;
}
