import { loadDemoBook } from '../../src/demo/load-demo-book';
import { createSchema } from '../../src/graphql/schema';
import { startApi, type TestApi, TOKENS } from '../support/api';
import { fixedClock } from '../support/clock';
import { fuzz, type FuzzTarget } from './fuzz-run';
import { brokenInvariants } from './invariants';

// Each document is new to the server, so all of them are validated.
jest.setTimeout(300_000);

const SEED = 20_260_302;

describe('random operations, nearly right', () => {
  const clock = fixedClock('2026-03-02');
  let api: TestApi;
  let target: FuzzTarget;

  beforeAll(async () => {
    const settings = { THROTTLE_CAPACITY: '1000000000', THROTTLE_RESTORE_RATE: '100000000' };
    api = await startApi(clock, { settings });
    const { unitOfWork } = api.book;
    await loadDemoBook({ unitOfWork, baseCurrency: 'USD', accounts: 60, today: clock.today() });
    const address = await api.application.http.listen({ host: '127.0.0.1', port: 0 });
    target = { url: `${address}/graphql`, token: TOKENS.ADMIN };
  });
  afterAll(async () => {
    await api.close();
  });

  test('are answered or refused in JSON that tells nothing of the inside, and leave a sound book', async () => {
    const outcome = await fuzz(createSchema(), target, { operations: 1_000, seed: SEED });
    expect(outcome.faults).toEqual([]);
    // Most of them have to reach a resolver, or nothing is tried.
    expect(outcome.statuses[200]).toBeGreaterThan(300);
    expect(await brokenInvariants(target, (sql) => api.database.query(sql))).toEqual([]);
  });
});
