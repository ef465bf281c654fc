import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type Replica } from './processes';

const QUERY = 'subscription ($since: ID) { events(since: $since) { id } }';
const PAUSE_MS = 300;

/** A client that follows all events, and goes on from the last one it has seen wherever its connection ends. */
export class EventFollower {
  readonly ids: string[] = [];
  /** How often it had to connect anew. */
  reconnects = -1;
  private stopped = false;
  private dispose: (() => void) | null = null;
  private readonly done: Promise<void>;

  constructor(
    private readonly replicas: readonly Replica[],
    private readonly token: string,
    /** The event after which it begins; null for whatever comes from now on. */
    since: string | null,
  ) {
    this.done = this.follow(since);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.dispose?.();
    await this.done;
  }

  private async follow(first: string | null): Promise<void> {
    for (let turn = 0; !this.stopped; turn += 1) {
      this.reconnects += 1;
      const replica = this.replicas[turn % this.replicas.length];
      if (replica !== undefined) await this.once(replica, this.ids.at(-1) ?? first);
      await pause(PAUSE_MS);
    }
  }

  /** Follows until the connection ends. */
  private async once({ port }: Replica, since: string | null): Promise<void> {
    const client = createClient({
      url: `ws://127.0.0.1:${port}/graphql`,
      connectionParams: { authorization: `Bearer ${this.token}` },
      retryAttempts: 0,
      webSocketImpl: WebSocket,
    });
    this.dispose = () => void client.dispose();
    try {
      for await (const { data } of client.iterate<{ events: { id: string } }>({
        query: QUERY,
        variables: { since },
      })) {
        if (data) this.ids.push(data.events.id);
      }
    } catch {
      // The server went away; another connection goes on from here.
    } finally {
      await client.dispose();
    }
  }
}
