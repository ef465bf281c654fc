import { type AccountField, type AccountFieldValue, type AccountValues, NO_VALUES } from '../domain/account';
import { checkExternalId, checkField } from '../domain/account-field';
import { type CalendarDate } from '../domain/calendar';
import { designate, REASON_FROM_FACTS } from '../domain/designation';
import { DomainError, type Refusal, refusalOf } from '../domain/errors';
import { wouldCycle } from '../domain/hierarchy';
import { type Account, rescoreAccount } from '../domain/rescoring';
import { UNPLACED } from '../domain/standing';
import { NO_REVIEW } from '../domain/tier-review';
import { type TieringModel } from '../domain/tiering-model';
import { correctableSince, refuseThePast, writeOf } from './account-decision';
import { broughtUp } from './bring-up';
import { saveAccounts } from './intervention-changes';
import { type Stamp } from './ports/clock';
import { type AccountWrite } from './ports/account-write';
import { type AccountStore, type StoredAccount, type Stores } from './ports/stores';
import { publishedModel } from './published-model';

/**
 * Changes from which on summaries are read first: many of so many only repeat what is known, and only those that have
 * anything to write take the whole account.
 */
const LARGE = 200;

/** What a caller wants to be true of one account. */
export interface AccountChange {
  readonly externalId: string;
  /** The currency of its amounts, where the caller names one. */
  readonly currency?: string | null | undefined;
  /** Absent fields stay as they are, null makes them missing (spec section 3). */
  readonly values: { readonly [F in AccountField]?: AccountValues[F] | undefined };
}

export const CHANGE_OUTCOMES = ['CREATED', 'UPDATED', 'UNCHANGED', 'REFUSED'] as const;

export interface ChangeResult {
  readonly externalId: string;
  readonly outcome: (typeof CHANGE_OUTCOMES)[number];
  /** Null where a new account was refused. */
  readonly id: string | null;
  readonly errors: readonly Refusal[];
}

export interface ChangeContext {
  readonly stamp: Stamp;
  readonly baseCurrency: string;
  /** Whether the accounts come in with a file. */
  readonly fromFile: boolean;
  /** Whether every value has been checked, as what is read from the cells of a file has; none is undefined then. */
  readonly isChecked?: boolean;
}

/** A change that passed the checks so far. */
interface Accepted {
  readonly index: number;
  readonly externalId: string;
  readonly values: Partial<AccountValues>;
}

/**
 * Applies a batch of changes of facts within one transaction: each account is checked, rescored, placed and
 * moved, and what is wrong with one is refused without touching the others. Gives a result for each, in order.
 */
export async function applyAccountChanges(
  stores: Stores,
  changes: readonly AccountChange[],
  context: ChangeContext,
): Promise<ChangeResult[]> {
  const model = await publishedModel(stores);
  const batch = new Batch(changes);
  batch.checkShape(context);
  const since = correctableSince(model, context.stamp.today);
  const named = batch.accepted().map(({ externalId }) => externalId);
  const isLarge = named.length >= LARGE;
  const locked = isLarge
    ? await stores.accounts.lockSummaries(named)
    : await stores.accounts.lockByExternalIds(named, since);
  const again = isLarge ? (ids: readonly string[]) => stores.accounts.lockSummariesByIds(ids) : undefined;
  const placed = await broughtUp(stores, [...locked.values()], model, context.stamp, again);
  const stored = new Map(placed.map((account) => [account.externalId, account]));
  await batch.checkParents(stores.accounts);

  const decided: AccountWrite[] = [];
  const touched: Accepted[] = [];
  const attempt = (change: Accepted, before: StoredAccount | null): AccountWrite | null =>
    batch.attempt(change, () => decide(before, change, model, context));
  for (const change of batch.accepted()) {
    const before = stored.get(change.externalId) ?? null;
    const write = attempt(change, before);
    if (write === null) continue;
    if (before === null || !isLarge) decided.push(write);
    else touched.push(change);
  }
  const whole = await wholeAccounts(stores, touched, stored, since);
  for (const change of touched) {
    const write = attempt(change, whole.get(change.externalId) ?? null);
    if (write !== null) decided.push(write);
  }
  batch.refuseOrphans();
  const accepted = new Set(batch.accepted().map(({ externalId }) => externalId));
  const writes = decided.filter(({ account }) => accepted.has(account.externalId));
  const ids = await saveAccounts(stores, writes, context.stamp);
  return batch.results(stored, ids, new Set(writes.map(({ account }) => account.externalId)));
}

