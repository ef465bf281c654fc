import { EventFeed } from '../../src/app/event-feed';
import { type EventPosition, type EventView } from '../../src/app/ports/event';
import { stoppable } from '../../src/app/stoppable';
import { until } from '../support/until';

const START: EventPosition = { transaction: '9', id: '0' };

/** Numbered events, each of a transaction of its own, as a table would give them. */
class Table {
  readonly rows: EventView[] = [];
  reads = 0;
  fails = false;

  add(count: number): void {
    for (let added = 0; added < count; added += 1) {
      const number = this.rows.length + 1;
      this.rows.push({ transaction: String(10 + number), id: String(number) } as EventView);
    }
  }

  after = (position: EventPosition, limit: number): Promise<EventView[]> => {
    this.reads += 1;
    if (this.fails) return Promise.reject(new Error('the database is away'));
    const beyond = this.rows.filter(
      ({ transaction, id }) =>
        Number(transaction) > Number(position.transaction) ||
        (transaction === position.transaction && Number(id) > Number(position.id)),
    );
    return Promise.resolve(beyond.slice(0, limit));
  };

  end = (): Promise<EventPosition> =>
    Promise.resolve({ transaction: String(10 + this.rows.length + 1), id: '0' });
}

describe('the feed of events', () => {
  let table: Table;
  let feed: EventFeed;
  let failures: number;

  beforeEach(() => {
    table = new Table();
    failures = 0;
    feed = new EventFeed({
      reads: table,
      failed: () => (failures += 1),
      kept: 20,
      batch: 7,
      lookEvery: 3_600_000,
    });
  });

  const follow = (since: EventPosition): AsyncGenerator<readonly EventView[], void, undefined> =>
    stoppable((signal) => feed.follow(since, signal));
  /** Reads on in the background. */
  const collect = (since: EventPosition): { ids: number[]; stop: () => Promise<unknown> } => {
    const ids: number[] = [];
    const batches = follow(since);
    const reading = (async () => {
      for await (const batch of batches) ids.push(...batch.map(({ id }) => Number(id)));
    })();
    return { ids, stop: () => Promise.all([batches.return(), reading]) };
  };
  const numbers = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);

  test('gives each follower everything after its position, in order and once', async () => {
    table.add(50);
    const all = collect(START);
    await until('the past was read', () => all.ids.length === 50);
    const late = collect(table.rows[29] as EventPosition);
    table.add(40);
    feed.wake();
    await until('both have everything', () => all.ids.length === 90 && late.ids.length === 60);
    expect(all.ids).toEqual(numbers(1, 90));
    expect(late.ids).toEqual(numbers(31, 90));
    await Promise.all([all.stop(), late.stop()]);
  });

  test('reads new events once, however many follow', async () => {
    const end = await table.end();
    const followers = numbers(1, 30).map(() => collect(end));
    await feed.settle();
    const before = table.reads;
    table.add(5);
    feed.wake();
    await until('all have them', () => followers.every(({ ids }) => ids.length === 5));
    // The new ones, and that there are no more.
    expect(table.reads - before).toBe(2);
    await Promise.all(followers.map(({ stop }) => stop()));
  });

  test('does not wait for a slow follower, who misses nothing', async () => {
    const slow = follow(START);
    const quick = collect(START);
    table.add(3);
    feed.wake();
    const first = await slow.next();
    for (let round = 0; round < 10; round += 1) {
      table.add(10);
      feed.wake();
      await feed.settle();
    }
    await until('the quick one has everything', () => quick.ids.length === 103);
    const seen = (first.value ?? []).map(({ id }) => Number(id));
    while (seen.length < 103) {
      const { value } = await slow.next();
      seen.push(...(value ?? []).map(({ id }) => Number(id)));
    }
    expect(seen).toEqual(numbers(1, 103));
    await Promise.all([slow.return(), quick.stop()]);
  });

  test('ends at once for who stops while nothing happens', async () => {
    const idle = follow(START);
    const next = idle.next();
    await idle.return();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(await follow(START).return()).toEqual({ done: true, value: undefined });
  });

  test('asks nothing while nobody follows, and begins anew for the next one', async () => {
    feed.wake();
    await feed.settle();
    expect(table.reads).toBe(0);
    const one = collect(START);
    await feed.settle();
    await one.stop();
    table.add(4);
    const two = collect(START);
    await until('the next one has everything', () => two.ids.length === 4);
    table.add(2);
    feed.wake();
    await until('and what came then', () => two.ids.length === 6);
    await two.stop();
  });

  test('looks again after the database was away', async () => {
    const one = collect(START);
    await feed.settle();
    table.fails = true;
    table.add(1);
    feed.wake();
    await feed.settle();
    expect(failures).toBe(1);
    table.fails = false;
    feed.wake();
    await until('it has come', () => one.ids.length === 1);
    await one.stop();
  });
});
