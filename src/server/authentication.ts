import { isDeepStrictEqual } from 'node:util';
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

/** Whose a token was the last time. */
export interface Presumption {
  readonly actor: Actor;
  /** Whose it is, looked up since then: the same object where nothing has changed, null where it is nobody's. */
  readonly confirmed: Promise<Actor | null>;
}

/** Presumes whose token it is, where that is known from before, while it is looked up; null where it is not. */
export type Presume = (bearerToken: string) => Presumption | null;

/** How many stored tokens are remembered to have been somebody's. */
const MOST_REMEMBERED = 1_000;

/**
 * Recognises the tokens that are stored, those that are valid only while this process runs (the bootstrap token and
 * the ones that a demo prints), and the access tokens of the identity provider. Of the first two only hashes are
 * compared: how long that takes says something about a hash, and nobody can choose a text by its hash. A stored token
 * is looked up each time, so it ends in the moment in which it is revoked; that it was somebody's is remembered, so
 * that what they ask for can be read meanwhile.
 */
export function createAuthentication({
  tokens,
  secrets,
  clock,
  ofThisRun,
  people,
  used,
}: AuthenticationParts): { readonly authenticate: Authenticate; readonly presume: Presume } {
  const actors = new Map(ofThisRun.map(({ text, actor }) => [keyOf(secrets.hash(text)), actor]));
  const remembered = new Map<string, Actor>();
  const ownerOf = async (hash: Uint8Array, key: string): Promise<Actor | null> => {
    const token = await tokens.usableByHash(hash, clock.now());
    if (token === null) {
      remembered.delete(key);
      return null;
    }
    used(token);
    const before = remembered.get(key);
    const actor = actorOf(token);
    if (before !== undefined && isDeepStrictEqual(before, actor)) return before;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(key, actor);
    return actor;
  };
  return {
    authenticate: async (bearerToken) => {
      const hash = secrets.hash(bearerToken);
      const key = keyOf(hash);
      const own = actors.get(key);
      if (own !== undefined) return own;
      if (people !== null && looksSigned(bearerToken)) return people(bearerToken);
      return ownerOf(hash, key);
    },
    presume: (bearerToken) => {
      const hash = secrets.hash(bearerToken);
      const key = keyOf(hash);
      const actor = remembered.get(key);
      return actor === undefined ? null : { actor, confirmed: ownerOf(hash, key) };
    },
  };
}

function actorOf({ id, name, role, csmId }: UsableToken): Actor {
  return { kind: 'TOKEN', id: `token:${id}`, name, role, csmId };
}

function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64');
}
