import { type CalendarDate } from './calendar';
import { DomainError } from './errors';
import { type Money } from './money';

export const ACCOUNT_STATUSES = ['ACTIVE', 'TRIAL', 'FREE', 'CHURNED'] as const;
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];

/** Used for churn risk and for expansion potential. */
export const LEVELS = ['LOW', 'MEDIUM', 'HIGH'] as const;
export type Level = (typeof LEVELS)[number];

export const STRATEGIC_FACTORS = [
  'logoValue',
  'referencePotential',
  'marketInfluence',
  'partnershipOpportunity',
] as const;

export const PRODUCT_COMPLEXITY_FACTS = [
  'advancedFeatures',
  'severalIntegrations',
  'customConfiguration',
] as const;

export const RELATIONSHIP_COMPLEXITY_FACTS = [
  'complexImplementation',
  'manyStakeholders',
  'missionCritical',
] as const;

/** What placement looks at. Null is "not known", which is not the same as 0 or false (spec section 2.2). */
export interface AccountFacts {
  readonly status: AccountStatus | null;
  readonly arr: Money | null;
  readonly expansionAssessment: Level | null;
  readonly expansionAssessedOn: CalendarDate | null;
  readonly expansionArr: Money | null;
  readonly seatsPurchased: number | null;
  readonly seatsAvailable: number | null;
  readonly seatsUsed: number | null;
  readonly productLinesOwned: number | null;
  readonly productLinesAvailable: number | null;
  readonly logoValue: boolean | null;
  readonly referencePotential: boolean | null;
  readonly marketInfluence: boolean | null;
  readonly partnershipOpportunity: boolean | null;
  readonly advancedFeatures: boolean | null;
  readonly severalIntegrations: boolean | null;
  readonly customConfiguration: boolean | null;
  readonly complexImplementation: boolean | null;
  readonly manyStakeholders: boolean | null;
  readonly missionCritical: boolean | null;
  readonly strategicDesignation: boolean | null;
  readonly churnRisk: Level | null;
  readonly healthScore: number | null;
  readonly usagePercent: number | null;
}

/** What is known of the company beside the facts. Renewal date and term time the grace period. */
export interface AccountProfile {
  readonly name: string | null;
  readonly parentExternalId: string | null;
  readonly industry: string | null;
  readonly employees: number | null;
  readonly annualRevenue: Money | null;
  readonly country: string | null;
  readonly region: string | null;
  readonly language: string | null;
  readonly timeZone: string | null;
  readonly plan: string | null;
  readonly customerSince: CalendarDate | null;
  readonly renewalDate: CalendarDate | null;
  readonly termMonths: number | null;
}

/** Everything about an account that callers can set. */
export type AccountValues = AccountFacts & AccountProfile;
export type AccountField = keyof AccountValues;
export type AccountFieldValue = AccountValues[AccountField];

/** A designation is a flagged fact: reason, author, date, and a review at most 12 months off (section 2.3). */
export interface Designation {
  readonly reason: string;
  readonly author: string;
  readonly designatedOn: CalendarDate;
  readonly reviewOn: CalendarDate;
}

/** One field of an account before and after a change. */
export interface FieldChange {
  readonly field: AccountField;
  readonly from: AccountFieldValue;
  readonly to: AccountFieldValue;
}

export const NO_FACTS: AccountFacts = {
  status: null,
  arr: null,
  expansionAssessment: null,
  expansionAssessedOn: null,
  expansionArr: null,
  seatsPurchased: null,
  seatsAvailable: null,
  seatsUsed: null,
  productLinesOwned: null,
  productLinesAvailable: null,
  logoValue: null,
  referencePotential: null,
  marketInfluence: null,
  partnershipOpportunity: null,
  advancedFeatures: null,
  severalIntegrations: null,
  customConfiguration: null,
  complexImplementation: null,
  manyStakeholders: null,
  missionCritical: null,
  strategicDesignation: null,
  churnRisk: null,
  healthScore: null,
  usagePercent: null,
};

export const NO_VALUES: AccountValues = {
  ...NO_FACTS,
  name: null,
  parentExternalId: null,
  industry: null,
  employees: null,
  annualRevenue: null,
  country: null,
  region: null,
  language: null,
  timeZone: null,
  plan: null,
  customerSince: null,
  renewalDate: null,
  termMonths: null,
};

export const FACT_FIELDS = Object.keys(NO_FACTS) as (keyof AccountFacts)[];
export const ACCOUNT_FIELDS = Object.keys(NO_VALUES) as AccountField[];

/** The facts of `values`, without the profile. */
export function factsOf(values: AccountValues): AccountFacts {
  const facts: Record<string, AccountFieldValue> = { ...NO_FACTS };
  for (const field of FACT_FIELDS) facts[field] = values[field];
  return facts as unknown as AccountFacts;
}

/**
 * The values after `given` is laid over `current`: an absent field stays, null makes it missing.
 * An expansion assessment given without its day counts from `today`, but one that is merely repeated keeps
 * the day it had, so that a nightly synchronisation does not keep it young for ever.
 * Throws INVALID_VALUE for an assessment of the future, and for the day of one that is not there.
 */
export function changeValues(
  current: AccountValues,
  given: Partial<AccountValues>,
  today: CalendarDate,
): { readonly values: AccountValues; readonly changes: readonly FieldChange[] } {
  const values = isEmpty(given) ? current : { ...current, ...given };
  const assessed = assessedOn(current, values, given, today);
  const next =
    assessed === values.expansionAssessedOn ? values : { ...values, expansionAssessedOn: assessed };
  if (next.expansionAssessedOn !== null && next.expansionAssessedOn > today) {
    throw new DomainError('INVALID_VALUE', `an assessment cannot be of a day after today (${today})`, [
      'expansionAssessedOn',
    ]);
  }
  if (next === current) return { values: current, changes: NO_CHANGES };
  const changes = ACCOUNT_FIELDS.filter((field) => next[field] !== current[field]).map((field) => ({
    field,
    from: current[field],
    to: next[field],
  }));
  return { values: next, changes };
}

const NO_CHANGES: readonly FieldChange[] = [];

function isEmpty(given: object): boolean {
  for (const _ in given) return false;
  return true;
}

function assessedOn(
  current: AccountValues,
  values: AccountValues,
  given: Partial<AccountValues>,
  today: CalendarDate,
): CalendarDate | null {
  const day = given.expansionAssessedOn ?? null;
  if (values.expansionAssessment === null) {
    if (day === null) return null;
    throw new DomainError('INVALID_VALUE', 'expansionAssessedOn needs an expansionAssessment beside it', [
      'expansionAssessedOn',
    ]);
  }
  if (day !== null) return day;
  const repeated =
    values.expansionAssessment === current.expansionAssessment && current.expansionAssessedOn !== null;
  return repeated ? current.expansionAssessedOn : today;
}
