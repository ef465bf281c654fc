import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, EmbeddedPostgresError } from './embedded-postgres-error';
import { identifyProcess, isRunning, type ProcessIdentity } from './live-process';
import { delay } from './waiting';

const pattern = /^opening\.(\d+)$/;
const patienceMs = 120_000;

/**
 * Lets one process at a time open or leave the data directory. Node has no file locks that the system frees
 * when their holder dies, so this is a chain of files `opening.<n>`: the last one names the holder, and whoever
 * finds the holder gone links the next number, which only one can. The last one is never removed: numbers
 * only grow, so a slow process cannot take a number that has had its day without seeing a higher one.
 *
 * Throws EmbeddedPostgresError when another living process keeps it for two minutes.
 */
export async function withOpeningLock<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const mine = await acquire(dataDir);
  try {
    return await work();
  } finally {
    const free = draftName(dataDir);
    // When the directory itself is gone there is nothing to free.
    await writeFile(free, 'free')
      .then(() => rename(free, join(dataDir, `opening.${mine}`)))
      .catch(() => undefined);
  }
}

async function acquire(dataDir: string): Promise<number> {
  const self = identifyProcess(process.pid);
  const draft = draftName(dataDir);
  await writeFile(draft, JSON.stringify(self));
  try {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const last = await lastNumber(dataDir);
      const holder = last === 0 ? undefined : await holderOf(join(dataDir, `opening.${last}`));
      if (holder && isRunning(holder)) {
        if (Date.now() < deadline) {
          await delay(20);
          continue;
        }
        throw new EmbeddedPostgresError(
          `another Tierbook process (pid ${holder.pid}) has been opening ${dataDir} for two minutes; stop it first or set TIERBOOK_DATA_DIR`,
        );
      }
      const mine = last + 1;
      try {
        await link(draft, join(dataDir, `opening.${mine}`));
      } catch (error) {
        if (codeOf(error) === 'EEXIST') continue;
        throw error;
      }
      if ((await lastNumber(dataDir)) === mine) {
        await sweep(dataDir, mine);
        return mine;
      }
      await rm(join(dataDir, `opening.${mine}`), { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

function draftName(dataDir: string): string {
  return join(dataDir, `opening.draft-${process.pid}-${randomBytes(4).toString('hex')}`);
}

async function lastNumber(dataDir: string): Promise<number> {
  const numbers = (await readdir(dataDir)).map((name) => Number(pattern.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

async function holderOf(path: string): Promise<ProcessIdentity | undefined> {
  try {
    const holder: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof holder !== 'object' || holder === null || !('pid' in holder) || !('started' in holder)) {
      return undefined;
    }
    return { pid: Number(holder.pid), started: String(holder.started) };
  } catch {
    // Free, swept just now, or damaged when the machine lost its power.
    return undefined;
  }
}

async function sweep(dataDir: string, mine: number): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const number = Number(pattern.exec(name)?.[1] ?? mine);
    const drafter = Number(/^opening\.draft-(\d+)-/.exec(name)?.[1] ?? process.pid);
    if (number < mine || !identifyProcess(drafter)) await rm(join(dataDir, name), { force: true });
  }
}
