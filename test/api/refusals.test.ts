import { gzipSync } from 'node:zlib';
import request, { type Response, type Test } from 'supertest';
import { COMMAND_LINE } from '../../src/app/actor';
import { encodeCursor } from '../../src/graphql/cursor';
import { toGlobalId } from '../../src/graphql/ids';
import { openBook } from '../../src/server/book';
import { compose } from '../../src/server/compose';
import { readConfig } from '../../src/server/config';
import { createLogger } from '../../src/server/log';
import { clearPlace, makePlace, newDataDir, Opener } from '../persistence/embedded-postgres-opener';
import { startApi, type TestApi, TOKENS } from '../support/api';
import { fixedClock } from '../support/clock';
import { makeCsm } from '../support/override-book';
import { until } from '../support/until';

/** What is refused, how, and that nothing else comes of it: through the whole server, on PostgreSQL. */

let api: TestApi;
beforeAll(async () => {
  api = await startApi(fixedClock('2026-03-02'));
  await api.book.accounts.upsertAccounts(COMMAND_LINE, [
    { externalId: 'A', values: { arr: 3_000_000 as never } },
    { externalId: 'B', values: { arr: 1_000_000 as never } },
  ]);
});
afterAll(() => api.close());

interface Body {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions: { code: string } }[];
}
const bodyOf = (response: Response): Body => response.body as Body;
const codeOf = (response: Response): string | undefined => bodyOf(response).errors?.[0]?.extensions.code;
const post = (token: string = TOKENS.ADMIN): Test =>
  request(api.application.http.server).post('/graphql').set('authorization', `Bearer ${token}`);
const get = (query: string): Test =>
  request(api.application.http.server)
    .get(`/graphql?query=${encodeURIComponent(query)}`)
    .set('authorization', `Bearer ${TOKENS.ADMIN}`);
const ask = (query: string, variables: object = {}): Test => post().send({ query, variables });
const raw = (type: string, body: string | Buffer): Test =>
  post()
    .set('content-type', type)
    .serialize((given: unknown) => given as string)
    .send(body as never);
