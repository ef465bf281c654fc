import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { codeOf, EmbeddedPostgresError } from './embedded-postgres-error';
import { identifyProcess } from './live-process';
import { canEnter, type RunAs } from './run-as';

/**
 * The places, best first, where files may lie that the user has to reach and cannot reach in the project. The
 * next one is made only when it is asked for.
 *
 * Throws EmbeddedPostgresError when there is none.
 */
export async function* stagingBases(
  runAs: RunAs | undefined,
  candidates: readonly string[] = [
    '/var/lib/tierbook',
    join(tmpdir(), `tierbook-${process.getuid?.() ?? 0}`),
  ],
): AsyncGenerator<string, void> {
  let usable = 0;
  for (const candidate of candidates) {
    if (!(await isOurs(candidate)) || !(await canEnter(runAs, candidate))) continue;
    usable++;
    yield candidate;
  }
  if (usable > 0) return;
  throw new EmbeddedPostgresError(
    `PostgreSQL (as ${runAs?.name ?? 'this user'}) cannot reach the project's files, and they cannot be put into ${candidates.join(' or ')} either; make one of these writable, move the project, or set DATABASE_URL`,
  );
}

/** Nobody else may have made or be able to change a place whose programs we run. */
async function isOurs(directory: string): Promise<boolean> {
  try {
    await mkdir(directory, { mode: 0o755 });
    // In spite of the umask: the other user has to get in.
    await chmod(directory, 0o755);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') return false;
  }
  const found = await lstat(directory).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

/**
 * Copies a tree of programs so that everybody can read it. It appears under its name at once and complete;
 * false when it was there already. `finish` completes the copy before it appears.
 */
export async function stageDirectory(
  from: string,
  to: string,
  finish: (copy: string) => Promise<boolean>,
): Promise<boolean> {
  await sweepUnfinished(to);
  if (await stat(to).catch(() => undefined)) return false;
  const unfinished = unfinishedName(to);
  try {
    // The copy keeps the name of the original, which its list of links mentions.
    const copy = join(unfinished, 'native');
    await mkdir(unfinished, { mode: 0o700 });
    await copyReadable(from, copy);
    await finish(copy);
    await rename(copy, to);
    return true;
  } catch (error) {
    // Another process was faster.
    if (codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await removeTree(unfinished);
  }
}

/** The name of something not yet complete: in the same directory, with the process that makes it. */
export function unfinishedName(path: string): string {
  return `${path}.new-${process.pid}-${randomBytes(3).toString('hex')}`;
}

/** Removes what dead processes left unfinished under this name; true when there was something. */
export async function sweepUnfinished(path: string): Promise<boolean> {
  let found = false;
  for (const name of await readdir(dirname(path)).catch(() => [])) {
    if (!name.startsWith(`${basename(path)}.new-`)) continue;
    const leftOver = join(dirname(path), name);
    const maker = Number(/\.new-(\d+)-/.exec(name)?.[1]);
    if (maker === process.pid ? !(await isStale(leftOver)) : identifyProcess(maker)) continue;
    await removeTree(leftOver);
    found = true;
  }
  return found;
}

/** A reused number: what bears ours but is older than this process is not ours. */
async function isStale(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && found.ctimeMs < Date.now() - process.uptime() * 1000;
}

/** Retries, because a program that has lost us may still be writing its last file. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch(() => undefined);
}

async function copyReadable(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) {
        // Needed only to compile against PostgreSQL.
        if (entry.name !== 'include' && entry.name !== 'pkgconfig') await copyReadable(source, target);
      } else if (entry.isSymbolicLink()) {
        await symlink(await readlink(source), target);
      } else if (!entry.name.endsWith('.a')) {
        await copyFile(source, target, constants.COPYFILE_FICLONE);
        await chmod(target, basename(from) === 'bin' ? 0o755 : 0o644);
      }
    }),
  );
}
