import { type ClientRequest, get as httpGet, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { parse } from 'csv-parse/sync';
import fastify, { type FastifyInstance } from 'fastify';
import request, { type Response } from 'supertest';
import { COMMAND_LINE, type Role } from '../../src/app/actor';
import { toGlobalId } from '../../src/graphql/ids';
import { createSchema } from '../../src/graphql/schema';
import { LeakyBuckets } from '../../src/graphql/throttle';
import { SqlAnalyticReads } from '../../src/persistence/reads/analytic.reads';
import { ModelCatalog } from '../../src/persistence/reads/model-catalog';
import { SqlSegmentReads } from '../../src/persistence/reads/segment.reads';
import { ExportTables } from '../../src/server/export-tables';
import { EXPORT_COST, registerExports } from '../../src/server/exports';
import { answerError } from '../../src/server/http-errors';
import { createLogger } from '../../src/server/log';
import { startApi, type TestApi, TOKENS } from '../support/api';
import { fixedClock } from '../support/clock';
import { LivingBook } from '../support/living-book';
import { until } from '../support/until';

const clock = fixedClock('2026-03-01');
let api: TestApi;
let exports: ExportTables;
let port = 0;
let logs = '';
const sink = new PassThrough();
sink.on('data', (chunk: Buffer) => {
  logs += chunk.toString();
});

beforeAll(async () => {
  api = await startApi(clock, { logger: createLogger('info', sink) });
  const { reader } = api.book;
  const models = new ModelCatalog({ database: reader });
  const analytics = new SqlAnalyticReads(reader, models, clock);
  const segments = new SqlSegmentReads(reader, models, clock);
  exports = new ExportTables({ reader, reads: { analytics, models, segments }, clock, schema: createSchema });
  const book = new LivingBook(api.database, clock);
  await book.on('2026-01-10').seed({
    A: { name: '=HYPERLINK("http://evil")', arr: '120000', industry: 'Banks' },
    B: { name: 'Bäcker, "Söhne"', arr: '7000.50', industry: 'Food' },
    C: { name: 'Cobalt', industry: 'Food' },
  });
  await book.on('2026-02-20').account('B', { arr: '100' });
  clock.setDay('2026-03-01');
  await api.application.http.listen({ port: 0, host: '127.0.0.1' });
  port = (api.application.http.server.address() as AddressInfo).port;
});
afterAll(() => api.close());

function get(path: string, role: Role | null = 'VIEWER'): request.Test {
  const asked = request(api.application.http.server).get(path);
  return role === null ? asked : asked.set('authorization', `Bearer ${TOKENS[role]}`);
}

function codeOf({ body }: Response): unknown {
  return (body as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code;
}

function messageOf({ body }: Response): unknown {
  return (body as { errors?: { message: string }[] }).errors?.[0]?.message;
}

const path = (file: string, given: Record<string, string>): string =>
  `/exports/${file}?${new URLSearchParams(given).toString()}`;

const names = ({ text }: Response): string[] =>
  parse<{ externalId: string }>(text, { columns: true }).map(({ externalId }) => externalId);

const lines = (text: string): Record<string, unknown>[] =>
  text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));

