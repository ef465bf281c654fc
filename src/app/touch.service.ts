import { addDays, type CalendarDate } from '../domain/calendar';
import { programOf } from '../domain/engagement-program';
import { DomainError, type Refusal, refusalOf } from '../domain/errors';
import { checkOptionalNote } from '../domain/note';
import { effectiveTier } from '../domain/standing';
import { type TieringModel } from '../domain/tiering-model';
import { checkTouch, type Touch, UNDO_DAYS } from '../domain/touch';
import { stampOf } from './account.service';
import { type Actor, authorise, ROLES } from './actor';
import { once } from './idempotency';
import { type AccountKey, holdModelAndAccounts, lockAccount } from './locked-account';
import { accountsInScope, outsidePortfolio } from './portfolio-scope';
import { type Clock, type Stamp } from './ports/clock';
import { type StoredAccount, type Stores, type UnitOfWork } from './ports/stores';
import { type StoredTouch, type TouchWrite } from './ports/touch';

export const MOST_TOUCHES_AT_ONCE = 500;

/** A touch that somebody wants to log. */
export interface LoggedItem extends Omit<Touch, 'on'> {
  readonly account: AccountKey;
  /** Today, if left out. */
  readonly on: CalendarDate | null;
}

/** What became of one of them: the id of the touch, or why it was refused. */
export interface LogResult {
  /** Null where the key names no account. */
  readonly accountId: string | null;
  readonly touchId: string | null;
  readonly refusal: Refusal | null;
}

/** Which touch, and the account that it belongs to. */
export interface TouchIds {
  readonly touchId: string;
  readonly accountId: string;
}

/** Touches and business reviews as they are logged (spec section 8). */
export class TouchService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Logs a touch, or a business review that was held or left out: of the own portfolio for a CSM, of all accounts for
   * a manager. Throws FORBIDDEN, NOT_FOUND, OUTSIDE_PORTFOLIO, ACCOUNT_CHURNED, INVALID_VALUE, REQUIRED,
   * MAY_NOT_BE_SKIPPED, and as `once` for the key.
   */
  async logTouch(actor: Actor, item: LoggedItem, idempotencyKey?: string | null): Promise<TouchIds> {
    authorise(actor, 'LOG_TOUCH');
    const stamp = stampOf(actor, this.clock);
    const call = { idempotencyKey, operation: 'logTouch', request: item };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        const [result] = await logTouches(stores, actor, [item], stamp);
        if (result?.refusal) {
          const { code, message, field } = result.refusal;
          throw new DomainError(code, message, field);
        }
        return { touchId: result?.touchId ?? '', accountId: result?.accountId ?? '' };
      }),
    );
  }

  /**
   * Logs up to 500 touches in one transaction, with a result for each, in order; what is wrong with one does not touch
   * the others. Throws FORBIDDEN, TOO_MANY_ITEMS, and as `once` for the key.
   */
  async logTouches(
    actor: Actor,
    items: readonly LoggedItem[],
    idempotencyKey?: string | null,
  ): Promise<LogResult[]> {
    authorise(actor, 'LOG_TOUCH');
    if (items.length > MOST_TOUCHES_AT_ONCE) {
      throw new DomainError(
        'TOO_MANY_ITEMS',
        `${items.length} touches are more than the ${MOST_TOUCHES_AT_ONCE} of one call; split them`,
        ['touches'],
      );
    }
    const stamp = stampOf(actor, this.clock);
    const call = { idempotencyKey, operation: 'logTouches', request: items };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, () => logTouches(stores, actor, items, stamp)),
    );
  }

  /**
   * Takes a touch back that was logged by mistake: within 14 days whoever logged it, at any time a manager. It stays
   * in the history and counts for nothing. Throws FORBIDDEN, NOT_FOUND, OUTSIDE_PORTFOLIO, WRONG_STATUS, INVALID_VALUE,
   * and as `once` for the key.
   */
  async undoTouch(
    actor: Actor,
    touchId: string,
    note: string | null,
    idempotencyKey?: string | null,
  ): Promise<TouchIds> {
    authorise(actor, 'LOG_TOUCH');
    const stamp = stampOf(actor, this.clock);
    const call = { idempotencyKey, operation: 'undoTouch', request: { touchId, note } };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        const reason = checkOptionalNote(note);
        const accountId = await stores.touches.accountOf(touchId);
        if (accountId === null) throw touchNotFound();
        // The account is locked before the touch is read, though both travel together.
        const [, touch] = await Promise.all([
          lockAccount(stores, { id: accountId }, stamp.today),
          stores.touches.byId(touchId),
        ]);
        if (touch === null) throw touchNotFound();
        const scope = await accountsInScope(stores, actor, [accountId], stamp.today);
        if (!scope.has(accountId)) throw outsidePortfolio();
        checkUndo(touch, actor, stamp);
        stores.touches.undo(touch, reason, stamp);
        return { touchId, accountId };
      }),
    );
  }
}

/** Logs touches within one transaction, with a result for each; see TouchService. */
export async function logTouches(
  stores: Stores,
  actor: Actor,
  items: readonly LoggedItem[],
  stamp: Stamp,
): Promise<LogResult[]> {
  const [model, { ids: found, all: accounts }] = await holdModelAndAccounts(
    stores,
    items.map(({ account }) => account),
    stamp,
    // Which upgrades can still be mistakes does not matter here.
    () => stamp.today,
  );
  const scope = await accountsInScope(stores, actor, found, stamp.today);
  const writes: TouchWrite[] = [];
  const outcomes = items.map((item, index) => {
    const account = accounts[index];
    const accountId = account === undefined || account instanceof DomainError ? null : account.id;
    try {
      if (account === undefined) throw new Error('a key is lost');
      if (account instanceof DomainError) throw account;
      if (!scope.has(account.id)) throw outsidePortfolio();
      writes.push({ ...touchOf(item, account, model, stamp), accountId: account.id, csmId: actor.csmId });
      return { accountId, position: writes.length - 1, refusal: null };
    } catch (error) {
      return { accountId, position: null, refusal: refusalOf(error) };
    }
  });
  const ids = await stores.touches.add(writes, stamp);
  return outcomes.map(({ accountId, position, refusal }) => ({
    accountId,
    touchId: position === null ? null : (ids[position] ?? null),
    refusal,
  }));
}

function touchOf(
  { kind, on, channel, outcome, note, skipped }: LoggedItem,
  { values, standing }: StoredAccount,
  model: TieringModel,
  { today }: Stamp,
): Touch {
  if (values.status === 'CHURNED') {
    throw new DomainError('ACCOUNT_CHURNED', 'nothing is owed to a churned account; reactivate it first', [
      'account',
    ]);
  }
  const tier = effectiveTier(standing);
  const reviews = tier === null ? null : programOf(model, tier).businessReviews;
  return checkTouch({ kind, on: on ?? today, channel, outcome, note, skipped }, today, reviews);
}

function checkUndo(touch: StoredTouch, actor: Actor, { today }: Stamp): void {
  if (touch.undone) {
    throw new DomainError('WRONG_STATUS', 'this touch was taken back already', ['touchId']);
  }
  if (ROLES.indexOf(actor.role) >= ROLES.indexOf('MANAGER')) return;
  if (touch.actorId !== actor.id || addDays(touch.recordedOn, UNDO_DAYS) < today) {
    throw new DomainError(
      'WRONG_STATUS',
      `only whoever logged a touch may take it back, within ${UNDO_DAYS} days; ask a manager`,
      ['touchId'],
    );
  }
}

function touchNotFound(): DomainError {
  return new DomainError('NOT_FOUND', 'there is no such touch', ['touchId']);
}
