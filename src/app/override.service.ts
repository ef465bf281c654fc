import { DomainError, type Refusal, refusalOf } from '../domain/errors';
import {
  closeOverride,
  isExpired,
  type Override,
  type OverrideTerms,
  rejectOverride,
  revokeOverride,
  withdrawOverride,
} from '../domain/override';
import { type TieringModel } from '../domain/tiering-model';
import { correctableSince, isAheadOf, refuseThePast } from './account-decision';
import { lockPlaced } from './bring-up';
import { stampOf } from './account.service';
import { type Actor, authorise, may } from './actor';
import { inBatches, WRITTEN } from './batches';
import { type CallOptions } from './call-options';
import { checkExpectedVersion } from './expected-version';
import { once } from './idempotency';
import { type AccountKey, holdModelAndAccounts, namesOf } from './locked-account';
import {
  activeAmong,
  nextOf,
  type OverrideChange,
  planApproval,
  planEnd,
  planGrant,
  planRequest,
  saveOverride,
  saveOverrides,
} from './override-changes';
import { accountsInScope, outsidePortfolio } from './portfolio-scope';
import { byIds } from './ports/account-names';
import { type Clock, type Stamp } from './ports/clock';
import { type StoredOverride } from './ports/override';
import { NEVER_STOPPING, type Stopping } from './ports/stopping';
import { type StoredAccount, type Stores, type UnitOfWork } from './ports/stores';
import { publishedModel } from './published-model';

export const MOST_OVERRIDES_AT_ONCE = 500;

/** An override of one account, as a caller wants it. */
export interface WantedOverride extends OverrideTerms {
  readonly account: AccountKey;
  /** Whether an active override is to be replaced. */
  readonly supersede: boolean;
  /** The version of the account that the caller has seen. */
  readonly expectedVersion?: number | null | undefined;
}

export const OVERRIDE_OUTCOMES = ['ACTIVE', 'REQUESTED', 'REFUSED'] as const;

/** What became of one wanted override; plain data, since it is what a repeated call is answered with. */
export interface OverrideResult {
  readonly outcome: (typeof OVERRIDE_OUTCOMES)[number];
  /** Null where there is no such account. */
  readonly accountId: string | null;
  /** Null where it was refused. */
  readonly overrideId: string | null;
  readonly errors: readonly Refusal[];
}

/** Which override, and the account that it belongs to. */
export interface OverrideIds {
  readonly overrideId: string;
  readonly accountId: string;
}

