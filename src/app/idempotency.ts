import { isReadable } from '../domain/account-field';
import { DomainError } from '../domain/errors';
import { type Stamp } from './ports/clock';
import { type Stores } from './ports/stores';

const LONGEST_KEY = 100;

/** A call that may be sent twice. */
export interface RepeatableCall {
  /** The caller's key, unique among its calls; absent for a call that is not to be repeated. */
  readonly idempotencyKey: string | null | undefined;
  /** The name of the mutation. */
  readonly operation: string;
  /** Everything that the answer depends on, as plain data. */
  readonly request: unknown;
}

/**
 * Does the work once for each key of an actor: a repeat gets the first answer, whatever has happened since, and of
 * calls at the same time one does the work while the others wait for its answer. A call that was refused as a
 * whole leaves its key free. Throws INVALID_VALUE for a key that cannot be one, and IDEMPOTENCY_KEY_MISMATCH where the key came with another request before.
 *
 * @param work what is to be done once; its answer is plain data, since it is kept as JSON
 */
export async function once<T>(
  stores: Stores,
  { actorId, now }: Stamp,
  { idempotencyKey, operation, request }: RepeatableCall,
  work: () => Promise<T>,
): Promise<T> {
  if (idempotencyKey === null || idempotencyKey === undefined) return work();
  const key = checkKey(idempotencyKey);
  const earlier = await stores.idempotency.claim({
    actorId,
    key,
    operation,
    request: canonicalJson(request),
    now,
  });
  if (earlier === null) {
    const answer = await work();
    stores.idempotency.keep(actorId, key, answer);
    return answer;
  }
  if (!earlier.same) {
    throw new DomainError(
      'IDEMPOTENCY_KEY_MISMATCH',
      'this idempotencyKey came with another request before; take a new key for a new request',
      ['idempotencyKey'],
    );
  }
  return earlier.answer as T;
}

function checkKey(key: string): string {
  if (key.trim() !== '' && key.length <= LONGEST_KEY && isReadable(key)) return key;
  throw new DomainError(
    'INVALID_VALUE',
    `idempotencyKey must have 1 to ${LONGEST_KEY} readable characters; a UUID will do`,
    ['idempotencyKey'],
  );
}

/** JSON whose keys are in order, so that the same request reads the same however it was written. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
