import { type Contest, contend, demoContests, ravenStackContests } from '../support/plan-contest';
import { HAS_RAVENSTACK } from '../support/ravenstack-book';

/** A difference of utilisations that nobody sees, and that a plan gives up for those who know an industry. */
const SLIGHTLY = 0.005;
/** Milliseconds: a busy machine takes its time. */
const PATIENTLY = 600_000;

/** What a plan and a greedy one were told apart by; BALANCE where all before it is the same. */
type DecidedBy = 'COVERAGE' | 'OVERLOAD' | 'MOVES' | 'BALANCE';

/** Checks that the plan is no worse, and says up to where the two had to be compared. */
async function decidedBy(contest: Contest): Promise<DecidedBy> {
  const { plan, greedy } = await contend(contest);
  expect([plan.broken, greedy.broken]).toEqual([[], []]);
  expect(plan.toCover).toBe(greedy.toCover);
  expect(plan.covered).toBeGreaterThanOrEqual(greedy.covered);
  if (plan.covered > greedy.covered) return 'COVERAGE';
  expect(plan.overload).toBeLessThanOrEqual(greedy.overload + 1e-6);
  if (plan.overload < greedy.overload - 1e-6) return 'OVERLOAD';
  expect(plan.moves).toBeLessThanOrEqual(greedy.moves);
  if (plan.moves < greedy.moves) return 'MOVES';
  expect(plan.standardDeviation).toBeLessThanOrEqual(greedy.standardDeviation + SLIGHTLY);
  return 'BALANCE';
}

async function decisions(contests: readonly Contest[]): Promise<Record<string, DecidedBy>> {
  const decided: Record<string, DecidedBy> = {};
  for (const contest of contests) decided[contest.name] = await decidedBy(contest);
  return decided;
}

describe('a plan beside a greedy one', () => {
  test(
    'on the demo book is no worse and breaks no rule',
    async () => {
      expect(await decisions(await demoContests(300))).toEqual({
        'demo book of 300': 'BALANCE',
        'demo book of 300, 10 moves': 'BALANCE',
        'demo book of 300, a third without owners': 'BALANCE',
      });
    },
    PATIENTLY,
  );

  (HAS_RAVENSTACK ? test : test.skip)(
    'on RavenStack with 12 invented CSMs is no worse and breaks no rule',
    async () => {
      expect(await decisions(await ravenStackContests())).toEqual({
        'RavenStack, 500 unassigned': 'COVERAGE',
        'RavenStack, 300 unassigned': 'BALANCE',
        'RavenStack, 3 overloaded': 'BALANCE',
        'RavenStack, 3 overloaded, 12 moves': 'BALANCE',
      });
    },
    PATIENTLY,
  );
});
