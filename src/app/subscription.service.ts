import { type AccountField, type AccountValues } from '../domain/account';
import { type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { type Trigger } from '../domain/move';
import { rescoreAccount } from '../domain/rescoring';
import {
  checkLineSums,
  lineFactChanges,
  lineHistory,
  movementsOf,
  type SubscriptionLine,
  valuesFromLines,
} from '../domain/subscription';
import { type TieringModel } from '../domain/tiering-model';
import { correctableSince, refuseThePast, unchangedWrite, writeOf } from './account-decision';
import { broughtUp } from './bring-up';
import { type Actor, authorise } from './actor';
import { saveAccounts } from './intervention-changes';
import { type Stamp } from './ports/clock';
import { type AccountWrite } from './ports/account-write';
import { type LineHistory, type StoredAccount, type Stores } from './ports/stores';
import { publishedModel } from './published-model';

/** All lines that a file has for one account. */
export interface AccountLines {
  readonly externalId: string;
  readonly lines: readonly SubscriptionLine[];
  /** Whether some of its lines were rejected; what is known is kept then beside what the file has. */
  readonly incomplete: boolean;
}

export interface LinesResult {
  readonly externalId: string;
  readonly outcome: 'UPDATED' | 'UNCHANGED' | 'REFUSED';
  readonly error: DomainError | null;
  readonly lines: LineCounts;
}

/** What became of the lines of an account, beside those that stayed as they were. */
export interface LineCounts {
  readonly added: number;
  /** Lines that begin on the same day with the same product as one that was known, and differ otherwise. */
  readonly amended: number;
  /** Lines that were known and that the file no longer has; none where its lines are incomplete. */
  readonly removed: number;
}

const NO_LINES: LineCounts = { added: 0, amended: 0, removed: 0 };

const LINE_FIELDS: readonly AccountField[] = ['arr', 'status', 'seatsPurchased', 'productLinesOwned'];

/** What subscription lines make of accounts: their ARR, their churn and the movements of their past. */
export interface LinesDecision {
  readonly write: AccountWrite | null;
  readonly history: LineHistory;
}

/**
 * Sets the lines of a batch of accounts and applies them as of the stamp's day (spec sections 3 and 14): a file
 * holds all lines of every account that it names. Gives a result for each account.
 */
export async function importLines(
  actor: Actor,
  stores: Stores,
  batch: readonly AccountLines[],
  stamp: Stamp,
): Promise<LinesResult[]> {
  authorise(actor, 'IMPORT');
  const model = await publishedModel(stores);
  const locked = await stores.accounts.lockByExternalIds(
    batch.map(({ externalId }) => externalId),
    correctableSince(model, stamp.today),
  );
  const placed = await broughtUp(stores, [...locked.values()], model, stamp);
  const stored = new Map(placed.map((account) => [account.externalId, account]));
  const known = await stores.subscriptions.linesOf([...stored.values()].map(({ id }) => id));
  const replaced = new Map<string, readonly SubscriptionLine[]>();
  const decisions: LinesDecision[] = [];
  const results: LinesResult[] = [];
  const touched = new Set<string>();
  for (const { externalId, lines: given, incomplete } of batch) {
    const account = stored.get(externalId);
    try {
      if (account === undefined) throw unknownAccount(externalId);
      refuseThePast(account, stamp.today);
      const before = known.get(account.id) ?? [];
      const { added, amended, missing } = compareLines(given, before);
      const lines = incomplete ? [...given, ...missing] : given;
      checkLineSums(lines);
      const counts = { added, amended, removed: incomplete ? 0 : missing.length };
      const same = sameLines(lines, before);
      if (!same) replaced.set(account.id, lines);
      const decision = applyLines(account, lines, model, stamp.today, true, same ? 'TIME' : 'FACTS');
      if (!same || decision.write !== null) touched.add(externalId);
      if (touched.has(externalId)) decisions.push(decision);
      const outcome = touched.has(externalId) ? 'UPDATED' : 'UNCHANGED';
      results.push({ externalId, outcome, error: null, lines: counts });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      results.push({ externalId, outcome: 'REFUSED', error, lines: NO_LINES });
    }
  }
  if (replaced.size > 0) await stores.subscriptions.replaceLines(replaced);
  await saveDecisions(stores, decisions, stamp);
  return results;
}

/** Writes what lines have decided. */
export async function saveDecisions(
  stores: Stores,
  decisions: readonly LinesDecision[],
  stamp: Stamp,
): Promise<void> {
  if (decisions.length === 0) return;
  await saveAccounts(
    stores,
    decisions.flatMap(({ write }) => write ?? []),
    stamp,
  );
  await stores.subscriptions.saveHistory(
    decisions.map(({ history }) => history),
    stamp,
  );
}

/**
 * What the lines say of the account as of a day, and of every day before. Lines decide ARR and churn; seats,
 * products, renewal date and term only where they name them.
 */
export function applyLines(
  account: StoredAccount,
  lines: readonly SubscriptionLine[],
  model: TieringModel,
  today: CalendarDate,
  fromFile: boolean,
  trigger: Trigger,
): LinesDecision {
  const history = lineHistory(lines, today);
  const movements = movementsOf(history);
  const given = valuesFromLines(account.values, lines, today);
  const rescoring = rescoreAccount({ ...account, hadArr: account.hadArr || movements.length > 0 }, given, {
    model,
    today,
    trigger,
    fromFile,
  });
  const changed = writeOf(account, rescoring, { model, today });
  const write = changed ?? (account.linesAppliedOn === null ? unchangedWrite(account) : null);
  return {
    // The movements and the facts that lines decide are written from their whole history instead.
    write: write && {
      ...write,
      linesAppliedOn: today,
      movement: null,
      changes: write.changes.filter(({ field }) => !LINE_FIELDS.includes(field)),
    },
    history: {
      accountId: account.id,
      movements,
      factChanges: lineFactChanges(history, runningStatus(account.values, given)),
    },
  };
}

/** The status while lines run; what it was before an earlier churn is not kept. */
function runningStatus(
  current: AccountValues,
  given: Partial<AccountValues>,
): Exclude<AccountValues['status'], 'CHURNED'> {
  if (current.status !== 'CHURNED') return current.status;
  return given.status === 'ACTIVE' ? 'ACTIVE' : null;
}

function sameLines(a: readonly SubscriptionLine[], b: readonly SubscriptionLine[]): boolean {
  return a.length === b.length && without(a, b).length === 0;
}

/** What a file changes about the lines that were known. */
function compareLines(
  given: readonly SubscriptionLine[],
  before: readonly SubscriptionLine[],
): { readonly added: number; readonly amended: number; readonly missing: readonly SubscriptionLine[] } {
  const fresh = without(given, before);
  const beginnings = new Map<string, number>();
  for (const line of fresh) beginnings.set(beginningOf(line), (beginnings.get(beginningOf(line)) ?? 0) + 1);
  const gone = without(before, given);
  // A line that was given another end is one line, not an old one that is kept beside a new one.
  const missing = gone.filter((line) => {
    const left = beginnings.get(beginningOf(line)) ?? 0;
    beginnings.set(beginningOf(line), left - 1);
    return left <= 0;
  });
  const amended = gone.length - missing.length;
  return { added: fresh.length - amended, amended, missing };
}

/** The lines of `a` that are not in `b`; a line that stands twice counts twice. */
function without(a: readonly SubscriptionLine[], b: readonly SubscriptionLine[]): SubscriptionLine[] {
  const counts = new Map<string, number>();
  for (const line of b) counts.set(keyOf(line), (counts.get(keyOf(line)) ?? 0) + 1);
  return a.filter((line) => {
    const left = counts.get(keyOf(line)) ?? 0;
    counts.set(keyOf(line), left - 1);
    return left <= 0;
  });
}

function keyOf({ start, end, arr, seats, product, plan }: SubscriptionLine): string {
  return JSON.stringify([start, end, arr, seats, product, plan]);
}

function beginningOf({ start, product }: SubscriptionLine): string {
  return `${start} ${product ?? ''}`;
}

function unknownAccount(externalId: string): DomainError {
  return new DomainError(
    'NOT_FOUND',
    `there is no account "${externalId}"; import the accounts before their subscriptions`,
    ['account'],
  );
}
