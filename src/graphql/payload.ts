import { Refusals } from '../domain/errors';
import { isUserError, type UserErrorFields, userErrorOf } from './errors';

/**
 * Does the work of a mutation. A refusal that the caller can act on becomes the payload's `userErrors`; anything
 * else ends the operation.
 */
export async function refusedWith<P>(
  work: () => Promise<P>,
  refused: (userErrors: readonly UserErrorFields[]) => P,
): Promise<P> {
  try {
    return await work();
  } catch (error) {
    if (!isUserError(error)) throw error;
    return refused(error instanceof Refusals ? error.all.map(userErrorOf) : [userErrorOf(error)]);
  }
}
