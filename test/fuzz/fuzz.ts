import 'reflect-metadata';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Command } from 'commander';
import { createSchema } from '../../src/graphql/schema';
import { createTestDatabase } from '../support/database';
import globalSetup from '../support/global-setup';
import globalTeardown from '../support/global-teardown';
import { fuzz, type FuzzTarget } from './fuzz-run';
import { brokenInvariants } from './invariants';

const TOKEN = 'a-token-for-the-fuzz-run';
/** What a heap may grow by in the second half of a long run: caches are full by then, leaks go on. */
const MOST_GROWTH_MB = 30;
const LONG_RUN = 50_000;

interface Wishes {
  readonly operations: string;
  readonly seed: string;
}

/** Starts a server with a small book and sends it random operations; ends with 1 where something went wrong. */
async function main({ operations, seed }: Wishes): Promise<void> {
  console.log(`seed ${seed}, ${operations} operations`);
  await globalSetup();
  const database = await createTestDatabase();
  const server = fork(join(__dirname, 'server.ts'), {
    // Young objects have the room that they have with `npm start`.
    execArgv: ['--max-semi-space-size=64', '--expose-gc', '-r', '@swc-node/register'],
    env: { ...process.env, DATABASE_URL: database.url, FUZZ_TOKEN: TOKEN },
  });
  try {
    const [{ url }] = (await once(server, 'message')) as [{ url: string }];
    const target: FuzzTarget = { url, token: TOKEN, heap: () => heapOf(server) };
    const options = { operations: Number(operations), seed: Number(seed), progress: show };
    const outcome = await fuzz(createSchema(), target, options);
    const broken = await brokenInvariants(target, (sql) => database.query(sql));
    const { heaps } = outcome;
    const halfWay = heaps[Math.floor(heaps.length / 2)] ?? 0;
    const growth = Number(operations) < LONG_RUN ? 0 : ((heaps.at(-1) ?? 0) - halfWay) / 1e6;
    console.log('status', outcome.statuses);
    console.log('codes', outcome.codes);
    console.log(
      `${outcome.seconds.toFixed(0)} s, ${(Number(operations) / outcome.seconds).toFixed(0)} operations/s`,
    );
    for (const fault of outcome.faults) console.log(fault);
    for (const line of broken) console.log(line);
    if (growth > MOST_GROWTH_MB) console.log(`the heap has grown by ${growth.toFixed(1)} MB`);
    if (outcome.faults.length > 0 || broken.length > 0 || growth > MOST_GROWTH_MB) process.exitCode = 1;
    server.send('stop');
    await once(server, 'exit');
  } finally {
    if (server.exitCode === null) server.kill();
    await database.drop();
    await globalTeardown();
  }
}

async function heapOf(server: ChildProcess): Promise<number> {
  server.send('heap');
  const [{ heap }] = (await once(server, 'message')) as [{ heap: number }];
  return heap;
}

function show(done: number, heap: number | null): void {
  console.log(`${String(done)} done, heap ${((heap ?? 0) / 1e6).toFixed(1)} MB`);
}

const command = new Command('fuzz')
  .option('--operations <count>', 'how many operations are sent', '100000')
  .option('--seed <number>', 'what the operations follow from', String(Date.now() % 1_000_000_000))
  .parse();
main(command.opts<Wishes>()).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
