import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { type Replica } from '../../src/persistence/replicas/replica';
import { ReplicaSet } from '../../src/persistence/replicas/replica-set';
import { parseWalPosition } from '../../src/persistence/replicas/wal-position';
import { createLogger } from '../../src/server/log';
import { StreamingPair, type TestPostgres } from '../support/streaming-pair';
import { until } from '../support/until';

// Servers come and go here; what is waited for decides, not how long it takes.
jest.setTimeout(60_000);

const COUNT = 'SELECT count(*)::int AS accounts FROM account';
const MAXIMUM_LAG_MS = 10_000;

let pair: StreamingPair;
let primary: DatabaseReader;
let set: ReplicaSet;
let other: ReplicaSet;
/** The time of the checks, which tests move on. */
let now = 0;

const setOf = (replicaUrls: readonly string[]): ReplicaSet =>
  new ReplicaSet({
    primary,
    primaryUrl: pair.url,
    replicaUrls,
    mostWaiting: 500,
    max: 4,
    applicationName: 'tierbook-test',
    maximumLagMs: MAXIMUM_LAG_MS,
    log: createLogger('silent'),
  });

beforeAll(async () => {
  pair = await StreamingPair.start(2);
  primary = new DatabaseReader({ url: pair.url, max: 4, applicationName: 'tierbook-test' });
});
afterAll(async () => {
  await primary.close();
  await pair.stop();
});

beforeEach(async () => {
  set = setOf(pair.replicaUrls);
  // Another process of the API.
  other = setOf(pair.replicaUrls);
  for (const replica of pair.replicas) await pair.caughtUp(replica);
  now = 0;
  await serves(set, both());
  await serves(other, both());
});
afterEach(async () => {
  // Whatever has failed, the next test finds replicas that replay.
  for (const replica of pair.replicas) await resumeReplay(replica).catch(() => replica.start());
  await set.close();
  await other.close();
});

const server = (index: number): TestPostgres => {
  const found = pair.replicas[index];
  if (found === undefined) throw new Error('there is no such replica');
  return found;
};
const chosen = (from: ReplicaSet, actor: string, after?: string): string[] => {
  const names = Array.from({ length: 8 }, () => {
    const replica = from.choose(actor, after === undefined ? null : parseWalPosition(after));
    return replica?.name ?? 'primary';
  });
  return [...new Set(names)].sort();
};
const nameOf = (postgres: TestPostgres): string => `127.0.0.1:${postgres.port}`;
const both = (): string[] => pair.replicas.map(nameOf).sort();
/**
 * Looks until these serve somebody who has changed nothing; the primary may write by itself at any moment, which is
 * theirs to replay then.
 */
const serves = (from: ReplicaSet, names: readonly string[], actor = 'token:nobody'): Promise<void> =>
  until(`${names.join(' and ')} serve`, async () => {
    await from.check(now);
    return chosen(from, actor).join() === [...names].sort().join();
  });
const writeAccount = async (externalId: string): Promise<void> => {
  await pair.query(`INSERT INTO account (external_id) VALUES ($1)`, [externalId]);
};
const pauseReplay = async (postgres: TestPostgres): Promise<void> => {
  await postgres.query('tierbook', 'SELECT pg_wal_replay_pause()');
  await until('the replay has paused', async () => {
    const [row] = await postgres.query<{ state: string }>(
      'tierbook',
      'SELECT pg_get_wal_replay_pause_state() AS state',
    );
    return row?.state === 'paused';
  });
};
const resumeReplay = (postgres: TestPostgres): Promise<unknown> =>
  postgres.query('tierbook', 'SELECT pg_wal_replay_resume()');
const stateOf = (postgres: TestPostgres) => set.states().find(({ name }) => name === nameOf(postgres));
const replicaOf = (postgres: TestPostgres): Replica => {
  const found = set.replicas.find(({ name }) => name === nameOf(postgres));
  if (found === undefined) throw new Error('there is no such replica');
  return found;
};