/** What people decide about tiers against the rules: overrides and requests for them (spec section 4). */
export class OverrideService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Overrides the tier of an account: active at once by a manager, a request by a CSM (for the own portfolio).
   * Throws FORBIDDEN, NOT_FOUND, OUTSIDE_PORTFOLIO, STALE_VERSION, and what planGrant and planRequest throw.
   */
  async overrideTier(
    actor: Actor,
    wanted: WantedOverride,
    idempotencyKey?: string | null,
  ): Promise<OverrideIds> {
    authorise(actor, 'REQUEST_OVERRIDE');
    const stamp = stampOf(actor, this.clock);
    const call = { idempotencyKey, operation: 'overrideTier', request: wanted };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        const [result] = await overrideEach(stores, actor, [wanted], stamp);
        if (result instanceof Error) throw result;
        if (result === undefined) throw new Error('one wanted override gives one result');
        return result;
      }),
    );
  }

  /**
   * Up to 500 overrides in one transaction, with a result for each in the order given; what is wrong with one does not
   * touch the others. Throws FORBIDDEN, TOO_MANY_ITEMS, IDEMPOTENCY_KEY_MISMATCH.
   */
  async overrideTiers(
    actor: Actor,
    wanted: readonly WantedOverride[],
    idempotencyKey?: string | null,
  ): Promise<OverrideResult[]> {
    authorise(actor, 'REQUEST_OVERRIDE');
    if (wanted.length > MOST_OVERRIDES_AT_ONCE) {
      throw new DomainError(
        'TOO_MANY_ITEMS',
        `${wanted.length} overrides are more than the ${MOST_OVERRIDES_AT_ONCE} of one call; split them`,
        ['overrides'],
      );
    }
    const stamp = stampOf(actor, this.clock);
    const call = { idempotencyKey, operation: 'overrideTiers', request: wanted };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        const results = await overrideEach(stores, actor, wanted, stamp);
        const done = outcomeFor(actor);
        return results.map((result): OverrideResult =>
          result instanceof RefusedOverride
            ? { outcome: 'REFUSED', accountId: result.accountId, overrideId: null, errors: [result.refusal] }
            : { outcome: done, ...result, errors: [] },
        );
      }),
    );
  }

  /**
   * Approves or rejects a request; a rejection needs a note. Throws FORBIDDEN, OWN_REQUEST, NOT_FOUND, WRONG_STATUS,
   * STALE_VERSION, OVERRIDE_ACTIVE, and what approveOverride throws.
   */
  async decideOverride(
    actor: Actor,
    overrideId: string,
    decision: { readonly approve: boolean; readonly note: string | null; readonly supersede: boolean },
    options: CallOptions = {},
  ): Promise<OverrideIds> {
    const request = { overrideId, ...decision, expectedVersion: options.expectedVersion };
    // Whoever may ask for overrides and asks for this one is told why it is not theirs to decide.
    return this.change(actor, 'decideOverride', overrideId, request, options, (found) => {
      const { override, account, open, stamp, model } = found;
      if (override.requested.actorId !== actor.id) authorise(actor, 'DECIDE_OVERRIDE');
      if (decision.approve) {
        return planApproval(account, open, override, decision.note, stamp, model, decision.supersede);
      }
      const rejected = rejectOverride(override, stamp, decision.note);
      return { overrides: [nextOf(override, rejected)], account: null };
    });
  }

  /** Withdraws a request: the own one, or as a manager anybody's. Throws FORBIDDEN, NOT_FOUND, WRONG_STATUS, STALE_VERSION. */
  async withdrawOverride(
    actor: Actor,
    overrideId: string,
    note: string | null,
    options: CallOptions = {},
  ): Promise<OverrideIds> {
    const request = { overrideId, note, expectedVersion: options.expectedVersion };
    return this.change(actor, 'withdrawOverride', overrideId, request, options, ({ override, stamp }) => {
      if (override.requested.actorId !== actor.id) authorise(actor, 'DECIDE_OVERRIDE');
      return { overrides: [nextOf(override, withdrawOverride(override, stamp, note))], account: null };
    });
  }

  /**
   * Ends an active override before its time. One that was a data error lets the account fall at once (section 3).
   * Throws FORBIDDEN, NOT_FOUND, WRONG_STATUS, STALE_VERSION, REQUIRED or INVALID_VALUE.
   */
  async revokeOverride(
    actor: Actor,
    overrideId: string,
    revocation: { readonly note: string; readonly dataError: boolean },
    options: CallOptions = {},
  ): Promise<OverrideIds> {
    authorise(actor, 'DECIDE_OVERRIDE');
    const { note, dataError } = revocation;
    const request = { overrideId, note, dataError, expectedVersion: options.expectedVersion };
    return this.change(actor, 'revokeOverride', overrideId, request, options, (found) => {
      const { override, account, stamp, model } = found;
      const closed = revokeOverride(override, stamp, dataError ? 'DATA_ERROR' : 'DECISION', note);
      return planEnd(account, override, closed, stamp, model);
    });
  }

  /**
   * Ends every active override whose expiry has come by the stamp's day, and rejects the requests that nobody decided
   * in time. Accounts whose history goes beyond the day already are left to a later one. Running it again, or twice at
   * once, ends nothing twice. Gives how many were ended. Throws FORBIDDEN, or StoppedEarly between two batches.
   */
  async expireDue(actor: Actor, stamp: Stamp, stopping: Stopping = NEVER_STOPPING): Promise<number> {
    authorise(actor, 'RECALCULATE');
    const batches = inBatches(
      this.unitOfWork,
      stamp,
      stopping,
      (stores, after) => stores.overrides.accountsWithDue(stamp.today, after, WRITTEN),
      (stores, ids) => expireBatch(stores, ids, stamp),
    );
    let ended = 0;
    for await (const inBatch of batches) ended += inBatch;
    return ended;
  }

  private async change(
    actor: Actor,
    operation: string,
    overrideId: string,
    request: unknown,
    { idempotencyKey, expectedVersion }: CallOptions,
    decide: (found: FoundOverride) => OverrideChange,
  ): Promise<OverrideIds> {
    authorise(actor, 'REQUEST_OVERRIDE');
    const stamp = stampOf(actor, this.clock);
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, { idempotencyKey, operation, request }, async () => {
        const found = await lockOverride(stores, overrideId, stamp);
        const change = decide(found);
        checkExpectedVersion(found.override.version, expectedVersion);
        await saveOverride(stores, change, stamp);
        return { overrideId, accountId: found.account.id };
      }),
    );
  }
}

interface FoundOverride {
  readonly override: StoredOverride;
  readonly account: StoredAccount;
  /** Everything that is open for the account. */
  readonly open: readonly StoredOverride[];
  readonly stamp: Stamp;
  readonly model: TieringModel;
}

