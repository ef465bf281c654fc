import { checkNote } from '../domain/account-field';
import { type CalendarDate } from '../domain/calendar';
import { DomainError, type Refusal, refusalOf } from '../domain/errors';
import { type Owner } from '../domain/portfolio';
import { MOST_ACCOUNTS_AT_ONCE, stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import { checkExpectedVersion } from './expected-version';
import { once } from './idempotency';
import { type AccountKey, holdAccounts } from './locked-account';
import { saveAssignments, staffOf, Timeline } from './portfolio-changes';
import { type Clock, type Stamp } from './ports/clock';
import { type AssignmentWrite } from './ports/portfolio';
import { type StoredAccount, type Stores, type UnitOfWork } from './ports/stores';
import { publishedModel } from './published-model';

const LONGEST_REASON = 1_000;

/** Who is to look after one account. */
export interface AccountAssignment {
  readonly account: AccountKey;
  /** A CSM or a pool by external id, or neither where `unassign` says so. */
  readonly csm?: string | null | undefined;
  readonly pool?: string | null | undefined;
  readonly unassign?: boolean | null | undefined;
  /** Absent keeps the one that the account has, null takes it away. */
  readonly executiveSponsor?: string | null | undefined;
  /** The first day, not after today; today if absent. */
  readonly from?: CalendarDate | null | undefined;
  readonly reason?: string | null | undefined;
  readonly expectedVersion?: number | null | undefined;
}

export const ASSIGNMENT_OUTCOMES = ['ASSIGNED', 'UNASSIGNED', 'UNCHANGED', 'REFUSED'] as const;

export interface AssignmentResult {
  /** Null where there is no such account. */
  readonly accountId: string | null;
  readonly outcome: (typeof ASSIGNMENT_OUTCOMES)[number];
  readonly errors: readonly Refusal[];
}

/** Who looks after which account (spec section 7). */
export class PortfolioService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Assigns up to 500 accounts in one transaction, with a result for each in the order given; what is refused of one
   * does not touch the others. Throws FORBIDDEN, TOO_MANY_ITEMS, or what `once` throws.
   */
  async assignAccounts(
    actor: Actor,
    assignments: readonly AccountAssignment[],
    idempotencyKey?: string | null,
  ): Promise<readonly AssignmentResult[]> {
    authorise(actor, 'ASSIGN');
    if (assignments.length > MOST_ACCOUNTS_AT_ONCE) {
      throw new DomainError(
        'TOO_MANY_ITEMS',
        `${assignments.length} assignments are more than the ${MOST_ACCOUNTS_AT_ONCE} of one call; split them, or use "tierbook import portfolios"`,
        ['assignments'],
      );
    }
    const stamp = stampOf(actor, this.clock);
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, { idempotencyKey, operation: 'assignAccounts', request: assignments }, () =>
        assignAll(stores, assignments, stamp),
      ),
    );
  }
}

async function assignAll(
  stores: Stores,
  assignments: readonly AccountAssignment[],
  stamp: Stamp,
): Promise<AssignmentResult[]> {
  const keys = assignments.map(({ account }) => account);
  const [model, , held] = await Promise.all([
    publishedModel(stores),
    stores.csms.hold(),
    holdAccounts(stores, keys),
  ]);
  const owners = assignments.map(ownerOf);
  const [accounts, history, versions, staff] = await Promise.all([
    held.read(model, stamp),
    stores.portfolios.historyOf(held.ids),
    stores.portfolios.versionsOf(held.ids),
    staffOf(
      stores,
      owners.map((owner) => (owner instanceof DomainError ? null : owner)),
      stamp.today,
    ),
  ]);
  const seen = new Set<string>();
  const touched: StoredAccount[] = [];
  const writes: AssignmentWrite[] = [];
  const results = assignments.map((assignment, index): AssignmentResult => {
    const account = accounts[index];
    const owner = owners[index] ?? null;
    try {
      if (account === undefined || account instanceof DomainError) throw account ?? new Error('no account');
      if (owner instanceof DomainError) throw owner;
      if (seen.has(account.id)) {
        throw new DomainError(
          'DUPLICATE_EXTERNAL_ID',
          `"${account.externalId}" comes more than once; only the first one counts`,
          ['account'],
        );
      }
      seen.add(account.id);
      checkExpectedVersion(versions.get(account.id) ?? 0, assignment.expectedVersion);
      const timeline = new Timeline(account, history.get(account.id) ?? []);
      const { executiveSponsor, from, reason } = assignment;
      const request = { owner, executiveSponsor, from: from ?? stamp.today, until: null };
      const note = isGiven(reason) ? checkNote('reason', reason, LONGEST_REASON) : null;
      const isChanged = timeline.assign(request, staff, model, stamp.today);
      const write = isChanged ? timeline.write(note) : null;
      if (write === null) return { accountId: account.id, outcome: 'UNCHANGED', errors: [] };
      writes.push(write);
      touched.push(account);
      return { accountId: account.id, outcome: owner === null ? 'UNASSIGNED' : 'ASSIGNED', errors: [] };
    } catch (error) {
      const accountId = account === undefined || account instanceof DomainError ? null : account.id;
      return { accountId, outcome: 'REFUSED', errors: [refusalOf(error)] };
    }
  });
  await saveAssignments(stores, touched, writes, stamp);
  return results;
}

/** The owner that is named; null where the account is to be left to nobody. */
function ownerOf({ csm, pool, unassign }: AccountAssignment): Owner | DomainError | null {
  const named = [isGiven(csm), isGiven(pool), unassign === true].filter(Boolean).length;
  if (named !== 1) {
    return new DomainError('REQUIRED', 'name either a csm or a pool, or say unassign', ['csm']);
  }
  if (isGiven(csm)) return { kind: 'CSM', externalId: csm };
  return isGiven(pool) ? { kind: 'POOL', externalId: pool } : null;
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
