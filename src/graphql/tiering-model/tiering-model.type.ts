import { ArgsType, Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import { type ModelStatus } from '../../domain/tiering-model';
import { LevelEnum } from '../account/account.enum';
import { ConnectionArgs, connectionOf } from '../connection';
import { Node } from '../node';
import { DateTimeScalar, DecimalScalar } from '../scalars';
import { CriterionKeyEnum } from '../scorecard/scorecard.enum';
import {
  AdjustmentFactors,
  AdjustmentRules,
  CapacityRules,
  AssignmentRules,
  ExpansionRules,
  FirstReviewRules,
  GraceRules,
  GuardrailRules,
  InterventionRules,
  OverrideRules,
  ReviewRules,
} from './model-rules.type';
import { TierType } from './tier.type';
import { MissingFactsEnum, ModelFindingCodeEnum, ModelStatusEnum } from './tiering-model.enum';

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

  @Field(() => Float, {
    nullable: true,
    description: 'Where the bound was given as "the top x percent of the book by ARR": the percentage.',
  })
  arrTopPercent!: number | null;

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

@ObjectType('TierSuccessor', {
  description: 'Where the accounts of a tier go that the ladder has no longer.',
  simpleResolvers: true,
})
export class TierSuccessorType {
  @Field(() => String, { description: 'The key of the dropped tier.' })
  dropped!: string;

  @Field(() => TierType, { nullable: true, description: 'The tier of this ladder that takes its accounts.' })
  successor!: TierType | null;
}

@ObjectType('ModelFinding', {
  description: 'Something that is wrong, or doubtful, about a tiering model.',
  simpleResolvers: true,
})
export class ModelFindingType {
  @Field(() => ModelFindingCodeEnum, { description: 'What it is.' })
  code!: string;

  @Field(() => [String], {
    description: 'Where it is, from the outside to the inside; tiers and criteria by their keys.',
  })
  field!: readonly string[];

  @Field(() => String, { description: 'What is wrong and what to do, for people.' })
  message!: string;
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

  @Field(() => Int, {
    description: 'Rises with every change of a draft; give it as expectedVersion with the next change.',
  })
  revision!: number;

  @Field(() => ExpansionRules.type, { description: 'How expansion potential is found.' })
  expansion!: object;

  @Field(() => GuardrailRules.type, { description: 'The guardrails.' })
  guardrails!: object;

  @Field(() => GraceRules.type, { description: 'How long a downgrade waits.' })
  grace!: object;

  @Field(() => FirstReviewRules.type, { description: 'The first tier review after placement.' })
  firstReview!: object;

  @Field(() => ReviewRules.type, { description: 'Tier reviews before their cadence.' })
  reviews!: object;

  @Field(() => OverrideRules.type, { description: 'What an override may be.' })
  overrides!: object;

  @Field(() => AdjustmentRules.type, { description: 'Service adjustments.' })
  adjustments!: object;

  @Field(() => AdjustmentFactors.type, { description: 'What they do to the load of an account.' })
  adjustmentFactors!: object;

  @Field(() => CapacityRules.type, { description: 'Load and capacity.' })
  capacity!: object;
  @Field(() => AssignmentRules.type, { description: 'What assignment plans leave as it is.' })
  assignment!: object;
  @Field(() => InterventionRules.type, { description: 'What raises an intervention.' })
  interventions!: object;

  @Extensions({ listBound: 5 })
  @Field(() => [TierSuccessorType], { description: 'What becomes of tiers that this ladder drops.' })
  successors!: readonly TierSuccessorType[];

  @Extensions({ listBound: 5 })
  @Field(() => [ModelFindingType], {
    description: 'For a draft: what keeps it from being published in the place of the published model.',
  })
  errors!: readonly ModelFindingType[];

  @Extensions({ listBound: 5 })
  @Field(() => [ModelFindingType], { description: 'What is allowed and worth a thought.' })
  warnings!: readonly ModelFindingType[];

  @Field(() => Int, { nullable: true, description: 'The version that it began as a copy of.' })
  basedOn!: number | null;

  @Field(() => Int, { nullable: true, description: 'The version whose place it took when it was published.' })
  replaces!: number | null;

  @Field(() => String, { nullable: true, description: 'Who made the draft; null for the built-in model.' })
  createdBy!: string | null;

  @Field(() => String, { nullable: true, description: 'Who changed the draft last.' })
  updatedBy!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the draft was changed last.' })
  updatedAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was replaced or given up.' })
  retiredAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was published.' })
  reason!: string | null;

  @Field(() => String, { nullable: true, description: 'Who published it.' })
  publishedBy!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was published.' })
  publishedAt!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: string;
}

export const { Connection: TieringModelConnection } = connectionOf(
  TieringModelType,
  'TieringModel',
  'tiering models',
);

@ArgsType()
export class TieringModelsArgs extends ConnectionArgs {
  @Field(() => [ModelStatusEnum], {
    nullable: true,
    description: 'Only versions with one of these statuses; all if absent.',
  })
  statuses?: ModelStatus[] | null;
}
