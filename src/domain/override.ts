import { type AccountValues } from './account';
import { checkNote } from './account-field';
import { type Act } from './act';
import { addDays, type CalendarDate } from './calendar';
import { DomainError } from './errors';
import { checkOptionalNote, LONGEST_NOTE } from './note';
import { type Standing } from './standing';
import { type TieringModel } from './tiering-model';

export const OVERRIDE_STATUSES = [
  'REQUESTED',
  'ACTIVE',
  'REJECTED',
  'WITHDRAWN',
  'EXPIRED',
  'REVOKED',
  'SUPERSEDED',
] as const;
export type OverrideStatus = (typeof OVERRIDE_STATUSES)[number];

export const OVERRIDE_REASONS = [
  'STRATEGIC_VALUE',
  'BRAND',
  'RELATIONSHIP_COMPLEXITY',
  'PRODUCT_COMPLEXITY',
  'RISK_RECOVERY',
  'EXPECTED_EXPANSION',
  'DATA_ERROR',
  'OTHER',
] as const;
export type OverrideReason = (typeof OVERRIDE_REASONS)[number];

/** What ends an override, or closes a request. */
export const OVERRIDE_END_REASONS = [
  'DECISION',
  'WITHDRAWAL',
  'DATA_ERROR',
  'TIER_REVIEW',
  'SUPERSEDED',
  'EXPIRY',
  'ACCOUNT_CHURNED',
] as const;
export type OverrideEndReason = (typeof OVERRIDE_END_REASONS)[number];

/** What an override is to be. */
export interface OverrideTerms {
  /** The key of the tier to hold the account in: a higher, a lower or the held one (a freeze). */
  readonly tier: string;
  readonly reason: OverrideReason;
  readonly note: string | null;
  /** The day on which it ends. */
  readonly expiresOn: CalendarDate;
}

export interface OverrideEnd {
  readonly act: Act;
  readonly reason: OverrideEndReason;
  readonly note: string | null;
}

/** A person's decision to hold an account in another tier (spec section 4), or the request for one. */
export interface Override extends OverrideTerms {
  readonly status: OverrideStatus;
  readonly requested: Act;
  /** Null for one that was never active. */
  readonly startedOn: CalendarDate | null;
  /** The approval, or rejection, of a request by a person; null for what nobody had to decide, or has decided. */
  readonly decision: { readonly act: Act; readonly note: string | null } | null;
  /** Null while it is open or active. */
  readonly end: OverrideEnd | null;
}

/** How each status that is not final ends, by what ends it. */
const ENDS: Readonly<Partial<Record<OverrideStatus, Partial<Record<OverrideEndReason, OverrideStatus>>>>> = {
  REQUESTED: {
    DECISION: 'REJECTED',
    WITHDRAWAL: 'WITHDRAWN',
    EXPIRY: 'REJECTED',
    ACCOUNT_CHURNED: 'REJECTED',
  },
  ACTIVE: {
    DECISION: 'REVOKED',
    DATA_ERROR: 'REVOKED',
    TIER_REVIEW: 'REVOKED',
    SUPERSEDED: 'SUPERSEDED',
    EXPIRY: 'EXPIRED',
    ACCOUNT_CHURNED: 'REVOKED',
  },
};

/**
 * The terms as they are kept (section 4): a tier of the published ladder, an expiry after today and at most
 * `model.overrides.longestDays` off, and for OTHER a note. Throws INVALID_VALUE or REQUIRED, naming the field.
 */
export function checkOverrideTerms(
  { tier, reason, note, expiresOn }: OverrideTerms,
  today: CalendarDate,
  model: TieringModel,
): OverrideTerms {
  checkTier(tier, model);
  const latest = addDays(today, model.overrides.longestDays);
  if (expiresOn <= today || expiresOn > latest) {
    throw new DomainError(
      'INVALID_VALUE',
      `an override ends after today (${today}), and at the latest on ${latest}, not on ${expiresOn}`,
      ['expiresOn'],
    );
  }
  return { tier, reason, note: checkReasonNote(reason, note, model), expiresOn };
}

/** Throws ACCOUNT_CHURNED for an account that has left the ladder, and NOT_PLACED for one that is not on it yet. */
export function checkOverridable(account: {
  readonly values: Pick<AccountValues, 'status'>;
  readonly standing: Standing;
}): void {
  if (account.values.status === 'CHURNED') {
    throw new DomainError('ACCOUNT_CHURNED', 'a churned account holds no tier that could be overridden', [
      'account',
    ]);
  }
  if (account.standing.held === null) {
    throw new DomainError(
      'NOT_PLACED',
      'the account has no tier yet; it gets one as soon as its ARR or its status is known',
      ['account'],
    );
  }
}

/** A request, which somebody else has to decide. */
export function requestOverride(terms: OverrideTerms, act: Act): Override {
  return { ...terms, status: 'REQUESTED', requested: act, startedOn: null, decision: null, end: null };
}

