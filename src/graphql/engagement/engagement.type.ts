import { Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import { EngagementProgramType } from '../engagement-program/engagement-program.type';
import { DateScalar } from '../scalars';
import { TierType } from '../tiering-model/tier.type';

@ObjectType('AccountEngagement', {
  description: 'What an account is owed by the program of its effective tier, and what it got last.',
  simpleResolvers: true,
})
export class AccountEngagementType {
  @Field(() => EngagementProgramType, { description: 'The program of the effective tier.' })
  program!: EngagementProgramType;

  @Field(() => DateScalar, { description: 'The day since which it has held a tier without a break.' })
  servedSince!: string;

  @Field(() => DateScalar, { description: 'The day since which it has had this effective tier.' })
  tierSince!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The last touch; touches on events count where the program says so.',
  })
  lastTouchOn!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      'The first day on which the next touch is not too soon; null where only automation reaches out.',
  })
  nextTouchDueFrom!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'The last day for the next touch; null for none.' })
  nextTouchDueOn!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The last business review that was held, or left out on purpose.',
  })
  lastBusinessReviewOn!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The day of the next business review; null where the tier is owed none.',
  })
  nextBusinessReviewDueOn!: string | null;
}

@ObjectType('SupportMonth', {
  description: 'What support and the product tell of an account in one month.',
  simpleResolvers: true,
})
export class SupportMonthType {
  @Field(() => String, { description: 'The month, such as "2026-03".' })
  month!: string;

  @Field(() => Int, { nullable: true, description: 'Tickets; null where nobody knows.' })
  tickets!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Tickets whose first answer came within what the tier is owed; null where nobody knows.',
  })
  answeredInTime!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'How far the product is in use, from 0 to 100 percent with 2 places; null where nobody knows.',
  })
  adoptionPercent!: number | null;
}

@ObjectType('TierDelivery', {
  description: 'What the accounts of a tier were owed over a period, and what they got.',
  simpleResolvers: true,
})
export class TierDeliveryType {
  @Field(() => TierType, { nullable: true, description: 'The tier, as it was recorded then; null for all.' })
  tier!: TierType | null;

  @Field(() => Int, {
    description: 'Accounts that were in the tier for at least a day; one that moved counts in several.',
  })
  accounts!: number;

  @Field(() => Int, { description: 'Days that accounts spent in the tier, all together.' })
  accountDays!: number;

  @Field(() => Float, {
    description:
      'Touches that the program promises for these days at the least: days over its longest interval, those of onboarding over the intervals of onboarding. With 2 places.',
  })
  touchesOwed!: number;

  @Field(() => Int, { description: 'Touches on these days; those on events where the program says so.' })
  touchesDelivered!: number;

  @Field(() => Float, {
    description:
      'Business reviews that the program promises for these days: 4 for 365 days at one every 3 months. With 2 places.',
  })
  businessReviewsOwed!: number;

  @Field(() => Int, { description: 'Business reviews that were held on these days.' })
  businessReviewsDelivered!: number;

  @Field(() => Int, { description: 'Business reviews that were left out on purpose.' })
  businessReviewsSkipped!: number;

  @Field(() => Int, {
    description: 'Tickets of the months that begin in the period, of which is known how they were answered.',
  })
  tickets!: number;

  @Field(() => Int, { description: 'Those of them whose first answer came in time.' })
  answeredInTime!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Their share, as a fraction of 1 with 6 places; null without tickets.',
  })
  answeredInTimeShare!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Mean adoption over accounts and months, in percent with 2 places; null where nothing is known.',
  })
  averageAdoption!: number | null;
}

@ObjectType('EngagementDelivery', {
  description: 'What was owed and what was delivered over a period.',
  simpleResolvers: true,
})
export class EngagementDeliveryType {
  @Field(() => DateScalar, { description: 'The first day.' })
  from!: string;

  @Field(() => DateScalar, { description: 'The last day.' })
  to!: string;

  @Extensions({ listBound: 5 })
  @Field(() => [TierDeliveryType], {
    description:
      'Every tier of the published ladder, the highest first, then tiers of the period that it has no longer.',
  })
  tiers!: readonly TierDeliveryType[];
}
