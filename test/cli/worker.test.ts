import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fixedClock } from '../support/clock';
import { CompiledProduct } from '../support/compiled-product';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { LivingBook } from '../support/living-book';
import { until } from '../support/until';

// Processes and databases come and go here; what is waited for decides, not how long it takes.
jest.setTimeout(300_000);

const ROOT = resolve(__dirname, '../..');

/** The command line as a process of its own that runs until it is told to stop. */
class Process {
  stdout = '';
  stderr = '';
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(command: string, env: Readonly<Record<string, string>>) {
    this.child = spawn('node', [product.program, command], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, ...env },
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((done) => this.child.on('close', done));
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The lines of the log that say this. */
  told(message: string): Record<string, unknown>[] {
    return this.stdout
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === message);
  }

  async untilTold(message: string): Promise<void> {
    await until(`the process says "${message}"`, () => this.told(message).length > 0);
  }
}

let product: CompiledProduct;

beforeAll(() => {
  product = new CompiledProduct();
});
afterAll(() => {
  product.remove();
});

const processes: Process[] = [];

function start(command: string, env: Readonly<Record<string, string>>): Process {
  const started = new Process(command, env);
  processes.push(started);
  return started;
}

afterEach(() => {
  for (const started of processes.splice(0)) started.kill('SIGKILL');
});

describe('tierbook worker', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
    // A fact that has aged long before the day of this machine.
    const book = new LivingBook(database, fixedClock('2024-01-10'));
    await book.account('A', { arr: '40000', expansionAssessment: 'HIGH', logoValue: false });
  });
  afterEach(async () => {
    await database.drop();
  });

  const kinds = async (): Promise<string[]> =>
    (await database.query<{ kind: string }>(`SELECT kind FROM tier_history ORDER BY id`)).map(
      ({ kind }) => kind,
    );

  test('runs the day, goes on waiting, and ends with 0 when it is asked to stop', async () => {
    const worker = start('worker', { DATABASE_URL: database.url });
    await worker.untilTold('the daily run is done');
    expect(await kinds()).toEqual(['INITIAL', 'DOWNGRADE_PENDING']);
    expect(worker.told('the daily run is done')).toMatchObject([{ days: 1, changed: { RECALCULATION: 1 } }]);
    worker.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(worker.stderr).toContain('stopping after the running batch');
  });

  test('that is killed in the middle of a run leaves the rest to the next one, which waits for nothing', async () => {
    const held = database.dataSource.createQueryRunner();
    await held.startTransaction();
    await held.query(`SELECT FROM account FOR UPDATE`);
    const killed = start('worker', { DATABASE_URL: database.url });
    await until('the worker waits for an account', async () => {
      const waiting = await database.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
    killed.kill('SIGKILL');
    expect(await killed.ended).toBeNull();
    expect(
      await database.query(
        `SELECT step FROM daily_step JOIN daily_run USING (day)
         WHERE daily_run.finished_at IS NULL AND daily_step.finished_at IS NULL`,
      ),
    ).toEqual([{ step: 'RECALCULATION' }]);
    await held.rollbackTransaction();
    await held.release();

    const next = start('worker', { DATABASE_URL: database.url });
    await next.untilTold('the daily run is done');
    expect(await kinds()).toEqual(['INITIAL', 'DOWNGRADE_PENDING']);
    expect(await database.query(`SELECT FROM daily_run WHERE finished_at IS NULL`)).toEqual([]);
    next.kill('SIGINT');
    expect(await next.ended).toBe(0);
  });
});

describe('tierbook start', () => {
  test('on the embedded database does the scheduled work itself, and stops in order', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tierbook-start-'));
    chmodSync(folder, 0o755);
    try {
      const server = start('start', {
        TIERBOOK_DATA_DIR: join(folder, 'data'),
        TIERBOOK_DEMO: '0',
        PORT: '0',
      });
      await server.untilTold('the daily run is done');
      expect(server.stdout.indexOf('Tierbook listens on')).toBeGreaterThanOrEqual(0);
      expect(server.stdout.indexOf('Tierbook listens on')).toBeLessThan(
        server.stdout.indexOf('the daily run is done'),
      );
      server.kill('SIGTERM');
      expect(await server.ended).toBe(0);
      expect(server.told('the worker has ended')).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('on a database of its own leaves it to workers, and says so', async () => {
    const database = await createTestDatabase();
    try {
      const server = start('start', { DATABASE_URL: database.url, PORT: '0' });
      await until('the server listens', () => server.stdout.includes('Tierbook listens on'));
      expect(server.stdout).toContain('Scheduled work is done by "tierbook worker"');
      server.kill('SIGTERM');
      expect(await server.ended).toBe(0);
      expect(await database.query(`SELECT to_regnamespace('pgboss') AS pgboss`)).toEqual([{ pgboss: null }]);
    } finally {
      await database.drop();
    }
  });
});
