import { GraphQLError, type GraphQLErrorExtensions, type GraphQLFormattedError } from 'graphql';
import { ArgumentValidationError } from 'type-graphql';
import { Interruption } from '../app/ports/interruption';
import { DomainError, type ErrorCode, type Refusal } from '../domain/errors';

/** How a refusal of the domain reaches the caller, and what it is called when it ends the whole operation. */
export interface Treatment {
  /** In the `userErrors` of a payload, or as an error of the response. */
  readonly how: 'userError' | 'topLevel';
  /** `extensions.code` where it does end the operation (a query has no payload to put it in). */
  readonly code: string;
  readonly status: number;
}

const BAD_INPUT = { how: 'userError', code: 'BAD_USER_INPUT', status: 400 } as const;
const refusal = <C extends string>(code: C, status: number) => ({ how: 'userError', code, status }) as const;

const TREATMENTS: Readonly<Record<ErrorCode, Treatment>> = {
  ACCOUNT_CHURNED: refusal('ACCOUNT_CHURNED', 409),
  ALREADY_DESIGNATED: refusal('ALREADY_DESIGNATED', 409),
  ARR_FROM_SUBSCRIPTIONS: refusal('ARR_FROM_SUBSCRIPTIONS', 409),
  AS_OF_BEFORE_HISTORY: { how: 'topLevel', code: 'AS_OF_BEFORE_HISTORY', status: 400 },
  BACKUP_AWAY: refusal('BACKUP_AWAY', 409),
  CONFLICT: refusal('CONFLICT', 409),
  COVERAGE_RULE: refusal('COVERAGE_RULE', 409),
  CURRENCY_NOT_BASE: refusal('CURRENCY_NOT_BASE', 400),
  DUPLICATE_EXTERNAL_ID: refusal('DUPLICATE_EXTERNAL_ID', 409),
  FORBIDDEN: { how: 'topLevel', code: 'FORBIDDEN', status: 403 },
  IDEMPOTENCY_KEY_MISMATCH: refusal('IDEMPOTENCY_KEY_MISMATCH', 409),
  INVALID_MODEL: refusal('INVALID_MODEL', 400),
  INVALID_VALUE: BAD_INPUT,
  LEAVE_OVERLAPS: refusal('LEAVE_OVERLAPS', 409),
  MAY_NOT_BE_SKIPPED: refusal('MAY_NOT_BE_SKIPPED', 409),
  NOT_DESIGNATED: refusal('NOT_DESIGNATED', 409),
  NOT_EMPLOYED: refusal('NOT_EMPLOYED', 409),
  NOT_FOUND: refusal('NOT_FOUND', 404),
  NOT_PLACED: refusal('NOT_PLACED', 409),
  OUTSIDE_PORTFOLIO: refusal('OUTSIDE_PORTFOLIO', 403),
  OVERRIDE_ACTIVE: refusal('OVERRIDE_ACTIVE', 409),
  OWN_REQUEST: refusal('OWN_REQUEST', 403),
  PARENT_CYCLE: refusal('PARENT_CYCLE', 409),
  PARENT_NOT_FOUND: refusal('PARENT_NOT_FOUND', 400),
  REQUIRED: BAD_INPUT,
  SET_BY_SUBSCRIPTIONS: refusal('SET_BY_SUBSCRIPTIONS', 409),
  STALE_DIGEST: refusal('STALE_DIGEST', 409),
  STALE_PLAN: refusal('STALE_PLAN', 409),
  STALE_VERSION: refusal('STALE_VERSION', 409),
  SUCCESSOR_REFUSED: refusal('SUCCESSOR_REFUSED', 409),
  SUCCESSOR_REQUIRED: refusal('SUCCESSOR_REQUIRED', 409),
  TOO_MANY_ITEMS: BAD_INPUT,
  WRONG_STATUS: refusal('WRONG_STATUS', 409),
};

/** The errors of transport, authentication and limits; everything else that is no refusal of the domain is masked. */
const STATUSES: ReadonlyMap<string, number> = new Map([
  ['BAD_CURSOR', 400],
  ['BAD_USER_INPUT', 400],
  ['CANCELLED', 499],
  ['DOCUMENT_NOT_TRUSTED', 403],
  ['EVENTS_FORGOTTEN', 410],
  ['FORBIDDEN', 403],
  ['GRAPHQL_PARSE_FAILED', 400],
  ['GRAPHQL_VALIDATION_FAILED', 400],
  ['INTERNAL_SERVER_ERROR', 500],
  ['OPERATION_RESOLUTION_FAILURE', 400],
  ['OVERLOADED', 503],
  ['PERSISTED_QUERY_NOT_SUPPORTED', 400],
  ['QUERY_TOO_COMPLEX', 400],
  ['THROTTLED', 429],
  ['TIMEOUT', 504],
  ['UNAUTHENTICATED', 401],
  ...Object.values(TREATMENTS).map(({ code, status }) => [code, status] as const),
]);

// BAD_REQUEST has no one status: whoever refuses a request says which (405, 413, ...).
const isShown = (code: string) =>
  code === 'BAD_REQUEST' || (code !== 'INTERNAL_SERVER_ERROR' && STATUSES.has(code));

/**
 * What decides the status even where other fields have data: the argument of the caller was wrong, or a part of the
 * answer is missing for want of time or room.
 */
const DECISIVE_CODES: ReadonlySet<string> = new Set([
  'BAD_USER_INPUT',
  'BAD_CURSOR',
  'OVERLOADED',
  'TIMEOUT',
]);

// Instructions for Apollo, and what it would tell developers.
const HIDDEN_EXTENSIONS: ReadonlySet<string> = new Set(['http', 'stacktrace']);
const MAX_MESSAGE = 600;
const SUGGESTION = / Did you mean [^?]*\?/g;
// What graphql-js throws while it runs, for a variable that left a required argument empty.
const ARGUMENT_REFUSED = /^Argument "\w+" (?:of (?:non-null|required) type|has invalid value)/;

