import { Arg, Ctx, Extensions, Field, Float, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type CalibrationReport } from '../../app/model-draft.service';
import { type CalibratedShare } from '../../domain/population';
import { fteNode } from '../capacity/capacity.node';
import { type GraphqlContext } from '../context';
import { UserError } from '../node';
import { refusedWith } from '../payload';
import { TargetStandingEnum } from '../simulation/simulation.enum';
import { FteOutlookType } from '../simulation/simulation.type';
import {
  CalibrateTieringModelInput,
  CreateTieringModelDraftInput,
  modelChangeOf,
  PublishTieringModelInput,
  TieringModelKeyInput,
  UpdateTieringModelDraftInput,
} from './model-draft.input';
import { TierType } from './tier.type';
import { tieringModelNode } from './tiering-model.node';
import { TieringModelType } from './tiering-model.type';
import { modelOfVersion, tiersOf } from './tiers';

@ObjectType({ description: 'A version of the tiering model after a change.', simpleResolvers: true })
export class TieringModelPayload {
  @Field(() => TieringModelType, { nullable: true, description: 'The version; null where it was refused.' })
  tieringModel!: TieringModelType | null;

  @Extensions({ listBound: 10 })
  @Field(() => [UserError], {
    description: 'Why it was refused, each finding with its field; empty otherwise.',
  })
  userErrors!: readonly UserError[];
}

@ObjectType('TierFte', {
  description: 'FTE that a tier needs, before and after publishing.',
  simpleResolvers: true,
})
export class TierFteType {
  @Field(() => TierType, { description: 'The tier.' })
  tier!: TierType;

  @Field(() => FteOutlookType, { description: 'What its accounts need.' })
  fte!: FteOutlookType;
}

@ObjectType({ description: 'The published model and what became of the book.', simpleResolvers: true })
export class PublishTieringModelPayload extends TieringModelPayload {
  @Field(() => Int, { nullable: true, description: 'Accounts that it placed.' })
  accounts!: number | null;

  @Field(() => Int, { nullable: true, description: 'Accounts whose effective tier moved at once.' })
  moved!: number | null;

  @Field(() => Int, { nullable: true, description: 'Accounts with a pending downgrade after it.' })
  pending!: number | null;

  @Extensions({ listBound: 5 })
  @Field(() => [TierFteType], {
    description:
      'FTE that each tier of the new ladder needed before and needs now; empty where it was refused.',
  })
  tiers!: readonly TierFteType[];
}

@ObjectType('CalibrationChange', {
  description: 'One number of the model that calibration changed.',
  simpleResolvers: true,
})
export class CalibrationChangeType {
  @Field(() => [String], {
    description: 'Where it is, from the outside to the inside; tiers and criteria by their keys.',
  })
  field!: readonly string[];

  @Field(() => String, { description: 'What it was, such as "100000.00" or "top 17.5%".' })
  from!: string;

  @Field(() => String, { description: 'What it is now.' })
  to!: string;
}

@ObjectType('CalibratedShare', {
  description: "A tier's part of the paying book, as the draft places it today.",
  simpleResolvers: true,
})
export class CalibratedShareType {
  @Field(() => Int, { description: 'Accounts with ARR above 0.' })
  accounts!: number;

  @Field(() => Float, { description: 'Their share of all accounts with ARR above 0, as a fraction of 1.' })
  accountShare!: number;

  @Field(() => Float, { description: 'Their share of the ARR, as a fraction of 1.' })
  arrShare!: number;

  @Field(() => TargetStandingEnum, {
    nullable: true,
    description: 'How their number stands to the population target; null without a target.',
  })
  population!: string | null;

  @Field(() => TargetStandingEnum, {
    nullable: true,
    description: 'How their ARR stands to the ARR-share target; null without a target.',
  })
  arrStanding!: string | null;
}

@ObjectType('CalibratedTier', { description: 'A tier before and after calibration.', simpleResolvers: true })
export class CalibratedTierType {
  @Field(() => TierType, { description: 'The tier.' })
  tier!: TierType;

  @Field(() => CalibratedShareType, { description: 'Its part before.' })
  before!: CalibratedShare;

  @Field(() => CalibratedShareType, { description: 'Its part after.' })
  after!: CalibratedShare;

  @Field(() => String, {
    nullable: true,
    description: 'Why its population cannot be brought into its target; null where it is in it.',
  })
  obstacle!: string | null;
}

@ObjectType('TargetDistance', {
  description: 'How far shares lie outside their targets, in percentage points, all tiers together.',
  simpleResolvers: true,
})
export class TargetDistanceType {
  @Field(() => Float, { description: 'Before; 0 is on target.' })
  before!: number;

  @Field(() => Float, { description: 'After; 0 is on target.' })
  after!: number;
}

@ObjectType({ description: 'The draft after calibration, and what it changed.', simpleResolvers: true })
export class CalibrateTieringModelPayload extends TieringModelPayload {
  @Extensions({ listBound: 21 })
  @Field(() => [CalibrationChangeType], { description: 'Every number that was changed.' })
  changes!: readonly CalibrationChangeType[];

  @Extensions({ listBound: 5 })
  @Field(() => [CalibratedTierType], { description: 'The tiers before and after.' })
  tiers!: readonly CalibratedTierType[];

