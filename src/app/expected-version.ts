import { DomainError } from '../domain/errors';

/**
 * Refuses a change that was decided on an older state. Whoever calls it has locked what is changed.
 * Throws STALE_VERSION, which tells the current version.
 *
 * @param expected the version that the caller has seen; absent for one who does not ask
 */
export function checkExpectedVersion(current: number, expected: number | null | undefined): void {
  if (expected === null || expected === undefined || expected === current) return;
  throw new DomainError(
    'STALE_VERSION',
    `this has version ${current} by now, not ${expected}; look at it again and decide anew`,
    ['expectedVersion'],
  );
}
