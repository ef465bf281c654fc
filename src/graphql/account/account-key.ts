import { type AccountKey } from '../../app/locked-account';
import { DomainError } from '../../domain/errors';
import { keyOf } from '../ids';

/** The account that an input names. Throws NOT_FOUND for an id that is none of an account. */
export function accountKey({
  accountId,
  externalId,
}: {
  accountId?: string | null;
  externalId?: string | null;
}): AccountKey {
  if (accountId === null || accountId === undefined) return { externalId };
  const id = keyOf('Account', accountId);
  if (id === null) throw new DomainError('NOT_FOUND', 'there is no such account', ['accountId']);
  return { id };
}
