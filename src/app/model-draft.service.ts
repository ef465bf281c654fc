import { type AccountFacts, factsOf } from '../domain/account';
import { isReadable } from '../domain/account-field';
import { calibrate, type Calibration, type LadderForm } from '../domain/calibration';
import { DomainError } from '../domain/errors';
import { changeModel, draftFrom, type ModelChange } from '../domain/model-change';
import { refuseInvalidModel } from '../domain/model-validation';
import { type TieringModel } from '../domain/tiering-model';
import { stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import { rowBatches, LOOKED_AT } from './batches';
import { checkExpectedVersion } from './expected-version';
import { once } from './idempotency';
import { OneAtATime } from './one-at-a-time';
import { type Clock } from './ports/clock';
import { type StoredModelVersion } from './ports/model-drafts';
import { type Stores, type UnitOfWork } from './ports/stores';

/** What every change of a draft says beside the change. */
export interface DraftKey {
  readonly version: number;
  /** The revision of the draft that the caller has seen. */
  readonly expectedVersion?: number | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** Part of a calibration that can be kept as JSON: everything but the model, which the draft says. */
export type CalibrationReport = Omit<Calibration, 'model'> & { readonly version: number };

/** Drafts of the next tiering model (spec section 10); managers and admins work on them. */
export class ModelDraftService {
  /** Each looks at the whole book. */
  private readonly calibrations = new OneAtATime();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins a draft as a copy of the published model, or of another version, and gives its version.
   * Throws FORBIDDEN, NOT_FOUND.
   */
  async create(
    actor: Actor,
    {
      basedOn,
      idempotencyKey,
    }: { basedOn?: number | null | undefined; idempotencyKey?: string | null | undefined },
  ): Promise<number> {
    authorise(actor, 'EDIT_DRAFT');
    const stamp = stampOf(actor, this.clock);
    const call = { idempotencyKey, operation: 'createTieringModelDraft', request: { basedOn } };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        const published = await modelInForce(stores);
        const source =
          basedOn === null || basedOn === undefined
            ? published
            : existing(basedOn, await stores.modelDrafts.read(basedOn), 'basedOn').model;
        return stores.modelDrafts.create(draftFrom(source, published), source.version, stamp);
      }),
    );
  }

  /**
   * Changes a draft; what the change leaves out stays. A draft that would not be a sound model is refused with one
   * refusal for each finding, and stays as it was. Gives the version.
   * Throws FORBIDDEN, NOT_FOUND, WRONG_STATUS, STALE_VERSION, INVALID_MODEL.
   */
  async update(actor: Actor, key: DraftKey, change: ModelChange): Promise<number> {
    authorise(actor, 'EDIT_DRAFT');
    const stamp = stampOf(actor, this.clock);
    const { version, expectedVersion, idempotencyKey } = key;
    const call = {
      idempotencyKey,
      operation: 'updateTieringModelDraft',
      request: { version, expectedVersion, change },
    };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        const draft = await lockDraft(stores, key);
        const changed = changeModel(draft.model, change);
        refuseInvalidModel(changed, await modelInForce(stores));
        if (!isSameModel(changed, draft.model)) await stores.modelDrafts.change(changed, stamp);
        return version;
      }),
    );
  }

  /** Gives a draft up. Throws FORBIDDEN, NOT_FOUND, STALE_VERSION, and WRONG_STATUS for what is no draft. */
  async giveUp(actor: Actor, key: DraftKey): Promise<number> {
    authorise(actor, 'EDIT_DRAFT');
    const stamp = stampOf(actor, this.clock);
    const { version, expectedVersion, idempotencyKey } = key;
    const call = { idempotencyKey, operation: 'retireTieringModel', request: { version, expectedVersion } };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        await lockDraft(stores, key);
        await stores.modelDrafts.giveUp(version, stamp);
        return version;
      }),
    );
  }

  /**
   * Changes a draft's ladder, ARR bands, floors and key-account amount such that the population of the book comes into
   * its targets, as far as it can; see `calibrate`. The book is looked at first, without holding anything up.
   * Throws FORBIDDEN, NOT_FOUND, WRONG_STATUS, STALE_VERSION (also where the draft changed meanwhile), and CONFLICT for
   * a book without ARR.
   */
  async calibrate(actor: Actor, key: DraftKey, form: LadderForm): Promise<CalibrationReport> {
    authorise(actor, 'EDIT_DRAFT');
    const stamp = stampOf(actor, this.clock);
    const { version, expectedVersion, idempotencyKey } = key;
    const call = {
      idempotencyKey,
      operation: 'calibrateTieringModel',
      request: { version, expectedVersion, form },
    };
    const seen = await this.calibrations.run(() =>
      this.unitOfWork.observe(async (stores) => {
        const draft = await stores.modelDrafts.read(version);
        return draft?.status === 'DRAFT' ? { draft, book: await payingBook(stores) } : null;
      }),
    );
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        const draft = await lockDraft(stores, key);
        if (seen?.draft.revision !== draft.revision) {
          throw new DomainError(
            'STALE_VERSION',
            `the draft has revision ${draft.revision} by now; look at it again and calibrate anew`,
            ['expectedVersion'],
          );
        }
        const { model, ...report } = await inSteps(calibrate(draft.model, seen.book, form, stamp.today));
        if (!isSameModel(model, draft.model)) await stores.modelDrafts.change(model, stamp);
        return { version, ...report };
      }),
    );
  }
}

