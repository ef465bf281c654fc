import { checkNote } from '../domain/account-field';
import { DomainError } from '../domain/errors';
import {
  checkCriteria,
  checkSegmentName,
  type SegmentCriterion,
  withSuccessors,
} from '../domain/segment-criterion';
import { checkGoals, type SegmentGoal } from '../domain/segment-goal';
import { type TieringModel } from '../domain/tiering-model';
import { stampOf } from './account.service';
import { type Actor, authorise, ROLES } from './actor';
import { batchesOf, inBatches } from './batches';
import { checkExpectedVersion } from './expected-version';
import { once } from './idempotency';
import { type Clock, type Stamp } from './ports/clock';
import { type StoredSegment } from './ports/segments';
import { NEVER_STOPPING, type Stopping } from './ports/stopping';
import { type Stores, type UnitOfWork } from './ports/stores';
import { publishedModel } from './published-model';

const LONGEST_DESCRIPTION = 1_000;
const IDS_AT_ONCE = 100;

export interface SegmentCreation {
  readonly name: string;
  readonly description: string | null;
  readonly criteria: readonly SegmentCriterion[];
  readonly idempotencyKey?: string | null | undefined;
}

interface SegmentEdit {
  readonly id: string;
  readonly expectedVersion?: number | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

/** What is absent stays as it is. */
export interface SegmentUpdate extends SegmentEdit {
  readonly name?: string | undefined;
  /** Null for none. */
  readonly description?: string | null | undefined;
  readonly criteria?: readonly SegmentCriterion[] | undefined;
}

export interface SegmentGoalsUpdate extends SegmentEdit {
  readonly goals: readonly SegmentGoal[];
}

/** Saved filters over one to three dimensions, and who entered and left them (spec section 9). */
export class SegmentService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Saves a segment of the actor's own and records its first members; gives its id. Throws FORBIDDEN, REQUIRED,
   * INVALID_VALUE, IDEMPOTENCY_KEY_MISMATCH, or CONFLICT where another one has its name.
   */
  async create(actor: Actor, { idempotencyKey, ...creation }: SegmentCreation): Promise<string> {
    authorise(actor, 'SAVE_SEGMENT');
    const stamp = stampOf(actor, this.clock);
    const call = { idempotencyKey, operation: 'createSegment', request: creation };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        const model = await publishedModel(stores);
        const name = checkSegmentName(creation.name);
        const description = checkDescription(creation.description);
        const criteria = checkCriteria(creation.criteria, model);
        const id = await stores.segments.create({ name, description, criteria }, stamp);
        await stores.segments.recordMembers({ id, criteria }, 'SEGMENT_CREATED', model, stamp);
        return id;
      }),
    );
  }

  /**
   * Changes a segment; who enters or leaves by other criteria is recorded at once. Gives its id. Throws as `create`,
   * FORBIDDEN for a CSM and somebody else's segment, NOT_FOUND or STALE_VERSION.
   */
  async update(actor: Actor, { idempotencyKey, ...update }: SegmentUpdate): Promise<string> {
    return this.edit(actor, 'updateSegment', update, idempotencyKey, async (stores, segment, stamp) => {
      const model = await publishedModel(stores);
      const { name, description, criteria } = update;
      const after = {
        ...segment,
        name: name === undefined ? segment.name : checkSegmentName(name),
        description: description === undefined ? segment.description : checkDescription(description),
        criteria: criteria === undefined ? segment.criteria : checkCriteria(criteria, model),
      };
      if (JSON.stringify(after) === JSON.stringify(segment)) return;
      await stores.segments.update(after, stamp);
      if (criteria !== undefined) {
        await stores.segments.recordMembers(after, 'CRITERIA_CHANGED', model, stamp);
      }
    });
  }

  /**
   * Deletes a segment with its goals and all that was recorded of its members; gives its id. Throws FORBIDDEN,
   * NOT_FOUND, STALE_VERSION or IDEMPOTENCY_KEY_MISMATCH.
   */
  async delete(actor: Actor, { idempotencyKey, ...deletion }: SegmentEdit): Promise<string> {
    return this.edit(actor, 'deleteSegment', deletion, idempotencyKey, (stores, { id }) =>
      stores.segments.delete(id),
    );
  }

  /**
   * Sets all goals of a segment; gives its id. Throws FORBIDDEN, NOT_FOUND, STALE_VERSION, INVALID_VALUE or
   * IDEMPOTENCY_KEY_MISMATCH.
   */
  async setGoals(actor: Actor, { idempotencyKey, ...update }: SegmentGoalsUpdate): Promise<string> {
    return this.edit(actor, 'setSegmentGoals', update, idempotencyKey, (stores, { id }, stamp) =>
      stores.segments.replaceGoals(id, checkGoals(update.goals), stamp),
    );
  }

  /**
   * Records who entered and who left each segment since its members were last recorded, as of the stamp's day;
   * gives how many did. Each segment has a transaction of its own, in which others who record it wait; a second
   * run of the same day finds nothing to record. A past day that is caught up is left alone, since who its members
   * were is no longer known of every fact: today's run records what has changed since. Throws FORBIDDEN,
   * or StoppedEarly between two segments.
   */
  async recordDay(actor: Actor, stamp: Stamp, stopping: Stopping = NEVER_STOPPING): Promise<number> {
    authorise(actor, 'RECALCULATE');
    if (stamp.today < this.clock.today()) return 0;
    const batches = inBatches(
      this.unitOfWork,
      stamp,
      stopping,
      (stores, after) => stores.segments.idsAfter(after, 1),
      (stores, [id = '']) => recordSegment(stores, id, stamp),
    );
    let changes = 0;
    for await (const ofSegment of batches) changes += ofSegment;
    return changes;
  }

  private async edit(
    actor: Actor,
    operation: string,
    request: SegmentEdit,
    idempotencyKey: string | null | undefined,
    change: (stores: Stores, segment: StoredSegment, stamp: Stamp) => Promise<void>,
  ): Promise<string> {
    authorise(actor, 'SAVE_SEGMENT');
    const stamp = stampOf(actor, this.clock);
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, { idempotencyKey, operation, request }, async () => {
        // Before the segment: whoever records members takes the model first as well.
        await publishedModel(stores);
        const segment = await stores.segments.lock(request.id);
        if (segment === null) throw new DomainError('NOT_FOUND', 'there is no such segment', ['segmentId']);
        refuseForeign(actor, segment);
        checkExpectedVersion(segment.version, request.expectedVersion);
        await change(stores, segment, stamp);
        return segment.id;
      }),
    );
  }
}

