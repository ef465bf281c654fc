import { setTimeout as pause } from 'node:timers/promises';
import { Dice } from '../../src/demo/dice';
import { toGlobalId } from '../../src/graphql/ids';
import { StreamingPair, type TestPostgres } from '../support/streaming-pair';
import { until } from '../support/until';
import { WebhookReceiver } from '../support/webhook-receiver';
import { openSubscriptions } from '../soak/metrics-text';
import { percentile } from '../soak/verdict';
import { EventFollower } from './event-follower';
import { Ledger, LoadClient } from './load';
import { ProductProcess, Replica } from './processes';
import { type Evidence, verdict } from './verdict';

export interface FaultRunOptions {
  /** How long the load goes on. */
  readonly seconds: number;
  readonly seed: string;
  /** Whether workers are killed and webhooks stay without an answer, too: what is taken then waits for a minute. */
  readonly withWorkers: boolean;
  readonly say: (line: string) => void;
}

export interface FaultReport {
  /** What went wrong; empty for a run in which all held. */
  readonly findings: readonly string[];
  readonly figures: Readonly<Record<string, unknown>>;
}

const TOKEN = 'the-token-of-the-fault-run';
const CLIENTS = 6;
const ACCOUNTS_EACH = 5;
const LOOK_EVERY_MS = 200;

/**
 * Two API replicas and two workers on a primary with a streaming replica, under mixed load, while one after the other
 * is killed and comes back. Nothing that was acknowledged may be lost or done twice, every event has to arrive, and
 * all has to recover by itself.
 */
export async function runFaults({ seconds, seed, withWorkers, say }: FaultRunOptions): Promise<FaultReport> {
  const dice = new Dice(seed);
  const pair = await StreamingPair.start(1);
  const receiver = await WebhookReceiver.open();
  const env = {
    DATABASE_URL: pair.url,
    BOOTSTRAP_ADMIN_TOKEN: TOKEN,
    WEBHOOK_PRIVATE_ADDRESSES: '1',
    LOG_LEVEL: 'error',
    DRAIN_NOTICE_SECONDS: '1',
  };
  const replicas = [
    await Replica.create('the first API replica', {
      ...env,
      DATABASE_REPLICA_URLS: pair.replicaUrls.join(','),
    }),
    await Replica.create('the second API replica', {
      ...env,
      DATABASE_REPLICA_URLS: pair.replicaUrls.join(','),
    }),
  ] as const;
  const workers = [
    new ProductProcess('the first worker', 'worker', { ...env, LOG_LEVEL: 'info' }),
    new ProductProcess('the second worker', 'worker', { ...env, LOG_LEVEL: 'info' }),
  ] as const;
  const everybody = [...replicas, ...workers];
  try {
    for (const one of everybody) one.start();
    for (const replica of replicas) await replica.untilReady();
    const house: House = { pair, replicas, workers, receiver, say };
    const ledger = new Ledger();
    const accounts = await prepare(house, dice, withWorkers);
    const follower = new EventFollower(replicas, TOKEN, null);
    await until('events are followed', async () => (await openOn(replicas)) > 0);
    const readiness = new Readiness(replicas);

    const stopping = new AbortController();
    const clients = accounts.map((own, index) => {
      const client = new LoadClient(`c${index}`, own, replicas, TOKEN, ledger, new Dice(`${seed} ${index}`));
      return client.run(stopping.signal);
    });
    const outages = await breakThings(house, seconds * 1_000, withWorkers, readiness);
    stopping.abort();
    await Promise.all(clients);
    say(`the load has ended: ${ledger.acknowledged} writes were acknowledged`);

    await until('all are ready again', async () =>
      (await Promise.all(replicas.map((replica) => replica.readiness()))).every((status) => status === 200),
    );
    await until('no webhook waits', async () => (await count(pair, PENDING)) === 0);
    const events = await pair.query<{ id: string; account: string | null }>(EVENTS);
    await until('every event has come', () => follower.ids.length >= events.length);
    await follower.stop();
    await readiness.stop();
    const evidence = await evidenceOf(house, ledger, follower, readiness, events);
    return {
      findings: verdict({ ...evidence, outages }),
      figures: figuresOf(house, evidence, ledger, follower),
    };
  } finally {
    await Promise.all(everybody.map((one) => one.end('SIGKILL')));
    await receiver.close();
    await pair.stop();
  }
}

