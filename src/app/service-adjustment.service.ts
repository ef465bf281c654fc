import { type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import {
  acceptAdjustment,
  type AdjustmentKind,
  checkAdjustable,
  checkGrounds,
  closeAdjustment,
  dismissAdjustment,
  endAdjustment,
  isOver,
  planProposals,
  setAdjustment,
} from '../domain/service-adjustment';
import { type TieringModel } from '../domain/tiering-model';
import { correctableSince, isAheadOf } from './account-decision';
import { lockPlaced } from './bring-up';
import { stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import { inBatches, WRITTEN } from './batches';
import { type CallOptions } from './call-options';
import { checkExpectedVersion } from './expected-version';
import { once } from './idempotency';
import { type AccountKey, holdModelAndAccounts, namesOf, theOne } from './locked-account';
import { byIds } from './ports/account-names';
import { type Clock, type Stamp } from './ports/clock';
import { type AdjustmentWrite, type StoredAdjustment } from './ports/service-adjustment';
import { NEVER_STOPPING, type Stopping } from './ports/stopping';
import { type StoredAccount, type Stores, type UnitOfWork } from './ports/stores';
import { publishedModel } from './published-model';

/** Which adjustment, and the account that it belongs to. */
export interface AdjustmentIds {
  readonly adjustmentId: string;
  readonly accountId: string;
}

/** What a day did about proposals. */
export interface ProposalRun {
  readonly proposed: number;
  readonly withdrawn: number;
  /** Everything that was written, such as a dismissed proposal whose grounds are gone. */
  readonly changed: number;
}

/** Temporary extra or lighter touch, which the system proposes and people decide about (spec section 5). */
export class ServiceAdjustmentService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Accepts a proposal until a day at most `model.adjustments.longestDays` off; an active adjustment of the other kind
   * gives way to it. Throws FORBIDDEN, NOT_FOUND, WRONG_STATUS, STALE_VERSION, INVALID_VALUE.
   */
  async accept(
    actor: Actor,
    adjustmentId: string,
    terms: { readonly until: CalendarDate; readonly note: string | null },
    options: CallOptions = {},
  ): Promise<AdjustmentIds> {
    const request = { adjustmentId, ...terms };
    return this.change(actor, 'acceptServiceAdjustment', adjustmentId, request, options, (found) => {
      const { adjustment, account, known, stamp, model } = found;
      const accepted = acceptAdjustment(adjustment, terms.until, terms.note, stamp, model);
      checkAdjustable(account);
      checkGrounds(adjustment, account, model);
      const replaced = known.filter(({ status }) => status === 'ACTIVE');
      return [
        ...replaced.map((one) => nextOf(one, closeAdjustment(one, stamp, 'REPLACED'))),
        nextOf(adjustment, accepted),
      ];
    });
  }

  /**
   * Dismisses a proposal, which does not come back while its grounds hold without interruption.
   * Throws FORBIDDEN, NOT_FOUND, WRONG_STATUS, STALE_VERSION, INVALID_VALUE.
   */
  async dismiss(
    actor: Actor,
    adjustmentId: string,
    note: string | null,
    options: CallOptions = {},
  ): Promise<AdjustmentIds> {
    const request = { adjustmentId, note };
    return this.change(
      actor,
      'dismissServiceAdjustment',
      adjustmentId,
      request,
      options,
      ({ adjustment, stamp }) => [nextOf(adjustment, dismissAdjustment(adjustment, note, stamp))],
    );
  }

  /** Ends an active adjustment before its time. Throws FORBIDDEN, NOT_FOUND, WRONG_STATUS, STALE_VERSION, INVALID_VALUE. */
  async end(
    actor: Actor,
    adjustmentId: string,
    note: string | null,
    options: CallOptions = {},
  ): Promise<AdjustmentIds> {
    const request = { adjustmentId, note };
    return this.change(
      actor,
      'endServiceAdjustment',
      adjustmentId,
      request,
      options,
      ({ adjustment, stamp }) => [nextOf(adjustment, endAdjustment(adjustment, note, stamp))],
    );
  }

  /**
   * Sets an adjustment that nobody proposed; an open proposal is withdrawn. `expectedVersion` is the account's.
   * Throws FORBIDDEN, NOT_FOUND, STALE_VERSION, ACCOUNT_CHURNED, NOT_PLACED, INVALID_VALUE, and CONFLICT where one is active and is not to be replaced.
   */
  async set(
    actor: Actor,
    key: AccountKey,
    terms: {
      readonly kind: AdjustmentKind;
      readonly until: CalendarDate;
      readonly note: string | null;
      readonly replace: boolean;
    },
    { idempotencyKey, expectedVersion }: CallOptions = {},
  ): Promise<AdjustmentIds> {
    authorise(actor, 'DECIDE_ADJUSTMENT');
    const stamp = stampOf(actor, this.clock);
    const request = { key, ...terms, expectedVersion };
    const call = { idempotencyKey, operation: 'setServiceAdjustment', request };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        const [[model, { all }], known] = await Promise.all([
          holdModelAndAccounts(stores, [key], stamp, (model) => correctableSince(model, stamp.today)),
          stores.adjustments.knownOf(namesOf([key])),
          stores.adjustments.reserve(1),
        ]);
        const account = theOne(all);
        checkExpectedVersion(account.version, expectedVersion);
        checkAdjustable(account);
        const adjustment = setAdjustment(terms.kind, terms.until, terms.note, stamp, model);
        const open = known.filter(({ status }) => status === 'ACTIVE' || status === 'PROPOSED');
        const active = open.find(({ status }) => status === 'ACTIVE');
        if (active !== undefined && !terms.replace) throw adjustmentActive(active);
        const ids = await stores.adjustments.save([
          ...open.map((one) => nextOf(one, closeAdjustment(one, stamp, 'REPLACED'))),
          { id: null, accountId: account.id, adjustment },
        ]);
        return { adjustmentId: ids.at(-1) ?? '', accountId: account.id };
      }),
    );
  }

  /**
   * Proposes what section 5 asks for on the stamp's day, and withdraws proposals whose grounds are gone, in batches of
   * their own transactions. Running it again, or twice at once, does nothing twice. Throws FORBIDDEN, or
   * StoppedEarly between two batches.
   */
  async proposeDue(actor: Actor, stamp: Stamp, stopping: Stopping = NEVER_STOPPING): Promise<ProposalRun> {
    authorise(actor, 'RECALCULATE');
    const batches = inBatches(
      this.unitOfWork,
      stamp,
      stopping,
      async (stores, after) => {
        const { adjustments } = await publishedModel(stores);
        return stores.adjustments.accountsToPropose(adjustments.lighterFromHealth, after, WRITTEN);
      },
      (stores, ids) => proposeBatch(stores, ids, stamp),
    );
    let [proposed, withdrawn, changed] = [0, 0, 0];
    for await (const writes of batches) {
      proposed += writes.filter(({ id }) => id === null).length;
      withdrawn += writes.filter(({ adjustment }) => adjustment.status === 'WITHDRAWN').length;
      changed += writes.length;
    }
    return { proposed, withdrawn, changed };
  }

  /**
   * Ends every active adjustment whose last day has come by the stamp's day, in batches of their own transactions.
   * Gives how many. Throws FORBIDDEN, or StoppedEarly between two batches.
   */
  async endDue(actor: Actor, stamp: Stamp, stopping: Stopping = NEVER_STOPPING): Promise<number> {
    authorise(actor, 'RECALCULATE');
    const batches = inBatches(
      this.unitOfWork,
      stamp,
      stopping,
      (stores, after) => stores.adjustments.accountsWithDue(stamp.today, after, WRITTEN),
      async (stores, ids) => {
        const model = await publishedModel(stores);
        await stores.accounts.lockByIds(ids, correctableSince(model, stamp.today));
        const over = (await stores.adjustments.knownOf(byIds(ids))).filter((one) => isOver(one, stamp.today));
        await stores.adjustments.save(over.map((one) => nextOf(one, closeAdjustment(one, stamp, 'EXPIRY'))));
        return over.length;
      },
    );
    let ended = 0;
    for await (const inBatch of batches) ended += inBatch;
    return ended;
  }

  private async change(
    actor: Actor,
    operation: string,
    adjustmentId: string,
    request: object,
    { idempotencyKey, expectedVersion }: CallOptions,
    decide: (found: FoundAdjustment) => readonly AdjustmentWrite[],
  ): Promise<AdjustmentIds> {
    authorise(actor, 'DECIDE_ADJUSTMENT');
    const stamp = stampOf(actor, this.clock);
    const call = { idempotencyKey, operation, request: { ...request, expectedVersion } };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        const found = await lockAdjustment(stores, adjustmentId, stamp);
        checkExpectedVersion(found.adjustment.version, expectedVersion);
        await stores.adjustments.save(decide(found));
        return { adjustmentId, accountId: found.account.id };
      }),
    );
  }
}

