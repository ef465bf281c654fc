import {
  type CsmUtilisation,
  type PlanBalance,
  type PlannedAccount,
  type PlannedBook,
  type PlanOutcome,
  type PlanProposal,
  type PlanReason,
  type PlanWishes,
} from './assignment-plan';
import { programOf } from './engagement-program';
import { type IntegerProgram } from './integer-program';
import { type Candidate, type Demand, type DemandGroup, demandOf, isToCover } from './plan-demand';
import { missingOf } from './plan-missing';
import { type PlanChoice, planProgram, shift } from './plan-program';
import { byId, type Carrier, isAbove, LOAD_TOLERANCE, PlanStaff } from './plan-staff';
import { type CalendarDate } from './calendar';
import { type TieringModel } from './tiering-model';

/** A plan on its way: the program to solve, and how to read what the solver found. */
export interface PlanQuestion {
  /** Null where nothing can be decided. */
  readonly program: IntegerProgram | null;
  /** @param values one for each column of the program */
  answer(values: readonly number[]): PlanOutcome;
}

/** An account that goes to a candidate. */
interface Placed {
  readonly account: PlannedAccount;
  readonly group: DemandGroup;
  readonly candidate: Candidate;
}

/**
 * Asks who should look after the accounts that nobody validly looks after, and who could relieve CSMs above their limit
 * (spec section 7). The same book in any order gives the same question.
 */
export function askForPlan(
  book: PlannedBook,
  model: TieringModel,
  wishes: PlanWishes,
  today: CalendarDate,
): PlanQuestion {
  const accounts = [...book.accounts].sort(byId);
  const staff = new PlanStaff({ ...book, accounts }, model, today);
  const demand = demandOf(accounts, staff, model);
  const { program, choices } = planProgram(demand, staff, wishes, model);
  return {
    program: choices.length === 0 ? null : program,
    answer: (values) => outcomeOf({ demand, choices, staff, model, wishes }, values),
  };
}

interface Asked {
  readonly demand: Demand;
  readonly choices: readonly PlanChoice[];
  readonly staff: PlanStaff;
  readonly model: TieringModel;
  readonly wishes: PlanWishes;
}

function outcomeOf({ demand, choices, staff, model, wishes }: Asked, values: readonly number[]): PlanOutcome {
  const { placed, loads } = placeAll(choices, staff, values, wishes.moveBudget);
  const before = new Map(staff.carriers.map((carrier) => [carrier, carrier.load]));
  const toCover = demand.groups.filter(({ occasion }) => isToCover(occasion));
  const taken = new Set(placed.map(({ account }) => account));
  return {
    proposals: placed
      .map((one) => proposalOf(one, staff, before, loads, model))
      .sort((a, b) => byId({ id: a.accountId }, { id: b.accountId })),
    toCover: toCover.reduce((sum, { accounts }) => sum + accounts.length, 0),
    covered: placed.filter(({ group }) => isToCover(group.occasion)).length,
    moves: placed.filter(({ group }) => group.owner !== null).length,
    overloadBefore: overloadOf(staff, before),
    overloadAfter: overloadOf(staff, loads),
    industryFits: placed.filter(({ candidate }) => candidate.knowsIndustry).length,
    balanceBefore: balanceOf(staff.carriers, before),
    balanceAfter: balanceOf(staff.carriers, loads),
    csms: staff.carriers.map((carrier) => utilisationOf(carrier, loads)),
    missing: missingOf({ demand, staff, loads, taken, moveBudget: wishes.moveBudget, model }),
  };
}

/** Gives the accounts of each group, in their order, to its candidates, in theirs. */
function placeAll(
  choices: readonly PlanChoice[],
  staff: PlanStaff,
  values: readonly number[],
  moveBudget: number | null,
): { readonly placed: readonly Placed[]; readonly loads: Map<Carrier, number> } {
  const loads = new Map(staff.carriers.map((carrier) => [carrier, carrier.load]));
  const next = new Map<DemandGroup, number>();
  const placed: Placed[] = [];
  let moves = 0;
  choices.forEach(({ group, candidate }, column) => {
    const count = Math.round(values[column] ?? 0);
    const change = shift(group, candidate, staff);
    for (let one = 0; one < count; one += 1) {
      const index = next.get(group) ?? 0;
      const account = group.accounts[index];
      if (account === undefined || (group.owner !== null && moves === moveBudget)) return;
      next.set(group, index + 1);
      for (const [carrier, load] of change) loads.set(carrier, (loads.get(carrier) ?? 0) + load);
      if (group.owner !== null) moves += 1;
      placed.push({ account, group, candidate });
    }
  });
  // The solver works with tolerances, a limit has none.
  for (const carrier of staff.carriers) {
    if (isAbove(carrier)) continue;
    while ((loads.get(carrier) ?? 0) > carrier.limit + SLIGHTLY) {
      const index = placed.findLastIndex(
        (one) => (shift(one.group, one.candidate, staff).get(carrier) ?? 0) > 0,
      );
      const [removed] = index < 0 ? [] : placed.splice(index, 1);
      if (removed === undefined) break;
      for (const [other, load] of shift(removed.group, removed.candidate, staff)) {
        loads.set(other, (loads.get(other) ?? 0) - load);
      }
    }
  }
  return { placed, loads };
}

