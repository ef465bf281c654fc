import { type CalendarDate } from '../domain/calendar';
import { designate } from '../domain/designation';
import { DomainError } from '../domain/errors';
import { rescoreAccount } from '../domain/rescoring';
import { type AccountChange, applyAccountChanges, type ChangeResult } from './account-changes';
import { correctableSince, refuseThePast, writeOf } from './account-decision';
import { type Actor, authorise } from './actor';
import { type CallOptions } from './call-options';
import { checkExpectedVersion } from './expected-version';
import { once } from './idempotency';
import { saveAccounts } from './intervention-changes';
import { type AccountKey, holdModelAndAccounts, theOne } from './locked-account';
import { type Clock, type Stamp } from './ports/clock';
import { type StoredAccount, type UnitOfWork } from './ports/stores';

export const MOST_ACCOUNTS_AT_ONCE = 500;

/** What people and scripts do to single accounts, and to up to 500 at once. */
export class AccountService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly baseCurrency: string,
  ) {}

  /**
   * Creates or changes accounts by external id, in one transaction, with a result for each in the order given.
   * Throws FORBIDDEN, IDEMPOTENCY_KEY_MISMATCH, or TOO_MANY_ITEMS for more than 500.
   */
  async upsertAccounts(
    actor: Actor,
    changes: readonly AccountChange[],
    idempotencyKey?: string | null,
  ): Promise<ChangeResult[]> {
    authorise(actor, 'IMPORT');
    if (changes.length > MOST_ACCOUNTS_AT_ONCE) {
      throw new DomainError(
        'TOO_MANY_ITEMS',
        `${changes.length} accounts are more than the ${MOST_ACCOUNTS_AT_ONCE} of one call; split them, or use "tierbook import accounts"`,
        ['accounts'],
      );
    }
    const context = { stamp: stampOf(actor, this.clock), baseCurrency: this.baseCurrency, fromFile: false };
    const call = { idempotencyKey, operation: 'upsertAccounts', request: changes };
    return this.unitOfWork.run(context.stamp, (stores) =>
      once(stores, context.stamp, call, () => applyAccountChanges(stores, changes, context)),
    );
  }

  /**
   * Designates an account strategic, which places it in the top tier at once (section 2.3). Gives its id.
   * Throws FORBIDDEN, NOT_FOUND, ALREADY_DESIGNATED, ACCOUNT_CHURNED, STALE_VERSION, REQUIRED or INVALID_VALUE.
   */
  async designateStrategic(
    actor: Actor,
    key: AccountKey,
    reason: string,
    reviewOn: CalendarDate | null,
    options: CallOptions = {},
  ): Promise<string> {
    authorise(actor, 'DESIGNATE');
    const stamp = stampOf(actor, this.clock);
    const request = { key, reason, reviewOn };
    return this.change('designateStrategic', key, request, options, stamp, (account) => {
      const designation = designate(reason, stamp.actorName, reviewOn, stamp.today);
      if (account.designation !== null) {
        throw new DomainError('ALREADY_DESIGNATED', 'the account is designated strategic already', [
          'account',
        ]);
      }
      if (account.values.status === 'CHURNED') {
        throw new DomainError('ACCOUNT_CHURNED', 'a churned account cannot be designated', ['account']);
      }
      return { account: { ...account, designation }, values: { strategicDesignation: true } };
    });
  }

  /**
   * Ends a designation; the account falls to where the other rules place it, with grace. Gives its id.
   * Throws FORBIDDEN, NOT_FOUND, STALE_VERSION or NOT_DESIGNATED.
   */
  async endDesignation(actor: Actor, key: AccountKey, options: CallOptions = {}): Promise<string> {
    authorise(actor, 'DESIGNATE');
    const stamp = stampOf(actor, this.clock);
    return this.change('endDesignation', key, { key }, options, stamp, (account) => {
      if (account.designation === null) {
        throw new DomainError('NOT_DESIGNATED', 'the account is not designated strategic', ['account']);
      }
      return { account: { ...account, designation: null }, values: { strategicDesignation: false } };
    });
  }

  private change(
    operation: string,
    key: AccountKey,
    request: object,
    { idempotencyKey, expectedVersion }: CallOptions,
    stamp: Stamp,
    decide: (account: StoredAccount) => { account: StoredAccount; values: { strategicDesignation: boolean } },
  ): Promise<string> {
    const call = { idempotencyKey, operation, request: { ...request, expectedVersion } };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        const [model, { all }] = await holdModelAndAccounts(stores, [key], stamp, (model) =>
          correctableSince(model, stamp.today),
        );
        const before = theOne(all);
        refuseThePast(before, stamp.today);
        checkExpectedVersion(before.version, expectedVersion);
        const { account, values } = decide(before);
        const context = { model, today: stamp.today, trigger: 'FACTS', fromFile: false } as const;
        const write = writeOf(before, rescoreAccount(account, values, context), context);
        if (write !== null) await saveAccounts(stores, [write], stamp);
        return before.id;
      }),
    );
  }
}

/** Who acts, and when. */
export function stampOf(actor: Actor, clock: Clock): Stamp {
  const { id, name, requestId } = actor;
  return { actorId: id, actorName: name, now: clock.now(), today: clock.today(), requestId };
}
