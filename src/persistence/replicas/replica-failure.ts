import { types } from 'node:util';
import { Interruption } from '../../app/ports/interruption';

/**
 * SQLSTATEs that speak of the server and not of the question: the connection (08), a transaction that had to give
 * way, to what the replica replays perhaps (40), resources (53), a server that stops or starts (57P), its system (58)
 * and its data (XX), and writing to a replica (25006). A statement that ran out of its time (57014) would do so again.
 */
const OF_THE_SERVER = /^(08|40|53|57P|58|XX)|^25006$/;
/** Of those, the ones that say that the replica goes away. */
const OF_A_LOST_SERVER = /^(08|57P)/;

const OF_THE_NETWORK: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);
/** pg says these without a code. */
const LOST =
  /^(Connection (terminated|ended)|Client has encountered a connection error|Client was closed)|^timeout expired|server unexpectedly closed/i;

/** What a failure says of the replica; null where the primary would fail in the same way. */
export function replicaFailure(error: unknown): 'lost' | 'refused' | null {
  if (!types.isNativeError(error)) return null;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (OF_THE_NETWORK.has(code) || OF_A_LOST_SERVER.test(code) || LOST.test(message)) return 'lost';
  // Its connections are all busy, which says nothing of those of the primary.
  const isBusy = error instanceof Interruption && error.code === 'OVERLOADED';
  return OF_THE_SERVER.test(code) || isBusy ? 'refused' : null;
}
