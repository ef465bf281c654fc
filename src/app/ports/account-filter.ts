/** How a field of a filter is compared; all that are given must hold. `eq: null` and `in: [null]` are not used: `isNull` asks for missing values. */
export interface Comparison {
  readonly eq?: unknown;
  readonly in?: readonly unknown[] | null | undefined;
  readonly gt?: unknown;
  readonly gte?: unknown;
  readonly lt?: unknown;
  readonly lte?: unknown;
  /** Part of a text, in any case. */
  readonly contains?: string | null | undefined;
  readonly isNull?: boolean | null | undefined;
}

/** What kind of value each field of an account can be filtered by; money is in hundredths, as everywhere. */
export const ACCOUNT_FILTER_FIELDS = {
  externalId: 'text',
  name: 'text',
  parentExternalId: 'text',
  status: 'text',
  arr: 'money',
  tier: 'text',
  computedTier: 'text',
  heldTier: 'text',
  provisional: 'boolean',
  score: 'score',
  completeness: 'score',
  modelVersion: 'integer',
  expansionPotential: 'text',
  churnRisk: 'text',
  healthScore: 'integer',
  usagePercent: 'integer',
  strategicDesignation: 'boolean',
  industry: 'text',
  employees: 'integer',
  annualRevenue: 'money',
  country: 'text',
  region: 'text',
  language: 'text',
  plan: 'text',
  productLinesOwned: 'integer',
  customerSince: 'date',
  renewalDate: 'date',
  csm: 'text',
  pool: 'text',
} as const;

export type AccountFilterField = keyof typeof ACCOUNT_FILTER_FIELDS;
export type AccountFilterKind = (typeof ACCOUNT_FILTER_FIELDS)[AccountFilterField];

type FieldComparisons = Readonly<Partial<Record<AccountFilterField, Comparison | null | undefined>>>;

/** Which accounts are meant; everything that is given must hold. `and`, `or` and `not` nest at most 3 deep. */
export interface AccountFilter extends FieldComparisons {
  /** Whether a pending downgrade waits out its grace. */
  readonly pendingDowngrade?: boolean | null | undefined;
  readonly and?: readonly AccountFilter[] | null | undefined;
  readonly or?: readonly AccountFilter[] | null | undefined;
  readonly not?: AccountFilter | null | undefined;
}
