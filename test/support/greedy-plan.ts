import { type PlannedAccount, type PlannedBook, type PlannedCsm } from '../../src/domain/assignment-plan';
import { type CalendarDate } from '../../src/domain/calendar';
import { type Owner } from '../../src/domain/portfolio';
import { type TieringModel } from '../../src/domain/tiering-model';
import { PlanRules } from './plan-rules';

export interface GreedyPlan {
  readonly owners: ReadonlyMap<string, Owner>;
  readonly toCover: number;
  readonly covered: number;
  readonly moves: number;
  readonly overload: number;
  readonly industryFits: number;
  /** Of the utilisations of the limit, by FTE. */
  readonly standardDeviation: number;
}

/**
 * What a person with a spreadsheet does: tier by tier, each account that nobody looks after goes to the least busy of
 * those who fit and have room; then accounts of CSMs above the limit are given away, the heaviest first.
 */
export function greedyPlan(
  book: PlannedBook,
  model: TieringModel,
  day: CalendarDate,
  moveBudget: number | null,
): GreedyPlan {
  const rules = new PlanRules(book, model, day);
  const everybody: Owner[] = [
    ...book.csms.map(({ externalId }): Owner => ({ kind: 'CSM', externalId })),
    ...[...new Set(book.csms.flatMap(({ pools }) => pools.map(({ pool }) => pool)))].map(
      (externalId): Owner => ({ kind: 'POOL', externalId }),
    ),
  ];
  const rank = new Map(model.tiers.map((tier) => [tier.key, tier.rank]));
  const loads = new Map(rules.before);
  const owners = new Map<string, Owner>();
  let moves = 0;
  const add = (account: PlannedAccount, owner: Owner | null, sign: number): void => {
    for (const [csm, part] of rules.parts(owner)) {
      loads.set(csm, (loads.get(csm) ?? 0) + sign * account.load * part);
    }
  };
  const give = (account: PlannedAccount): boolean => {
    if (account.owner !== null && moveBudget !== null && moves >= moveBudget) return false;
    const busy = (owner: Owner): number => {
      const parts = rules.parts(owner);
      return Math.max(...parts.map(([csm]) => (loads.get(csm) ?? 0) / rules.limit(csm)));
    };
    const [best] = everybody
      .filter((owner) => rules.mayTake(account, owner))
      .filter((owner) =>
        rules
          .parts(owner)
          .every(([csm, part]) => (loads.get(csm) ?? 0) + account.load * part <= rules.limit(csm) + 1e-9),
      )
      .sort((a, b) => busy(a) - busy(b));
    if (best === undefined) return false;
    add(account, account.owner, -1);
    add(account, best, 1);
    owners.set(account.id, best);
    if (account.owner !== null) moves += 1;
    return true;
  };
  const movable = book.accounts.filter((account) => rules.mayMove(account));
  const toCover = movable
    .filter((account) => !rules.isValid(account))
    .sort((a, b) => (rank.get(a.tier) ?? 0) - (rank.get(b.tier) ?? 0) || b.load - a.load);
  const covered = toCover.filter(give).length;
  for (const account of movable.filter((one) => rules.isValid(one)).sort((a, b) => b.load - a.load)) {
    if (rules.parts(account.owner).some(([csm]) => rules.isAbove(csm, loads))) give(account);
  }
  const byId = new Map(book.accounts.map((account) => [account.id, account]));
  return {
    owners,
    toCover: toCover.length,
    covered,
    moves,
    overload: rules.overload(loads),
    industryFits: [...owners].filter(([id, owner]) => {
      const account = byId.get(id);
      return account !== undefined && rules.knowsIndustry(account, owner);
    }).length,
    standardDeviation: deviation(book.csms, rules, loads),
  };
}

function deviation(
  csms: readonly PlannedCsm[],
  rules: PlanRules,
  loads: ReadonlyMap<string, number>,
): number {
  const there = csms.filter((csm) => rules.fte(csm) > 0);
  const fte = there.reduce((sum, csm) => sum + rules.fte(csm), 0);
  const mean = there.reduce((sum, { externalId }) => sum + (loads.get(externalId) ?? 0), 0) / fte;
  const variance = there.reduce(
    (sum, csm) => sum + rules.fte(csm) * ((loads.get(csm.externalId) ?? 0) / rules.fte(csm) - mean) ** 2,
    0,
  );
  return Math.sqrt(variance / fte);
}
