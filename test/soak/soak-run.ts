import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Dice } from '../../src/demo/dice';
import { type CalendarDate } from '../../src/domain/calendar';
import { Connection, type SoakTarget } from './connection';
import { EventFollowers } from './event-followers';
import { openSubscriptions, readMetrics } from './metrics-text';
import { MixedLoad } from './mixed-load';
import { pace, press, Tally } from './pace';
import { type Point, type Sample, type SoakRecord } from './verdict';

/** A server that can be soaked, and what is known of it from beside. */
export interface SoakedServer extends SoakTarget {
  readonly today: CalendarDate;
  /** Transactions that have been open for seconds with nobody asking anything. */
  readonly forgotten: () => Promise<number>;
  /** Bytes that it holds after its garbage is collected; absent where nobody can tell. */
  readonly retained?: () => Promise<number>;
}

export interface SoakOptions {
  readonly seconds: number;
  /** Requests a second. */
  readonly rate: number;
  readonly connections: number;
  readonly followers: number;
  /** Told after every sample. */
  readonly progress?: (record: Pick<SoakRecord, 'timings' | 'samples' | 'retained'>) => void;
}

/** What the clients did at each step. */
export interface Step {
  readonly clients: number;
  readonly rate: number;
}

const SAMPLE_EVERY_MS = 10_000;
const RETAINED_EVERY = 6;
const STEP_SECONDS = 6;
const WARM_UP_SECONDS = 10;
const WARM_UP_CLIENTS = 8;
/** A step that brings less than this brings nothing; after two of them it is no use to try more. */
const WORTHWHILE = 1.03;
const PATIENCE_MS = 15_000;

/** Runs ever more clients until the server does no more: gives what it did at each step, the highest included. */
export async function findHighestLoad(
  server: SoakedServer,
  connections: number,
  tally: Tally,
): Promise<Step[]> {
  const connection = new Connection(server, connections);
  try {
    const load = await mixedLoad(server, connection);
    await press(connection, load, Math.min(WARM_UP_CLIENTS, connections), WARM_UP_SECONDS, tally);
    const steps: Step[] = [];
    let best = 0;
    let inVain = 0;
    for (let clients = 2; clients <= connections && inVain < 2; clients *= 2) {
      const rate = await press(connection, load, clients, STEP_SECONDS, tally);
      steps.push({ clients, rate });
      inVain = rate < best * WORTHWHILE ? inVain + 1 : 0;
      best = Math.max(best, rate);
    }
    return steps;
  } finally {
    connection.close();
  }
}

/** Sends at the rate for as long, with followers throughout, and looks at the server now and then. */
export async function soak(server: SoakedServer, options: SoakOptions): Promise<SoakRecord> {
  const { seconds, rate, connections, followers: count, progress } = options;
  const connection = new Connection(server, connections);
  // What is looked at must not wait behind what is measured.
  const aside = new Connection(server, 2);
  const followers = await EventFollowers.open(server, aside, count);
  try {
    await within(PATIENCE_MS, async () => openSubscriptions(await aside.metrics()) >= count);
    const load = await mixedLoad(server, aside);
    const tally = new Tally();
    const samples: Sample[] = [];
    const retained: Point[] = [];
    const begun = performance.now();
    const sample = async (): Promise<Sample> => ({
      ...readMetrics(await aside.metrics(), (performance.now() - begun) / 1_000),
      forgotten: await server.forgotten(),
      machineLoad: loadavg()[0] ?? 0,
    });
    const done = new AbortController();
    const watching = (async () => {
      for (let index = 0; !done.signal.aborted; index += 1) {
        samples.push(await sample());
        if (server.retained !== undefined && index % RETAINED_EVERY === 0) {
          const { second } = samples.at(-1) ?? { second: 0 };
          retained.push({ second, value: await server.retained() });
        }
        progress?.({ timings: tally.timings, samples, retained });
        const next = begun + (index + 1) * SAMPLE_EVERY_MS - performance.now();
        await pause(Math.max(0, next), undefined, { signal: done.signal }).catch(() => undefined);
      }
    })();
    // A server that cannot be looked at any more is not asked any more.
    watching.catch(() => {
      done.abort();
    });
    await pace(connection, load, rate, seconds, tally, done.signal).finally(() => {
      done.abort();
    });
    await watching;
    const deliveries = await followers.settle(aside, PATIENCE_MS);
    await within(PATIENCE_MS, async () => {
      const { busy, waiting } = await sample();
      return busy + waiting === 0;
    });
    const { timings, outcomes } = tally;
    return { seconds, timings, samples, retained, outcomes, deliveries, afterwards: await sample() };
  } finally {
    await followers.close();
    connection.close();
    aside.close();
  }
}

/** Waits until it holds, but not for ever: whoever calls looks whether it does. */
async function within(milliseconds: number, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await holds()) && performance.now() < deadline) await pause(50);
}

async function mixedLoad({ today }: SoakedServer, connection: Connection): Promise<MixedLoad> {
  // Accounts without a tier, such as churned ones, are refused an override.
  const accounts = await names(connection, 'accounts', 'where: { tier: { isNull: false } }');
  const csms = await names(connection, 'csms', '');
  return new MixedLoad({ accounts, csms, today }, new Dice('soak'), randomBytes(6).toString('hex'));
}

async function names(connection: Connection, field: 'accounts' | 'csms', where: string): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | null = null; ;) {
    const data: Record<string, NamesPage> = await connection.data(
      `query Names($after: String) {
        ${field}(${where} first: 100, after: $after) { nodes { externalId } pageInfo { hasNextPage endCursor } }
      }`,
      { after },
    );
    const page = data[field];
    found.push(...(page?.nodes ?? []).map(({ externalId }) => externalId));
    if (page?.pageInfo.hasNextPage !== true) return found;
    after = page.pageInfo.endCursor;
  }
}

interface NamesPage {
  readonly nodes: readonly { readonly externalId: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}
