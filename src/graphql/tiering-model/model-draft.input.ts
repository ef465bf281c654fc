import { Field, Float, InputType, Int } from 'type-graphql';
import { type LadderForm } from '../../domain/calibration';
import { DomainError } from '../../domain/errors';
import { type CriterionChange, type ModelChange } from '../../domain/model-change';
import { type Money } from '../../domain/money';
import { type ShareTarget, type Threshold } from '../../domain/tier';
import { type CriterionKey, type TieringModel } from '../../domain/tiering-model';
import { EngagementProgramInput, programChangesOf } from '../engagement-program/engagement-program.input';
import { IDEMPOTENCY_KEY } from '../idempotency-key';
import { DecimalScalar } from '../scalars';
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
import { LadderFormEnum, MissingFactsEnum } from './tiering-model.enum';

@InputType('ShareTargetInput', { description: 'A range of shares, in percent.' })
export class ShareTargetInput {
  @Field(() => Float, { description: 'The least share, in percent.' })
  from!: number;

  @Field(() => Float, { description: 'The largest share, in percent.' })
  to!: number;
}

@InputType('LadderRungInput', { description: 'A tier with what it takes to stand in it.' })
export class LadderRungInput {
  @Field(() => String, {
    description: 'Up to 30 small letters, digits and hyphens. Accounts keep their tier by its key.',
  })
  key!: string;

  @Field(() => String, { description: 'The name for people inside the organisation.' })
  name!: string;

  @Field(() => String, { description: 'The name that a customer may see.' })
  label!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Lower bound by ARR, inclusive; 0 in the lowest tier. Or give arrTopPercent.',
  })
  arrFrom?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The bound as the top x percent of the paying book, made an amount on publishing.',
  })
  arrTopPercent?: number | null;

  @Field(() => Float, { description: 'The least total, in points; 0 in the lowest tier.' })
  scoreFloor!: number;

  @Field(() => ShareTargetInput, {
    nullable: true,
    description: 'Which share of the paying accounts should stand here; none if absent.',
  })
  populationTarget?: ShareTargetInput | null;

  @Field(() => ShareTargetInput, {
    nullable: true,
    description: 'Which share of the ARR should stand here; none if absent.',
  })
  arrShareTarget?: ShareTargetInput | null;

  @Field(() => Int, { description: 'Months between two tier reviews.' })
  reviewCadenceMonths!: number;
}

@InputType('ArrBandInput', { description: 'Points for an ARR.' })
export class ArrBandInput {
  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'From this ARR up; 0 in the last band. Or give arrTopPercent.',
  })
  arrFrom?: number | null;

  @Field(() => Float, { nullable: true, description: 'For the top x percent of the paying book.' })
  arrTopPercent?: number | null;

  @Field(() => Float, { description: 'From 0 to 100.' })
  points!: number;
}

@InputType('LevelPointsInput', { description: 'Points for each level of expansion potential.' })
export class LevelPointsInput {
  @Field(() => Float, { description: 'From 0 to 100.' })
  low!: number;

  @Field(() => Float, { description: 'From 0 to 100.' })
  medium!: number;

  @Field(() => Float, { description: 'From 0 to 100.' })
  high!: number;
}

@InputType('CriterionInput', {
  description: 'A weighted part of the score. What is left out stays as the draft has it.',
})
export class CriterionInput {
  @Field(() => CriterionKeyEnum, { description: 'Which criterion.' })
  key!: CriterionKey;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Percent of the total, above 0; all weights add up to exactly 100.00.',
  })
  weight?: number | null;

  @Field(() => [ArrBandInput], {
    nullable: true,
    description: 'For CURRENT_ARR: up to 10 bands, the highest first.',
  })
  bands?: ArrBandInput[] | null;

  @Field(() => LevelPointsInput, { nullable: true, description: 'For EXPANSION_POTENTIAL.' })
  points?: LevelPointsInput | null;

  @Field(() => Float, {
    nullable: true,
    description: 'For STRATEGIC_VALUE: points for each factor that holds.',
  })
  pointsPerFactor?: number | null;

  @Field(() => [Float], {
    nullable: true,
    description: 'For PRODUCT_COMPLEXITY: points for 0, 1, 2 and 3 facts that hold.',
  })
  pointsByCount?: number[] | null;
}

