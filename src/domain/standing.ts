import { type CalendarDate } from './calendar';

export const GRACE_REASONS = ['FACTS', 'NOT_PAYING', 'MODEL_PUBLISHED', 'TIME', 'OVERRIDE_ENDED'] as const;
export type GraceReason = (typeof GRACE_REASONS)[number];

/** A lower computed tier that waits out its grace period. */
export interface PendingDowngrade {
  readonly target: string;
  readonly detectedOn: CalendarDate;
  readonly graceUntil: CalendarDate;
  readonly reason: GraceReason;
  /** Whether a tier review has extended the grace, which it may do once; absent where none has. */
  readonly extended?: true;
}

/** Where an account stands; tiers are keys, null is "no tier". */
export interface Standing {
  readonly computed: string | null;
  readonly held: string | null;
  readonly pending: PendingDowngrade | null;
  /** The tier of the active override. */
  readonly override: string | null;
  /** False until the first placement. */
  readonly placed: boolean;
}

export const UNPLACED: Standing = {
  computed: null,
  held: null,
  pending: null,
  override: null,
  placed: false,
};

/** The tier that counts for service and capacity: the override's, else the held one. */
export function effectiveTier(standing: Standing): string | null {
  return standing.override ?? standing.held;
}
