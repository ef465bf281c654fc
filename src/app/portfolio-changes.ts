import { type CalendarDate } from '../domain/calendar';
import { refuseUnemployed } from '../domain/csm';
import { DomainError } from '../domain/errors';
import { isEmpty, isWithin } from '../domain/period';
import {
  type Assignment,
  checkCoverage,
  checkSponsor,
  checkUnassignment,
  currentOf,
  fieldOf,
  type NewAssignment,
  type Owner,
  planAssignment,
  type ServedLadder,
} from '../domain/portfolio';
import { effectiveTier } from '../domain/standing';
import { unchangedWrite } from './account-decision';
import { raiseForNewOwners } from './intervention-changes';
import { type Stamp } from './ports/clock';
import { type StoredCsm, type StoredPool } from './ports/csm';
import { type AssignmentWrite, type StoredAssignment } from './ports/portfolio';
import { type StoredAccount, type Stores } from './ports/stores';

/** What is wanted of one account. */
export interface AssignmentRequest {
  /** Null to leave it to nobody. */
  readonly owner: Owner | null;
  /** Undefined keeps the one that the account has. */
  readonly executiveSponsor: string | null | undefined;
  /** The first day; not after today. */
  readonly from: CalendarDate;
  /** The day on which the next assignment that is given begins; null where none does. */
  readonly until: CalendarDate | null;
  /** Whether a leaver's account goes to the successor: that has to break no rule that was kept until then. */
  readonly isHandover?: boolean;
}

/** The CSMs and pools that assignments name. */
export interface Staff {
  readonly csms: ReadonlyMap<string, StoredCsm>;
  readonly pools: ReadonlyMap<string, StoredPool>;
  /** The members that each pool has today. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

/** Loads the CSMs and pools of the owners. */
export async function staffOf(
  stores: Stores,
  owners: readonly (Owner | null)[],
  today: CalendarDate,
): Promise<Staff> {
  const named = (kind: Owner['kind']): string[] => [
    ...new Set(owners.flatMap((owner) => (owner?.kind === kind ? owner.externalId : []))),
  ];
  const poolNames = named('POOL');
  const [csms, pools, members] = await Promise.all([
    stores.csms.byExternalIds(named('CSM')),
    stores.csms.pools(poolNames),
    stores.csms.membersOn(poolNames, today),
  ]);
  return { csms, pools, members };
}

/** Who looks after one account, while it is decided. */
export class Timeline {
  private readonly assignments: (Assignment & { readonly id: string | null })[];

  constructor(
    private readonly account: StoredAccount,
    private readonly stored: readonly StoredAssignment[],
  ) {
    this.assignments = [...stored];
  }

  /**
   * Assigns the account as requested, by the rules of section 7. Gives false where everything is so already. Throws
   * ACCOUNT_CHURNED, COVERAGE_RULE, INVALID_VALUE, NOT_EMPLOYED or NOT_FOUND; then nothing has changed.
   */
  assign(request: AssignmentRequest, staff: Staff, model: ServedLadder, today: CalendarDate): boolean {
    if (request.from > today) {
      throw new DomainError('INVALID_VALUE', `from (${request.from}) lies after today (${today})`, ['from']);
    }
    if (request.owner === null) return this.unassign(request.from, model);
    const wanted = this.read(request, request.owner);
    const plan = planAssignment(this.assignments, wanted);
    if (plan === null) return false;
    const isCurrent = plan.added.to === null;
    refuseUnknown(request.owner, staff);
    if (isCurrent) {
      const isAsBefore =
        request.isHandover === true && request.owner.kind === 'CSM' && this.breaksRules(model);
      if (!isAsBefore) checkCoverage(this.covered(), wanted, model);
      refuseUnstaffed(request.owner, staff, today);
    }
    const csm = request.owner.kind === 'CSM' ? staff.csms.get(request.owner.externalId) : undefined;
    if (csm) refuseUnemployed(csm, request.from);
    if (plan.ended !== null) this.end(plan.ended.assignment, plan.ended.to);
    this.assignments.push({ ...plan.added, id: null });
    return true;
  }

