import { createRequire } from 'node:module';
import { COMMAND_LINE } from '../../src/app/actor';
import { DailyRunService, type DailyStep } from '../../src/app/daily-run.service';
import { ModelDraftService } from '../../src/app/model-draft.service';
import { type UnitOfWork } from '../../src/app/ports/stores';
import { PublicationService } from '../../src/app/publication.service';
import { CLOSES_A_JOB, type JobLog } from '../../src/jobs/queue';
import { DAILY_RUN_QUEUE, Worker } from '../../src/jobs/worker';
import { SqlExclusive } from '../../src/persistence/exclusive';
import { TypeOrmUnitOfWork } from '../../src/persistence/unit-of-work';
import { fixedClock, type TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { LivingBook } from '../support/living-book';
import { until } from '../support/until';

// Processes and databases come and go here; what is waited for decides, not how long it takes.
jest.setTimeout(300_000);

/** The statements of pg-boss, which its types do not know. */
const plans = createRequire(__filename)('pg-boss/src/plans') as Record<string, (schema: string) => string>;

interface Line {
  readonly level: keyof JobLog;
  readonly figures: Record<string, unknown>;
  readonly line: string;
}

/** What the workers of a test said, in order. */
class TestLog implements JobLog {
  readonly lines: Line[] = [];
  readonly debug = this.keep('debug');
  readonly info = this.keep('info');
  readonly warn = this.keep('warn');
  readonly error = this.keep('error');

  count(line: string): number {
    return this.lines.filter((one) => one.line === line).length;
  }

  private keep(level: keyof JobLog): (figures: object, line: string) => void {
    return (figures, line) => {
      this.lines.push({ level, figures: figures as Record<string, unknown>, line });
    };
  }
}

test.each([
  ['completeJobs', true],
  ['failJobsById', true],
  ['insertJob', false],
  ['insertJobs', false],
  ['schedule', false],
  ['getTime', false],
])('%s of pg-boss says what became of a job: %s', (statement, closes) => {
  expect(CLOSES_A_JOB.test(plans[statement]?.('pgboss') ?? '')).toBe(closes);
});

describe('a worker', () => {
  let database: TestDatabase;
  let clock: TestClock;
  let log: TestLog;
  const workers: Worker[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
    clock = fixedClock('2028-03-06');
    log = new TestLog();
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await database.drop();
  });

  /** A worker whose daily run is the step. */
  const workerOf = (run: DailyStep['run'], url = database.url): Worker => {
    const exclusive = new SqlExclusive(database.dataSource);
    const step = { name: 'RECALCULATION', run } as const;
    const dailyRuns = new DailyRunService(new TypeOrmUnitOfWork(database.dataSource), exclusive, clock, [
      step,
    ]);
    const worker = new Worker({
      url,
      applicationName: 'tierbook',
      dailyRuns,
      publications: new PublicationService(new TypeOrmUnitOfWork(database.dataSource), clock),
      clock,
      timeZone: 'Europe/Berlin',
      log,
    });
    workers.push(worker);
    return worker;
  };

  const jobs = (state: string) => async (): Promise<boolean> => {
    const installed = await database.query(`SELECT FROM pg_class WHERE oid = to_regclass('pgboss.job')`);
    if (installed.length === 0) return false;
    const rows = await database.query(`SELECT FROM pgboss.job WHERE name = $1 AND state::text = $2`, [
      DAILY_RUN_QUEUE,
      state,
    ]);
    return rows.length > 0;
  };

  test('catches up when it starts, says so in one line, and keeps a schedule in the business time zone', async () => {
    const seen: string[] = [];
    workerOf(({ today }) => {
      seen.push(today);
      return Promise.resolve(7);
    }).start();
    await until('the job is done', jobs('completed'));
    expect(seen).toEqual(['2028-03-06']);
    expect(log.lines.filter(({ level }) => level !== 'debug')).toEqual([
      {
        level: 'info',
        line: 'the daily run is done',
        figures: {
          job: 'daily-run',
          days: 1,
          from: '2028-03-06',
          to: '2028-03-06',
          changed: { RECALCULATION: 7 },
          ms: expect.any(Number) as number,
        },
      },
    ]);
    expect(await database.query(`SELECT name, cron, timezone FROM pgboss.schedule`)).toEqual([
      { name: 'daily-run', cron: '5 * * * *', timezone: 'Europe/Berlin' },
    ]);
    const connections = await database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'tierbook' AND query LIKE '%pgboss%' AND pid <> pg_backend_pid()`,
    );
    expect(connections[0]?.count).toBeLessThanOrEqual(3);
  });

  test('beside another one leaves each step to one of them', async () => {
    const seen: string[] = [];
    const run: DailyStep['run'] = async ({ today }) => {
      seen.push(today);
      await database.query('SELECT pg_sleep(0.1)');
      return 1;
    };
    // Both make the queue, too, where there is none yet.
    workerOf(run).start();
    workerOf(run).start();
    // Where both have sent their job before either took it, one of them finds none.
    await until('no job is left', async () => {
      if (log.count('the daily run is done') === 0) return false;
      const left = await Promise.all([jobs('created')(), jobs('active')(), jobs('retry')()]);
      return !left.includes(true);
    });
    expect(seen).toEqual(['2028-03-06']);
    expect(log.count('the daily run is done')).toBe(1);
  });

  test('goes on with a publication that was cut short', async () => {
    const unitOfWork = new TypeOrmUnitOfWork(database.dataSource);
    const book = new LivingBook(database, clock);
    await book.seed({ big: { arr: '120000' }, small: { arr: '6000' } });
    const version = await new ModelDraftService(unitOfWork, clock).create(COMMAND_LINE, {});
    // As a server leaves it that is killed once the model itself is published.
    const cut = Object.create(unitOfWork) as UnitOfWork;
    let runs = 0;
    cut.run = (stamp, work) =>
      (runs += 1) === 1 ? unitOfWork.run(stamp, work) : Promise.reject(new Error('killed'));
    const publishing = new PublicationService(cut, clock).publish(COMMAND_LINE, {
      version,
      reason: 'Cut short',
    });
    await expect(publishing).rejects.toThrow('killed');
    const placed = (): Promise<unknown> =>
      database.query(`SELECT model_version AS model, count(*)::int AS accounts FROM account GROUP BY 1`);
    expect(await placed()).toEqual([{ model: 1, accounts: 2 }]);
    const seen: unknown[] = [];
    workerOf(async () => {
      seen.push(await placed());
      return 0;
    }).start();
    await until('the job is done', jobs('completed'));
    // Before the work of any day.
    expect(seen).toEqual([[{ model: version, accounts: 2 }]]);
    const told = log.lines.find(({ line }) => line === 'accounts were brought up to the published model');
    expect(told?.figures).toMatchObject({ job: 'daily-run', accounts: 2 });
  });

  test('whose step fails logs it, and another one that starts makes up for it', async () => {
    workerOf(() => Promise.reject(new Error('no such luck'))).start();
    await until('the failed job waits to be tried again', jobs('retry'));
    expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { line: 'the daily run failed and will be tried again', figures: { err: { message: 'no such luck' } } },
    ]);
    const [job] = await database.query<{ later: boolean; backoff: boolean }>(
      `SELECT start_after > now() + interval '10 seconds' AS later, retry_backoff AS backoff
       FROM pgboss.job WHERE state = 'retry' AND name = $1`,
      [DAILY_RUN_QUEUE],
    );
    expect(job).toEqual({ later: true, backoff: true });

    await workers.splice(0)[0]?.stop();
    workerOf(() => Promise.resolve(1)).start();
    await until('the day is done', () => log.count('the daily run is done') === 1);
    expect(await database.query(`SELECT day::text FROM daily_run WHERE finished_at IS NOT NULL`)).toEqual([
      { day: '2028-03-06' },
    ]);
  });

  test('is not kept from its work by the job of a worker that died with it', async () => {
    const first = workerOf(() => Promise.resolve(1));
    first.start();
    await until('the first job is done', jobs('completed'));
    await first.stop();
    // As a killed worker leaves it: taken, and never told to be done.
    await database.query(
      `UPDATE pgboss.job SET state = 'active', completed_on = NULL, started_on = now() WHERE name = $1`,
      [DAILY_RUN_QUEUE],
    );
    clock.setDay('2028-03-07');
    workerOf(() => Promise.resolve(1)).start();
    await until('the next day is done', () => log.count('the daily run is done') === 2);
    expect(await jobs('active')()).toBe(true);
  });

  test('outlives the loss of its connections and goes on when the database is back', async () => {
    workerOf(() => Promise.resolve(1)).start();
    await until('the first day is done', jobs('completed'));
    const admin = new URL(database.url);
    const name = admin.pathname.slice(1);
    admin.pathname = '/postgres';
    const others = await createTestDatabase();
    try {
      await others.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await others.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, [name]);
      await until('the worker has noticed', () => log.count('the queue does not answer') > 0);
      clock.setDay('2028-03-07');
      await others.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await until('the next day is done', () => log.count('the daily run is done') === 2);
      expect(log.count('the queue answers again')).toBeGreaterThanOrEqual(1);
    } finally {
      await others.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await others.drop();
    }
  });

  test('starts while the database does not answer, and can be stopped then', async () => {
    const worker = workerOf(() => Promise.resolve(1), 'postgres://nobody@127.0.0.1:1/none');
    worker.start();
    await until('it has tried', () => log.count('the queue could not be opened; trying again') > 0);
    await worker.stop();
    expect(log.lines.map(({ level }) => level)).not.toContain('error');
  });

  test('that is stopped in the middle of a run finishes its batch and puts the job back', async () => {
    let begun = false;
    const worker = workerOf(async (_, stopping) => {
      begun = true;
      while (!stopping.aborted) await database.query('SELECT pg_sleep(0.02)');
      return 1;
    });
    // Two days are due, so that something is left.
    await database.query(
      `INSERT INTO daily_run (day, started_at, finished_at) VALUES ('2028-03-04', now(), now())`,
    );
    worker.start();
    await until('the run has begun', () => begun);
    await worker.stop();
    expect(await jobs('retry')()).toBe(true);
    expect(log.count('the daily run was stopped and goes on another time')).toBe(1);
    expect(
      await database.query(
        `SELECT day::text, finished_at IS NOT NULL AS finished FROM daily_run ORDER BY day`,
      ),
    ).toEqual([
      { day: '2028-03-04', finished: true },
      { day: '2028-03-05', finished: true },
      ...[{ day: '2028-03-06', finished: false }],
    ]);
  });
});
