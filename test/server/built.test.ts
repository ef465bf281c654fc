import { BuiltServer } from '../soak/built-server';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/until';

const TOKEN = 'the-token-of-whoever-tries-what-is-built';
const ACCOUNTS = 20;

/** Other tests run the sources; this one runs what `npm run build` makes of them, as `npm ci` does. */
describe('what is built', () => {
  let database: TestDatabase;
  let server: BuiltServer | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    await BuiltServer.seed(database.url, ACCOUNTS);
    server = await BuiltServer.start(database.url, TOKEN);
  });
  afterAll(async () => {
    await server?.stop();
    await database.drop();
  });

  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${server?.url ?? ''}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    });

  test('answers queries', async () => {
    const query = '{ accounts(first: 50) { totalCount nodes { externalId tier { key } } } }';
    const response = await ask('/graphql', { method: 'POST', body: JSON.stringify({ query }) });
    const { data } = (await response.json()) as { data: { accounts: { totalCount: number } } };
    expect(data.accounts.totalCount).toBe(ACCOUNTS);
  });

  test('keeps the figures of a past day once they were asked for', async () => {
    const query = '{ breakdown(by: [TIER], asOf: "2026-01-31") { totals { accounts } } }';
    expect((await ask('/graphql', { method: 'POST', body: JSON.stringify({ query }) })).status).toBe(200);
    const isKept = async (): Promise<boolean> =>
      (await database.query(`SELECT FROM past_book WHERE day = '2026-01-31'`)).length === 1;
    await until('they are kept', isKept);
  });

  test('serves the explorer and metrics', async () => {
    expect(await (await ask('/')).text()).toContain('<html');
    expect(await (await ask('/metrics')).text()).toMatch(/^tierbook_/m);
  });

  test.each(
    ['accounts', 'breakdown', 'movements', 'history'].flatMap((what) =>
      ['csv', 'jsonl'].map((format) => `${what}.${format}`),
    ),
  )('exports %s', async (file) => {
    const response = await ask(`/exports/${file}${file.startsWith('breakdown') ? '?by=TIER' : ''}`);
    expect(response.status).toBe(200);
    const lines = (await response.text()).trim().split('\n');
    expect(lines.length).toBeGreaterThan(1);
  });
});
