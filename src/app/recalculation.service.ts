import { rescoreAccount } from '../domain/rescoring';
import { correctableSince, isAheadOf, writeOf } from './account-changes';
import { stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import { inBatches } from './batches';
import { saveAccounts } from './intervention-changes';
import { type Clock, type Stamp } from './ports/clock';
import { NEVER_STOPPING, type Stopping } from './ports/stopping';
import { type AccountWrite, type StoredAccount, type Stores, type UnitOfWork } from './ports/stores';
import { publishedModel } from './published-model';
import { applyLines, saveDecisions } from './subscription.service';

/** Few enough that other requests do not have to wait for one batch. */
const BATCH = 500;

export interface Recalculation {
  /** Accounts that were looked at. */
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
}

/** Brings the whole book up to the day: lines that start or end, facts that age, downgrades that fall due (section 3). */
export class RecalculationService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Rescores every account that is not churned, in batches of their own transactions. Running it again on the
   * same day writes nothing. Throws FORBIDDEN.
   */
  async recalculate(actor: Actor, onProgress: (accounts: number) => void = ignore): Promise<Recalculation> {
    return this.bringUpTo(actor, stampOf(actor, this.clock), { onProgress });
  }

  /**
   * As recalculate, for the day of the stamp. Accounts that were decided for a later day already are left to that
   * day. Throws FORBIDDEN, or StoppedEarly between two batches.
   */
  async bringUpTo(
    actor: Actor,
    stamp: Stamp,
    { onProgress = ignore, stopping = NEVER_STOPPING }: RecalculationOptions = {},
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
      (stores, after) => stores.subscriptions.accountsWithDueLines(stamp.today, after, BATCH),
      (stores, ids) => applyDueLines(stores, ids, stamp),
    );
    for await (const writes of lines) count(writes);
    const facts = inBatches(
      this.unitOfWork,
      stamp,
      stopping,
      (stores, after) => stores.accounts.scoredIdsAfter(after, BATCH),
      async (stores, ids) => ({ accounts: ids.length, writes: await rescoreBatch(stores, ids, stamp) }),
    );
    for await (const { accounts, writes } of facts) {
      count(writes);
      scored += accounts;
      onProgress(accounts);
    }
    return { scored, changed, moved };
  }
}

async function applyDueLines(
  stores: Stores,
  ids: readonly string[],
  stamp: Stamp,
): Promise<readonly AccountWrite[]> {
  const model = await publishedModel(stores);
  const accounts = await stores.accounts.lockByIds(ids, correctableSince(model, stamp.today));
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
  const since = correctableSince(model, stamp.today);
  const decide = (accounts: readonly StoredAccount[]): AccountWrite[] =>
    accounts.flatMap((account) => {
      if (isAheadOf(account, stamp.today)) return [];
      const context = { model, today: stamp.today, trigger: 'TIME', fromFile: false } as const;
      return writeOf(account, rescoreAccount(account, {}, context)) ?? [];
    });
  // Most accounts have nothing to write, so only those that do are locked, and then decided again.
  const candidates = decide(await stores.accounts.readByIds(ids, since));
  if (candidates.length === 0) return [];
  const writes = decide(
    await stores.accounts.lockByIds(
      candidates.flatMap(({ id }) => id ?? []),
      since,
    ),
  );
  await saveAccounts(stores, writes, stamp);
  return writes;
}

function hasMoved({ entries }: AccountWrite): boolean {
  return entries.some(({ effectiveFrom, effectiveTo }) => effectiveFrom !== effectiveTo);
}

function ignore(): void {
  // Nobody watches this part.
}
