import { assignmentLocks } from './assignment-lock';
import { type PlannedAccount, type PlanOccasion } from './assignment-plan';
import { type EngagementProgram, programOf } from './engagement-program';
import { fits, fitsIndustry } from './plan-fit';
import { byId, ownerKey, type PlanStaff } from './plan-staff';
import { isSameOwner, needsNamedCsm, type Owner } from './portfolio';
import { type TieringModel } from './tiering-model';

/** Somebody who may take an account, and how well it would fit. */
export interface Candidate {
  readonly owner: Owner;
  readonly knowsIndustry: boolean;
  /** Whether the tier is one for pools and this is a CSM: allowed, but not what its program says. */
  readonly isBesideProgram: boolean;
}

/** Accounts that are alike to a plan: same occasion, tier, load and owner, and the same who could take them. */
export interface DemandGroup {
  readonly occasion: PlanOccasion;
  readonly tier: string;
  readonly load: number;
  readonly owner: Owner | null;
  readonly candidates: readonly Candidate[];
  /** In the order of their ids. */
  readonly accounts: readonly PlannedAccount[];
}

/** What a plan may decide, and what it has to leave. */
export interface Demand {
  readonly groups: readonly DemandGroup[];
  /** Accounts of overloaded owners that locks, or the caller, keep where they are. */
  readonly locked: readonly PlannedAccount[];
}

type PlanModel = Pick<TieringModel, 'programs' | 'assignment' | 'grace'>;

/** Whether an account needs a valid owner, and not merely relief for the one that it has. */
export function isToCover(occasion: PlanOccasion): boolean {
  return occasion !== 'OVERLOADED';
}

/** The accounts that may go to another owner, by what is alike about them. */
export function demandOf(accounts: readonly PlannedAccount[], staff: PlanStaff, model: PlanModel): Demand {
  const groups = new Map<string, DemandGroup & { readonly accounts: PlannedAccount[] }>();
  const locked: PlannedAccount[] = [];
  const candidatesOf = memoised((account: PlannedAccount, program: EngagementProgram) =>
    candidates(account, program, staff),
  );
  for (const account of [...accounts].sort(byId)) {
    const program = programOf(model, account.tier);
    const occasion = occasionOf(account, program, staff, model);
    if (occasion === 'LOCKED') locked.push(account);
    if (occasion === null || occasion === 'LOCKED') continue;
    const { tier, load, owner } = account;
    const takers = candidatesOf(account, program).filter(
      (candidate) => owner === null || !isSameOwner(candidate.owner, owner),
    );
    const key = JSON.stringify([
      occasion,
      tier,
      load,
      owner && ownerKey(owner),
      takers.map((one) => [ownerKey(one.owner), one.knowsIndustry]),
    ]);
    const known = groups.get(key);
    if (known) known.accounts.push(account);
    else groups.set(key, { occasion, tier, load, owner, candidates: takers, accounts: [account] });
  }
  return { groups: [...groups.values()], locked };
}

/** Why the account may go to another owner; LOCKED where it would but has to stay, null where nothing asks for it. */
function occasionOf(
  account: PlannedAccount,
  program: EngagementProgram,
  staff: PlanStaff,
  model: PlanModel,
): PlanOccasion | 'LOCKED' | null {
  const { owner, isAsked } = account;
  if (program.coverage.length === 0) return null;
  if (owner === null) return isAsked ? 'UNASSIGNED' : null;
  if (!staff.isThere(owner)) return isAsked ? 'OWNER_LEFT' : null;
  if (owner.kind === 'POOL' && needsNamedCsm(program)) return isAsked ? 'COVERAGE_RULE' : null;
  const occasion = staff.isLeaving(owner) ? 'OWNER_LEAVING' : staff.isOverloaded(owner) ? 'OVERLOADED' : null;
  if (occasion === null) return null;
  if (isAsked && assignmentLocks(account, model, staff.today).length === 0) return occasion;
  return staff.isOverloaded(owner) ? 'LOCKED' : null;
}

function candidates(account: PlannedAccount, program: EngagementProgram, staff: PlanStaff): Candidate[] {
  return staff.open.flatMap((owner) => {
    if (owner.kind === 'POOL' && !program.coverage.includes('POOLED')) return [];
    const people = staff.peopleOf(owner);
    if (!fits(people, account)) return [];
    return {
      owner,
      knowsIndustry: fitsIndustry(people, account),
      isBesideProgram: owner.kind === 'CSM' && !program.coverage.includes('NAMED'),
    };
  });
}

/** Many accounts ask for the same; a book of thousands has few such questions. */
function memoised(
  find: (account: PlannedAccount, program: EngagementProgram) => Candidate[],
): (account: PlannedAccount, program: EngagementProgram) => Candidate[] {
  const known = new Map<string, Candidate[]>();
  return (account, program) => {
    const { tier, language, region, industry } = account;
    const key = JSON.stringify([tier, language, region, industry]);
    const found = known.get(key) ?? find(account, program);
    known.set(key, found);
    return found;
  };
}
