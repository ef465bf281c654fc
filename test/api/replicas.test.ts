import { Kind, OperationTypeNode, parse } from 'graphql';
import request, { type Response } from 'supertest';
import { type Role, ROLES } from '../../src/app/actor';
import { loadDemoBook } from '../../src/demo/load-demo-book';
import { type Book, openBook } from '../../src/server/book';
import { type Application, compose } from '../../src/server/compose';
import { readConfig } from '../../src/server/config';
import { createLogger } from '../../src/server/log';
import { readOperations } from '../../src/server/operations';
import { TOKENS } from '../support/api';
import { fixedClock } from '../support/clock';
import { StreamingPair, type TestPostgres } from '../support/streaming-pair';
import { until } from '../support/until';

// A server comes and goes here; what is waited for decides, not how long it takes.
jest.setTimeout(300_000);

const NAME_OF_A = '{ account(externalId: "A") { name } }';
const renameA = (name: string): string =>
  `mutation { upsertAccounts(input: { accounts: [{ externalId: "A", name: "${name}" }] }) { results { outcome } } }`;

let pair: StreamingPair;
let replica: TestPostgres;
let book: Book;
/** Two servers on one database, as behind a load balancer. */
let servers: Application[];

beforeAll(async () => {
  pair = await StreamingPair.start(1);
  [replica] = pair.replicas as [TestPostgres];
  const config = readConfig({ DATABASE_URL: pair.url, DATABASE_REPLICA_URLS: pair.replicaUrls.join(',') });
  const clock = fixedClock('2026-03-02');
  book = await openBook(config, 'server', () => undefined, clock);
  await loadDemoBook({
    unitOfWork: book.unitOfWork,
    baseCurrency: 'USD',
    accounts: 60,
    today: clock.today(),
  });
  const tokens = ROLES.map((role) => ({
    text: TOKENS[role],
    actor: { kind: 'TOKEN' as const, id: `token:${role}`, name: role, role, csmId: null },
  }));
  servers = [];
  for (let count = 0; count < 2; count += 1) {
    const server = await compose(book, tokens, createLogger('silent'), { replicas: config });
    await server.http.ready();
    servers.push(server);
  }
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await book.close();
  await pair.stop();
});

const serverOf = (index: number): Application['http']['server'] => {
  const server = servers[index];
  if (server === undefined) throw new Error('there is no such server');
  return server.http.server;
};
const send = async (
  server: number,
  role: Role,
  query: string,
  headers: Record<string, string> = {},
  variables: object = {},
): Promise<Response> =>
  request(serverOf(server))
    .post('/graphql')
    .set({ authorization: `Bearer ${TOKENS[role]}`, ...headers })
    .send({ query, variables });
const nameOfA = async (server: number, role: Role, headers?: Record<string, string>): Promise<unknown> => {
  const answer = await send(server, role, NAME_OF_A, headers);
  return (answer.body as { data: { account: { name: string } | null } }).data.account?.name ?? null;
};
const figure = async (server: number, series: string): Promise<number> => {
  const { text } = await request(serverOf(server))
    .get('/metrics')
    .set('authorization', `Bearer ${TOKENS.ADMIN}`);
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.split(' ')[1]);
};
const name = (): string => `127.0.0.1:${replica.port}`;
const inService = (): Promise<void> =>
  until('the replica serves both', async () => {
    const figures = [0, 1].map((server) =>
      figure(server, `tierbook_replica_in_service{replica="${name()}"}`),
    );
    return (await Promise.all(figures)).join() === '1,1';
  });
const scans = async (): Promise<number> => {
  const [row] = await replica.query<{ scans: number }>(
    'tierbook',
    `SELECT coalesce(sum(idx_scan + seq_scan), 0)::int AS scans FROM pg_stat_user_tables WHERE relname = 'account'`,
  );
  return row?.scans ?? 0;
};

