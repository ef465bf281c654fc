import PgBoss from 'pg-boss';

/** What a process says of its jobs; pino's loggers will do. */
export interface JobLog {
  debug(figures: object, line: string): void;
  info(figures: object, line: string): void;
  warn(figures: object, line: string): void;
  error(figures: object, line: string): void;
}

export interface QueueOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  /** The name by which the connections can be told apart in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly log: JobLog;
}

/** A job that this process has taken. */
export interface TakenJob {
  readonly id: string;
  /** How often it was taken before. */
  readonly retries: number;
}

const CONNECTIONS = 2;

/**
 * A dead worker's job stays "active" for this long. It keeps nobody waiting: each worker sends a job of its own
 * when it starts, and what keeps two from working at once is a lock that dies with its holder.
 */
const EXPIRES_AFTER_SECONDS = 3_600;
const RETRIES = 5;
const FIRST_RETRY_AFTER_SECONDS = 30;
const MAINTENANCE_SECONDS = 60;

/** Marks the statements by which pg-boss says what became of a job. */
export const CLOSES_A_JOB = /SET completed_on = now\(\)|DELETE FROM pgboss\.job\b/;

/**
 * One queue of pg-boss, which keeps its tables in the schema `pgboss` and makes them when it is first opened.
 * A job waits there once at most: what it is for is found out when it runs.
 */
export class Queue {
  private answers = true;
  private outageCount = 0;

  private constructor(
    private readonly boss: PgBoss,
    private readonly name: string,
    private readonly log: JobLog,
  ) {
    boss.on('error', (error) => {
      this.noteFailure(error);
    });
  }

  /**
   * Opens the queue, and makes it where it does not exist yet; several processes may do so at once. A job is sent
   * at the times of the cron expression, whichever processes run then.
   * Throws whatever keeps the database from answering; nothing is left open then.
   */
  static async open(
    name: string,
    { cron, timeZone }: { readonly cron: string; readonly timeZone: string },
    { url, applicationName, log }: QueueOptions,
  ): Promise<Queue> {
    const boss = new PgBoss({
      connectionString: url,
      application_name: applicationName,
      max: CONNECTIONS,
      maintenanceIntervalSeconds: MAINTENANCE_SECONDS,
    });
    const queue = new Queue(boss, name, log);
    try {
      await boss.start();
      const options = {
        name,
        policy: 'short' as const,
        retryLimit: RETRIES,
        retryDelay: FIRST_RETRY_AFTER_SECONDS,
        retryBackoff: true,
        expireInSeconds: EXPIRES_AFTER_SECONDS,
      };
      await boss.createQueue(name, options);
      await boss.updateQueue(name, options);
      await boss.schedule(name, cron, {}, { tz: timeZone });
      queue.watchStatements();
      return queue;
    } catch (error) {
      await queue.close();
      throw error;
    }
  }

  /** Sends a job, unless one waits already. */
  async send(): Promise<void> {
    await this.boss.send(this.name, {});
  }

  /** Takes the job that waits, if one does; null too while the database does not answer. */
  async take(): Promise<TakenJob | null> {
    const [job] = await this.boss.fetch(this.name, { includeMetadata: true });
    return job === undefined ? null : { id: job.id, retries: job.retryCount };
  }

  /** Says that the job is done. Where that cannot be said, the job runs out by itself and finds nothing to do then. */
  async complete({ id }: TakenJob, figures: object): Promise<void> {
    await this.boss.complete(this.name, id, figures);
  }

  /** Puts the job back, to be taken again after a while that grows with each time. */
  async fail({ id }: TakenJob, reason: string): Promise<void> {
    await this.boss.fail(this.name, id, { reason });
  }

  /** Lets go of the database. */
  async close(): Promise<void> {
    try {
      await this.boss.stop({ graceful: false });
    } catch (error) {
      this.noteFailure(error);
    }
    // Where starting has failed, pg-boss does not know that it has a pool to close.
    await (this.boss.getDb() as PgBoss.Db & { close?: () => Promise<void> }).close?.().catch(ignore);
  }

  /** How often the database has gone away so far. */
  get outages(): number {
    return this.outageCount;
  }

  /**
   * pg-boss swallows some failures and lets others go unhandled, which would end the process: those of saying
   * what became of a job of its own. Such a job runs out by itself and is done again, so they are only logged.
   */
  private watchStatements(): void {
    const database = this.boss.getDb();
    const execute = database.executeSql.bind(database);
    database.executeSql = async (text, values) => {
      try {
        const result = await execute(text, values);
        this.noteAnswer();
        return result;
      } catch (error) {
        this.noteFailure(error);
        if (CLOSES_A_JOB.test(text)) return { rows: [{ count: '0' }] };
        throw error;
      }
    };
  }

  private noteAnswer(): void {
    if (!this.answers) this.log.info({}, 'the queue answers again');
    this.answers = true;
  }

  private noteFailure(error: unknown): void {
    if (this.answers) {
      this.outageCount += 1;
      this.log.error({ err: error }, 'the queue does not answer');
    } else this.log.debug({ err: error }, 'the queue does not answer');
    this.answers = false;
  }
}

function ignore(): void {
  // It was closed already, or was lost with the database.
}
