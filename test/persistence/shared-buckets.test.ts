import { type LeaseRequest, type PointStore } from '../../src/app/ports/points';
import { SharedBuckets, type SharedBucketOptions } from '../../src/graphql/shared-buckets';
import { type ThrottleState } from '../../src/graphql/throttle';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { SqlPointStore } from '../../src/persistence/sql-point-store';
import { createTestDatabase, type TestDatabase } from '../support/database';

/** So slow that nothing comes back while a test runs. */
const NEVER = 0.000_001;

let database: TestDatabase;
let readers: DatabaseReader[];

beforeAll(async () => {
  database = await createTestDatabase();
  // One for each process that takes part.
  readers = [1, 2].map(
    (n) => new DatabaseReader({ url: database.url, max: 2, applicationName: `replica-${n}` }),
  );
});
afterEach(() => database.query('DELETE FROM throttle_bucket'));
afterAll(async () => {
  await Promise.all(readers.map((reader) => reader.close()));
  await database.drop();
});

function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`there is none at ${String(index)}`);
  return found;
}

const storeOf = (capacity: number, restoreRate = NEVER, replica = 0): PointStore =>
  new SqlPointStore(at(readers, replica), { capacity, restoreRate });

const throttleOf = (
  capacity: number,
  replica = 0,
  options: SharedBucketOptions = {},
  store = storeOf(capacity, NEVER, replica),
): SharedBuckets => new SharedBuckets(store, { capacity, restoreRate: NEVER }, options);

const bucketOf = async (actor: string): Promise<{ available: number; leased: number } | undefined> => {
  const [row] = await database.query<{ available: number; leased: number }>(
    'SELECT round(available) AS available, round(leased) AS leased FROM throttle_bucket WHERE actor = $1',
    [actor],
  );
  return row;
};

/** Counts what is asked of a store. */
class CountedStore implements PointStore {
  leases = 0;

  constructor(private readonly store: PointStore) {}

  lease(request: LeaseRequest): ReturnType<PointStore['lease']> {
    this.leases += 1;
    return this.store.lease(request);
  }

  close(...given: Parameters<PointStore['close']>): Promise<void> {
    return this.store.close(...given);
  }

  forgetFull(): Promise<number> {
    return this.store.forgetFull();
  }
}

