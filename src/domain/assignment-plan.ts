import { type Csm } from './csm';
import { type CalendarDate } from './calendar';
import { type Owner } from './portfolio';

/** An account as a plan looks at it. */
export interface PlannedAccount {
  readonly id: string;
  readonly externalId: string;
  /** The key of the effective tier, whose program knows a load. */
  readonly tier: string;
  /** Load at the limit, in FTE. */
  readonly load: number;
  readonly language: string | null;
  readonly region: string | null;
  readonly industry: string | null;
  readonly renewalDate: CalendarDate | null;
  readonly termMonths: number | null;
  readonly customerSince: CalendarDate | null;
  /** Null for an account that nobody looks after. */
  readonly owner: Owner | null;
  readonly ownedSince: CalendarDate | null;
  readonly executiveSponsor: string | null;
  /** Whether the plan may give it to somebody else at all. */
  readonly isAsked: boolean;
}

/** A CSM as a plan looks at it. */
export type PlannedCsm = Pick<
  Csm,
  'externalId' | 'name' | 'employment' | 'leave' | 'pools' | 'languages' | 'regions' | 'industries'
>;

/** Everything that a plan looks at beside the model and the day. */
export interface PlannedBook {
  readonly accounts: readonly PlannedAccount[];
  readonly csms: readonly PlannedCsm[];
}

/** What comes first where not everybody can be covered: as many accounts as possible, or the highest tiers. */
export const PLAN_PRIORITIES = ['MOST_ACCOUNTS', 'HIGHEST_TIER'] as const;
export type PlanPriority = (typeof PLAN_PRIORITIES)[number];

export interface PlanWishes {
  /** The most accounts that may change from one owner to another; null for any number. */
  readonly moveBudget: number | null;
  readonly priority: PlanPriority;
}

/** Why an account is to be looked after by somebody else. */
export const PLAN_OCCASIONS = [
  'UNASSIGNED',
  'OWNER_LEFT',
  'OWNER_LEAVING',
  'COVERAGE_RULE',
  'OVERLOADED',
] as const;
export type PlanOccasion = (typeof PLAN_OCCASIONS)[number];

/** What speaks for a proposal. */
export const PLAN_REASONS = [...PLAN_OCCASIONS, 'LANGUAGE_FIT', 'REGION_FIT', 'INDUSTRY_FIT'] as const;

export interface PlanReason {
  readonly code: (typeof PLAN_REASONS)[number];
  readonly text: string;
}

/** That an account goes to an owner. */
export interface PlanProposal {
  readonly accountId: string;
  readonly externalId: string;
  readonly tier: string;
  readonly from: Owner | null;
  readonly to: Owner;
  /** Load at the limit, in FTE. */
  readonly load: number;
  readonly reasons: readonly PlanReason[];
  /** Utilisation of the limit of the new owner, as fractions: today, and after the whole plan. */
  readonly utilisationBefore: number;
  readonly utilisationAfter: number;
  /** Whether an executive sponsor has to be named before it can be applied. */
  readonly needsExecutiveSponsor: boolean;
}

/** What a demand lacks. */
export const MISSING_CAUSES = [
  'STAFF',
  'LANGUAGE',
  'REGION',
  'LANGUAGE_AND_REGION',
  'FTE',
  'MOVE_BUDGET',
  'LOCKED',
] as const;
export type MissingCause = (typeof MISSING_CAUSES)[number];

/** A demand that the plan cannot meet without breaking a rule. */
export interface MissingCapacity {
  /** COVERAGE: accounts without a valid owner; RELIEF: what is above the limit of an owner. */
  readonly demand: 'COVERAGE' | 'RELIEF';
  readonly cause: MissingCause;
  /** The key of the tier of the accounts; null for RELIEF. */
  readonly tier: string | null;
  readonly language: string | null;
  readonly region: string | null;
  /** The CSM above the limit, for RELIEF. */
  readonly csm: string | null;
  /** FTE that the accounts take, or that is above the limit. */
  readonly fte: number;
  readonly accountIds: readonly string[];
  readonly text: string;
}

/** How busy a CSM is, by the load at the limit over the FTE available on the day; null for nobody who is there. */
export interface CsmUtilisation {
  readonly csm: string;
  readonly name: string;
  /** FTE available on the day. */
  readonly fte: number;
  readonly before: number | null;
  readonly after: number | null;
}

/** How evenly the load is spread over the CSMs who are there; utilisation of the limit, as fractions. */
export interface PlanBalance {
  readonly lowest: number;
  readonly highest: number;
  /** Over all of them by FTE. */
  readonly mean: number;
  /** Of the utilisations from their mean, by FTE: what a plan makes small. */
  readonly standardDeviation: number;
}

export interface PlanOutcome {
  readonly proposals: readonly PlanProposal[];
  /** Accounts without a valid owner, and how many of them the plan covers. */
  readonly toCover: number;
  readonly covered: number;
  /** Accounts that change from one owner to another. */
  readonly moves: number;
  /** FTE above the limits of CSMs. */
  readonly overloadBefore: number;
  readonly overloadAfter: number;
  readonly industryFits: number;
  readonly balanceBefore: PlanBalance | null;
  readonly balanceAfter: PlanBalance | null;
  readonly csms: readonly CsmUtilisation[];
  readonly missing: readonly MissingCapacity[];
}
