import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { type Clock } from '../../app/ports/clock';
import { isReadable } from '../../domain/account-field';
import { type Logger } from '../log';
import { ProviderError } from './provider-error';
import { type ProviderKeys } from './provider-keys';

/** Asymmetric ones alone: with the others, whoever may check a token could make one. */
const ALGORITHMS: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** Other types, such as logout+jwt, are signed with the same keys and are no access tokens. */
const TYPES: readonly string[] = ['jwt', 'at+jwt'];
/** Seconds by which the clocks of the provider and of this machine may differ. */
const SKEW = 60;
const LONGEST_SUBJECT = 255;

/** Everything that is the fault of a token, and not of the provider. */
const FAULTS_OF_TOKENS = [
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
];

/** What a verified token says; its subject can be stored. */
export type Claims = JWTPayload & { readonly sub: string };

/** Whether the text has the form of a signed token, right or wrong. */
export function looksSigned(text: string): boolean {
  return /^[\w-]*\.[\w-]*\.[\w-]*$/.test(text);
}

/** Checks the access tokens that one issuer made for one audience. */
export class AccessTokens {
  constructor(
    private readonly expected: { readonly issuer: string; readonly audience: string },
    private readonly keys: ProviderKeys,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * The claims of a token whose signature, issuer, audience, type and times are right; null for any other. Claims
   * about identity alone are not looked at. Throws ProviderError where that cannot be found out.
   */
  async verify(token: string): Promise<Claims | null> {
    try {
      refuseByHeader(token);
      const { sub, ...claims } = await this.check(token);
      if (!isSubject(sub)) throw new errors.JWTInvalid('no usable subject');
      return { ...claims, sub };
    } catch (error) {
      if (error instanceof ProviderError) throw error;
      // The code alone: jose's errors carry the claims.
      const { code, claim } = error as { code?: unknown; claim?: unknown };
      if (FAULTS_OF_TOKENS.some((Fault) => error instanceof Fault)) {
        this.logger.debug(
          { reason: code, ...(claim !== 'unspecified' && { claim }) },
          'an access token was refused',
        );
        return null;
      }
      const name = error instanceof Error ? error.name : 'unknown';
      this.logger.warn(
        { issuer: this.expected.issuer, reason: code ?? name },
        'a key of the identity provider cannot be used',
      );
      throw new ProviderError('a key cannot be used');
    }
  }

  private async check(token: string): Promise<JWTPayload> {
    const options: JWTVerifyOptions = {
      ...this.expected,
      algorithms: [...ALGORITHMS],
      clockTolerance: SKEW,
      currentDate: new Date(this.clock.now()),
      requiredClaims: ['exp', 'sub'],
    };
    try {
      return (await jwtVerify(token, (header, input) => this.keys.find(header, input), options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      return await checkWithEach(error, token, options);
    }
  }
}

/** A token that names no key, while the issuer has several of its kind. */
async function checkWithEach(
  candidates: errors.JWKSMultipleMatchingKeys,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  for await (const key of candidates) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

/** So that the provider is not asked for what no key could make right. */
function refuseByHeader(token: string): void {
  let header;
  try {
    header = decodeProtectedHeader(token);
  } catch {
    throw new errors.JWTInvalid('no header');
  }
  const { alg, typ }: { alg?: unknown; typ?: unknown } = header;
  if (typeof alg !== 'string' || !ALGORITHMS.includes(alg)) throw new errors.JOSEAlgNotAllowed('algorithm');
  if (typ === undefined) return;
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
  if (!TYPES.includes(type)) throw new errors.JWTInvalid('type');
}

function isSubject(sub: unknown): sub is string {
  return typeof sub === 'string' && sub.trim() !== '' && sub.length <= LONGEST_SUBJECT && isReadable(sub);
}
