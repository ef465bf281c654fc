import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../../src/persistence/embedded/postmaster';
import { until } from '../support/until';

const PROGRAM = join(__dirname, '../../dist/src/cli/tierbook.js');
/** As `npm start` runs it, and with a probe of what it holds. */
const NODE_FLAGS = ['--max-semi-space-size=64', '--expose-gc', '-r', join(__dirname, 'heap-probe.cjs')];
const MOST_OUTPUT = 20_000;

/** The built product in a process of its own. */
export class BuiltServer {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** Loads the demo book by the product's own command. */
  static async seed(databaseUrl: string, accounts: number): Promise<void> {
    const env = { PATH: process.env.PATH, DATABASE_URL: databaseUrl };
    const seeding = fork(PROGRAM, ['seed', 'demo', '--accounts', String(accounts)], { env });
    const [code] = (await once(seeding, 'exit')) as [number | null];
    if (code !== 0) throw new Error('the demo book could not be loaded');
  }

  static async start(databaseUrl: string, token: string): Promise<BuiltServer> {
    const port = await freePort(undefined);
    const child = fork(PROGRAM, ['start'], {
      execArgv: NODE_FLAGS,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        DATABASE_URL: databaseUrl,
        BOOTSTRAP_ADMIN_TOKEN: token,
        PORT: String(port),
        DRAIN_NOTICE_SECONDS: '0',
        THROTTLE_CAPACITY: '1000000000',
        THROTTLE_RESTORE_RATE: '100000000',
        LOG_LEVEL: 'warn',
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-MOST_OUTPUT)));
    const url = `http://127.0.0.1:${String(port)}`;
    await until('the server is ready', async () => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`the server has ended:\n${said}`);
      return fetch(`${url}/readyz`).then(
        ({ status }) => status === 200,
        () => false,
      );
    });
    return new BuiltServer(url, child);
  }

  /** The number of its process. */
  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the server was not started');
    return this.child.pid;
  }

  /** Bytes that it holds after its garbage is collected. */
  retained(): Promise<number> {
    return new Promise((resolve, reject) => {
      const gone = (): void => {
        reject(new Error('the server has ended'));
      };
      this.child.once('exit', gone);
      this.child.once('message', ({ heap }: { heap: number }) => {
        this.child.off('exit', gone);
        resolve(heap);
      });
      this.child.send('heap');
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}
