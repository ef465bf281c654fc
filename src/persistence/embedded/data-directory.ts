import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  open,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { codeOf, EmbeddedPostgresError } from './embedded-postgres-error';
import type { ProcessIdentity } from './live-process';
import { canEnter, type RunAs } from './run-as';
import { stagingBases, sweepUnfinished, unfinishedName } from './staging';

export type Purpose = 'server' | 'command';

export interface Owner extends ProcessIdentity {
  readonly purpose: Purpose;
  /** It has begun to stop PostgreSQL: wait for it rather than refuse. */
  readonly stopping?: boolean;
}

/** `.data/connection.json`: how to reach the database, and who owns its processes. */
export interface Connection {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly owner?: Owner;
}

/** What PostgreSQL writes about itself into its own directory. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
}

/** Makes the data directory when it is absent; it belongs to whom the project belongs to. */
export async function makeDataDirectory(dataDir: string): Promise<void> {
  if ((await mkdir(dataDir, { recursive: true, mode: 0o755 })) === undefined) return;
  // In spite of the umask: the user that PostgreSQL runs as has to get in.
  await chmod(dataDir, 0o755);
  await giveToOwnerOf(dirname(dataDir), dataDir);
}

export async function readConnection(dataDir: string): Promise<Connection | undefined> {
  let text: string;
  try {
    text = await readFile(join(dataDir, 'connection.json'), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const value = JSON.parse(text) as Partial<Connection>;
    const { port, user, password, database, owner } = value;
    if (typeof port !== 'number' || typeof user !== 'string') return undefined;
    if (typeof password !== 'string' || typeof database !== 'string') return undefined;
    return { port, user, password, database, ...(isOwner(owner) && { owner }) };
  } catch {
    return undefined;
  }
}

/** Replaces the file at once, readable by its owner alone. */
export async function writeConnection(dataDir: string, connection: Connection): Promise<void> {
  const path = join(dataDir, 'connection.json');
  const draft = unfinishedName(path);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(connection, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await giveToOwnerOf(dataDir, draft);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** What remains to know when nobody runs it. */
export function withoutOwner({ port, user, password, database }: Connection): Connection {
  return { port, user, password, database };
}

/** postgres://... for a database of the cluster. */
export function urlOf({ user, password, port, database }: Connection): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
}

/**
 * Where the cluster is or will be: `.data/postgres`, or what that links to. It is put elsewhere only when the
 * user that PostgreSQL runs as cannot enter the data directory.
 *
 * Throws EmbeddedPostgresError when an existing one cannot be entered.
 */
export async function locateCluster(
  dataDir: string,
  runAs: RunAs | undefined,
  stagingDirs: readonly string[] | undefined,
  log: (line: string) => void,
): Promise<string> {
  const entry = join(dataDir, 'postgres');
  const found = await lstat(entry).catch(() => undefined);

  if (found && !found.isSymbolicLink()) {
    if (!runAs || (await canEnter(runAs, dataDir))) return entry;
    throw new EmbeddedPostgresError(
      `PostgreSQL runs as ${runAs.name}, who cannot enter ${dataDir} any more; let others pass through the directories above it (chmod o+x) or move the project back`,
    );
  }
  if (found) {
    const target = resolve(dataDir, await readlink(entry));
    if (await isThere(target)) return target;
    if (!(await sweepUnfinished(target)) && (await readConnection(dataDir))) {
      throw new EmbeddedPostgresError(
        `the database of ${dataDir} lay in ${target} and is gone; bring it back, or delete ${dataDir} to start empty`,
      );
    }
    await rm(entry);
  }

  if (!runAs || (await canEnter(runAs, dataDir))) return entry;
  for await (const base of stagingBases(runAs, stagingDirs)) {
    const target = join(base, randomBytes(8).toString('hex'));
    // The link comes first: a start that is killed halfway then leaves nothing that no link names.
    await symlink(target, entry);
    log(`PostgreSQL runs as ${runAs.name}, who cannot enter ${dataDir}; its files are in ${target}`);
    if (target.startsWith(tmpdir()))
      log(`${target} may not survive a reboot; back it up or move the project`);
    return target;
  }
  throw new EmbeddedPostgresError('no place for the database');
}

/** The name by which the cluster's processes are known: theirs alone on this machine, also after a move. */
export async function clusterNameOf(cluster: string): Promise<string> {
  const { dev, ino } = await stat(cluster, { bigint: true });
  return `tierbook-${dev.toString(36)}-${ino.toString(36)}`;
}

export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port] = text.split('\n').map(Number);
  return pid ? { pid, port: port ?? 0 } : undefined;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function giveToOwnerOf(example: string, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(example);
  if (uid !== 0) await chown(path, uid, gid);
}

function isOwner(value: Partial<Owner> | undefined): value is Owner {
  if (typeof value?.pid !== 'number' || typeof value.started !== 'string') return false;
  return value.purpose === 'server' || value.purpose === 'command';
}