/** The accounts that changes have anything to write of, by external id; they are locked already. */
async function wholeAccounts(
  stores: Stores,
  touched: readonly Accepted[],
  summaries: ReadonlyMap<string, StoredAccount>,
  upgradesSince: CalendarDate,
): Promise<Map<string, StoredAccount>> {
  if (touched.length === 0) return new Map();
  const ids = touched.flatMap(({ externalId }) => summaries.get(externalId)?.id ?? []);
  const accounts = await stores.accounts.readByIds(ids, upgradesSince);
  return new Map(accounts.map((account) => [account.externalId, account]));
}

function decide(
  before: StoredAccount | null,
  { externalId, values }: Accepted,
  model: TieringModel,
  { stamp, fromFile }: ChangeContext,
): AccountWrite | null {
  const { today } = stamp;
  if (before !== null) {
    refuseThePast(before, today);
    refuseWhatLinesDecide(before, values);
  }
  const account: Account = before ?? {
    externalId,
    values: NO_VALUES,
    designation: null,
    standing: UNPLACED,
    scorecard: null,
    recentUpgrades: [],
    hadArr: false,
    review: NO_REVIEW,
  };
  const designated = values.strategicDesignation ?? null;
  const designation =
    values.strategicDesignation === undefined
      ? account.designation
      : designated !== true
        ? null
        : (account.designation ?? designate(REASON_FROM_FACTS, stamp.actorName, null, today));
  const context = { model, today, trigger: 'FACTS', fromFile } as const;
  return writeOf(before, rescoreAccount({ ...account, designation }, values, context), context);
}

function refuseWhatLinesDecide(account: StoredAccount, values: Partial<AccountValues>): void {
  if (account.linesAppliedOn === null) return;
  if (values.arr !== undefined) {
    throw new DomainError(
      'ARR_FROM_SUBSCRIPTIONS',
      'the ARR of this account comes from its subscription lines; leave arr out, or import the lines',
      ['arr'],
    );
  }
  const churned = account.values.status === 'CHURNED';
  if (values.status !== undefined && (values.status === 'CHURNED') !== churned) {
    throw new DomainError(
      'SET_BY_SUBSCRIPTIONS',
      'the churn of this account comes from its subscription lines; leave status out, or import the lines',
      ['status'],
    );
  }
  const set = account.setByLines.find((field) => values[field] !== undefined);
  if (set !== undefined) {
    throw new DomainError(
      'SET_BY_SUBSCRIPTIONS',
      `${set} of this account comes from its subscription lines; leave it out, or import the lines`,
      [set],
    );
  }
}

/** The changes of one call: which are still accepted, and why the others are not. */
class Batch {
  private readonly checked = new Map<number, Accepted>();
  private readonly errors = new Map<number, Refusal[]>();
  /** The parents that are in the book already. */
  private existing: ReadonlySet<string> = new Set();

  constructor(private readonly changes: readonly AccountChange[]) {}

  accepted(): Accepted[] {
    return [...this.checked.values()];
  }

  checkShape({ baseCurrency, isChecked = false }: ChangeContext): void {
    const seen = new Set<string>();
    this.changes.forEach((change, index) => {
      const errors: Refusal[] = [];
      const collect = <T>(check: () => T): T | undefined => {
        try {
          return check();
        } catch (error) {
          errors.push(refusalOf(error));
          return undefined;
        }
      };
      const externalId = collect(() => checkExternalId(change.externalId)) ?? change.externalId;
      if (isOtherCurrency(change, baseCurrency))
        errors.push(refusalOf(currencyError(change.currency ?? '', baseCurrency)));
      if (seen.has(externalId)) errors.push(refusalOf(duplicateError(externalId)));
      seen.add(externalId);
      const values = isChecked ? (change.values as Partial<AccountValues>) : checked(change.values, collect);
      if (errors.length > 0) this.errors.set(index, errors);
      else this.checked.set(index, { index, externalId, values });
    });
  }

