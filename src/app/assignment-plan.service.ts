import { checkNote } from '../domain/account-field';
import { type PlanOutcome, type PlanPriority, type PlanProposal } from '../domain/assignment-plan';
import { type CalendarDate } from '../domain/calendar';
import { DomainError, type Refusal, refusalOf } from '../domain/errors';
import { type GoalOutcome, type ProgramSolution } from '../domain/integer-program';
import { askForPlan, type PlanQuestion } from '../domain/plan-outcome';
import { checkSponsor } from '../domain/portfolio';
import { type TieringModel } from '../domain/tiering-model';
import { correctableSince } from './account-changes';
import { publishedModel } from './published-model';
import { stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import { once } from './idempotency';
import { type AccountKey, lockAccounts } from './locked-account';
import { modelInForce } from './model-draft.service';
import { OneAtATime } from './one-at-a-time';
import { readPlannedBook } from './planned-book';
import { saveAssignments, staffOf, Timeline } from './portfolio-changes';
import { type AccountFilter } from './ports/account-filter';
import { type Clock, type Stamp } from './ports/clock';
import { type AssignmentWrite } from './ports/portfolio';
import { type Secrets } from './ports/secrets';
import { type Solver } from './ports/solver';
import { type StoredAccount, type Stores, type UnitOfWork } from './ports/stores';

/** What a plan is asked for. */
export interface PlanRequest {
  /** Accounts that may go to another owner; all if absent. */
  readonly where?: AccountFilter | null | undefined;
  /** The most accounts that may change from one owner to another; any number if absent. */
  readonly moveBudget?: number | null | undefined;
  /** MOST_ACCOUNTS if absent. */
  readonly priority?: PlanPriority | null | undefined;
}

/** Who stands behind one account. */
export interface NamedSponsor {
  readonly account: AccountKey;
  readonly executiveSponsor: string;
}

export interface PlanToApply {
  readonly plan: PlanRequest;
  /** What `plan` gave. */
  readonly digest: string;
  /** The sponsors of accounts whose tier needs one and that have none. */
  readonly executiveSponsors?: readonly NamedSponsor[] | null | undefined;
  /** The sponsor of all others that need one. */
  readonly executiveSponsor?: string | null | undefined;
  readonly reason?: string | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** A plan, and what is known of how it was found. */
export interface FoundPlan {
  readonly day: CalendarDate;
  readonly model: TieringModel;
  readonly digest: string;
  readonly outcome: PlanOutcome;
  /** The goals in their order; none where there was nothing to decide. */
  readonly goals: readonly GoalOutcome[];
  readonly isReproducible: boolean;
}

export interface AppliedPlan {
  /** The ids of the accounts that got a new owner. */
  readonly assigned: readonly string[];
  readonly refused: readonly { readonly accountId: string; readonly error: Refusal }[];
}

const MOST_MOVES = 1_000_000;
const MOST_SPONSORS = 500;
const LONGEST_REASON = 1_000;
const BATCH = 500;
const MOST_RECENT = 4;
const BY_PLAN = 'By an assignment plan';
const NOTHING_TO_DECIDE: ProgramSolution = { values: [], goals: [], stoppedByClock: false };

/** Who should look after which account, and doing so (spec section 7). */
export class AssignmentPlanService {
  /** Each looks at the whole book and keeps a core busy. */
  private readonly plans = new OneAtATime();
  /** The last plans by what they were made from: pages of one plan, and applying it, need not solve it again. */
  private readonly recent = new Map<string, FoundPlan>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly solver: Solver,
    private readonly secrets: Pick<Secrets, 'hash'>,
  ) {}

  /**
   * Proposes who takes the accounts that nobody validly looks after, and some of those of CSMs above their limit;
   * nothing is written. Throws FORBIDDEN, and INVALID_VALUE for a move budget or a filter that is none.
   */
  async plan(actor: Actor, request: PlanRequest): Promise<FoundPlan> {
    authorise(actor, 'ASSIGN');
    checkBudget(request.moveBudget);
    return this.plans.run(() => this.find(request));
  }

  /**
   * Assigns what the plan of this digest proposes, all in one transaction, with the accounts that were refused by
   * name: those that need an executive sponsor and were given none. The plan is worked out before the transaction.
   * Throws FORBIDDEN, INVALID_VALUE, TOO_MANY_ITEMS, NOT_FOUND, STALE_PLAN where the book, the staff, the model, the
   * request or the day is no longer what was planned with, and what `once` throws.
   */
  async apply(actor: Actor, given: PlanToApply): Promise<AppliedPlan> {
    authorise(actor, 'ASSIGN');
    checkBudget(given.plan.moveBudget);
    const { idempotencyKey, ...request } = given;
    const sponsors = given.executiveSponsors ?? [];
    if (sponsors.length > MOST_SPONSORS) {
      throw new DomainError('TOO_MANY_ITEMS', `name at most ${MOST_SPONSORS} executive sponsors at once`, [
        'executiveSponsors',
      ]);
    }
    const reason = checkNote('reason', given.reason ?? BY_PLAN, LONGEST_REASON);
    const stamp = stampOf(actor, this.clock);
    const found = await this.plans.run(() => this.findAgain(given));
    return this.unitOfWork.run((stores) =>
      once(stores, stamp, { idempotencyKey, operation: 'applyAssignmentPlan', request }, async () => {
        if (found === null) throw stalePlan();
        const model = await publishedModel(stores);
        // Alone, so that no other plan or person fills a CSM at the same time.
        await stores.csms.lockForChange();
        const { proposals } = found.plan.outcome;
        // Before the look at the digest, so that no account changes between that look and its new owner.
        await lockProposed(stores, proposals, correctableSince(model, stamp.today));
        if ((await stores.assignmentPlans.digest(stamp.today)) !== found.lookedAt) throw stalePlan();
        const sponsorOf = await readSponsors(stores, given, sponsors, proposals);
        return assignProposals(stores, proposals, { model, stamp, sponsorOf, reason });
      }),
    );
  }

  private async find(request: PlanRequest): Promise<FoundPlan> {
    return this.work(await this.look(request), request);
  }

  /** The plan of the digest, and what it looked at; null where it would be another one now. */
  private async findAgain({
    plan: request,
    digest,
  }: PlanToApply): Promise<{ plan: FoundPlan; lookedAt: string } | null> {
    const seen = await this.look(request);
    if (this.stampOf(seen.lookedAt, request) !== digest.split(':')[0]) return null;
    const plan = await this.work(seen, request);
    return plan.digest === digest ? { plan, lookedAt: seen.lookedAt } : null;
  }

  private look({ where, moveBudget, priority }: PlanRequest): Promise<Seen> {
    const today = this.clock.today();
    return this.unitOfWork.observe(async (stores) => {
      const model = await modelInForce(stores);
      const lookedAt = await stores.assignmentPlans.digest(today);
      const book = await readPlannedBook(stores, where ?? null, model);
      const wishes = { moveBudget: moveBudget ?? null, priority: priority ?? 'MOST_ACCOUNTS' } as const;
      return { today, model, lookedAt, question: askForPlan(book, model, wishes, today) };
    });
  }

  private async work({ today, model, lookedAt, question }: Seen, request: PlanRequest): Promise<FoundPlan> {
    const stamp = this.stampOf(lookedAt, request);
    const known = this.recent.get(stamp);
    if (known !== undefined) return known;
    const solution =
      question.program === null ? NOTHING_TO_DECIDE : await this.solver.solve(question.program);
    const outcome = question.answer(solution.values);
    const decided = outcome.proposals.map(({ accountId, to }) => [accountId, to.kind, to.externalId]);
    const plan: FoundPlan = {
      day: today,
      model,
      digest: `${stamp}:${this.hash(JSON.stringify(decided))}`,
      outcome,
      goals: solution.goals,
      isReproducible: !solution.stoppedByClock,
    };
    this.recent.set(stamp, plan);
    for (const oldest of [...this.recent.keys()].slice(0, -MOST_RECENT)) this.recent.delete(oldest);
    return plan;
  }

  private stampOf(lookedAt: string, { where, moveBudget, priority }: PlanRequest): string {
    return this.hash(
      JSON.stringify([lookedAt, where ?? null, moveBudget ?? null, priority ?? 'MOST_ACCOUNTS']),
    );
  }

  private hash(text: string): string {
    return Array.from(this.secrets.hash(text), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

interface Seen {
  readonly today: CalendarDate;
  readonly model: TieringModel;
  readonly lookedAt: string;
  readonly question: PlanQuestion;
}

async function lockProposed(
  stores: Stores,
  proposals: readonly PlanProposal[],
  upgradesSince: CalendarDate,
): Promise<void> {
  for (let from = 0; from < proposals.length; from += BATCH) {
    const batch = proposals.slice(from, from + BATCH);
    await stores.accounts.lockByIds(
      batch.map(({ accountId }) => accountId),
      upgradesSince,
    );
  }
}

/**
 * The sponsor of each account: the one that is named for it, else the one for all others. Throws NOT_FOUND for one
 * that is named for an account which the plan does not give to anybody, or which needs none.
 */
async function readSponsors(
  stores: Stores,
  { executiveSponsor }: PlanToApply,
  sponsors: readonly NamedSponsor[],
  proposals: readonly PlanProposal[],
): Promise<(accountId: string) => string | null> {
  const forAll = checkSponsor(executiveSponsor ?? null);
  const names = sponsors.map((one) => checkSponsor(one.executiveSponsor));
  const ids = await stores.accounts.idsOf(sponsors.flatMap(({ account }) => account.externalId ?? []));
  const lacking = new Set(
    proposals.flatMap(({ accountId, needsExecutiveSponsor }) => (needsExecutiveSponsor ? accountId : [])),
  );
  const byAccount = new Map(
    sponsors.map(({ account }, index) => {
      const id = account.id ?? ids.get(account.externalId ?? '');
      if (id !== undefined && lacking.has(id)) return [id, names[index] ?? null] as const;
      throw new DomainError('NOT_FOUND', 'the plan has no such account that lacks an executive sponsor', [
        'executiveSponsors',
        String(index),
      ]);
    }),
  );
  return (accountId) => byAccount.get(accountId) ?? forAll;
}

interface Applying {
  readonly model: TieringModel;
  readonly stamp: Stamp;
  readonly sponsorOf: (accountId: string) => string | null;
  readonly reason: string;
}

async function assignProposals(
  stores: Stores,
  proposals: readonly PlanProposal[],
  { model, stamp, sponsorOf, reason }: Applying,
): Promise<AppliedPlan> {
  const { today } = stamp;
  const staff = await staffOf(
    stores,
    proposals.map(({ to }) => to),
    today,
  );
  const assigned: string[] = [];
  const refused: { accountId: string; error: Refusal }[] = [];
  for (let from = 0; from < proposals.length; from += BATCH) {
    const batch = proposals.slice(from, from + BATCH);
    const ids = batch.map(({ accountId }) => accountId);
    const accounts = await lockAccounts(
      stores,
      ids.map((id) => ({ id })),
      correctableSince(model, today),
    );
    const history = await stores.portfolios.historyOf(ids);
    const touched: StoredAccount[] = [];
    const writes: AssignmentWrite[] = [];
    for (const [index, { accountId, to, needsExecutiveSponsor }] of batch.entries()) {
      const account = accounts[index];
      try {
        if (account === undefined || account instanceof DomainError) throw account ?? stalePlan();
        const timeline = new Timeline(account, history.get(accountId) ?? []);
        const executiveSponsor = needsExecutiveSponsor ? sponsorOf(accountId) : undefined;
        timeline.assign({ owner: to, executiveSponsor, from: today, until: null }, staff, model, today);
        const write = timeline.write(reason);
        if (write === null) continue;
        writes.push(write);
        touched.push(account);
        assigned.push(accountId);
      } catch (error) {
        refused.push({ accountId, error: refusalOf(error) });
      }
    }
    await saveAssignments(stores, touched, writes, stamp);
  }
  return { assigned, refused };
}

function checkBudget(moveBudget: number | null | undefined): void {
  if (moveBudget === null || moveBudget === undefined) return;
  if (Number.isInteger(moveBudget) && moveBudget >= 0 && moveBudget <= MOST_MOVES) return;
  throw new DomainError('INVALID_VALUE', `moveBudget must be a whole number from 0 to ${MOST_MOVES}`, [
    'moveBudget',
  ]);
}

function stalePlan(): DomainError {
  return new DomainError(
    'STALE_PLAN',
    'the book, the CSMs, the model, the day or what was asked for is no longer what was planned with; ask for a plan again and look at it',
    ['digest'],
  );
}
