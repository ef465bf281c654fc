import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Client } from 'pg';
import { createDataSource } from '../../src/persistence/data-source';
import { provideBinaries } from '../../src/persistence/embedded/binaries';
import {
  type Cluster,
  createCluster,
  newPassword,
  superuser,
} from '../../src/persistence/embedded/cluster-creation';
import { freePort } from '../../src/persistence/embedded/postmaster';
import { migrate } from '../../src/persistence/migrate';
import { chooseRunAs, postgresEnvironment } from '../../src/persistence/embedded/run-as';
import { until } from './until';

/** What a copy of a running cluster leaves out: it belongs to the process that runs. */
const NOT_COPIED = ['postmaster.pid', 'postmaster.opts', 'pg_replslot', 'pg_dynshmem', 'pg_stat_tmp'];

/** One PostgreSQL on a data directory, which the test can kill and bring back. */
export class TestPostgres {
  private process: ChildProcess | null = null;
  private lastWords = '';

  constructor(
    readonly cluster: Cluster,
    readonly port: number,
    private readonly password: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  urlOf(database: string): string {
    return `postgres://${superuser}:${this.password}@127.0.0.1:${this.port}/${database}`;
  }

  /** Starts it and waits until it lets somebody in. */
  async start(): Promise<void> {
    const { path, binaries, runAs } = this.cluster;
    const all = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'off',
      shared_buffers: '32MB',
      ...this.settings,
      port: String(this.port),
    };
    const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(join(binaries.home, 'bin', 'postgres'), ['-D', path, ...flags], {
      cwd: '/',
      env: postgresEnvironment,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(runAs && { uid: runAs.uid, gid: runAs.gid }),
    });
    child.stderr.on(
      'data',
      (chunk: Buffer) => (this.lastWords = (this.lastWords + chunk.toString()).slice(-2_000)),
    );
    this.process = child;
    await until('PostgreSQL lets somebody in', async () => {
      if (child.exitCode !== null) throw new Error(`PostgreSQL does not start: ${this.lastWords}`);
      return this.query('postgres', 'SELECT 1').then(
        () => true,
        () => false,
      );
    });
  }

  /** Ends it as a crash does: no connection is told goodbye, nothing is written. */
  async crash(): Promise<void> {
    const child = this.process;
    if (child === null) return;
    this.process = null;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGQUIT');
    await ended;
  }

  async query<Row>(database: string, sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.urlOf(database), connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query(sql, [...parameters])).rows as Row[];
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** A primary with the migrated database "tierbook", and streaming replicas of it. */
export class StreamingPair {
  readonly primary: TestPostgres;
  readonly replicas: TestPostgres[] = [];

  private constructor(
    private readonly folder: string,
    cluster: Cluster,
    port: number,
    private readonly password: string,
  ) {
    this.primary = new TestPostgres(cluster, port, password, { autovacuum: 'off' });
  }

  /** Makes the primary and as many replicas, with the programs that come with the product. */
  static async start(replicas: number): Promise<StreamingPair> {
    const folder = mkdtempSync(join(tmpdir(), 'tierbook-replicas-'));
    // PostgreSQL runs as another user when the tests run as root, and has to get in.
    chmodSync(folder, 0o755);
    const home = join(folder, 'data');
    mkdirSync(home);
    const runAs = await chooseRunAs(home);
    if (runAs) chownSync(home, runAs.uid, runAs.gid);
    const binaries = await provideBinaries(runAs, [join(folder, 'staged')], () => undefined);
    const cluster = { path: join(home, 'primary'), binaries, runAs };
    const password = newPassword();
    await createCluster(cluster, password, false, () => Promise.resolve());
    const pair = new StreamingPair(folder, cluster, await freePort(undefined), password);
    try {
      await pair.primary.start();
      await pair.primary.query('postgres', 'CREATE DATABASE tierbook');
      const source = await createDataSource(pair.url).initialize();
      await migrate(source);
      await source.destroy();
      for (let count = 0; count < replicas; count += 1) await pair.addReplica();
      return pair;
    } catch (error) {
      await pair.stop();
      throw error;
    }
  }

  get url(): string {
    return this.primary.urlOf('tierbook');
  }

  get replicaUrls(): string[] {
    return this.replicas.map((replica) => replica.urlOf('tierbook'));
  }

  /** On the database of the primary. */
  query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.primary.query('tierbook', sql, parameters);
  }

  /** Waits until the replica has replayed everything that the primary has written so far. */
  async caughtUp(replica: TestPostgres): Promise<void> {
    const [row] = await this.query<{ position: string }>(
      'SELECT pg_current_wal_flush_lsn()::text AS position',
    );
    await until('the replica has caught up', async () => {
      const [there] = await replica.query<{ done: boolean }>(
        'tierbook',
        'SELECT coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) AS done',
        [row?.position],
      );
      return there?.done ?? false;
    });
  }

  async stop(): Promise<void> {
    for (const server of [...this.replicas, this.primary]) await server.crash();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A base backup by hand: the product's PostgreSQL comes without pg_basebackup. */
  private async addReplica(): Promise<void> {
    const { cluster, port } = this.primary;
    const path = join(cluster.path, '..', `replica-${this.replicas.length + 1}`);
    const session = new Client({ connectionString: this.primary.urlOf('postgres') });
    await session.connect();
    try {
      await session.query(`SELECT pg_backup_start('copy', true)`);
      await cp(cluster.path, path, {
        recursive: true,
        filter: (source) => !NOT_COPIED.includes(basename(source)) && !source.includes('/pg_replslot/'),
      });
      const { rows } = await session.query<{ labelfile: string }>(
        'SELECT labelfile FROM pg_backup_stop(false)',
      );
      for (const folder of ['pg_replslot', 'pg_dynshmem', 'pg_stat_tmp']) mkdirSync(join(path, folder));
      writeFileSync(join(path, 'backup_label'), rows[0]?.labelfile ?? '');
      writeFileSync(join(path, 'standby.signal'), '');
    } finally {
      await session.end();
    }
    own(path, cluster);
    const replica = new TestPostgres({ ...cluster, path }, await freePort(undefined), this.password, {
      primary_conninfo: `host=127.0.0.1 port=${port} user=${superuser} password=${this.password}`,
      max_standby_streaming_delay: '0',
      wal_retrieve_retry_interval: '100ms',
    });
    this.replicas.push(replica);
    await replica.start();
  }
}

function own(path: string, { runAs }: Cluster): void {
  chmodSync(path, 0o700);
  if (!runAs) return;
  chownSync(path, runAs.uid, runAs.gid);
  for (const entry of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(path, entry), runAs.uid, runAs.gid);
  }
}
