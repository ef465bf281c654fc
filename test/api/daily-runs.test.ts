import { stampOf } from '../../src/app/account.service';
import { COMMAND_LINE, SYSTEM } from '../../src/app/actor';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';

describe('the daily runs', () => {
  const clock = fixedClock('2028-02-28');
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi(clock);
    await api.book.dailyRuns.catchUp(SYSTEM, clock.today());
    clock.setDay('2028-03-01');
    await api.book.dailyRuns.catchUp(SYSTEM, clock.today());
  });
  afterAll(async () => {
    await api.close();
  });

  const QUERY = `query ($first: Int, $after: String) {
    dailyRuns(first: $first, after: $after) {
      totalCount
      pageInfo { endCursor hasNextPage }
      nodes { day startedAt finishedAt steps { name startedAt finishedAt changed } }
    }
  }`;
  interface Runs {
    dailyRuns: {
      totalCount: number;
      pageInfo: { endCursor: string; hasNextPage: boolean };
      nodes: { day: string; startedAt: string; finishedAt: string | null; steps: { name: string }[] }[];
    };
  }

  test('tell whoever may read what was done, the newest day first', async () => {
    const { data, errors } = await api.send<Runs>('VIEWER', QUERY, { first: 2 });
    expect(errors).toEqual([]);
    expect(data.dailyRuns.totalCount).toBe(3);
    const moment = '2028-03-01T12:00:00Z';
    const steps = ['RECALCULATION', 'IDEMPOTENCY_KEYS'].map((name) => ({
      name,
      startedAt: moment,
      finishedAt: moment,
      changed: 0,
    }));
    for (const { steps: known } of data.dailyRuns.nodes) expect(known).toEqual(expect.arrayContaining(steps));
    expect(
      data.dailyRuns.nodes.map(({ day, startedAt, finishedAt }) => ({ day, startedAt, finishedAt })),
    ).toEqual([
      { day: '2028-03-01', startedAt: moment, finishedAt: moment },
      { day: '2028-02-29', startedAt: moment, finishedAt: moment },
    ]);
    const rest = await api.send<Runs>('VIEWER', QUERY, { after: data.dailyRuns.pageInfo.endCursor });
    expect(rest.data.dailyRuns.nodes.map(({ day }) => day)).toEqual(['2028-02-28']);
    expect(rest.data.dailyRuns.pageInfo.hasNextPage).toBe(false);
  });

  test('show which step runs, or broke off', async () => {
    await api.book.unitOfWork.run(stampOf(COMMAND_LINE, clock), async ({ dailyRuns }) => {
      await dailyRuns.forget(clock.today());
      await dailyRuns.begin(clock.today(), clock.now());
      await dailyRuns.beginStep(clock.today(), 'RECALCULATION', clock.now());
    });
    const { data } = await api.send<Runs>('VIEWER', QUERY, { first: 1 });
    expect(data.dailyRuns.nodes).toEqual([
      {
        day: '2028-03-01',
        startedAt: '2028-03-01T12:00:00Z',
        finishedAt: null,
        steps: [
          { name: 'RECALCULATION', startedAt: '2028-03-01T12:00:00Z', finishedAt: null, changed: null },
        ],
      },
    ]);
  });

  test('are shown to nobody without a token', async () => {
    expect((await api.send(null, QUERY)).status).toBe(401);
  });
});
