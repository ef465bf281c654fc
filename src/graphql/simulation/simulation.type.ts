import { ArgsType, Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import { type MoverKind } from '../../domain/simulation';
import { LoadType } from '../capacity/capacity.type';
import { ConnectionArgs, connectionOf } from '../connection';
import { DateScalar, DecimalScalar } from '../scalars';
import { GuardrailCodeEnum } from '../scorecard/scorecard.enum';
import { TierType } from '../tiering-model/tier.type';
import { ShareTargetType } from '../tiering-model/tiering-model.type';
import { MoverKindEnum, TargetStandingEnum } from './simulation.enum';

@ObjectType('MovementCell', {
  description: 'Accounts by their effective tier before publishing and at once after it.',
  simpleResolvers: true,
})
export class MovementCellType {
  @Field(() => TierType, { nullable: true, description: 'Before; null for accounts without a tier yet.' })
  from!: TierType | null;

  @Field(() => TierType, { nullable: true, description: 'At once after.' })
  to!: TierType | null;

  @Field(() => Int, { description: 'How many accounts.' })
  accounts!: number;

  @Field(() => DecimalScalar, { description: 'Their ARR, in the base currency.' })
  arr!: string;
}

@ObjectType('PendingCell', {
  description: 'Pending downgrades after publishing, by held tier and target.',
  simpleResolvers: true,
})
export class PendingCellType {
  @Field(() => TierType, { description: 'The tier that is held until the grace has passed.' })
  held!: TierType;

  @Field(() => TierType, { description: 'The tier that they lead to.' })
  target!: TierType;

  @Field(() => Int, { description: 'How many accounts.' })
  accounts!: number;

  @Field(() => DecimalScalar, { description: 'Their ARR, in the base currency.' })
  arr!: string;

  @Field(() => Int, { description: 'Those among them that publishing opens.' })
  opened!: number;

  @Field(() => Int, { description: 'Those that were pending towards another tier; their dates stay.' })
  retargeted!: number;

  @Field(() => Int, { description: 'Those that stay as they are.' })
  kept!: number;
}

@ObjectType('GuardrailCount', {
  description: 'On how many accounts a guardrail acts.',
  simpleResolvers: true,
})
export class GuardrailCountType {
  @Field(() => GuardrailCodeEnum, { description: 'Which guardrail.' })
  code!: string;

  @Field(() => Int, { description: 'By the scorecards of today.' })
  before!: number;

  @Field(() => Int, { description: 'By those of the simulated model.' })
  after!: number;
}

@ObjectType('TierShare', { description: "A tier's part of the paying book.", simpleResolvers: true })
export class TierShareType {
  @Field(() => Int, { description: 'Accounts with ARR above 0.' })
  accounts!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Their share of all accounts with ARR above 0, as a fraction of 1; null if there is none.',
  })
  accountShare!: number | null;

  @Field(() => DecimalScalar, { description: 'Their ARR, in the base currency.' })
  arr!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'Their share of all ARR, as a fraction of 1; null if there is none.',
  })
  arrShare!: number | null;

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

@ObjectType('FteOutlook', {
  description: 'FTE that accounts need, before and after publishing a model.',
  simpleResolvers: true,
})
export class FteOutlookType {
  @Field(() => LoadType, {
    nullable: true,
    description: 'By effective tiers and ratios of before; null for a tier that is new.',
  })
  before!: LoadType | null;

  @Field(() => LoadType, { description: 'By effective tiers at once after, and the new ratios.' })
  after!: LoadType;

  @Field(() => LoadType, {
    description: 'By computed tiers: what is needed once graces have passed and overrides have ended.',
  })
  settled!: LoadType;
}

@ObjectType('TierOutlook', {
  description: 'A tier of the simulated ladder, before and after.',
  simpleResolvers: true,
})
export class TierOutlookType {
  @Field(() => TierType, { description: 'The tier.' })
  tier!: TierType;

  @Field(() => ShareTargetType, { nullable: true, description: 'Its population target; null for the rest.' })
  populationTarget!: ShareTargetType | null;

  @Field(() => ShareTargetType, { nullable: true, description: 'Its ARR-share target; null where minimal.' })
  arrShareTarget!: ShareTargetType | null;

  @Field(() => TierShareType, {
    nullable: true,
    description: 'By effective tiers today, against the published targets; null for a tier that is new.',
  })
  before!: TierShareType | null;

  @Field(() => TierShareType, { description: 'By effective tiers at once after publishing.' })
  after!: TierShareType;

  @Field(() => TierShareType, {
    description:
      'By computed tiers: where the book settles once graces have passed and overrides have ended.',
  })
  settled!: TierShareType;

  @Field(() => FteOutlookType, { description: 'FTE that its accounts need, whether they pay or not.' })
  fte!: FteOutlookType;
}

