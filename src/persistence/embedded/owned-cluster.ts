import type { Client } from 'pg';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from './cluster-creation';
import {
  readPostmasterFile,
  urlOf,
  withoutOwner,
  writeConnection,
  type Connection,
  type Owner,
} from './data-directory';
import { codeOf, EmbeddedPostgresError, messageOf } from './embedded-postgres-error';
import { clearBackends, isHandStartedPostmaster, isPostmasterOf, stopPostmaster } from './live-process';
import { withOpeningLock } from './opening-lock';
import { connectForChecks, countJoined, ensureDatabase, ownerName, takeLock } from './ownership';
import { freePort, StartError, Postmaster } from './postmaster';
import { delay, settled } from './waiting';

/** The pauses before each restart within a minute; after the last one we give up. */
const restartPausesMs = [0, 200, 500, 1_000, 2_000, 4_000, 8_000];
const othersPatienceMs = 3_600_000;

export interface OwnedClusterOptions {
  readonly dataDir: string;
  readonly cluster: Cluster;
  readonly clusterName: string;
  /** What is known from before; the port is taken again when it is free. */
  readonly connection: Omit<Connection, 'port'> & { readonly port: number | undefined };
  readonly owner: Owner;
  readonly settings: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

/** A running PostgreSQL that this process answers for: it restarts it, and stops it. */
export class OwnedCluster {
  readonly owner = true;
  private postmaster: Postmaster | undefined;
  private lock: Client | undefined;
  private restarts: number[] = [];
  private restarting: Promise<void> | undefined;
  private closing = false;
  private stopped: Promise<void> | undefined;

  private constructor(
    private readonly options: OwnedClusterOptions,
    private connection: Connection,
  ) {}

  get url(): string {
    return urlOf(this.connection);
  }

  /**
   * Starts PostgreSQL for this process. To be called by one process at a time, with no owner alive.
   *
   * Throws EmbeddedPostgresError when it does not start.
   */
  static async start(options: OwnedClusterOptions): Promise<OwnedCluster> {
    const { dataDir, owner, cluster } = options;
    let portTaken = false;
    for (let attempt = 1; ; attempt++) {
      const port = await freePort(portTaken ? undefined : options.connection.port);
      const owned = new OwnedCluster(options, { ...options.connection, port, owner });
      // First the file: who comes next sees a living owner, whatever PostgreSQL is doing at that moment.
      await writeConnection(dataDir, owned.connection);
      try {
        await owned.launch();
        if (owned.postmaster?.recovered === true) {
          options.log('PostgreSQL had not been stopped cleanly; it has recovered, nothing committed is lost');
        }
        options.log(
          `PostgreSQL ${cluster.binaries.version} runs on 127.0.0.1:${port}, its data in ${dataDir}`,
        );
        return owned;
      } catch (error) {
        owned.closing = true;
        await owned.postmaster?.stop();
        if (error instanceof StartError && error.why !== 'failed' && attempt < 5) {
          portTaken ||= error.why === 'port taken';
          if (error.why === 'interrupted') await delay(attempt * 200);
          continue;
        }
        await writeConnection(dataDir, withoutOwner(owned.connection));
        throw error;
      }
    }
  }

  stop(): Promise<void> {
    return (this.stopped ??= this.close());
  }

  private async launch(): Promise<void> {
    const { cluster, clusterName, settings, log } = this.options;
    await clearAfterCrash(cluster.path, clusterName);
    const postmaster = await Postmaster.start({
      cluster,
      clusterName,
      settings,
      log,
      port: this.connection.port,
    });
    this.postmaster = postmaster;
    await this.takeOwnership();
    void postmaster.exited.then(() => {
      if (!this.closing && this.postmaster === postmaster) this.restarting = this.restart(postmaster);
    });
  }

  /** The session that shows others, in the database itself, that it has an owner. */
  private async takeOwnership(): Promise<void> {
    const { dataDir, owner } = this.options;
    let client: Client;
    try {
      client = await connectForChecks(this.connection, ownerName(owner.purpose));
      if (!(await takeLock(client))) {
        await settled(client.end(), 1_000);
        throw new EmbeddedPostgresError(`another process owns the database in ${dataDir}; stop it first`);
      }
      await ensureDatabase(client, this.connection.database);
    } catch (error) {
      if (error instanceof EmbeddedPostgresError) throw error;
      if (codeOf(error) !== '28P01')
        throw new StartError('interrupted', `PostgreSQL fails: ${messageOf(error)}`);
      throw new EmbeddedPostgresError(
        `the password in ${join(dataDir, 'connection.json')} is not the database's; delete that file and start again to get a new one`,
      );
    }
    this.lock = client;
    client.on('end', () => {
      if (this.lock !== client) return;
      this.lock = undefined;
      void this.regainOwnership();
    });
  }