  /** Refuses parents that do not exist, or that are refused themselves, and links that would close a cycle. */
  async checkParents(accounts: AccountStore): Promise<void> {
    const parents = this.accepted().flatMap(({ values }) => values.parentExternalId ?? []);
    if (parents.length === 0) return;
    this.existing = await accounts.existing(parents);
    const parentOf: Map<string, string | null> = await accounts.parentsAbove(parents);
    for (const { externalId, values, index } of this.accepted()) {
      const parent = values.parentExternalId;
      if (parent === undefined) continue;
      if (parent !== null && wouldCycle(externalId, parent, (id) => parentOf.get(id) ?? null)) {
        this.refuse(
          index,
          new DomainError('PARENT_CYCLE', cycleMessage(externalId, parent), ['parentExternalId']),
        );
      } else {
        parentOf.set(externalId, parent);
      }
    }
    this.refuseOrphans();
  }

  /** Refuses accounts whose new parent is refused itself; that may leave others without a parent, and so on. */
  refuseOrphans(): void {
    let orphans: Accepted[];
    do {
      const accepted = new Set(this.accepted().map(({ externalId }) => externalId));
      orphans = this.accepted().filter(({ values: { parentExternalId: parent } }) => {
        return typeof parent === 'string' && !this.existing.has(parent) && !accepted.has(parent);
      });
      for (const { index, values } of orphans)
        this.refuse(index, parentNotFound(values.parentExternalId ?? ''));
    } while (orphans.length > 0);
  }

  /** Does the work for a change; a refusal of the domain is kept as the change's error. */
  attempt<T>(change: Accepted, work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      this.refuse(change.index, error);
      return null;
    }
  }

  results(
    stored: ReadonlyMap<string, StoredAccount>,
    ids: ReadonlyMap<string, string>,
    written: ReadonlySet<string>,
  ): ChangeResult[] {
    return this.changes.map((change, index) => {
      const errors = this.errors.get(index) ?? [];
      const externalId = this.checked.get(index)?.externalId ?? change.externalId;
      const before = stored.get(externalId);
      if (errors.length > 0) return { externalId, outcome: 'REFUSED', id: before?.id ?? null, errors };
      const outcome = !written.has(externalId) ? 'UNCHANGED' : before === undefined ? 'CREATED' : 'UPDATED';
      return { externalId, outcome, id: before?.id ?? ids.get(externalId) ?? null, errors };
    });
  }

  private refuse(index: number, error: unknown): void {
    const refusal = refusalOf(error);
    this.checked.delete(index);
    this.errors.set(index, [...(this.errors.get(index) ?? []), refusal]);
  }
}

/** What is given, each value in its one form. */
function checked(
  given: AccountChange['values'],
  collect: <T>(check: () => T) => T | undefined,
): Partial<AccountValues> {
  const values: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(given) as [AccountField, AccountFieldValue | undefined][]) {
    if (value !== undefined) values[field] = collect(() => checkField(field, value));
  }
  return values;
}

function isOtherCurrency({ currency }: AccountChange, baseCurrency: string): boolean {
  return currency !== undefined && currency !== null && currency.toUpperCase() !== baseCurrency;
}

/** The refusal of amounts in another currency, by name (spec section 14). */
export function currencyError(currency: string, baseCurrency: string): DomainError {
  return new DomainError(
    'CURRENCY_NOT_BASE',
    `amounts are kept in ${baseCurrency}; convert those in ${currency} before they come in`,
    ['currency'],
  );
}

function duplicateError(externalId: string): DomainError {
  return new DomainError(
    'DUPLICATE_EXTERNAL_ID',
    `"${externalId}" comes more than once; only the first one counts`,
    ['externalId'],
  );
}

function parentNotFound(parent: string): DomainError {
  return new DomainError('PARENT_NOT_FOUND', `the parent account "${parent}" does not exist`, [
    'parentExternalId',
  ]);
}

function cycleMessage(child: string, parent: string): string {
  return child === parent
    ? `"${child}" cannot be its own parent`
    : `"${parent}" stands below "${child}", so it cannot be its parent`;
}
