import { DomainError } from '../domain/errors';
import { quietDays, quietFrom, RULES_EDITION } from '../domain/quiet-days';
import { type Account, hasNews, rescoreAccount, type Rescoring } from '../domain/rescoring';
import { type TieringModel } from '../domain/tiering-model';
import { correctableSince, isAheadOf, writeOf } from './account-decision';
import { bringUp, lockPlaced } from './bring-up';
import { stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import { AT_ONCE, inBatches, LEAFED_THROUGH, LOOKED_AT, slicesOf, WRITTEN } from './batches';
import { saveAccounts } from './intervention-changes';
import { modelInForce } from './model-draft.service';
import { overlapped } from './overlapped';
import { type Clock, type Stamp } from './ports/clock';
import { NEVER_STOPPING, stopIfAsked, type Stopping } from './ports/stopping';
import { type AccountWrite } from './ports/account-write';
import {
  type AccountOutline,
  type QuietAccountVersion,
  type StoredAccount,
  type Stores,
  type UnitOfWork,
} from './ports/stores';
import { publishedModel } from './published-model';
import { applyLines, saveDecisions } from './subscription.service';

export interface Recalculation {
  /** Accounts that are as the day wants them now; most of them could be left alone. */
  readonly scored: number;
  /** Accounts of which anything had to be written. */
  readonly changed: number;
  /** Accounts whose effective tier moved. */
  readonly moved: number;
}

export interface RecalculationOptions {
  /** Told how many accounts were looked at since the last call. */
  readonly onProgress?: (accounts: number) => void;
  readonly stopping?: Stopping;
  /** Whether accounts are looked at as well of which it is known that nothing can have changed. */
  readonly everyAccount?: boolean;
}

/** Brings the whole book up to the day: lines that start or end, facts that age, downgrades that fall due (section 3). */
export class RecalculationService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Rescores every account that is not churned, in batches of their own transactions; those that the day cannot have
   * changed are left alone. Running it again on the same day writes nothing. Throws FORBIDDEN.
   */
  async recalculate(actor: Actor, options: RecalculationOptions = {}): Promise<Recalculation> {
    return this.bringUpTo(actor, stampOf(actor, this.clock), options);
  }

  /**
   * As recalculate, for the day of the stamp. Accounts that were decided for a later day already are left to that
   * day. Throws FORBIDDEN, or StoppedEarly between two batches.
   */
  async bringUpTo(
    actor: Actor,
    stamp: Stamp,
    { onProgress = ignore, stopping = NEVER_STOPPING, everyAccount = false }: RecalculationOptions = {},
  ): Promise<Recalculation> {
    authorise(actor, 'RECALCULATE');
    let [scored, changed, moved] = [0, 0, 0];
    const count = (writes: readonly AccountWrite[]): void => {
      changed += writes.length;
      moved += writes.filter(hasMoved).length;
    };
    const lines = inBatches(
      this.unitOfWork,
      stamp,
      stopping,
      (stores, after) => stores.subscriptions.accountsWithDueLines(stamp.today, after, WRITTEN),
      (stores, ids) => applyDueLines(stores, ids, stamp),
    );
    for await (const writes of lines) count(writes);
    const rescored = overlapped(
      this.candidates(stamp, stopping, everyAccount, (accounts) => {
        scored += accounts;
        onProgress(accounts);
      }),
      AT_ONCE,
      (ids) => this.unitOfWork.run(stamp, (stores) => rescoreLocked(stores, ids, stamp)),
      () => stopping.aborted,
    );
    for await (const writes of rescored) count(writes);
    stopIfAsked(stopping);
    return { scored, changed, moved };
  }

  /** The accounts that may have something to write, as many at a time as are written together. */
  private async *candidates(
    stamp: Stamp,
    stopping: Stopping,
    everyAccount: boolean,
    onLook: (accounts: number) => void,
  ): AsyncGenerator<readonly string[], void> {
    const waiting: string[] = [];
    for await (const { accounts, candidates } of this.looks(stamp, stopping, everyAccount)) {
      waiting.push(...candidates);
      while (waiting.length >= WRITTEN) yield waiting.splice(0, WRITTEN);
      onLook(accounts);
    }
    if (waiting.length > 0) yield waiting;
  }

  /** Looks at all accounts, at the next ones while whoever asks is still busy with those before. */
  private async *looks(
    stamp: Stamp,
    stopping: Stopping,
    everyAccount: boolean,
  ): AsyncGenerator<Looked, void> {
    let next = this.look('0', stamp, everyAccount);
    try {
      for (;;) {
        const found = await next;
        stopIfAsked(stopping);
        if (found.last === null) return;
        next = this.look(found.last, stamp, everyAccount);
        // What goes wrong with it is told in its turn.
        next.catch(ignore);
        yield found;
      }
    } finally {
      await next.catch(ignore);
    }
  }

  /** Which of the accounts above `after` may have something to write, and the quiet days of those that have not. */
  private async look(after: string, stamp: Stamp, everyAccount: boolean): Promise<Looked> {
    const { quiet, ...looked } = await this.unitOfWork.observe((stores) =>
      lookAt(stores, after, stamp, everyAccount),
    );
    for (const some of slicesOf(quiet, WRITTEN)) {
      await this.unitOfWork.run(stamp, (stores) => stores.accounts.noteQuietDays(some));
    }
    return looked;
  }
}

