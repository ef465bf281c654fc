import { Agent, request } from 'node:http';
import { type Call } from './mixed-load';

const PATIENCE_MS = 60_000;

export interface SoakTarget {
  /** http://127.0.0.1:port */
  readonly url: string;
  readonly token: string;
}

interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Kept-alive connections to the server that is soaked. */
export class Connection {
  private readonly agent: Agent;

  constructor(
    private readonly target: SoakTarget,
    sockets: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: sockets });
  }

  /** Sends it, and says what became of it: "ok", or what it was instead. */
  async outcome({ query, variables }: Call): Promise<string> {
    try {
      const { status, text } = await this.send('POST', '/graphql', JSON.stringify({ query, variables }));
      return outcomeOf(status, text);
    } catch {
      return 'lost';
    }
  }

  /** The data of a query that has to work. */
  async data<D>(query: string, variables: object = {}): Promise<D> {
    const { status, text } = await this.send('POST', '/graphql', JSON.stringify({ query, variables }));
    const outcome = outcomeOf(status, text);
    if (outcome !== 'ok') throw new Error(`${outcome}: ${text.slice(0, 500)}`);
    return (JSON.parse(text) as { data: D }).data;
  }

  async metrics(): Promise<string> {
    return (await this.send('GET', '/metrics', '')).text;
  }

  close(): void {
    this.agent.destroy();
  }

  private send(method: 'GET' | 'POST', path: string, body: string): Promise<Reply> {
    const { url, token } = this.target;
    return new Promise((resolve, reject) => {
      const sent = request(
        `${url}${path}`,
        {
          method,
          agent: this.agent,
          timeout: PATIENCE_MS,
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
          });
        },
      );
      sent.on('timeout', () => sent.destroy(new Error('no answer')));
      sent.on('error', reject);
      sent.end(method === 'GET' ? undefined : body);
    });
  }
}

/** "ok", "refused CODE" for a mutation that was not done, "error CODE", or "status 503". */
export function outcomeOf(status: number, text: string): string {
  if (status !== 200) return `status ${status}`;
  const body = JSON.parse(text) as {
    data?: Record<string, Refusable | null> | null;
    errors?: { extensions?: { code?: string } }[];
  };
  const [error] = body.errors ?? [];
  if (error) return `error ${error.extensions?.code ?? 'without a code'}`;
  for (const payload of Object.values(body.data ?? {})) {
    const all = [payload, ...(payload?.results ?? [])].flatMap((part) => part?.userErrors ?? []);
    const [refusal] = all;
    if (refusal) return `refused ${refusal.code}`;
  }
  return 'ok';
}

interface Refusable {
  readonly userErrors?: readonly { readonly code: string }[];
  readonly results?: readonly { readonly userErrors: readonly { readonly code: string }[] }[];
}
