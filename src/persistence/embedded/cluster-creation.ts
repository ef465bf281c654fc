import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  lchown,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries';
import { codeOf, EmbeddedPostgresError } from './embedded-postgres-error';
import { runProgram, type RunAs } from './run-as';
import { removeTree, unfinishedName } from './staging';

export const superuser = 'tierbook';

export interface Cluster {
  readonly path: string;
  readonly binaries: Binaries;
  readonly runAs: RunAs | undefined;
}

export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * Is there a cluster that these binaries can run?
 *
 * Throws EmbeddedPostgresError for one of another major version and for a directory that is something else.
 */
export async function clusterExists({ path, binaries }: Cluster): Promise<boolean> {
  if (!(await stat(path).catch(() => undefined))) return false;
  let version: string;
  try {
    version = await readFile(join(path, 'PG_VERSION'), 'utf8');
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    throw new EmbeddedPostgresError(
      `${path} is not a PostgreSQL data directory; move it away and start again`,
    );
  }
  if (Number(version) === binaries.major) return true;
  throw new EmbeddedPostgresError(
    `the database in ${path} was made by PostgreSQL ${version.trim()}, but this Tierbook brings PostgreSQL ${binaries.major}; export it with the release that made it, or move it away to start empty, or set DATABASE_URL`,
  );
}

/**
 * Makes a cluster that appears under its path at once and complete. `beforeItAppears` saves the password.
 *
 * Locale: PostgreSQL's own C.UTF-8, which needs nothing from the machine and sorts the same everywhere.
 */
export async function createCluster(
  { path, binaries, runAs }: Cluster,
  password: string,
  durable: boolean,
  beforeItAppears: () => Promise<void>,
): Promise<void> {
  const unfinished = unfinishedName(path);
  const [data, passwordFile] = [join(unfinished, 'data'), join(unfinished, 'password')];
  try {
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (runAs) {
      await chown(unfinished, runAs.uid, runAs.gid);
      await chown(passwordFile, runAs.uid, runAs.gid);
    }
    const args = ['-D', data, `--username=${superuser}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    args.push('--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
    args.push('--no-instructions', ...(durable ? [] : ['--no-sync']));
    const { code, output } = await runProgram(runAs, join(binaries.home, 'bin', 'initdb'), args, {
      timeoutMs: 120_000,
    });
    if (code !== 0) {
      throw new EmbeddedPostgresError(`a database cannot be made in ${path}: ${lastLines(output)}`);
    }
    await beforeItAppears();
    await rename(data, path);
    if (durable) await syncDirectory(dirname(path));
  } finally {
    await removeTree(unfinished);
  }
}

/** When the file with the password is lost: sets another one on the stopped cluster. */
export async function resetPassword({ path, binaries, runAs }: Cluster, password: string): Promise<void> {
  const args = ['--single', '-D', path, '-c', 'exit_on_error=on', 'postgres'];
  const input = `ALTER ROLE ${superuser} PASSWORD '${password}';\n`;
  const { code, output } = await runProgram(runAs, join(binaries.home, 'bin', 'postgres'), args, {
    input,
    timeoutMs: 120_000,
  });
  if (code !== 0) {
    throw new EmbeddedPostgresError(
      `the password of the database in ${path} is lost and cannot be set anew: ${lastLines(output)}`,
    );
  }
}

/** A cluster that root has copied or restored belongs to root: gives it to the user who runs it. */
export async function adoptCluster({ path, runAs }: Cluster): Promise<void> {
  if (!runAs || (await stat(path)).uid !== 0) return;
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    await lchown(join(entry.parentPath, entry.name), runAs.uid, runAs.gid);
  }
  await chmod(path, 0o700);
  await chown(path, runAs.uid, runAs.gid);
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function lastLines(output: string): string {
  return output.split('\n').filter(Boolean).slice(-3).join(' ');
}
