import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error';

/** The user PostgreSQL runs as, when it is not the one of this process. */
export interface RunAs {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface ProgramResult {
  /** null when it could not be started or did not end by itself. */
  readonly code: number | null;
  readonly output: string;
}

/** What every PostgreSQL program gets as its environment, so that nothing depends on who starts Tierbook. */
export const postgresEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

const fallbackUsers = ['postgres', '_postgres', 'nobody'];

/**
 * PostgreSQL refuses to run as root. Root lends it to the owner of the existing cluster, else of the project,
 * else to `postgres` or `nobody`; anybody else runs it as themselves (undefined).
 *
 * Throws EmbeddedPostgresError when root finds no such user.
 */
export async function chooseRunAs(dataDir: string): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = await readUsers();

  const cluster = await ownerOf(join(dataDir, 'postgres'));
  if (cluster && cluster.uid !== 0) {
    return users.find((user) => user.uid === cluster.uid) ?? { name: `uid ${cluster.uid}`, ...cluster };
  }
  for (const path of [dataDir, dirname(dataDir)]) {
    const owner = await ownerOf(path);
    const user = users.find(({ uid }) => uid !== 0 && uid === owner?.uid);
    if (user) return user;
  }
  for (const name of fallbackUsers) {
    const user = users.find((candidate) => candidate.name === name && candidate.uid !== 0);
    if (user) return user;
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to lend it to; start Tierbook as an ordinary user or set DATABASE_URL',
  );
}

/** Can that user go into the directory? Asked by doing it, so that access lists and mounts count too. */
export async function canEnter(runAs: RunAs | undefined, directory: string): Promise<boolean> {
  const { code } = await runProgram(runAs, '/bin/sh', [
    '-c',
    'cd -- "$1" && ls -d . >/dev/null',
    'sh',
    directory,
  ]);
  return code === 0;
}

/** Runs a short program as that user, `input` on its standard input; never throws. */
export function runProgram(
  runAs: RunAs | undefined,
  command: string,
  args: readonly string[],
  { input = '', timeoutMs = 10_000 }: { input?: string; timeoutMs?: number } = {},
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    let output = '';
    try {
      const child = spawn(command, args, {
        cwd: '/',
        env: postgresEnvironment,
        // Ctrl-C in the terminal is for us; a program that outlives us ends at its next line of output.
        detached: true,
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        ...(runAs && { uid: runAs.uid, gid: runAs.gid }),
      });
      const collect = (chunk: Buffer): void => {
        if (output.length < 20_000) output += chunk.toString('utf8');
      };
      child.stdout.on('data', collect);
      child.stderr.on('data', collect);
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
      child.on('error', (error) => {
        resolve({ code: null, output: error.message });
      });
      child.on('close', (code) => {
        resolve({ code, output: output.trim() });
      });
    } catch (error) {
      resolve({ code: null, output: String(error) });
    }
  });
}

async function ownerOf(path: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch {
    return undefined;
  }
}

async function readUsers(): Promise<RunAs[]> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return passwd.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}
