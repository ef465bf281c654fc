import {
  ACCOUNT_PLANS,
  BUSINESS_REVIEW_FORMATS,
  COVERAGES,
  EXPANSION_MOTIONS,
  ONBOARDING_PLANS,
  PROGRAM_EXTRAS,
  RESPONSE_UNITS,
  TOUCH_CHANNELS,
  TRAININGS,
} from '../../domain/engagement-program';
import { enumOf } from '../enum';

export const CoverageEnum = enumOf('Coverage', COVERAGES, 'Who may look after the accounts of a tier.', {
  NAMED: 'A CSM of their own.',
  POOLED: 'Several CSMs who share them.',
});

export const TouchChannelEnum = enumOf(
  'ProactiveTouchChannel',
  TOUCH_CHANNELS,
  'How a tier is reached out to.',
  {
    PERSONAL: 'A person talks to a person.',
    MIXED: 'Partly in person, partly by digital means.',
    DIGITAL: 'By digital means that a person sends.',
    AUTOMATED: 'By automation alone.',
  },
);

export const OnboardingPlanEnum = enumOf(
  'OnboardingPlan',
  ONBOARDING_PLANS,
  'What starts an account off in its first days.',
  {
    SCHEDULED_TOUCHES: 'Touches at the intervals of onboarding.',
    AGREED_AT_KICKOFF: 'What is agreed at the kickoff.',
    WELCOME_SEQUENCE: 'A sequence of messages that welcomes.',
    ONBOARDING_SEQUENCE: 'A sequence of messages that explains the product.',
  },
);

export const BusinessReviewFormatEnum = enumOf(
  'BusinessReviewFormat',
  BUSINESS_REVIEW_FORMATS,
  'What a business review is.',
  {
    VIDEO_OR_ON_SITE: "A meeting by video or at the customer's.",
    VIDEO: 'A meeting by video.',
    AUTOMATED_REPORT: 'A report that is sent; a meeting on request.',
  },
);

export const ResponseUnitEnum = enumOf(
  'ResponseUnit',
  RESPONSE_UNITS,
  'What the time to a first response is counted in.',
);

export const TrainingEnum = enumOf('Training', TRAININGS, 'How customers learn the product.');

export const AccountPlanEnum = enumOf(
  'AccountPlan',
  ACCOUNT_PLANS,
  'How the work with an account is planned.',
);

export const ExpansionMotionEnum = enumOf(
  'ExpansionMotion',
  EXPANSION_MOTIONS,
  'How an account is brought to buy more.',
);

export const ProgramExtraEnum = enumOf(
  'ProgramExtra',
  PROGRAM_EXTRAS,
  'What a tier is owed beside everything else.',
);
