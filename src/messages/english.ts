import { type Catalogue } from './catalogue';

const WEEKS = '{weeks, plural, =1 {every week} other {every # weeks}}';
const MONTHS = '{months, plural, =1 {every month} =12 {once a year} other {every # months}}';

export const ENGLISH: Catalogue = {
  promises: {
    OWN_CONTACT: 'A customer success manager who is there for you in person',
    TEAM_CONTACT: 'A customer success team that you can turn to',
    EXECUTIVE_SPONSOR: 'An executive on our side who speaks up for you',
    PERSONAL_TOUCHES: `A personal conversation at least ${WEEKS}`,
    REGULAR_TOUCHES: `News and advice that fit you at least ${WEEKS}`,
    DIGITAL_TOUCHES: `Ideas and tips by e-mail at least ${WEEKS}`,
    EXECUTIVE_BUSINESS_REVIEW: `A business review with our executives ${MONTHS}, by video or at your place`,
    BUSINESS_REVIEW: `A business review by video ${MONTHS}`,
    BUSINESS_REPORT: `A report on what you got out of our product ${MONTHS}, and whenever you ask for it`,
    RESPONSE_IN_HOURS: 'A first answer from support within {count, plural, =1 {one hour} other {# hours}}',
    RESPONSE_SAME_BUSINESS_DAY: 'A first answer from support on the same business day',
    RESPONSE_IN_BUSINESS_DAYS:
      'A first answer from support within {count, plural, =1 {one business day} other {# business days}}',
    RESPONSE_IN_DAYS: 'A first answer from support within {count, plural, =1 {one day} other {# days}}',
    ESCALATION_AROUND_THE_CLOCK: 'Somebody to call around the clock when it is urgent',
    COMMUNITY: 'A community in which customers and our experts help each other',
    CUSTOM_SESSIONS: 'Training sessions made for your teams',
    ONBOARDING_SPECIALIST: 'An onboarding specialist for your first weeks',
    ON_SITE_IF_NEEDED: 'Training at your place where it helps',
    GROUP_WEBINARS: 'Live webinars with other customers',
    RECORDINGS: 'Recordings of all webinars',
    ON_DEMAND_LIBRARY: 'A library of lessons to watch at any time',
    OCCASIONAL_WEBINARS: 'Webinars on new features',
    SELF_SERVICE_TRAINING: 'Guides and lessons at your own pace',
    CUSTOM_SUCCESS_PLAN: 'A success plan that we write with you',
    MUTUAL_ACTION_PLAN: 'A plan of who does what on both sides',
    JOINT_ROADMAP: 'A roadmap that we go through together',
    PLAN_TEMPLATE_WITH_GOALS: 'A success plan with your goals',
    MONTHLY_VALUE_REPORT: 'A monthly report on the value that you get',
    EARLY_ACCESS: 'Early access to new features',
    DIRECT_LINE_TO_PRODUCT: 'A direct line to our product and engineering teams',
    KICKOFF_CALL: 'A kickoff call at the start',
    MILESTONE_CALLS: 'A call at each milestone',
    WELCOME_SERIES: 'A series of welcome messages for your first steps',
    IN_APP_TOURS: 'Tours inside the product',
    SELF_SERVICE_ANALYTICS: 'Analytics of your usage whenever you want to look',
    CHATBOT_WITH_ESCALATION: 'A chat assistant that hands over to a person',
    RENEWAL_REMINDER: 'A timely reminder before your contract renews',
  },
  moves: {
    UP: {
      subject: 'There is more for {name}',
      opening:
        'Dear team of {name}, your work with us has grown, and so does what we do for you: from {day, date, long} on you get more of our time and attention.',
      listing: 'This is new for you:',
      closing: 'You need not do anything. We look forward to what comes next.',
    },
    DOWN: {
      subject: 'How we work with {name} from {day, date, long}',
      opening:
        'Dear team of {name}, we have arranged our service in a new way. From {day, date, long} on this is how we work with you.',
      listing: 'You can count on:',
      closing: 'Your contract stays as it is. If you have questions, just reply to this message.',
    },
  },
};
