import { join, resolve } from 'node:path';
import type { Client } from 'pg';
import { provideBinaries } from './embedded/binaries';
import {
  adoptCluster,
  clusterExists,
  createCluster,
  newPassword,
  resetPassword,
  superuser,
} from './embedded/cluster-creation';
import {
  clusterNameOf,
  locateCluster,
  makeDataDirectory,
  readConnection,
  readPostmasterFile,
  urlOf,
  writeConnection,
  type Connection,
  type Purpose,
} from './embedded/data-directory';
import { codeOf, EmbeddedPostgresError, messageOf } from './embedded/embedded-postgres-error';
import { identifyProcess, isPostmasterOf, isRunning, stopPostmaster } from './embedded/live-process';
import { withOpeningLock } from './embedded/opening-lock';
import { OwnedCluster } from './embedded/owned-cluster';
import { connectForChecks, joinedName, lockHolder } from './embedded/ownership';
import { chooseRunAs } from './embedded/run-as';
import { sweepUnfinished } from './embedded/staging';
import { delay, settled } from './embedded/waiting';

export { EmbeddedPostgresError } from './embedded/embedded-postgres-error';

export interface EmbeddedPostgresOptions {
  /** The project's data directory (`.data` by default); created when absent. */
  dataDir: string;
  /** 'server' refuses to share the data directory with another live owner; 'command' joins a running one. */
  purpose: Purpose;
  /** One line for people (start, recovery, staging). */
  log: (line: string) => void;
  /** Extra `-c` settings, e.g. { fsync: 'off' } for tests. */
  settings?: Readonly<Record<string, string>>;
  /** Where files go that the user PostgreSQL runs as cannot reach in the project; tests have their own. */
  stagingDirs?: readonly string[];
}

export interface EmbeddedPostgres {
  /** postgres://user:password@127.0.0.1:port/tierbook */
  readonly url: string;
  /** false when a command joined the database of a running owner. */
  readonly owner: boolean;
  /** Stops PostgreSQL when owner (fast shutdown, waits until gone); merely lets go when joined. Idempotent. */
  stop(): Promise<void>;
}

/** How long an owner that is restarting or stopping, or one that died just now, is waited for. */
const ownerPatienceMs = 45_000;
/** The supervisor of a dead owner's PostgreSQL gets this long before we stop it ourselves. */
const orphanPatienceMs = 3_000;
/** The same for one that lets nobody in, perhaps because it is just shutting down. */
const silencePatienceMs = 20_000;

/**
 * Starts the PostgreSQL that comes with Tierbook on the data directory, or joins one that runs there already.
 * It stops with this process, however this process ends.
 *
 * Throws EmbeddedPostgresError, whose message says what to do: another owner, another major version, no
 * binaries for this machine, no user or no place for it.
 */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  try {
    await makeDataDirectory(dataDir);
    return await withOpeningLock(dataDir, () => open({ ...options, dataDir }));
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    throw new EmbeddedPostgresError(
      `the embedded PostgreSQL cannot be opened in ${dataDir} (${messageOf(error)}); ${adviceOn(error)}, or set DATABASE_URL`,
      { cause: error },
    );
  }
}

function adviceOn(error: unknown): string {
  if (codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT') return 'free some disk space';
  return 'make sure that this user may write there, choose another directory with TIERBOOK_DATA_DIR';
}

async function open(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, purpose, log, settings = {}, stagingDirs } = options;
  const self = identifyProcess(process.pid);
  if (!self) throw new EmbeddedPostgresError('processes cannot be seen here (/proc or ps); set DATABASE_URL');

  const runAs = await chooseRunAs(dataDir);
  const binaries = await provideBinaries(runAs, stagingDirs, log);
  const path = await locateCluster(dataDir, runAs, stagingDirs, log);
  const cluster = { path, binaries, runAs };
  // Whoever was killed may have left something, also after the cluster itself was complete.
  await sweepUnfinished(join(dataDir, 'connection.json'));
  await sweepUnfinished(path);

  let connection = await readConnection(dataDir);
  if (!(await clusterExists(cluster))) {
    log(`Making a new database in ${dataDir}`);
    const fresh = {
      port: connection?.port ?? 0,
      user: superuser,
      password: newPassword(),
      database: 'tierbook',
    };
    await createCluster(cluster, fresh.password, settings.fsync !== 'off', () =>
      writeConnection(dataDir, fresh),
    );
    connection = fresh;
  }

  await adoptCluster(cluster);
  const clusterName = await clusterNameOf(path);
  const joined = await dealWithOthers(options, path, clusterName);
  if (joined) return joined;

  if (!connection) {
    connection = { port: 0, user: superuser, password: newPassword(), database: 'tierbook' };
    log('The password of the database was lost; setting a new one');
    await resetPassword(cluster, connection.password);
  }
  const owner = { ...self, purpose };
  return OwnedCluster.start({ dataDir, cluster, clusterName, connection, owner, settings, log });
}

