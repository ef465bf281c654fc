import { SYSTEM } from '../../src/app/actor';
import { AnnouncementService } from '../../src/app/announcement.service';
import { stampOf } from '../../src/app/account.service';
import { toGlobalId } from '../../src/graphql/ids';
import { createTestDatabase } from '../support/database';
import { until } from '../support/until';
import { acceptedByAccount, SecondsClock, WebhookBook } from '../support/webhook-book';
import { verify, WebhookReceiver } from '../support/webhook-receiver';

// Requests and statements come and go here; what is waited for decides, not how long it takes.
jest.setTimeout(300_000);

const NOON = '2026-03-02T12:00:00.000Z';
/** As the delays of the retries, with a little to spare. */
const DELAYS = [5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map(
  (seconds) => seconds + 1,
);

describe('webhooks', () => {
  let book: WebhookBook;
  let clock: SecondsClock;
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    clock = new SecondsClock(NOON);
    book = new WebhookBook(await createTestDatabase(), clock);
    receiver = await WebhookReceiver.open();
  });
  afterEach(async () => {
    await receiver.close();
    await book.close();
  });

  test('carry the event, who did it and of which account, signed', async () => {
    const { id, secret } = await book.endpoint(receiver);
    await book.event('A', 7, 'tier.moved');
    expect(await book.dispatcher().dispatchDue()).toBe(1);
    const [message] = receiver.received;
    if (message === undefined) throw new Error('nothing came');
    const [row] = await book.database.query<{ event: string; account: string }>(
      `SELECT event.id::text AS event, account_id::text AS account FROM event`,
    );
    expect(verify(message, secret)).toEqual({
      type: 'tier.moved',
      timestamp: NOON,
      data: {
        account: { id: toGlobalId('Account', row?.account ?? ''), externalId: 'A', name: 'The account A' },
        subjectId: toGlobalId('TierHistoryEntry', '1'),
        actor: { id: 'token:1', name: 'A script' },
        requestId: 'req-1',
        details: { number: 7 },
      },
    });
    expect(message.id).toBe(`evt_${id}_${row?.event ?? ''}`);
    expect(await book.deliveries(id)).toMatchObject([{ status: 'DELIVERED', attempts: 1, code: 204 }]);
    expect(await book.dispatcher().dispatchDue()).toBe(0);
  });

  test('go to the endpoints that are enabled and want the type, and events of before stay away', async () => {
    await book.event('A', 1);
    const all = await book.endpoint(receiver);
    const touches = await book.endpoint(receiver, { eventTypes: ['touch.due', 'model.published'] });
    const moves = await book.endpoint(receiver, { eventTypes: ['tier.moved'] });
    const off = await book.endpoint(receiver);
    await book.webhooks.update(book.admin, { id: off.id, enabled: false });
    await book.event('A', 2);
    await book.event(null, 3, 'model.published');
    const numbers = async (id: string): Promise<number[]> =>
      (await book.deliveries(id)).map(({ event }) => event);
    expect(await numbers(all.id)).toEqual([2, 3]);
    expect(await numbers(touches.id)).toEqual([2, 3]);
    expect(await numbers(moves.id)).toEqual([]);
    expect(await numbers(off.id)).toEqual([]);
  });

  test('that are taken back with their transaction never were', async () => {
    const { id } = await book.endpoint(receiver);
    await book.event('A', 1);
    const takenBack = book.database.dataSource.transaction(async (manager) => {
      await manager.query(
        `INSERT INTO event (transaction, type, subject_id, data, actor_id, actor_name, occurred_at)
         VALUES (1, 'model.published', 1, '{}', 'x', 'x', now())`,
      );
      expect(await manager.query(`SELECT FROM webhook_delivery`)).toHaveLength(2);
      throw new Error('changed my mind');
    });
    await expect(takenBack).rejects.toThrow('changed my mind');
    expect(await book.deliveries(id)).toHaveLength(1);
  });

  test('of two dispatchers come in order for each account, at least once and never twice at the same time', async () => {
    const { id, secret } = await book.endpoint(receiver, { concurrency: 4 });
    const accounts = ['A', 'B', 'C', 'D', 'E', 'F', null];
    const events = Array.from({ length: 140 }, (_, n) => [accounts[n % 7] ?? null, n] as const);
    await book.events(events.slice(0, 70));
    const failed = new Set<string>();
    const here = new Set<string>();
    const beside: string[] = [];
    receiver.answering = async ({ id: message, data }) => {
      const account = data.account?.externalId ?? 'none';
      if (here.has(account)) beside.push(message);
      here.add(account);
      // So that others overtake it, if they can.
      await book.database.query('SELECT pg_sleep(0.005)');
      here.delete(account);
      // Every third event fails at first.
      if (Number(data.details.number) % 3 > 0 || failed.has(message)) return 200;
      failed.add(message);
      return 500;
    };
    const both = [book.dispatcher(), book.dispatcher()];
    const dispatch = async (): Promise<void> => {
      await Promise.all(both.map((dispatcher) => dispatcher.dispatchDue()));
    };
    await Promise.all([dispatch(), book.events(events.slice(70))]);
    while ((await book.deliveries(id)).some(({ status }) => status === 'PENDING')) {
      clock.pass(6);
      await dispatch();
    }
    const accepted = acceptedByAccount(receiver, secret);
    for (const account of accounts) {
      const expected = events.filter(([of]) => of === account).map(([, number]) => number);
      expect({ account, numbers: accepted[account ?? 'none'] }).toEqual({ account, numbers: expected });
    }
    expect(beside).toEqual([]);
    expect(failed.size).toBe(47);
    expect(receiver.mostAtOnce).toBeLessThanOrEqual(4);
    expect(receiver.received).toHaveLength(140 + 47);
    // One id for all attempts of a message.
    expect(new Set(receiver.received.map((message) => message.id)).size).toBe(140);
  });

  test('never exceed the concurrency of an endpoint, and use it', async () => {
    await book.endpoint(receiver, { concurrency: 3 });
    await book.events(Array.from({ length: 30 }, (_, n) => [`A${n}`, n] as const));
    let here = 0;
    let open: () => void = () => undefined;
    const full = new Promise<void>((resolve) => (open = resolve));
    receiver.answering = async () => {
      here += 1;
      // The first three wait for each other.
      if (here === 3) open();
      await full;
      return 200;
    };
    const both = [book.dispatcher(), book.dispatcher()];
    await Promise.all(both.map((dispatcher) => dispatcher.dispatchDue()));
    await book.dispatcher().dispatchDue();
    expect(receiver.accepted).toHaveLength(30);
    expect(receiver.mostAtOnce).toBe(3);
  });

  test('that fail wait as long as the table says, hold up their own account alone, and end as dead letters', async () => {
    const { id, secret } = await book.endpoint(receiver);
    receiver.answering = ({ data }) => (data.details.number === 1 ? 500 : 200);
    await book.events([
      ['A', 1],
      ['A', 2],
      ['B', 3],
      [null, 4],
    ]);
    const dispatcher = book.dispatcher();
    await dispatcher.dispatchDue();
    expect(acceptedByAccount(receiver, secret)).toEqual({ B: [3], none: [4] });
    for (const [retry, seconds] of DELAYS.entries()) {
      clock.pass(seconds - 2);
      expect({ retry, early: await dispatcher.dispatchDue() }).toEqual({ retry, early: 0 });
      clock.pass(2);
      // After the last retry, what waited behind it goes on at once.
      const last = retry === DELAYS.length - 1;
      expect({ retry, due: await dispatcher.dispatchDue() }).toEqual({ retry, due: last ? 2 : 1 });
    }
    expect(await book.deliveries(id)).toMatchObject([
      { event: 1, status: 'DEAD', attempts: 12, error: 'HTTP 500', code: 500 },
      { event: 2, status: 'DELIVERED', attempts: 1 },
      { event: 3, status: 'DELIVERED' },
      { event: 4, status: 'DELIVERED' },
    ]);
    expect(book.outcomes.filter((outcome) => outcome === 'DEAD')).toHaveLength(1);
    expect(book.outcomes.filter((outcome) => outcome === 'RETRY')).toHaveLength(11);

    receiver.answering = () => 200;
    const replay = (): Promise<unknown> => book.webhooks.replay(book.admin, { endpointId: id, dead: true });
    expect(await replay()).toEqual({ replayed: 1, remaining: 0 });
    expect(await replay()).toEqual({ replayed: 0, remaining: 0 });
    expect(await dispatcher.dispatchDue()).toBe(1);
    expect(acceptedByAccount(receiver, secret)).toEqual({ A: [2, 1], B: [3], none: [4] });
    const ids = receiver.received
      .filter(({ data }) => data.details.number === 1)
      .map((message) => message.id);
    expect(new Set(ids).size).toBe(1);
    expect(ids).toHaveLength(13);
  });

  test('outlast time-outs and an endpoint that is down: all of it comes, in order', async () => {
    const { id, secret } = await book.endpoint(receiver, { concurrency: 20 });
    receiver.answering = ({ data }) => (data.account?.externalId === 'A' ? null : 503);
    const events = Array.from({ length: 20 }, (_, n) => [n % 2 === 0 ? 'A' : 'B', n] as const);
    await book.events(events);
    const impatient = book.dispatcher(200);
    await impatient.dispatchDue();
    clock.pass(6);
    await impatient.dispatchDue();
    expect((await book.deliveries(id)).slice(0, 3)).toMatchObject([
      { attempts: 2, error: 'no answer came within 0.2 s', code: null },
      { attempts: 2, error: 'HTTP 503', code: 503 },
      { attempts: 0, error: null },
    ]);
    receiver.answering = () => 200;
    clock.pass(31);
    await book.dispatcher().dispatchDue();
    expect(acceptedByAccount(receiver, secret)).toEqual({
      A: [0, 2, 4, 6, 8, 10, 12, 14, 16, 18],
      B: [1, 3, 5, 7, 9, 11, 13, 15, 17, 19],
    });
  });

  test('wait as long as Retry-After says', async () => {
    await book.endpoint(receiver);
    receiver.answering = (_message, response) => {
      response.writeHead(429, { 'retry-after': '3600' });
      return 429;
    };
    await book.event('A', 1);
    await book.dispatcher().dispatchDue();
    clock.pass(3_599);
    expect(await book.dispatcher().dispatchDue()).toBe(0);
    clock.pass(1);
    expect(await book.dispatcher().dispatchDue()).toBe(1);
  });

  test('of a worker that was killed are sent by another one once its lease is over', async () => {
    const { id, secret } = await book.endpoint(receiver, { concurrency: 2 });
    await book.events([
      ['A', 1],
      ['B', 2],
      ['C', 3],
      ['A', 4],
    ]);
    // It takes, and is never heard of again; its lease counts as long as it runs.
    const lost = await book.deliveryService().take(SYSTEM, 10);
    expect(lost.map(({ event }) => event?.details.number)).toEqual([1, 2]);
    expect(await book.dispatcher().dispatchDue()).toBe(0);
    clock.pass(59);
    expect(await book.dispatcher().dispatchDue()).toBe(0);
    clock.pass(1);
    expect(await book.dispatcher().dispatchDue()).toBe(4);
    expect(acceptedByAccount(receiver, secret)).toEqual({ A: [1, 4], B: [2], C: [3] });
    expect((await book.deliveries(id)).map(({ attempts }) => attempts)).toEqual([2, 2, 1, 1]);

    // What it says after all, too late, changes nothing.
    const answer = { statusCode: 500, error: null, retryAfter: null, durationMs: 1 };
    for (const delivery of lost) {
      expect(await book.deliveryService().settle(SYSTEM, delivery, answer)).toBeNull();
    }
    expect((await book.deliveries(id)).map(({ status }) => status)).toEqual(Array(4).fill('DELIVERED'));
  });

  test('taken over by another worker are not settled by the first one', async () => {
    const { id } = await book.endpoint(receiver);
    await book.event('A', 1);
    const [first] = await book.deliveryService().take(SYSTEM, 1);
    clock.pass(60);
    const [second] = await book.deliveryService().take(SYSTEM, 1);
    if (first === undefined || second === undefined) throw new Error('nothing was taken');
    const answer = { statusCode: 200, error: null, retryAfter: null, durationMs: 1 };
    expect(await book.deliveryService().settle(SYSTEM, first, answer)).toBeNull();
    expect(await book.deliveries(id)).toMatchObject([{ status: 'PENDING', attempts: 2 }]);
    expect(await book.deliveryService().settle(SYSTEM, second, answer)).toMatchObject({
      status: 'DELIVERED',
    });
  });

  test('stop where the endpoint is gone, and lose nothing until it is enabled again', async () => {
    const { id, secret } = await book.endpoint(receiver, { concurrency: 1 });
    receiver.answering = () => 410;
    await book.events([
      ['A', 1],
      ['B', 2],
    ]);
    await book.dispatcher().dispatchDue();
    const [endpoint] = await book.webhooks.endpointsByIds(book.admin, [id]);
    expect(endpoint).toMatchObject({ enabled: false, disabledReason: 'GONE', version: 2 });
    expect(receiver.received).toHaveLength(1);
    expect(
      await book.database.query(
        `SELECT actor_id, after FROM audit_entry WHERE subject = 'WEBHOOK_ENDPOINT' AND action = 'CHANGED'`,
      ),
    ).toMatchObject([{ actor_id: 'system', after: { enabled: false, disabled_reason: 'GONE' } }]);
    clock.pass(86_400);
    expect(await book.dispatcher().dispatchDue()).toBe(0);

    receiver.answering = () => 200;
    await book.webhooks.update(book.admin, { id, enabled: true });
    expect(await book.dispatcher().dispatchDue()).toBe(2);
    expect(acceptedByAccount(receiver, secret)).toEqual({ A: [1], B: [2] });
  });

  test('are signed by the old secret, too, for a day after a rotation', async () => {
    const { id, secret: old } = await book.endpoint(receiver);
    const { secret } = await book.webhooks.rotateSecret(book.admin, { id });
    if (secret === null) throw new Error('no secret was shown');
    const next = async () => {
      await book.event('A', receiver.received.length);
      await book.dispatcher().dispatchDue();
      const message = receiver.received.at(-1);
      if (message === undefined) throw new Error('nothing came');
      return message;
    };
    const during = await next();
    verify(during, secret);
    verify(during, old);
    clock.pass(86_400 + 1);
    const after = await next();
    verify(after, secret);
    expect(() => verify(after, old)).toThrow('No matching signature');
    const stored = JSON.stringify(await book.database.query(`SELECT before, after FROM audit_entry`));
    for (const text of [secret, old]) expect(stored).not.toContain(text);
  });

  test('are replayed by their ids and since a moment, whatever became of them, once for each that is not on its way', async () => {
    await book.event('A', 1);
    clock.pass(60);
    const since = clock.now();
    await book.event('A', 2);
    const { id, secret } = await book.endpoint(receiver, { eventTypes: ['touch.due'] });
    await book.event('A', 3);
    await book.event('A', 4, 'tier.moved');
    await book.dispatcher().dispatchDue();
    expect(acceptedByAccount(receiver, secret)).toEqual({ A: [3] });
    clock.pass(60);
    const until = clock.now();
    await book.event('A', 5);

    const events = { endpointId: id, since, until };
    expect(await book.webhooks.replay(book.admin, events)).toEqual({ replayed: 2, remaining: 0 });
    expect(await book.webhooks.replay(book.admin, events)).toEqual({ replayed: 0, remaining: 0 });
    await book.dispatcher().dispatchDue();
    // In the order in which it happened, the new one among them.
    expect(acceptedByAccount(receiver, secret)).toEqual({ A: [3, 2, 3, 5] });

    const [second] = await book.deliveries(id);
    const one = { deliveryIds: [second?.id ?? ''] };
    expect(await book.webhooks.replay(book.admin, one)).toEqual({ replayed: 1, remaining: 0 });
    await book.dispatcher().dispatchDue();
    expect(acceptedByAccount(receiver, secret)).toEqual({ A: [3, 2, 3, 5, 2] });
  });

  test('of a test are tried once and wait for nothing', async () => {
    const { id, secret } = await book.endpoint(receiver, { eventTypes: ['tier.moved'] });
    receiver.answering = ({ type }) => (type === 'webhook.test' ? 400 : 500);
    await book.event(null, 1, 'tier.moved');
    await book.dispatcher().dispatchDue();
    const test = await book.webhooks.test(book.admin, { id });
    expect(await book.dispatcher().dispatchDue()).toBe(1);
    const message = receiver.received.at(-1);
    if (message === undefined) throw new Error('nothing came');
    expect(verify(message, secret)).toEqual({
      type: 'webhook.test',
      timestamp: NOON,
      data: { endpointId: toGlobalId('WebhookEndpoint', id) },
    });
    expect(await book.webhooks.deliveriesByIds(book.admin, [test])).toMatchObject([
      { status: 'DEAD', attempts: 1, lastStatusCode: 400, lastError: 'HTTP 400', event: null },
    ]);
  });

  test('are forgotten with their events, unless they are still on their way', async () => {
    const { id } = await book.endpoint(receiver);
    const off = await book.endpoint(receiver);
    receiver.answering = ({ data }) => (data.details.number === 2 ? 500 : 200);
    await book.events([
      ['A', 1],
      ['B', 2],
    ]);
    await book.webhooks.update(book.admin, { id: off.id, enabled: false });
    await book.dispatcher().dispatchDue();
    await book.webhooks.test(book.admin, { id });
    const forget = (): Promise<number> =>
      new AnnouncementService(book.unitOfWork).forgetOld(SYSTEM, stampOf(SYSTEM, clock));
    clock.pass(45 * 86_400);
    expect(await forget()).toBe(0);
    clock.pass(1);
    expect(await forget()).toBe(1);
    expect(await book.deliveries(id)).toMatchObject([{ event: 2, status: 'PENDING' }]);
    expect(await book.deliveries(off.id)).toMatchObject([{ event: 2, status: 'PENDING' }]);
    receiver.answering = () => 200;
    await book.dispatcher().dispatchDue();
    expect(await forget()).toBe(1);
    expect(await book.deliveries(off.id)).toEqual([]);
  });

  test('go on where an endpoint is deleted while events are written', async () => {
    const { id } = await book.endpoint(receiver);
    const kept = await book.endpoint(receiver);
    await book.event('A', 1);
    let commit: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (commit = resolve));
    // The deletion has begun and is not committed yet when the event is written.
    let begun = false;
    const deletion = book.database.dataSource.transaction(async (manager) => {
      await manager.query(`DELETE FROM webhook_endpoint WHERE id = $1`, [id]);
      begun = true;
      await held;
    });
    await until('the deletion has begun', () => begun);
    const writing = book.event('A', 2);
    await until('the event waits for it', async () => {
      const waiting = await book.database.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
    commit();
    await Promise.all([deletion, writing]);
    expect((await book.deliveries(kept.id)).map(({ event }) => event)).toEqual([1, 2]);
    expect(await book.deliveries(id)).toEqual([]);
  });

  test('are sent in the background, soon after they are woken, and those under way are finished on stopping', async () => {
    await book.endpoint(receiver);
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    receiver.answering = async ({ data }) => {
      if (data.details.number === 2) await held;
      return 200;
    };
    const dispatcher = book.dispatcher();
    dispatcher.start();
    await book.event('A', 1);
    dispatcher.wake();
    await until('the first has come', () => receiver.accepted.length === 1);
    let begun = false;
    const answering = receiver.answering;
    receiver.answering = (message, response) => {
      begun = true;
      return answering(message, response);
    };
    await book.event('A', 2);
    await until('the second is under way', () => begun);
    const stopped = dispatcher.stop();
    answer();
    await stopped;
    expect(book.outcomes).toEqual(['DELIVERED', 'DELIVERED']);
  });

  test('wait out an outage of the database', async () => {
    const { id } = await book.endpoint(receiver);
    const dispatcher = book.dispatcher();
    dispatcher.start();
    await book.database.query(`ALTER TABLE webhook_delivery RENAME TO away`);
    dispatcher.wake();
    await until('that is noticed', () => book.lines.includes('webhooks could not be looked for'));
    await book.database.query(`ALTER TABLE away RENAME TO webhook_delivery`);
    await book.event('A', 1);
    await until('it has come', () => receiver.accepted.length === 1);
    await dispatcher.stop();
    expect(await book.deliveries(id)).toMatchObject([{ status: 'DELIVERED' }]);
  });

  test('that came while the database was away are settled when it is back, and not sent again', async () => {
    const { id } = await book.endpoint(receiver);
    receiver.answering = async () => {
      await book.database.query(`ALTER TABLE webhook_delivery RENAME TO away`);
      return 200;
    };
    await book.event('A', 1);
    const dispatched = book.dispatcher().dispatchDue();
    await until('that is noticed', () => book.lines.includes('a webhook could not be settled yet'));
    await book.database.query(`ALTER TABLE away RENAME TO webhook_delivery`);
    expect(await dispatched).toBe(1);
    expect(await book.deliveries(id)).toMatchObject([{ status: 'DELIVERED', attempts: 1 }]);
    expect(receiver.received).toHaveLength(1);
  });

  test('that cannot even be put together use up their attempts', async () => {
    const { id } = await book.endpoint(receiver);
    await book.event('A', 1);
    await book.database.query(`UPDATE webhook_endpoint SET secret = 'whsec_'`);
    await book.dispatcher().dispatchDue();
    expect(await book.deliveries(id)).toMatchObject([
      { status: 'PENDING', attempts: 1, error: "Secret can't be empty." },
    ]);
    clock.pass(6);
    const broken = book.dispatcher(1_000, () => {
      throw new Error('no such type');
    });
    await broken.dispatchDue();
    expect(await book.deliveries(id)).toMatchObject([
      { status: 'PENDING', attempts: 2, error: 'it could not be sent: no such type' },
    ]);
  });
});
