import { Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import { LevelEnum } from '../account/account.enum';
import { DateScalar, DecimalScalar } from '../scalars';
import { TierType } from '../tiering-model/tier.type';
import { CounterfactualChangeEnum, CriterionKeyEnum, GuardrailCodeEnum } from './scorecard.enum';

@ObjectType('CriterionScore', { description: 'One criterion of one account.', simpleResolvers: true })
export class CriterionScoreType {
  @Field(() => CriterionKeyEnum, { description: 'Which criterion.' })
  key!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What the points rest on, such as "HIGH by SEATS"; null when nothing is known.',
  })
  fact!: string | null;

  @Field(() => Float, { description: 'From 0 to 100, looked up in the bands of the model.' })
  points!: number;

  @Field(() => DecimalScalar, { description: 'Percent of the total.' })
  weight!: string;

  @Field(() => DecimalScalar, {
    description: 'Points x weight / 100, rounded for display; the total is rounded once, from the exact sum.',
  })
  contribution!: string;

  @Field(() => Boolean, { description: 'Whether nothing is known of it.' })
  missing!: boolean;
}

@ObjectType('GuardrailAct', {
  description: 'A guardrail that changed the tier, or settled it.',
  simpleResolvers: true,
})
export class GuardrailActType {
  @Field(() => GuardrailCodeEnum, { description: 'Which guardrail.' })
  code!: string;

  @Field(() => TierType, { description: 'The tier before it acted.' })
  from!: TierType;

  @Field(() => TierType, { description: 'The tier after it acted; the same where it only settled it.' })
  to!: TierType;
}

@ObjectType('Counterfactual', {
  description: 'The smallest change of one thing that would place the account higher.',
  simpleResolvers: true,
})
export class CounterfactualType {
  @Field(() => CounterfactualChangeEnum, { description: 'What would change.' })
  change!: string;

  @Field(() => String, {
    description: 'The change in words, such as "ARR +6200.00" or "expansion potential HIGH".',
  })
  text!: string;

  @Field(() => String, { nullable: true, description: 'The value as it is; null when it is not known.' })
  from!: string | null;

  @Field(() => String, { description: 'The value that it would take.' })
  to!: string;

  @Field(() => TierType, { description: 'The tier that it would reach.' })
  tier!: TierType;
}

@ObjectType('Scorecard', {
  description: 'One account scored and placed under one model version, with everything that led there.',
  simpleResolvers: true,
})
export class ScorecardType {
  @Field(() => Int, { description: 'The version of the tiering model.' })
  modelVersion!: number;

  @Field(() => DateScalar, { description: 'The day it was made for.' })
  scoredOn!: string;

  @Field(() => DecimalScalar, { description: 'Sum of weight x points / 100: from 0 to 100 points.' })
  total!: string;

  @Field(() => Float, { description: 'Weight of the criteria that have facts: from 0 to 100.' })
  completeness!: number;

  @Field(() => [CriterionScoreType], { description: 'Every criterion of the model.' })
  criteria!: readonly CriterionScoreType[];

  @Field(() => LevelEnum, {
    nullable: true,
    description: 'The expansion potential that counted; null when nothing is known of it.',
  })
  expansionPotential!: string | null;

  @Field(() => TierType, { description: 'The tier by the score alone.' })
  scoreTier!: TierType;

  @Field(() => TierType, { description: 'The tier by the ARR ladder alone.' })
  ladderTier!: TierType;

  @Extensions({ listBound: 5 })
  @Field(() => [GuardrailActType], {
    description: 'The guardrails that changed the tier or settled it, in order.',
  })
  guardrails!: readonly GuardrailActType[];

  @Field(() => TierType, {
    nullable: true,
    description: 'Where the account belongs; null for a churned account.',
  })
  computedTier!: TierType | null;

  @Field(() => Boolean, {
    description: 'Whether only the ARR was known, so that it is to be refined as facts come in.',
  })
  provisional!: boolean;

  @Field(() => Boolean, { description: 'Whether high churn risk without growth asks for a tier review.' })
  opensReview!: boolean;

  @Field(() => [String], { description: 'The whole reasoning in plain sentences.' })
  explanation!: readonly string[];

  @Extensions({ listBound: 5 })
  @Field(() => [CounterfactualType], {
    description:
      'The smallest single changes that would place the account higher; at most one for each kind of change.',
  })
  counterfactuals!: readonly CounterfactualType[];
}
