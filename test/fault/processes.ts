import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { freePort } from '../../src/persistence/embedded/postmaster';
import { until } from '../support/until';

const ROOT = resolve(__dirname, '../..');
const MOST_LINES = 200;

/** What a server and a worker say once they have started. */
const HAS_STARTED = /Tierbook listens on|the worker has started/;

/**
 * A process of the product that can be killed and started again on the same port. One that gives up while it starts,
 * since the database is away, is started again, as whatever supervises it in a deployment does.
 */
export class ProductProcess {
  /** How often it gave up while it started. */
  restarts = 0;
  private child: ChildProcess | null = null;
  private hasStarted = false;
  private readonly lines: string[] = [];

  constructor(
    readonly name: string,
    private readonly command: 'start' | 'worker',
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  start(): void {
    const child = spawn(process.execPath, ['-r', '@swc-node/register', 'src/cli/tierbook.ts', this.command], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.lines.push(...chunk.toString().split('\n'));
        if (HAS_STARTED.test(chunk.toString())) this.hasStarted = true;
        this.lines.splice(0, Math.max(0, this.lines.length - MOST_LINES));
      });
    }
    this.child = child;
    this.hasStarted = false;
    child.once('exit', () => {
      if (this.child !== child || this.hasStarted) return;
      this.restarts += 1;
      this.start();
    });
  }

  /** Whether it runs without having been told to end. */
  get runs(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What it said last, for a report of what went wrong. */
  get lastWords(): string {
    return this.lines.slice(-20).join('\n');
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === null || !this.runs) return;
    this.child = null;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  }
}

/** An API server of its own port. */
export class Replica extends ProductProcess {
  private constructor(
    name: string,
    readonly port: number,
    env: Readonly<Record<string, string>>,
  ) {
    super(name, 'start', { ...env, PORT: String(port) });
  }

  static async create(name: string, env: Readonly<Record<string, string>>): Promise<Replica> {
    return new Replica(name, await freePort(undefined), env);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The status of its readiness; null where it does not answer. */
  async readiness(): Promise<number | null> {
    try {
      const response = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return null;
    }
  }

  async untilReady(): Promise<void> {
    await until(`${this.name} is ready`, async () => {
      return (await this.readiness()) === 200;
    });
  }
}