@InputType('TierSuccessorInput', { description: 'Where the accounts of a dropped tier go.' })
export class TierSuccessorInput {
  @Field(() => String, { description: 'The key of a tier that the ladder has no longer.' })
  dropped!: string;

  @Field(() => String, { description: 'The key of the tier that takes its accounts.' })
  successor!: string;
}

@InputType({ description: 'A new draft.' })
export class CreateTieringModelDraftInput {
  @Field(() => Int, {
    nullable: true,
    description: 'The version that it begins as a copy of; the published one if absent.',
  })
  basedOn?: number | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which version of the tiering model.' })
export class TieringModelKeyInput {
  @Field(() => Int, { description: 'The version.' })
  version!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'The revision that you have seen; it is refused as STALE_VERSION if that is no longer so.',
  })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Changes of a draft. Every part that is left out stays as it is.' })
export class UpdateTieringModelDraftInput extends TieringModelKeyInput {
  @Field(() => [LadderRungInput], {
    nullable: true,
    description: 'The whole ladder, 3 to 5 tiers, the highest first.',
  })
  ladder?: LadderRungInput[] | null;

  @Field(() => [CriterionInput], {
    nullable: true,
    description: 'All criteria that the score is to have.',
  })
  criteria?: CriterionInput[] | null;

  @Field(() => MissingFactsEnum, {
    nullable: true,
    description: 'What a criterion without facts does to the score.',
  })
  missingFacts?: TieringModel['missingFacts'] | null;

  @Field(() => ExpansionRules.input, { nullable: true, description: 'How expansion potential is found.' })
  expansion?: object | null;

  @Field(() => GuardrailRules.input, { nullable: true, description: 'The guardrails.' })
  guardrails?: object | null;

  @Field(() => GraceRules.input, { nullable: true, description: 'How long a downgrade waits.' })
  grace?: object | null;

  @Field(() => FirstReviewRules.input, { nullable: true, description: 'The first tier review.' })
  firstReview?: object | null;

  @Field(() => ReviewRules.input, { nullable: true, description: 'Tier reviews before their cadence.' })
  reviews?: object | null;

  @Field(() => OverrideRules.input, { nullable: true, description: 'What an override may be.' })
  overrides?: object | null;

  @Field(() => AdjustmentRules.input, { nullable: true, description: 'Service adjustments.' })
  adjustments?: object | null;

  @Field(() => AdjustmentFactors.input, {
    nullable: true,
    description: 'What they do to the load of an account; give both.',
  })
  adjustmentFactors?: { readonly extra: number; readonly lighter: number } | null;

  @Field(() => CapacityRules.input, {
    nullable: true,
    description: 'Load and capacity; accounts per CSM belong to the engagement programs.',
  })
  capacity?: object | null;

  @Field(() => AssignmentRules.input, {
    nullable: true,
    description: 'What assignment plans leave as it is.',
  })
  assignment?: object | null;
  @Field(() => InterventionRules.input, { nullable: true, description: 'What raises an intervention.' })
  interventions?: object | null;

  @Field(() => [EngagementProgramInput], {
    nullable: true,
    description: 'What tiers are owed; programs that are left out stay as they are.',
  })
  programs?: EngagementProgramInput[] | null;

  @Field(() => [TierSuccessorInput], {
    nullable: true,
    description: 'All successors of tiers that the published ladder has and this one has not.',
  })
  successors?: TierSuccessorInput[] | null;
}

@InputType({ description: 'A calibration of a draft.' })
export class CalibrateTieringModelInput extends TieringModelKeyInput {
  @Field(() => LadderFormEnum, {
    nullable: true,
    description: 'Whether ladder and bands become amounts or percentiles; amounts if absent.',
  })
  ladder?: LadderForm | null;
}

