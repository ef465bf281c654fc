import { Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import { DigitalProgramEnum } from '../digital-program/digital-program.enum';
import { DecimalScalar } from '../scalars';
import {
  AccountPlanEnum,
  BusinessReviewFormatEnum,
  CoverageEnum,
  ExpansionMotionEnum,
  OnboardingPlanEnum,
  ProgramExtraEnum,
  ResponseUnitEnum,
  TouchChannelEnum,
  TrainingEnum,
} from './engagement-program.enum';

@ObjectType('WholeRange', { description: 'A range of whole numbers.', simpleResolvers: true })
export class WholeRangeType {
  @Field(() => Int, { description: 'The least; it belongs to the range.' })
  from!: number;

  @Field(() => Int, { description: 'The most; it belongs to the range.' })
  to!: number;
}

@ObjectType('OnboardingTouches', {
  description: 'How often a new customer is reached out to.',
  simpleResolvers: true,
})
export class OnboardingTouchesType {
  @Field(() => Int, { description: 'The last day as a customer to which it applies; the first day is 1.' })
  untilDay!: number;

  @Field(() => Int, { description: 'Days from one touch to the next.' })
  everyDays!: number;
}

@ObjectType('ProactiveTouches', {
  description: 'How a tier is reached out to, and how often.',
  simpleResolvers: true,
})
export class ProactiveTouchesType {
  @Field(() => TouchChannelEnum, { description: 'By what means.' })
  channel!: string;

  @Field(() => WholeRangeType, {
    nullable: true,
    description: 'Days from one touch to the next, at the soonest and at the latest; null for none.',
  })
  everyDays!: WholeRangeType | null;

  @Field(() => Boolean, {
    description: 'Whether an event asks for a touch as well, which then counts as one.',
  })
  onEvent!: boolean;

  @Field(() => OnboardingPlanEnum, { description: 'What starts an account off in its first days.' })
  onboardingPlan!: string;

  @Extensions({ listBound: 3 })
  @Field(() => [OnboardingTouchesType], {
    description:
      'Intervals of the first days, in their order; empty where onboarding has no touches of its own.',
  })
  onboarding!: readonly OnboardingTouchesType[];
}

@ObjectType('SmallerAccountReviews', {
  description: 'Business reviews of the smaller accounts of a tier.',
  simpleResolvers: true,
})
export class SmallerAccountReviewsType {
  @Field(() => DecimalScalar, {
    description: 'Accounts with less ARR than this, in the base currency, are the smaller ones.',
  })
  belowArr!: number;

  @Field(() => Int, { description: 'Months from one business review to the next.' })
  everyMonths!: number;
}

@ObjectType('BusinessReviewRules', {
  description: 'Business reviews that a tier is owed.',
  simpleResolvers: true,
})
export class BusinessReviewRulesType {
  @Field(() => Int, { description: 'Months from one to the next.' })
  everyMonths!: number;

  @Field(() => SmallerAccountReviewsType, {
    nullable: true,
    description: 'What applies to smaller accounts instead; null where all are alike.',
  })
  smaller!: SmallerAccountReviewsType | null;

  @Field(() => BusinessReviewFormatEnum, { description: 'A meeting, or a report.' })
  format!: string;

  @Field(() => Boolean, { description: 'Whether an executive takes part.' })
  withExecutive!: boolean;

  @Field(() => Boolean, {
    description: 'Whether one may be left out; where not, it stays due until it is held.',
  })
  maySkip!: boolean;
}

@ObjectType('FirstResponse', {
  description: 'How fast a ticket gets its first answer.',
  simpleResolvers: true,
})
export class FirstResponseType {
  @Field(() => ResponseUnitEnum, { description: 'What the time is counted in.' })
  unit!: string;

  @Field(() => WholeRangeType, {
    description: 'So many of the unit: when answers usually begin, 0 for at once, and the latest.',
  })
  within!: WholeRangeType;

  @Field(() => Boolean, { description: 'Whether there is a path of escalation around the clock.' })
  escalatesAroundTheClock!: boolean;

  @Field(() => Boolean, { description: 'Whether the community is asked first.' })
  communityFirst!: boolean;
}

@ObjectType('EngagementProgram', {
  description: 'What the accounts of a tier are owed.',
  simpleResolvers: true,
})
export class EngagementProgramType {
  @Field(() => [CoverageEnum], { description: 'Who may look after an account; empty for nobody.' })
  coverage!: readonly string[];

  @Field(() => WholeRangeType, {
    nullable: true,
    description:
      'Accounts that a full-time CSM looks after: comfortably, and at the limit; null where nobody does.',
  })
  accountsPerCsm!: WholeRangeType | null;

  @Field(() => ProactiveTouchesType, { description: 'How it is reached out to.' })
  touches!: ProactiveTouchesType;

  @Field(() => BusinessReviewRulesType, {
    nullable: true,
    description: 'Its business reviews; null for none.',
  })
  businessReviews!: BusinessReviewRulesType | null;

  @Field(() => FirstResponseType, { description: 'How fast a ticket gets its first answer.' })
  firstResponse!: FirstResponseType;

  @Field(() => [TrainingEnum], { description: 'How its people learn the product.' })
  training!: readonly string[];

  @Field(() => [AccountPlanEnum], { description: 'How the work with it is planned.' })
  planning!: readonly string[];

  @Field(() => [ExpansionMotionEnum], { description: 'How it is brought to buy more.' })
  expansion!: readonly string[];

  @Field(() => Boolean, { description: 'Whether an executive must stand behind it.' })
  executiveSponsor!: boolean;

  @Field(() => [ProgramExtraEnum], { description: 'What it is owed beside everything else.' })
  extras!: readonly string[];

  @Field(() => [Int], { description: 'Days before a renewal on which a notice goes out.' })
  renewalNoticeDays!: readonly number[];

  @Field(() => [DigitalProgramEnum], { description: 'Digital programs that must run for every account.' })
  digitalPrograms!: readonly string[];

  @Field(() => Float, {
    nullable: true,
    description: 'CS cost that the ARR can justify, in percent of it; null where only automation pays off.',
  })
  costPercent!: number | null;
}
