import { loadDemoBook } from '../../src/demo/load-demo-book';
import { startApi, type TestApi, TOKENS } from '../support/api';
import { fixedClock } from '../support/clock';
import { forgottenTransactions } from './forgotten-transactions';
import { soak } from './soak-run';
import { brokenRules } from './verdict';

jest.setTimeout(120_000);

/** The short form of `npm run soak`: whether everything is answered and delivered, not how fast. */
describe('mixed load with followers', () => {
  const clock = fixedClock('2026-03-02');
  let api: TestApi;
  let url: string;

  beforeAll(async () => {
    const settings = { THROTTLE_CAPACITY: '1000000000', THROTTLE_RESTORE_RATE: '100000000' };
    api = await startApi(clock, { settings });
    const { unitOfWork } = api.book;
    await loadDemoBook({ unitOfWork, baseCurrency: 'USD', accounts: 100, today: clock.today() });
    url = await api.application.http.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await api.close();
  });

  test('is answered without an error, and every follower gets every event once', async () => {
    const server = {
      url,
      token: TOKENS.ADMIN,
      today: clock.today(),
      forgotten: () => forgottenTransactions((sql) => api.database.query(sql)),
    };
    const record = await soak(server, { seconds: 15, rate: 24, connections: 16, followers: 20 });
    expect(brokenRules(record)).toEqual([]);
    expect(record.outcomes).toEqual({ ok: 360 });
    expect(record.deliveries.events).toBeGreaterThan(20);
  });
});
