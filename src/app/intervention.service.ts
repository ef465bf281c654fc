import { DomainError, type Refusal, refusalOf } from '../domain/errors';
import { completeIntervention } from '../domain/intervention';
import { stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import { type CallOptions } from './call-options';
import { checkExpectedVersion } from './expected-version';
import { once } from './idempotency';
import { type Clock, type Stamp } from './ports/clock';
import { type InterventionWrite, type StoredIntervention } from './ports/intervention';
import { type Stores, type UnitOfWork } from './ports/stores';
import { accountsInScope, outsidePortfolio } from './portfolio-scope';

export const MOST_INTERVENTIONS_AT_ONCE = 500;

/** One intervention that is to be completed. */
export interface Completion {
  readonly interventionId: string;
  /** What was done about it. */
  readonly note: string;
  readonly expectedVersion?: number | null | undefined;
}

export interface CompletedIntervention {
  /** Null where there is no such intervention. */
  readonly interventionId: string | null;
  readonly refusal: Refusal | null;
}

/** What people do about interventions; the rules raise them (spec section 8). */
export class InterventionService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Completes an intervention with a note: CSMs those of the accounts that they look after, themselves or in a pool;
   * managers all. Gives its id. Throws FORBIDDEN, OUTSIDE_PORTFOLIO, NOT_FOUND, WRONG_STATUS, STALE_VERSION, REQUIRED,
   * INVALID_VALUE.
   */
  async complete(
    actor: Actor,
    { interventionId, note }: Pick<Completion, 'interventionId' | 'note'>,
    { idempotencyKey, expectedVersion }: CallOptions = {},
  ): Promise<string> {
    authorise(actor, 'COMPLETE_INTERVENTION');
    const stamp = stampOf(actor, this.clock);
    const completion = { interventionId, note, expectedVersion };
    const call = { idempotencyKey, operation: 'completeIntervention', request: completion };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        const [result] = await completeEach(stores, actor, [completion], stamp);
        if (result?.refusal)
          throw new DomainError(result.refusal.code, result.refusal.message, result.refusal.field);
        return interventionId;
      }),
    );
  }

  /**
   * Completes up to 500 in one transaction, with a result for each in the order given; what is wrong with one does not
   * touch the others. Throws FORBIDDEN, TOO_MANY_ITEMS, IDEMPOTENCY_KEY_MISMATCH.
   */
  async completeAll(
    actor: Actor,
    completions: readonly Completion[],
    idempotencyKey?: string | null,
  ): Promise<CompletedIntervention[]> {
    authorise(actor, 'COMPLETE_INTERVENTION');
    if (completions.length > MOST_INTERVENTIONS_AT_ONCE) {
      throw new DomainError(
        'TOO_MANY_ITEMS',
        `${completions.length} interventions are more than the ${MOST_INTERVENTIONS_AT_ONCE} of one call; split them`,
        ['interventions'],
      );
    }
    const stamp = stampOf(actor, this.clock);
    const call = { idempotencyKey, operation: 'completeInterventions', request: completions };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, () => completeEach(stores, actor, completions, stamp)),
    );
  }
}

async function completeEach(
  stores: Stores,
  actor: Actor,
  completions: readonly Completion[],
  stamp: Stamp,
): Promise<CompletedIntervention[]> {
  const accountOf = await stores.interventions.accountsOf(
    completions.map(({ interventionId }) => interventionId),
  );
  const accountIds = [...new Set(accountOf.values())];
  await stores.accounts.lockByIds(accountIds, stamp.today);
  const found = await stores.interventions.byIds([...accountOf.keys()]);
  const byId = new Map<string, StoredIntervention>(found.map((one) => [one.id, one]));
  const scope = await accountsInScope(stores, actor, accountIds, stamp.today);
  const writes: InterventionWrite[] = [];
  const results = completions.map(({ interventionId, note, expectedVersion }): CompletedIntervention => {
    const before = byId.get(interventionId);
    try {
      if (before === undefined) throw noIntervention();
      if (!scope.has(before.accountId)) throw outsidePortfolio();
      checkExpectedVersion(before.version, expectedVersion);
      const intervention = completeIntervention(before, note, stamp);
      // Whoever names it twice is told so by its status.
      byId.set(interventionId, { ...before, ...intervention });
      writes.push({ id: before.id, accountId: before.accountId, intervention });
      return { interventionId, refusal: null };
    } catch (error) {
      return { interventionId: before?.id ?? null, refusal: refusalOf(error) };
    }
  });
  await stores.interventions.save(writes);
  return results;
}

function noIntervention(): DomainError {
  return new DomainError('NOT_FOUND', 'there is no such intervention', ['interventionId']);
}