async function lookAt(
  stores: Stores,
  after: string,
  stamp: Stamp,
  everyAccount: boolean,
): Promise<Looked & { readonly quiet: readonly QuietAccountVersion[] }> {
  const model = await modelInForce(stores);
  const { today } = stamp;
  const day = { today, model: model.version, rules: everyAccount ? null : RULES_EDITION };
  const { accounts, last, due, unknown } = await stores.accounts.agendaAfter(after, day, LEAFED_THROUGH);
  const candidates = [...due];
  const quiet: QuietAccountVersion[] = [];
  for await (const outlines of outlinesOf(stores, unknown)) {
    for (const outline of outlines) {
      const { id, version } = outline;
      if (mayHaveNews(outline, model, stamp)) candidates.push(id);
      else if (!everyAccount) quiet.push({ id, version, quiet: quietFrom(outline, model, today) });
    }
  }
  return { accounts, last, candidates, quiet };
}

/** The outlines of the accounts, the next ones on their way while whoever asks looks at those before. */
async function* outlinesOf(
  stores: Stores,
  ids: readonly string[],
): AsyncGenerator<readonly AccountOutline[], void> {
  let next: Promise<readonly AccountOutline[]> | null = null;
  for (const some of slicesOf(ids, LOOKED_AT)) {
    const outlines: readonly AccountOutline[] | null = await next;
    next = stores.accounts.outlinesOf(some);
    next.catch(ignore);
    if (outlines !== null) yield outlines;
  }
  if (next !== null) yield await next;
}

interface Looked {
  readonly accounts: number;
  /** Null where no accounts are left. */
  readonly last: string | null;
  readonly candidates: readonly string[];
}

/** What the day alone makes of an account. */
function byTime(account: Account, model: TieringModel, { today }: Stamp): Rescoring {
  return rescoreAccount(account, {}, { model, today, trigger: 'TIME', fromFile: false });
}

async function applyDueLines(
  stores: Stores,
  ids: readonly string[],
  stamp: Stamp,
): Promise<readonly AccountWrite[]> {
  const model = await publishedModel(stores);
  const accounts = await lockPlaced(stores, ids, model, stamp);
  const lines = await stores.subscriptions.linesOf(ids);
  const decisions = accounts
    .filter((account) => !isAheadOf(account, stamp.today))
    .map((account) => applyLines(account, lines.get(account.id) ?? [], model, stamp.today, false, 'TIME'));
  await saveDecisions(stores, decisions, stamp);
  return decisions.flatMap(({ write }) => write ?? []);
}