/** An override that is active at once. */
export function startOverrideAtOnce(terms: OverrideTerms, act: Act): Override {
  return { ...terms, status: 'ACTIVE', requested: act, startedOn: act.today, decision: null, end: null };
}

/**
 * Approves a request, which makes it active. Throws OWN_REQUEST, WRONG_STATUS, and INVALID_VALUE where its expiry has
 * passed by now or its tier has left the ladder since.
 */
export function approveOverride(
  override: Override,
  act: Act,
  note: string | null,
  model: TieringModel,
): Override {
  checkDecidable(override, act.actorId);
  if (override.expiresOn <= act.today) {
    throw new DomainError(
      'INVALID_VALUE',
      `the request asked for an override until ${override.expiresOn}, which has passed; reject it and ask for a new one`,
      ['overrideId'],
    );
  }
  checkTier(override.tier, model, 'overrideId');
  const decision = { act, note: checkOptionalNote(note) };
  return { ...override, status: 'ACTIVE', startedOn: act.today, decision };
}

/** Rejects a request, saying why. Throws OWN_REQUEST, WRONG_STATUS, REQUIRED or INVALID_VALUE. */
export function rejectOverride(override: Override, act: Act, note: string | null): Override {
  checkDecidable(override, act.actorId);
  const text = checkNote('note', note ?? '', LONGEST_NOTE);
  return { ...closeOverride(override, act, 'DECISION', text), decision: { act, note: text } };
}

/** Withdraws a request. Throws WRONG_STATUS or INVALID_VALUE. */
export function withdrawOverride(override: Override, act: Act, note: string | null): Override {
  return closeOverride(override, act, 'WITHDRAWAL', checkOptionalNote(note));
}

/** Ends an active override before its time, saying why. Throws WRONG_STATUS, REQUIRED or INVALID_VALUE. */
export function revokeOverride(
  override: Override,
  act: Act,
  reason: Extract<OverrideEndReason, 'DECISION' | 'DATA_ERROR' | 'TIER_REVIEW'>,
  note: string | null,
): Override {
  if (override.status !== 'ACTIVE') throw wrongStatus(override, 'only an active override can be revoked');
  return closeOverride(override, act, reason, checkNote('note', note ?? '', LONGEST_NOTE));
}

/** Ends an override, or closes a request, for the reason. Throws WRONG_STATUS where that reason does not end it. */
export function closeOverride(
  override: Override,
  act: Act,
  reason: OverrideEndReason,
  note: string | null = null,
): Override {
  const status = ENDS[override.status]?.[reason];
  if (status === undefined) throw wrongStatus(override, `it cannot end by ${reason}`);
  return { ...override, status, end: { act, reason, note } };
}

/** Whether its last day has come: it ends on the day of its expiry. */
export function isExpired(override: Override, today: CalendarDate): boolean {
  return override.expiresOn <= today;
}

/** The refusal of an override where another one is active and is not to be replaced. */
export function overrideActive({ tier, expiresOn, requested }: Override): DomainError {
  return new DomainError(
    'OVERRIDE_ACTIVE',
    `an override to "${tier}" by ${requested.actorName} is active until ${expiresOn}; give supersede: true to replace it`,
    ['supersede'],
  );
}

/** The refusal of a request beside one that is still open. */
export function requestOpen({ tier, requested }: Override): DomainError {
  return new DomainError(
    'CONFLICT',
    `a request for "${tier}" by ${requested.actorName} is open for this account; have it decided or withdrawn first`,
    ['account'],
  );
}

function checkDecidable(override: Override, actorId: string): void {
  if (override.requested.actorId === actorId) {
    throw new DomainError(
      'OWN_REQUEST',
      'nobody decides their own request; somebody else has to, or withdraw it',
      ['overrideId'],
    );
  }
  if (override.status !== 'REQUESTED') throw wrongStatus(override, 'only a request can be decided');
}

function checkTier(key: string, model: TieringModel, field = 'tier'): void {
  if (model.tiers.some((tier) => tier.key === key)) return;
  const keys = model.tiers.map((tier) => tier.key).join(', ');
  throw new DomainError(
    'INVALID_VALUE',
    `the ladder has no tier "${key.slice(0, 40)}"; its keys are ${keys}`,
    [field],
  );
}

function checkReasonNote(reason: OverrideReason, note: string | null, model: TieringModel): string | null {
  if (reason !== 'OTHER') return checkOptionalNote(note);
  const text = checkNote('note', note ?? '', LONGEST_NOTE);
  const least = model.overrides.leastNoteLength;
  if (Array.from(text).length < least) {
    throw new DomainError(
      'INVALID_VALUE',
      `the reason OTHER needs a note of at least ${least} characters that says what it is`,
      ['note'],
    );
  }
  return text;
}

function wrongStatus({ status }: Override, rule: string): DomainError {
  return new DomainError('WRONG_STATUS', `this override is ${status}; ${rule}`, ['overrideId']);
}
