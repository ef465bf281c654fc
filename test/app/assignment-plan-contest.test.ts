import { type Contest, contend, demoContests, ravenStackContests } from '../support/plan-contest';
import { HAS_RAVENSTACK } from '../support/ravenstack-book';

/** A difference of utilisations that nobody sees, and that a plan gives up for those who know an industry. */
const SLIGHTLY = 0.005;
/** Milliseconds: a busy machine takes its time. */
const PATIENTLY = 600_000;

async function expectNoWorse(contest: Contest): Promise<void> {
  const { plan, greedy } = await contend(contest);
  expect([plan.broken, greedy.broken]).toEqual([[], []]);
  expect(plan.toCover).toBe(greedy.toCover);
  expect(plan.covered).toBeGreaterThanOrEqual(greedy.covered);
  if (plan.covered > greedy.covered) return;
  expect(plan.overload).toBeLessThanOrEqual(greedy.overload + 1e-6);
  if (plan.overload < greedy.overload - 1e-6) return;
  expect(plan.moves).toBeLessThanOrEqual(greedy.moves);
  if (plan.moves < greedy.moves) return;
  expect(plan.standardDeviation).toBeLessThanOrEqual(greedy.standardDeviation + SLIGHTLY);
}

describe('a plan beside a greedy one', () => {
  test(
    'on the demo book is no worse and breaks no rule',
    async () => {
      for (const contest of await demoContests(300)) await expectNoWorse(contest);
    },
    PATIENTLY,
  );

  (HAS_RAVENSTACK ? test : test.skip)(
    'on RavenStack with 12 invented CSMs is no worse and breaks no rule',
    async () => {
      for (const contest of await ravenStackContests()) await expectNoWorse(contest);
    },
    PATIENTLY,
  );
});
