import { type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import request from 'supertest';
import { Client } from 'pg';
import { WebSocket } from 'ws';
import { COMMAND_LINE, ROLES } from '../../src/app/actor';
import { startApi, type TestApi, TOKENS } from '../support/api';
import { fixedClock } from '../support/clock';
import { Follower, listen } from '../support/follower';
import { until } from '../support/until';

interface Event {
  id: string;
  type: string;
  occurredAt: string;
  actorId: string;
  requestId: string | null;
  account: { externalId: string; tier: { key: string } | null } | null;
  subject: { __typename: string; effectiveTo?: { key: string } } | null;
  data: Record<string, unknown>;
}

const FIELDS = `id type occurredAt actorId requestId account { externalId tier { key } }
  subject { __typename ... on TierHistoryEntry { effectiveTo { key } } } data`;
const EVENTS = `query ($where: EventFilter, $order: EventOrder! = NEWEST_FIRST, $first: Int, $after: String) {
  events(where: $where, order: $order, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { ${FIELDS} }
  }
}`;
const FOLLOW = `subscription ($where: FollowedEventFilter, $since: ID) { events(where: $where, since: $since) { ${FIELDS} } }`;
const UPSERT = `mutation ($input: UpsertAccountsInput!) { upsertAccounts(input: $input) { userErrors { message } } }`;
const SEGMENT = `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } } }`;

interface Events {
  events: { totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string }; nodes: Event[] };
}

const bearer = (token: string): Record<string, unknown> => ({ authorization: `Bearer ${token}` });
const MOVED = { where: { types: ['TIER_MOVED'] } };