/** Sums in another order may differ by a little more than single sums do. */
const SLIGHTLY = 10 * LOAD_TOLERANCE;

function proposalOf(
  { account, group, candidate }: Placed,
  staff: PlanStaff,
  before: ReadonlyMap<Carrier, number>,
  after: ReadonlyMap<Carrier, number>,
  model: TieringModel,
): PlanProposal {
  return {
    accountId: account.id,
    externalId: account.externalId,
    tier: account.tier,
    from: account.owner,
    to: candidate.owner,
    load: account.load,
    reasons: reasonsOf(account, group, candidate, staff, before),
    utilisationBefore: staff.utilisationOf(candidate.owner, before),
    utilisationAfter: staff.utilisationOf(candidate.owner, after),
    needsExecutiveSponsor:
      programOf(model, account.tier).executiveSponsor && account.executiveSponsor === null,
  };
}

function reasonsOf(
  account: PlannedAccount,
  { occasion, owner }: DemandGroup,
  candidate: Candidate,
  staff: PlanStaff,
  before: ReadonlyMap<Carrier, number>,
): PlanReason[] {
  const to = staff.nameOf(candidate.owner);
  const from = owner === null ? '' : staff.nameOf(owner);
  const occasions: Record<DemandGroup['occasion'], string> = {
    UNASSIGNED: 'nobody looks after it',
    OWNER_LEFT: `${from} no longer looks after anybody`,
    OWNER_LEAVING: `${from} leaves soon`,
    COVERAGE_RULE: `its tier needs a named CSM, and ${from} looks after it`,
    OVERLOADED: `relieves ${from}, at ${percent(owner === null ? 0 : staff.utilisationOf(owner, before))} of the limit`,
  };
  const reasons: PlanReason[] = [{ code: occasion, text: occasions[occasion] }];
  if (account.language !== null)
    reasons.push({ code: 'LANGUAGE_FIT', text: `${to} speaks ${account.language}` });
  if (account.region !== null) reasons.push({ code: 'REGION_FIT', text: `${to} covers ${account.region}` });
  if (candidate.knowsIndustry)
    reasons.push({ code: 'INDUSTRY_FIT', text: `${to} knows ${account.industry ?? ''}` });
  return reasons;
}

function overloadOf({ carriers }: PlanStaff, loads: ReadonlyMap<Carrier, number>): number {
  return carriers.reduce((sum, carrier) => {
    const load = loads.get(carrier) ?? 0;
    return isAbove({ load, limit: carrier.limit }) ? sum + load - carrier.limit : sum;
  }, 0);
}

function utilisationOf(carrier: Carrier, loads: ReadonlyMap<Carrier, number>): CsmUtilisation {
  const { csm, fte, load } = carrier;
  return {
    csm: csm.externalId,
    name: csm.name,
    fte,
    before: load / fte,
    after: (loads.get(carrier) ?? 0) / fte,
  };
}

/** How evenly the load is spread; null where nobody is there. */
function balanceOf(
  carriers: readonly Pick<Carrier, 'fte'>[],
  loads: ReadonlyMap<Pick<Carrier, 'fte'>, number>,
): PlanBalance | null {
  const fte = carriers.reduce((sum, carrier) => sum + carrier.fte, 0);
  if (fte === 0) return null;
  const all = carriers.map((carrier) => (loads.get(carrier) ?? 0) / carrier.fte);
  const mean = carriers.reduce((sum, carrier) => sum + (loads.get(carrier) ?? 0), 0) / fte;
  const variance = carriers.reduce(
    (sum, carrier, index) => sum + carrier.fte * ((all[index] ?? 0) - mean) ** 2,
    0,
  );
  return {
    lowest: Math.min(...all),
    highest: Math.max(...all),
    mean,
    standardDeviation: Math.sqrt(variance / fte),
  };
}

function percent(fraction: number): string {
  return `${Math.round(fraction * 100)}%`;
}
