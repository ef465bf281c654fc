import { lookup, type LookupAddress } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type LookupFunction } from 'node:net';
import { type WebhookAddresses, type WebhookMessage, type WebhookSender } from '../app/ports/webhook';
import { WEBHOOK_TIMEOUT_SECONDS, type WebhookAnswer } from '../domain/webhook';
import { isPublicAddress, notPublic } from './public-address';
import { signedHeaders } from './signature';

/** All addresses of a name, as `dns.lookup` gives them. */
export type Resolve = (
  hostname: string,
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

export interface HttpWebhookSenderOptions {
  readonly addresses: WebhookAddresses;
  readonly timeoutMs?: number;
  readonly resolve?: Resolve;
}

/** An answer says all that is asked by its status; of the body so much is read that the endpoint can finish. */
const MOST_BODY_BYTES = 65_536;
const LONGEST_ERROR = 200;

/** The name resolves to no address that may be reached. */
class AddressRefused extends Error {}

/**
 * Posts messages. The address that is connected to is the very one that was checked, at every attempt, so that a name
 * cannot point elsewhere in between; redirects are not followed, and no connection outlives its message.
 */
export class HttpWebhookSender implements WebhookSender {
  private readonly timeoutMs: number;
  private readonly resolve: Resolve;

  constructor(private readonly options: HttpWebhookSenderOptions) {
    this.timeoutMs = options.timeoutMs ?? WEBHOOK_TIMEOUT_SECONDS * 1_000;
    this.resolve = options.resolve ?? resolveName;
  }

  async send(message: WebhookMessage): Promise<WebhookAnswer> {
    const begun = performance.now();
    const answer = (
      statusCode: number | null,
      error: string | null,
      retryAfter: string | null = null,
    ): WebhookAnswer => ({
      statusCode,
      error: error === null ? null : error.slice(0, LONGEST_ERROR),
      retryAfter,
      durationMs: Math.round(performance.now() - begun),
    });
    const { addresses } = this.options;
    const url = new URL(message.url);
    if (url.protocol !== 'https:' && !addresses.privateAllowed)
      return answer(null, 'only https:// is allowed');
    const refusal = addresses.refusal(message.url);
    if (refusal !== null) return answer(null, refusal);
    try {
      const { statusCode, headers } = await this.post(url, message);
      return answer(statusCode ?? null, null, headers['retry-after'] ?? null);
    } catch (error) {
      return answer(null, this.reasonOf(error));
    }
  }

  private async post(url: URL, message: WebhookMessage): Promise<IncomingMessage> {
    const post = url.protocol === 'https:' ? requestHttps : requestHttp;
    const signal = AbortSignal.timeout(this.timeoutMs);
    return new Promise((resolve, reject) => {
      const request = post(url, {
        method: 'POST',
        agent: false,
        lookup: this.lookUp,
        signal,
        headers: { ...signedHeaders(message), 'content-length': Buffer.byteLength(message.body) },
      });
      let answered: IncomingMessage | null = null;
      // Whatever becomes of the body, the status has been said.
      request.on('error', (error) => {
        if (answered === null) reject(error);
        else resolve(answered);
      });
      request.on('response', (response) => {
        answered = response;
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MOST_BODY_BYTES) response.destroy();
        });
        response.on('error', ignore);
        response.on('close', () => {
          resolve(response);
        });
      });
      request.end(message.body);
    });
  }

  /** Stands in for Node's own look-up. Addresses in the URL itself come past it; `refusal` has seen those. */
  private readonly lookUp: LookupFunction = (hostname, options, done) => {
    this.resolve(hostname, (error, found) => {
      const usable = this.options.addresses.privateAllowed
        ? found
        : found.filter(({ address }) => isPublicAddress(address));
      const [first] = usable;
      if (error !== null) done(error, '');
      else if (first === undefined) {
        done(new AddressRefused(notPublic(found[0]?.address ?? hostname)), '');
      } else if (options.all === true) done(null, [...usable]);
      else done(null, first.address, first.family);
    });
  };

  private reasonOf(error: unknown): string {
    if (error instanceof AddressRefused) return error.message;
    const { name, code, message } = error as NodeJS.ErrnoException;
    if (name === 'AbortError') return `no answer came within ${this.timeoutMs / 1_000} s`;
    return code ?? message;
  }
}

const resolveName: Resolve = (hostname, done) => {
  lookup(hostname, { all: true }, (error, addresses) => {
    done(error, error === null ? addresses : []);
  });
};

function ignore(): void {
  // The request tells of it as well.
}
