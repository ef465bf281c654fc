import { createHash } from 'node:crypto';
import { type PoolUse } from '../connections';
import { DatabaseReader } from '../reads/database-reader';
import { MODEL_CHANNEL } from '../stores/model.store';
import { PrimaryProgress } from './primary-progress';
import { Replica, type ReplicaLog, type ReplicaState } from './replica';
import { SessionPositions } from './session-positions';
import { StandingConnection } from './standing-connection';
import { formatWalPosition, parseWalPosition, type WalPosition } from './wal-position';

export interface ReplicaSetOptions {
  readonly primary: DatabaseReader;
  /** postgres://user:password@host:port/database; the primary's has to be allowed to LISTEN. */
  readonly primaryUrl: string;
  readonly replicaUrls: readonly string[];
  /** The most connections that reads may hold at once on each replica. */
  readonly max: number;
  /** The most callers that wait for one of them. */
  readonly mostWaiting: number;
  readonly applicationName: string;
  /** A replica that is further behind does not serve. */
  readonly maximumLagMs: number;
  readonly log: ReplicaLog;
}

/** Tells every process up to where somebody has changed something. */
export const SESSION_CHANNEL = 'tierbook_session';

const CHECK_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 2_000;
const KEY_BYTES = 12;

/**
 * What is committed was written up to here at most. What is not on disk yet, and may be for long where nobody commits,
 * cannot reach a replica, so it counts only where commits do not wait for the disk.
 */
const COMMITTED = `CASE current_setting('synchronous_commit') WHEN 'off' THEN pg_current_wal_insert_lsn()
  ELSE pg_current_wal_flush_lsn() END`;

interface Identity {
  readonly position: string;
  readonly flushed: string;
  readonly cluster: string | null;
  readonly database: string;
}

/**
 * The replicas of a primary, and who may read from which of them. A replica serves while it answers and is not too far
 * behind; it serves somebody once it has replayed everything that this actor has changed, in whichever process, and
 * the last publication of a model. Whenever that cannot be told, the primary serves.
 */
export class ReplicaSet {
  readonly replicas: readonly Replica[];
  private readonly positions = new SessionPositions();
  private readonly progress = new PrimaryProgress();
  private readonly connection: StandingConnection;
  /** How often doubts have come up so far: a position that was asked for before a doubt does not end it. */
  private doubts = 0;
  private turn = 0;
  private lastPosition: WalPosition = 0n;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private isClosed = false;

  constructor(private readonly options: ReplicaSetOptions) {
    const { primaryUrl, replicaUrls, applicationName, ...ofEach } = options;
    this.connection = new StandingConnection({
      url: primaryUrl,
      applicationName,
      timeoutMs: ANSWER_WITHIN_MS,
      channels: [SESSION_CHANNEL, MODEL_CHANNEL],
      told: (channel, payload) => {
        this.hear(channel, payload);
      },
      lost: () => {
        this.doubt();
      },
    });
    this.replicas = replicaUrls.map(
      (url) => new Replica({ ...ofEach, url, applicationName, timeoutMs: ANSWER_WITHIN_MS }),
    );
  }

  /** Looks after the replicas, now and every second from now on. */
  async start(): Promise<void> {
    if (this.isClosed) return;
    this.running = this.check();
    await this.running;
    this.timer = setTimeout(() => void this.start(), CHECK_EVERY_MS);
    this.timer.unref();
  }

  /** Looks once; `now` is in milliseconds from any fixed moment. */
  async check(now = performance.now()): Promise<void> {
    const primary = await this.askPrimary(now);
    await Promise.all(
      this.replicas.map((replica) =>
        replica.check(primary, (replayed, since) => this.progress.behind(replayed, now, since), now),
      ),
    );
    const serving = this.replicas.filter(({ inService }) => inService);
    if (serving.length === 0) return;
    this.positions.forget(serving.map(({ replayed }) => replayed).reduce((a, b) => (a < b ? a : b)));
  }

  /**
   * The replica that may answer the actor, the least busy one of several; null for the primary.
   *
   * @param after what `wrote` gave to the same client, perhaps in another process
   */
  choose(actorId: string, after: WalPosition | null = null): Replica | null {
    const known = this.positions.requiredFor(sessionOf(actorId));
    if (known === null) return null;
    const required = after !== null && after > known ? after : known;
    const able = this.replicas.filter(({ inService, replayed }) => inService && replayed >= required);
    const least = Math.min(...able.map((replica) => replica.load));
    const idlest = able.filter((replica) => replica.load === least);
    this.turn += 1;
    return idlest[this.turn % idlest.length] ?? null;
  }

  /**
   * Notes that the actor has changed something, here and in every other process. Gives the position from which on the
   * actor's changes can be seen; null where the primary does not say, which then answers everybody until it does.
   */
  async wrote(actorId: string): Promise<string | null> {
    const session = sessionOf(actorId);
    try {
      const [row] = await this.connection.ask<{ position: string }>(
        `SELECT position, pg_notify($1, $2 || ' ' || position)
         FROM (SELECT ${COMMITTED}::text AS position) AS now`,
        [SESSION_CHANNEL, session],
      );
      const position = parseWalPosition(row?.position ?? '');
      if (position === null) throw new Error('the primary gave no position');
      this.positions.note(session, position);
      return formatWalPosition(position);
    } catch (error) {
      this.options.log.warn({ err: error }, 'the position after a change could not be read');
      this.doubt();
      return null;
    }
  }

  states(): ReplicaState[] {
    return this.replicas.map((replica) => replica.state());
  }

  pools(): Record<string, () => PoolUse> {
    return Object.fromEntries(this.replicas.map(({ name, reader }) => [name, () => reader.use()]));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.running;
    // A look that ended just now has set it.
    if (this.timer !== null) clearTimeout(this.timer);
    await this.connection.close();
    await Promise.all(this.replicas.map((replica) => replica.close()));
  }

  /** Null while the primary does not answer. */
  private async askPrimary(now: number): Promise<Identity | null> {
    const { doubts } = this;
    try {
      const [row] = await this.connection.ask<Identity>(
        `SELECT ${COMMITTED}::text AS position, pg_current_wal_flush_lsn()::text AS flushed,
           current_database() AS database,
           (SELECT system_identifier::text FROM pg_control_system()) AS cluster`,
      );
      const position = parseWalPosition(row?.position ?? '');
      const flushed = parseWalPosition(row?.flushed ?? '');
      if (row === undefined || position === null || flushed === null) return null;
      if (flushed < this.lastPosition) {
        this.positions.startAnew();
        this.progress.startAnew();
      }
      this.lastPosition = flushed;
      this.progress.note(flushed, now);
      if (this.doubts === doubts) this.positions.settle(position);
      return row;
    } catch (error) {
      this.options.log.debug({ err: error }, 'the primary could not be asked where it stands');
      return null;
    }
  }

  private hear(channel: string, payload: string): void {
    if (channel === MODEL_CHANNEL) {
      // Rows are read together with the model that placed them.
      this.doubt();
      return;
    }
    const [session, text] = payload.split(' ');
    const position = parseWalPosition(text ?? '');
    if (session !== undefined && position !== null) this.positions.note(session, position);
  }

  private doubt(): void {
    this.doubts += 1;
    this.positions.doubt();
  }
}

/** Of one length, and nothing that the channel would give away. */
function sessionOf(actorId: string): string {
  return createHash('sha256')
    .update(actorId)
    .digest('base64url')
    .slice(0, 2 * KEY_BYTES);
}
