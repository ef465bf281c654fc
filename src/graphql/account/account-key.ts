import { type AccountKey } from '../../app/locked-account';
import { keyOf } from '../ids';
import { type AccountKeyInput } from './account-key.input';

/** Not the id of any account. */
const NO_ACCOUNT = '0';

/** The account that an input names; an id that is none of an account finds nothing, as one that is gone. */
export function accountKey({ accountId, externalId }: AccountKeyInput): AccountKey {
  return accountId === null || accountId === undefined
    ? { externalId }
    : { id: keyOf('Account', accountId) ?? NO_ACCOUNT };
}
