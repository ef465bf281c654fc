import { momentAfter } from './calendar';
import { checkNote } from './account-field';
import { DomainError } from './errors';
import { EVENT_TYPES, type EventType } from './event';

/** Where a delivery stands: on its way, received, or given up. */
export const WEBHOOK_DELIVERY_STATUSES = ['PENDING', 'DELIVERED', 'DEAD'] as const;
export type WebhookDeliveryStatus = (typeof WEBHOOK_DELIVERY_STATUSES)[number];

/** Why nothing is sent to an endpoint. */
export const WEBHOOK_DISABLED_REASONS = ['BY_HAND', 'GONE'] as const;
export type WebhookDisabledReason = (typeof WEBHOOK_DISABLED_REASONS)[number];

/** Seconds from one attempt to the next; after the attempt that follows the last of them a delivery is dead. */
export const WEBHOOK_RETRY_SECONDS = [
  5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
] as const;
export const MOST_WEBHOOK_ATTEMPTS = WEBHOOK_RETRY_SECONDS.length + 1;

/** How long an endpoint may take to answer. */
export const WEBHOOK_TIMEOUT_SECONDS = 15;
/** How long a delivery belongs to whoever took it; well above the time-out, so that nobody else sends it meanwhile. */
export const WEBHOOK_LEASE_SECONDS = 60;
/** How long the secret of before a rotation signs beside the new one. */
export const WEBHOOK_ROTATION_HOURS = 24;

export const MOST_WEBHOOK_CONCURRENCY = 20;
export const DEFAULT_WEBHOOK_CONCURRENCY = 5;
export const MOST_WEBHOOK_ENDPOINTS = 50;
/** How many deliveries one replay may send again. */
export const MOST_REPLAYED = 10_000;
export const MOST_REPLAYED_BY_ID = 500;

const LONGEST_URL = 2_000;
const LONGEST_DESCRIPTION = 1_000;
const LONGEST_RETRY_AFTER_SECONDS = 86_400;
const SHORTEST_RETRY_AFTER_SECONDS = 1;
/** Delays vary by so much in either direction, so that what failed together does not come back together. */
const JITTER = 0.1;
const GONE = 410;
const MAY_SAY_WHEN: readonly number[] = [429, 503];

/** What came of sending a message once. */
export interface WebhookAnswer {
  /** The HTTP status; null where none came. */
  readonly statusCode: number | null;
  /** Why no status came, for people; null where one did. */
  readonly error: string | null;
  /** The header Retry-After as it came; null without one. */
  readonly retryAfter: string | null;
  readonly durationMs: number;
}

/** What is to become of a delivery after an attempt. */
export interface WebhookOutcome {
  readonly status: WebhookDeliveryStatus;
  /** The moment of the next attempt; null where there is none. */
  readonly nextAttemptAt: string | null;
  /** Whether the endpoint wants nothing any more. */
  readonly gone: boolean;
  /** What went wrong, for people; null where nothing did. */
  readonly error: string | null;
}

/**
 * What follows from the answer to an attempt (spec section 12). A status of 200 to 299 is a receipt; 410 also
 * disables the endpoint, and the delivery waits until it is enabled again; everything else is tried again.
 *
 * @param attempts how many there have been, this one included
 * @param now the moment at which the answer came
 * @param jitter from 0 to 1, by chance
 * @param test a test is tried once
 */
export function afterAttempt(
  answer: WebhookAnswer,
  { attempts, test }: { readonly attempts: number; readonly test: boolean },
  now: string,
  jitter: number,
): WebhookOutcome {
  const { statusCode } = answer;
  if (statusCode !== null && statusCode >= 200 && statusCode < 300) {
    return { status: 'DELIVERED', nextAttemptAt: null, gone: false, error: null };
  }
  const gone = statusCode === GONE;
  const error = errorOf(answer);
  const delay = WEBHOOK_RETRY_SECONDS[attempts - 1];
  if (test || delay === undefined) return { status: 'DEAD', nextAttemptAt: null, gone, error };
  const asked = MAY_SAY_WHEN.includes(statusCode ?? 0) ? retryAfterSeconds(answer.retryAfter, now) : null;
  const seconds = asked ?? delay * (1 - JITTER + 2 * JITTER * jitter);
  return { status: 'PENDING', nextAttemptAt: momentAfter(now, seconds), gone, error };
}

