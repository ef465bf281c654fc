import { type CalendarDate } from './calendar';
import { type Money } from './money';

export const MOVEMENT_KINDS = ['NEW', 'EXPANSION', 'CONTRACTION', 'CHURN', 'REACTIVATION'] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];

/** A change of an account's ARR on a day (spec section 9). */
export interface ArrMovement {
  readonly kind: MovementKind;
  /** Null where nothing was known before: then the value after it is carried back. */
  readonly from: Money | null;
  readonly to: Money;
  readonly effectiveOn: CalendarDate;
}

/**
 * The movement from one ARR to another; null when nothing moves. ARR that becomes missing counts as 0, so that
 * movements always add up to the book.
 *
 * @param hadArr whether the account ever had ARR above 0 before
 */
export function arrMovement(
  from: Money | null,
  to: Money | null,
  hadArr: boolean,
  effectiveOn: CalendarDate,
): ArrMovement | null {
  const before = from ?? 0;
  const after = to ?? (0 as Money);
  if (before === after) return null;
  return { kind: movementKind(before, after, hadArr), from, to: after, effectiveOn };
}

function movementKind(before: number, after: number, hadArr: boolean): MovementKind {
  if (before === 0) return hadArr ? 'REACTIVATION' : 'NEW';
  if (after === 0) return 'CHURN';
  return after > before ? 'EXPANSION' : 'CONTRACTION';
}