/**
 * Lets segments of tiers that a published model drops hold their successors, too; the dropped ones stay for the
 * past. What that changes about the members is recorded at once.
 */
export async function segmentsFollow(
  stores: Stores,
  successors: ReadonlyMap<string, string>,
  model: TieringModel,
  stamp: Stamp,
): Promise<void> {
  for await (const ids of batchesOf((after) => stores.segments.idsAfter(after, IDS_AT_ONCE))) {
    for (const id of ids) {
      const segment = await stores.segments.lock(id);
      const criteria = segment && withSuccessors(segment.criteria, successors);
      if (criteria === null || criteria === segment?.criteria || segment === null) continue;
      await stores.segments.update({ ...segment, criteria }, stamp);
      await stores.segments.recordMembers({ id, criteria }, 'CRITERIA_CHANGED', model, stamp);
    }
  }
}

async function recordSegment(stores: Stores, id: string, stamp: Stamp): Promise<number> {
  const model = await publishedModel(stores);
  const segment = await stores.segments.lock(id);
  if (segment === null || segment.recordedOn > stamp.today) return 0;
  return stores.segments.recordMembers(segment, 'ACCOUNT_CHANGED', model, stamp);
}

/** A CSM changes the own segments, a manager all of them. */
function refuseForeign(actor: Actor, { ownerId, ownerName }: StoredSegment): void {
  if (ownerId === actor.id || ROLES.indexOf(actor.role) >= ROLES.indexOf('MANAGER')) return;
  throw new DomainError(
    'FORBIDDEN',
    `this segment is ${ownerName}'s; only they and managers may change it. Save one of your own instead`,
  );
}

function checkDescription(text: string | null): string | null {
  return text === null ? null : checkNote('description', text, LONGEST_DESCRIPTION);
}
