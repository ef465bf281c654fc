import { type Actor, type Role, ROLES } from '../../app/actor';
import { type Clock } from '../../app/ports/clock';
import { type CsmIdentityReads } from '../../app/ports/csm-identity';
import { HttpError } from '../http-errors';
import { type Logger } from '../log';
import { AccessTokens, type Claims } from './access-token';
import { csmKeyOf, nameOf, ROLE_CLAIM, ROLE_PREFIX, roleOf, ROLES_CLAIM } from './claims';
import { CsmDirectory } from './csm-directory';
import { ProviderError } from './provider-error';
import { ProviderKeys } from './provider-keys';

const RETRY_AFTER_SECONDS = 5;

export interface PeopleOptions {
  readonly oidc: { readonly issuer: string; readonly audience: string };
  readonly csms: CsmIdentityReads;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds from any fixed moment, by which keys and CSMs are kept. */
  readonly elapsed?: (() => number) | undefined;
}

/**
 * Recognises people by the access tokens of the identity provider; null for a token that is not valid. Throws
 * HttpError: 403 for somebody whom the provider gives no role of Tierbook, 503 while tokens cannot be checked.
 */
export function recognisePeople({
  oidc,
  csms,
  clock,
  logger,
  elapsed = () => performance.now(),
}: PeopleOptions): (accessToken: string) => Promise<Actor | null> {
  const tokens = new AccessTokens(oidc, new ProviderKeys(oidc.issuer, logger, elapsed), clock, logger);
  const directory = new CsmDirectory(csms, elapsed);
  return async (accessToken) => {
    const claims = await verify(tokens, accessToken);
    if (claims === null) return null;
    const role = roleOrRefusal(claims);
    const key = csmKeyOf(claims);
    const csmId = key === null ? null : await directory.idOf(key);
    return { kind: 'PERSON', id: `person:${claims.sub}`, name: nameOf(claims), role, csmId };
  };
}

async function verify(tokens: AccessTokens, accessToken: string): Promise<Claims | null> {
  try {
    return await tokens.verify(accessToken);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new HttpError(
      503,
      'your token cannot be checked at the moment, because the identity provider does not answer as it should; try again',
      'UNAVAILABLE',
      { 'retry-after': String(RETRY_AFTER_SECONDS) },
    );
  }
}

function roleOrRefusal(claims: Claims): Role {
  const role = roleOf(claims);
  if (role !== 'MISSING' && role !== 'UNKNOWN') return role;
  const known = ROLES.join(', ');
  const message =
    role === 'MISSING'
      ? `the identity provider gives you no role here: your token needs the claim ${ROLE_CLAIM} (${known}), or ${ROLES_CLAIM} with an entry such as ${ROLE_PREFIX}${ROLES[0]}`
      : `the identity provider gives you a role that is not known here; known are ${known}`;
  throw new HttpError(403, message, 'FORBIDDEN', {
    'www-authenticate': 'Bearer realm="tierbook", error="insufficient_scope"',
  });
}
