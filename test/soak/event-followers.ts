import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type Connection, type SoakTarget } from './connection';
import { type Deliveries } from './verdict';

const FOLLOWED = `subscription Soak($since: ID) {
  events(since: $since) { id type occurredAt account { externalId tier { key } } data }
}`;
const NEWEST = '{ events(first: 1) { totalCount nodes { id } } }';

interface Newest {
  readonly events: { readonly totalCount: number; readonly nodes: readonly { readonly id: string }[] };
}

/** Subscriptions that are open throughout, and must get everything once. */
export class EventFollowers {
  /** By event, a bit for each follower that got it. */
  private readonly seen = new Map<string, number>();
  private readonly clients: ReturnType<typeof createClient>[] = [];
  private delivered = 0;
  private twice = 0;
  private readonly failed = new Set<number>();

  private constructor(
    private readonly count: number,
    private readonly before: number,
  ) {}

  /** At most 30, for a bit each. */
  static async open(target: SoakTarget, connection: Connection, count: number): Promise<EventFollowers> {
    const { events } = await connection.data<Newest>(NEWEST);
    const followers = new EventFollowers(count, events.totalCount);
    for (let index = 0; index < count; index += 1) {
      followers.follow(target, index, events.nodes[0]?.id ?? null);
    }
    return followers;
  }

  /** What was delivered, once everything has come or `patience` milliseconds have passed without another delivery. */
  async settle(connection: Connection, patience: number): Promise<Deliveries> {
    const { events: newest } = await connection.data<Newest>(NEWEST);
    const events = newest.totalCount - this.before;
    let delivered = -1;
    while (this.delivered < events * this.count && this.delivered !== delivered) {
      delivered = this.delivered;
      const deadline = performance.now() + patience;
      while (this.delivered === delivered && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    const missing = Math.max(0, events * this.count - (this.delivered - this.twice));
    return { followers: this.count, events, missing, twice: this.twice, broken: this.failed.size };
  }

  async close(): Promise<void> {
    for (const client of this.clients) await client.dispose();
  }

  private follow({ url, token }: SoakTarget, index: number, since: string | null): void {
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
      webSocketImpl: WebSocket,
    });
    this.clients.push(client);
    client.subscribe<{ events: { id: string } }>(
      { query: FOLLOWED, variables: { since } },
      {
        next: ({ data, errors }) => {
          if (errors) this.failed.add(index);
          if (data) this.note(data.events.id, 1 << index);
        },
        error: () => this.failed.add(index),
        // Its own goodbye comes after what it got was counted.
        complete: () => this.failed.add(index),
      },
    );
  }

  private note(id: string, bit: number): void {
    const bits = this.seen.get(id) ?? 0;
    this.delivered += 1;
    if ((bits & bit) !== 0) this.twice += 1;
    this.seen.set(id, bits | bit);
  }
}
