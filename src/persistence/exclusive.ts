import { type DataSource } from 'typeorm';
import { type Exclusive } from '../app/ports/daily-run';
import { stopIfAsked, type Stopping } from '../app/ports/stopping';
import { ADVISORY_LOCKS } from './advisory-locks';

const LOOK_AGAIN_MS = 500;

/**
 * An advisory lock of a session of its own, which PostgreSQL gives back as soon as that session ends, however it
 * ends. While it is taken, nothing is held but the wish to have it, so that those who wait need no connection.
 */
export class SqlExclusive implements Exclusive {
  constructor(
    private readonly dataSource: DataSource,
    private readonly lock = ADVISORY_LOCKS.DAILY_RUN,
  ) {}

  async run<T>(stopping: Stopping, work: (stillMine: () => Promise<void>) => Promise<T>): Promise<T> {
    for (;;) {
      stopIfAsked(stopping);
      const runner = this.dataSource.createQueryRunner();
      let taken = false;
      try {
        await runner.connect();
        const [row] = (await runner.query('SELECT pg_try_advisory_lock($1) AS taken', [this.lock])) as {
          taken: boolean;
        }[];
        taken = row?.taken ?? false;
        if (taken) {
          return await work(async () => {
            // A session that was lost has lost its lock too, and cannot be asked anything any more.
            await runner.query('SELECT 1');
          });
        }
      } finally {
        if (taken) await runner.query('SELECT pg_advisory_unlock($1)', [this.lock]).catch(ignore);
        await runner.release();
      }
      await new Promise((next) => setTimeout(next, LOOK_AGAIN_MS));
    }
  }
}

function ignore(): void {
  // The session is lost, and its lock with it.
}