test('whoever changes something sees it in every server, others see it once the replica has it', async () => {
  await send(0, 'ADMIN', renameA('Before'));
  await pair.caughtUp(replica);
  await inService();
  await until('both servers read it from the replica', async () => (await nameOfA(1, 'VIEWER')) === 'Before');

  await replica.query('tierbook', 'SELECT pg_wal_replay_pause()');
  const changed = await send(0, 'ADMIN', renameA('After'));
  const session = changed.headers['x-tierbook-session'] ?? '';
  expect(session).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
  expect(await nameOfA(0, 'ADMIN')).toBe('After');
  await until('the other server has heard of it', async () => (await nameOfA(1, 'ADMIN')) === 'After');
  // What the client sends back counts for whoever it is.
  expect(await nameOfA(1, 'MANAGER', { 'x-tierbook-session': session })).toBe('After');
  // The proof that others are served by the replica: it does not know yet.
  expect([await nameOfA(0, 'VIEWER'), await nameOfA(1, 'VIEWER')]).toEqual(['Before', 'Before']);
  // A document with a mutation reads from the primary throughout, also if it is the query of it that runs.
  const query = `query Read ${NAME_OF_A} ${renameA('Never').replace('mutation', 'mutation Write')}`;
  const both = await request(serverOf(1))
    .post('/graphql')
    .set({ authorization: `Bearer ${TOKENS.VIEWER}` })
    .send({ query, operationName: 'Read' });
  expect(both.body).toMatchObject({ data: { account: { name: 'After' } } });

  await replica.query('tierbook', 'SELECT pg_wal_replay_resume()');
  await until('everybody sees it', async () => (await nameOfA(1, 'VIEWER')) === 'After');
});

test.each(['yesterday', '0/0, 0/0', ''])('the session %p is refused', async (session) => {
  const answer = await send(0, 'VIEWER', NAME_OF_A, { 'x-tierbook-session': session });
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
});

test('every documented query says the same from the replica as from the primary', async () => {
  await pair.caughtUp(replica);
  await inService();
  const failures = `tierbook_replica_failures_total{replica="${name()}"}`;
  const before = await figure(0, failures);
  const scansBefore = await scans();
  const queries = readOperations().filter(({ query }) =>
    parse(query).definitions.every(
      (node) => node.kind !== Kind.OPERATION_DEFINITION || node.operation === OperationTypeNode.QUERY,
    ),
  );
  expect(queries.length).toBeGreaterThan(20);
  for (const { query, variables = '{}' } of queries) {
    const [there, here] = await Promise.all(
      // A position that no replica will ever reach.
      [{}, { 'x-tierbook-session': 'FFFFFFFF/FFFFFFFF' }].map((headers) =>
        send(0, 'ADMIN', query, headers, JSON.parse(variables) as object),
      ),
    );
    const dataOf = (answer: Response | undefined): unknown => (answer?.body as { data: unknown }).data;
    expect(there?.status).toBe(200);
    expect(dataOf(there)).toEqual(dataOf(here));
  }
  expect(await figure(0, failures)).toBe(before);
  // Statistics of a session are told within a second.
  await until('the replica has counted what it read', async () => (await scans()) > scansBefore);
});

test('a replica that dies fails no request, is shown, and does not make the server unready', async () => {
  await inService();
  await replica.crash();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => nameOfA(index % 2, 'VIEWER')));
  expect(new Set(answers)).toEqual(new Set(['After']));
  await until('both servers have noticed', async () => {
    const figures = [0, 1].map((server) =>
      figure(server, `tierbook_replica_in_service{replica="${name()}"}`),
    );
    return (await Promise.all(figures)).join() === '0,0';
  });
  const told = await request(serverOf(0)).get('/readyz');
  expect([told.status, told.body]).toEqual([
    200,
    { status: 'ready', checks: { database: 'ok', migrations: 'ok', replicas: '0 of 1 in service' } },
  ]);
  await replica.start();
  await inService();
  const again = await request(serverOf(0)).get('/readyz');
  expect(again.body).toMatchObject({ checks: { replicas: '1 of 1 in service' } });
});
