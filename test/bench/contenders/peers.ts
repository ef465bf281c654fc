import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The folder of what is installed for the comparison alone. */
export const PEERS = join(__dirname, '../peers');

/** Installs what the lock file names, unless it is there already. */
export async function installPeers(): Promise<void> {
  const wanted = readFileSync(join(PEERS, 'package-lock.json'), 'utf8');
  const installed = join(PEERS, 'node_modules/.package-lock.json');
  if (existsSync(installed) && packagesOf(readFileSync(installed, 'utf8')) === packagesOf(wanted)) return;
  await promisify(execFile)('npm', ['ci', '--no-fund', '--no-audit', '--no-progress'], { cwd: PEERS });
}

/** Names and versions, in order; the root stands in one of the two files alone, and so do packages for other machines. */
function packagesOf(lock: string): string {
  const { packages } = JSON.parse(lock) as {
    packages: Record<string, { version?: string; optional?: boolean }>;
  };
  return Object.entries(packages)
    .filter(([path, { optional }]) => path !== '' && optional !== true)
    .map(([path, { version }]) => `${path}@${version ?? ''}`)
    .sort()
    .join('\n');
}
