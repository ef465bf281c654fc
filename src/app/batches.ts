import { type Stamp } from './ports/clock';
import { stopIfAsked, type Stopping } from './ports/stopping';
import { type Stores, type UnitOfWork } from './ports/stores';

/** Accounts of which a rescoring asks together whether they have to be looked at. */
export const LEAFED_THROUGH = 10_000;

/** Accounts that are looked at together; it keeps nobody waiting, since nothing is locked. */
export const LOOKED_AT = 1_000;

/**
 * Accounts that a publication moves to another tier in its own transaction, beside those whose tier it drops: few enough
 * that those who have to wait for it, which is everybody who changes an account, wait for no more than a moment.
 */
export const MOVED_WITH_THE_MODEL = 2_000;

/** Accounts that are written together: few enough that nobody has to wait for a batch of them for long. */
export const WRITTEN = 500;

/** Batches of separate accounts that are written at once, each in a transaction of its own: see `overlapped`. */
export const AT_ONCE = 2;

/** Every id, a batch after the other, of what gives the ids that come after one and none once there are no more. */
export function batchesOf(
  idsAfter: (after: string) => Promise<readonly string[]>,
): AsyncGenerator<readonly string[], void> {
  return batchesBy(idsAfter, (id) => id);
}

/** A list, so many at a time. */
export function* slicesOf<T>(list: readonly T[], size: number): Generator<readonly T[], void> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size);
}

/** As batchesOf, of rows that have ids. */
export function rowBatches<Row extends { readonly id: string }>(
  rowsAfter: (after: string) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[], void> {
  return batchesBy(rowsAfter, ({ id }) => id);
}

async function* batchesBy<T>(
  after: (last: string) => Promise<readonly T[]>,
  idOf: (one: T) => string,
): AsyncGenerator<readonly T[], void> {
  for (let last = '0'; ;) {
    const batch = await after(last);
    const end = batch.at(-1);
    if (end === undefined) return;
    yield batch;
    last = idOf(end);
  }
}

/**
 * As batchesOf, and does the work for each batch in a transaction of its own. Yields what it gave, once that
 * transaction has been kept. Throws StoppedEarly between two batches where it was asked to stop.
 */
export async function* inBatches<T>(
  unitOfWork: UnitOfWork,
  stamp: Stamp,
  stopping: Stopping,
  idsAfter: (stores: Stores, after: string) => Promise<readonly string[]>,
  work: (stores: Stores, ids: readonly string[]) => Promise<T>,
): AsyncGenerator<T, void> {
  for (let after = '0'; ;) {
    stopIfAsked(stopping);
    const from = after;
    const batch = await unitOfWork.run(stamp, async (stores) => {
      const ids = await idsAfter(stores, from);
      const last = ids.at(-1);
      return last === undefined ? null : { last, result: await work(stores, ids) };
    });
    if (batch === null) return;
    after = batch.last;
    yield batch.result;
  }
}
