import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Cluster } from './cluster-creation';
import { readPostmasterFile } from './data-directory';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import { isPostmasterOf, stopPostmaster } from './live-process';
import { postgresEnvironment } from './run-as';
import { settled } from './waiting';

/**
 * Runs PostgreSQL, and stops it when the pipe on standard input ends, however Node's end came about. The pipe
 * moves to descriptor 3 because background jobs of a POSIX shell read /dev/null. The watcher ignores the
 * signals that a service manager sends to a whole group, and it survives the main shell.
 */
const supervisor = `
exec 3<&0 </dev/null
"$@" 3<&- &
postmaster=$!
(
  trap '' HUP INT TERM
  exec 2>/dev/null
  while read -r line <&3; do :; done
  kill -INT $postmaster
  seconds=0
  while [ $seconds -lt 60 ] && kill -0 $postmaster; do sleep 1; seconds=$((seconds + 1)); done
  kill -QUIT $postmaster
) &
watcher=$!
exec 3<&- 2>/dev/null
trap : HUP INT TERM
while :; do
  wait $postmaster
  code=$?
  kill -0 $postmaster || break
done
kill -KILL $watcher
exit $code
`;

/** Sensible for a small server that shares its machine with the API. */
const defaultSettings: Readonly<Record<string, string>> = {
  max_connections: '100',
  shared_buffers: '256MB',
  jit: 'off',
};

/** Recovery after a crash may take its time; what does not work ends by itself long before. */
const readyPatienceMs = 600_000;
const ringLines = 40;

export interface PostmasterOptions {
  readonly cluster: Cluster;
  readonly clusterName: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

/** PostgreSQL did not come up; whether another try may go better is in `why`. */
export class StartError extends EmbeddedPostgresError {
  constructor(
    readonly why: 'port taken' | 'interrupted' | 'failed',
    message: string,
  ) {
    super(message);
  }
}

/** One run of PostgreSQL under its supervisor. */
export class Postmaster {
  /** Settles when the supervisor is gone, which is when PostgreSQL is, unless somebody killed the supervisor. */
  readonly exited: Promise<void>;
  pid = 0;
  /** It found traces of a crash and repaired them. */
  recovered = false;
  private readonly lines: string[] = [];

  private constructor(
    private readonly child: ChildProcess,
    private readonly clusterName: string,
  ) {
    this.exited = new Promise((resolve) => {
      child.on('exit', () => {
        resolve();
      });
      child.on('error', (error) => {
        this.lines.push(error.message);
        resolve();
      });
    });
  }

  /**
   * Starts PostgreSQL and waits until it accepts connections.
   *
   * Throws StartError with PostgreSQL's own last words.
   */
  static async start(options: PostmasterOptions): Promise<Postmaster> {
    const { cluster, clusterName } = options;
    const runAs = cluster.runAs;
    const child = spawn('/bin/sh', ['-c', supervisor, 'tierbook-postgres', ...commandOf(options)], {
      cwd: '/',
      env: postgresEnvironment,
      // Its own session, so that Ctrl-C does not reach PostgreSQL before the API has drained.
      detached: true,
      stdio: ['pipe', 'ignore', 'pipe'],
      ...(runAs && { uid: runAs.uid, gid: runAs.gid }),
    });
    // A process that forgets to stop us may still end; the pipe then ends too.
    child.unref();
    child.stdin.on('error', () => undefined);
    for (const pipe of [child.stdin, child.stderr]) (pipe as unknown as Socket).unref();

    const postmaster = new Postmaster(child, clusterName);
    const ready = postmaster.readMessages(child.stderr);
    const waiting = setInterval(() => {
      options.log(`PostgreSQL is still starting (${postmaster.lastWords(1)})`);
    }, 10_000);
    const outcome = Promise.race([ready.then(() => true), postmaster.exited.then(() => false)]);
    const inTime = await settled(outcome, readyPatienceMs);
    clearInterval(waiting);

    const file = await readPostmasterFile(cluster.path);
    if (file && isPostmasterOf(file.pid, clusterName)) postmaster.pid = file.pid;
    if (inTime && (await outcome) && postmaster.pid !== 0) return postmaster;

    await postmaster.stop();
    const words = postmaster.complaint();
    throw new StartError(whyNot(words), `PostgreSQL does not start in ${cluster.path}: ${words}`);
  }

  /** Its last fatal message with what follows it; without one it was ended from outside. */
  complaint(): string {
    const at = this.lines.findLastIndex((line) => /^(FATAL|PANIC):/.test(line));
    if (at >= 0) return this.lines.slice(Math.max(0, at - 2), at + 3).join(' ');
    // Not from PostgreSQL but about it: the system could not run it.
    const other = this.lines.filter((line) => !/^[A-Z]+: /.test(line)).join(' ');
    return other || 'it was killed';
  }

  /** The last lines PostgreSQL wrote, as one. */
  lastWords(count: number): string {
    return this.lines.slice(-count).join(' ');
  }

  /** Fast shutdown; waits until PostgreSQL is gone, and is not put off for ever. */
  async stop(): Promise<void> {
    if (this.pid !== 0) await stopPostmaster(this.pid, this.clusterName);
    this.child.stdin?.end();
    // Before it is ready we may not know its number, but the supervisor does.
    if (!(await settled(this.exited, this.pid === 0 ? 60_000 : 5_000))) this.child.kill('SIGKILL');
  }

  /** Keeps the last lines; resolves when PostgreSQL is ready. */
  private readMessages(stderr: NodeJS.ReadableStream): Promise<void> {
    return new Promise((resolve) => {
      let rest = '';
      stderr.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString('utf8')).split('\n');
        rest = (lines.pop() ?? '').slice(0, 500);
        for (const line of lines) {
          // The time and the process number that stand before each message say nothing in an error.
          this.lines.push(line.replace(/^.*?\[\d+\] /, '').slice(0, 500));
          if (line.includes('automatic recovery in progress')) this.recovered = true;
          if (line.includes('database system is ready to accept connections')) resolve();
        }
        this.lines.splice(0, this.lines.length - ringLines);
      });
      stderr.on('error', () => undefined);
    });
  }
}

function whyNot(words: string): StartError['why'] {
  if (/address already in use/i.test(words)) return 'port taken';
  // Processes of the run before that are just leaving still hold its memory.
  return /it was killed|shared memory block|unexpected postmaster exit/.test(words)
    ? 'interrupted'
    : 'failed';
}

/** The preferred port if nobody listens there, else one that the system says is free. */
export async function freePort(preferred: number | undefined): Promise<number> {
  const again = preferred ? await tryPort(preferred) : undefined;
  return again ?? (await tryPort(0)) ?? 0;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => {
      resolve(undefined);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : undefined);
      });
    });
  });
}

function commandOf({ cluster, clusterName, port, settings }: PostmasterOptions): string[] {
  const all = {
    ...defaultSettings,
    ...settings,
    // The rest is not for choosing: how we reach it, know it and read it.
    cluster_name: clusterName,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    logging_collector: 'off',
    log_destination: 'stderr',
    log_line_prefix: '[%p] ',
    // What concerns the server, not the errors that single statements answer with.
    log_min_messages: 'log',
    log_checkpoints: 'off',
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return [join(cluster.binaries.home, 'bin', 'postgres'), '-D', cluster.path, ...flags];
}