@ObjectType('SimulationCounts', {
  description: 'How many accounts publishing would touch, by what it would do to them.',
  simpleResolvers: true,
})
export class SimulationCountsType {
  @Field(() => Int, { description: 'Accounts that are scored: all that are not churned.' })
  accounts!: number;

  @Field(() => Int, { description: 'Accounts that get their first tier.' })
  placed!: number;

  @Field(() => Int, { description: 'Accounts whose effective tier rises at once.' })
  up!: number;

  @Field(() => Int, { description: 'Accounts whose effective tier falls at once.' })
  down!: number;

  @Field(() => Int, { description: 'Accounts whose held tier changes under an override.' })
  underneath!: number;

  @Field(() => Int, { description: 'Pending downgrades that open.' })
  pending!: number;

  @Field(() => Int, { description: 'Pending downgrades that get another target.' })
  retargeted!: number;

  @Field(() => Int, { description: 'Pending downgrades that are cancelled.' })
  cancelled!: number;
}

@ObjectType('RedundantOverrides', {
  description: 'Overrides that would only say what the simulated model says itself.',
  simpleResolvers: true,
})
export class RedundantOverridesType {
  @Field(() => Int, { description: 'How many accounts.' })
  accounts!: number;

  @Field(() => DecimalScalar, { description: 'Their ARR, in the base currency.' })
  arr!: string;
}

@ObjectType('SimulationMover', {
  description: 'An account that publishing would not leave as it is.',
  simpleResolvers: true,
})
export class SimulationMoverType {
  @Field(() => MoverKindEnum, { description: 'What would happen to it.' })
  kind!: string;

  @Field(() => TierType, {
    nullable: true,
    description: 'Its effective tier today; null if it has none yet.',
  })
  from!: TierType | null;

  @Field(() => TierType, { nullable: true, description: 'Its effective tier at once after publishing.' })
  to!: TierType | null;

  @Field(() => TierType, { nullable: true, description: 'Its held tier today.' })
  heldFrom!: TierType | null;

  @Field(() => TierType, { nullable: true, description: 'Its held tier at once after publishing.' })
  heldTo!: TierType | null;

  @Field(() => TierType, { nullable: true, description: 'Where a pending downgrade leads today.' })
  pendingFrom!: TierType | null;

  @Field(() => TierType, { nullable: true, description: 'Where it would lead after publishing.' })
  pendingTo!: TierType | null;

  @Field(() => DateScalar, { nullable: true, description: 'When that downgrade would be made.' })
  graceUntil!: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: 'Its score today, in points.' })
  scoreFrom!: number | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Its score under the simulated model, in points.',
  })
  scoreTo!: number | null;
}

export const { Connection: SimulationMoverConnection } = connectionOf(
  SimulationMoverType,
  'SimulationMover',
  'accounts that would move',
);

@ArgsType()
export class MoversArgs extends ConnectionArgs {
  @Field(() => [MoverKindEnum], { nullable: true, description: 'Only these kinds; all if absent.' })
  kinds?: MoverKind[] | null;
}

@ObjectType('Simulation', {
  description: 'What publishing a tiering model today would do; nothing is written.',
  simpleResolvers: true,
})
export class SimulationType {
  @Field(() => Int, { description: 'The version that was simulated.' })
  version!: number;

  @Field(() => DateScalar, { description: 'The day for which it holds.' })
  day!: string;

  @Field(() => String, {
    description:
      'Stands for the book, the model and the day; publishTieringModel refuses if any of them has changed since.',
  })
  digest!: string;

  @Field(() => SimulationCountsType, { description: 'How many accounts would be touched.' })
  counts!: SimulationCountsType;

  @Extensions({ listBound: 36 })
  @Field(() => [MovementCellType], {
    description:
      'Every account by its effective tier before and at once after; those that stay are in it too.',
  })
  movementMatrix!: readonly MovementCellType[];

  @Extensions({ listBound: 10 })
  @Field(() => [PendingCellType], { description: 'The pending downgrades after publishing.' })
  pendingMatrix!: readonly PendingCellType[];

  @Extensions({ listBound: 8 })
  @Field(() => [GuardrailCountType], { description: 'What each guardrail does, before and after.' })
  guardrails!: readonly GuardrailCountType[];

  @Extensions({ listBound: 5 })
  @Field(() => [TierOutlookType], {
    description: 'Population and ARR share of each tier against its targets.',
  })
  tiers!: readonly TierOutlookType[];

  @Field(() => FteOutlookType, {
    description: 'FTE that all accounts need, with those in tiers that the new ladder drops.',
  })
  fte!: FteOutlookType;

  @Field(() => RedundantOverridesType, { description: 'Overrides that would become redundant.' })
  redundantOverrides!: RedundantOverridesType;
}