/** How a code of the domain is told to callers. */
export function treatmentOf(code: ErrorCode): Treatment {
  return TREATMENTS[code];
}

/** A refusal as a payload of a mutation lists it. */
export interface UserErrorFields {
  code: ErrorCode;
  /** The path of the input field, from the outside to the inside; empty when it is about the whole input. */
  field: string[];
  message: string;
}

/** Whether the error belongs into the `userErrors` of a payload; everything else a mutation lets through. */
export function isUserError(error: unknown): error is DomainError {
  return error instanceof DomainError && TREATMENTS[error.code].how === 'userError';
}

/** The entry for the `userErrors` of a payload. */
export function userErrorOf(error: Refusal): UserErrorFields {
  return { code: error.code, field: [...error.field], message: error.message };
}

/** An error that ends an operation under its own code, such as BAD_CURSOR; the code must be a known one. */
export function codedError(
  code:
    | 'BAD_CURSOR'
    | 'BAD_REQUEST'
    | 'BAD_USER_INPUT'
    | 'EVENTS_FORGOTTEN'
    | 'GRAPHQL_PARSE_FAILED'
    | 'OPERATION_RESOLUTION_FAILURE'
    | 'QUERY_TOO_COMPLEX'
    | 'THROTTLED'
    | 'UNAUTHENTICATED',
  message: string,
  extensions: Readonly<Record<string, unknown>> = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, code } });
}

/** Seconds after which a request may come again that found too many others: a moment is enough. */
export const RETRY_AFTER_OVERLOAD = '1';

/** The status of an interruption. */
export function statusOfInterruption({ code }: Interruption): number {
  return STATUSES.get(code) ?? 503;
}

/** Whether callers may not see the error: it is a fault of ours, to be logged with the request id. */
export function isUnexpected(error: unknown): boolean {
  return describe(error) === null;
}

/**
 * The error as callers see it: a known one under its code, without suggestions of names; everything else masked.
 * `formatted` is what graphql-js made of it (path and locations are kept).
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  requestId: string,
): GraphQLFormattedError {
  const known = describe(error) ?? {
    message: `Something went wrong on our side; quote request id ${requestId}`,
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
  return {
    message: known.message,
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
    extensions: known.extensions,
  };
}

/**
 * The HTTP status of an answer with errors, or null to leave Apollo's own. Partial data is a 200, except where
 * an argument was at fault, or time or room was wanting.
 */
export function statusOf(errors: readonly GraphQLFormattedError[], hasData: boolean): number | null {
  const codes = errors.map((error) => error.extensions?.code).filter((code) => typeof code === 'string');
  const counted = hasData ? codes.filter((code) => DECISIVE_CODES.has(code)) : codes;
  const statuses = counted.flatMap((code) => STATUSES.get(code) ?? []);
  return statuses.length > 0 ? Math.max(...statuses) : null;
}

interface Described {
  readonly message: string;
  readonly extensions: Record<string, unknown>;
}

function describe(error: unknown): Described | null {
  const cause = causeOf(error);
  if (cause instanceof ArgumentValidationError) return describeInvalidArgument(cause);
  const code = error instanceof GraphQLError ? codeOf(error) : undefined;
  // A scalar's own refusal of an argument: Apollo has found the code, and graphql-js has put the place into the message.
  if (error instanceof GraphQLError && code === 'BAD_USER_INPUT') return describeCoded(error, code);
  if (cause instanceof DomainError) {
    return {
      message: cause.message,
      extensions: {
        code: TREATMENTS[cause.code].code,
        ...(cause.field.length > 0 && { field: cause.field.join('.') }),
      },
    };
  }
  if (cause instanceof Interruption) return { message: cause.message, extensions: { code: cause.code } };
  if (!(error instanceof GraphQLError)) return null;
  if (typeof code === 'string' && isShown(code)) return describeCoded(error, code);
  return ARGUMENT_REFUSED.test(error.message) ? describeCoded(error, 'BAD_USER_INPUT') : null;
}

// The errors of graphql-jit may lack extensions, against their type.
function codeOf(error: { readonly extensions?: GraphQLErrorExtensions }): unknown {
  return error.extensions?.code;
}

function describeCoded(error: GraphQLError, code: string): Described {
  const message = error.message.replace(SUGGESTION, '');
  const shown = Object.entries(error.extensions).filter(([name]) => !HIDDEN_EXTENSIONS.has(name));
  return {
    message: message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}...` : message,
    extensions: { ...Object.fromEntries(shown), code },
  };
}

function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

// Only the rule and the place: class-validator's own error carries the whole input.
function describeInvalidArgument(error: ArgumentValidationError): Described {
  const faults = error.extensions.validationErrors.flatMap((fault) => faultsOf(fault, []));
  const first = faults[0];
  return {
    message:
      faults.length > 0
        ? faults.map(({ path, rule }) => `${path.join('.')}: ${rule}`).join('; ')
        : 'an argument is not valid',
    extensions: { code: 'BAD_USER_INPUT', ...(first && { field: first.path.join('.') }) },
  };
}

interface Fault {
  readonly path: readonly string[];
  readonly rule: string;
}

type ValidationFault = ArgumentValidationError['extensions']['validationErrors'][number];

function faultsOf(fault: ValidationFault, parents: readonly string[]): Fault[] {
  const path = [...parents, fault.property];
  const own = Object.values(fault.constraints ?? {}).map((rule) => ({ path, rule }));
  return [...own, ...(fault.children ?? []).flatMap((child) => faultsOf(child, path))].slice(0, 10);
}
