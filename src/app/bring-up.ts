import { rescoreAccount } from '../domain/rescoring';
import { type TieringModel } from '../domain/tiering-model';
import { isAheadOf, writeOf } from './account-decision';
import { saveAccounts } from './intervention-changes';
import { type AccountWrite } from './ports/account-write';
import { type Stamp } from './ports/clock';
import { type StoredAccount, type Stores } from './ports/stores';

/**
 * A publication leaves most accounts to be placed by the new model right after it. Whoever decides anything about one of
 * these before that does it first, so that nothing is decided by where the old model had placed it, and its history tells
 * what the model did from what the decision did.
 *
 * @param accounts locked for the rest of the transaction
 * @param readAgain gives accounts as they were given, by their ids
 * @returns them as the model has placed them, each with the version that it is known by
 */
export async function broughtUp(
  stores: Stores,
  accounts: readonly StoredAccount[],
  model: TieringModel,
  stamp: Stamp,
  readAgain: (ids: readonly string[]) => Promise<readonly StoredAccount[]>,
): Promise<readonly StoredAccount[]> {
  const written = await bringUp(stores, accounts, model, stamp);
  if (written.length === 0) return accounts;
  const again = await readAgain(written.flatMap(({ id }) => id ?? []));
  const byId = new Map(again.map((account) => [account.id, account]));
  return accounts.map((account) => ({ ...(byId.get(account.id) ?? account), version: account.version }));
}

/** Places those of the locked accounts by the model that another one has placed, moves them, and gives what was written. */
export async function bringUp(
  stores: Stores,
  accounts: readonly StoredAccount[],
  model: TieringModel,
  stamp: Stamp,
): Promise<readonly AccountWrite[]> {
  const context = { model, today: stamp.today, trigger: 'MODEL_PUBLISHED', fromFile: false } as const;
  const writes = accounts
    .filter((account) => isLeft(account, model) && !isAheadOf(account, stamp.today))
    .flatMap((account) => writeOf(account, rescoreAccount(account, {}, context), context) ?? []);
  if (writes.length > 0) await saveAccounts(stores, writes, stamp);
  return writes;
}

function isLeft({ placedBy }: StoredAccount, { version }: TieringModel): boolean {
  return (placedBy ?? version) !== version;
}
