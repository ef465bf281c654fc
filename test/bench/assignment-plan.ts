import 'reflect-metadata';
import setUp from '../support/global-setup';
import tearDown from '../support/global-teardown';
import {
  contend,
  type Contender,
  type Contest,
  demoContests,
  ravenStackContests,
} from '../support/plan-contest';
import { randomPlanBook } from '../support/plan-book';
import { HAS_RAVENSTACK } from '../support/ravenstack-book';

/** Prints the figures of assignment plans beside those of a greedy one. */
async function main(): Promise<void> {
  await setUp();
  try {
    const contests: Contest[] = [
      ...(await demoContests(300)),
      ...(HAS_RAVENSTACK ? await ravenStackContests() : []),
      {
        name: '300 unassigned over 40 CSMs',
        day: '2026-03-02',
        book: randomPlanBook(7, 300, 40, 0.7),
        moveBudget: null,
      },
    ];
    for (const contest of contests) {
      const { plan, greedy } = await contend(contest);
      console.log(`${contest.name}: ${plan.milliseconds} ms, gap ${plan.gap.toFixed(5)}`);
      console.log(`  plan   ${figures(plan)}`);
      console.log(`  greedy ${figures(greedy)}`);
    }
  } finally {
    await tearDown();
  }
}

function figures(one: Contender): string {
  return [
    `covered ${one.covered} of ${one.toCover}`,
    `moves ${one.moves}`,
    `FTE above limits ${one.overload.toFixed(3)}`,
    `standard deviation ${one.standardDeviation.toFixed(4)}`,
    `industry fits ${one.industryFits}`,
    `broken rules ${one.broken.length}`,
  ].join(', ');
}

void main();
