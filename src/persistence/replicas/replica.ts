import { type DatabaseReader } from '../reads/database-reader';
import { type Lag } from './primary-progress';
import { ReplicaReader } from './replica-reader';
import { StandingConnection } from './standing-connection';
import { parseWalPosition, type WalPosition } from './wal-position';

/** What is said of replicas; pino's loggers will do. */
export interface ReplicaLog {
  debug(figures: object, line: string): void;
  info(figures: object, line: string): void;
  warn(figures: object, line: string): void;
}

export interface ReplicaOptions {
  readonly url: string;
  readonly primary: DatabaseReader;
  readonly max: number;
  readonly mostWaiting: number;
  readonly applicationName: string;
  readonly maximumLagMs: number;
  /** How long a check waits for an answer, and a question for a connection. */
  readonly timeoutMs: number;
  readonly log: ReplicaLog;
}

export interface ReplicaState {
  /** host:port */
  readonly name: string;
  readonly inService: boolean;
  /** Why it is out of service; null while it is in service. */
  readonly why: string | null;
  /** Null while it has never said where it stands. */
  readonly lagSeconds: number | null;
  /** Questions that the primary had to answer in its place. */
  readonly failures: number;
}

/** Who the primary is, as far as it says so. */
export interface PrimaryIdentity {
  readonly cluster: string | null;
  readonly database: string;
}

interface Standing extends PrimaryIdentity {
  readonly standby: boolean;
  readonly replayed: string;
}

/** What is in the middle of a question is broken off, if a replica has said nothing for this long. */
const GIVEN_UP_AFTER_MS = 5_000;

/** One replica: whether it serves, how far it has come, and the reader of it. */
export class Replica {
  readonly name: string;
  readonly reader: ReplicaReader;
  /** What everything up to here has changed can be seen. */
  replayed: WalPosition = 0n;
  private why: string | null = 'not looked at yet';
  private lag: Lag | null = null;
  private lackingSince: number | null = null;
  private failures = 0;
  private silentSince: number | null = null;
  private readonly connection: StandingConnection;

  constructor(private readonly options: ReplicaOptions) {
    const { url, primary, max, mostWaiting, applicationName, timeoutMs } = options;
    this.name = new URL(url).host;
    this.connection = new StandingConnection({ url, applicationName, timeoutMs });
    this.reader = new ReplicaReader({
      url,
      primary,
      max,
      mostWaiting,
      applicationName,
      connectTimeoutMs: timeoutMs,
      inService: () => this.inService,
      failed: (failure) => {
        this.failures += 1;
        if (failure === 'lost') this.judge('a connection was lost');
      },
    });
  }

  get inService(): boolean {
    return this.why === null;
  }

  /** How many connections work or are waited for. */
  get load(): number {
    const { total, idle, waiting } = this.reader.use();
    return total - idle + waiting;
  }

  /**
   * Asks the replica where it stands, and judges from that whether it may serve.
   *
   * @param primary null while the primary does not answer, and nothing new can be behind it
   */
  async check(
    primary: PrimaryIdentity | null,
    behind: (replayed: WalPosition, since: number | null) => Lag,
    now: number,
  ): Promise<void> {
    try {
      const [row] = await this.connection.ask<Standing>(
        `SELECT pg_is_in_recovery() AS standby, coalesce(pg_last_wal_replay_lsn()::text, '0/0') AS replayed,
           current_database() AS database, (SELECT system_identifier::text FROM pg_control_system()) AS cluster`,
      );
      this.silentSince = null;
      if (row === undefined) return;
      this.replayed = parseWalPosition(row.replayed) ?? 0n;
      this.lag = behind(this.replayed, this.lackingSince);
      this.lackingSince = this.lag.ms === 0 ? null : now - this.lag.ms;
      this.judge(this.objection(row, primary, this.lag));
    } catch (error) {
      this.silentSince ??= now;
      this.options.log.debug(
        { err: error, replica: this.name },
        'a replica could not be asked where it stands',
      );
      this.judge('it does not answer');
      if (now - this.silentSince >= GIVEN_UP_AFTER_MS) this.reader.breakConnections();
    }
  }

  state(): ReplicaState {
    const { name, inService, why, lag, failures } = this;
    return { name, inService, why, failures, lagSeconds: lag === null ? null : lag.ms / 1_000 };
  }

  async close(): Promise<void> {
    await this.connection.close();
    await this.reader.close();
  }

  private objection(row: Standing, primary: PrimaryIdentity | null, lag: Lag): string | null {
    if (!row.standby) return 'it is no replica';
    if (primary !== null && (row.database !== primary.database || row.cluster !== primary.cluster)) {
      return 'it is a replica of another database';
    }
    if (lag.atLeast) return 'it has not caught up yet';
    return lag.ms > this.options.maximumLagMs ? 'it is too far behind' : null;
  }

  private judge(why: string | null): void {
    if (why === this.why) return;
    const was = this.why;
    this.why = why;
    const figures = { replica: this.name, ...(this.lag === null ? {} : { lagMs: Math.round(this.lag.ms) }) };
    if (why === null) this.options.log.info(figures, 'a replica is in service');
    else this.options.log[was === null ? 'warn' : 'info']({ ...figures, why }, 'a replica is out of service');
  }
}