/** Seconds that a header Retry-After asks for, kept within 1 second and 1 day; null for none and for nonsense. */
export function retryAfterSeconds(header: string | null, now: string): number | null {
  const text = header?.trim() ?? '';
  let seconds = NaN;
  if (/^\d{1,9}$/.test(text)) seconds = Number(text);
  // A day of the week begins every date of HTTP; other texts that Date would read are none.
  else if (/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) {
    seconds = (Date.parse(text) - Date.parse(now)) / 1_000;
  }
  if (Number.isNaN(seconds)) return null;
  return Math.min(Math.max(seconds, SHORTEST_RETRY_AFTER_SECONDS), LONGEST_RETRY_AFTER_SECONDS);
}

function errorOf({ statusCode, error }: WebhookAnswer): string {
  if (statusCode === null) return error ?? 'no answer came';
  if (statusCode === GONE) return 'HTTP 410: the endpoint wants nothing any more';
  if (statusCode >= 300 && statusCode < 400) return `HTTP ${statusCode}: redirects are not followed`;
  return `HTTP ${statusCode}`;
}

/**
 * The secrets that sign at a moment, the newest first.
 *
 * @param previous that of before the last rotation, with the moment at which it ends
 */
export function signingSecrets(
  secret: string,
  previous: { readonly secret: string; readonly until: string } | null,
  now: string,
): string[] {
  return previous !== null && Date.parse(now) < Date.parse(previous.until)
    ? [secret, previous.secret]
    : [secret];
}

/**
 * The id of a message, which is the same at every attempt and tells a receiver what it has had already: one for each
 * event and endpoint. A test has one of its own.
 */
export function webhookMessageId(delivery: {
  readonly id: string;
  readonly endpointId: string;
  readonly eventId: string | null;
}): string {
  const { id, endpointId, eventId } = delivery;
  return eventId === null ? `test_${endpointId}_${id}` : `evt_${endpointId}_${eventId}`;
}

/**
 * Checks where messages are to go and gives the URL as it will be used. What its name resolves to is checked whenever
 * something is sent. Throws REQUIRED or INVALID_VALUE.
 *
 * @param plain whether http:// is allowed
 */
export function checkWebhookUrl(text: string, plain: boolean): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new DomainError('REQUIRED', 'url must be given', ['url']);
  const url = URL.canParse(trimmed) ? new URL(trimmed) : null;
  const schemes = plain ? ['https:', 'http:'] : ['https:'];
  if (url === null || !schemes.includes(url.protocol) || trimmed.length > LONGEST_URL) {
    const rule = plain ? 'https:// or http://' : 'https://';
    throw invalid(`must be a URL that starts with ${rule}, of at most ${LONGEST_URL} characters`);
  }
  if (url.username !== '' || url.password !== '') throw invalid('must name no user and no password');
  if (url.hash !== '') throw invalid('must have no fragment');
  return url.href;
}

/** The types of events that are sent, each once and in the order of the list; none stands for all. */
export function eventTypesOf(types: readonly EventType[]): EventType[] {
  return EVENT_TYPES.filter((type) => types.includes(type));
}

/** Checks how many messages may be on their way to an endpoint at once. Throws INVALID_VALUE. */
export function checkConcurrency(concurrency: number): number {
  if (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= MOST_WEBHOOK_CONCURRENCY) {
    return concurrency;
  }
  const rule = `concurrency must be a whole number from 1 to ${MOST_WEBHOOK_CONCURRENCY}`;
  throw new DomainError('INVALID_VALUE', rule, ['concurrency']);
}

/** Checks what an endpoint is for. Throws REQUIRED or INVALID_VALUE. */
export function checkWebhookDescription(text: string | null): string | null {
  return text === null ? null : checkNote('description', text, LONGEST_DESCRIPTION);
}

function invalid(rule: string): DomainError {
  return new DomainError('INVALID_VALUE', `url ${rule}`, ['url']);
}