/** The published model, looked at without keeping anybody from publishing. Throws NOT_FOUND. */
export async function modelInForce(stores: Stores): Promise<TieringModel> {
  const model = await stores.modelDrafts.inForce();
  if (model === null) {
    throw new DomainError('NOT_FOUND', 'no tiering model is published; run "tierbook migrate"');
  }
  return model;
}

/** The draft, locked. Throws NOT_FOUND, WRONG_STATUS for what is no draft any longer, STALE_VERSION. */
export async function lockDraft(
  stores: Stores,
  { version, expectedVersion }: Pick<DraftKey, 'version' | 'expectedVersion'>,
): Promise<StoredModelVersion> {
  return checkedDraft(await stores.modelDrafts.lock(version), { version, expectedVersion });
}

/** As lockDraft, for a draft that was found in whatever way. */
export function checkedDraft(
  found: StoredModelVersion | null,
  { version, expectedVersion }: Pick<DraftKey, 'version' | 'expectedVersion'>,
): StoredModelVersion {
  const draft = existing(version, found, 'version');
  if (draft.status !== 'DRAFT') {
    const what =
      draft.status === 'PUBLISHED'
        ? 'is published, and a published model never changes; make a draft of it'
        : 'is retired; make a draft of it';
    throw new DomainError('WRONG_STATUS', `version ${version} ${what}`, ['version']);
  }
  checkExpectedVersion(draft.revision, expectedVersion);
  return draft;
}

/** Throws NOT_FOUND for a version that there is none of. */
export function existing(
  version: number,
  found: StoredModelVersion | null,
  field: 'version' | 'basedOn',
): StoredModelVersion {
  if (found !== null) return found;
  throw new DomainError('NOT_FOUND', `there is no tiering model with version ${version}`, [field]);
}

/** A reason that somebody will read later. Throws REQUIRED, INVALID_VALUE. */
export function checkReason(reason: string): string {
  const text = reason.trim();
  if (text === '') throw new DomainError('REQUIRED', 'say why this model is published', ['reason']);
  if (text.length > 1_000 || !isReadable(text)) {
    throw new DomainError('INVALID_VALUE', 'reason must be readable text of at most 1000 characters', [
      'reason',
    ]);
  }
  return text;
}

/** The facts of everybody that brings ARR and is placed, or will be. */
async function payingBook(stores: Stores): Promise<AccountFacts[]> {
  const book: AccountFacts[] = [];
  for await (const outlines of rowBatches((after) => stores.accounts.outlinesAfter(after, LOOKED_AT))) {
    for (const { values } of outlines) {
      if (values.arr !== null && values.arr > 0) book.push(factsOf(values));
    }
  }
  return book;
}

/** Runs work that pauses now and then, and lets everybody else have a turn in its pauses. */
async function inSteps<T>(steps: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await new Promise(setImmediate);
  }
}

/** Compares what would be stored, in whatever order a database gives its keys back. */
function isSameModel(a: TieringModel, b: TieringModel): boolean {
  return sortedJson(a) === sortedJson(b);
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
