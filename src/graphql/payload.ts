import { Refusals } from '../domain/errors';
import { Extensions, Field, ObjectType } from 'type-graphql';
import { isUserError, type UserErrorFields, userErrorOf } from './errors';
import { UserError } from './node';

/** What may be refused as one thing: a payload, or the result of one item of many. */
@ObjectType({ simpleResolvers: true })
export abstract class Refusable {
  @Extensions({ listBound: 1 })
  @Field(() => [UserError], { description: 'Why it was refused; empty otherwise.' })
  userErrors!: readonly UserError[];
}

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

/** The same for a mutation of many items: a result for each, or none where the whole call was refused. */
export function resultsWith<R>(
  work: () => Promise<readonly R[]>,
): Promise<{ readonly results: readonly R[]; readonly userErrors: readonly UserErrorFields[] }> {
  return refusedWith<{ results: readonly R[]; userErrors: readonly UserErrorFields[] }>(
    async () => ({ results: await work(), userErrors: [] }),
    (userErrors) => ({ results: [], userErrors }),
  );
}

/** Finds what was read by its id; null for no id, and for what was not read. */
export function finderOf<N extends { readonly id: string }>(
  nodes: readonly N[],
): (id: string | null | undefined) => N | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return (id) => byId.get(id ?? '') ?? null;
}
