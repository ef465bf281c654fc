import { toGlobalId } from '../../src/graphql/ids';
import { readConfig } from '../../src/server/config';
import { createLogger } from '../../src/server/log';
import { composeWorker } from '../../src/server/worker';
import { type Answer, startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { until } from '../support/until';
import { verify, WebhookReceiver } from '../support/webhook-receiver';

const PRIVATE = { WEBHOOK_PRIVATE_ADDRESSES: '1' };

const ENDPOINT =
  'id url description events concurrency enabled disabledReason disabledAt pendingCount deadCount version';
const ERRORS = 'userErrors { code field message }';
const CREATE = `mutation ($input: CreateWebhookEndpointInput!) {
  createWebhookEndpoint(input: $input) { secret endpoint { ${ENDPOINT} } ${ERRORS} }
}`;
const UPDATE = `mutation ($input: UpdateWebhookEndpointInput!) {
  updateWebhookEndpoint(input: $input) { endpoint { ${ENDPOINT} } ${ERRORS} }
}`;
const DELETE = `mutation ($input: DeleteWebhookEndpointInput!) {
  deleteWebhookEndpoint(input: $input) { deletedEndpointId ${ERRORS} }
}`;
const ROTATE = `mutation ($input: RotateWebhookSecretInput!) {
  rotateWebhookSecret(input: $input) { secret endpoint { previousSecretUntil version } ${ERRORS} }
}`;
const TEST = `mutation ($input: TestWebhookEndpointInput!) {
  testWebhookEndpoint(input: $input) { delivery { id event payload status endpoint { id } } ${ERRORS} }
}`;
const REPLAY = `mutation ($input: ReplayWebhookDeliveriesInput!) {
  replayWebhookDeliveries(input: $input) { replayed remaining ${ERRORS} }
}`;
const ENDPOINTS = `{ webhookEndpoints { totalCount nodes { ${ENDPOINT} } } }`;
const DELIVERIES = `query ($where: WebhookDeliveryFilter, $first: Int, $after: String) {
  webhookDeliveries(where: $where, first: $first, after: $after) {
    totalCount
    nodes { id messageId event occurredAt payload status attempts lastStatusCode lastError settledAt
      account { externalId } endpoint { url pendingCount } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Endpoint {
  readonly id: string;
  readonly version: number;
  readonly [field: string]: unknown;
}
interface Delivery {
  readonly id: string;
  readonly messageId: string;
  readonly event: string | null;
  readonly payload: string;
  readonly status: string;
  readonly account: { readonly externalId: string } | null;
  readonly [field: string]: unknown;
}
interface Payload {
  readonly secret: string | null;
  readonly endpoint: Endpoint | null;
  readonly delivery: Delivery | null;
  readonly replayed: number;
  readonly userErrors: readonly { code: string; field: readonly string[]; message: string }[];
  readonly [field: string]: unknown;
}
interface List {
  readonly totalCount: number;
  readonly nodes: readonly Delivery[];
  readonly pageInfo: { hasNextPage: boolean; endCursor: string };
}

describe('webhooks in the API', () => {
  const clock = fixedClock('2026-03-02');
  let api: TestApi;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    api = await startApi(clock, { settings: PRIVATE });
  });
  afterAll(async () => {
    await api.close();
  });
  beforeEach(async () => {
    receiver = await WebhookReceiver.open();
  });
  afterEach(async () => {
    await receiver.close();
    await api.database.query('DELETE FROM webhook_endpoint');
    await api.database.query('DELETE FROM event');
  });

  const change = async (mutation: string, input: object): Promise<Payload> => {
    const { data, errors } = await api.send<Record<string, Payload>>('ADMIN', mutation, { input });
    expect(errors).toEqual([]);
    const [payload] = Object.values(data);
    if (payload === undefined) throw new Error('no payload');
    return payload;
  };
  const create = async (input: object = {}): Promise<Endpoint & { secret: string }> => {
    const { secret, endpoint, userErrors } = await change(CREATE, { url: receiver.url, ...input });
    expect(userErrors).toEqual([]);
    return { ...endpoint, secret } as Endpoint & { secret: string };
  };
  const list = async (variables: object = {}): Promise<List> =>
    (await api.send<{ webhookDeliveries: List }>('ADMIN', DELIVERIES, variables)).data.webhookDeliveries;
  const refusals = ({ userErrors }: Payload): string[] =>
    userErrors.map(({ code, field }) => `${code} ${field.join('.')}`);

  test('tell of what the API changes, by the worker that runs beside it', async () => {
    const { id, secret } = await create({ events: ['OVERRIDE_DECIDED', 'TIER_MOVED'] });
    const account = { externalId: 'CRM-1', name: 'Lumenvale', arr: '40000', expansionAssessment: 'HIGH' };
    await api.send(
      'ADMIN',
      `mutation ($account: UpsertAccountInput!) { upsertAccounts(input: { accounts: [$account] }) { results { outcome } } }`,
      { account },
    );
    await api.send(
      'ADMIN',
      `mutation { overrideTier(input: {
        externalId: "CRM-1", tier: "core", reason: BRAND, expiresOn: "2026-06-01" }) { userErrors { message } } }`,
    );
    const outcomes: string[] = [];
    const worker = composeWorker(
      api.book,
      readConfig({ DATABASE_URL: api.database.url, ...PRIVATE }),
      createLogger('silent'),
      (outcome) => outcomes.push(outcome),
    );
    worker.start();
    await until('both have come', () => outcomes.length === 2);
    const isCounted = async (): Promise<boolean> =>
      (await api.database.query(`SELECT FROM book_banding`)).length === 1;
    await until('the figures of the book are counted', isCounted);
    await worker.stop();
    expect(outcomes).toEqual(['DELIVERED', 'DELIVERED']);
    const messages = receiver.received.map((message) => verify(message, secret));
    expect(messages).toMatchObject([
      {
        type: 'override.decided',
        timestamp: '2026-03-02T12:00:00.000Z',
        data: {
          account: { externalId: 'CRM-1', name: 'Lumenvale' },
          actor: { id: 'token:ADMIN', name: 'The ADMIN' },
          requestId: expect.any(String) as string,
          details: { status: 'ACTIVE', tier: 'core', reason: 'BRAND', expiresOn: '2026-06-01' },
        },
      },
      { type: 'tier.moved', data: { details: { from: 'strategic', to: 'core', cause: 'OVERRIDE' } } },
    ]);
    // What a message names is found in the API.
    for (const message of messages as { data: { subjectId: string; account: { id: string } } }[]) {
      for (const named of [message.data.subjectId, message.data.account.id]) {
        const { data } = await api.send<{ node: unknown }>(
          'ADMIN',
          'query ($id: ID!) { node(id: $id) { id } }',
          { id: named },
        );
        expect(data).toEqual({ node: { id: named } });
      }
    }
    const { nodes, totalCount } = await list({ where: { endpointId: id } });
    expect(totalCount).toBe(2);
    expect(nodes).toMatchObject([
      { event: 'TIER_MOVED', status: 'DELIVERED', attempts: 1, lastStatusCode: 204 },
      { event: 'OVERRIDE_DECIDED', account: { externalId: 'CRM-1' }, endpoint: { url: receiver.url } },
    ]);
    // The list shows what was sent.
    expect([...nodes].reverse().map(({ payload }) => payload)).toEqual(
      receiver.received.map(({ body }) => body),
    );
    expect([...nodes].reverse().map(({ messageId }) => messageId)).toEqual(
      receiver.received.map((message) => message.id),
    );
  });

  test('are made, changed, rotated, tested and deleted by an admin', async () => {
    const made = await create({ description: ' Slack ', events: ['TOUCH_DUE', 'TIER_MOVED', 'TOUCH_DUE'] });
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(made).toMatchObject({
      url: receiver.url,
      description: 'Slack',
      events: ['TIER_MOVED', 'TOUCH_DUE'],
      concurrency: 5,
      enabled: true,
      disabledReason: null,
      pendingCount: 0,
      deadCount: 0,
      version: 1,
    });
    const endpointId = made.id;
    const off = await change(UPDATE, { endpointId, enabled: false, description: null, expectedVersion: 1 });
    expect(off.endpoint).toMatchObject({
      enabled: false,
      disabledReason: 'BY_HAND',
      disabledAt: '2026-03-02T12:00:00Z',
      description: null,
      events: ['TIER_MOVED', 'TOUCH_DUE'],
      version: 2,
    });
    expect(refusals(await change(TEST, { endpointId }))).toEqual(['WRONG_STATUS endpointId']);
    expect(refusals(await change(REPLAY, { endpointId, dead: true }))).toEqual(['WRONG_STATUS endpointId']);
    const on = await change(UPDATE, { endpointId, enabled: true, events: [], concurrency: 20 });
    expect(on.endpoint).toMatchObject({
      enabled: true,
      disabledReason: null,
      disabledAt: null,
      events: [],
      concurrency: 20,
      version: 3,
    });
    // What changes nothing is no change.
    expect((await change(UPDATE, { endpointId, enabled: true })).endpoint?.version).toBe(3);
    expect(refusals(await change(ROTATE, { endpointId, expectedVersion: 2 }))).toEqual([
      'STALE_VERSION expectedVersion',
    ]);
    const rotated = await change(ROTATE, { endpointId, expectedVersion: 3 });
    expect(rotated).toMatchObject({
      secret: expect.stringMatching(/^whsec_/) as string,
      endpoint: { previousSecretUntil: '2026-03-03T12:00:00Z', version: 4 },
    });
    expect(rotated.secret).not.toBe(made.secret);
    const tested = await change(TEST, { endpointId });
    expect(tested.delivery).toMatchObject({ event: null, status: 'PENDING', endpoint: { id: endpointId } });
    expect(JSON.parse(tested.delivery?.payload ?? '')).toMatchObject({
      type: 'webhook.test',
      data: { endpointId },
    });
    const listed = await api.send<object>('ADMIN', ENDPOINTS);
    expect(listed.data).toMatchObject({
      webhookEndpoints: { totalCount: 1, nodes: [{ id: endpointId, pendingCount: 1, deadCount: 0 }] },
    });
    expect(JSON.stringify(listed.data)).not.toContain('whsec_');
    expect(await change(DELETE, { endpointId })).toEqual({ deletedEndpointId: endpointId, userErrors: [] });
    expect(refusals(await change(DELETE, { endpointId }))).toEqual(['NOT_FOUND endpointId']);
    expect((await list()).totalCount).toBe(0);
  });

  test('show a secret once: a repeated call has none', async () => {
    const input = { url: receiver.url, idempotencyKey: 'once' };
    const first = await change(CREATE, input);
    const again = await change(CREATE, input);
    expect(again).toEqual({ ...first, secret: null });
    const rotation = { endpointId: first.endpoint?.id, idempotencyKey: 'rotate once' };
    expect((await change(ROTATE, rotation)).secret).toMatch(/^whsec_/);
    expect(await change(ROTATE, rotation)).toMatchObject({ secret: null, endpoint: { version: 2 } });
    const kept = JSON.stringify(await api.database.query('SELECT * FROM idempotency_key'));
    expect(kept).not.toContain('whsec_');
  });

  test.each<[string, object, string]>([
    ['without a URL', { url: ' ' }, 'REQUIRED url'],
    ['by another scheme', { url: 'ftp://hooks.example' }, 'INVALID_VALUE url'],
    ['with a password', { url: 'https://a:b@hooks.example' }, 'INVALID_VALUE url'],
    ['one at a time or none', { concurrency: 0 }, 'INVALID_VALUE concurrency'],
    ['too many at once', { concurrency: 21 }, 'INVALID_VALUE concurrency'],
    ['with an empty description', { description: '' }, 'REQUIRED description'],
    ['with a description that no database takes', { description: 'a\0' }, 'INVALID_VALUE description'],
  ])('are not made %s', async (_title, input, refusal) => {
    expect(refusals(await change(CREATE, { url: receiver.url, ...input }))).toEqual([refusal]);
    expect(await api.database.query('SELECT FROM webhook_endpoint')).toEqual([]);
  });

  test.each(['nonsense', toGlobalId('WebhookEndpoint', '999'), toGlobalId('Account', '1')])(
    'that are not there are not changed: %p',
    async (endpointId) => {
      for (const mutation of [UPDATE, DELETE, ROTATE, TEST]) {
        expect(refusals(await change(mutation, { endpointId }))).toEqual(['NOT_FOUND endpointId']);
      }
      expect(refusals(await change(REPLAY, { endpointId, dead: true }))).toEqual(['NOT_FOUND endpointId']);
      expect((await list({ where: { endpointId } })).totalCount).toBe(0);
    },
  );

  test('are 50 at most', async () => {
    await api.database.query(
      `INSERT INTO webhook_endpoint (url, event_types, concurrency, enabled, secret, version, created_at, updated_at)
       SELECT 'https://hooks.example', '{}', 5, true, 'whsec_', 1, now(), now() FROM generate_series(1, 50)`,
    );
    expect(refusals(await change(CREATE, { url: receiver.url }))).toEqual(['TOO_MANY_ITEMS ']);
  });

  /** Deliveries of three events to an endpoint: one delivered, one dead, one pending. */
  const withDeliveries = async (): Promise<string> => {
    const { id } = await create();
    await api.database.query(
      `INSERT INTO event (transaction, type, account_id, subject_id, data, actor_id, actor_name, occurred_at)
       SELECT 1, type, (SELECT min(account.id) FROM account WHERE type <> 'model.published'), 1, '{}', 'x', 'X',
         '2026-03-02T11:00:00Z'
       FROM unnest(ARRAY['tier.moved', 'touch.due', 'model.published']) AS type`,
    );
    await api.database.query(
      `UPDATE webhook_delivery SET status = CASE e.type WHEN 'tier.moved' THEN 'DELIVERED' ELSE 'DEAD' END,
         settled_at = now(), next_attempt_at = NULL, attempts = 12, last_error = 'HTTP 500'
       FROM event e WHERE e.id = event_id AND e.type <> 'model.published'`,
    );
    return id;
  };

  test('are listed page by page, the newest first, by endpoint, status, event, account and moment', async () => {
    const endpointId = await withDeliveries();
    const events = async (where: object): Promise<(string | null)[]> =>
      (await list({ where: { endpointId, ...where } })).nodes.map(({ event }) => event);
    expect(await events({})).toEqual(['MODEL_PUBLISHED', 'TOUCH_DUE', 'TIER_MOVED']);
    expect(await events({ statuses: ['DEAD'] })).toEqual(['TOUCH_DUE']);
    expect(await events({ statuses: ['DEAD', 'PENDING'] })).toEqual(['MODEL_PUBLISHED', 'TOUCH_DUE']);
    expect(await events({ events: ['TIER_MOVED'] })).toEqual(['TIER_MOVED']);
    const [account] = await api.database.query<{ id: string }>(
      'SELECT min(account.id)::text AS id FROM account',
    );
    const accountId = toGlobalId('Account', account?.id ?? '');
    expect(await events({ accountId })).toEqual(['TOUCH_DUE', 'TIER_MOVED']);
    expect(await events({ accountId: 'nonsense' })).toEqual([]);
    expect(await events({ since: '2026-03-02T11:00:00Z' })).toHaveLength(3);
    expect(await events({ since: '2026-03-02T11:00:00.001Z' })).toEqual([]);
    const first = await list({ where: { endpointId }, first: 2 });
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const second = await list({ where: { endpointId }, first: 2, after: first.pageInfo.endCursor });
    expect(second.nodes.map(({ event }) => event)).toEqual(['TIER_MOVED']);
  });

  test('are replayed by ids, by death and since a moment', async () => {
    const endpointId = await withDeliveries();
    const ids = (await list({ where: { endpointId } })).nodes.map(({ id }) => id);
    expect(await change(REPLAY, { endpointId, dead: true })).toMatchObject({ replayed: 1, remaining: 0 });
    expect(await change(REPLAY, { deliveryIds: [...ids, ids[0]] })).toMatchObject({ replayed: 1 });
    const pending = await list({ where: { endpointId, statuses: ['PENDING'] } });
    expect(pending.nodes).toHaveLength(3);
    for (const node of pending.nodes) expect(node).toMatchObject({ attempts: 0, settledAt: null });
    await api.database.query(
      `UPDATE webhook_delivery SET status = 'DELIVERED', settled_at = now(), next_attempt_at = NULL`,
    );
    const since = '2026-03-02T11:00:00Z';
    expect(await change(REPLAY, { endpointId, since, until: '2026-03-02T11:00:00.001Z' })).toMatchObject({
      replayed: 3,
    });
  });

  test.each<[string, object, string]>([
    ['nothing at all', {}, 'INVALID_VALUE '],
    ['an endpoint alone', { endpointId: 'HERE' }, 'INVALID_VALUE '],
    ['what is not dead', { endpointId: 'HERE', dead: false }, 'INVALID_VALUE '],
    [
      'two things at once',
      { endpointId: 'HERE', dead: true, since: '2026-03-01T00:00:00Z' },
      'INVALID_VALUE ',
    ],
    ['a moment without an endpoint', { since: '2026-03-01T00:00:00Z' }, 'INVALID_VALUE '],
    ['ids of an endpoint', { endpointId: 'HERE', deliveryIds: [] }, 'INVALID_VALUE '],
    [
      'an end without a beginning',
      { endpointId: 'HERE', dead: true, until: '2026-03-01T00:00:00Z' },
      'INVALID_VALUE ',
    ],
    [
      'an end before the beginning',
      { endpointId: 'HERE', since: '2026-03-01T00:00:00Z', until: '2026-03-01T00:00:00Z' },
      'INVALID_VALUE until',
    ],
    [
      'what is not kept any more',
      { endpointId: 'HERE', since: '2026-01-01T00:00:00Z' },
      'INVALID_VALUE since',
    ],
    ['an unknown delivery', { deliveryIds: ['nonsense'] }, 'NOT_FOUND deliveryIds.0'],
    [
      'too many ids',
      { deliveryIds: Array.from({ length: 501 }, (_, n) => toGlobalId('WebhookDelivery', `${n + 1}`)) },
      'TOO_MANY_ITEMS deliveryIds',
    ],
  ])('are not replayed for %s', async (_title, input, refusal) => {
    const { id } = await create();
    const given = 'endpointId' in input ? { ...input, endpointId: id } : input;
    expect(refusals(await change(REPLAY, given))).toEqual([refusal]);
  });

  test('are not replayed by more than 10,000 events at once', async () => {
    const { id } = await create({ events: ['REVIEW_DUE'] });
    await api.database.query(
      `INSERT INTO event (transaction, type, subject_id, data, actor_id, actor_name, occurred_at)
       SELECT 1, 'review.due', 1, '{}', 'x', 'X', '2026-03-02T10:00:00Z' FROM generate_series(1, 10001)`,
    );
    await api.database.query(`DELETE FROM webhook_delivery`);
    const tooMany = await change(REPLAY, { endpointId: id, since: '2026-03-01T00:00:00Z' });
    expect(refusals(tooMany)).toEqual(['TOO_MANY_ITEMS since']);
    expect(tooMany.userErrors[0]?.message).toContain('there are 10001 events since then');
    expect(await api.database.query(`SELECT FROM webhook_delivery`)).toEqual([]);
    await api.database.query(`DELETE FROM event WHERE type = 'review.due'`);
  });

  test('are nothing to anybody but admins', async () => {
    const { id } = await create({ description: 'secret errand' });
    const delivery = (await change(TEST, { endpointId: id })).delivery?.id;
    const codes = ({ errors }: Answer<unknown>): string[] => errors.map(({ extensions }) => extensions.code);
    const node = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    for (const role of ['VIEWER', 'CSM', 'MANAGER'] as const) {
      const answers = [
        await api.send(role, ENDPOINTS),
        await api.send(role, DELIVERIES),
        await api.send(role, CREATE, { input: { url: receiver.url } }),
        await api.send(role, UPDATE, { input: { endpointId: id } }),
        await api.send(role, DELETE, { input: { endpointId: 'nonsense' } }),
        await api.send(role, ROTATE, { input: { endpointId: id } }),
        await api.send(role, TEST, { input: { endpointId: id } }),
        await api.send(role, REPLAY, { input: { endpointId: id, dead: true } }),
      ];
      for (const answer of answers) {
        expect(new Set(codes(answer))).toEqual(new Set(['FORBIDDEN']));
        expect(JSON.stringify(answer)).not.toContain('secret errand');
      }
      const hidden = await api.send<object>(role, node, { ids: [id, delivery] });
      expect(hidden.data).toEqual({ nodes: [null, null] });
    }
    const shown = await api.send<object>('ADMIN', node, { ids: [id, delivery] });
    expect(shown.data).toEqual({ nodes: [{ id }, { id: delivery }] });
  });
});

test('webhooks go neither within the network nor without https, unless the configuration allows it', async () => {
  const api = await startApi(fixedClock('2026-03-02'));
  try {
    for (const url of [
      'http://hooks.example',
      'https://127.0.0.1',
      'https://0x7f.1/',
      'https://[fd00::1]:8443',
    ]) {
      const { data } = await api.send<{ createWebhookEndpoint: Payload }>('ADMIN', CREATE, {
        input: { url },
      });
      expect(data.createWebhookEndpoint).toMatchObject({
        endpoint: null,
        userErrors: [{ code: 'INVALID_VALUE', field: ['url'] }],
      });
    }
  } finally {
    await api.close();
  }
});
