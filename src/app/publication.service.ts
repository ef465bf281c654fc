import { type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { FteTally, type TierFte } from '../domain/fte-outlook';
import { planPublication, type Publication, publishTo } from '../domain/publication';
import { type Mover, type MoverKind, type SimulationOutcome, SimulationTally } from '../domain/simulation';
import { type AdjustmentKind } from '../domain/service-adjustment';
import { effectiveTier } from '../domain/standing';
import { hasPercentiles, type TieringModel } from '../domain/tiering-model';
import { writeOf } from './account-changes';
import { stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import { batchesOf } from './batches';
import { once } from './idempotency';
import { saveAccounts } from './intervention-changes';
import { checkReason, type DraftKey, existing, lockDraft, modelInForce } from './model-draft.service';
import { OneAtATime } from './one-at-a-time';
import { type Clock } from './ports/clock';
import { type Window } from './ports/reads';
import { type StoredAccount, type Stores, type UnitOfWork } from './ports/stores';
import { segmentsFollow } from './segment.service';

/** Which movers of a simulation are wanted, in the order of their ids. */
export interface MoverPage {
  /** All kinds if absent. */
  readonly kinds?: readonly MoverKind[] | null | undefined;
  readonly window: Window;
}

export interface SimulatedModel {
  readonly version: number;
  /** What was simulated: the draft with its percentiles resolved. */
  readonly model: TieringModel;
  readonly published: TieringModel;
  readonly day: CalendarDate;
  readonly digest: string;
  readonly outcome: SimulationOutcome;
  /** For each page that was asked for, its movers and one more where others follow. */
  readonly pages: readonly (readonly Mover[])[];
}

export interface Published {
  readonly version: number;
  /** Accounts that the new model placed. */
  readonly accounts: number;
  /** Accounts whose effective tier moved at once. */
  readonly moved: number;
  /** Accounts with a pending downgrade after it. */
  readonly pending: number;
  /** FTE that the tiers of the new ladder needed before and need after it; absent in answers that were kept before there was any. */
  readonly fte?: readonly TierFte[] | undefined;
}

/** Few enough that other requests do not have to wait for one batch. */
const BATCH = 500;

/** What publishing a draft would do, and doing it (spec section 10). */
export class PublicationService {
  /** Each looks at the whole book; more than one at once would leave nothing for everybody else. */
  private readonly simulations = new OneAtATime();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * What publishing the version today would do to every account, as of one moment; nothing is written.
   * Throws FORBIDDEN, NOT_FOUND, INVALID_MODEL, and CONFLICT where the history goes beyond today.
   */
  async simulate(actor: Actor, version: number, pages: readonly MoverPage[]): Promise<SimulatedModel> {
    authorise(actor, 'SIMULATE');
    return this.simulations.run(() => this.observe(version, pages));
  }

  private observe(version: number, pages: readonly MoverPage[]): Promise<SimulatedModel> {
    const today = this.clock.today();
    return this.unitOfWork.observe(async (stores) => {
      const draft = existing(version, await stores.modelDrafts.read(version), 'version');
      const published = await modelInForce(stores);
      const publication = await plan(stores, draft.model, published, today);
      const digest = await stores.modelDrafts.digest(version, today);
      const tally = new SimulationTally(publication);
      const collectors = pages.map((page) => new MoverCollector(page));
      await eachAccount(
        stores,
        (ids) => stores.accounts.readByIds(ids, today),
        async (accounts) => {
          const adjustments = await adjustmentsOf(stores, accounts);
          for (const account of accounts) {
            const adjustment = adjustments.get(account.id) ?? null;
            const mover = tally.add(account, publishTo(account, publication), adjustment);
            if (mover !== null)
              collectors.forEach((collector) => {
                collector.add(mover);
              });
          }
        },
      );
      return {
        version,
        model: publication.to,
        published,
        day: today,
        digest,
        outcome: tally.outcome(),
        pages: collectors.map((collector) => collector.movers()),
      };
    });
  }

  /**
   * Puts a draft in the place of the published model and brings every account over to it, all in one transaction:
   * ups at once, downs through grace.
   * Throws FORBIDDEN, NOT_FOUND, WRONG_STATUS, STALE_VERSION, INVALID_MODEL, REQUIRED without a reason, STALE_DIGEST
   * where the book, the draft, the published model or the day is no longer what was simulated, and CONFLICT where the
   * history goes beyond today.
   *
   * @param digest what `simulate` gave; absent for one who did not look
   */
  async publish(
    actor: Actor,
    key: DraftKey & { readonly reason: string; readonly digest?: string | null | undefined },
  ): Promise<Published> {
    authorise(actor, 'PUBLISH_MODEL');
    const stamp = stampOf(actor, this.clock);
    const { version, expectedVersion, idempotencyKey, digest } = key;
    const reason = checkReason(key.reason);
    const call = {
      idempotencyKey,
      operation: 'publishTieringModel',
      request: { version, expectedVersion, digest, reason },
    };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        const published = await stores.models.publishedForChange();
        if (published === null) throw new DomainError('NOT_FOUND', 'no tiering model is published yet');
        const draft = await lockDraft(stores, key);
        if (digest !== null && digest !== undefined) {
          if ((await stores.modelDrafts.digest(version, stamp.today)) !== digest) throw staleDigest();
        }
        const publication = await plan(stores, draft.model, published, stamp.today);
        await stores.modelDrafts.publish(publication.to, published.version, reason, stamp);
        let [accounts, moved, pending] = [0, 0, 0];
        const fte = new FteTally(publication);
        await eachAccount(
          stores,
          (ids) => stores.accounts.lockByIds(ids, stamp.today),
          async (batch) => {
            const adjustments = await adjustmentsOf(stores, batch);
            const writes = batch.flatMap((account) => {
              const rescoring = publishTo(account, publication);
              const { standing } = rescoring.account;
              fte.add(account.values, adjustments.get(account.id) ?? null, {
                before: effectiveTier(account.standing),
                after: effectiveTier(standing),
                settled: standing.computed,
              });
              return writeOf(account, rescoring) ?? [];
            });
            await saveAccounts(stores, writes, stamp, published);
            const before = new Map(batch.map(({ id, standing }) => [id, effectiveTier(standing)]));
            accounts += batch.length;
            moved += writes.filter(
              ({ id, account }) => before.get(id ?? '') !== effectiveTier(account.standing),
            ).length;
            pending += writes.filter(({ account }) => account.standing.pending !== null).length;
          },
        );
        const successors = new Map(Object.entries(publication.to.successors));
        if (successors.size > 0) {
          await stores.overrides.requestsFollow(successors, version);
          await segmentsFollow(stores, successors, publication.to, stamp);
        }
        return { version, accounts, moved, pending, fte: fte.tiers() };
      }),
    );
  }
}

