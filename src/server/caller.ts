import type { FastifyRequest } from 'fastify';
import type { Actor } from '../app/actor';
import { type WorkScope } from '../persistence/work-scope';
import { type Authenticate, bearerToken, type Presume } from './authentication';
import { HttpError } from './http-errors';

/** Whose request it is. Throws 401. */
export async function actorOf(request: FastifyRequest, authenticate: Authenticate): Promise<Actor> {
  const token = bearerToken(request.headers.authorization);
  const actor = token === null ? null : await authenticate(token);
  if (!actor) throw unauthenticated(token !== null);
  return actor;
}

/** Whose request it is, or seems to be. */
export interface Caller {
  readonly actor: Actor;
  /** Whose it is: throws 401 where it is nobody's. Null where that is known already. */
  readonly confirmed: Promise<Actor> | null;
}

/** The caller whose token is remembered, while it is looked up; null where there is none. */
export function presumedCaller({ headers }: FastifyRequest, presume: Presume | undefined): Caller | null {
  const token = bearerToken(headers.authorization);
  const presumed = token === null ? null : (presume?.(token) ?? null);
  if (presumed === null) return null;
  const confirmed = presumed.confirmed.then((actor) => {
    if (actor === null) throw unauthenticated(true);
    return actor;
  });
  // Whoever is told anything waits for it; a request may end before.
  confirmed.catch(ignore);
  return { actor: presumed.actor, confirmed };
}

/**
 * What the work answers the caller, whom it names, once it is certain who that is: neither an answer nor an error is
 * told before. What was answered to whom they are no more, such as to another role, is answered anew.
 */
export async function toldOnceConfirmed<Answer extends { readonly actor: Actor }>(
  { actor, confirmed }: Caller,
  scope: WorkScope,
  work: (actor: Actor, confirmed: Caller['confirmed']) => Promise<Answer>,
): Promise<Answer> {
  const working = work(actor, confirmed);
  if (confirmed === null) return working;
  working.catch(ignore);
  const now = await scope.bound(confirmed);
  const answer = await working;
  return answer.actor === now ? answer : work(now, null);
}

function ignore(): void {
  // It is told where it is waited for.
}

/** The 401 of whoever has no token, or a wrong one. */
export function unauthenticated(hadToken: boolean): HttpError {
  const message = hadToken ? 'the token is not valid (any more)' : 'send a token: authorization: Bearer ...';
  const challenge = `Bearer realm="tierbook"${hadToken ? ', error="invalid_token"' : ''}`;
  return new HttpError(401, message, 'UNAUTHENTICATED', { 'www-authenticate': challenge });
}