@InputType({ description: 'A draft that is to be published.' })
export class PublishTieringModelInput extends TieringModelKeyInput {
  @Field(() => String, { description: 'Why; it stays with the model.' })
  reason!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'What simulateTieringModel gave; it is refused as STALE_DIGEST if the book, the draft, the published model or the day has changed since.',
  })
  digest?: string | null;
}

/** What the input changes of the model. Throws INVALID_MODEL for a bound that is given twice. */
export function modelChangeOf(input: UpdateTieringModelDraftInput): ModelChange {
  const { ladder, criteria, missingFacts, successors, adjustments, adjustmentFactors } = input;
  return {
    tiers: ladder?.map(({ key, name, label, scoreFloor, reviewCadenceMonths, ...rung }) => ({
      key,
      name,
      label,
      arrFrom: thresholdOf(rung, ['ladder', key, 'arrFrom']),
      scoreFloor,
      populationTarget: targetOf(rung.populationTarget),
      arrShareTarget: targetOf(rung.arrShareTarget),
      reviewCadenceMonths,
    })),
    criteria: criteria?.map(criterionOf),
    missingFacts: missingFacts ?? undefined,
    expansion: given(input.expansion),
    guardrails: given(input.guardrails, [
      'keyAccountFrom',
      'liftLimit',
      'dropLimit',
      'topTierStrategicFactors',
    ]),
    grace: given(input.grace),
    firstReview: given(input.firstReview),
    reviews: given(input.reviews),
    overrides: given(input.overrides),
    adjustments: {
      ...given<TieringModel['adjustments']>(adjustments),
      ...(adjustmentFactors
        ? { factors: { EXTRA: adjustmentFactors.extra, LIGHTER: adjustmentFactors.lighter } }
        : {}),
    },
    capacity: given(input.capacity),
    assignment: given(input.assignment),
    interventions: given(input.interventions),
    programs: input.programs ? programChangesOf(input.programs) : undefined,
    successors: successors
      ? Object.fromEntries(successors.map(({ dropped, successor }) => [dropped, successor]))
      : undefined,
  };
}

function criterionOf({
  key,
  weight,
  bands,
  points,
  pointsPerFactor,
  pointsByCount,
}: CriterionInput): CriterionChange {
  return {
    key,
    weight: weight === null || weight === undefined ? undefined : weight / 100,
    bands: bands?.map((band, index) => ({
      from: thresholdOf(band, ['criteria', key, 'bands', String(index), 'arrFrom']),
      points: band.points,
    })),
    points: points ? { LOW: points.low, MEDIUM: points.medium, HIGH: points.high } : undefined,
    pointsPerFactor: pointsPerFactor ?? undefined,
    pointsByCount: pointsByCount ?? undefined,
  };
}

function thresholdOf(
  { arrFrom, arrTopPercent }: { arrFrom?: number | null; arrTopPercent?: number | null },
  field: readonly string[],
): Threshold {
  const threshold = { amount: (arrFrom ?? null) as Money | null, topPercent: arrTopPercent ?? null };
  if (threshold.amount !== null && threshold.topPercent !== null) {
    throw new DomainError('INVALID_MODEL', 'give either arrFrom or arrTopPercent, not both', field);
  }
  return threshold;
}

function targetOf(target: ShareTargetInput | null | undefined): ShareTarget | null {
  return target ? { from: target.from, to: target.to } : null;
}

/** The fields of a section that were given; null stays only where it switches something off. */
function given<S extends object>(
  section: object | null | undefined,
  nullable: readonly string[] = [],
): { readonly [F in keyof S]?: S[F] } {
  const fields = Object.entries(section ?? {}).filter(
    ([name, value]) => value !== undefined && (value !== null || nullable.includes(name)),
  );
  return Object.fromEntries(fields) as { readonly [F in keyof S]?: S[F] };
}