  @Field(() => TargetDistanceType, {
    nullable: true,
    description: 'The distance of the population from its targets.',
  })
  populationDistance!: TargetDistanceType | null;

  @Field(() => TargetDistanceType, {
    nullable: true,
    description: 'The distance of the ARR shares from theirs; calibration reports it and promises nothing.',
  })
  arrShareDistance!: TargetDistanceType | null;
}

@Resolver()
export class ModelDraftResolver {
  @Mutation(() => TieringModelPayload, {
    description:
      'Begins a draft of the next tiering model as a copy of a version. Several drafts may exist. Needs the role MANAGER.',
  })
  createTieringModelDraft(
    @Arg('input', () => CreateTieringModelDraftInput, { description: 'What it is a copy of.' })
    input: CreateTieringModelDraftInput,
    @Ctx() context: GraphqlContext,
  ): Promise<TieringModelPayload> {
    return modelPayload(context, () => context.modelDrafts.create(context.actor, input));
  }

  @Mutation(() => TieringModelPayload, {
    description:
      'Changes a draft. One that would not be a sound model is refused, with one error for each finding. Needs the role MANAGER.',
  })
  updateTieringModelDraft(
    @Arg('input', () => UpdateTieringModelDraftInput, { description: 'Which draft, and what of it.' })
    input: UpdateTieringModelDraftInput,
    @Ctx() context: GraphqlContext,
  ): Promise<TieringModelPayload> {
    return modelPayload(context, () =>
      context.modelDrafts.update(context.actor, input, modelChangeOf(input)),
    );
  }

  @Mutation(() => TieringModelPayload, {
    description:
      'Gives a draft up. The published model cannot be retired: another one takes its place. Needs the role MANAGER.',
  })
  retireTieringModel(
    @Arg('input', () => TieringModelKeyInput, { description: 'Which draft.' }) input: TieringModelKeyInput,
    @Ctx() context: GraphqlContext,
  ): Promise<TieringModelPayload> {
    return modelPayload(context, () => context.modelDrafts.giveUp(context.actor, input));
  }

  @Extensions({ takesLong: true })
  @Mutation(() => CalibrateTieringModelPayload, {
    description:
      "Changes a draft's ladder, ARR bands, score floors and key-account amount such that the population of the book comes into its targets, as far as it can. Needs the role MANAGER.",
  })
  async calibrateTieringModel(
    @Arg('input', () => CalibrateTieringModelInput, { description: 'Which draft, and in which form.' })
    input: CalibrateTieringModelInput,
    @Ctx() context: GraphqlContext,
  ): Promise<CalibrateTieringModelPayload> {
    return refusedWith<CalibrateTieringModelPayload>(
      async () =>
        calibrationPayload(
          await context.modelDrafts.calibrate(context.actor, input, input.ladder ?? 'AMOUNTS'),
          context,
        ),
      (userErrors) => ({
        tieringModel: null,
        changes: [],
        tiers: [],
        populationDistance: null,
        arrShareDistance: null,
        userErrors,
      }),
    );
  }

  @Extensions({ takesLong: true })
  @Mutation(() => PublishTieringModelPayload, {
    description:
      'Publishes a draft: every account moves up at once, or down through grace. The model, everybody on a tier that it drops and up to 2,000 accounts that rise are one transaction; everybody else is brought up to it right after that, before the answer comes. Needs the role ADMIN.',
  })
  async publishTieringModel(
    @Arg('input', () => PublishTieringModelInput, { description: 'Which draft, and why.' })
    input: PublishTieringModelInput,
    @Ctx() context: GraphqlContext,
  ): Promise<PublishTieringModelPayload> {
    return refusedWith<PublishTieringModelPayload>(
      async () => {
        const { version, fte = [], ...counts } = await context.publication.publish(context.actor, input);
        context.reads.models.askAnew();
        const tier = tiersOf(await modelOfVersion(context, version));
        return {
          tieringModel: await tieringModelNode(version, context),
          ...counts,
          tiers: fte.map((one) => ({ tier: tier.existing(one.tier), fte: fteNode(one) })),
          userErrors: [],
        };
      },
      (userErrors) => ({
        tieringModel: null,
        accounts: null,
        moved: null,
        pending: null,
        tiers: [],
        userErrors,
      }),
    );
  }
}

function modelPayload(context: GraphqlContext, change: () => Promise<number>): Promise<TieringModelPayload> {
  return refusedWith<TieringModelPayload>(
    async () => ({ tieringModel: await tieringModelNode(await change(), context), userErrors: [] }),
    (userErrors) => ({ tieringModel: null, userErrors }),
  );
}

async function calibrationPayload(
  { version, tiers, ...report }: CalibrationReport,
  context: GraphqlContext,
): Promise<CalibrateTieringModelPayload> {
  const tier = tiersOf(await modelOfVersion(context, version));
  return {
    tieringModel: await tieringModelNode(version, context),
    ...report,
    // A repeated answer may be about tiers that the draft has lost since.
    tiers: tiers.flatMap(({ key, ...rest }) => {
      const found = tier.find(key);
      return found === null ? [] : [{ tier: found, ...rest }];
    }),
    userErrors: [],
  };
}
