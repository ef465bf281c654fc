import { type EngagementProgram, type EngagementPrograms } from './engagement-program';
import { units } from './money';
import { type Ladder } from './tier';

/** The built-in programs (spec section 2.5). */
const STRATEGIC: EngagementProgram = {
  coverage: ['NAMED'],
  accountsPerCsm: { from: 15, to: 30 },
  touches: {
    channel: 'PERSONAL',
    everyDays: { from: 14, to: 28 },
    onEvent: false,
    onboardingPlan: 'SCHEDULED_TOUCHES',
    onboarding: [
      { untilDay: 30, everyDays: 7 },
      { untilDay: 90, everyDays: 14 },
    ],
  },
  businessReviews: {
    everyMonths: 3,
    smaller: null,
    format: 'VIDEO_OR_ON_SITE',
    withExecutive: true,
    maySkip: false,
  },
  firstResponse: {
    unit: 'HOUR',
    within: { from: 0, to: 1 },
    escalatesAroundTheClock: true,
    communityFirst: false,
  },
  training: ['CUSTOM_SESSIONS', 'ONBOARDING_SPECIALIST', 'ON_SITE_IF_NEEDED'],
  planning: ['CUSTOM_SUCCESS_PLAN', 'MUTUAL_ACTION_PLAN', 'JOINT_ROADMAP'],
  expansion: ['DEDICATED_CAMPAIGN', 'EXECUTIVE_INVOLVEMENT', 'CUSTOM_PRICING'],
  executiveSponsor: true,
  extras: ['MONTHLY_VALUE_REPORT', 'EARLY_ACCESS', 'DIRECT_LINE_TO_PRODUCT'],
  renewalNoticeDays: [],
  digitalPrograms: [],
  costPercent: 10,
};

const CORE: EngagementProgram = {
  coverage: ['NAMED', 'POOLED'],
  accountsPerCsm: { from: 50, to: 100 },
  touches: {
    channel: 'MIXED',
    everyDays: { from: 28, to: 56 },
    onEvent: false,
    onboardingPlan: 'AGREED_AT_KICKOFF',
    onboarding: [],
  },
  businessReviews: {
    everyMonths: 6,
    smaller: { belowArr: units(50_000), everyMonths: 12 },
    format: 'VIDEO',
    withExecutive: false,
    maySkip: true,
  },
  firstResponse: {
    unit: 'BUSINESS_DAY',
    within: { from: 0, to: 0 },
    escalatesAroundTheClock: false,
    communityFirst: false,
  },
  training: ['GROUP_WEBINARS', 'RECORDINGS'],
  planning: ['PLAN_TEMPLATE_WITH_GOALS'],
  expansion: ['TARGETED_UPSELL'],
  executiveSponsor: false,
  extras: ['KICKOFF_CALL', 'MILESTONE_CALLS', 'NURTURE_CAMPAIGNS'],
  renewalNoticeDays: [],
  digitalPrograms: ['NURTURE'],
  costPercent: 10,
};

const SCALE: EngagementProgram = {
  coverage: ['POOLED'],
  accountsPerCsm: { from: 200, to: 500 },
  touches: {
    channel: 'DIGITAL',
    everyDays: { from: 91, to: 91 },
    onEvent: true,
    onboardingPlan: 'WELCOME_SEQUENCE',
    onboarding: [],
  },
  businessReviews: {
    everyMonths: 12,
    smaller: null,
    format: 'AUTOMATED_REPORT',
    withExecutive: false,
    maySkip: true,
  },
  firstResponse: {
    unit: 'HOUR',
    within: { from: 24, to: 48 },
    escalatesAroundTheClock: false,
    communityFirst: false,
  },
  training: ['ON_DEMAND_LIBRARY', 'OCCASIONAL_WEBINARS'],
  planning: ['AUTOMATED_HEALTH_MONITORING'],
  expansion: ['AUTOMATED_UPGRADE_OFFERS'],
  executiveSponsor: false,
  extras: ['WELCOME_SERIES', 'IN_APP_TOURS'],
  renewalNoticeDays: [60, 30, 14],
  digitalPrograms: ['ONBOARDING', 'HEALTH_MONITORING', 'RENEWAL_NOTICES'],
  costPercent: 10,
};

const TECH_TOUCH: EngagementProgram = {
  coverage: [],
  accountsPerCsm: null,
  touches: {
    channel: 'AUTOMATED',
    everyDays: null,
    onEvent: false,
    onboardingPlan: 'ONBOARDING_SEQUENCE',
    onboarding: [],
  },
  businessReviews: null,
  firstResponse: {
    unit: 'DAY',
    within: { from: 2, to: 3 },
    escalatesAroundTheClock: false,
    communityFirst: true,
  },
  training: ['SELF_SERVICE_TRAINING'],
  planning: ['SELF_DIRECTED'],
  expansion: ['IN_PRODUCT_PROMPTS'],
  executiveSponsor: false,
  extras: ['SELF_SERVICE_ANALYTICS', 'CHATBOT_WITH_ESCALATION', 'AUTOMATED_RENEWAL_OFFERS'],
  renewalNoticeDays: [30],
  digitalPrograms: ['ONBOARDING', 'IN_APP_MESSAGING', 'RENEWAL_OFFERS'],
  costPercent: null,
};

/**
 * A program for each tier of the ladder: the given one of its key, else the built-in one of its place. The highest,
 * the second and the lowest tier have their own, and those between are served like Scale.
 */
export function defaultPrograms(ladder: Ladder, given: EngagementPrograms = {}): EngagementPrograms {
  const own = new Map(Object.entries(given));
  return Object.fromEntries(ladder.map(({ key, rank }) => [key, own.get(key) ?? builtIn(ladder, rank)]));
}

function builtIn(ladder: Ladder, rank: number): EngagementProgram {
  if (rank === 1) return STRATEGIC;
  if (rank === ladder.length) return TECH_TOUCH;
  return rank === 2 ? CORE : SCALE;
}
