import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { getIntrospectionQuery, type GraphQLObjectType } from 'graphql';
import { buildSchema } from 'graphql';
import request, { type Response } from 'supertest';
import type { Actor } from '../../src/app/actor';
import { DomainError } from '../../src/domain/errors';
import { encodeCursor } from '../../src/graphql/cursor';
import { toGlobalId } from '../../src/graphql/ids';
import { type OperationFigures } from '../../src/persistence/reads/operation.reads';
import { createHttpServer, type HttpServerParts } from '../../src/server/http';
import { Metrics } from '../../src/server/metrics';
import { createLogger } from '../../src/server/log';

interface Context {
  readonly actor: Actor;
  readonly requestId: string;
}

const VIEWER: Actor = { kind: 'TOKEN', id: 'token:1', name: 'dashboard', role: 'VIEWER', csmId: null };
const TOKEN = 'a-token-of-sixteen';

const schema = buildSchema(`
  enum Colour { RED GREEN }
  input PaintInput { colour: Colour! names: [String!] }
  type Account { id: ID! name: String! parent: Account moves(first: Int, after: String, last: Int, before: String): MoveConnection! secret: String }
  type Move { id: ID! account: Account! }
  type MoveEdge { node: Move! cursor: String! }
  type MoveConnection { edges: [MoveEdge!]! nodes: [Move!]! totalCount: Int! }
  type AccountEdge { node: Account! cursor: String! }
  type AccountConnection { edges: [AccountEdge!]! nodes: [Account!]! totalCount: Int! }
  type Query {
    me: String!
    account: Account
    accounts(first: Int, after: String, last: Int, before: String): AccountConnection!
    paint(input: PaintInput): String
    fails: String
    failsHard: String!
    forbidden: String
    forbiddenHard: String!
    slow: String
  }
  type Mutation { write(input: PaintInput): String! }
`);

const account = {
  id: 'x',
  name: 'Acme',
  parent: () => account,
  moves: { nodes: [], edges: [], totalCount: 0 },
};
let writes = 0;
let letSlowEnd: (() => void) | undefined;
let slowStarted: (() => void) | undefined;

function fail(): never {
  throw new Error('relation "account" does not exist at /srv/app/secret.ts: SELECT password FROM users');
}
function forbid(): never {
  throw new DomainError('FORBIDDEN', 'this needs the role MANAGER or above');
}

const RESOLVERS: Record<string, Record<string, (...args: never[]) => unknown>> = {
  Query: {
    me: (_: never, __: never, context: Context) => context.actor.name,
    account: () => account,
    accounts: () => ({ nodes: [account], edges: [{ node: account, cursor: 'c' }], totalCount: 1 }),
    paint: (_: never, args: never) => JSON.stringify(args),
    fails: fail,
    failsHard: fail,
    forbidden: forbid,
    forbiddenHard: forbid,
    slow: () =>
      new Promise((resolve) => {
        letSlowEnd = () => {
          resolve('done');
        };
        slowStarted?.();
      }),
  },
  Account: { secret: fail },
  Mutation: { write: () => `written ${String((writes += 1))}` },
};
for (const [type, fields] of Object.entries(RESOLVERS)) {
  const target = (schema.getType(type) as GraphQLObjectType).getFields();
  for (const [name, resolve] of Object.entries(fields)) {
    const field = target[name];
    if (field) field.resolve = resolve as never;
  }
}

let logs = '';
const sink = new PassThrough();
sink.on('data', (chunk: Buffer) => {
  logs += chunk.toString();
});

const FIGURES: OperationFigures = {
  accounts: [
    { tier: 'core', accounts: 7 },
    { tier: null, accounts: 2 },
  ],
  daysBehind: 1,
  jobs: [{ state: 'created', jobs: 3 }],
  oldestJobSeconds: 42.5,
  deltas: 8,
  webhooks: [
    { status: 'PENDING', deliveries: 5 },
    { status: 'DEAD', deliveries: 6 },
  ],
};
const metricsOf = (figures: () => Promise<OperationFigures>): Metrics =>
  new Metrics({
    pools: { read: () => ({ total: 3, idle: 1, waiting: 4 }) },
    version: '1.2.3',
    replicas: () => [
      { name: 'db2:5432', inService: false, why: 'it does not answer', lagSeconds: 12.5, failures: 3 },
    ],
    figures,
    logger: createLogger('silent'),
  });