interface House {
  readonly pair: StreamingPair;
  readonly replicas: readonly [Replica, Replica];
  readonly workers: readonly [ProductProcess, ProductProcess];
  readonly receiver: WebhookReceiver;
  readonly say: (line: string) => void;
}

const PENDING = `SELECT count(*)::int AS count FROM webhook_delivery WHERE status <> 'DELIVERED'`;
const EVENTS = `SELECT event.id::text, account_id::text AS account FROM event ORDER BY event.transaction, event.id`;

/** The endpoint, and the accounts of each client: their first events come only once all are looked for. */
async function prepare(
  { replicas: [replica], receiver }: House,
  dice: Dice,
  withSilence: boolean,
): Promise<string[][]> {
  const accounts = Array.from({ length: CLIENTS }, (_, client) =>
    Array.from({ length: ACCOUNTS_EACH }, (__, index) => `A${client}-${index}`),
  );
  await ask(
    replica,
    `mutation ($input: UpsertAccountsInput!) { upsertAccounts(input: $input) { results { outcome } } }`,
    {
      input: { accounts: accounts.flat().map((externalId) => ({ externalId, arr: '30000.00' })) },
    },
  );
  await ask(
    replica,
    `mutation ($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { userErrors { message } } }`,
    {
      input: { url: receiver.url, concurrency: 10 },
    },
  );
  const seen = new Set<string>();
  // Every fifth message fails at first, and some are never answered: the sender has to give up waiting.
  receiver.answering = ({ id }) => {
    if (seen.has(id)) return 204;
    seen.add(id);
    if (withSilence && dice.chance(0.02)) return null;
    return dice.chance(0.2) ? 500 : 204;
  };
  return accounts;
}

/** Goes through the faults in their order, spread over the time. Gives how often the primary was away. */
async function breakThings(
  { pair, replicas, workers, say }: House,
  ms: number,
  withWorkers: boolean,
  readiness: Readiness,
): Promise<number> {
  const [first, second] = replicas;
  const begun = performance.now();
  const at = async (share: number): Promise<void> => {
    await pause(Math.max(0, begun + share * ms - performance.now()));
  };
  const killed = async (one: ProductProcess, downMs: number): Promise<void> => {
    say(`${one.name} is killed`);
    await one.end('SIGKILL');
    await pause(downMs);
    one.start();
  };
  const away = async (server: TestPostgres, name: string, downMs: number): Promise<void> => {
    say(`${name} crashes`);
    await server.crash();
    await pause(downMs);
    await server.start();
    say(`${name} is back`);
  };
  const outage = async (): Promise<void> => {
    readiness.outage();
    await away(pair.primary, 'the primary', 4_000);
    await Promise.all(replicas.filter(({ runs }) => runs).map((replica) => replica.untilReady()));
    readiness.over();
  };
  if (withWorkers) {
    await at(0.1);
    await killed(workers[0], 2_000);
  }
  await at(0.25);
  await outage();
  await at(0.45);
  await killed(first, 1_000);
  await first.untilReady();
  const [standby] = pair.replicas;
  await at(0.6);
  if (standby !== undefined) await away(standby, 'the streaming replica', 5_000);
  if (withWorkers) {
    await at(0.75);
    await Promise.all([outage(), killed(workers[1], 3_000)]);
    await at(0.9);
    say(`${second.name} is asked to stop`);
    await second.end('SIGTERM');
    second.start();
    await second.untilReady();
  }
  await at(1);
  return withWorkers ? 2 : 1;
}