  /** What has to be written; null where nothing has. */
  write(reason: string | null): AssignmentWrite | null {
    const ended = this.assignments.flatMap(({ id, to }) => {
      const before = this.stored.find((one) => one.id === id);
      return before && to !== null && before.to !== to ? [{ id: before.id, to }] : [];
    });
    const added = this.assignments.filter(({ id }) => id === null);
    if (ended.length === 0 && added.length === 0) return null;
    const owner = currentOf(this.stored)?.owner;
    const csmBefore = owner?.kind === 'CSM' ? owner.externalId : null;
    return { accountId: this.account.id, ended, added, csmBefore, reason };
  }

  private unassign(from: CalendarDate, model: ServedLadder): boolean {
    const current = currentOf(this.assignments);
    if (current === null) return false;
    checkUnassignment(this.covered(), model);
    if (from < current.from) {
      throw new DomainError(
        'INVALID_VALUE',
        `from must not lie before ${current.from}, when it was assigned`,
        ['from'],
      );
    }
    this.end(current, from);
    return true;
  }

  private read({ executiveSponsor, from, until }: AssignmentRequest, owner: Owner): NewAssignment {
    const before = this.assignments.find((one) => !isEmpty(one) && isWithin(one, from));
    const kept = before?.executiveSponsor ?? null;
    return {
      owner,
      executiveSponsor: executiveSponsor === undefined ? kept : checkSponsor(executiveSponsor),
      from,
      until,
    };
  }

  /** Whether the present assignment breaks the rules, as an automatic move of the account can make it. */
  private breaksRules(model: ServedLadder): boolean {
    const current = currentOf(this.assignments);
    if (current === null) return false;
    try {
      checkCoverage(this.covered(), current, model);
      return false;
    } catch (error) {
      if (error instanceof DomainError) return true;
      throw error;
    }
  }

  private covered(): { status: StoredAccount['values']['status']; tier: string | null } {
    return { status: this.account.values.status, tier: effectiveTier(this.account.standing) };
  }

  private end(assignment: Assignment, to: CalendarDate): void {
    const index = this.assignments.indexOf(assignment as Assignment & { readonly id: string | null });
    const known = this.assignments[index];
    if (known) this.assignments[index] = { ...known, to };
  }
}

/** Writes what was decided; every account that it is about gets a new version. */
export async function saveAssignments(
  stores: Stores,
  accounts: readonly StoredAccount[],
  writes: readonly AssignmentWrite[],
  stamp: Stamp,
): Promise<void> {
  if (writes.length === 0) return;
  const csmsBefore = new Map(writes.map(({ accountId, csmBefore }) => [accountId, csmBefore]));
  const changed = accounts.filter(({ id }) => csmsBefore.has(id));
  await stores.accounts.save(changed.map(unchangedWrite), stamp);
  stores.portfolios.save(writes, stamp);
  await raiseForNewOwners(stores, changed, csmsBefore, stamp);
}

function refuseUnknown(owner: Owner, { csms, pools }: Staff): void {
  const known = owner.kind === 'CSM' ? csms.has(owner.externalId) : pools.has(owner.externalId);
  if (known) return;
  const what = owner.kind === 'CSM' ? 'CSM' : 'pool';
  throw new DomainError('NOT_FOUND', `there is no ${what} "${owner.externalId}"`, [fieldOf(owner)]);
}

/** Throws NOT_EMPLOYED where nobody would look after the account today: the CSM is gone, the pool has no member. */
function refuseUnstaffed(owner: Owner, { csms, members }: Staff, today: CalendarDate): void {
  const csm = owner.kind === 'CSM' ? csms.get(owner.externalId) : undefined;
  if (csm) refuseUnemployed(csm, today);
  if (owner.kind === 'POOL' && !members.has(owner.externalId)) {
    throw new DomainError('NOT_EMPLOYED', `the pool "${owner.externalId}" has no member today`, ['pool']);
  }
}
