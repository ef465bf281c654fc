import { Client } from 'pg';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

export interface DatabaseListenerOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  readonly applicationName: string;
}

/**
 * The one connection by which a process hears what others tell through NOTIFY, on any number of channels. Lost
 * connections are made anew in the background, ever more slowly.
 */
export class DatabaseListener {
  private readonly channels = new Map<string, Set<() => void>>();
  /** The channels that the connection of now listens to. */
  private heard = new Set<string>();
  private connection: Client | null = null;
  private opening: Promise<void> | null = null;
  private isConnected = false;
  private isClosed = false;
  private retry: NodeJS.Timeout | null = null;
  private pause = FIRST_PAUSE_MS;

  constructor(private readonly options: DatabaseListenerOptions) {}

  /**
   * Calls on each word on the channel, and whenever words may have been missed: when listening begins and when the
   * connection is lost. Gives what ends it.
   */
  on(channel: string, call: () => void): () => void {
    const calls = this.channels.get(channel) ?? new Set();
    this.channels.set(channel, calls.add(call));
    if (this.isConnected) void this.listenToMissing();
    return () => calls.delete(call);
  }

  /** Whether no word on the channel is missed as of now. */
  hears(channel: string): boolean {
    return this.heard.has(channel);
  }

  /** Begins to listen, once; gives back control when it does or when the first try has failed. */
  async open(): Promise<void> {
    if (this.isClosed) return;
    this.opening ??= this.connect();
    await this.opening;
  }

  /** Stops listening for good. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.isConnected = false;
    this.heard = new Set();
    if (this.retry !== null) clearTimeout(this.retry);
    const { connection } = this;
    this.connection = null;
    await connection?.end().catch(ignore);
  }

  private async connect(): Promise<void> {
    const { url, applicationName } = this.options;
    const connection = new Client({
      connectionString: url,
      application_name: applicationName,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: 10_000,
    });
    this.connection = connection;
    const lost = (): void => {
      this.reconnect(connection);
    };
    connection.on('error', lost).on('end', lost);
    connection.on('notification', ({ channel }) => {
      this.call(channel);
    });
    try {
      await connection.connect();
    } catch {
      lost();
      return;
    }
    this.isConnected = this.connection === connection;
    await this.listenToMissing();
    if (this.connection === connection) this.pause = FIRST_PAUSE_MS;
  }

  private async listenToMissing(): Promise<void> {
    const { connection } = this;
    if (connection === null) return;
    try {
      for (const channel of this.channels.keys()) {
        if (this.heard.has(channel)) continue;
        await connection.query(`LISTEN ${connection.escapeIdentifier(channel)}`);
        if (this.connection !== connection) return;
        this.heard.add(channel);
        // What was read before this moment may have been replaced without a word.
        this.call(channel);
      }
    } catch {
      this.reconnect(connection);
    }
  }

  private call(channel: string): void {
    for (const call of this.channels.get(channel) ?? []) call();
  }

  private reconnect(lost: Client): void {
    // A connection reports its loss more than once.
    if (this.connection !== lost) return;
    this.connection = null;
    this.opening = null;
    this.isConnected = false;
    this.heard = new Set();
    for (const channel of this.channels.keys()) this.call(channel);
    lost.end().catch(ignore);
    if (this.isClosed) return;
    this.retry = setTimeout(() => void this.open(), this.pause);
    this.retry.unref();
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }
}

function ignore(): void {
  // The connection is gone already.
}
