import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  type KeyLike,
  SignJWT,
} from 'jose';
import { type TestClock } from './clock';

interface ProviderKey {
  readonly alg: string;
  readonly sign: KeyLike;
  readonly jwk: JWK;
  readonly pem: string;
}

/** What is to be different about a token. */
export interface TokenChanges {
  /** Claims; undefined takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** The key that signs: the provider's first one if left out. */
  readonly by?: string;
  /** Sign with a key that the provider does not publish under this id. */
  readonly forgedWith?: KeyLike;
}

/** A small identity provider on this machine. */
export class OidcProvider {
  readonly audience = 'tierbook-api';
  /** Every request that it got, by path. */
  readonly asked: string[] = [];
  /** Answers in the place of the usual documents, by path. */
  readonly instead = new Map<string, (response: ServerResponse) => void>();
  private readonly keys = new Map<string, ProviderKey>();
  private readonly published = new Set<string>();
  private readonly server = createServer((request, response) => {
    this.answer(request, response);
  });
  private port = 0;

  constructor(private readonly clock: TestClock) {}

  get issuer(): string {
    return `http://127.0.0.1:${this.port}/realm`;
  }

  /** Begins to listen, on the port it had before where it was stopped. */
  async start(): Promise<void> {
    await new Promise<void>((started) => {
      this.server.listen(this.port, '127.0.0.1', started);
    });
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const stopped = new Promise((done) => this.server.close(done));
    this.server.closeAllConnections();
    await stopped;
  }

  /** Makes a key and publishes it. */
  async addKey(id: string, alg = 'ES256'): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    const jwk = { ...(await exportJWK(publicKey)), kid: id, alg, use: 'sig' };
    this.keys.set(id, { alg, sign: privateKey, jwk, pem: await exportSPKI(publicKey) });
    this.published.add(id);
  }

  withdrawKey(id: string): void {
    this.published.delete(id);
  }

  pemOf(id: string): string {
    return this.key(id).pem;
  }

  /** An access token, good for an hour unless something is changed. */
  async token({ claims = {}, header = {}, by, forgedWith }: TokenChanges = {}): Promise<string> {
    const [first = ''] = this.published;
    const id = by ?? first;
    const { alg, sign } = this.key(id);
    return (
      new SignJWT(this.claims(claims))
        .setProtectedHeader({ alg, kid: id, typ: 'at+jwt', ...header })
        // Known to the provider alone.
        .sign(forgedWith ?? sign, { crit: { 'urn:x': true } })
    );
  }

  /** The claims of a good token, with changes. */
  claims(changes: Readonly<Record<string, unknown>>): JWTPayload {
    const now = this.now();
    return Object.fromEntries(
      Object.entries<unknown>({
        iss: this.issuer,
        aud: this.audience,
        sub: 'u-17',
        iat: now,
        exp: now + 3_600,
        tierbook_role: 'VIEWER',
        ...changes,
      }).filter(([, value]) => value !== undefined),
    );
  }

  /** The clock's moment in seconds, as tokens count them. */
  now(): number {
    return Date.parse(this.clock.now()) / 1_000;
  }

  private key(id: string): ProviderKey {
    const key = this.keys.get(id);
    if (key === undefined) throw new Error(`the provider has no key "${id}"`);
    return key;
  }

  private answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    this.asked.push(url);
    const instead = this.instead.get(url);
    if (instead) {
      instead(response);
      return;
    }
    const documents: Readonly<Record<string, unknown>> = {
      '/realm/.well-known/openid-configuration': { issuer: this.issuer, jwks_uri: `${this.issuer}/keys` },
      '/realm/keys': { keys: [...this.published].map((id) => this.key(id).jwk) },
    };
    if (!(url in documents)) response.statusCode = 404;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(documents[url] ?? {}));
  }
}
