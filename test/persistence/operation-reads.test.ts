import { operationFigures } from '../../src/persistence/reads/operation.reads';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';

describe('what whoever operates a book watches', () => {
  let database: TestDatabase;
  let reader: DatabaseReader;

  beforeAll(async () => {
    database = await createTestDatabase();
    reader = new DatabaseReader({ url: database.url, max: 1, applicationName: 'test' });
  });
  afterAll(async () => {
    await reader.close();
    await database.drop();
  });

  test('is nothing of a book that is empty, without a queue', async () => {
    expect(await operationFigures(reader, '2026-03-02')).toEqual({
      accounts: [],
      daysBehind: null,
      deltas: 0,
      jobs: [],
      oldestJobSeconds: 0,
      webhooks: [
        { status: 'PENDING', deliveries: 0 },
        { status: 'DEAD', deliveries: 0 },
      ],
    });
  });

  test('is the accounts by effective tier, the days since the last finished run, and the jobs', async () => {
    await database.query(`INSERT INTO account (external_id, status, held_tier, override_tier, effective_tier) VALUES
      ('lifted', 'ACTIVE', 'core', 'strategic', 'strategic'), ('held', 'TRIAL', 'core', NULL, 'core'),
      ('unknown', NULL, 'core', NULL, 'core'), ('gone', 'CHURNED', NULL, NULL, NULL),
      ('unplaced', 'ACTIVE', NULL, NULL, NULL)`);
    await database.query(`INSERT INTO daily_run (day, started_at, finished_at) VALUES
      ('2026-02-27', now(), now()), ('2026-02-28', now(), NULL)`);
    await database.query(`CREATE SCHEMA pgboss; CREATE TABLE pgboss.job (state text, start_after timestamptz);
      INSERT INTO pgboss.job VALUES ('created', now() - interval '1 hour'), ('created', now() + interval '1 hour'),
        ('active', now() - interval '2 hours'), ('completed', now() - interval '3 hours')`);
    const figures = await operationFigures(reader, '2026-03-02');
    expect(new Map(figures.accounts.map(({ tier, accounts }) => [tier, accounts]))).toEqual(
      new Map([
        ['strategic', 1],
        ['core', 2],
        [null, 1],
      ]),
    );
    expect(figures.daysBehind).toBe(3);
    // Four are in the book, of which two are alike; they are noted for the figures and for the loads.
    expect(figures.deltas).toBe(6);
    // The job that is active waits no more, and one in the future is not due.
    expect(Math.floor(figures.oldestJobSeconds / 3_600)).toBe(1);
    expect([...figures.jobs].sort((a, b) => a.state.localeCompare(b.state))).toEqual([
      { state: 'active', jobs: 1 },
      { state: 'created', jobs: 2 },
    ]);
  });
});
