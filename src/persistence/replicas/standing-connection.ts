import { type Socket } from 'node:net';
import { Client } from 'pg';

export interface StandingConnectionOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  readonly applicationName: string;
  /** How long connecting and each answer may take. */
  readonly timeoutMs: number;
  /** What it listens to, and who is told; after each connecting anew, something may have been missed. */
  readonly channels?: readonly string[];
  readonly told?: (channel: string, payload: string) => void;
  readonly lost?: () => void;
}

/**
 * One connection for small questions, made when it is first needed and again after it was lost. A server that does
 * not answer in time counts as lost.
 */
export class StandingConnection {
  private client: Promise<Client> | null = null;
  private isClosed = false;

  constructor(private readonly options: StandingConnectionOptions) {}

  /** Throws whatever keeps the server from answering. */
  async ask<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    if (this.isClosed) throw new Error('the connection is closed');
    const connecting = (this.client ??= this.connect());
    try {
      const client = await connecting;
      return (await client.query(sql, [...parameters])).rows as Row[];
    } catch (error) {
      this.letGo(connecting);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const client = await this.client?.catch(() => null);
    this.client = null;
    await client?.end().catch(ignore);
  }

  private async connect(): Promise<Client> {
    const { url, applicationName, timeoutMs, channels = [], told } = this.options;
    const client = new Client({
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
      keepAlive: true,
    });
    client.on('error', ignore).on('end', () => {
      this.lose(client);
    });
    client.on('notification', ({ channel, payload }) => told?.(channel, payload ?? ''));
    try {
      await client.connect();
      for (const channel of channels) await client.query(`LISTEN ${channel}`);
      this.current = client;
      return client;
    } catch (error) {
      end(client);
      throw error;
    }
  }

  private current: Client | null = null;

  private letGo(connecting: Promise<Client>): void {
    if (this.client !== connecting) return;
    const { current } = this;
    if (current === null) {
      this.client = null;
      this.options.lost?.();
    } else {
      this.lose(current);
      end(current);
    }
  }

  private lose(client: Client): void {
    if (this.current !== client) return;
    this.current = null;
    this.client = null;
    if (!this.isClosed) this.options.lost?.();
  }
}

/** Without waiting for a server that may be gone. */
function end(client: Client): void {
  client.end().catch(ignore);
  (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
}

function ignore(): void {
  // The connection is made anew with the next question.
}
