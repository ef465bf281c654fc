import { type AccountStatus } from './account';
import { checkText } from './account-field';
import { type CalendarDate, earlier } from './calendar';
import { type EngagementProgram, programOf } from './engagement-program';
import { DomainError } from './errors';
import { isEmpty, isWithin, type Period } from './period';
import { tierByKey } from './tier';
import { type TieringModel } from './tiering-model';

/** Who looks after an account: a CSM or a pool, by external id. */
export interface Owner {
  readonly kind: 'CSM' | 'POOL';
  readonly externalId: string;
}

/** Who looks after an account from one day to another (spec section 7). */
export interface Assignment extends Period {
  readonly owner: Owner;
  readonly executiveSponsor: string | null;
}

/** What the rules of an assignment look at. */
export interface CoveredAccount {
  readonly status: AccountStatus | null;
  /** The key of the effective tier; null before the first placement. */
  readonly tier: string | null;
}

/** The tiers, and what each of them is owed. */
export type ServedLadder = Pick<TieringModel, 'tiers' | 'programs'>;

const LONGEST_SPONSOR = 300;

/** Whether an account of the tier needs a CSM of its own. */
export function needsNamedCsm({ coverage }: EngagementProgram): boolean {
  return coverage.length === 1 && coverage[0] === 'NAMED';
}

/**
 * Checks what a person decides about an account by the program of its tier: who may look after it, and whether it
 * needs an executive sponsor; where no tier is known yet, anybody may. A tier that is pooled may also have named CSMs.
 * Throws ACCOUNT_CHURNED or COVERAGE_RULE.
 */
export function checkCoverage(
  account: CoveredAccount,
  { owner, executiveSponsor }: Pick<Assignment, 'owner' | 'executiveSponsor'>,
  model: ServedLadder,
): void {
  refuseChurned(account);
  if (account.tier === null) return;
  const { name } = tierByKey(model.tiers, account.tier);
  const program = programOf(model, account.tier);
  if (program.coverage.length === 0) {
    throw new DomainError('COVERAGE_RULE', `accounts in ${name} have neither a CSM nor a pool`, [
      fieldOf(owner),
    ]);
  }
  if (owner.kind === 'POOL' && !program.coverage.includes('POOLED')) {
    throw new DomainError('COVERAGE_RULE', `accounts in ${name} need a named CSM, not a pool`, ['pool']);
  }
  if (program.executiveSponsor && executiveSponsor === null) {
    throw new DomainError('COVERAGE_RULE', `accounts in ${name} need an executive sponsor`, [
      'executiveSponsor',
    ]);
  }
}

/** Checks that an account may be left to nobody. Throws COVERAGE_RULE for one that needs a CSM of its own. */
export function checkUnassignment(account: CoveredAccount, model: ServedLadder): void {
  if (account.tier === null || !needsNamedCsm(programOf(model, account.tier))) return;
  const { name } = tierByKey(model.tiers, account.tier);
  throw new DomainError('COVERAGE_RULE', `accounts in ${name} need a named CSM; name another one`, [
    'unassign',
  ]);
}

/** Throws ACCOUNT_CHURNED: nobody looks after an account that has left. */
export function refuseChurned({ status }: CoveredAccount): void {
  if (status !== 'CHURNED') return;
  throw new DomainError('ACCOUNT_CHURNED', 'nobody can be assigned to a churned account', ['account']);
}

/** The name of an executive sponsor in its one form. Throws INVALID_VALUE. */
export function checkSponsor(name: string | null): string | null {
  return name === null ? null : checkText('executiveSponsor', name, LONGEST_SPONSOR);
}

/** An assignment that is to be, and up to when where something later is known to follow it. */
export interface NewAssignment {
  readonly owner: Owner;
  readonly executiveSponsor: string | null;
  readonly from: CalendarDate;
  /** The day on which the next one that is given begins; null where none does. */
  readonly until: CalendarDate | null;
}

/** What an assignment does to the ones that are known. */
export interface AssignmentPlan<A extends Assignment> {
  /** The one that ends where the new one begins; it has no day left if it began on the same one. */
  readonly ended: { readonly assignment: A; readonly to: CalendarDate } | null;
  readonly added: Assignment;
}

/**
 * Puts a new assignment among those of one account; whoever follows later on keeps following. Null where the account
 * is looked after just so on that day already.
 */
export function planAssignment<A extends Assignment>(
  history: readonly A[],
  { owner, executiveSponsor, from, until }: NewAssignment,
): AssignmentPlan<A> | null {
  const known = history.filter((one) => !isEmpty(one));
  const covering = known.find((one) => isWithin(one, from)) ?? null;
  if (covering && isSameOwner(covering.owner, owner) && covering.executiveSponsor === executiveSponsor) {
    return null;
  }
  const later = known.filter((one) => one.from > from).map((one) => one.from);
  const limits = [until, covering?.to ?? null, ...later].filter((day) => day !== null);
  const to = limits.reduce<CalendarDate | null>(
    (least, day) => (least === null ? day : earlier(least, day)),
    null,
  );
  return {
    ended: covering && { assignment: covering, to: from },
    added: { owner, executiveSponsor, from, to },
  };
}

/** The assignment that has no end; null for an account that nobody looks after now. */
export function currentOf<A extends Assignment>(history: readonly A[]): A | null {
  return history.find(({ to }) => to === null) ?? null;
}

export function isSameOwner(a: Owner, b: Owner): boolean {
  return a.kind === b.kind && a.externalId === b.externalId;
}

/** The field of an input that names the owner. */
export function fieldOf({ kind }: Owner): 'csm' | 'pool' {
  return kind === 'CSM' ? 'csm' : 'pool';
}