/**
 * Joins the living owner's database, refuses because of it, or makes sure that nobody is left; then undefined.
 * An owner lives when its process does or when it holds the lock in the database.
 */
async function dealWithOthers(
  { dataDir, purpose }: EmbeddedPostgresOptions,
  cluster: string,
  clusterName: string,
): Promise<EmbeddedPostgres | undefined> {
  const begun = Date.now();
  for (let round = 0; Date.now() - begun < ownerPatienceMs; round++) {
    if (round > 0) await delay(50);
    const connection = await readConnection(dataDir);
    const file = await readPostmasterFile(cluster);
    const postmaster = file && isPostmasterOf(file.pid, clusterName) ? file : undefined;
    const owner = connection?.owner && isRunning(connection.owner) ? connection.owner : undefined;
    if (!postmaster && !owner) return undefined;
    if (owner?.stopping) continue;
    if (owner && purpose === 'server') throw refusal(owner.purpose, owner.pid, dataDir);

    const reachable = postmaster && connection && { ...connection, port: postmaster.port };
    const look = reachable ? await lookInside(reachable, purpose) : undefined;
    const waited = Date.now() - begun;
    if (look?.holder && (owner !== undefined || waited > orphanPatienceMs)) {
      if (purpose === 'command') return new JoinedCluster(look.url, look.session);
      await settled(look.session.end(), 1_000);
      throw refusal(look.holder.purpose, look.holder.pid, dataDir);
    }
    if (look) await settled(look.session.end(), 1_000);
    // Nobody answers for it: its owner is known and dead, and so, it seems, is the supervisor.
    const abandoned = look ? !look.holder && waited > orphanPatienceMs : waited > silencePatienceMs;
    if (postmaster && connection?.owner && !owner && abandoned)
      await stopPostmaster(postmaster.pid, clusterName);
  }
  throw new EmbeddedPostgresError(
    `the process that uses ${dataDir} does not answer and does not end; stop it (and its postgres) or set TIERBOOK_DATA_DIR`,
  );
}

/** A session in the running database and who owns it; undefined while it does not let us in. */
async function lookInside(connection: Connection, purpose: Purpose): Promise<Look | undefined> {
  let session: Client | undefined;
  try {
    session = await connectForChecks(connection, purpose === 'command' ? joinedName() : 'tierbook check');
    return { session, url: urlOf(connection), holder: await lockHolder(session) };
  } catch {
    if (session) await settled(session.end(), 1_000);
    return undefined;
  }
}

interface Look {
  readonly session: Client;
  readonly url: string;
  readonly holder: Awaited<ReturnType<typeof lockHolder>>;
}

function refusal(purpose: Purpose, pid: number, dataDir: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    purpose === 'server'
      ? `another Tierbook server (pid ${pid}) is using ${dataDir}; stop it first or set TIERBOOK_DATA_DIR`
      : `a Tierbook command (pid ${pid}) is using ${dataDir}; wait until it has finished or set TIERBOOK_DATA_DIR`,
  );
}

/** The database of another process. The open session tells its owner that somebody is still at work. */
class JoinedCluster implements EmbeddedPostgres {
  readonly owner = false;
  private stopped: Promise<void> | undefined;

  constructor(
    readonly url: string,
    private readonly session: Client,
  ) {}

  stop(): Promise<void> {
    return (this.stopped ??= settled(this.session.end(), 1_000).then(() => undefined));
  }
}
