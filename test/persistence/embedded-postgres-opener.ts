import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { transformFileSync } from '@swc/core';
import { Client } from 'pg';
import { clusterNameOf, readPostmasterFile } from '../../src/persistence/embedded/data-directory';
import { backendsOf, isPostmasterOf } from '../../src/persistence/embedded/live-process';
import { waitUntil } from '../../src/persistence/embedded/waiting';

export const repository = resolve(__dirname, '../..');
export const place = mkdtempSync(join(tmpdir(), 'tierbook-embedded-'));
const project = join(place, 'project');
const openers: Opener[] = [];
const dataDirs: string[] = [];

/** Opens the database in a process of its own, tells what happens, and stops when it is told to or on Ctrl-C. */
const program = `
const { openEmbeddedPostgres } = require('./src/persistence/embedded-postgres');
const { Client } = require('pg');
const tell = (event, facts) => console.log(JSON.stringify({ event, ...facts }));
const options = { settings: { fsync: 'off', shared_buffers: '16MB' }, ...JSON.parse(process.argv[2]) };
const begun = performance.now();
openEmbeddedPostgres({ ...options, log: (line) => tell('log', { line }) }).then(
  (database) => {
    process.stdin.once('data', () => database.stop().then(() => process.exit(0)));
    process.once('SIGINT', async () => {
      await new Promise((done) => setTimeout(done, 200));
      const client = new Client(database.url);
      await client.connect();
      await client.query('select 1');
      await client.end();
      tell('drained');
      await database.stop();
      process.exit(0);
    });
    // Last: who hears it may stop this process at once.
    tell('open', { url: database.url, owner: database.owner, ms: Math.round(performance.now() - begun) });
  },
  (error) => {
    tell('refused', { name: error.constructor.name, message: error.message });
    process.exitCode = 1;
  },
);
`;

interface Told {
  readonly event: string;
  readonly line?: string;
  readonly url?: string;
  readonly owner?: boolean;
  readonly ms?: number;
  readonly name?: string;
  readonly message?: string;
}

interface OpenerOptions {
  readonly home?: string;
  readonly user?: { uid: number; gid: number };
}

export class Opener {
  readonly told: Told[] = [];
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  private errors = '';
  /** All that it had to say has been read. */
  private closed = false;

  constructor(dataDir: string, purpose = 'server', { home = project, user }: OpenerOptions = {}) {
    const options = { dataDir, purpose, stagingDirs: [join(place, `staging-${user?.uid ?? 0}`)] };
    this.child = spawn(process.execPath, ['program.js', JSON.stringify(options)], {
      cwd: home,
      env: { PATH: '/usr/bin:/bin' },
      detached: true,
      ...user,
    });
    this.exited = new Promise((done) => this.child.on('exit', done));
    this.child.on('close', () => (this.closed = true));
    let rest = '';
    this.child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      this.told.push(...lines.map((line) => JSON.parse(line) as Told));
    });
    this.child.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    openers.push(this);
    dataDirs.push(dataDir);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async hears(what: (told: Told) => boolean): Promise<Told> {
    const hit = (): Told | undefined => this.told.find(what);
    await waitUntil(() => hit() !== undefined || this.closed, 30_000);
    const told = hit();
    if (!told) {
      const { exitCode, signalCode } = this.child;
      const state = `exit ${exitCode ?? 'none'}, signal ${signalCode ?? 'none'}`;
      throw new Error(`not heard; ${state}; ${JSON.stringify(this.told)} ${this.errors}`);
    }
    return told;
  }

  /** The address, once it is open. */
  async url(): Promise<string> {
    const told = await this.hears(({ event }) => event === 'open' || event === 'refused');
    if (told.url === undefined) throw new Error(told.message);
    return told.url;
  }

  async refusal(): Promise<string> {
    const told = await this.hears(({ event }) => event === 'open' || event === 'refused');
    expect(told).toMatchObject({ event: 'refused', name: 'EmbeddedPostgresError' });
    return told.message ?? '';
  }

  async stop(): Promise<void> {
    this.child.stdin?.write('stop\n');
    await this.exited;
    expect(this.errors).toBe('');
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}

let count = 0;
/** A project's data directory that does not exist yet. */
export function newDataDir(within = place): string {
  const home = join(within, `clone-${++count}`);
  mkdirSync(home);
  return join(home, '.data');
}

export async function query(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows[0] && Object.values(rows[0])[0];
  } finally {
    await client.end();
  }
}

export async function postmasterOf(dataDir: string): Promise<number> {
  const file = await readPostmasterFile(join(dataDir, 'postgres'));
  return file && isPostmasterOf(file.pid, await clusterNameOf(join(dataDir, 'postgres'))) ? file.pid : 0;
}

export async function expectNothingLeft(dataDir: string): Promise<void> {
  const name = await clusterNameOf(join(dataDir, 'postgres'));
  const isGone = async (): Promise<boolean> =>
    (await postmasterOf(dataDir)) === 0 &&
    backendsOf(name).length === 0 &&
    supervisorsOf(dataDir).length === 0;
  expect(await waitUntil(isGone, 15_000, 50)).toBe(true);
}

export function supervisorsOf(dataDir: string): number[] {
  const lines = spawnSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' }).stdout.split('\n');
  const ours = lines.filter((line) => line.includes(' tierbook-postgres ') && line.includes(` ${dataDir}/`));
  return ours.map((line) => parseInt(line, 10));
}

export function setUpProject(home: string): void {
  mkdirSync(join(home, 'src/persistence/embedded'), { recursive: true });
  writeFileSync(join(home, 'program.js'), program);
  const source = join(repository, 'src/persistence');
  const files = readdirSync(join(source, 'embedded')).map((name) => `embedded/${name}`);
  for (const file of ['embedded-postgres.ts', ...files]) {
    const { code } = transformFileSync(join(source, file), {
      swcrc: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    });
    writeFileSync(join(home, 'src/persistence', file.replace(/ts$/, 'js')), code);
  }
}

/** To be called before the first test. */
export function makePlace(): void {
  chmodSync(place, 0o755);
  setUpProject(project);
  symlinkSync(join(repository, 'node_modules'), join(project, 'node_modules'));
}

/** Ends what a failed test left running, and checks that PostgreSQL ended with it. */
export async function clearPlace(): Promise<void> {
  for (const opener of openers) if (opener.child.exitCode === null) await opener.kill();
  for (const dataDir of dataDirs) if (existsSync(join(dataDir, 'postgres'))) await expectNothingLeft(dataDir);
  rmSync(place, { recursive: true, force: true });
}