describe('the bucket in the database, of 1,000 points that come back at 10 a second', () => {
  interface Case {
    readonly title: string;
    /** Seconds ago; null for a bucket that nobody knows. */
    readonly bucket: {
      readonly available: number;
      readonly leased: number;
      readonly restored: number;
      readonly overSince: number;
    } | null;
    readonly closing?: { readonly size: number; readonly unspent: number };
    readonly needed: number;
    readonly wished: number;
    readonly granted: number;
    readonly available: number;
    readonly leased: number;
  }
  const NOW = { restored: 0, overSince: -100 };

  test.each<Case>([
    {
      title: 'nobody knows is full',
      bucket: null,
      needed: 3,
      wished: 10,
      granted: 10,
      available: 990,
      leased: 10,
    },
    {
      title: 'gives one that wants all of it everything',
      bucket: null,
      needed: 1_000,
      wished: 1_000,
      granted: 1_000,
      available: 0,
      leased: 0,
    },
    {
      title: 'gives a lease while it holds twice as much',
      bucket: { available: 20, leased: 0, ...NOW },
      needed: 3,
      wished: 10,
      granted: 10,
      available: 10,
      leased: 10,
    },
    {
      title: 'gives exactly what is needed below that',
      bucket: { available: 19, leased: 0, ...NOW },
      needed: 3,
      wished: 10,
      granted: 3,
      available: 16,
      leased: 0,
    },
    {
      title: 'gives its last points',
      bucket: { available: 3, leased: 0, ...NOW },
      needed: 3,
      wished: 10,
      granted: 3,
      available: 0,
      leased: 0,
    },
    {
      title: 'gives nothing where a point is missing',
      bucket: { available: 2, leased: 0, ...NOW },
      needed: 3,
      wished: 10,
      granted: 0,
      available: 2,
      leased: 0,
    },
    {
      title: 'has got points back with time',
      bucket: { available: 2, leased: 0, restored: 5, overSince: -100 },
      needed: 3,
      wished: 10,
      granted: 10,
      available: 42,
      leased: 10,
    },
    {
      title: 'never fills above its capacity',
      bucket: { available: 990, leased: 0, restored: 500, overSince: -100 },
      needed: 3,
      wished: 10,
      granted: 10,
      available: 990,
      leased: 10,
    },
    {
      title: 'does not fill up behind leases',
      bucket: { available: 700, leased: 300, restored: 500, overSince: -100 },
      needed: 3,
      wished: 10,
      granted: 10,
      available: 690,
      leased: 310,
    },
    {
      title: 'fills up behind leases that are over',
      bucket: { available: 700, leased: 300, restored: 500, overSince: 1 },
      needed: 3,
      wished: 10,
      granted: 10,
      available: 990,
      leased: 10,
    },
    {
      title: 'takes back what a lease has left',
      bucket: { available: 100, leased: 10, ...NOW },
      closing: { size: 10, unspent: 4 },
      needed: 3,
      wished: 10,
      granted: 10,
      available: 94,
      leased: 10,
    },
    {
      title: 'takes back no more than fits',
      bucket: { available: 1_000, leased: 0, ...NOW },
      closing: { size: 10, unspent: 4 },
      needed: 3,
      wished: 10,
      granted: 10,
      available: 990,
      leased: 10,
    },
    {
      title: 'does not mind a clock that was set back',
      bucket: { available: 2, leased: 0, restored: -50, overSince: -100 },
      needed: 3,
      wished: 10,
      granted: 0,
      available: 2,
      leased: 0,
    },
  ])(
    '$title',
    async ({ bucket, closing = { size: 0, unspent: 0 }, needed, wished, granted, available, leased }) => {
      if (bucket !== null) {
        await database.query(
          `INSERT INTO throttle_bucket VALUES ('a', $1, $2, clock_timestamp() - make_interval(secs => $3), 0,
           clock_timestamp() - make_interval(secs => $4))`,
          [bucket.available, bucket.leased, bucket.overSince, bucket.restored],
        );
      }
      const lease = await storeOf(1_000, 10).lease({ actorId: 'a', needed, wished, closing });
      expect(lease.granted).toBe(granted);
      // What comes back while the test runs.
      expect(lease.available - available).toBeGreaterThanOrEqual(0);
      expect(lease.available - available).toBeLessThan(50);
      expect((await bucketOf('a'))?.leased).toBe(leased);
    },
  );

  test('is forgotten once it must be full again', async () => {
    const store = storeOf(1_000, 10);
    for (const actorId of ['old', 'new']) {
      await store.lease({ actorId, needed: 1, wished: 1, closing: { size: 0, unspent: 0 } });
    }
    await database.query(
      `UPDATE throttle_bucket SET restored_at = restored_at - interval '201 s' WHERE actor = 'old'`,
    );
    expect(await store.forgetFull()).toBe(1);
    expect([await bucketOf('old'), (await bucketOf('new'))?.available]).toEqual([undefined, 999]);
  });
});

describe('two processes that share a bucket', () => {
  const takeMany = (
    throttles: readonly SharedBuckets[],
    times: number,
    price: number,
  ): Promise<ThrottleState[]> =>
    Promise.all(
      Array.from({ length: times }, async (_, n) => at(throttles, n % throttles.length).take('a', price)),
    );
  const countTaken = (states: readonly ThrottleState[]): number => states.filter(({ taken }) => taken).length;

  test('never give more than it holds, and all of it once nobody holds anything back', async () => {
    let now = 0;
    const both = [0, 1].map((replica) => throttleOf(10_000, replica, { now: () => now }));
    const first = countTaken(await takeMany(both, 2_000, 7));
    expect(first).toBeLessThanOrEqual(1_428);
    expect(first).toBeGreaterThan(1_400);
    now += 1_000;
    for (const throttle of both) await throttle.tidy();
    const rest = countTaken(await takeMany(both, 200, 7));
    expect(first + rest).toBe(1_428);
    expect(await bucketOf('a')).toEqual({ available: 4, leased: 0 });
  });

  test('answer exactly near the end: the last points go to one of them, and the other hears what is left', async () => {
    const [one, other] = [throttleOf(100), throttleOf(100, 1)];
    expect(await one.take('a', 90)).toMatchObject({ taken: true, available: 10 });
    const states = await Promise.all([one, other].map(async (throttle) => throttle.take('a', 8)));
    expect(states.map(({ taken }) => taken).sort()).toEqual([false, true]);
    expect(await other.take('a', 3)).toMatchObject({ taken: false, available: 2, capacity: 100 });
    expect(await one.take('a', 2)).toMatchObject({ taken: true, available: 0 });
  });

  test('do not mix up actors', async () => {
    const [one, other] = [throttleOf(100), throttleOf(100, 1)];
    expect((await one.take('a', 100)).taken).toBe(true);
    expect((await other.take('b', 100)).taken).toBe(true);
    expect((await other.take('a', 1)).taken).toBe(false);
  });
});

