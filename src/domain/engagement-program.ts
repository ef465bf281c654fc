import { DomainError } from './errors';
import { type Money } from './money';

/** Who may look after the accounts of a tier: a CSM of their own, or several who share them. */
export const COVERAGES = ['NAMED', 'POOLED'] as const;
export type Coverage = (typeof COVERAGES)[number];

/** How a tier is reached out to. */
export const TOUCH_CHANNELS = ['PERSONAL', 'MIXED', 'DIGITAL', 'AUTOMATED'] as const;
export type TouchChannel = (typeof TOUCH_CHANNELS)[number];

/** What starts an account off in its first days. */
export const ONBOARDING_PLANS = [
  'SCHEDULED_TOUCHES',
  'AGREED_AT_KICKOFF',
  'WELCOME_SEQUENCE',
  'ONBOARDING_SEQUENCE',
] as const;
export type OnboardingPlan = (typeof ONBOARDING_PLANS)[number];

/** What a business review is: a meeting with the customer, or a report that is sent. */
export const BUSINESS_REVIEW_FORMATS = ['VIDEO_OR_ON_SITE', 'VIDEO', 'AUTOMATED_REPORT'] as const;
export type BusinessReviewFormat = (typeof BUSINESS_REVIEW_FORMATS)[number];

/** What the hours or days of a first response are counted in. */
export const RESPONSE_UNITS = ['HOUR', 'DAY', 'BUSINESS_DAY'] as const;
export type ResponseUnit = (typeof RESPONSE_UNITS)[number];

export const TRAININGS = [
  'CUSTOM_SESSIONS',
  'ONBOARDING_SPECIALIST',
  'ON_SITE_IF_NEEDED',
  'GROUP_WEBINARS',
  'RECORDINGS',
  'ON_DEMAND_LIBRARY',
  'OCCASIONAL_WEBINARS',
  'SELF_SERVICE_TRAINING',
] as const;
export type Training = (typeof TRAININGS)[number];

export const ACCOUNT_PLANS = [
  'CUSTOM_SUCCESS_PLAN',
  'MUTUAL_ACTION_PLAN',
  'JOINT_ROADMAP',
  'PLAN_TEMPLATE_WITH_GOALS',
  'AUTOMATED_HEALTH_MONITORING',
  'SELF_DIRECTED',
] as const;
export type AccountPlan = (typeof ACCOUNT_PLANS)[number];

export const EXPANSION_MOTIONS = [
  'DEDICATED_CAMPAIGN',
  'EXECUTIVE_INVOLVEMENT',
  'CUSTOM_PRICING',
  'TARGETED_UPSELL',
  'AUTOMATED_UPGRADE_OFFERS',
  'IN_PRODUCT_PROMPTS',
] as const;
export type ExpansionMotion = (typeof EXPANSION_MOTIONS)[number];

/** What a tier is owed beside everything else. */
export const PROGRAM_EXTRAS = [
  'MONTHLY_VALUE_REPORT',
  'EARLY_ACCESS',
  'DIRECT_LINE_TO_PRODUCT',
  'KICKOFF_CALL',
  'MILESTONE_CALLS',
  'NURTURE_CAMPAIGNS',
  'WELCOME_SERIES',
  'IN_APP_TOURS',
  'CHATBOT_WITH_ESCALATION',
  'AUTOMATED_RENEWAL_OFFERS',
  'SELF_SERVICE_ANALYTICS',
] as const;
export type ProgramExtra = (typeof PROGRAM_EXTRAS)[number];

/** Programs that run by themselves; which of them run for an account is a fact of operation (spec section 8). */
export const DIGITAL_PROGRAMS = [
  'NURTURE',
  'ONBOARDING',
  'HEALTH_MONITORING',
  'RENEWAL_NOTICES',
  'IN_APP_MESSAGING',
  'RENEWAL_OFFERS',
] as const;
export type DigitalProgram = (typeof DIGITAL_PROGRAMS)[number];

/** A range of whole numbers, both ends included. */
export interface WholeRange {
  readonly from: number;
  readonly to: number;
}

/** Touches of the first days: every so many days until, and with, that day since the account became a customer. */
export interface OnboardingTouches {
  readonly untilDay: number;
  readonly everyDays: number;
}

/** Proactive touches. */
export interface TouchRules {
  readonly channel: TouchChannel;
  /** Days from one touch to the next, at the soonest and at the latest; null where only automation reaches out. */
  readonly everyDays: WholeRange | null;
  /** Whether an event asks for a touch as well. */
  readonly onEvent: boolean;
  readonly onboardingPlan: OnboardingPlan;
  /** In order of their days; empty where onboarding follows another plan. */
  readonly onboarding: readonly OnboardingTouches[];
}

/** Meetings with the customer. */
export interface BusinessReviewRules {
  readonly everyMonths: number;
  /** Accounts with less ARR than this have theirs at longer intervals; null where all are alike. */
  readonly smaller: { readonly belowArr: Money; readonly everyMonths: number } | null;
  readonly format: BusinessReviewFormat;
  readonly withExecutive: boolean;
  /** Whether one may be left out; where not, it stays due until it is held. */
  readonly maySkip: boolean;
}

/** How fast a ticket gets its first answer. */
export interface FirstResponse {
  readonly unit: ResponseUnit;
  /** At the latest after so many, 0 business days being the same one; `from` is where answers usually begin. */
  readonly within: WholeRange;
  /** Whether there is a path of escalation around the clock. */
  readonly escalatesAroundTheClock: boolean;
  readonly communityFirst: boolean;
}

/** What the accounts of a tier are owed (spec section 2.5). */
export interface EngagementProgram {
  /** Empty where nobody looks after an account by name or in a pool. */
  readonly coverage: readonly Coverage[];
  /** Accounts that a CSM with an FTE of 1.0 looks after: comfortably, and at the limit; null where there is none. */
  readonly accountsPerCsm: WholeRange | null;
  readonly touches: TouchRules;
  /** Null where there are none. */
  readonly businessReviews: BusinessReviewRules | null;
  readonly firstResponse: FirstResponse;
  readonly training: readonly Training[];
  readonly planning: readonly AccountPlan[];
  readonly expansion: readonly ExpansionMotion[];
  readonly executiveSponsor: boolean;
  readonly extras: readonly ProgramExtra[];
  /** Days before a renewal on which a notice goes out. */
  readonly renewalNoticeDays: readonly number[];
  /** Those that must run for every account. */
  readonly digitalPrograms: readonly DigitalProgram[];
  /** CS cost that the ARR can justify, in percent of it; null where only automation pays off. */
  readonly costPercent: number | null;
}

/** What each tier is owed, by its key. */
export type EngagementPrograms = Readonly<Record<string, EngagementProgram>>;

/** The program of the tier. Throws INVALID_MODEL for a tier that has none. */
export function programOf(model: { readonly programs: EngagementPrograms }, tier: string): EngagementProgram {
  const program = findProgram(model, tier);
  if (program === null) {
    throw new DomainError('INVALID_MODEL', `the tier "${tier}" has no engagement program`, [
      'programs',
      tier,
    ]);
  }
  return program;
}

/** The program of what may be no tier at all; null where there is none. */
export function findProgram(
  { programs }: { readonly programs: EngagementPrograms },
  tier: string,
): EngagementProgram | null {
  // Keys come from people, so one may be a name that every object knows.
  return (Object.hasOwn(programs, tier) ? programs[tier] : undefined) ?? null;
}
