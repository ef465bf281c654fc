import { type Solver } from '../../src/app/ports/solver';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { StaffedBook } from '../support/staffed-book';

interface PlanGoal {
  name: string;
  value: number;
  bound: number | null;
  gap: number | null;
  nodes: number;
}

describe('an assignment plan whose search was cut off', () => {
  const clock = fixedClock('2026-03-02');
  /** Stays at the beginning, and has proven something of the first goal only. */
  const hurried: Solver = {
    solve: ({ columns, goals, start }) => {
      const values = columns.map((_, index) => start.find(({ column }) => column === index)?.factor ?? 0);
      return Promise.resolve({
        values,
        goals: goals.map(({ name }, index) => ({
          name,
          value: 4,
          bound: index === 0 ? 3 : -Infinity,
          nodes: 2,
        })),
        stoppedByClock: true,
      });
    },
  };
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi(clock, { solver: hurried });
    const book = new StaffedBook(api.database, clock);
    await book.staff({ anna: {}, bert: {} });
    await book.seed({ TOP: { arr: '600000.00' }, MID: { arr: '30000.00' } });
  });
  afterAll(async () => {
    await api.close();
  });

  test('has no bound and no gap where nothing is proven, and so no gap of the whole', async () => {
    const { data, errors } = await api.send<{
      assignmentPlan: { goals: PlanGoal[]; gap: number | null; nodes: number; reproducible: boolean };
    }>(
      'MANAGER',
      '{ assignmentPlan(input: {}) { reproducible gap nodes goals { name value bound gap nodes } } }',
    );
    expect(errors).toEqual([]);
    const { goals, ...plan } = data.assignmentPlan;
    const [first, ...others] = goals;
    expect(first).toMatchObject({ value: 4, bound: 3, gap: 0.25 });
    expect(others.length).toBeGreaterThan(0);
    for (const goal of others) expect(goal).toMatchObject({ value: 4, bound: null, gap: null });
    expect(plan).toEqual({ reproducible: false, gap: null, nodes: 2 * goals.length });
  });
});