interface FoundAdjustment {
  readonly adjustment: StoredAdjustment;
  readonly account: StoredAccount;
  readonly known: readonly StoredAdjustment[];
  readonly stamp: Stamp;
  readonly model: TieringModel;
}

/** The adjustment with its account locked, so that nothing about either changes any more. */
async function lockAdjustment(stores: Stores, adjustmentId: string, stamp: Stamp): Promise<FoundAdjustment> {
  const [model, accountId] = await Promise.all([
    publishedModel(stores),
    stores.adjustments.accountOf(adjustmentId),
  ]);
  if (accountId === null) throw adjustmentNotFound();
  // The account is locked before the others are read, though they all travel together.
  const [[account], adjustment, known] = await Promise.all([
    lockPlaced(stores, [accountId], model, stamp),
    stores.adjustments.byId(adjustmentId),
    stores.adjustments.knownOf(byIds([accountId])),
  ]);
  if (account === undefined || adjustment === null) throw adjustmentNotFound();
  return { adjustment, account, known, stamp, model };
}

async function proposeBatch(
  stores: Stores,
  ids: readonly string[],
  stamp: Stamp,
): Promise<readonly AdjustmentWrite[]> {
  const model = await publishedModel(stores);
  const since = correctableSince(model, stamp.today);
  const decide = async (accounts: readonly StoredAccount[]): Promise<AdjustmentWrite[]> => {
    const known = await stores.adjustments.knownOf(byIds(accounts.map(({ id }) => id)));
    return accounts.flatMap((account) => {
      if (isAheadOf(account, stamp.today)) return [];
      const own = known.filter(({ accountId }) => accountId === account.id);
      const { changed, added } = planProposals(account, own, stamp, model);
      return [
        ...changed.map(({ before, after }) => nextOf(before, after)),
        ...(added === null ? [] : [{ id: null, accountId: account.id, adjustment: added }]),
      ];
    });
  };
  // Most accounts have nothing to write, so only those that do are locked, and then decided again.
  const candidates = await decide(await stores.accounts.readByIds(ids, since));
  if (candidates.length === 0) return [];
  const named = candidates.map(({ accountId }) => accountId);
  const writes = await decide(await lockPlaced(stores, named, model, stamp));
  await stores.adjustments.save(writes);
  return writes;
}

/** The next state of a stored adjustment. */
function nextOf(
  { id, accountId }: StoredAdjustment,
  adjustment: AdjustmentWrite['adjustment'],
): AdjustmentWrite {
  return { id, accountId, adjustment };
}

function adjustmentNotFound(): DomainError {
  return new DomainError('NOT_FOUND', 'there is no such service adjustment', ['adjustmentId']);
}

function adjustmentActive({ kind, until }: StoredAdjustment): DomainError {
  return new DomainError(
    'CONFLICT',
    `${kind} is active until ${until ?? 'further notice'}; give replace: true to put this in its place`,
    ['replace'],
  );
}
