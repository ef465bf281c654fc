import { Client } from 'pg';
import { DatabaseListener } from '../../src/persistence/database-listener';
import { EVENT_CHANNEL, EventBell } from '../../src/persistence/event-bell';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/until';

describe('the bell and who listens', () => {
  let database: TestDatabase;
  let listener: DatabaseListener;

  beforeEach(async () => {
    database = await createTestDatabase();
    listener = new DatabaseListener({ url: database.url, applicationName: 'tierbook-bell' });
  });
  afterEach(async () => {
    await listener.close();
    await database.drop();
  });

  test('many rings at once are few words, and the last ring is told', async () => {
    const told: string[] = [];
    const bell = new EventBell((sql) => {
      told.push(sql);
      return database.query(sql);
    });
    for (let count = 0; count < 100; count += 1) bell.ring();
    await bell.settle();
    // At once for the first, and once more for all that came meanwhile.
    const notify = `NOTIFY ${EVENT_CHANNEL}`;
    expect(told).toEqual([notify, notify]);
    bell.ring();
    await bell.settle();
    expect(told).toEqual([notify, notify, notify]);
  });

  test('a database that does not answer is no failure of whoever rings', async () => {
    const bell = new EventBell(() => Promise.reject(new Error('gone')));
    bell.ring();
    await expect(bell.settle()).resolves.toBeUndefined();
  });

  test('one connection hears every channel, also one that is added later, and again after it was lost', async () => {
    const heard = { first: 0, later: 0, ended: 0 };
    listener.on('first', () => (heard.first += 1));
    await Promise.all([listener.open(), listener.open()]);
    expect(listener.hears('first')).toBe(true);
    expect(listener.hears('Later "one"')).toBe(false);
    listener.on('Later "one"', () => (heard.later += 1));
    listener.on('first', () => (heard.ended += 1))();
    await until('the later channel is heard', () => listener.hears('Later "one"'));
    const before = { ...heard };
    await database.query('NOTIFY first');
    await until('the first was heard', () => heard.first === before.first + 1);
    expect(heard).toEqual({ ...before, first: before.first + 1 });

    const connections = `SELECT pid FROM pg_stat_activity WHERE application_name = 'tierbook-bell'`;
    expect((await database.query(connections)).length).toBe(1);
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tierbook-bell'`,
    );
    await until('the loss is known', () => heard.later > before.later);
    await until('it listens again', () => listener.hears('first') && listener.hears('Later "one"'));
    const after = { ...heard };
    const other = new Client({ connectionString: database.url });
    await other.connect();
    await other.query('NOTIFY "Later ""one"""');
    await other.end();
    await until('the later was heard', () => heard.later === after.later + 1);
  });
});
