import { type Actor } from '../app/actor';
import { type Clock } from '../app/ports/clock';
import { type TokenReads, type UsableToken } from '../app/ports/reads';
import { type Secrets } from '../app/ports/secrets';
import { looksSigned } from './oidc/access-token';

/**
 * Finds out whose token it is; null for one that is unknown, expired or revoked. Throws HttpError where the token
 * is right and still opens nothing, or cannot be checked at the moment.
 */
export type Authenticate = (bearerToken: string) => Promise<Actor | null>;

const BEARER = /^Bearer +([\x21-\x7e]{1,8192})$/i;

/** The token of an authorization such as "Bearer ..."; null for anything else. */
export function bearerToken(authorization: unknown): string | null {
  return typeof authorization === 'string' ? (BEARER.exec(authorization)?.[1] ?? null) : null;
}

export interface AuthenticationParts {
  readonly tokens: TokenReads;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Tokens that are valid only while this process runs. */
  readonly ofThisRun: readonly { readonly text: string; readonly actor: Actor }[];
  /** Recognises people by what the identity provider signed; null where there is none. */
  readonly people: Authenticate | null;
  /** Told of every stored token that lets somebody in. */
  readonly used: (token: UsableToken) => void;
}

/**
 * Recognises the tokens that are stored, those that are valid only while this process runs (the bootstrap token and
 * the ones that a demo prints), and the access tokens of the identity provider. Of the first two only hashes are
 * compared: how long that takes says something about a hash, and nobody can choose a text by its hash. Nothing
 * about a stored token is remembered, so it ends in the moment in which it is revoked.
 */
export function createAuthentication({
  tokens,
  secrets,
  clock,
  ofThisRun,
  people,
  used,
}: AuthenticationParts): Authenticate {
  const actors = new Map(ofThisRun.map(({ text, actor }) => [keyOf(secrets.hash(text)), actor]));
  return async (bearerToken) => {
    const hash = secrets.hash(bearerToken);
    const own = actors.get(keyOf(hash));
    if (own !== undefined) return own;
    if (people !== null && looksSigned(bearerToken)) return people(bearerToken);
    const token = await tokens.usableByHash(hash, clock.now());
    if (token === null) return null;
    used(token);
    const { id, name, role, csmId } = token;
    return { kind: 'TOKEN', id: `token:${id}`, name, role, csmId };
  };
}

function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64');
}