/** A wanted override that was refused, with the account where there is one. */
class RefusedOverride extends DomainError {
  constructor(
    readonly refusal: Refusal,
    readonly accountId: string | null,
  ) {
    super(refusal.code, refusal.message, refusal.field);
  }
}

function outcomeFor(actor: Actor): 'ACTIVE' | 'REQUESTED' {
  return may(actor, 'DECIDE_OVERRIDE') ? 'ACTIVE' : 'REQUESTED';
}

/** Decides each wanted override and writes those that nothing stands against, all in a few statements. */
async function overrideEach(
  stores: Stores,
  actor: Actor,
  wanted: readonly WantedOverride[],
  stamp: Stamp,
): Promise<(OverrideIds | RefusedOverride)[]> {
  const keys = wanted.map(({ account }) => account);
  const [[model, { ids, all: accounts }], known] = await Promise.all([
    holdModelAndAccounts(stores, keys, stamp, (model) => correctableSince(model, stamp.today)),
    stores.overrides.openOf(namesOf(keys)),
    // With the accounts locked: the newer one of two has the higher id.
    stores.overrides.reserve(keys.length),
  ]);
  const scope = await accountsInScope(stores, actor, ids, stamp.today);
  const open = new Map<string, StoredOverride[]>();
  for (const one of known) open.set(one.accountId, [...(open.get(one.accountId) ?? []), one]);
  const plan = outcomeFor(actor) === 'ACTIVE' ? planGrant : planRequest;
  const seen = new Set<string>();
  const decided = wanted.map((one, index) => {
    const account = accounts[index];
    if (account === undefined || account instanceof DomainError) {
      return new RefusedOverride(refusalOf(account), null);
    }
    try {
      if (seen.has(account.id)) throw comesTwice(one.account);
      seen.add(account.id);
      if (!scope.has(account.id)) throw outsidePortfolio();
      refuseThePast(account, stamp.today);
      checkExpectedVersion(account.version, one.expectedVersion);
      return plan(account, open.get(account.id) ?? [], one, stamp, model, one.supersede);
    } catch (error) {
      return new RefusedOverride(refusalOf(error), account.id);
    }
  });
  const changes = decided.flatMap((one) => (one instanceof RefusedOverride ? [] : one));
  const saved = await saveOverrides(stores, changes, stamp);
  return decided.map((one) => {
    if (one instanceof RefusedOverride) return one;
    return {
      overrideId: saved[changes.indexOf(one)] ?? '',
      accountId: one.overrides[0]?.accountId ?? '',
    };
  });
}

/** The override with its account locked, so that nothing about either changes any more. */
async function lockOverride(stores: Stores, overrideId: string, stamp: Stamp): Promise<FoundOverride> {
  const [model, accountId] = await Promise.all([
    publishedModel(stores),
    stores.overrides.accountOf(overrideId),
  ]);
  if (accountId === null) throw overrideNotFound();
  // The account is locked before the others are read, though they all travel together.
  const [[account], override, open] = await Promise.all([
    lockPlaced(stores, [accountId], model, stamp),
    stores.overrides.byId(overrideId),
    stores.overrides.openOf(byIds([accountId])),
  ]);
  if (account === undefined || override === null) throw overrideNotFound();
  refuseThePast(account, stamp.today);
  return { override, account, open, stamp, model };
}

async function expireBatch(stores: Stores, ids: readonly string[], stamp: Stamp): Promise<number> {
  const model = await publishedModel(stores);
  const accounts = await lockPlaced(stores, ids, model, stamp);
  const open = await stores.overrides.openOf(byIds(ids));
  const changes = accounts
    .filter((account) => !isAheadOf(account, stamp.today))
    .flatMap((account) => {
      const due = open.filter((one) => one.accountId === account.id && isExpired(one, stamp.today));
      const active = activeAmong(due, account.id);
      return due.map((one): OverrideChange => {
        const closed: Override = closeOverride(one, stamp, 'EXPIRY');
        return one === active
          ? planEnd(account, one, closed, stamp, model)
          : { overrides: [nextOf(one, closed)], account: null };
      });
    });
  await saveOverrides(stores, changes, stamp);
  return changes.length;
}

function overrideNotFound(): DomainError {
  return new DomainError('NOT_FOUND', 'there is no such override', ['overrideId']);
}

function comesTwice({ id }: AccountKey): DomainError {
  return new DomainError(
    'CONFLICT',
    'the account comes more than once in this call; only the first one counts',
    [id === null || id === undefined ? 'externalId' : 'accountId'],
  );
}