describe('what comes', () => {
  test('as CSV: type, file name, header, UTF-8, and no cell that a spreadsheet would run', async () => {
    const response = await get('/exports/accounts.csv');
    expect(response.status).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="tierbook-accounts-2026-03-01.csv"',
      'cache-control': 'no-store',
      'transfer-encoding': 'chunked',
    });
    const rows = parse<Record<string, string>>(response.text, { columns: true });
    expect(rows.map(({ name }) => name)).toEqual([`'=HYPERLINK("http://evil")`, 'Bäcker, "Söhne"', 'Cobalt']);
    expect(rows[1]).toMatchObject({ arr: '100.00', tier: 'scale', pendingTarget: 'tech-touch' });
  });

  test('as JSONL: one object a line', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/exports/movements.jsonl`, {
      headers: { authorization: `Bearer ${TOKENS.VIEWER}` },
    });
    expect(response.headers.get('content-type')).toBe('application/jsonl; charset=utf-8');
    expect(lines(await response.text())).toMatchObject([
      { externalId: 'A', kind: 'NEW', arrFrom: null, arrTo: '120000.00' },
      { externalId: 'B', kind: 'NEW', arrTo: '7000.50' },
      { externalId: 'B', kind: 'CONTRACTION', effectiveOn: '2026-02-20' },
    ]);
  });

  test('a breakdown by its dimensions, of a day', async () => {
    const response = await get(path('breakdown.csv', { by: 'INDUSTRY,TIER', asOf: '2026-02-01' }));
    expect(parse(response.text, { columns: true })).toMatchObject([
      { industry: 'Banks', tier: 'strategic', accounts: '1', arr: '120000.00' },
      { industry: 'Food', tier: 'scale', accounts: '1', arr: '7000.50' },
      { industry: 'Food', tier: '', accounts: '1', arr: '0.00' },
    ]);
  });

  test('a table without rows is its header, or nothing', async () => {
    const where = '{"industry":{"eq":"Nobody"}}';
    expect((await get(path('history.csv', { where }))).text).toMatch(/^externalId,name,kind,[^\n]+\n$/);
    expect((await get(path('history.jsonl', { where }))).headers['content-type']).toMatch(/jsonl/);
  });
});

describe('which rows', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['accounts.csv', { where: '{"industry":{"eq":"Food"}}' }, ['B', 'C']],
    ['accounts.csv', { where: '{"or":[{"arr":{"gte":"100000"}},{"arr":{"isNull":true}}]}' }, ['A', 'C']],
    ['accounts.csv', { where: '{"not":{"tier":{"in":["scale"]}}}' }, ['A', 'C']],
    ['accounts.csv', { where: 'null' }, ['A', 'B', 'C']],
    ['movements.csv', { where: '{"industry":{"eq":"Food"}}' }, ['B', 'B']],
    ['movements.csv', { from: '2026-02-20' }, ['B']],
    ['movements.csv', { to: '2026-02-19' }, ['A', 'B']],
    ['history.csv', { where: '{"pendingDowngrade":true}', from: '2026-01-10', to: '2026-01-10' }, ['B']],
  ])('%s of %j', async (file, given, expected) => {
    const response = await get(path(file, given));
    expect(response.status).toBe(200);
    expect(names(response)).toEqual(expected);
  });

  test('those of a segment by its id, also where a filter nests it', async () => {
    const segment = await api.book.segments.create(COMMAND_LINE, {
      name: 'Food',
      description: null,
      criteria: [{ dimension: 'INDUSTRY', values: ['Food'], includeUnknown: false }],
    });
    const id = toGlobalId('Segment', segment);
    expect(names(await get(path('accounts.csv', { where: JSON.stringify({ segment: id }) })))).toEqual([
      'B',
      'C',
    ]);
    const where = JSON.stringify({ not: { segment: id } });
    expect(names(await get(path('accounts.csv', { where })))).toEqual(['A']);
    const rows = await get(path('breakdown.csv', { where, by: 'INDUSTRY' }));
    expect(parse(rows.text, { columns: true })).toMatchObject([{ industry: 'Banks' }]);
  });
});

describe('what is refused', () => {
  const deep = JSON.stringify({ not: { not: { not: { not: { arr: { gt: '1' } } } } } });

  test.each<[string, string, number, string, string]>([
    [
      'a misspelt parameter',
      '/exports/accounts.csv?wher=%7B%7D',
      400,
      'BAD_USER_INPUT',
      'the export of accounts has no parameter "wher"',
    ],
    [
      'a parameter of another export',
      '/exports/accounts.csv?from=2026-01-01',
      400,
      'BAD_USER_INPUT',
      'the export of accounts has no parameter "from"',
    ],
    [
      'a name that objects have',
      '/exports/accounts.csv?__proto__=1',
      400,
      'BAD_USER_INPUT',
      'the export of accounts has no parameter "__proto__"',
    ],
    [
      'a parameter twice',
      '/exports/history.csv?from=2026-01-01&from=2026-01-02',
      400,
      'BAD_USER_INPUT',
      'the parameter "from" is given twice',
    ],
    [
      'a filter that is no JSON',
      path('accounts.csv', { where: '{tier' }),
      400,
      'BAD_USER_INPUT',
      'where must be a filter of accounts as JSON, such as {"tier":{"eq":"core"}}',
    ],
    [
      'a filter that is a list',
      path('accounts.csv', { where: '[]' }),
      400,
      'BAD_USER_INPUT',
      'where: Expected type "AccountFilter" to be an object.',
    ],
    [
      'a misspelt field, without a suggestion',
      path('accounts.csv', { where: '{"industri":{"eq":"x"}}' }),
      400,
      'BAD_USER_INPUT',
      'where: Field "industri" is not defined by type "AccountFilter".',
    ],
    [
      'a value of another type',
      path('accounts.csv', { where: '{"arr":{"gt":"much"}}' }),
      400,
      'BAD_USER_INPUT',
      'where at "arr.gt"',
    ],
    [
      'a null to compare with',
      path('accounts.csv', { where: '{"arr":{"gt":null}}' }),
      400,
      'BAD_USER_INPUT',
      'where.arr.gt: null cannot be compared with; use isNull',
    ],
    [
      'a filter that nests 4 deep',
      path('accounts.csv', { where: deep }),
      400,
      'BAD_USER_INPUT',
      'where.not.not.not.not: and, or and not nest at most 3 deep',
    ],
    [
      'a null byte',
      path('accounts.csv', { where: '{"name":{"eq":"a\\u0000b"}}' }),
      400,
      'BAD_USER_INPUT',
      'where.name.eq: must not hold control characters',
    ],
    [
      'a segment that there is not',
      path('accounts.csv', { where: '{"segment":"nobody"}' }),
      404,
      'NOT_FOUND',
      'there is no such segment',
    ],
    [
      'a dimension that there is not',
      path('breakdown.csv', { by: 'TIRE' }),
      400,
      'BAD_USER_INPUT',
      'by at "[0]": Value "TIRE" does not exist in "Dimension" enum.',
    ],
    [
      'four dimensions',
      path('breakdown.csv', { by: 'TIER,PLAN,REGION,COUNTRY' }),
      400,
      'BAD_USER_INPUT',
      'at most 3 dimensions can be combined, not 4',
    ],
    [
      'a day that there is not',
      path('breakdown.csv', { asOf: '2026-02-30' }),
      400,
      'BAD_USER_INPUT',
      'asOf: Expected type "Date"',
    ],
    [
      'the future',
      path('breakdown.csv', { asOf: '2026-03-02' }),
      400,
      'BAD_USER_INPUT',
      'asOf (2026-03-02) lies after today (2026-03-01)',
    ],
    [
      'a period that ends before it begins',
      path('history.csv', { from: '2026-02-01', to: '2026-01-01' }),
      400,
      'BAD_USER_INPUT',
      'from (2026-02-01) lies after to (2026-01-01)',
    ],
    ['another table', '/exports/tokens.csv', 404, 'NOT_FOUND', 'there is no such export'],
    ['another format', '/exports/accounts.xlsx', 404, 'NOT_FOUND', 'there is no such export'],
  ])('%s', async (_, url, status, code, message) => {
    const response = await get(url);
    expect([response.status, codeOf(response)]).toEqual([status, code]);
    expect(messageOf(response)).toContain(message);
    expect(response.text).not.toContain('Did you mean');
    expect(response.headers['content-disposition']).toBeUndefined();
  });

  test('no token, and one that is not known', async () => {
    const without = await get('/exports/accounts.csv', null);
    expect([without.status, codeOf(without)]).toEqual([401, 'UNAUTHENTICATED']);
    expect(without.headers['www-authenticate']).toMatch(/^Bearer/);
    const wrong = await get('/exports/accounts.csv', null).set(
      'authorization',
      'Bearer nobody-has-this-token',
    );
    expect([wrong.status, codeOf(wrong)]).toEqual([401, 'UNAUTHENTICATED']);
  });

  test.each(['post', 'put', 'patch', 'delete', 'head', 'options'] as const)('%s', async (method) => {
    const response = await request(api.application.http.server)
      [method]('/exports/accounts.csv')
      .set('authorization', `Bearer ${TOKENS.ADMIN}`);
    expect(response.status).toBe(405);
    expect(response.headers.allow).toBe('GET');
  });

  test('more groups than an answer of the API has: a part would be taken for the whole', async () => {
    await api.database.query(
      `INSERT INTO account (external_id, industry) SELECT 'many-' || n, 'industry-' || n FROM generate_series(1, 1000) n`,
    );
    try {
      const response = await get(path('breakdown.csv', { by: 'INDUSTRY' }));
      expect([response.status, messageOf(response)]).toEqual([
        400,
        'there are more than 1000 groups; use fewer dimensions, or a filter',
      ]);
    } finally {
      await api.database.query(`DELETE FROM account WHERE external_id LIKE 'many-%'`);
    }
  });

  test('an actor whose points are used up, until they have come back', async () => {
    let now = 0;
    const throttle = new LeakyBuckets(
      { capacity: EXPORT_COST * 2, restoreRate: EXPORT_COST / 10 },
      () => now,
    );
    const app = await small({ throttle });
    const statuses = async (): Promise<[number, unknown, string | undefined]> => {
      const response = await request(app.server).get('/exports/accounts.csv');
      return [response.status, codeOf(response), response.headers['retry-after']];
    };
    expect(await statuses()).toEqual([200, undefined, undefined]);
    expect(await statuses()).toEqual([200, undefined, undefined]);
    expect(await statuses()).toEqual([429, 'THROTTLED', '10']);
    now = 10_000;
    expect(await statuses()).toEqual([200, undefined, undefined]);
    await app.close();
  });
});

/** The exports of the same book behind a server of their own, for an actor who needs no token. */
async function small(parts: Partial<Parameters<typeof registerExports>[1]> = {}): Promise<FastifyInstance> {
  const app = fastify();
  app.setErrorHandler(answerError);
  registerExports(app, {
    exports,
    actorOf: () => Promise.resolve(COMMAND_LINE),
    throttle: new LeakyBuckets(),
    ...parts,
  });
  await app.ready();
  return app;
}

describe('a long export', () => {
  const ACCOUNTS = 40_000;
  let asked: ClientRequest | null = null;

  beforeAll(async () => {
    await api.database.query(
      `INSERT INTO account (external_id, name, industry, designation_reason, designation_author, designated_on,
         designation_review_on, strategic_designation)
       SELECT 'big-' || n, 'Company ' || n, 'Big', repeat('why ', 100), 'A', '2026-01-01', '2026-12-01', true
       FROM generate_series(1, $1::int) n`,
      [ACCOUNTS],
    );
  });
  afterEach(() => {
    asked?.destroy();
    asked = null;
  });

  /** Asks and reads nothing of the answer yet. */
  function begin(at = port, file = 'accounts.csv'): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${TOKENS.VIEWER}` };
      asked = httpGet(
        { port: at, host: '127.0.0.1', path: `/exports/${file}`, headers, agent: false },
        resolve,
      );
      asked.on('error', reject);
    });
  }

  const exporting = async (): Promise<{ pid: number; event: string | null }[]> =>
    api.database.query(
      `SELECT pid, wait_event AS event FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE 'SELECT a.external_id AS "externalId"%' AND state = 'active'`,
    );
  const waitsForItsReader = (): Promise<void> =>
    until('the export waits for its reader', async () => (await exporting())[0]?.event === 'ClientRead');
  const hasEnded = (): Promise<void> =>
    until('the export has ended', async () => (await exporting()).length === 0);

  test('comes whole', async () => {
    const response = await begin();
    let newlines = 0;
    for await (const chunk of response) newlines += (chunk as Buffer).filter((byte) => byte === 10).length;
    expect(newlines).toBe(1 + 3 + ACCOUNTS);
    expect(response.complete).toBe(true);
    await hasEnded();
  });

  test('is made no faster than it is read, and a reader that goes away ends it', async () => {
    const response = await begin();
    await waitsForItsReader();
    response.destroy();
    await hasEnded();
    await until('the connection is back', () => api.book.pools.read().waiting === 0);
    expect((await get(path('accounts.csv', { where: '{"externalId":{"eq":"A"}}' }))).status).toBe(200);
  });

  test('that fails on its way breaks off, so that its reader can tell', async () => {
    const response = await begin();
    await waitsForItsReader();
    const [running] = await exporting();
    await api.database.query('SELECT pg_terminate_backend($1)', [running?.pid]);
    await expect(
      (async () => {
        for await (const chunk of response) expect(chunk).toBeInstanceOf(Buffer);
      })(),
    ).rejects.toThrow('aborted');
    expect(response.complete).toBe(false);
  });

  test('is ended where its reader takes nothing for too long', async () => {
    const app = await small({ exportLimits: { atOnce: 1, patience: 200 } });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const response = await begin((app.server.address() as AddressInfo).port);
    await waitsForItsReader();
    await hasEnded();
    await expect(
      (async () => {
        for await (const chunk of response) expect(chunk).toBeInstanceOf(Buffer);
      })(),
    ).rejects.toThrow('aborted');
    await app.close();
  });

  test('whose reader goes away before the first row is cancelled in the database', async () => {
    const locker = api.database.dataSource.createQueryRunner();
    await locker.connect();
    await locker.startTransaction();
    await locker.query('LOCK TABLE arr_movement IN ACCESS EXCLUSIVE MODE');
    try {
      const began = begin(port, 'movements.csv').catch((error: unknown) => error);
      await until('the export waits', async () => (await exporting()).length === 1);
      asked?.destroy();
      expect(await began).toMatchObject({ code: 'ECONNRESET' });
      await hasEnded();
      expect(logs).not.toContain('a request failed');
    } finally {
      await locker.rollbackTransaction();
      await locker.release();
    }
  });

  test('shares the process with two others; the next is told to come back', async () => {
    const locker = api.database.dataSource.createQueryRunner();
    await locker.connect();
    await locker.startTransaction();
    await locker.query('LOCK TABLE arr_movement IN ACCESS EXCLUSIVE MODE');
    let three: Promise<Response[]>;
    try {
      three = Promise.all(
        ['a', 'b', 'c'].map(() => get('/exports/movements.csv').then((response) => response)),
      );
      await until('three exports wait', async () => (await exporting()).length === 3);
      const fourth = await get('/exports/accounts.csv');
      expect([fourth.status, codeOf(fourth), fourth.headers['retry-after']]).toEqual([
        503,
        'UNAVAILABLE',
        '5',
      ]);
      // Everybody else goes on.
      expect((await api.send('VIEWER', '{ viewer { role } }')).status).toBe(200);
    } finally {
      await locker.rollbackTransaction();
      await locker.release();
    }
    expect((await three).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await get(path('accounts.csv', { where: '{"externalId":{"eq":"A"}}' }))).status).toBe(200);
  });
});
