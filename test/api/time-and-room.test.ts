import { Client } from 'pg';
import request, { type Response } from 'supertest';
import { COMMAND_LINE } from '../../src/app/actor';
import { type Answer, startApi, type TestApi, TOKENS } from '../support/api';
import { fixedClock } from '../support/clock';
import { until } from '../support/until';

const ACCOUNTS = '{ accounts { nodes { externalId } } }';
const UPSERT = `mutation ($input: UpsertAccountsInput!) {
  upsertAccounts(input: $input) { results { outcome } userErrors { code } }
}`;
const accountNamed = (externalId: string): object => ({
  input: { accounts: [{ externalId, name: externalId }] },
});

let api: TestApi;
/** Holds what others want, beside the product. */
let rival: Client;

async function start(settings: Record<string, string>): Promise<void> {
  api = await startApi(fixedClock('2026-03-02'), { settings });
  await api.book.accounts.upsertAccounts(COMMAND_LINE, [{ externalId: 'A', values: {} }]);
  rival = new Client({ connectionString: api.database.url });
  await rival.connect();
}
afterEach(async () => {
  await rival.end();
  await api.close();
});

const lockAccounts = () => rival.query('BEGIN; LOCK TABLE account IN ACCESS EXCLUSIVE MODE');
const unlock = () => rival.query('ROLLBACK');

/** Statements of the product that wait for the rival, who in its transaction would see them as of one moment. */
async function waiting(): Promise<number> {
  const [row] = await api.database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'tierbook' AND wait_event_type = 'Lock'`,
  );
  return row?.count ?? 0;
}

const codeOf = (answer: Answer<unknown>): string | undefined => answer.errors[0]?.extensions.code;
const get = (path: string): Promise<Response> =>
  Promise.resolve(request(api.application.http.server).get(path));

async function listening(): Promise<string> {
  return `${await api.application.http.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
}

/** Sends an operation over a connection that the caller can cut. */
function sendTo(url: string, signal: AbortSignal, query: string, variables: object = {}): Promise<unknown> {
  return fetch(url, {
    method: 'POST',
    signal,
    headers: { authorization: `Bearer ${TOKENS.ADMIN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  }).catch((error: unknown) => error);
}

describe('a request whose time is over', () => {
  test('is answered as TIMEOUT, and what runs for it is cancelled in the database', async () => {
    await start({ REQUEST_TIMEOUT: '1' });
    await lockAccounts();
    const asked = api.send('VIEWER', ACCOUNTS);
    await until('it waits', async () => (await waiting()) > 0);
    const answer = await asked;
    expect([answer.status, codeOf(answer)]).toEqual([504, 'TIMEOUT']);
    await until('nothing waits any more', async () => (await waiting()) === 0);
    await unlock();
    expect((await api.send('VIEWER', ACCOUNTS)).status).toBe(200);
  });

  test('changes nothing where it wanted to change something', async () => {
    await start({ REQUEST_TIMEOUT: '1' });
    await lockAccounts();
    const answer = await api.send('ADMIN', UPSERT, accountNamed('LATE'));
    expect([answer.status, codeOf(answer)]).toEqual([504, 'TIMEOUT']);
    await until('nothing waits any more', async () => (await waiting()) === 0);
    await unlock();
    expect(await api.database.query(`SELECT FROM account WHERE external_id = 'LATE'`)).toEqual([]);
    expect((await api.send('ADMIN', UPSERT, accountNamed('LATE'))).status).toBe(200);
  });
});

describe('a caller that goes away', () => {
  test('takes the question along', async () => {
    await start({});
    const url = await listening();
    await lockAccounts();
    const leaving = new AbortController();
    const asked = sendTo(url, leaving.signal, ACCOUNTS);
    await until('it waits', async () => (await waiting()) > 0);
    leaving.abort();
    await asked;
    await until('nothing waits any more', async () => (await waiting()) === 0);
    await unlock();
  });

  test('does not stop a change that was begun', async () => {
    await start({});
    const url = await listening();
    await lockAccounts();
    const leaving = new AbortController();
    const asked = sendTo(url, leaving.signal, UPSERT, accountNamed('CARRIED'));
    await until('it waits', async () => (await waiting()) > 0);
    leaving.abort();
    await asked;
    await unlock();
    await until('the change is there', async () => {
      const rows = await api.database.query(`SELECT FROM account WHERE external_id = 'CARRIED'`);
      return rows.length === 1;
    });
  });
});

describe('where all connections are busy and others wait already', () => {
  const FEW = { READ_CONNECTIONS: '2', WRITE_CONNECTIONS: '2', CONNECTION_QUEUE: '3' };

  test('a question is refused at once, the server shows that it is alive, and all recovers', async () => {
    await start(FEW);
    const sleeping = Array.from({ length: 5 }, () =>
      api.book.reader.rows('SELECT pg_sleep(600)').catch((error: unknown) => error),
    );
    await until('both connections are busy and three wait', () => api.book.pools.read().waiting === 3);
    const answer = await api.send('VIEWER', ACCOUNTS);
    expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([503, 'OVERLOADED', '1']);
    // Tokens are looked up beside the reads, so whoever has none that is stored hears that all the same.
    const stranger = await api.sendWith('a-token-that-nobody-has', ACCOUNTS);
    expect([stranger.status, codeOf(stranger)]).toEqual([401, 'UNAUTHENTICATED']);
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);

    const wake = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%' AND state = 'active'`;
    await until('everybody is awake', async () => {
      await rival.query(wake);
      return (
        api.book.pools.read().waiting === 0 && api.book.pools.read().total === api.book.pools.read().idle
      );
    });
    await Promise.all(sleeping);
    expect((await api.send('VIEWER', ACCOUNTS)).status).toBe(200);
  });

  test('a change is refused at once, and those that waited are made', async () => {
    await start(FEW);
    await lockAccounts();
    const changes = ['1', '2', '3', '4', '5'].map((name) => api.send('ADMIN', UPSERT, accountNamed(name)));
    await until('two run and three wait', () => api.book.pools.write().waiting === 3);
    const answer = await api.send('ADMIN', UPSERT, accountNamed('6'));
    expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([503, 'OVERLOADED', '1']);
    await unlock();
    expect((await Promise.all(changes)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const names = await api.database.query<{ name: string }>(
      `SELECT external_id AS name FROM account ORDER BY external_id`,
    );
    expect(names.map(({ name }) => name)).toEqual(['1', '2', '3', '4', '5', 'A']);
  });
});
