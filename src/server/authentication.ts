import { type Actor } from '../app/actor';
import { type Clock } from '../app/ports/clock';
import { type Secrets } from '../app/ports/secrets';
import { type TokenReads } from '../app/ports/reads';

/** Finds out whose token it is; null for one that is unknown, expired or revoked. */
export type Authenticate = (bearerToken: string) => Promise<Actor | null>;

/**
 * Recognises the tokens that are stored, and those that are valid only while this process runs (the bootstrap
 * token and the ones that a demo prints). Only hashes are compared.
 */
export function createAuthentication(
  tokens: TokenReads,
  secrets: Secrets,
  clock: Clock,
  ofThisRun: readonly { readonly text: string; readonly actor: Actor }[],
): Authenticate {
  const actors = new Map(ofThisRun.map(({ text, actor }) => [keyOf(secrets.hash(text)), actor]));
  return async (bearerToken) => {
    const hash = secrets.hash(bearerToken);
    const own = actors.get(keyOf(hash));
    if (own !== undefined) return own;
    const token = await tokens.usableByHash(hash, clock.now());
    if (token === null) return null;
    const { id, name, role, csmId } = token;
    return { kind: 'TOKEN', id: `token:${id}`, name, role, csmId };
  };
}

function keyOf(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64');
}