describe('who reads where', () => {
  test('replicas that have caught up share the reads', () => {
    expect(chosen(set, 'token:1')).toEqual(both());
  });

  test('before anybody has looked, the primary answers', async () => {
    const fresh = setOf(pair.replicaUrls);
    expect(chosen(fresh, 'token:1')).toEqual(['primary']);
    await fresh.close();
  });

  test('whoever has changed something reads from the primary until a replica knows it; others go on', async () => {
    await pauseReplay(server(0));
    await pauseReplay(server(1));
    await writeAccount('own-change');
    const position = await set.wrote('token:1');
    expect(position).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    expect(chosen(set, 'token:1')).toEqual(['primary']);
    expect(chosen(set, 'token:2')).toEqual(both());

    await until('the other process has heard of it', () => chosen(other, 'token:1').join() === 'primary');
    expect(chosen(other, 'token:2')).toEqual(both());
    // What the client brings along counts at once, in a process that has heard of nothing.
    const deaf = setOf(pair.replicaUrls);
    await deaf.check(now);
    expect(chosen(deaf, 'somebody', position ?? '')).toEqual(['primary']);
    await deaf.close();

    await resumeReplay(server(0));
    await serves(set, [nameOf(server(0))], 'token:1');
    expect(
      await replicaOf(server(0)).reader.rows(
        `SELECT 1 AS seen FROM account WHERE external_id = 'own-change'`,
      ),
    ).toEqual([{ seen: 1 }]);
    await resumeReplay(server(1));
    await serves(set, both(), 'token:1');
  });

  test('of two replicas the one that knows the change answers, and the other one others', async () => {
    await pauseReplay(server(1));
    await writeAccount('one-knows');
    await set.wrote('token:1');
    now += 1_000;
    await serves(set, [nameOf(server(0))], 'token:1');
    expect(stateOf(server(1))).toMatchObject({ inService: true });
    expect(chosen(set, 'token:2')).toEqual(both());
    await resumeReplay(server(1));
  });

  test('once a model is published, everybody reads from the primary until replicas know it', async () => {
    await pauseReplay(server(0));
    await pauseReplay(server(1));
    await writeAccount('placed-anew');
    await pair.query(`SELECT pg_notify('tierbook_model', '2')`);
    await until('the publication is heard of', () => chosen(set, 'token:2').join() === 'primary');
    await set.check((now += 1_000));
    expect(chosen(set, 'token:2')).toEqual(['primary']);
    await resumeReplay(server(0));
    await serves(set, [nameOf(server(0))], 'token:2');
    await resumeReplay(server(1));
  });
});

describe('a replica that is behind', () => {
  test('serves up to the bound, not beyond it, and again once it has caught up', async () => {
    await pauseReplay(server(0));
    await writeAccount('behind');
    await set.check((now += 1_000));
    expect(stateOf(server(0))).toMatchObject({ inService: true, lagSeconds: 0 });
    await set.check((now += MAXIMUM_LAG_MS));
    expect(stateOf(server(0))).toMatchObject({ inService: true, lagSeconds: MAXIMUM_LAG_MS / 1_000 });
    await set.check((now += 1));
    expect(stateOf(server(0))).toMatchObject({ inService: false, why: 'it is too far behind' });
    expect(chosen(set, 'token:2')).toEqual([nameOf(server(1))]);

    await resumeReplay(server(0));
    await serves(set, both());
    expect(stateOf(server(0))).toMatchObject({ inService: true, lagSeconds: 0 });
  });

  test('is not, where the primary has written nothing for long', async () => {
    await set.check((now += 3_600_000));
    expect(set.states().map(({ inService, lagSeconds }) => ({ inService, lagSeconds }))).toEqual([
      { inService: true, lagSeconds: 0 },
      { inService: true, lagSeconds: 0 },
    ]);
  });

  test('by something that nobody saw being written serves only once it has that', async () => {
    await pauseReplay(server(0));
    await writeAccount('unseen');
    const fresh = setOf([server(0).urlOf('tierbook')]);
    await fresh.check(0);
    expect(fresh.states()).toMatchObject([{ inService: false, why: 'it has not caught up yet' }]);
    await resumeReplay(server(0));
    await serves(fresh, [nameOf(server(0))]);
    expect(fresh.states()).toMatchObject([{ inService: true, why: null }]);
    await fresh.close();
  });
});

describe('what is no replica of this database', () => {
  test.each([
    ['the primary itself', () => pair.url, 'it is no replica'],
    [
      'another database of the cluster',
      () => server(0).urlOf('postgres'),
      'it is a replica of another database',
    ],
  ])('%s is left out', async (_, url, why) => {
    const wrong = setOf([url()]);
    await wrong.check(0);
    expect(wrong.states()).toMatchObject([{ inService: false, why }]);
    await wrong.close();
  });
});

