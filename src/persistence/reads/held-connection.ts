import { type Pool, type PoolClient } from 'pg';
import { failureToConnect, pidOf, refuseCrowd } from '../connections';
import { type StatementCanceller } from '../statement-canceller';
import { type WorkScope } from '../work-scope';

export interface HoldOptions {
  /** What the work is a piece of. */
  readonly scope: WorkScope | undefined;
  readonly canceller: StatementCanceller;
  /** The most callers that wait for a connection. */
  readonly mostWaiting: number;
}

/** To be called once the work is over: with what went wrong, or what came of it. */
export type Done<T> = (failure: Error | null | undefined, result?: T) => void;

/**
 * Works on a connection, which goes back to the pool once that is done; where it failed it is dropped. Where the
 * work's scope ends first, the caller hears of it at once, and what runs is cancelled. Callbacks, since every read
 * comes by here and promises would cost it a tenth.
 */
export function holdConnection<T>(
  pool: Pool,
  { scope, canceller, mostWaiting }: HoldOptions,
  work: (client: PoolClient, done: Done<T>) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    scope?.throwIfEnded();
    refuseCrowd(pool, mostWaiting);
    let held: PoolClient | undefined;
    let cancelled: { readonly hasEnded: () => void } | undefined;
    const stopWatching = scope?.watch((reason) => {
      reject(reason);
      const ended = new Promise<void>((hasEnded) => {
        cancelled = { hasEnded };
      });
      if (held !== undefined) dropOnceCancelled(held, canceller, ended);
    });
    pool.connect((error, client, release) => {
      if (client === undefined) {
        stopWatching?.();
        reject(failureToConnect(error));
        return;
      }
      if (cancelled !== undefined) {
        release();
        return;
      }
      held = client;
      work(client, (failure, result) => {
        if (cancelled !== undefined) {
          cancelled.hasEnded();
          return;
        }
        stopWatching?.();
        release(failure ?? undefined);
        if (failure === null || failure === undefined) resolve(result as T);
        else reject(failure);
      });
    });
  });
}

function dropOnceCancelled(client: PoolClient, canceller: StatementCanceller, ended: Promise<void>): void {
  void canceller.cancelUntilEnded(pidOf(client), ended).then(() => {
    client.release(true);
  });
}
