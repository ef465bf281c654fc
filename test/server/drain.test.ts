import { Agent, request as send } from 'node:http';
import { type AddressInfo } from 'node:net';
import request from 'supertest';
import { startApi, type TestApi, TOKENS } from '../support/api';
import { fixedClock } from '../support/clock';
import { until } from '../support/until';

const READ = '{ viewer { name } }';
const WRITE = `mutation { upsertAccounts(input: { accounts: [{ externalId: "A", name: "Changed" }] }) {
  results { outcome } } }`;

describe('a server that stops', () => {
  let api: TestApi;
  let port: number;

  beforeAll(async () => {
    api = await startApi(fixedClock('2026-03-02'));
    await api.application.http.listen({ host: '127.0.0.1', port: 0 });
    ({ port } = api.application.http.server.address() as AddressInfo);
    await api.database.query(`INSERT INTO account (external_id) VALUES ('A')`);
  });
  afterAll(async () => {
    await api.book.close();
    await api.database.drop();
  });

  const post = (query: string, agent?: Agent): Promise<{ status: number; connection: string | undefined }> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${TOKENS.ADMIN}`, 'content-type': 'application/json' };
      const asking = send(
        { port, host: '127.0.0.1', path: '/graphql', method: 'POST', headers, agent },
        (answer) => {
          answer.resume().on('end', () => {
            resolve({ status: answer.statusCode ?? 0, connection: answer.headers.connection });
          });
        },
      );
      asking.on('error', reject).end(JSON.stringify({ query }));
    });

  test('says so first, then lets what runs finish and takes nothing new', async () => {
    const url = `http://127.0.0.1:${port}`;
    expect((await request(url).get('/readyz')).status).toBe(200);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await post(READ, agent)).toEqual({ status: 200, connection: 'keep-alive' });

    // A change that waits for somebody else's.
    const held = api.database.dataSource.createQueryRunner();
    await held.startTransaction();
    await held.query(`SELECT FROM account FOR UPDATE`);
    const running = post(WRITE);
    await until('the change waits', async () => {
      const rows = await api.database.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    });

    api.application.drain();
    const told = await request(url).get('/readyz');
    expect([told.status, told.body]).toEqual([
      503,
      { status: 'not ready', checks: { database: 'ok', migrations: 'ok', server: 'stopping' } },
    ]);
    expect((await request(url).get('/healthz')).status).toBe(200);
    // Requests are still answered, and their clients go to another server with the next one.
    expect(await post(READ, agent)).toEqual({ status: 200, connection: 'close' });

    const closed = api.application.close();
    await until('nobody is let in any more', () =>
      post(READ).then(
        () => false,
        () => true,
      ),
    );
    await held.commitTransaction();
    await held.release();
    expect(await running).toMatchObject({ status: 200 });
    await closed;
    agent.destroy();
  });
});
