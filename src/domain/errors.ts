/**
 * Every refusal that a rule of the domain, or a constraint of the database, can give.
 * The API maps each of them in one exhaustive record, so a new code does not compile until it is mapped.
 */
export const ERROR_CODES = [
  'ACCOUNT_CHURNED',
  'ALREADY_DESIGNATED',
  'ARR_FROM_SUBSCRIPTIONS',
  'AS_OF_BEFORE_HISTORY',
  'BACKUP_AWAY',
  'CONFLICT',
  'COVERAGE_RULE',
  'CURRENCY_NOT_BASE',
  'DUPLICATE_EXTERNAL_ID',
  'FORBIDDEN',
  'IDEMPOTENCY_KEY_MISMATCH',
  'INVALID_MODEL',
  'INVALID_VALUE',
  'LEAVE_OVERLAPS',
  'MAY_NOT_BE_SKIPPED',
  'NOT_DESIGNATED',
  'NOT_EMPLOYED',
  'NOT_FOUND',
  'NOT_PLACED',
  'OUTSIDE_PORTFOLIO',
  'OVERRIDE_ACTIVE',
  'OWN_REQUEST',
  'PARENT_CYCLE',
  'PARENT_NOT_FOUND',
  'REQUIRED',
  'SET_BY_SUBSCRIPTIONS',
  'STALE_DIGEST',
  'STALE_PLAN',
  'STALE_VERSION',
  'SUCCESSOR_REFUSED',
  'SUCCESSOR_REQUIRED',
  'TOO_MANY_ITEMS',
  'WRONG_STATUS',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** A refusal as plain data: what is kept of one where many items are answered at once. */
export interface Refusal {
  readonly code: ErrorCode;
  /** The path of the field that it is about; empty for the whole input. */
  readonly field: readonly string[];
  readonly message: string;
}

/** The refusal that an error stands for; everything that is no refusal is thrown again. */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof DomainError)) throw error;
  const { code, field, message } = error;
  return { code, field, message };
}

/** A refusal that the caller can act on: it names the field (as a path of names) and says what to do. */
export class DomainError extends Error implements Refusal {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly field: readonly string[] = [],
  ) {
    super(message);
    this.name = 'DomainError';
  }
}

/** Several refusals of one input at once, each with its own field; by itself it is the first of them. */
export class Refusals extends DomainError {
  constructor(
    first: Refusal,
    readonly all: readonly Refusal[],
  ) {
    super(first.code, first.message, first.field);
  }
}
