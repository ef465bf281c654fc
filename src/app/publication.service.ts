import { type CalendarDate } from '../domain/calendar';
import { publishTo } from '../domain/publication';
import { type Mover, type SimulationOutcome, SimulationTally } from '../domain/simulation';
import { type TieringModel } from '../domain/tiering-model';
import { stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import { AT_ONCE, batchesOf, rowBatches, LOOKED_AT, WRITTEN } from './batches';
import { once } from './idempotency';
import { checkReason, existing, modelInForce } from './model-draft.service';
import { MoverCollector, type MoverPage } from './mover-page';
import { OneAtATime } from './one-at-a-time';
import { overlapped } from './overlapped';
import { adjustmentsOf, planOf } from './planned-publication';
import { type Clock, type Stamp } from './ports/clock';
import { Interruption } from './ports/interruption';
import { NEVER_STOPPING, stopIfAsked, type Stopping } from './ports/stopping';
import { type UnitOfWork } from './ports/stores';
import { bringOver, bringUpBatch, Overtaken, type PublicationKey } from './publication-changes';
import { type Published } from './publication-outcome';

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
      const publication = await planOf(stores, draft.model, published, today);
      const digest = await stores.modelDrafts.digest(version, today);
      const tally = new SimulationTally(publication);
      const collectors = pages.map((page) => new MoverCollector(page));
      const batches = rowBatches((after) => stores.accounts.shownOutlinesAfter(after, LOOKED_AT));
      for await (const outlines of batches) {
        const adjustments = await adjustmentsOf(stores, outlines);
        for (const outline of outlines) {
          const before = { ...outline, scorecard: outline.shown };
          const adjustment = adjustments.get(outline.id) ?? null;
          const mover = tally.add(before, publishTo(outline, publication), adjustment);
          if (mover !== null) for (const collector of collectors) collector.add(mover);
        }
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
   * Puts a draft in the place of the published model, and moves the accounts that cannot wait, in one transaction. Then
   * all others are brought up to it in batches (see `bringUpBatch`); should that be cut short, the same call with its
   * idempotency key goes on with it, as a worker does within the hour (see `goOn`).
   * Throws FORBIDDEN, NOT_FOUND, WRONG_STATUS, STALE_VERSION, INVALID_MODEL, REQUIRED without a reason, STALE_DIGEST
   * where the book, the draft, the published model or the day is no longer what was simulated, and CONFLICT where the
   * history goes beyond today.
   *
   * @param digest what `simulate` gave; absent for one who did not look
   */
  async publish(actor: Actor, key: PublicationKey & { readonly reason: string }): Promise<Published> {
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
    const published = await attempt(false).catch((error: unknown) => {
      if (!(error instanceof Overtaken)) throw error;
      return attempt(true);
    });
    await this.bringUpOthers(published.version, stamp).catch(leaveToTheWorker);
    return published;
  }

  /**
   * Brings up the accounts that the published model has not placed, where its publication was cut short, and gives how
   * many there were. Throws FORBIDDEN, NOT_FOUND before the first model, or StoppedEarly between two batches.
   */
  async goOn(actor: Actor, stopping: Stopping = NEVER_STOPPING): Promise<number> {
    authorise(actor, 'RECALCULATE');
    const { version } = await this.unitOfWork.observe(modelInForce);
    return this.bringUpOthers(version, stampOf(actor, this.clock), stopping);
  }

  private async bringUpOthers(version: number, stamp: Stamp, stopping = NEVER_STOPPING): Promise<number> {
    const others = batchesOf((after) =>
      this.unitOfWork.observe((stores) => stores.accounts.unplacedAfter(version, after, WRITTEN)),
    );
    const broughtUp = overlapped(
      others,
      AT_ONCE,
      (ids) => this.unitOfWork.run(stamp, (stores) => bringUpBatch(stores, version, ids, stamp)),
      () => stopping.aborted,
    );
    let accounts = 0;
    for await (const some of broughtUp) accounts += some;
    stopIfAsked(stopping);
    return accounts;
  }
}

/** The model is published whatever becomes of the others; where there is no time or room for them now, a worker has both. */
function leaveToTheWorker(error: unknown): void {
  if (!(error instanceof Interruption)) throw error;
}