let ready = { ready: true, checks: { database: 'ok' } };

function partsWith(changes: Partial<HttpServerParts<Context>> = {}): HttpServerParts<Context> {
  return {
    schema,
    authenticate: (token) =>
      token === 'break-authentication'
        ? Promise.reject(new Error('connect ECONNREFUSED 10.1.2.3:5432'))
        : Promise.resolve(token === TOKEN ? VIEWER : null),
    contextFor: (actor, requestId) => ({ actor, requestId }),
    ready: () => Promise.resolve(ready),
    metrics: metricsOf(() => Promise.resolve(FIGURES)),
    explorerTabs: [{ name: 'Who am I', query: '{ me }', variables: '{"a":"</script>"}' }],
    logger: createLogger('debug', sink),
    ...changes,
  };
}

let app: FastifyInstance;
beforeAll(async () => {
  app = await createHttpServer(partsWith());
  await app.ready();
});
afterAll(() => app.close());

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: string[]; extensions: { code: string; [key: string]: unknown } }[];
  extensions?: { cost: { requested: number; maximum: number; throttle: Record<string, number> } };
}

const bodyOf = (response: Response) => response.body as Answer;
const codeOf = (response: Response) => bodyOf(response).errors?.[0]?.extensions.code;
const post = () => request(app.server).post('/graphql').set('authorization', `Bearer ${TOKEN}`);
const get = (search: string) =>
  request(app.server).get(`/graphql?${search}`).set('authorization', `Bearer ${TOKEN}`);
const ask = (query: string, variables?: unknown) =>
  post().send({ query, ...(variables !== undefined && { variables }) });
const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');

