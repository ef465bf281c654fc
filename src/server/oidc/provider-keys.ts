import {
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import { isSecureUrl } from '../config';
import { type Logger } from '../log';
import { fetchProviderDocument } from './provider-document';
import { ProviderError } from './provider-error';

/** How the keys of a provider are kept; durations in milliseconds. */
const TIMES = {
  /** For both documents together. */
  fetching: 5_000,
  /** After that the provider is asked again, so that a key that was taken out stops counting. */
  fresh: 10 * 60_000,
  /** So long the keys still count while the provider cannot be asked. */
  longest: 60 * 60_000,
  /** So long an unknown key id does not make the provider be asked again: anybody can invent one. */
  cooldown: 30_000,
  /** So long the provider is left alone after it could not be asked. */
  pause: 5_000,
} as const;

type KeySet = ReturnType<typeof createLocalJWKSet>;
type Key = Awaited<ReturnType<KeySet>>;

interface LoadedKeys {
  readonly find: KeySet;
  readonly at: number;
}

/**
 * The public keys by which an issuer signs: found through its discovery document when the first token comes, kept
 * for a while, and looked up anew for a key id that is not among them.
 */
export class ProviderKeys {
  private loaded: LoadedKeys | null = null;
  private loading: Promise<LoadedKeys> | null = null;
  private failedAt: number | null = null;

  /** @param elapsed milliseconds from any fixed moment */
  constructor(
    private readonly issuer: string,
    private readonly logger: Logger,
    private readonly elapsed: () => number,
  ) {}

  /**
   * The key that the header of a token asks for.
   * Throws ProviderError, or jose's JWKSNoMatchingKey, JWKSMultipleMatchingKeys or JOSENotSupported.
   */
  async find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<Key> {
    const keys = await this.current();
    try {
      return await keys.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || this.age(keys.at) < TIMES.cooldown) throw error;
    }
    return (await this.reload()).find(header, token);
  }

  private async current(): Promise<LoadedKeys> {
    const { loaded } = this;
    if (loaded !== null && this.age(loaded.at) < TIMES.fresh) return loaded;
    try {
      return await this.reload();
    } catch (error) {
      if (loaded !== null && this.age(loaded.at) < TIMES.longest) return loaded;
      throw error;
    }
  }

  /** Whoever comes while the provider is being asked waits for the same answer. */
  private async reload(): Promise<LoadedKeys> {
    if (this.failedAt !== null && this.age(this.failedAt) < TIMES.pause) {
      throw new ProviderError(`${this.issuer} is left alone for a moment, since it could not be asked`);
    }
    this.loading ??= this.load().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  private async load(): Promise<LoadedKeys> {
    try {
      const signal = AbortSignal.timeout(TIMES.fetching);
      const discovery = await fetchProviderDocument(discoveryUrl(this.issuer), signal);
      const jwks = await fetchProviderDocument(keySetUrl(discovery, this.issuer), signal);
      this.loaded = { find: keySetOf(jwks, this.issuer), at: this.elapsed() };
      this.failedAt = null;
      this.logger.debug({ issuer: this.issuer }, 'read the keys of the identity provider');
      return this.loaded;
    } catch (error) {
      this.failedAt = this.elapsed();
      const reason = error instanceof ProviderError ? error.message : 'for a reason that is not known';
      this.logger.warn({ issuer: this.issuer }, `the identity provider cannot be asked: ${reason}`);
      throw error;
    }
  }

  private age(moment: number): number {
    return this.elapsed() - moment;
  }
}

function discoveryUrl(issuer: string): URL {
  return new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
}

function keySetUrl(discovery: unknown, issuer: string): URL {
  const { issuer: named, jwks_uri: uri } = (discovery ?? {}) as { issuer?: unknown; jwks_uri?: unknown };
  if (named !== issuer) {
    const name = JSON.stringify(named ?? null).slice(0, 200);
    throw new ProviderError(`it calls itself ${name}, and OIDC_ISSUER must be exactly that`);
  }
  // Plain http is for a provider on this machine alone; another one has no business with what else listens here.
  if (typeof uri !== 'string' || !isSecureUrl(uri) || (isHttps(issuer) && !isHttps(uri))) {
    throw new ProviderError('its discovery document has no jwks_uri that starts with https://');
  }
  return new URL(uri);
}

function isHttps(url: string): boolean {
  return new URL(url).protocol === 'https:';
}

function keySetOf(jwks: unknown, issuer: string): KeySet {
  try {
    return createLocalJWKSet(jwks as JSONWebKeySet);
  } catch (cause) {
    throw new ProviderError(`the key set of ${issuer} is malformed`, { cause });
  }
}
