import { Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import { CriterionKeyEnum, LevelEnum, MissingFactsEnum, ModelStatusEnum } from '../enums';
import { Node } from '../node';
import { DateTimeScalar, DecimalScalar } from '../scalars';
import { TierType } from './tier.type';

@ObjectType('ShareTarget', {
  description: 'A range of shares of the accounts with ARR above 0, or of their ARR, in percent.',
  simpleResolvers: true,
})
export class ShareTargetType {
  @Field(() => Float, { description: 'The least share, in percent.' })
  from!: number;

  @Field(() => Float, { description: 'The largest share, in percent.' })
  to!: number;
}

@ObjectType('LadderRung', { description: 'A tier with what it takes to stand in it.', simpleResolvers: true })
export class LadderRungType {
  @Field(() => TierType, { description: 'The tier.' })
  tier!: TierType;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      'Lower bound of the ARR ladder, inclusive, in the base currency; null for a percentile before the model is published.',
  })
  arrFrom!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Where the bound was given as "the top x percent of the book by ARR": the percentage.',
  })
  arrTopPercent!: number | null;

  @Field(() => Float, { description: 'The least total, in points, that the score asks for.' })
  scoreFloor!: number;

  @Field(() => ShareTargetType, {
    nullable: true,
    description: 'Which share of the accounts should stand here; null for the rest.',
  })
  populationTarget!: ShareTargetType | null;

  @Field(() => ShareTargetType, {
    nullable: true,
    description: 'Which share of the ARR should stand here; null where it is minimal.',
  })
  arrShareTarget!: ShareTargetType | null;

  @Field(() => Int, { description: 'Months between two tier reviews.' })
  reviewCadenceMonths!: number;
}

@ObjectType('ScoreBand', { description: 'Points for a fact.', simpleResolvers: true })
export class ScoreBandType {
  @Field(() => DecimalScalar, { nullable: true, description: 'From this ARR up, for current ARR.' })
  arrFrom!: number | null;

  @Field(() => LevelEnum, { nullable: true, description: 'At this level, for expansion potential.' })
  level!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'With this many facts that hold, for strategic value and product complexity.',
  })
  count!: number | null;

  @Field(() => Float, { description: 'From 0 to 100.' })
  points!: number;
}

@ObjectType('Criterion', { description: 'A weighted part of the score.', simpleResolvers: true })
export class CriterionType {
  @Field(() => CriterionKeyEnum, { description: 'Which criterion.' })
  key!: string;

  @Field(() => DecimalScalar, { description: 'Percent of the total; the weights of a model add up to 100.' })
  weight!: number;

  @Extensions({ listBound: 10 })
  @Field(() => [ScoreBandType], { description: 'The table in which the points are looked up.' })
  bands!: readonly ScoreBandType[];
}

@ObjectType('TieringModel', {
  implements: Node,
  description: 'A versioned policy: ladder, criteria, guardrails and grace. A published one never changes.',
  simpleResolvers: true,
})
export class TieringModelType extends Node {
  @Field(() => Int, { description: 'The version; a later one replaces it as a whole.' })
  version!: number;

  @Field(() => ModelStatusEnum, { description: 'Exactly one model is published.' })
  status!: string;

  @Extensions({ listBound: 5 })
  @Field(() => [LadderRungType], { description: 'The tiers from the highest to the lowest.' })
  ladder!: readonly LadderRungType[];

  @Extensions({ listBound: 4 })
  @Field(() => [CriterionType], { description: 'The weighted parts of the score.' })
  criteria!: readonly CriterionType[];

  @Field(() => MissingFactsEnum, { description: 'What a criterion without facts does to the score.' })
  missingFacts!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'ARR from which an account is a key account; null if that guardrail is off.',
  })
  keyAccountFrom!: number | null;

  @Field(() => String, { nullable: true, description: 'Why it was published.' })
  reason!: string | null;

  @Field(() => String, { nullable: true, description: 'Who published it.' })
  publishedBy!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was published.' })
  publishedAt!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: string;
}
