import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { parseDate } from '../../src/domain/calendar';
import { createTestDatabase } from '../support/database';
import globalSetup from '../support/global-setup';
import globalTeardown from '../support/global-teardown';
import { BuiltServer } from './built-server';
import { forgottenTransactions } from './forgotten-transactions';
import { HEADINGS, minuteLine } from './minute-table';
import { Tally } from './pace';
import { findHighestLoad, soak, type SoakedServer } from './soak-run';
import {
  brokenRules,
  brokenTrends,
  memoryGrowth,
  percent,
  LEAST_MINUTES_FOR_MEMORY,
  type SoakRecord,
} from './verdict';

const ACCOUNTS = 2_000;
const FOLLOWERS = 20;
/** Of the highest load. */
const SHARE = 0.5;

interface Wishes {
  readonly minutes: string;
  readonly connections: string;
  readonly rate?: string;
}

/** Soaks a server of its own at half of what it can do; ends with 1 where something fails, grows or slows down. */
async function main(wishes: Wishes): Promise<void> {
  await globalSetup();
  const database = await createTestDatabase();
  let server: BuiltServer | null = null;
  try {
    await BuiltServer.seed(database.url, ACCOUNTS);
    const token = randomBytes(16).toString('hex');
    const started = await BuiltServer.start(database.url, token);
    server = started;
    const soaked: SoakedServer = {
      url: started.url,
      token,
      today: parseDate(new Date().toISOString().slice(0, 10)),
      forgotten: () => forgottenTransactions((sql) => database.query(sql)),
      retained: () => started.retained(),
    };
    const connections = Number(wishes.connections);
    const rate = wishes.rate === undefined ? await halfOfHighest(soaked, connections) : Number(wishes.rate);
    const seconds = Number(wishes.minutes) * 60;
    console.log(`${rate.toFixed(0)} requests/s for ${wishes.minutes} minutes, ${FOLLOWERS} subscriptions`);
    console.log(HEADINGS.join(''));
    let shown = 0;
    const show = (record: Pick<SoakRecord, 'timings' | 'samples' | 'retained'>, second: number): void => {
      for (; (shown + 1) * 60 <= second; shown += 1) console.log(minuteLine(record, shown));
    };
    const record = await soak(soaked, {
      seconds,
      rate,
      connections,
      followers: FOLLOWERS,
      progress: (sofar) => {
        show(sofar, sofar.samples.at(-1)?.second ?? 0);
      },
    });
    show(record, seconds);
    report(record);
  } finally {
    await server?.stop();
    await database.drop();
    await globalTeardown();
  }
}

async function halfOfHighest(server: SoakedServer, connections: number): Promise<number> {
  const tally = new Tally();
  const steps = await findHighestLoad(server, connections, tally);
  for (const { clients, rate } of steps) console.log(`${clients} clients: ${rate.toFixed(0)} requests/s`);
  console.log('outcomes', tally.outcomes);
  return SHARE * Math.max(...steps.map((step) => step.rate));
}

function report(record: SoakRecord): void {
  const { outcomes, deliveries, seconds } = record;
  console.log('outcomes', outcomes);
  console.log('deliveries', deliveries);
  if (seconds < LEAST_MINUTES_FOR_MEMORY * 60) console.log('too short a run to judge memory');
  else {
    const { heap, rss } = memoryGrowth(record);
    console.log(`in 10 minutes: heap ${percent(heap)}, RSS ${percent(rss)}`);
  }
  const broken = [...brokenRules(record), ...brokenTrends(record)];
  for (const line of broken) console.log(`BROKEN: ${line}`);
  console.log(
    broken.length === 0 ? 'nothing failed, grew or slowed down' : `${broken.length} rules are broken`,
  );
  if (broken.length > 0) process.exitCode = 1;
}

const command = new Command('soak')
  .option('--minutes <count>', 'how long the load stays', '20')
  .option('--connections <count>', 'connections of the load, and the most clients that are tried', '64')
  .option('--rate <count>', 'requests a second, in place of half of what is found to be the most')
  .parse();
main(command.opts<Wishes>()).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
