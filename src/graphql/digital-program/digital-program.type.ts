import { Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import { DateScalar, DateTimeScalar } from '../scalars';
import { TierType } from '../tiering-model/tier.type';
import { DigitalProgramEnum } from './digital-program.enum';

/** Of the periods of one program of an account. */
export const LONGEST_HISTORY = 20;

@ObjectType('DigitalProgramPeriod', {
  description: 'Some days on which a digital program ran for an account, or did not.',
  simpleResolvers: true,
})
export class DigitalProgramPeriodType {
  @Field(() => Boolean, { description: 'Whether it ran.' })
  running!: boolean;

  @Field(() => DateScalar, { description: 'The first day.' })
  from!: string;

  @Field(() => DateScalar, { nullable: true, description: 'The first day after it; null up to now.' })
  to!: string | null;

  @Field(() => String, { description: 'Who told so.' })
  recordedBy!: string;

  @Field(() => DateTimeScalar, { description: 'When it was told.' })
  recordedAt!: string;
}

@ObjectType('AccountDigitalProgram', {
  description: 'A digital program of an account: one that its tier requires, or of which something was told.',
  simpleResolvers: true,
})
export class AccountDigitalProgramType {
  @Field(() => DigitalProgramEnum, { description: 'Which program.' })
  program!: string;

  @Field(() => Boolean, {
    description: 'Whether the engagement program of the effective tier requires it today.',
  })
  required!: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Whether it runs; null where nobody has told.' })
  running!: boolean | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The day since which it is so; null with running.',
  })
  since!: string | null;

  @Extensions({ listBound: LONGEST_HISTORY })
  @Field(() => [DigitalProgramPeriodType], {
    description: `Its history, the newest first; at most the last ${LONGEST_HISTORY}.`,
  })
  history!: readonly DigitalProgramPeriodType[];
}

@ObjectType('DigitalProgramShare', {
  description: 'For how many accounts of a tier a required digital program runs.',
  simpleResolvers: true,
})
export class DigitalProgramShareType {
  @Field(() => DigitalProgramEnum, { description: 'Which program.' })
  program!: string;

  @Field(() => Int, { description: 'Accounts for which it runs.' })
  running!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Their share of the accounts of the tier, as a fraction of 1; null for an empty tier.',
  })
  share!: number | null;
}

@ObjectType('TierDigitalPrograms', {
  description: 'Whether the digital programs that a tier requires run for its accounts.',
  simpleResolvers: true,
})
export class TierDigitalProgramsType {
  @Field(() => TierType, { description: 'The tier.' })
  tier!: TierType;

  @Field(() => Int, { description: 'Accounts whose effective tier it is.' })
  accounts!: number;

  @Field(() => Int, { description: 'Accounts for which every required program runs.' })
  running!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Their share of the accounts of the tier, as a fraction of 1; null for an empty tier.',
  })
  share!: number | null;

  @Extensions({ listBound: 6 })
  @Field(() => [DigitalProgramShareType], { description: 'Each of the required programs.' })
  programs!: readonly DigitalProgramShareType[];
}
