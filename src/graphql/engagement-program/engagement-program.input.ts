import { Field, Float, InputType, Int } from 'type-graphql';
import { type WholeRange } from '../../domain/engagement-program';
import { type ProgramChange } from '../../domain/model-change';
import { type Money } from '../../domain/money';
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

const STAYS = 'It stays if absent.';

@InputType('WholeRangeInput', { description: 'A range of whole numbers.' })
export class WholeRangeInput implements WholeRange {
  @Field(() => Int, { description: 'The least; it belongs to the range.' })
  from!: number;

  @Field(() => Int, { description: 'The most; it belongs to the range.' })
  to!: number;
}

@InputType('OnboardingTouchesInput', { description: 'How often a new customer is reached out to.' })
export class OnboardingTouchesInput {
  @Field(() => Int, { description: 'The last day as a customer to which it applies; the first day is 1.' })
  untilDay!: number;

  @Field(() => Int, { description: 'Days from one touch to the next.' })
  everyDays!: number;
}

@InputType('ProactiveTouchesInput', {
  description: 'How a tier is reached out to. What is left out stays as it is.',
})
export class ProactiveTouchesInput {
  @Field(() => TouchChannelEnum, { nullable: true, description: `By what means. ${STAYS}` })
  channel?: ProgramChange['touches']['channel'] | null;

  @Field(() => WholeRangeInput, {
    nullable: true,
    description: `Days from one touch to the next, at the soonest and at the latest; null for none. ${STAYS}`,
  })
  everyDays?: WholeRangeInput | null;

  @Field(() => Boolean, {
    nullable: true,
    description: `Whether an event asks for a touch as well. ${STAYS}`,
  })
  onEvent?: boolean | null;

  @Field(() => OnboardingPlanEnum, {
    nullable: true,
    description: `What starts an account off in its first days. ${STAYS}`,
  })
  onboardingPlan?: ProgramChange['touches']['onboardingPlan'] | null;

  @Field(() => [OnboardingTouchesInput], {
    nullable: true,
    description: `All intervals of the first days, in their order. ${STAYS}`,
  })
  onboarding?: OnboardingTouchesInput[] | null;
}

@InputType('SmallerAccountReviewsInput', {
  description: 'Business reviews of the smaller accounts of a tier.',
})
export class SmallerAccountReviewsInput {
  @Field(() => DecimalScalar, {
    description: 'Accounts with less ARR than this, in the base currency, are the smaller ones.',
  })
  belowArr!: number;

  @Field(() => Int, { description: 'Months from one business review to the next.' })
  everyMonths!: number;
}

@InputType('BusinessReviewRulesInput', {
  description:
    'Business reviews that a tier is owed. What is left out stays as it is, and where there were none it is every 12 months, by video, without an executive, and may be left out.',
})
export class BusinessReviewRulesInput {
  @Field(() => Int, { nullable: true, description: `Months from one to the next. ${STAYS}` })
  everyMonths?: number | null;

  @Field(() => SmallerAccountReviewsInput, {
    nullable: true,
    description: `What applies to smaller accounts instead; null where all are alike. ${STAYS}`,
  })
  smaller?: SmallerAccountReviewsInput | null;

  @Field(() => BusinessReviewFormatEnum, { nullable: true, description: `A meeting, or a report. ${STAYS}` })
  format?: NonNullable<ProgramChange['businessReviews']>['format'] | null;

  @Field(() => Boolean, { nullable: true, description: `Whether an executive takes part. ${STAYS}` })
  withExecutive?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: `Whether one may be left out. ${STAYS}` })
  maySkip?: boolean | null;
}

@InputType('FirstResponseInput', {
  description: 'How fast a ticket gets its first answer. What is left out stays as it is.',
})
export class FirstResponseInput {
  @Field(() => ResponseUnitEnum, { nullable: true, description: `What the time is counted in. ${STAYS}` })
  unit?: ProgramChange['firstResponse']['unit'] | null;

  @Field(() => WholeRangeInput, {
    nullable: true,
    description: `So many of the unit: when answers usually begin, and the latest. ${STAYS}`,
  })
  within?: WholeRangeInput | null;

  @Field(() => Boolean, {
    nullable: true,
    description: `Whether there is a path of escalation around the clock. ${STAYS}`,
  })
  escalatesAroundTheClock?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: `Whether the community is asked first. ${STAYS}` })
  communityFirst?: boolean | null;
}