describe('events', () => {
  const clock = fixedClock('2026-03-02');
  let api: TestApi;
  let replica: TestApi;
  let url: string;
  let replicaUrl: string;
  const followers: { stop(): Promise<void> }[] = [];

  beforeAll(async () => {
    api = await startApi(clock, { sockets: { recheckEvery: 0, subscriptions: 3, messageBytes: 20_000 } });
    replica = await startApi(clock, { replicaOf: api });
    [url, replicaUrl] = [await listen(api), await listen(replica)];
    for (const arr of [1_000_000, 60_000_000]) {
      const accounts = ['A', 'B'].map((externalId) => ({ externalId, values: { arr: arr as never } }));
      await api.book.accounts.upsertAccounts(COMMAND_LINE, accounts);
    }
  });
  afterEach(async () => {
    await Promise.all(followers.splice(0).map((follower) => follower.stop()));
  });
  afterAll(async () => {
    await replica.close();
    await api.close();
  });

  const follow = (
    variables: Record<string, unknown>,
    { at = url, params = bearer(TOKENS.VIEWER), query = FOLLOW, headers = {} } = {},
  ): Follower<Event> => {
    const follower = new Follower<Event>(at, params, query, variables, headers);
    followers.push(follower);
    return follower;
  };
  const newest = async (): Promise<string> => {
    let id = '';
    // What has just been written is shown once every older transaction of the database server has ended.
    await until('the newest event can be read', async () => {
      const { data } = await api.send<Events>('VIEWER', EVENTS, { first: 1 });
      id = data.events.nodes[0]?.id ?? '';
      const [row] = await api.database.query<{ id: string }>(
        'SELECT e.id::text AS id FROM event e ORDER BY e.transaction DESC, e.id DESC LIMIT 1',
      );
      return id === Buffer.from(`Event:${row?.id ?? ''}`).toString('base64url');
    });
    return id;
  };
  /** Moves a new account up the ladder, which takes effect at once; gives the id of the request. */
  const moveUp = async (externalId: string, through = api): Promise<string> => {
    const facts = async (arr: string): Promise<string> => {
      const { errors, headers } = await through.send('ADMIN', UPSERT, {
        input: { accounts: [{ externalId, arr }] },
      });
      expect(errors).toEqual([]);
      return headers['x-request-id'] ?? '';
    };
    await facts('10000');
    return facts('600000');
  };

  describe('as a list', () => {
    test('tell what happened, the newest first or in the order of delivery', async () => {
      await newest();
      const { data } = await api.send<Events>('VIEWER', EVENTS, MOVED);
      expect(data.events.totalCount).toBe(2);
      expect(data.events.nodes[0]).toEqual({
        id: expect.any(String) as string,
        type: 'TIER_MOVED',
        occurredAt: '2026-03-02T12:00:00Z',
        actorId: 'cli',
        requestId: null,
        account: { externalId: 'B', tier: { key: 'strategic' } },
        subject: { __typename: 'TierHistoryEntry', effectiveTo: { key: 'strategic' } },
        data: expect.objectContaining({ kind: 'UPGRADE', to: 'strategic' }) as object,
      });
      const first = await api.send<Events>('VIEWER', EVENTS, { order: 'OLDEST_FIRST', first: 1, ...MOVED });
      expect(first.data.events.nodes.map(({ account }) => account?.externalId)).toEqual(['A']);
      const { endCursor: after } = first.data.events.pageInfo;
      const second = await api.send<Events>('VIEWER', EVENTS, { order: 'OLDEST_FIRST', after, ...MOVED });
      expect(second.data.events.nodes.map(({ account }) => account?.externalId)).toEqual(['B']);
      expect(second.data.events.pageInfo.hasNextPage).toBe(false);
      const wrong = await api.send('VIEWER', EVENTS, { after });
      expect(wrong.errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_CURSOR']);
      const again = await api.send<{ node: Event }>(
        'VIEWER',
        `query ($id: ID!) { node(id: $id) { ... on Event { ${FIELDS} } } }`,
        { id: data.events.nodes[0]?.id },
      );
      expect(again.data.node).toEqual(data.events.nodes[0]);
    });

    test.each([
      ['types', { types: ['TIER_MOVED', 'REVIEW_DUE'] }, 4],
      ['other types', { types: ['MODEL_PUBLISHED'] }, 0],
      ['the actor', { actorId: 'cli' }, 4],
      ['another actor', { actorId: 'token:9' }, 0],
      ['the account as it is now', { account: { externalId: { eq: 'A' } } }, 2],
      ['from a moment on', { from: '2026-03-02T12:00:00Z' }, 4],
      ['before a moment', { to: '2026-03-02T12:00:00Z' }, 0],
      ['ids of no account', { accountIds: ['nonsense'] }, 0],
    ])('are filtered by %s', async (_name, where, count) => {
      const asked = { types: ['TIER_MOVED', 'REVIEW_DUE', 'MODEL_PUBLISHED'], ...where };
      const { data, errors } = await api.send<Events>('VIEWER', EVENTS, { where: asked });
      expect(errors).toEqual([]);
      expect([data.events.totalCount, data.events.nodes.length]).toEqual([count, count]);
    });

    test('are shown to nobody without a token', async () => {
      expect((await api.send(null, EVENTS)).status).toBe(401);
    });
  });

  describe('as a subscription', () => {
    test('reach every role on another replica, with what the book says then', async () => {
      const since = await newest();
      const all = ROLES.map((role) =>
        follow({ since, ...MOVED }, { at: replicaUrl, params: bearer(TOKENS[role]) }),
      );
      const requestId = await moveUp('ROLES');
      for (const follower of all) {
        expect((await follower.has(1)).at(-1)).toMatchObject({
          type: 'TIER_MOVED',
          actorId: 'token:ADMIN',
          requestId,
          account: { externalId: 'ROLES', tier: { key: 'strategic' } },
          subject: { __typename: 'TierHistoryEntry', effectiveTo: { key: 'strategic' } },
        });
        expect(follower.errors).toEqual([]);
      }
    });

    test('begin now without since, and deliver nothing that was before', async () => {
      await newest();
      const follower = follow({});
      await until('the subscription runs', async () => {
        const { text } = await request(api.application.http.server)
          .get('/metrics')
          .set('authorization', `Bearer ${TOKENS.VIEWER}`);
        return /^tierbook_open_subscriptions 1$/m.test(text) && /^tierbook_open_sockets 1$/m.test(text);
      });
      // A subscription is counted while it is being begun, too; one that has begun holds a place in the feed.
      let version = 0;
      await until('an event has come', async () => {
        version += 1;
        await moveUp(`NOW-${version}`, replica);
        return follower.events.length > 0;
      });
      const accounts = (await follower.has(1)).map(({ account }) => account?.externalId ?? '');
      for (const account of accounts) expect(account).toMatch(/^NOW-/);
    });

    test('resume after a reconnect without gaps and repeats, while replicas write at once', async () => {
      const count = 200;
      const names = Array.from({ length: count }, (_, index) => `C${index}`);
      const upsert = (book: TestApi['book'], name: readonly string[], arr: number): Promise<unknown> =>
        book.accounts.upsertAccounts(
          COMMAND_LINE,
          name.map((externalId) => ({ externalId, values: { arr: arr as never } })),
        );
      await upsert(api.book, names, 1_000_000);
      let since = await newest();
      const seen: string[] = [];
      // An older transaction that holds everything back for a while.
      const slow = new Client({ connectionString: api.database.url });
      await slow.connect();
      await slow.query(`BEGIN; SELECT pg_current_xact_id()`);
      const writing = Promise.all(
        [api.book, replica.book].flatMap((book, replicaIndex) =>
          [0, 1, 2].map(async (lane) => {
            for (let index = replicaIndex + 2 * lane; index < count; index += 6)
              await upsert(book, [names[index] ?? ''], 60_000_000);
          }),
        ),
      );
      for (let round = 0; seen.length < count; round += 1) {
        const follower = follow({ since, ...MOVED }, { at: round % 2 === 0 ? url : replicaUrl });
        if (round === 0) {
          await until('many have been written', async () => {
            const [row] = await api.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM event`);
            return (row?.n ?? 0) > 100;
          });
          expect(follower.events).toEqual([]);
          await slow.query('COMMIT');
          await slow.end();
        }
        const events = await follower.has(Math.min(23, count - seen.length));
        await follower.stop();
        expect(follower.errors).toEqual([]);
        seen.push(...events.map(({ id }) => id));
        since = events.at(-1)?.id ?? since;
      }
      await writing;
      const rows = await api.database.query<{ id: string }>(
        `SELECT e.id::text AS id FROM event e JOIN account a ON a.id = e.account_id
         WHERE e.type = 'tier.moved' AND a.external_id LIKE 'C%' ORDER BY e.transaction, e.id`,
      );
      expect(rows.length).toBe(count);
      expect(seen).toEqual(rows.map(({ id }) => Buffer.from(`Event:${id}`).toString('base64url')));
    });

    test('deliver what the filter means, segments as they are now', async () => {
      const since = await newest();
      const { data } = await api.send<{ createSegment: { segment: { id: string } } }>('CSM', SEGMENT, {
        input: { name: 'Germany', criteria: [{ dimension: 'COUNTRY', values: ['DE'] }] },
      });
      const segment = data.createSegment.segment.id;
      const { data: found } = await api.send<{ account: { id: string } }>(
        'VIEWER',
        '{ account(externalId: "B") { id } }',
      );
      const byAccount = follow({ since, where: { accountIds: [found.account.id] } });
      const bySegment = follow({ since, where: { ...MOVED.where, account: { segment } } });
      const byActor = follow({ since, where: { ...MOVED.where, actorId: 'nobody' } });
      await moveUp('X1');
      await moveUp('X2');
      await api.send('ADMIN', UPSERT, {
        input: { accounts: [{ externalId: 'X3', arr: '10000', country: 'DE' }] },
      });
      await moveUp('X3');
      await api.book.accounts.upsertAccounts(COMMAND_LINE, [
        { externalId: 'B', values: { arr: 1_000_000 as never } },
      ]);
      expect((await bySegment.has(1)).map(({ account }) => account?.externalId)).toEqual(['X3']);
      // What the segment means now counts, not what it meant when the subscription began.
      await api.send(
        'CSM',
        'mutation ($input: UpdateSegmentInput!) { updateSegment(input: $input) { userErrors { message } } }',
        { input: { segmentId: segment, criteria: [{ dimension: 'COUNTRY', values: ['FR'] }] } },
      );
      await api.send('ADMIN', UPSERT, {
        input: { accounts: [{ externalId: 'X4', arr: '10000', country: 'FR' }] },
      });
      await moveUp('X4');
      expect((await bySegment.has(2)).map(({ account }) => account?.externalId)).toEqual(['X3', 'X4']);
      for (const { account } of await byAccount.has(1)) expect(account?.externalId).toBe('B');
      expect([byAccount, byActor].flatMap(({ errors }) => errors)).toEqual([]);
      expect(byActor.events).toEqual([]);
    });

    test('are refused where since is forgotten', async () => {
      const since = await newest();
      await api.database
        .query(`INSERT INTO event (type, subject_id, data, actor_id, actor_name, occurred_at, transaction)
        VALUES ('model.published', 1, '{}', 'x', 'X', now(), 1)`);
      await api.database.query(`DELETE FROM event WHERE id = $1`, [
        Buffer.from(since, 'base64url').toString().replace('Event:', ''),
      ]);
      expect(await follow({ since }).refusal()).toEqual(['EVENTS_FORGOTTEN']);
    });

    const deep = `subscription { events { account { ${'parent { '.repeat(15)} id ${'}'.repeat(15)} } } }`;
    const dear = `subscription { events { account { children(first: 100) { nodes { children(first: 100) { nodes { id } } } } } } }`;
    test.each([
      ['since that is no id of an event', FOLLOW, { since: 'nonsense' }, 'BAD_USER_INPUT'],
      ['an unknown type of event', FOLLOW, { where: { types: ['NONSENSE'] } }, 'BAD_USER_INPUT'],
      ['a variable that is not declared', FOLLOW, { nonsense: 1 }, 'BAD_USER_INPUT'],
      ['a segment that is not there', FOLLOW, { where: { account: { segment: 'x' } } }, 'NOT_FOUND'],
      ['a query', '{ viewer { role } }', {}, 'BAD_REQUEST'],
      ['a mutation', UPSERT, { input: { accounts: [] } }, 'BAD_REQUEST'],
      ['no GraphQL', 'subscription {', {}, 'GRAPHQL_PARSE_FAILED'],
      ['an unknown field', 'subscription { events { nonsense } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
      [
        'several operations',
        `${FOLLOW.replace('(', ' A(')} ${FOLLOW.replace('(', ' B(')}`,
        {},
        'OPERATION_RESOLUTION_FAILURE',
      ],
      ['a document that is too deep', deep, {}, 'QUERY_TOO_COMPLEX'],
      ['a selection that costs too much', dear, {}, 'QUERY_TOO_COMPLEX'],
    ])('are refused for %s', async (_name, query, variables, code) => {
      const follower = follow(variables, { query });
      expect(await follower.refusal()).toEqual([code]);
      expect(follower.events).toEqual([]);
    });

    test('are not answered over HTTP, which says where they are', async () => {
      const { status, errors } = await api.send('VIEWER', FOLLOW);
      expect(status).toBe(400);
      expect(errors).toEqual([
        expect.objectContaining({ message: expect.stringContaining('WebSocket') as string }),
      ]);
    });
  });

  describe('let in', () => {
    test.each([
      ['nobody without a token', {}],
      ['nobody with a wrong token', bearer('wrong')],
      ['nobody with a token in another form', { authorization: TOKENS.ADMIN }],
    ])('%s', async (_name, params) => {
      expect(await follow({}, { params }).end()).toMatchObject({ code: 4401 });
    });

    test('a token in the header of the upgrade, and refuse a wrong one there', async () => {
      const since = await newest();
      const follower = follow({ since }, { params: {}, headers: { authorization: `Bearer ${TOKENS.CSM}` } });
      await moveUp('HEADER');
      await follower.has(1);
      expect(follower.ended).toBeNull();
      const refused = new WebSocket(url, 'graphql-transport-ws', { headers: { authorization: 'Bearer x' } });
      const answer = await new Promise<string>((resolve) =>
        refused.once('error', ({ message }) => {
          resolve(message);
        }),
      );
      expect(answer).toContain('401');
    });

    test('nobody any more whose token is revoked', async () => {
      const since = await newest();
      const { data } = await api.send<{ createApiToken: { text: string; token: { id: string } } }>(
        'ADMIN',
        `mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { text token { id } } }`,
        { input: { name: 'follower', role: 'VIEWER' } },
      );
      const { text, token } = data.createApiToken;
      const follower = follow({ since, ...MOVED }, { params: bearer(text) });
      await moveUp('BEFORE');
      const before = (await follower.has(1)).length;
      await api.send(
        'ADMIN',
        `mutation ($input: RevokeApiTokenInput!) { revokeApiToken(input: $input) { token { id } } }`,
        {
          input: { id: token.id },
        },
      );
      await moveUp('AFTER');
      expect(await follower.end()).toMatchObject({ code: 4401 });
      expect(follower.events.length).toBe(before);
    });
  });

  describe('over the wire', () => {
    const INIT = JSON.stringify({ type: 'connection_init', payload: bearer(TOKENS.VIEWER) });
    const SUBSCRIBE = JSON.stringify({ id: '1', type: 'subscribe', payload: { query: FOLLOW } });

    const closedBy = async (
      protocol: string | undefined,
      ...messages: readonly (string | Buffer)[]
    ): Promise<number> => {
      const socket = new WebSocket(url, protocol);
      socket.on('open', () => {
        for (const message of messages) socket.send(message);
      });
      return new Promise((resolve, reject) => socket.once('close', resolve).once('error', reject));
    };

    test.each([
      ['what is no JSON', ['nonsense'], 4400],
      ['a message of no known type', ['{"type":"nonsense"}'], 4400],
      ['bytes that are no text', [Buffer.from([0xff, 0xfe])], 4400],
      ['a subscription before the token', [SUBSCRIBE], 4401],
      ['a second greeting', [INIT, INIT], 4429],
      ['a message that is too long', ['x'.repeat(20_001)], 1009],
      ['one id for two subscriptions', [INIT], null],
    ])('%s closes the socket', async (_name, messages, code) => {
      if (code !== null) {
        expect(await closedBy('graphql-transport-ws', ...messages)).toBe(code);
        return;
      }
      const socket = new WebSocket(url, 'graphql-transport-ws');
      socket.on('open', () => {
        socket.send(INIT);
      });
      socket.once('message', () => {
        socket.send(SUBSCRIBE);
        socket.send(SUBSCRIBE);
      });
      expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(4409);
    });

    test('a client of another protocol is sent away', async () => {
      expect(await closedBy(undefined)).toBe(4406);
    });

    test('sockets are at one address alone, and other upgrades stay requests', async () => {
      const { port } = api.application.http.server.address() as AddressInfo;
      const elsewhere = new WebSocket(`ws://127.0.0.1:${port}/elsewhere`, 'graphql-transport-ws');
      const answer = await new Promise<string>((resolve) =>
        elsewhere.once('error', ({ message }) => {
          resolve(message);
        }),
      );
      expect(answer).toContain('404');
      const response = await request(api.application.http.server)
        .post('/graphql')
        .set({
          authorization: `Bearer ${TOKENS.VIEWER}`,
          connection: 'Upgrade, HTTP2-Settings',
          upgrade: 'h2c',
          'http2-settings': '',
        })
        .send({ query: '{ viewer { role } }' });
      expect(response.body).toMatchObject({ data: { viewer: { role: 'VIEWER' } } });
    });

    test('no more subscriptions run on a socket than may', async () => {
      const socket = new WebSocket(url, 'graphql-transport-ws');
      const answers: { type: string; id?: string; payload?: unknown }[] = [];
      socket.on('open', () => {
        socket.send(INIT);
      });
      socket.on('message', (data: Buffer) => {
        answers.push(JSON.parse(data.toString()) as (typeof answers)[number]);
        if (answers.length === 1)
          for (const id of ['1', '2', '3', '4']) socket.send(SUBSCRIBE.replace('"1"', `"${id}"`));
      });
      await until('the fourth is refused', () => answers.length > 1);
      expect(answers[1]).toMatchObject({
        type: 'error',
        id: '4',
        payload: [{ extensions: { code: 'BAD_REQUEST' } }],
      });
      socket.terminate();
    });
  });

  describe('at the limits of sockets', () => {
    test('a token is checked at pings, greetings have a time, actors a number, and a stop says so', async () => {
      const sockets = { recheckEvery: 0, pingEvery: 1_000, initWithin: 3_000, socketsOfActor: 2 };
      const strict = await startApi(clock, { replicaOf: api, sockets });
      const at = await listen(strict);
      const silent = new WebSocket(at, 'graphql-transport-ws');
      const silence = new Promise((resolve) => silent.once('close', resolve));
      const { text, id } = await strict.book.tokens
        .create(COMMAND_LINE, 'pinged', 'VIEWER', null)
        .then((made) => ({ text: made.text, id: made.token.id }));
      const pinged = follow({}, { at, params: bearer(text) });
      const staying = [follow({}, { at }), follow({}, { at })];
      await until('all are let in', async () => {
        await pause(50);
        const { text: figures } = await request(strict.application.http.server)
          .get('/metrics')
          .set('authorization', `Bearer ${TOKENS.VIEWER}`);
        return /^tierbook_open_subscriptions 3$/m.test(figures);
      });
      expect(await follow({}, { at }).end()).toMatchObject({ code: 4429 });
      await api.database.query('UPDATE api_token SET revoked_at = now() WHERE id = $1', [id]);
      expect(await pinged.end()).toMatchObject({ code: 4401 });
      expect(await silence).toBe(4408);
      await strict.close();
      for (const follower of staying) expect(await follower.end()).toMatchObject({ code: 1012 });
    });
  });
});