  /** PostgreSQL dropped our session but lives (one of its processes crashed, or someone ended the session). */
  private async regainOwnership(): Promise<void> {
    const { postmaster } = this;
    for (let pause = 100; this.postmaster === postmaster; pause = Math.min(pause * 2, 10_000)) {
      await delay(pause);
      // The restart takes care of it when PostgreSQL itself is gone.
      if (
        this.closing ||
        this.lock ||
        !postmaster ||
        !isPostmasterOf(postmaster.pid, this.options.clusterName)
      )
        return;
      try {
        await this.takeOwnership();
        return;
      } catch {
        // Not ready yet.
      }
    }
  }

  private async restart(dead: Postmaster): Promise<void> {
    const { clusterName, log } = this.options;
    log(`PostgreSQL ended unexpectedly (${dead.complaint()}); starting it again`);
    // When only its supervisor was killed, PostgreSQL still runs, but nobody would stop it after us.
    await stopPostmaster(dead.pid, clusterName);
    for (;;) {
      this.restarts = this.restarts.filter((time) => time > Date.now() - 60_000);
      const pause = restartPausesMs[this.restarts.length];
      if (pause === undefined) {
        log('PostgreSQL keeps ending; giving up. Look at the disk and the memory, then start Tierbook again');
        return;
      }
      this.restarts.push(Date.now());
      await delay(pause);
      if (this.isClosing()) return;
      try {
        await this.launch();
        log(`PostgreSQL runs again on 127.0.0.1:${this.connection.port}`);
        return;
      } catch (error) {
        log(messageOf(error));
        const failed = this.postmaster;
        this.postmaster = undefined;
        if (failed !== dead) await failed?.stop();
      }
    }
  }

  private async close(): Promise<void> {
    const { dataDir, owner, log } = this.options;
    if (owner.purpose === 'command') await this.letOthersFinish();
    else await this.announceStop();
    this.closing = true;
    if (this.restarting) await settled(this.restarting, 60_000);

    const { lock } = this;
    this.lock = undefined;
    if (lock) await settled(lock.end(), 1_000);
    await this.postmaster?.stop();
    if (this.postmaster && isPostmasterOf(this.postmaster.pid, this.options.clusterName)) {
      log(`PostgreSQL (pid ${this.postmaster.pid}) does not stop; stop it by hand`);
    }
    // The directory may be gone by now; the next start manages without.
    await writeConnection(dataDir, withoutOwner(this.connection)).catch(() => undefined);
  }

  /** From now on who comes waits for us to be gone instead of being refused. */
  private async announceStop(): Promise<void> {
    this.connection = { ...this.connection, owner: { ...this.options.owner, stopping: true } };
    await writeConnection(this.options.dataDir, this.connection).catch(() => undefined);
  }

  /** Others may have joined while this command owned the database; nobody can between the last look and the end. */
  private async letOthersFinish(): Promise<void> {
    const { dataDir, log } = this.options;
    const deadline = Date.now() + othersPatienceMs;
    let nextLine = 0;
    for (;;) {
      const joined = await this.countJoined();
      if (joined === 0 || Date.now() > deadline) {
        const done = await withOpeningLock(dataDir, async () => {
          if (Date.now() <= deadline && (await this.countJoined()) > 0) return false;
          await this.announceStop();
          return true;
        }).catch(() => true);
        if (done) return;
      } else if (Date.now() >= nextLine) {
        log(`Done; waiting for ${joined} other Tierbook command(s) that use this database`);
        nextLine = Date.now() + 60_000;
      }
      await delay(100);
    }
  }

  private async countJoined(): Promise<number> {
    return this.lock ? countJoined(this.lock).catch(() => 0) : 0;
  }

  /** Asked after a pause: the answer may have changed, which the compiler does not expect of a field. */
  private isClosing(): boolean {
    return this.closing;
  }
}

/** Orphans of a dead postmaster hold its memory, and its file may name a process that is now someone else. */
async function clearAfterCrash(cluster: string, clusterName: string): Promise<void> {
  const file = await readPostmasterFile(cluster);
  if (file && isPostmasterOf(file.pid, clusterName)) return;
  await clearBackends(clusterName);
  // PostgreSQL takes any process with that number, even a dead one that nobody waits for, for its predecessor.
  if (file && !isHandStartedPostmaster(file.pid)) await rm(join(cluster, 'postmaster.pid'), { force: true });
}
