import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

export interface ProgramOptions {
  readonly databaseUrl: string;
  /** Another Node than the one that runs this. */
  readonly execPath?: string;
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 60_000;
const MOST_OUTPUT = 20_000;

/** A server in a process of its own, which tells its address once it listens. */
export class ContenderProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(
    program: string,
    { databaseUrl, execPath, execArgv = [], env = {} }: ProgramOptions,
  ): Promise<ContenderProcess> {
    const child = fork(program, [], {
      ...(execPath === undefined ? {} : { execPath }),
      execArgv: [...execArgv],
      env: { PATH: process.env.PATH, NODE_ENV: 'production', TZ: 'UTC', DATABASE_URL: databaseUrl, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let said = '';
    for (const output of [child.stdout, child.stderr]) {
      output?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-MOST_OUTPUT)));
    }
    const url = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`${program} does not listen:\n${said}`));
      }, PATIENCE_MS);
      child.once('message', (message: { readonly url: string }) => {
        clearTimeout(timer);
        resolve(message.url);
      });
      child.once('exit', () => {
        clearTimeout(timer);
        reject(new Error(`${program} has ended:\n${said}`));
      });
    });
    return new ContenderProcess(url, child);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}
