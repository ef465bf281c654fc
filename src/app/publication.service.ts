import { type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { FteTally, type TierFte } from '../domain/fte-outlook';
import { planPublication, type Publication, publishTo } from '../domain/publication';
import { type Rescoring } from '../domain/rescoring';
import { type Mover, type MoverKind, type SimulationOutcome, SimulationTally } from '../domain/simulation';
import { type AdjustmentKind } from '../domain/service-adjustment';
import { effectiveTier, type Standing } from '../domain/standing';
import { hasPercentiles, type TieringModel } from '../domain/tiering-model';
import { isAheadOf, writeOf } from './account-changes';
import { stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import { batchesOf } from './batches';
import { once } from './idempotency';
import { raiseByModel, raisesByModel, saveAccounts, type WatchedChange } from './intervention-changes';
import {
  checkedDraft,
  checkReason,
  type DraftKey,
  existing,
  lockDraft,
  modelInForce,
} from './model-draft.service';
import { OneAtATime } from './one-at-a-time';
import { type Clock, type Stamp } from './ports/clock';
import { type StoredModelVersion } from './ports/model-drafts';
import { type PublishedGroup } from './ports/prepared-publication';
import { type Window } from './ports/reads';
import { type AccountWrite } from './ports/account-write';
import {
  type AccountOutline,
  type ShownOutline,
  type StoredAccount,
  type Stores,
  type UnitOfWork,
} from './ports/stores';
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

/** Accounts that are looked at together, which keeps nobody waiting. */
const LOOKED_AT = 1_000;

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
      for (let after: string | null = '0'; after !== null;) {
        const outlines: ShownOutline[] = await stores.accounts.shownOutlinesAfter(after, LOOKED_AT);
        const adjustments = await adjustmentsOf(stores, outlines);
        for (const outline of outlines) {
          const adjustment = adjustments.get(outline.id) ?? null;
          const before = { ...outline, scorecard: outline.shown };
          const mover = tally.add(before, publishTo(outline, publication), adjustment);
          if (mover !== null) {
            collectors.forEach((collector) => {
              collector.add(mover);
            });
          }
        }
        after = outlines.at(-1)?.id ?? null;
      }
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
    const attempt = (waiting: boolean): Promise<Published> =>
      this.unitOfWork.run(stamp, (stores) =>
        once(stores, stamp, call, () => bringOver(stores, key, reason, stamp, waiting)),
      );
    try {
      return await attempt(false);
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      return attempt(true);
    }
  }
}

type PublicationKey = DraftKey & { readonly digest?: string | null | undefined };

/** Another model was published, or the draft was changed, while this publication was prepared. */
class Overtaken extends Error {}

/**
 * Decides everything before anybody has to wait for it, and only then keeps others from placing accounts; what has
 * changed until then is decided again.
 *
 * @param waiting whether others are kept from that from the beginning, so that nothing can be overtaken
 */
async function bringOver(
  stores: Stores,
  key: PublicationKey,
  reason: string,
  stamp: Stamp,
  waiting: boolean,
): Promise<Published> {
  await stores.preparedPublications.begin();
  if (waiting) await stores.models.publishedForChange();
  const { draft, publication, watched } = await prepare(stores, key, stamp);
  const published = await stores.models.publishedForChange();
  const locked = await lockDraft(stores, key);
  await refuseStale(stores, key, stamp);
  const isAsPrepared =
    locked.revision === draft.revision &&
    published?.version === publication.from.version &&
    (await hasSameCuts(stores, locked.model, publication));
  if (!isAsPrepared) throw new Overtaken('the publication has to be prepared anew');
  const { from, to } = publication;
  await stores.modelDrafts.publish(to, from.version, reason, stamp);
  const unused = await stores.preparedPublications.apply(stamp);
  const outcome = new PublicationOutcome(publication);
  outcome.addGroups(await stores.preparedPublications.groups());
  await raiseApplied(stores, watched, stamp, from);
  await catchUp(stores, publication, unused, outcome, stamp);
  const successors = new Map(Object.entries(to.successors));
  if (successors.size > 0) {
    await stores.overrides.requestsFollow(successors, to.version);
    await segmentsFollow(stores, successors, to, stamp);
  }
  return outcome.published();
}

async function refuseStale(
  stores: Stores,
  { version, digest }: PublicationKey,
  { today }: Stamp,
): Promise<void> {
  if (digest === null || digest === undefined) return;
  if ((await stores.modelDrafts.digest(version, today)) !== digest) throw staleDigest();
}

/**
 * Brings over the accounts that have come or changed while the others were prepared.
 *
 * @param unused the scorecards that were prepared for them, by account id
 */
async function catchUp(
  stores: Stores,
  publication: Publication,
  unused: ReadonlyMap<string, string>,
  outcome: PublicationOutcome,
  stamp: Stamp,
): Promise<void> {
  const { from, to, today } = publication;
  const unplaced = (after: string): Promise<string[]> =>
    stores.preparedPublications.unplacedAfter(to.version, after, BATCH);
  for await (const ids of batchesOf(unplaced)) {
    const accounts = await stores.accounts.lockByIds(ids, today);
    const ahead = accounts.find((account) => isAheadOf(account, today));
    if (ahead !== undefined) throw aheadError(1, ahead.lastHistoryOn);
    const adjustments = await adjustmentsOf(stores, accounts);
    const writes = accounts.flatMap((account) => {
      const rescoring = publishTo(account, publication);
      outcome.add(account, rescoring.account.standing, adjustments.get(account.id) ?? null);
      const write = writeOf(account, rescoring);
      return write === null ? [] : [{ ...write, scorecardId: unused.get(account.id) }];
    });
    await saveAccounts(stores, writes, stamp, from);
  }
}