async function plan(
  stores: Stores,
  draft: TieringModel,
  published: TieringModel,
  today: CalendarDate,
): Promise<Publication> {
  const { accounts, until } = await stores.modelDrafts.aheadOf(today);
  if (accounts > 0) {
    throw new DomainError(
      'CONFLICT',
      `the tier history of ${accounts} accounts goes up to ${until ?? ''}; a model can be published from that day on`,
      ['version'],
    );
  }
  const amounts = hasPercentiles(draft) ? await stores.accounts.payingArr() : [];
  return planPublication(draft, published, amounts, today);
}

/** Every account that is scored, in batches in the order of their ids. */
async function eachAccount(
  stores: Stores,
  load: (ids: readonly string[]) => Promise<StoredAccount[]>,
  work: (accounts: readonly StoredAccount[]) => Promise<void> | void,
): Promise<void> {
  for await (const ids of batchesOf((after) => stores.accounts.scoredIdsAfter(after, BATCH))) {
    await work(await load(ids));
  }
}

/** The active service adjustments of accounts, by account id. */
async function adjustmentsOf(
  stores: Stores,
  accounts: readonly StoredAccount[],
): Promise<Map<string, AdjustmentKind>> {
  const known = await stores.adjustments.knownOf(accounts.map(({ id }) => id));
  return new Map(
    known.flatMap(({ accountId, kind, status }) => (status === 'ACTIVE' ? [[accountId, kind] as const] : [])),
  );
}

function staleDigest(): DomainError {
  return new DomainError(
    'STALE_DIGEST',
    'the book, the draft, the published model or the day is no longer what was simulated; simulate again and look at what would happen now',
    ['digest'],
  );
}

/** Keeps the movers of one page while all of them pass by in the order of their ids. */
class MoverCollector {
  private readonly kept: Mover[] = [];
  private readonly beyond: bigint | null;

  constructor(private readonly page: MoverPage) {
    const [id] = page.window.after ?? [];
    this.beyond = typeof id === 'string' ? BigInt(id) : null;
  }

  add(mover: Mover): void {
    const { kinds, window } = this.page;
    if (kinds !== null && kinds !== undefined && !kinds.includes(mover.kind)) return;
    const id = BigInt(mover.accountId);
    if (window.backward) {
      if (this.beyond !== null && id >= this.beyond) return;
      this.kept.push(mover);
      if (this.kept.length > window.size + 1) this.kept.shift();
    } else if ((this.beyond === null || id > this.beyond) && this.kept.length <= window.size) {
      this.kept.push(mover);
    }
  }

  /** As a read of the window gives rows: the nearest to its start first. */
  movers(): readonly Mover[] {
    return this.page.window.backward ? [...this.kept].reverse() : this.kept;
  }
}
