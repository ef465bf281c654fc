/**
 * Every refusal that a rule of the domain, or a constraint of the database, can give.
 * The API maps each of them in one exhaustive record, so a new code does not compile until it is mapped.
 */
export const ERROR_CODES = [
  'ACCOUNT_CHURNED',
  'ALREADY_DESIGNATED',
  'ARR_FROM_SUBSCRIPTIONS',
  'AS_OF_BEFORE_HISTORY',
  'CONFLICT',
  'CURRENCY_NOT_BASE',
  'DUPLICATE_EXTERNAL_ID',
  'FORBIDDEN',
  'INVALID_MODEL',
  'INVALID_VALUE',
  'NOT_DESIGNATED',
  'NOT_FOUND',
  'PARENT_CYCLE',
  'PARENT_NOT_FOUND',
  'REQUIRED',
  'SET_BY_SUBSCRIPTIONS',
  'TOO_MANY_ITEMS',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** A refusal that the caller can act on: it names the field (as a path of names) and says what to do. */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly field: readonly string[] = [],
  ) {
    super(message);
    this.name = 'DomainError';
  }
}
