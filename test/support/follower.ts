import { type AddressInfo } from 'node:net';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type TestApi } from './api';
import { until } from './until';

/** Lets the API listen, and gives the address of its sockets. */
export async function listen({ application }: TestApi): Promise<string> {
  await application.http.listen({ host: '127.0.0.1', port: 0 });
  return `ws://127.0.0.1:${(application.http.server.address() as AddressInfo).port}/graphql`;
}

/** An error as it comes in a message. */
export interface WireError {
  readonly message: string;
  readonly extensions: { readonly code: string };
}

/** What the ordinary client got for one subscription. */
export class Follower<E> {
  readonly events: E[] = [];
  /** What was refused, or went wrong with an event. */
  readonly errors: WireError[] = [];
  /** The code with which the socket was closed, or null for a subscription that ended by itself. */
  ended: { readonly code: number | null; readonly reason: string } | null = null;
  private readonly client;

  constructor(
    url: string,
    params: Record<string, unknown>,
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    this.client = createClient({
      url,
      connectionParams: params,
      retryAttempts: 0,
      webSocketImpl: class extends WebSocket {
        constructor(address: string, protocol: string) {
          super(address, protocol, { headers });
        }
      },
    });
    this.client.subscribe<{ events: E }>(
      { query, variables },
      {
        next: ({ data, errors }) => {
          if (data) this.events.push(data.events);
          this.errors.push(...((errors ?? []) as unknown as WireError[]));
        },
        error: (error) => {
          this.ended = endingOf(error);
          if (Array.isArray(error)) this.errors.push(...(error as WireError[]));
        },
        complete: () => {
          this.ended ??= { code: null, reason: 'complete' };
        },
      },
    );
  }

  async has(count: number): Promise<E[]> {
    await until(`${count} events have come`, () => this.events.length >= count || this.ended !== null);
    return this.events;
  }

  async end(): Promise<{ readonly code: number | null; readonly reason: string }> {
    await until('the subscription has ended', () => this.ended !== null);
    return this.ended ?? { code: null, reason: '' };
  }

  /** The codes of the errors with which it ended. */
  async refusal(): Promise<string[]> {
    await this.end();
    return this.errors.map(({ extensions }) => extensions.code);
  }

  async stop(): Promise<void> {
    await this.client.dispose();
  }
}

function endingOf(error: unknown): { code: number | null; reason: string } {
  if (typeof error !== 'object' || error === null || !('code' in error)) return { code: null, reason: '' };
  const { code, reason } = error as { code: unknown; reason?: unknown };
  return {
    code: typeof code === 'number' ? code : null,
    reason: typeof reason === 'string' ? reason : String(code),
  };
}
