import { isNativeError } from 'node:util/types';
import { type Pool, type PoolClient } from 'pg';
import { Interruption } from '../app/ports/interruption';

/** The connections of a pool, as of now. */
export interface PoolUse {
  readonly total: number;
  readonly idle: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
}

/** How the connections of the pools are used as of now. */
export function useOf(...pools: readonly Pool[]): PoolUse {
  const sum = (count: (pool: Pool) => number): number =>
    pools.reduce((total, pool) => total + count(pool), 0);
  return {
    idle: sum(({ idleCount }) => idleCount),
    total: sum(({ totalCount }) => totalCount),
    waiting: sum(({ waitingCount }) => waitingCount),
  };
}

/** Throws OVERLOADED where as many wait for a connection already as may. */
export function refuseCrowd(pool: Pool, mostWaiting: number): void {
  if (crowdOf(pool) >= mostWaiting) throw noConnection();
}

/** How many wait for a connection that there is neither for them nor room for; below 0 where there is more room than that. */
function crowdOf({ waitingCount, idleCount, totalCount, options }: Pool): number {
  return waitingCount - idleCount - (options.max - totalCount);
}

/** What the pool says when nobody has given a connection back for that long. */
const WAITED_IN_VAIN = 'timeout exceeded when trying to connect';

/** What a pool that gave no connection says, in our words. */
export function failureToConnect(error: unknown): Error {
  if (!isNativeError(error)) return new Error('no connection');
  return error.message === WAITED_IN_VAIN ? noConnection() : error;
}

/** That all connections are busy, and others wait for them already. */
export function noConnection(): Interruption {
  return Interruption.overloaded('all connections to the database are busy');
}

/** The number by which the server knows the session; the types of pg do not have it. */
export function pidOf(client: PoolClient): number {
  return (client as PoolClient & { readonly processID: number }).processID;
}