/** Rescores the accounts for what the day alone changes, as the daily run does, and gives what was written. */
export async function rescoreBatch(
  stores: Stores,
  ids: readonly string[],
  stamp: Stamp,
): Promise<readonly AccountWrite[]> {
  const model = await publishedModel(stores);
  // Most accounts have nothing to write, so only those that do are locked, and then decided again.
  const accounts = await stores.accounts.readByIds(ids, correctableSince(model, stamp.today));
  const candidates = accounts.filter((account) => rescoredWrite(account, model, stamp) !== null);
  if (candidates.length === 0) return [];
  return rescoreLocked(
    stores,
    candidates.map(({ id }) => id),
    stamp,
  );
}

/** Locks the accounts and rescores them, whatever was seen of them before; gives what was written. */
async function rescoreLocked(
  stores: Stores,
  ids: readonly string[],
  stamp: Stamp,
): Promise<readonly AccountWrite[]> {
  const model = await publishedModel(stores);
  const locked = await stores.accounts.lockSummariesByIds(ids);
  // Those that another model has placed are as the day wants them then.
  const broughtUp = await bringUp(stores, locked, model, stamp);
  const isBroughtUp = new Set(broughtUp.map(({ id }) => id));
  const summaries = locked.filter(({ id }) => !isBroughtUp.has(id));
  const decided = new Map<string, AccountWrite>();
  for (const summary of summaries) {
    const write = rescoredWrite(summary, model, stamp);
    if (write !== null && isCertain(write)) decided.set(summary.id, write);
  }
  const doubtful = summaries.filter(({ id }) => !decided.has(id)).map(({ id }) => id);
  const accounts =
    doubtful.length === 0
      ? []
      : await stores.accounts.readByIds(doubtful, correctableSince(model, stamp.today));
  const unchanged: StoredAccount[] = [];
  for (const account of accounts) {
    const write = rescoredWrite(account, model, stamp);
    if (write === null) unchanged.push(account);
    else decided.set(account.id, write);
  }
  const writes = summaries.flatMap(({ id }) => decided.get(id) ?? []);
  await saveAccounts(stores, writes, stamp);
  await stores.accounts.noteDigests(unchanged);
  await stores.accounts.noteQuietDays(
    unchanged.flatMap((account) => {
      const quiet = quietDays(account, model, stamp.today);
      return quiet === null ? [] : [{ id: account.id, version: account.version, quiet }];
    }),
  );
  return [...broughtUp, ...writes];
}

/**
 * Whether a summary is enough to know what is to be written: the tier of the new scorecard is another one than that of
 * the last, so that it says something new whatever stands for the last one; and no review is compared with that.
 */
function isCertain({ before, account, newScorecard, entries }: AccountWrite): boolean {
  return (
    newScorecard &&
    entries.length > 0 &&
    before !== null &&
    before.standing.computed !== account.standing.computed &&
    before.review.baseline !== null
  );
}

/** What cannot be decided may belong to a later day, which the whole account tells. */
function mayHaveNews(outline: AccountOutline, model: TieringModel, stamp: Stamp): boolean {
  try {
    return hasNews(outline, byTime(outline, model, stamp));
  } catch (error) {
    if (error instanceof DomainError) return true;
    throw error;
  }
}

function rescoredWrite(account: StoredAccount, model: TieringModel, stamp: Stamp): AccountWrite | null {
  if (isAheadOf(account, stamp.today)) return null;
  return writeOf(account, byTime(account, model, stamp), { model, today: stamp.today });
}

function hasMoved({ entries }: AccountWrite): boolean {
  return entries.some(({ effectiveFrom, effectiveTo }) => effectiveFrom !== effectiveTo);
}

function ignore(): void {
  // Nobody watches this part.
}
