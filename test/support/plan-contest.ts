import { readPlannedBook } from '../../src/app/planned-book';
import { type PlannedAccount, type PlannedBook } from '../../src/domain/assignment-plan';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { gapOf } from '../../src/domain/integer-program';
import { loadDemoBook } from '../../src/demo/load-demo-book';
import { parseDate } from '../../src/domain/calendar';
import { TieringModelService } from '../../src/app/tiering-model.service';
import { fixedClock } from './clock';
import { createTestDatabase } from './database';
import { type GreedyPlan, greedyPlan } from './greedy-plan';
import { LivingBook } from './living-book';
import { csm, planFor } from './plan-book';
import { PlanRules } from './plan-rules';
import { inventedCsms, loadRavenStack, RAVENSTACK_DAY } from './ravenstack-book';

/** A book that both the plan and the greedy one are asked about. */
export interface Contest {
  readonly name: string;
  readonly day: string;
  readonly book: PlannedBook;
  readonly moveBudget: number | null;
}

export interface Contender extends Omit<GreedyPlan, 'owners'> {
  readonly broken: readonly string[];
}

export interface ContestResult {
  readonly plan: Contender & { readonly gap: number; readonly milliseconds: number };
  readonly greedy: Contender;
}

export async function contend({ book, day, moveBudget }: Contest): Promise<ContestResult> {
  const today = parseDate(day);
  const rules = new PlanRules(book, DEFAULT_MODEL, today);
  const { owners, ...greedy } = greedyPlan(book, DEFAULT_MODEL, today, moveBudget);
  const byId = new Map(book.accounts.map((account) => [account.id, account]));
  const proposals = [...owners].map(([accountId, to]) => ({
    accountId,
    to,
    from: byId.get(accountId)?.owner ?? null,
  }));
  const began = performance.now();
  const plan = await planFor(book, { moveBudget, day });
  const milliseconds = Math.round(performance.now() - began);
  const gaps = plan.solution.goals.map((goal) => gapOf(goal) ?? Number.POSITIVE_INFINITY);
  return {
    plan: {
      toCover: plan.toCover,
      covered: plan.covered,
      moves: plan.moves,
      overload: plan.overloadAfter,
      industryFits: plan.industryFits,
      standardDeviation: plan.balanceAfter?.standardDeviation ?? 0,
      broken: rules.broken(plan, moveBudget),
      gap: Math.max(0, ...gaps),
      milliseconds,
    },
    greedy: { ...greedy, broken: rules.broken({ proposals, moves: greedy.moves } as never, moveBudget) },
  };
}

/** The demo book as it comes, and with owners taken away from every third account. */
export async function demoContests(accounts: number): Promise<Contest[]> {
  const day = '2026-03-02';
  const book = await plannedBook(day, (living) =>
    loadDemoBook({ unitOfWork: living.unitOfWork, baseCurrency: 'USD', accounts, today: parseDate(day) }),
  );
  const orphaned = {
    ...book,
    accounts: book.accounts.map((one, index) => (index % 3 === 0 ? withoutOwner(one) : one)),
  };
  return [
    { name: `demo book of ${accounts}`, day, book, moveBudget: null },
    { name: `demo book of ${accounts}, 10 moves`, day, book, moveBudget: 10 },
    { name: `demo book of ${accounts}, a third without owners`, day, book: orphaned, moveBudget: null },
  ];
}

/** RavenStack with 12 invented CSMs: all unassigned, a part of it, and with three of them above the limit. */
export async function ravenStackContests(): Promise<Contest[]> {
  const day = RAVENSTACK_DAY;
  const { accounts } = await plannedBook(day, loadRavenStack);
  const csms = inventedCsms();
  const all = { csms, accounts };
  const some = { csms, accounts: accounts.filter((_, index) => index % 5 < 3) };
  const busy = {
    csms,
    accounts: accounts
      .slice(0, 320)
      .map((one, index) => (index < 120 ? { ...one, owner: csm(`csm-0${1 + (index % 3)}`) } : one)),
  };
  return [
    { name: 'RavenStack, 500 unassigned', day, book: all, moveBudget: null },
    { name: 'RavenStack, 300 unassigned', day, book: some, moveBudget: null },
    { name: 'RavenStack, 3 overloaded', day, book: busy, moveBudget: null },
    { name: 'RavenStack, 3 overloaded, 12 moves', day, book: busy, moveBudget: 12 },
  ];
}

function withoutOwner(account: PlannedAccount): PlannedAccount {
  return { ...account, owner: null, ownedSince: null };
}

async function plannedBook(day: string, load: (book: LivingBook) => Promise<void>): Promise<PlannedBook> {
  const database = await createTestDatabase();
  try {
    const clock = fixedClock(day);
    const living = new LivingBook(database, clock);
    await new TieringModelService(living.unitOfWork, clock).ensurePublished();
    await load(living);
    return await living.unitOfWork.observe((stores) => readPlannedBook(stores, null, DEFAULT_MODEL));
  } finally {
    await database.drop();
  }
}