/** Looks at /readyz of the replicas all the time. */
class Readiness {
  /** Outages of the primary in which a server said that it was not ready. */
  noticed = 0;
  private seen = false;
  private isOutage = false;
  private stopped = false;
  private readonly done: Promise<void>;

  constructor(replicas: readonly Replica[]) {
    this.done = this.watch(replicas);
  }

  outage(): void {
    this.isOutage = true;
    this.seen = false;
  }

  over(): void {
    if (this.seen) this.noticed += 1;
    this.isOutage = false;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.done;
  }

  private async watch(replicas: readonly Replica[]): Promise<void> {
    while (!this.stopped) {
      const statuses = await Promise.all(replicas.map((replica) => replica.readiness()));
      if (this.isOutage && statuses.includes(503)) this.seen = true;
      await pause(LOOK_EVERY_MS);
    }
  }
}

async function evidenceOf(
  { pair, replicas, workers, receiver }: House,
  ledger: Ledger,
  follower: EventFollower,
  readiness: Readiness,
  events: readonly { readonly id: string; readonly account: string | null }[],
): Promise<Omit<Evidence, 'outages'>> {
  const notes = async (table: 'tier_override' | 'touch'): Promise<string[]> =>
    (
      await pair.query<{ key: string }>(
        `SELECT replace(note, 'By the client ', '') AS key FROM ${table} WHERE note LIKE 'By the client %'`,
      )
    ).map(({ key }) => key);
  const arr = await pair.query<{ account: string; arr: string }>(
    `SELECT external_id AS account, arr::text AS arr FROM account`,
  );
  return {
    acknowledged: { overrides: ledger.overrides, touches: ledger.touches, arr: ledger.arr },
    stored: {
      overrides: await notes('tier_override'),
      touches: await notes('touch'),
      arr: new Map(arr.map((row) => [row.account, row.arr])),
    },
    events,
    // The endpoint is the only one, so what is left of a message's id is that of the event.
    received: receiver.accepted.map(({ id }) => id.split('_').at(-1) ?? ''),
    followed: follower.ids.map((id) => keyOfEvent(id, events)),
    wrong: ledger.wrong,
    readinessNoticed: readiness.noticed,
    ended: [...replicas, ...workers]
      .filter(({ runs }) => !runs)
      .map((one) => `${one.name}:\n${one.lastWords}`),
  };
}

function keyOfEvent(id: string, events: readonly { readonly id: string }[]): string {
  return events.find((event) => toGlobalId('Event', event.id) === id)?.id ?? id;
}

function figuresOf(
  house: House,
  { events, received }: Omit<Evidence, 'outages'>,
  ledger: Ledger,
  follower: EventFollower,
): FaultReport['figures'] {
  const { latencies } = ledger;
  return {
    acknowledged: ledger.acknowledged,
    overrides: ledger.overrides.size,
    touches: ledger.touches.size,
    answers: Object.fromEntries([...ledger.statuses].sort()),
    reads: {
      count: latencies.length,
      p50: Math.round(percentile(latencies, 0.5)),
      p99: Math.round(percentile(latencies, 0.99)),
    },
    events: events.length,
    webhooks: { sent: house.receiver.received.length, accepted: received.length },
    reconnects: follower.reconnects,
    restarts: [...house.replicas, ...house.workers].reduce((sum, { restarts }) => sum + restarts, 0),
  };
}

async function openOn(replicas: readonly Replica[]): Promise<number> {
  let open = 0;
  for (const { url } of replicas) {
    const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
    open += openSubscriptions(await response.text());
  }
  return open;
}

async function count(pair: StreamingPair, sql: string): Promise<number> {
  return (await pair.query<{ count: number }>(sql))[0]?.count ?? 0;
}

async function ask({ url }: Replica, query: string, variables: object): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  if (response.status !== 200 || text.includes('"message":')) throw new Error(text);
}
