import { type CalendarDate } from '../../domain/calendar';
import { type SegmentCriterion } from '../../domain/segment-criterion';
import { type TieringModel } from '../../domain/tiering-model';

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

/** A segment of which everything is known that filtering by it takes. */
export interface SegmentScope {
  readonly criteria: readonly SegmentCriterion[];
  /** The published model; its ARR bands are those of the book. */
  readonly model: TieringModel;
  /** The day whose members are meant, where a list is about no day of its own. */
  readonly today: CalendarDate;
}

/** Which accounts are meant; everything that is given must hold. `and`, `or` and `not` nest at most 3 deep. */
export interface AccountFilter extends FieldComparisons {
  /** Whether a pending downgrade waits out its grace. */
  readonly pendingDowngrade?: boolean | null | undefined;
  /** Whether it stands under an active override. */
  readonly overridden?: boolean | null | undefined;
  /** Whether it is a member of the segment; accounts that are churned are in none. */
  readonly segment?: SegmentScope | null | undefined;
  readonly and?: readonly AccountFilter[] | null | undefined;
  readonly or?: readonly AccountFilter[] | null | undefined;
  readonly not?: AccountFilter | null | undefined;
}