describe('a process', () => {
  test('asks the database once for many requests, and at once answers what it can pay itself', async () => {
    const store = new CountedStore(storeOf(1_000_000));
    const throttle = throttleOf(1_000_000, 0, { now: () => 0 }, store);
    await Promise.all(Array.from({ length: 3_000 }, async () => throttle.take('a', 3)));
    expect(store.leases).toBe(1);
    expect(throttle.take('a', 3)).toMatchObject({ taken: true, available: 1_000_000 - 3_001 * 3 });
    expect(throttle.take('b', 0)).toMatchObject({ taken: true, available: 1_000_000 });
  });

  test('gives back what is left of a lease after its second, and on its end', async () => {
    let now = 0;
    const throttle = throttleOf(1_000, 0, { now: () => now });
    await throttle.take('a', 1);
    expect(await bucketOf('a')).toEqual({ available: 990, leased: 10 });
    now = 999;
    await throttle.tidy();
    expect(await bucketOf('a')).toEqual({ available: 990, leased: 10 });
    now = 1_000;
    await throttle.tidy();
    expect(await bucketOf('a')).toEqual({ available: 999, leased: 0 });
    await throttle.take('a', 1);
    await throttle.close();
    expect(await bucketOf('a')).toEqual({ available: 998, leased: 0 });
  });

  test('spends nothing of a lease that is over', async () => {
    let now = 0;
    const store = new CountedStore(storeOf(1_000));
    const throttle = throttleOf(1_000, 0, { now: () => now }, store);
    await throttle.take('a', 1);
    now = 1_000;
    await throttle.take('a', 1);
    expect(store.leases).toBe(2);
    expect(await bucketOf('a')).toEqual({ available: 989, leased: 10 });
  });

  test('charges a request dearer than the bucket a whole bucket', async () => {
    const throttle = throttleOf(100);
    expect(await throttle.take('a', 5_000)).toMatchObject({ taken: true, available: 0 });
  });

  test('counts by itself while the database cannot be asked, says so once, and goes back to it', async () => {
    const nowhere = new DatabaseReader({
      url: 'postgres://nobody@127.0.0.1:1/none',
      max: 1,
      applicationName: 'lost',
    });
    const lost = new SqlPointStore(nowhere, { capacity: 100, restoreRate: NEVER });
    let [now, store] = [0, lost as PointStore];
    const switched: PointStore = {
      lease: (request) => store.lease(request),
      close: (...given) => store.close(...given),
      forgetFull: () => store.forgetFull(),
    };
    const notes: boolean[] = [];
    const throttle = throttleOf(
      100,
      0,
      { now: () => now, note: (isShared) => notes.push(isShared) },
      switched,
    );

    expect(await throttle.take('a', 60)).toMatchObject({ taken: true, available: 40 });
    expect(await throttle.take('a', 60)).toMatchObject({ taken: false, available: 40 });
    now = 5_000;
    expect(await throttle.take('a', 30)).toMatchObject({ taken: true, available: 10 });
    expect(notes).toEqual([false]);

    store = storeOf(100);
    now = 10_000;
    expect(await throttle.take('a', 30)).toMatchObject({ taken: true, available: 70 });
    expect(notes).toEqual([false, true]);
    await nowhere.close();
  });
});
