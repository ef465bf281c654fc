import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';

const CONNECT_TIMEOUT_MS = 2_000;
const ASK_AGAIN_MS = 250;
const MOST_TIMES = 20;

/** Ends statements on the server, by a connection of its own: those of the pool may all be busy. */
export class StatementCanceller {
  private readonly pool: Pool;

  constructor(url: string, applicationName: string) {
    this.pool = new Pool({
      connectionString: url,
      max: 1,
      application_name: applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
      allowExitOnIdle: true,
    });
    this.pool.on('error', ignore);
  }

  /**
   * Cancels what the session runs until `work`, which uses it, has ended; a cancellation between two statements
   * has no effect, hence again and again. Gives up after a few seconds, or where the database does not answer:
   * the connection is then best dropped. Never throws.
   */
  async cancelUntilEnded(pid: number, work: Promise<unknown>): Promise<void> {
    const ended = work.then(hasEnded, hasEnded);
    for (let times = 0; times < MOST_TIMES; times += 1) {
      try {
        await this.pool.query('SELECT pg_cancel_backend($1)', [pid]);
      } catch {
        return;
      }
      if (await Promise.race([ended, pause(ASK_AGAIN_MS, false)])) return;
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

/** However it has ended: whoever does the work hears of its failure. */
function hasEnded(): boolean {
  return true;
}

function ignore(): void {
  // The pool drops a connection that is lost while idle.
}