@InputType('EngagementProgramInput', {
  description: 'What the accounts of a tier are to be owed. What is left out stays as the draft has it.',
})
export class EngagementProgramInput {
  @Field(() => String, { description: 'The key of the tier.' })
  tier!: string;

  @Field(() => [CoverageEnum], {
    nullable: true,
    description: `Who may look after an account; empty for nobody. ${STAYS}`,
  })
  coverage?: ProgramChange['coverage'] | null;

  @Field(() => WholeRangeInput, {
    nullable: true,
    description: `Accounts that a full-time CSM looks after: comfortably, and at the limit; null where nobody does. ${STAYS}`,
  })
  accountsPerCsm?: WholeRangeInput | null;

  @Field(() => ProactiveTouchesInput, { nullable: true, description: `How it is reached out to. ${STAYS}` })
  touches?: ProactiveTouchesInput | null;

  @Field(() => BusinessReviewRulesInput, {
    nullable: true,
    description: `Its business reviews; null for none. ${STAYS}`,
  })
  businessReviews?: BusinessReviewRulesInput | null;

  @Field(() => FirstResponseInput, {
    nullable: true,
    description: `How fast a ticket gets its first answer. ${STAYS}`,
  })
  firstResponse?: FirstResponseInput | null;

  @Field(() => [TrainingEnum], { nullable: true, description: `How its people learn the product. ${STAYS}` })
  training?: ProgramChange['training'] | null;

  @Field(() => [AccountPlanEnum], {
    nullable: true,
    description: `How the work with it is planned. ${STAYS}`,
  })
  planning?: ProgramChange['planning'] | null;

  @Field(() => [ExpansionMotionEnum], {
    nullable: true,
    description: `How it is brought to buy more. ${STAYS}`,
  })
  expansion?: ProgramChange['expansion'] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: `Whether an executive must stand behind it. ${STAYS}`,
  })
  executiveSponsor?: boolean | null;

  @Field(() => [ProgramExtraEnum], {
    nullable: true,
    description: `What it is owed beside everything else. ${STAYS}`,
  })
  extras?: ProgramChange['extras'] | null;

  @Field(() => [Int], {
    nullable: true,
    description: `Days before a renewal on which a notice goes out. ${STAYS}`,
  })
  renewalNoticeDays?: number[] | null;

  @Field(() => [DigitalProgramEnum], {
    nullable: true,
    description: `Digital programs that must run for every account. ${STAYS}`,
  })
  digitalPrograms?: ProgramChange['digitalPrograms'] | null;

  @Field(() => Float, {
    nullable: true,
    description: `CS cost that the ARR can justify, in percent of it; null where only automation pays off. ${STAYS}`,
  })
  costPercent?: number | null;
}

/** What the inputs change of the programs, by the keys of the tiers. */
export function programChangesOf(
  inputs: readonly EngagementProgramInput[],
): Readonly<Record<string, Partial<ProgramChange>>> {
  return Object.fromEntries(inputs.map(({ tier, ...input }) => [tier, programChangeOf(input)]));
}

function programChangeOf(input: Omit<EngagementProgramInput, 'tier'>): Partial<ProgramChange> {
  const { touches, businessReviews, firstResponse } = input;
  return {
    ...(given(input, ['accountsPerCsm', 'costPercent', 'businessReviews']) as Partial<ProgramChange>),
    ...(touches ? { touches: given(touches, ['everyDays']) } : {}),
    ...(firstResponse ? { firstResponse: given(firstResponse) } : {}),
    ...(businessReviews
      ? {
          businessReviews: {
            ...(given(businessReviews, ['smaller']) as ProgramChange['businessReviews']),
            ...(businessReviews.smaller
              ? {
                  smaller: {
                    belowArr: businessReviews.smaller.belowArr as Money,
                    everyMonths: businessReviews.smaller.everyMonths,
                  },
                }
              : {}),
          },
        }
      : {}),
  };
}

/** The fields that were given; null stays only where it means none. Inputs become plain data. */
function given(input: object, nullable: readonly string[] = []): object {
  return Object.fromEntries(
    Object.entries(input).flatMap(([name, value]: [string, unknown]) =>
      value === undefined || (value === null && !nullable.includes(name)) ? [] : [[name, plain(value)]],
    ),
  );
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === 'object' && value !== null ? { ...value } : value;
}