describe('Whoever has a token gets answers', () => {
  it('answers a query over POST, with its cost and the request id', async () => {
    const response = await ask('{ me }').set('x-request-id', 'abc-123_X');
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.headers['x-request-id']).toBe('abc-123_X');
    expect(bodyOf(response).data).toEqual({ me: 'dashboard' });
    expect(bodyOf(response).extensions?.cost).toEqual({
      requested: 0,
      maximum: 5000,
      throttle: { capacity: 1_000_000, available: expect.any(Number) as number, restoreRate: 50_000 },
    });
  });

  it('answers a query over GET that carries a preflight header', async () => {
    const response = await get(`query=${encodeURIComponent('{ me }')}`).set(
      'apollo-require-preflight',
      'yes',
    );
    expect(response.status).toBe(200);
    expect(bodyOf(response).data).toEqual({ me: 'dashboard' });
  });

  it('answers GraphiQL’s introspection', async () => {
    const query = getIntrospectionQuery({
      inputValueDeprecation: true,
      schemaDescription: true,
      specifiedByUrl: true,
    });
    const response = await ask(query);
    expect(response.status).toBe(200);
    expect(bodyOf(response).data).toHaveProperty('__schema.types');
  });

  it('takes a mutation with 500 entries of half a megabyte', async () => {
    const names = Array.from({ length: 500 }, (_, index) => String(index).padEnd(1200, 'x'));
    const response = await ask('mutation ($input: PaintInput) { write(input: $input) }', {
      input: { colour: 'RED', names },
    });
    expect(response.status).toBe(200);
  });

  it.each(['has spaces', 'a'.repeat(65), 'quote"', 'x;drop'])(
    'replaces the strange request id %p',
    async (id) => {
      const response = await ask('{ me }').set('x-request-id', id);
      expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

describe('Whoever is presumed to be somebody', () => {
  const ADMIN: Actor = { ...VIEWER, name: 'an admin now', role: 'ADMIN' };
  const WRITE = 'mutation { write }';
  let serving: FastifyInstance;
  let confirm: (actor: Actor | null) => void;
  let refuse: (error: Error) => void;
  let writesBefore: number;
  beforeAll(async () => {
    serving = await createHttpServer(
      partsWith({
        authenticate: () => Promise.reject(new Error('nobody is looked up twice')),
        presume: () => ({
          actor: VIEWER,
          confirmed: new Promise<Actor | null>((resolve, reject) => {
            confirm = resolve;
            refuse = reject;
          }),
        }),
      }),
    );
    await serving.ready();
  });
  afterAll(() => serving.close());
  beforeEach(() => (writesBefore = writes));

  /** Asks, and confirms or refuses when everything has run that waits for nobody's word. */
  const send = async (query: string, then: () => void) => {
    const answering = serving.inject({
      method: 'POST',
      url: '/graphql',
      headers: { authorization: 'Bearer any' },
      payload: { query },
    });
    for (let turn = 0; turn < 50; turn += 1) await new Promise((next) => setImmediate(next));
    then();
    const { statusCode, body } = await answering;
    return { status: statusCode, body: JSON.parse(body) as Answer };
  };

  it.each<[string, string, Actor | null, number, unknown]>([
    ['is answered once that is confirmed', '{ me }', VIEWER, 200, { data: { me: 'dashboard' } }],
    ['is answered as who they are by now', '{ me }', ADMIN, 200, { data: { me: 'an admin now' } }],
    [
      'is refused where they are nobody',
      '{ me }',
      null,
      401,
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ],
    [
      'is told of no error where they are nobody',
      '{ fails',
      null,
      401,
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ],
    [
      'is told of an error otherwise',
      '{ fails',
      VIEWER,
      400,
      { errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] },
    ],
  ])('%s', async (_title, query, actor, status, body) => {
    const response = await send(query, () => {
      confirm(actor);
    });
    expect(response.status).toBe(status);
    expect(response.body).toMatchObject(body as object);
  });

  it.each<[string, Actor | null, number, number]>([
    ['changes something once, and only then', VIEWER, 200, 1],
    ['changes it once as who they are by now', ADMIN, 200, 1],
    ['changes nothing where they are nobody', null, 401, 0],
  ])('%s', async (_title, actor, status, times) => {
    const response = await send(WRITE, () => {
      expect(writes).toBe(writesBefore);
      confirm(actor);
    });
    expect([response.status, writes - writesBefore]).toEqual([status, times]);
  });

  it('is told nothing where it cannot be looked up', async () => {
    const response = await send('{ me }', () => {
      refuse(new Error('connect ECONNREFUSED'));
    });
    expect(response).toMatchObject({
      status: 500,
      body: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    });
  });
});

describe('Nobody gets an answer without a valid token', () => {
  it.each([
    ['no token', undefined],
    ['an unknown token', 'Bearer nobody-has-this-one'],
    ['an empty token', 'Bearer '],
    ['another scheme', `Basic ${TOKEN}`],
    ['the token without a scheme', TOKEN],
  ])('refuses %s', async (_title, authorization) => {
    const call = request(app.server).post('/graphql').send({ query: '{ me }' });
    const response = await (authorization === undefined ? call : call.set('authorization', authorization));
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toMatch(/^Bearer/);
    expect(bodyOf(response)).toEqual({
      errors: [{ message: expect.any(String) as string, extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  it.each(['get', 'post', 'put', 'delete', 'options', 'patch'] as const)(
    'refuses %s before it looks at anything else',
    async (method) => {
      const response = await request(app.server)
        [method]('/graphql')
        .set('content-type', 'text/nonsense')
        .send('{{{');
      expect(response.status).toBe(401);
      expect(codeOf(response)).toBe('UNAUTHENTICATED');
    },
  );

  it('shows health and the explorer to everybody', async () => {
    expect((await request(app.server).get('/healthz')).status).toBe(200);
    expect((await request(app.server).get('/')).status).toBe(200);
  });

  it('masks a failure of the authentication itself', async () => {
    const response = await request(app.server)
      .post('/graphql')
      .set('authorization', 'Bearer break-authentication')
      .send({ query: '{ me }' });
    expect(response.status).toBe(500);
    expect(codeOf(response)).toBe('INTERNAL_SERVER_ERROR');
    expect(response.text).toContain(response.headers['x-request-id']);
    expect(response.text).not.toContain('10.1.2.3');
  });
});

describe('Requests of the wrong form are refused, always as JSON', () => {
  const query = JSON.stringify({ query: '{ me }' });
  it.each<[string, number[], () => PromiseLike<Response>]>([
    ['text/plain', [400], () => post().type('text/plain').send(query)],
    ['a form', [400], () => post().type('form').send({ query: '{ me }' })],
    ['multipart', [400], () => post().field('query', '{ me }')],
    [
      'a form that claims a preflight',
      [400],
      () => post().type('form').set('apollo-require-preflight', '1').send({ query: '{ me }' }),
    ],
    ['XML', [415], () => post().type('application/xml').send('<query/>')],
    [
      'JSON in Latin-1',
      [415],
      () => post().set('content-type', 'application/json; charset=latin1').send(query),
    ],
    [
      'JSON in UTF-16',
      [415],
      () => post().set('content-type', 'application/json; charset="utf-16"').send(query),
    ],
    [
      'bytes that are not UTF-8',
      [400],
      () =>
        post()
          .type('application/json')
          .serialize((b: unknown) => b as string)
          .send(Buffer.from('{"query":"{ me }","operationName":"M\xfcller"}', 'latin1') as never),
    ],
    ['bad JSON', [400], () => post().type('application/json').send('{"query":')],
    ['JSON null', [400], () => post().type('application/json').send('null')],
    ['a JSON string', [400], () => post().type('application/json').send('"{ me }"')],
    ['a batch', [400], () => post().type('application/json').send(`[${query},${query}]`)],
    ['an empty batch', [400], () => post().type('application/json').send('[]')],
    ['an empty body', [400], () => post().type('application/json').send('')],
    ['no query', [400], () => post().send({})],
    ['a query that is no text', [400], () => post().send({ query: { kind: 'Document' } })],
    ['variables that are no object', [400], () => post().send({ query: '{ me }', variables: [1] })],
    ['variables as text', [400], () => post().send({ query: '{ me }', variables: '{}' })],
    ['an unknown key beside the query', [400], () => post().send({ query: '{ me }', padding: 1 })],
    [
      'a gzip bomb',
      [415],
      () =>
        post()
          .type('application/json')
          .set('content-encoding', 'gzip')
          .serialize((b: unknown) => b as string)
          .send(gzipSync(Buffer.alloc(10_000_000)) as never),
    ],
    [
      'a body of 2 MB',
      [413],
      () => post().send({ query: '{ me }', variables: { a: 'x'.repeat(2_000_000) } }),
    ],
    ['200 kB of query', [413], () => post().send({ query: `{ me } # ${'x'.repeat(200_000)}` })],
    [
      '200 kB of undeclared variables',
      [400, 413],
      () => post().send({ query: '{ me }', variables: { a: 'x'.repeat(200_000) } }),
    ],
    [
      '200 kB of extensions',
      [400, 413],
      () => post().send({ query: '{ me }', extensions: { a: 'x'.repeat(200_000) } }),
    ],
    [
      '200 kB of operation name',
      [400],
      () => post().send({ query: '{ me }', operationName: 'x'.repeat(200_000) }),
    ],
    [
      '200 kB of padding',
      [413],
      () =>
        post()
          .type('application/json')
          .send(`${query}${' '.repeat(200_000)}`),
    ],
    [
      '200 kB of variables for a query',
      [413],
      () =>
        ask('query ($input: PaintInput) { paint(input: $input) }', {
          input: { colour: 'RED', names: ['x'.repeat(200_000)] },
        }),
    ],
    ['GET without the preflight header', [400], () => get('query=%7Bme%7D')],
    ['GET with a form’s content type', [400], () => get('query=%7Bme%7D').set('content-type', 'text/plain')],
    [
      'GET with two queries',
      [400],
      () => get('query=%7Bme%7D&query=%7Bme%7D').set('apollo-require-preflight', '1'),
    ],
    [
      'GET with bad variables',
      [400],
      () => get('query=%7Bme%7D&variables=%7B').set('apollo-require-preflight', '1'),
    ],
    ['PUT', [405], () => request(app.server).put('/graphql').set('authorization', `Bearer ${TOKEN}`)],
    [
      'a persisted query',
      [400],
      () => post().send({ query: '{ me }', extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }),
    ],
    ['a malformed URL', [400], () => request(app.server).get('/%c0%af')],
    ['another path', [404], () => request(app.server).get('/nowhere')],
    ['another method on the explorer', [404], () => request(app.server).post('/')],
  ])('%s', async (_title, statuses, call) => {
    const response = await call();
    expect(statuses).toContain(response.status);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(bodyOf(response).errors?.[0]?.message).toBeTruthy();
    expect(codeOf(response)).toMatch(/^[A-Z_]+$/);
    expect(response.text).not.toMatch(/\n\s+at |node_modules|stack/);
  });

  it('refuses a mutation over GET and names the method that works', async () => {
    const before = writes;
    const response = await get(`query=${encodeURIComponent('mutation { write }')}`).set(
      'apollo-require-preflight',
      '1',
    );
    expect(response.status).toBe(405);
    expect(response.headers.allow).toBe('POST');
    expect(writes).toBe(before);
  });

  it.each([
    ['a line that is not HTTP', 'nonsense\r\n\r\n', 400],
    ['40 kB of headers', `GET / HTTP/1.1\r\nhost: x\r\nx-pad: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
    ['a host that is no host', 'GET /graphql?query=x HTTP/1.1\r\nhost: [\r\nconnection: close\r\n\r\n', 401],
  ])('answers %s as JSON on the bare socket', async (_title, text, status) => {
    await app.listen({ port: 0, host: '127.0.0.1' }).catch(() => undefined);
    const { port } = app.server.address() as AddressInfo;
    const answer = await new Promise<string>((resolve) => {
      let received = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(text));
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('close', () => {
        resolve(received);
      });
      socket.on('error', () => undefined);
    });
    expect(answer).toContain(`HTTP/1.1 ${String(status)} `);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')).trim())).toHaveProperty('errors');
  });
});

describe('Queries that are too much are refused before anything runs', () => {
  it.each([
    ['60 levels', `{ account { ${times(60, () => 'parent {')} id ${times(60, () => '}')} } }`],
    ['101 aliases', `{ ${times(101, (i) => `a${String(i)}: me`)} }`],
    ['5,000 fields', `{ ${times(5000, () => 'me')} }`],
    ['500 directives', `{ me ${times(500, () => '@skip(if: false)')} }`],
    ['circular introspection', '{ __schema { types { fields { type { fields { type { name } } } } } } }'],
    [
      'circular introspection of one type',
      '{ __type(name: "Query") { fields { type { fields { type { name } } } } } }',
    ],
    ['the same mutation 50 times', `mutation { ${times(50, (i) => `a${String(i)}: write`)} }`],
    [
      'the same mutation 11 times through a fragment',
      `mutation { ${times(10, (i) => `a${String(i)}: write`)} ...F } fragment F on Mutation { z: write }`,
    ],
    [
      'more than 5,000 points',
      '{ accounts(first: 100) { nodes { moves(first: 100) { nodes { account { id } } } } } }',
    ],
    ['a literal of 1,000 lists', `{ paint(input: ${'['.repeat(1000)}${']'.repeat(1000)}) }`],
  ])('%s', async (_title, query) => {
    const before = writes;
    const response = await ask(query);
    expect(response.status).toBe(400);
    expect(codeOf(response)).toBe('QUERY_TOO_COMPLEX');
    expect(bodyOf(response).data).toBeUndefined();
    expect(writes).toBe(before);
  });

  it('measures each request with its own variables, although the document is the same', async () => {
    const query = 'query ($n: Int) { accounts(first: $n) { nodes { moves(first: $n) { nodes { id } } } } }';
    const costs = [];
    for (const n of [2, 5, 2]) costs.push(bodyOf(await ask(query, { n })).extensions?.cost.requested);
    expect(costs).toEqual([1 + 2 * (1 + 1 + 2), 1 + 5 * (1 + 1 + 5), 1 + 2 * (1 + 1 + 2)]);
    expect(codeOf(await ask(query, { n: 100 }))).toBe('QUERY_TOO_COMPLEX');
  });

  it('tells an actor whose points are used up when to come back', async () => {
    const small = await createHttpServer(partsWith({ throttle: { capacity: 10, restoreRate: 2 } }));
    await small.ready();
    const call = () =>
      request(small.server)
        .post('/graphql')
        .set('authorization', `Bearer ${TOKEN}`)
        .send({ query: '{ accounts(first: 6) { nodes { id } } }' });
    expect((await call()).status).toBe(200);
    const response = await call();
    expect(response.status).toBe(429);
    expect(response.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    expect(codeOf(response)).toBe('THROTTLED');
    expect(bodyOf(response).extensions?.cost.throttle).toMatchObject({ capacity: 10, restoreRate: 2 });
    await small.close();
  });
});

describe('Wrong arguments are coded errors with status 400, without suggestions', () => {
  const PAGE =
    'query ($first: Int, $after: String) { accounts(first: $first, after: $after) { nodes { id } } }';
  it.each<[string, string, unknown, string]>([
    ['a misspelt field', '{ mee }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a misspelt argument',
      '{ accounts(frist: 1) { nodes { id } } }',
      undefined,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a misspelt enum value', '{ paint(input: { colour: REDD }) }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
    ['a misspelt type', 'query ($a: PaintInpt) { paint(input: $a) }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a misspelt enum value in variables',
      'query ($a: PaintInput) { paint(input: $a) }',
      { a: { colour: 'REDD' } },
      'BAD_USER_INPUT',
    ],
    [
      'a misspelt input field in variables',
      'query ($a: PaintInput) { paint(input: $a) }',
      { a: { colour: 'RED', nmes: [] } },
      'BAD_USER_INPUT',
    ],
    ['a misspelt variable key', PAGE, { frist: 1 }, 'BAD_USER_INPUT'],
    ['a missing required variable', 'query ($a: PaintInput!) { paint(input: $a) }', {}, 'BAD_USER_INPUT'],
    [
      'null for a required variable',
      'query ($a: PaintInput!) { paint(input: $a) }',
      { a: null },
      'BAD_USER_INPUT',
    ],
    ['a syntax error', '{ me ', undefined, 'GRAPHQL_PARSE_FAILED'],
    ['an empty document', '# nothing', undefined, 'GRAPHQL_PARSE_FAILED'],
    [
      'two operations and no name',
      'query A { me } query B { me }',
      undefined,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['first -1', PAGE, { first: -1 }, 'BAD_USER_INPUT'],
    ['first 0', PAGE, { first: 0 }, 'BAD_USER_INPUT'],
    ['first 101', PAGE, { first: 101 }, 'BAD_USER_INPUT'],
    ['first 1e9', PAGE, { first: 1e9 }, 'BAD_USER_INPUT'],
    ['first 2^31', PAGE, { first: 2 ** 31 }, 'BAD_USER_INPUT'],
    ['first 1.5', PAGE, { first: 1.5 }, 'BAD_USER_INPUT'],
    ['first as text', PAGE, { first: '5' }, 'BAD_USER_INPUT'],
    ['first -1 in the document', '{ accounts(first: -1) { nodes { id } } }', undefined, 'BAD_USER_INPUT'],
    [
      'first 2^31 in the document',
      '{ accounts(first: 2147483648) { nodes { id } } }',
      undefined,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'first and last at once',
      '{ accounts(first: 1, last: 1) { nodes { id } } }',
      undefined,
      'BAD_USER_INPUT',
    ],
    ['a forged cursor', PAGE, { after: "1' OR 1=1 --" }, 'BAD_CURSOR'],
    ['a cursor of another encoding', PAGE, { after: toGlobalId('Account', '1') }, 'BAD_CURSOR'],
    [
      'a forged cursor deep inside',
      '{ account { moves(after: "x") { nodes { id } } } }',
      undefined,
      'BAD_CURSOR',
    ],
  ])('%s', async (_title, query, variables, code) => {
    const response = await ask(query, variables);
    expect([response.status, codeOf(response)]).toEqual([400, code]);
    expect(bodyOf(response).data ?? null).toBeNull();
    expect(response.text).not.toContain('Did you mean');
  });

  it('refuses a bad cursor also when the same document has passed with a good one', async () => {
    const good = await ask(PAGE, { after: encodeCursor(['1'], 'by id') });
    expect(good.status).toBe(200);
    expect(codeOf(await ask(PAGE, { after: 'bad cursor' }))).toBe('BAD_CURSOR');
  });

  it('refuses variables of 20,000 levels', async () => {
    const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const query = 'query ($a: PaintInput) { paint(input: $a) }';
    const response = await post()
      .type('application/json')
      .send(`{"query":"${query}","variables":{"a":{"colour":"RED","names":${nested}}}}`);
    expect([response.status, codeOf(response)]).toEqual([400, 'BAD_USER_INPUT']);
  });

  it('names the place of a wrong value and not what stands around it', async () => {
    const names = ['fine', 'top secret', 5];
    const response = await ask('query ($a: PaintInput) { paint(input: $a) }', {
      a: { colour: 'RED', names },
    });
    expect(bodyOf(response).errors?.[0]?.message).toContain('variable "$a" at "names[2]"');
    expect(response.text).not.toContain('top secret');
  });
});

describe('Failures of ours are masked', () => {
  it('keeps the data of the other fields, masks the message and logs the cause with the request id', async () => {
    logs = '';
    const response = await ask('{ me fails account { secret name } }').set('x-request-id', 'request-77');
    expect(response.status).toBe(200);
    expect(bodyOf(response).data).toEqual({
      me: 'dashboard',
      fails: null,
      account: { secret: null, name: 'Acme' },
    });
    expect(bodyOf(response).errors?.map(({ message, extensions }) => ({ message, extensions }))).toEqual(
      [1, 2].map(() => ({
        message: 'Something went wrong on our side; quote request id request-77',
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      })),
    );
    expect(response.text).not.toMatch(/SELECT|relation|secret\.ts|stack/);
    expect(logs).toContain('SELECT password');
    expect(logs).toContain('"reqId":"request-77"');
  });

  it('is a 500 when nothing of the answer is left', async () => {
    const response = await ask('{ failsHard }');
    expect(response).toMatchObject({
      status: 500,
      body: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    });
    expect(bodyOf(response).data).toBeNull();
  });

  it('is a 403 when all of the answer is forbidden, and partial data when a part of it is', async () => {
    const all = await ask('{ forbiddenHard }');
    expect([all.status, codeOf(all)]).toEqual([403, 'FORBIDDEN']);
    const part = await ask('{ me forbidden }');
    expect([part.status, codeOf(part)]).toEqual([200, 'FORBIDDEN']);
    expect(bodyOf(part).data).toEqual({ me: 'dashboard', forbidden: null });
    expect(bodyOf(part).errors?.[0]?.message).toBe('this needs the role MANAGER or above');
  });

  it('answers the same for a document that has become hot', async () => {
    const cold = await ask('{ me fails forbidden }').set('x-request-id', 'same');
    for (let index = 0; index < 10; index += 1) {
      const response = await ask('{ me fails forbidden }').set('x-request-id', 'same');
      expect([response.status, bodyOf(response).data, bodyOf(response).errors]).toEqual([
        200,
        bodyOf(cold).data,
        bodyOf(cold).errors,
      ]);
    }
  });

  it('names an operation that the document lacks as the caller’s mistake', async () => {
    const response = await post().send({ query: 'query A { me }', operationName: 'B' });
    expect([response.status, codeOf(response)]).toEqual([400, 'OPERATION_RESOLUTION_FAILURE']);
  });

  it('writes no token into the log', async () => {
    logs = '';
    await ask('{ me }');
    expect(logs).toContain('"path":"/graphql"');
    expect(logs).not.toContain(TOKEN);
  });
});

describe('The explorer', () => {
  const load = () => request(app.server).get('/');

  it('is one page that may talk to its own server only, and holds the examples', async () => {
    const response = await load();
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.headers['content-encoding']).toBe('gzip');
    expect(response.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'sha256-/);
    expect(response.headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe|https?:/);
    expect(response.text).toContain('# Who am I\\n{ me }');
    expect(response.text).not.toMatch(/<(script|link|img)[^>]+(src|href)="(https?:)?\/\//);
    expect(response.text.split('</script>')).toHaveLength(3);
  });

  it('is the same page without gzip', async () => {
    const plain = await load().set('accept-encoding', 'identity');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.text).toBe((await load()).text);
  });

  it('is not sent again to a browser that has it', async () => {
    const { etag } = (await load()).headers;
    const response = await load().set('if-none-match', etag ?? '');
    expect([response.status, response.text]).toEqual([304, '']);
  });
});

describe('Health', () => {
  it('is ready when its checks are', async () => {
    const response = await request(app.server).get('/readyz');
    expect([response.status, response.body]).toEqual([200, { status: 'ready', checks: { database: 'ok' } }]);
  });

  it('says which check fails with status 503, and is alive all the same', async () => {
    ready = { ready: false, checks: { database: 'unreachable' } };
    const response = await request(app.server).get('/readyz');
    expect([response.status, response.body]).toEqual([
      503,
      { status: 'not ready', checks: { database: 'unreachable' } },
    ]);
    expect((await request(app.server).get('/healthz')).status).toBe(200);
    ready = { ready: true, checks: { database: 'ok' } };
  });

  it('is not ready when the check itself fails, without saying why', async () => {
    const broken = await createHttpServer(
      partsWith({ ready: () => Promise.reject(new Error('password=hunter2')) }),
    );
    await broken.ready();
    const response = await request(broken.server).get('/readyz');
    expect(response.status).toBe(503);
    expect(response.text).not.toContain('hunter2');
    await broken.close();
  });
});

describe('Metrics', () => {
  const scrape = () => request(app.server).get('/metrics').set('authorization', `Bearer ${TOKEN}`);
  const valueOf = (text: string, series: string) =>
    text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.split(' ')[1];

  it('are for nobody without a token', async () => {
    const response = await request(app.server).get('/metrics');
    expect([response.status, codeOf(response)]).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('count requests, operations and their cost', async () => {
    const series = 'tierbook_graphql_operations_total{kind="query",code="none"}';
    const before = Number(valueOf((await scrape()).text, series) ?? 0);
    await ask('{ me }');
    await ask('{ fails }');
    const { headers, text } = await scrape();
    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(valueOf(text, series)).toBe(String(before + 1));
    expect(
      Number(valueOf(text, 'tierbook_graphql_operations_total{kind="query",code="INTERNAL_SERVER_ERROR"}')),
    ).toBeGreaterThan(0);
    expect(
      Number(valueOf(text, 'tierbook_http_requests_total{route="/graphql",method="POST",status="200"}')),
    ).toBeGreaterThan(0);
    expect(
      Number(valueOf(text, 'tierbook_http_request_duration_seconds_count{route="/graphql"}')),
    ).toBeGreaterThan(0);
    expect(Number(valueOf(text, 'tierbook_graphql_cost_points_count{kind="query"}'))).toBeGreaterThan(before);
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('tell of pools, the book by tier, the queue and how far behind the work is', async () => {
    const { text } = await scrape();
    expect([
      valueOf(text, 'tierbook_database_connections{pool="read",state="busy"}'),
      valueOf(text, 'tierbook_database_connections{pool="read",state="waiting"}'),
      valueOf(text, 'tierbook_accounts{tier="core"}'),
      valueOf(text, 'tierbook_accounts{tier="none"}'),
      valueOf(text, 'tierbook_queue_jobs{state="created"}'),
      valueOf(text, 'tierbook_daily_run_lag_days'),
      valueOf(text, 'tierbook_queue_oldest_job_seconds'),
      valueOf(text, 'tierbook_webhook_deliveries{status="PENDING"}'),
      valueOf(text, 'tierbook_webhook_deliveries{status="DEAD"}'),
      valueOf(text, 'tierbook_book_deltas'),
    ]).toEqual(['2', '4', '7', '2', '3', '1', '42.5', '5', '6', '8']);
  });

  it('tell of replicas and of what runs', async () => {
    const { text } = await scrape();
    expect([
      valueOf(text, 'tierbook_replica_in_service{replica="db2:5432"}'),
      valueOf(text, 'tierbook_replica_lag_seconds{replica="db2:5432"}'),
      valueOf(text, 'tierbook_replica_failures_total{replica="db2:5432"}'),
      valueOf(text, `tierbook_build_info{version="1.2.3",node="${process.versions.node}"}`),
    ]).toEqual(['0', '12.5', '3', '1']);
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it('are still there while the database is not', async () => {
    const metrics = metricsOf(() => Promise.reject(new Error('connect ECONNREFUSED')));
    const broken = await createHttpServer(partsWith({ metrics }));
    await broken.ready();
    const response = await request(broken.server).get('/metrics').set('authorization', `Bearer ${TOKEN}`);
    expect(response.status).toBe(200);
    expect(response.text).toContain('tierbook_database_connections');
    expect(valueOf(response.text, 'tierbook_accounts{tier="core"}')).toBeUndefined();
    await broken.close();
  });
});

describe('Closing', () => {
  it('lets the running request finish and takes no new one', async () => {
    const closing = await createHttpServer(partsWith());
    await closing.listen({ port: 0, host: '127.0.0.1' });
    const { port } = closing.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${String(port)}/graphql`;
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const call = () => fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: '{ slow }' }) });
    const started = new Promise<void>((resolve) => (slowStarted = resolve));
    const running = call();
    await started;
    const closed = closing.close();
    await expect(call().then((response) => response.status)).rejects.toThrow();
    letSlowEnd?.();
    const response = await running;
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ data: { slow: 'done' } });
    await closed;
  });
});