const times = (count: number, make: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join(' ');

/** Everything that the book holds, as far as a count tells. */
const bookNow = async (): Promise<unknown> => {
  const tables = await api.database.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
     AND relname <> 'throttle_bucket' ORDER BY 1`,
  );
  const counts: Record<string, unknown> = {};
  for (const { name } of tables) {
    counts[name] = (await api.database.query(`SELECT count(*)::int AS rows FROM ${name}`))[0];
  }
  return counts;
};

const UPSERT = `upsertAccounts(input: { accounts: [{ externalId: "NEW" }] }) { results { outcome } }`;
const PAGE =
  'query ($first: Int, $after: String) { accounts(first: $first, after: $after) { nodes { id } } }';
const ACCOUNT = 'query ($id: ID!) { node(id: $id) { id } }';
const INSIDE =
  /SELECT|relation \\?"|column \\?"[a-z]+_|syntax error|invalid input|byte sequence|out of range|\/src\/|\n\s+at |Did you mean/;
const LONE = '\ud800';

type Case = [row: string, input: string, status: number | number[], code: string, send: () => Test];

const ROWS: Case[] = [
  [
    'too complex',
    'a query nested 60 deep',
    400,
    'QUERY_TOO_COMPLEX',
    () => ask(`{ account(externalId: "A") { ${times(60, () => 'parent {')} id ${times(60, () => '}')} } }`),
  ],
  [
    'too complex',
    'a query over the cost limit',
    400,
    'QUERY_TOO_COMPLEX',
    () => ask('{ accounts(first: 100) { nodes { children(first: 100) { nodes { id } } } } }'),
  ],
  [
    'too much',
    '101 aliases',
    400,
    'QUERY_TOO_COMPLEX',
    () => ask(`{ ${times(101, (n) => `a${n}: viewer { name }`)} }`),
  ],
  [
    'too much',
    'the same mutation 50 times',
    400,
    'QUERY_TOO_COMPLEX',
    () => ask(`mutation { ${times(50, (n) => `a${n}: ${UPSERT}`)} }`),
  ],
  [
    'too much',
    '5,000 fields',
    400,
    'QUERY_TOO_COMPLEX',
    () => ask(`{ viewer { ${times(5_000, () => 'name')} } }`),
  ],
  [
    'too much',
    '500 directives',
    400,
    'QUERY_TOO_COMPLEX',
    () => ask(`{ viewer { name ${times(500, () => '@skip(if: false)')} } }`),
  ],
  [
    'too much',
    'circular introspection',
    400,
    'QUERY_TOO_COMPLEX',
    () => ask('{ __schema { types { fields { type { fields { type { name } } } } } } }'),
  ],
  [
    'form',
    'a batch array',
    400,
    'BAD_REQUEST',
    () => raw('application/json', `[{"query":"{ viewer { name } }"}]`),
  ],
  [
    'form',
    'a mutation over GET',
    405,
    'BAD_REQUEST',
    () => get(`mutation { ${UPSERT} }`).set('apollo-require-preflight', '1'),
  ],
  [
    'cross-site',
    'text/plain',
    400,
    'BAD_REQUEST',
    () => raw('text/plain', `{"query":"mutation { ${UPSERT} }"}`),
  ],
  [
    'cross-site',
    'a form',
    400,
    'BAD_REQUEST',
    () => raw('application/x-www-form-urlencoded', 'query=%7Bviewer%7D'),
  ],
  ['cross-site', 'multipart', 400, 'BAD_REQUEST', () => post().field('query', '{ viewer { name } }')],
  ['cross-site', 'GET without the preflight header', 400, 'BAD_REQUEST', () => get('{ viewer { name } }')],
  ['body', 'bad JSON', 400, 'BAD_REQUEST', () => raw('application/json', '{"query":')],
  ['body', 'null', 400, 'BAD_REQUEST', () => raw('application/json', 'null')],
  [
    'body',
    '200 kB of padding',
    413,
    'BAD_REQUEST',
    () => raw('application/json', `{"query":"{ viewer { name } }"}${' '.repeat(200_000)}`),
  ],
  ['body', '2 MB', 413, 'BAD_REQUEST', () => ask('{ viewer { name } }', { a: 'x'.repeat(2_000_000) })],
  [
    'body',
    'a gzip bomb',
    415,
    'BAD_REQUEST',
    () => raw('application/json', gzipSync(Buffer.alloc(20_000_000))).set('content-encoding', 'gzip'),
  ],
  [
    'body',
    'another charset',
    415,
    'BAD_REQUEST',
    () => raw('application/json; charset=utf-16', '{"query":"{ viewer { name } }"}'),
  ],
  ['names', 'a misspelt field', 400, 'GRAPHQL_VALIDATION_FAILED', () => ask('{ viewr { name } }')],
  [
    'names',
    'a misspelt enum value',
    400,
    'GRAPHQL_VALIDATION_FAILED',
    () => ask('{ breakdown(by: [TEIR]) { totals { accounts } } }'),
  ],
  [
    'names',
    'a misspelt enum value in a variable',
    400,
    'BAD_USER_INPUT',
    () => ask('query ($by: [Dimension!]!) { breakdown(by: $by) { totals { accounts } } }', { by: ['TEIR'] }),
  ],
  ['names', 'a misspelt variable', 400, 'BAD_USER_INPUT', () => ask(PAGE, { frist: 1 })],
  ...[-1, 1e9, 2 ** 31, 1.5].map((first): Case => [
    'first',
    String(first),
    400,
    'BAD_USER_INPUT',
    () => ask(PAGE, { first }),
  ]),
  ['cursor', 'a text that is none', 400, 'BAD_CURSOR', () => ask(PAGE, { after: "1' OR 1=1 --" })],
  [
    'cursor',
    'one of another order',
    400,
    'BAD_CURSOR',
    () => ask(PAGE, { after: encodeCursor(['1'], 'somewhere else') }),
  ],
  ['cursor', 'a lone surrogate', 400, 'BAD_CURSOR', () => ask(PAGE, { after: LONE })],
  [
    'injection',
    'SQL as an order',
    400,
    'BAD_USER_INPUT',
    () =>
      ask('query ($o: [AccountOrder!]) { accounts(orderBy: $o) { nodes { id } } }', {
        o: [{ field: 'name; DROP TABLE account', direction: 'ASC' }],
      }),
  ],
  [
    'injection',
    'a filter that nobody knows',
    400,
    'BAD_USER_INPUT',
    () =>
      ask('query ($w: AccountFilter) { accounts(where: $w) { nodes { id } } }', {
        w: { "name' OR '1'='1": { eq: 'x' } },
      }),
  ],
];

describe('each row of what is refused', () => {
  test.each(ROWS)('%s: %s', async (_row, _input, status, code, send) => {
    const before = await bookNow();
    const response = await send();
    expect([response.status, codeOf(response)]).toEqual([status, code]);
    expect(response.headers['content-type']).toMatch(/^application\/(graphql-response\+)?json/);
    expect(bodyOf(response).data ?? null).toBeNull();
    expect(response.text).not.toMatch(INSIDE);
    expect(await bookNow()).toEqual(before);
  });

  test('a mutation over GET: the answer names the method that works', async () => {
    const response = await get(`mutation { ${UPSERT} }`).set('apollo-require-preflight', '1');
    expect(response.headers.allow).toBe('POST');
  });

  test.each([
    ['a null byte', 'QQ\u0000'],
    ['an encoded null byte', Buffer.from('Account:1\u0000').toString('base64')],
    ['a lone surrogate', LONE],
    ['2^64', toGlobalId('Account', '18446744073709551616')],
    ['another type’s id', toGlobalId('TierOverride', '1')],
    ['an id that nobody has', toGlobalId('Account', '999999')],
  ])('ids: %s finds nothing', async (_title, id) => {
    const response = await ask(ACCOUNT, { id });
    expect([200, 400, 404]).toContain(response.status);
    expect(bodyOf(response).data?.node ?? null).toBeNull();
    expect(codeOf(response) ?? 'NOT_FOUND').toMatch(/^(NOT_FOUND|BAD_USER_INPUT)$/);
    expect(response.text).not.toMatch(INSIDE);
  });

  test.each(["'; DROP TABLE account; --", '%', '\\', 'a\u0000b', LONE])(
    'injection: a filter by %j finds nothing and breaks nothing',
    async (text) => {
      const before = await bookNow();
      const response = await ask('query ($w: AccountFilter) { accounts(where: $w) { totalCount } }', {
        w: { externalId: { eq: text } },
      });
      expect(response.status).toBeLessThan(500);
      if (response.status === 200) expect(bodyOf(response).data).toEqual({ accounts: { totalCount: 0 } });
      else expect(codeOf(response)).toBe('BAD_USER_INPUT');
      expect(response.text).not.toMatch(INSIDE);
      expect(await bookNow()).toEqual(before);
    },
  );
});

test('a day after today deep inside a change is refused as what it is', async () => {
  const query = `mutation ($input: UpsertPoolsInput!) {
    upsertPools(input: $input) { results { pool {
      later: portfolio(asOf: "2026-06-30") { totalCount }
      portfolio { totalCount }
    } } }
  }`;
  const response = await ask(query, { input: { pools: [{ externalId: 'P', name: 'P' }] } });
  expect(codeOf(response)).toBe('BAD_USER_INPUT');
  expect(response.text).toContain('nothing is known yet of a day after today');
});

describe('of changes that meet', () => {
  const OVERRIDE = `mutation ($input: OverrideTierInput!) {
    overrideTier(input: $input) { override { status } userErrors { code } }
  }`;
  const input = (given: object): object => ({
    input: { tier: 'strategic', reason: 'BRAND', expiresOn: '2026-06-01', ...given },
  });
  const outcomeOf = (response: Response): string | undefined => {
    const payload = bodyOf(response).data?.overrideTier as
      { override: { status: string } | null; userErrors: { code: string }[] } | undefined;
    return payload?.userErrors[0]?.code ?? payload?.override?.status;
  };

  test('two overrides at once: one wins', async () => {
    const both = await Promise.all([1, 2].map(() => ask(OVERRIDE, input({ externalId: 'A' }))));
    expect(both.map(outcomeOf).sort()).toEqual(['ACTIVE', 'OVERRIDE_ACTIVE']);
  });

  test('one that was decided on an older state is refused', async () => {
    const response = await ask(OVERRIDE, input({ externalId: 'B', expectedVersion: 999 }));
    expect(outcomeOf(response)).toBe('STALE_VERSION');
  });
});

describe('whoever may not', () => {
  const DESIGNATE = `mutation { designateStrategic(input: { externalId: "B", reason: "x", reviewOn: "2026-12-01" }) { userErrors { code } } }`;

  test.each<[string, () => Test, number, string]>([
    [
      'no token',
      () => request(api.application.http.server).post('/graphql').send({ query: PAGE }),
      401,
      'UNAUTHENTICATED',
    ],
    ['a bad token', () => post('nobody-has-this-token').send({ query: PAGE }), 401, 'UNAUTHENTICATED'],
    ['a role too low', () => post(TOKENS.VIEWER).send({ query: DESIGNATE }), 403, 'FORBIDDEN'],
    [
      'a role too low, nested',
      () => post(TOKENS.VIEWER).send({ query: '{ apiTokens { nodes { name } } }' }),
      403,
      'FORBIDDEN',
    ],
  ])('%s', async (_title, send, status, code) => {
    const response = await send();
    expect([response.status, codeOf(response)]).toEqual([status, code]);
    expect(bodyOf(response).data ?? null).toBeNull();
  });

  test('has an expired token', async () => {
    const { text } = await api.book.tokens.create(COMMAND_LINE, 'old', 'VIEWER', null);
    expect((await post(text).send({ query: PAGE })).status).toBe(200);
    await api.database.query(`UPDATE api_token SET expires_at = '2026-03-01' WHERE name = 'old'`);
    const response = await post(text).send({ query: PAGE });
    expect([response.status, codeOf(response)]).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('is a CSM and wants to change another portfolio', async () => {
    await makeCsm(api.database, 'csm-1', ['A'], '2026-01-01');
    const { text } = await api.book.tokens.create(COMMAND_LINE, 'csm', 'CSM', null, 'csm-1');
    const query = `mutation ($input: OverrideTierInput!) { overrideTier(input: $input) { override { id } userErrors { code } } }`;
    const variables = {
      input: { externalId: 'B', tier: 'strategic', reason: 'BRAND', expiresOn: '2026-06-01' },
    };
    const response = await post(text).send({ query, variables });
    expect(response.text).toMatch(/OUTSIDE_PORTFOLIO|FORBIDDEN/);
    expect(
      await api.database.query(
        `SELECT FROM tier_override o JOIN account a ON a.id = o.account_id WHERE a.external_id = 'B'`,
      ),
    ).toEqual([]);
  });
});

describe('while the database is down', () => {
  beforeAll(makePlace);
  afterAll(clearPlace);

  test('errors are masked, /readyz says so, and all recovers by itself', async () => {
    const dataDir = newDataDir();
    const postgres = new Opener(dataDir);
    const url = await postgres.url();
    const book = await openBook(readConfig({ DATABASE_URL: url }), 'server', () => undefined);
    const actor = { kind: 'TOKEN', id: 'token:t', name: 'T', role: 'ADMIN', csmId: null } as const;
    const application = await compose(book, [{ text: TOKENS.ADMIN, actor }], createLogger('silent'));
    const { http } = application;
    await http.ready();
    const look = (path: string) => request(http.server).get(path);
    const send = () =>
      request(http.server)
        .post('/graphql')
        .set('authorization', `Bearer ${TOKENS.ADMIN}`)
        .set('x-request-id', 'request-of-the-test')
        .send({ query: '{ accounts { nodes { id } } }' });

    expect((await send()).status).toBe(200);
    await postgres.stop();
    const response = await send();
    expect([response.status, codeOf(response)]).toEqual([500, 'INTERNAL_SERVER_ERROR']);
    expect(bodyOf(response).errors?.[0]?.message).toContain('request-of-the-test');
    expect(response.text).not.toMatch(/ECONN|127\.0\.0\.1|postgres|terminat/);
    const notReady = await look('/readyz');
    expect([notReady.status, notReady.body]).toMatchObject([
      503,
      { checks: { database: 'does not answer' } },
    ]);
    expect((await look('/healthz')).status).toBe(200);

    const again = new Opener(dataDir);
    expect(await again.url()).toBe(url);
    await until('the server is ready again', async () => (await look('/readyz')).status === 200);
    expect((await send()).status).toBe(200);

    await application.close();
    await book.close();
    await again.stop();
  });
});
