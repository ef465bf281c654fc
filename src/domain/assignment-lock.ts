import { type CalendarDate, addDays, daysBetween } from './calendar';
import { firstRenewalFrom } from './grace';
import { type TieringModel } from './tiering-model';

/** Why an account stays with the owner that it has (spec section 7). */
export type AssignmentLock = 'RENEWAL' | 'ONBOARDING' | 'OWNER_CHANGED';

/** What locks look at. */
export interface LockedSince {
  readonly renewalDate: CalendarDate | null;
  readonly termMonths: number | null;
  readonly customerSince: CalendarDate | null;
  /** The first day of the present owner; null for an account that nobody looks after. */
  readonly ownedSince: CalendarDate | null;
}

/**
 * What keeps the account where it is on the day, where the present owner is still valid: a renewal within so many
 * days, that day included; its first days as a customer; and the days after the owner changed.
 */
export function assignmentLocks(
  { renewalDate, termMonths, customerSince, ownedSince }: LockedSince,
  { assignment, grace }: Pick<TieringModel, 'assignment' | 'grace'>,
  today: CalendarDate,
): AssignmentLock[] {
  const locks: AssignmentLock[] = [];
  if (renewalDate !== null) {
    const renewal = firstRenewalFrom(today, renewalDate, termMonths ?? grace.defaultTermMonths);
    if (renewal <= addDays(today, assignment.renewalLockDays)) locks.push('RENEWAL');
  }
  if (customerSince !== null && daysBetween(customerSince, today) < assignment.onboardingLockDays) {
    locks.push('ONBOARDING');
  }
  if (ownedSince !== null && daysBetween(ownedSince, today) <= assignment.ownerChangeLockDays) {
    locks.push('OWNER_CHANGED');
  }
  return locks;
}
