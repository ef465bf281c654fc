import { type EngagementProgram } from './engagement-program';
import { type Money } from './money';
import { newPromises, type ServicePromise, servicePromises } from './service-promise';

/** Whether service grows or shrinks; customers are told of both, in words of their own (spec section 11). */
export type MoveDirection = 'UP' | 'DOWN';

/** One side of a move: the rank of the tier, and what it was owed. */
export interface ServedTier {
  readonly rank: number;
  readonly program: EngagementProgram;
}

/** What a message about a move has to say. */
export interface MoveNews {
  readonly direction: MoveDirection;
  /** On the way up what is new; on the way down all that the customer can count on from now on. */
  readonly promises: readonly ServicePromise[];
}

/**
 * What a customer is told of a move; null where there is nothing to say: a first placement, a return or a farewell
 * has words of its own, and a tier that only got another name changes nothing. A tier that a new model dropped and
 * its successor can have the same rank, each on its own ladder: other service is then told in neutral words.
 */
export function moveNews(from: ServedTier | null, to: ServedTier | null, arr: Money | null): MoveNews | null {
  if (from === null || to === null) return null;
  const before = servicePromises(from.program, arr);
  const after = servicePromises(to.program, arr);
  if (to.rank < from.rank) return { direction: 'UP', promises: newPromises(before, after) };
  const isSame = newPromises(before, after).length === 0 && newPromises(after, before).length === 0;
  return to.rank === from.rank && isSame ? null : { direction: 'DOWN', promises: after };
}