/** What a publication is going to do, decided without keeping anybody waiting. */
interface Prepared {
  readonly draft: StoredModelVersion;
  readonly publication: Publication;
  /** Accounts of which it may raise an intervention. */
  readonly watched: readonly WatchedChange[];
}

/** Decides what publishing does to each account and keeps it; takes no lock that others would wait for. */
async function prepare(stores: Stores, key: PublicationKey, stamp: Stamp): Promise<Prepared> {
  const { today } = stamp;
  const draft = checkedDraft(await stores.modelDrafts.read(key.version), key);
  await refuseStale(stores, key, stamp);
  const publication = await plan(stores, draft.model, await modelInForce(stores), today);
  const watched: WatchedChange[] = [];
  const { from, to } = publication;
  for (let after: string | null = '0'; after !== null;) {
    const outlines: AccountOutline[] = await stores.accounts.outlinesAfter(after, LOOKED_AT);
    const prepared = outlines.map((outline) => {
      const rescoring = publishTo(outline, publication);
      const change = { id: outline.id, before: outline, after: rescoring.account };
      if (raisesByModel(change, today, to, from)) watched.push(change);
      return { version: outline.version, write: preparedWrite(outline, rescoring) };
    });
    await stores.preparedPublications.keep(prepared, stamp);
    after = outlines.at(-1)?.id ?? null;
  }
  await stores.preparedPublications.seal();
  return { draft, publication, watched };
}

function preparedWrite(before: AccountOutline, { account, entries, newScorecard }: Rescoring): AccountWrite {
  const { id } = before;
  return { id, before, account, linesAppliedOn: null, changes: [], movement: null, newScorecard, entries };
}

/** Whether the percentiles of the draft, if it has any, still are the amounts that they were prepared with. */
async function hasSameCuts(stores: Stores, draft: TieringModel, prepared: Publication): Promise<boolean> {
  if (!hasPercentiles(draft)) return true;
  const { to } = planPublication(draft, prepared.from, await stores.accounts.payingArr(), prepared.today);
  return JSON.stringify(to) === JSON.stringify(prepared.to);
}

async function raiseApplied(
  stores: Stores,
  watched: readonly WatchedChange[],
  stamp: Stamp,
  replaced: TieringModel,
): Promise<void> {
  for (let from = 0; from < watched.length; from += BATCH) {
    const some = watched.slice(from, from + BATCH);
    const applied = await stores.preparedPublications.applied(some.map(({ id }) => id));
    const changes = some.filter(({ id }) => applied.has(id));
    await raiseByModel(stores, changes, stamp, replaced);
  }
}

/** Counts what a publication has done. */
class PublicationOutcome {
  private accounts = 0;
  private moved = 0;
  private pending = 0;
  private readonly fte: FteTally;

  constructor(private readonly publication: Publication) {
    this.fte = new FteTally(publication);
  }

  addGroups(groups: readonly PublishedGroup[]): void {
    for (const { accounts, pending, relationshipFacts, adjustment, ...tiers } of groups) {
      this.accounts += accounts;
      if (tiers.before !== tiers.after) this.moved += accounts;
      this.pending += pending;
      this.fte.addAlike(accounts, relationshipFacts, adjustment, tiers);
    }
  }

  add(account: StoredAccount, standing: Standing, adjustment: AdjustmentKind | null): void {
    const tiers = {
      before: effectiveTier(account.standing),
      after: effectiveTier(standing),
      settled: standing.computed,
    };
    this.accounts += 1;
    if (tiers.before !== tiers.after) this.moved += 1;
    if (standing.pending !== null) this.pending += 1;
    this.fte.add(account.values, adjustment, tiers);
  }

  published(): Published {
    return {
      version: this.publication.to.version,
      accounts: this.accounts,
      moved: this.moved,
      pending: this.pending,
      fte: this.fte.tiers(),
    };
  }
}

async function plan(
  stores: Stores,
  draft: TieringModel,
  published: TieringModel,
  today: CalendarDate,
): Promise<Publication> {
  const { accounts, until } = await stores.modelDrafts.aheadOf(today);
  if (accounts > 0) throw aheadError(accounts, until);
  const amounts = hasPercentiles(draft) ? await stores.accounts.payingArr() : [];
  return planPublication(draft, published, amounts, today);
}

/** The active service adjustments of accounts, by account id. */
async function adjustmentsOf(
  stores: Stores,
  accounts: readonly { readonly id: string }[],
): Promise<Map<string, AdjustmentKind>> {
  const known = await stores.adjustments.knownOf(accounts.map(({ id }) => id));
  return new Map(
    known.flatMap(({ accountId, kind, status }) => (status === 'ACTIVE' ? [[accountId, kind] as const] : [])),
  );
}

function aheadError(accounts: number, until: CalendarDate | null): DomainError {
  return new DomainError(
    'CONFLICT',
    `the tier history of ${accounts} accounts goes up to ${until ?? ''}; a model can be published from that day on`,
    ['version'],
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