describe('a replica that dies', () => {
  test('fails no read, is left out at once, and comes back by itself', async () => {
    const { reader } = replicaOf(server(0));
    const expected = await primary.rows(COUNT);
    expect(await reader.rows(COUNT)).toEqual(expected);
    const sleeping = reader.rows<{ standby: boolean }>(
      'SELECT pg_is_in_recovery() AS standby FROM (SELECT CASE WHEN pg_is_in_recovery() THEN pg_sleep(600) END) AS waits',
    );
    await until('the question is being answered', async () => {
      const rows = await server(0).query(
        'postgres',
        `SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'`,
      );
      return rows.length > 0;
    });
    await server(0).crash();
    // The question that was under way is answered by the primary.
    expect(await sleeping).toEqual([{ standby: false }]);
    expect(stateOf(server(0))).toMatchObject({ inService: false, why: 'a connection was lost' });
    expect(chosen(set, 'token:2')).toEqual([nameOf(server(1))]);
    expect(await reader.rows(COUNT)).toEqual(expected);
    await set.check((now += 1_000));
    expect(stateOf(server(0))).toMatchObject({ inService: false, why: 'it does not answer' });

    await server(1).crash();
    await set.check((now += 1_000));
    expect(chosen(set, 'token:2')).toEqual(['primary']);

    await server(0).start();
    await server(1).start();
    await serves(set, both());
    expect(await reader.rows<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby')).toEqual([
      { standby: true },
    ]);
    expect(await reader.rows(COUNT)).toEqual(expected);
  });

  test('in the middle of a stream ends it with an error, before its first row with the rows of the primary', async () => {
    const { reader } = replicaOf(server(0));
    const rows: unknown[] = [];
    const reading = async (): Promise<void> => {
      for await (const row of reader.stream('SELECT n FROM generate_series(1, 1000000) AS n')) {
        rows.push(row);
        if (rows.length === 1) await server(0).crash();
      }
    };
    await expect(reading()).rejects.toThrow();
    expect(rows.length).toBeGreaterThan(0);

    await set.check((now += 1_000));
    const others: unknown[] = [];
    for await (const row of reader.stream('SELECT n FROM generate_series(1, 3) AS n')) others.push(row);
    expect(others).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await server(0).start();
    await pair.caughtUp(server(0));
  });
});

describe('what a replica cannot answer', () => {
  test('because of what it replays is asked of the primary, a snapshot as a whole', async () => {
    await pair.query(
      `INSERT INTO account (external_id) SELECT 'doomed-' || n FROM generate_series(1, 50) AS n`,
    );
    await pair.caughtUp(server(0));
    let begun = 0;
    const seen = await replicaOf(server(0)).reader.snapshot(async (reader) => {
      begun += 1;
      await reader.rows(COUNT);
      if (begun === 1) {
        await pair.query(`DELETE FROM account WHERE external_id LIKE 'doomed-%'`);
        await pair.query(`VACUUM account`);
        // A vacuum alone is written to the log whenever somebody else commits.
        await pair.query(`SELECT pg_switch_wal()`);
        await pair.caughtUp(server(0));
      }
      const [row] = await reader.rows<{ standby: boolean }>(`SELECT pg_is_in_recovery() AS standby`);
      return row?.standby;
    });
    expect({ begun, seen }).toEqual({ begun: 2, seen: false });
    expect(stateOf(server(0))).toMatchObject({ failures: 1 });
  });

  test('because the question is wrong is not asked twice', async () => {
    await expect(replicaOf(server(0)).reader.rows('SELECT 1 / 0')).rejects.toThrow('division by zero');
    expect(stateOf(server(0))).toMatchObject({ failures: 0, inService: true });
  });
});

test('while the primary does not answer, nobody is sent to a replica that may lack something', async () => {
  expect(chosen(set, 'token:1')).toEqual(both());
  await pair.primary.crash();
  await set.check((now += 1_000));
  expect(chosen(set, 'token:1')).toEqual(['primary']);
  expect(await set.wrote('token:1')).toBeNull();
  await pair.primary.start();
  await serves(set, both(), 'token:1');
});
