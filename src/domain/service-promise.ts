import { monthsBetweenReviews } from './engagement';
import { type AccountPlan, type EngagementProgram, type ProgramExtra } from './engagement-program';
import { type Money } from './money';

/** What of an engagement program a customer may be told (spec section 11); the rest is how the work is organised. */
export const SERVICE_PROMISES = [
  'OWN_CONTACT',
  'TEAM_CONTACT',
  'EXECUTIVE_SPONSOR',
  'PERSONAL_TOUCHES',
  'REGULAR_TOUCHES',
  'DIGITAL_TOUCHES',
  'EXECUTIVE_BUSINESS_REVIEW',
  'BUSINESS_REVIEW',
  'BUSINESS_REPORT',
  'RESPONSE_IN_HOURS',
  'RESPONSE_SAME_BUSINESS_DAY',
  'RESPONSE_IN_BUSINESS_DAYS',
  'RESPONSE_IN_DAYS',
  'ESCALATION_AROUND_THE_CLOCK',
  'COMMUNITY',
  'CUSTOM_SESSIONS',
  'ONBOARDING_SPECIALIST',
  'ON_SITE_IF_NEEDED',
  'GROUP_WEBINARS',
  'RECORDINGS',
  'ON_DEMAND_LIBRARY',
  'OCCASIONAL_WEBINARS',
  'SELF_SERVICE_TRAINING',
  'CUSTOM_SUCCESS_PLAN',
  'MUTUAL_ACTION_PLAN',
  'JOINT_ROADMAP',
  'PLAN_TEMPLATE_WITH_GOALS',
  'MONTHLY_VALUE_REPORT',
  'EARLY_ACCESS',
  'DIRECT_LINE_TO_PRODUCT',
  'KICKOFF_CALL',
  'MILESTONE_CALLS',
  'WELCOME_SERIES',
  'IN_APP_TOURS',
  'SELF_SERVICE_ANALYTICS',
  'CHATBOT_WITH_ESCALATION',
  'RENEWAL_REMINDER',
] as const;
export type ServicePromiseCode = (typeof SERVICE_PROMISES)[number];

/** One thing that a customer can count on, and the whole numbers that its words name. */
export interface ServicePromise {
  readonly code: ServicePromiseCode;
  readonly values: Readonly<Record<string, number>>;
}

/** Planning and extras that are work behind the scenes are no promise: null. */
const PROMISED_PLANS: Readonly<Record<AccountPlan, ServicePromiseCode | null>> = {
  CUSTOM_SUCCESS_PLAN: 'CUSTOM_SUCCESS_PLAN',
  MUTUAL_ACTION_PLAN: 'MUTUAL_ACTION_PLAN',
  JOINT_ROADMAP: 'JOINT_ROADMAP',
  PLAN_TEMPLATE_WITH_GOALS: 'PLAN_TEMPLATE_WITH_GOALS',
  AUTOMATED_HEALTH_MONITORING: null,
  SELF_DIRECTED: null,
};
const PROMISED_EXTRAS: Readonly<Record<ProgramExtra, ServicePromiseCode | null>> = {
  MONTHLY_VALUE_REPORT: 'MONTHLY_VALUE_REPORT',
  EARLY_ACCESS: 'EARLY_ACCESS',
  DIRECT_LINE_TO_PRODUCT: 'DIRECT_LINE_TO_PRODUCT',
  KICKOFF_CALL: 'KICKOFF_CALL',
  MILESTONE_CALLS: 'MILESTONE_CALLS',
  NURTURE_CAMPAIGNS: null,
  WELCOME_SERIES: 'WELCOME_SERIES',
  IN_APP_TOURS: 'IN_APP_TOURS',
  CHATBOT_WITH_ESCALATION: 'CHATBOT_WITH_ESCALATION',
  AUTOMATED_RENEWAL_OFFERS: null,
  SELF_SERVICE_ANALYTICS: 'SELF_SERVICE_ANALYTICS',
};

/**
 * What a customer with the program can count on, the nearest first: who is there, how often, how fast, and what else.
 *
 * @param arr for programs that meet smaller accounts less often; null where it is not known
 */
export function servicePromises(program: EngagementProgram, arr: Money | null): ServicePromise[] {
  const codes = [
    ...program.training,
    ...program.planning.map((plan) => PROMISED_PLANS[plan]),
    ...program.extras.map((extra) => PROMISED_EXTRAS[extra]),
  ].filter((code) => code !== null);
  return [
    ...contacts(program),
    ...touches(program),
    ...businessReviews(program, arr),
    ...firstResponse(program),
    ...codes.map((code) => promise(code)),
    ...(program.renewalNoticeDays.length > 0 ? [promise('RENEWAL_REMINDER')] : []),
  ];
}

/** The promises of the second list that the first does not hold word for word. */
export function newPromises(
  before: readonly ServicePromise[],
  after: readonly ServicePromise[],
): ServicePromise[] {
  const known = new Set(before.map(wording));
  return after.filter((one) => !known.has(wording(one)));
}

function wording({ code, values }: ServicePromise): string {
  return JSON.stringify([code, Object.entries(values).sort()]);
}

function promise(code: ServicePromiseCode, values: ServicePromise['values'] = {}): ServicePromise {
  return { code, values };
}

function contacts({ coverage, executiveSponsor }: EngagementProgram): ServicePromise[] {
  const isOwn = coverage.includes('NAMED') && !coverage.includes('POOLED');
  return [
    ...(isOwn ? [promise('OWN_CONTACT')] : []),
    ...(coverage.includes('POOLED') ? [promise('TEAM_CONTACT')] : []),
    ...(executiveSponsor ? [promise('EXECUTIVE_SPONSOR')] : []),
  ];
}

function touches({ touches: { channel, everyDays } }: EngagementProgram): ServicePromise[] {
  if (everyDays === null || channel === 'AUTOMATED') return [];
  const weeks = Math.ceil(everyDays.to / 7);
  if (channel === 'PERSONAL') return [promise('PERSONAL_TOUCHES', { weeks })];
  return [promise(channel === 'MIXED' ? 'REGULAR_TOUCHES' : 'DIGITAL_TOUCHES', { weeks })];
}

function businessReviews({ businessReviews: rules }: EngagementProgram, arr: Money | null): ServicePromise[] {
  if (rules === null) return [];
  const months = monthsBetweenReviews(arr, rules);
  if (rules.format === 'AUTOMATED_REPORT') return [promise('BUSINESS_REPORT', { months })];
  return [promise(rules.withExecutive ? 'EXECUTIVE_BUSINESS_REVIEW' : 'BUSINESS_REVIEW', { months })];
}

function firstResponse({ firstResponse: response }: EngagementProgram): ServicePromise[] {
  const count = response.within.to;
  const within = {
    HOUR: promise('RESPONSE_IN_HOURS', { count }),
    DAY: promise('RESPONSE_IN_DAYS', { count }),
    BUSINESS_DAY:
      count === 0 ? promise('RESPONSE_SAME_BUSINESS_DAY') : promise('RESPONSE_IN_BUSINESS_DAYS', { count }),
  }[response.unit];
  return [
    ...(response.communityFirst ? [promise('COMMUNITY')] : []),
    within,
    ...(response.escalatesAroundTheClock ? [promise('ESCALATION_AROUND_THE_CLOCK')] : []),
  ];
}
