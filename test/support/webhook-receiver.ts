import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** A message as it came in. */
export interface Received {
  readonly id: string;
  readonly type: string;
  readonly data: {
    readonly account: { readonly id: string; readonly externalId: string; readonly name: string } | null;
    readonly details: Readonly<Record<string, unknown>>;
    readonly [field: string]: unknown;
  };
  readonly timestamp: string;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The status that it was answered with; null for one that was left without an answer. */
  readonly answered: number | null;
}

/** What the receiver answers: a status, or null to stay silent. It may wait before it does. */
export type Answering = (
  message: Omit<Received, 'answered'>,
  response: ServerResponse,
) => number | null | Promise<number | null>;

/** A server on loopback that webhooks are sent to. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** How many messages were here at once, at most. */
  mostAtOnce = 0;
  answering: Answering = () => 204;
  private here = 0;

  private constructor(private readonly server: Server) {}

  static async open(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => {
      receiver.here += 1;
      receiver.mostAtOnce = Math.max(receiver.mostAtOnce, receiver.here);
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        void receiver.take(
          { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body },
          response,
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** The messages that were answered with 200 to 299. */
  get accepted(): Received[] {
    return this.received.filter(({ answered }) => answered !== null && answered >= 200 && answered < 300);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(
    request: Pick<Received, 'method' | 'path' | 'headers' | 'body'>,
    response: ServerResponse,
  ): Promise<void> {
    const parsed = JSON.parse(request.body) as Pick<Received, 'type' | 'data' | 'timestamp'>;
    const message = { ...parsed, ...request, id: String(request.headers['webhook-id']) };
    const answered = await this.answering(message, response);
    this.received.push({ ...message, answered });
    this.here -= 1;
    if (answered === null) return;
    if (!response.headersSent) response.writeHead(answered);
    response.end();
  }
}

/** Verifies a message as a receiver does, by the library of Standard Webhooks, at the moment that it was sent. */
export function verify({ body, headers }: Pick<Received, 'body' | 'headers'>, secret: string): unknown {
  const at = Number(headers['webhook-timestamp']) * 1_000;
  const clock = jest.spyOn(Date, 'now').mockReturnValue(at);
  try {
    return new Webhook(secret).verify(body, headers as Record<string, string>);
  } finally {
    clock.mockRestore();
  }
}
