import { type Stamp } from './ports/clock';
import { stopIfAsked, type Stopping } from './ports/stopping';
import { type Stores, type UnitOfWork } from './ports/stores';

/** Every id, a batch after the other, of what gives the ids that come after one and none once there are no more. */
export async function* batchesOf(
  idsAfter: (after: string) => Promise<readonly string[]>,
): AsyncGenerator<readonly string[], void> {
  for (let last: string | undefined = '0'; last !== undefined;) {
    const ids: readonly string[] = await idsAfter(last);
    if (ids.length > 0) yield ids;
    last = ids.at(-1);
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
