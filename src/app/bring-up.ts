import { DomainError } from '../domain/errors';
import { rescoreAccount } from '../domain/rescoring';
import { type TieringModel } from '../domain/tiering-model';
import { correctableSince, isAheadOf, writeOf } from './account-decision';
import { SYSTEM } from './actor';
import { saveAccounts } from './intervention-changes';
import { type AccountWrite } from './ports/account-write';
import { type Stamp } from './ports/clock';
import { type StoredAccount, type Stores } from './ports/stores';

/** Locks the accounts that have the ids for the rest of the transaction, each placed by the model: see `broughtUp`. */
export async function lockPlaced(
  stores: Stores,
  ids: readonly string[],
  model: TieringModel,
  stamp: Stamp,
): Promise<readonly StoredAccount[]> {
  const locked = await stores.accounts.lockByIds(ids, correctableSince(model, stamp.today));
  return broughtUp(stores, locked, model, stamp);
}

/**
 * A publication leaves most accounts to be placed by the new model right after it. Whoever decides anything about one
 * of these before that does it first, in the name of Tierbook, so that nothing is decided by where the old model had
 * placed it, and its history tells what the model did from what the decision did.
 *
 * @param accounts locked for the rest of the transaction
 * @param readAgain gives accounts as they were given, by their ids; whole ones with the upgrades that can still be
 *   mistakes if left out
 * @returns them as the model has placed them; one that it neither moves nor asks anybody to review has the version that
 *   it had when it was locked, since nobody has to look at it again
 */
export async function broughtUp(
  stores: Stores,
  accounts: readonly StoredAccount[],
  model: TieringModel,
  stamp: Stamp,
  readAgain: (ids: readonly string[]) => Promise<readonly StoredAccount[]> = (ids) =>
    stores.accounts.readByIds(ids, correctableSince(model, stamp.today)),
): Promise<readonly StoredAccount[]> {
  const byTierbook = { ...stamp, actorId: SYSTEM.id, actorName: SYSTEM.name };
  const written = await bringUp(stores, accounts, model, byTierbook);
  if (written.length === 0) return accounts;
  const again = await readAgain(written.flatMap(({ id }) => id ?? []));
  const byId = new Map(again.map((account) => [account.id, account]));
  const isToBeSeen = new Set(written.filter(hasMoreThanAScorecard).map(({ id }) => id));
  return accounts.map((account) => {
    const { id, version } = account;
    const now = byId.get(id) ?? account;
    return isToBeSeen.has(id) ? now : { ...now, version };
  });
}

/**
 * Places those of the locked accounts by the model that another one has placed, moves them, and gives what was written.
 * What cannot be decided as of the stamp's day stays as it is.
 */
export async function bringUp(
  stores: Stores,
  accounts: readonly StoredAccount[],
  model: TieringModel,
  stamp: Stamp,
): Promise<readonly AccountWrite[]> {
  const writes = accounts
    .filter((account) => isLeft(account, model) && !isAheadOf(account, stamp.today))
    .flatMap((account) => placedWrite(account, model, stamp) ?? []);
  if (writes.length > 0) await saveAccounts(stores, writes, stamp);
  return writes;
}

function placedWrite(account: StoredAccount, model: TieringModel, { today }: Stamp): AccountWrite | null {
  const context = { model, today, trigger: 'MODEL_PUBLISHED', fromFile: false } as const;
  try {
    return writeOf(account, rescoreAccount(account, {}, context), context);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

function isLeft({ placedBy }: StoredAccount, { version }: TieringModel): boolean {
  return (placedBy ?? version) !== version;
}

function hasMoreThanAScorecard({ before, account, entries }: AccountWrite): boolean {
  return entries.length > 0 || before?.review !== account.review;
}
