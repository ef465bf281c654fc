import { checkNote } from '../domain/account-field';
import { type PlanOutcome, type PlanPriority } from '../domain/assignment-plan';
import { type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { type GoalOutcome, type ProgramSolution } from '../domain/integer-program';
import { askForPlan, type PlanQuestion } from '../domain/plan-outcome';
import { type TieringModel } from '../domain/tiering-model';
import { stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import {
  type AppliedPlan,
  assignProposals,
  type NamedSponsor,
  readSponsors,
  stalePlan,
} from './assignment-plan-changes';
import { once } from './idempotency';
import { modelInForce } from './model-draft.service';
import { OneAtATime } from './one-at-a-time';
import { readPlannedBook } from './planned-book';
import { type AccountFilter } from './ports/account-filter';
import { type Clock } from './ports/clock';
import { type Secrets } from './ports/secrets';
import { type Solver } from './ports/solver';
import { type UnitOfWork } from './ports/stores';
import { publishedModel } from './published-model';

/** What a plan is asked for. */
export interface PlanRequest {
  /** Accounts that may go to another owner; all if absent. */
  readonly where?: AccountFilter | null | undefined;
  /** The most accounts that may change from one owner to another; any number if absent. */
  readonly moveBudget?: number | null | undefined;
  /** MOST_ACCOUNTS if absent. */
  readonly priority?: PlanPriority | null | undefined;
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

const MOST_MOVES = 1_000_000;
const MOST_SPONSORS = 500;
const LONGEST_REASON = 1_000;
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
    const found = await this.plans.run(() => this.find(request));
    if (found === null) throw stalePlan();
    return found.plan;
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
    const again = await this.plans.run(() => this.find(given.plan, given.digest.split(':')[0]));
    const found = again?.plan.digest === given.digest ? again : null;
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, { idempotencyKey, operation: 'applyAssignmentPlan', request }, async () => {
        if (found === null) throw stalePlan();
        const model = await publishedModel(stores);
        // Alone, so that no other plan or person fills a CSM at the same time.
        await stores.csms.lockForChange();
        const { proposals } = found.plan.outcome;
        // Before the look at the digest, so that no account changes between that look and its new owner.
        await stores.accounts.hold({ ids: proposals.map(({ accountId }) => accountId), externalIds: [] });
        if ((await stores.assignmentPlans.digest(stamp.today)) !== found.lookedAt) throw stalePlan();
        const sponsorOf = await readSponsors(stores, given.executiveSponsor, sponsors, proposals);
        return assignProposals(stores, proposals, { model, stamp, sponsorOf, reason });
      }),
    );
  }

  /**
   * The plan, and the digest of what it looked at. Null where a stamp is wanted, and the book has another one now.
   */
  private async find(
    request: PlanRequest,
    wanted: string | null = null,
  ): Promise<{ plan: FoundPlan; lookedAt: string } | null> {
    const { where, moveBudget, priority } = request;
    const today = this.clock.today();
    const seen = await this.unitOfWork.observe(async (stores) => {
      const lookedAt = await stores.assignmentPlans.digest(today);
      const stamp = this.stampOf(lookedAt, request);
      if (wanted !== null && stamp !== wanted) return null;
      const known = this.recent.get(stamp) ?? null;
      if (known !== null) return { lookedAt, stamp, known };
      const model = await modelInForce(stores);
      return { lookedAt, stamp, known, model, book: await readPlannedBook(stores, where ?? null, model) };
    });
    if (seen === null) return null;
    if (seen.known !== null) return { plan: seen.known, lookedAt: seen.lookedAt };
    const { lookedAt, stamp, model, book } = seen;
    const wishes = { moveBudget: moveBudget ?? null, priority: priority ?? 'MOST_ACCOUNTS' } as const;
    const plan = await this.work(stamp, model, askForPlan(book, model, wishes, today), today);
    return { plan, lookedAt };
  }

  private async work(
    stamp: string,
    model: TieringModel,
    question: PlanQuestion,
    day: CalendarDate,
  ): Promise<FoundPlan> {
    const solution =
      question.program === null ? NOTHING_TO_DECIDE : await this.solver.solve(question.program);
    const outcome = question.answer(solution.values);
    const decided = outcome.proposals.map(({ accountId, to }) => [accountId, to.kind, to.externalId]);
    const plan: FoundPlan = {
      day,
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

function checkBudget(moveBudget: number | null | undefined): void {
  if (moveBudget === null || moveBudget === undefined) return;
  if (Number.isInteger(moveBudget) && moveBudget >= 0 && moveBudget <= MOST_MOVES) return;
  throw new DomainError('INVALID_VALUE', `moveBudget must be a whole number from 0 to ${MOST_MOVES}`, [
    'moveBudget',
  ]);
}
