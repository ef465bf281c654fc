import { ArgsType, Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import { type CapacityStatus } from '../../domain/utilisation';
import { ConnectionArgs, connectionOf } from '../connection';
import { DateScalar, DecimalScalar } from '../scalars';
import { AdjustmentKindEnum } from '../service-adjustment/service-adjustment.enum';
import { TierType } from '../tiering-model/tier.type';
import {
  type CapacityOrder,
  CapacityOrderEnum,
  CapacityStatusEnum,
  CapacityWarningEnum,
  TopTierStandingEnum,
} from './capacity.enum';

@ObjectType('Load', {
  description:
    'How much of full-time CSMs accounts take, with 6 places: 1 is all of one. A load is the FTE that it needs.',
  simpleResolvers: true,
})
export class LoadType {
  @Field(() => Float, { description: 'Against the most accounts that a CSM can look after in the tier.' })
  limit!: number;

  @Field(() => Float, {
    description:
      'Against the number of accounts that leaves a CSM at ease. FTE below 0 are more than needed.',
  })
  comfort!: number;
}

@ObjectType('AccountLoad', {
  description: 'How much of a full-time CSM an account takes today.',
  simpleResolvers: true,
})
export class AccountLoadType {
  @Field(() => Float, {
    description: 'How heavy it is beside a plain account of its tier: 1, times what follows.',
  })
  factor!: number;

  @Field(() => Int, { description: 'Facts of relationship complexity that hold, 0 to 3.' })
  relationshipFacts!: number;

  @Field(() => AdjustmentKindEnum, {
    nullable: true,
    description: 'The service adjustment that is active; null for none.',
  })
  adjustment!: string | null;

  @Field(() => LoadType, { description: 'Its load; none in a tier that nobody looks after.' })
  load!: LoadType;
}

@ObjectType('TierLoad', { description: 'What somebody carries of one tier.', simpleResolvers: true })
export class TierLoadType {
  @Field(() => TierType, { description: 'The tier.' })
  tier!: TierType;

  @Field(() => Int, {
    description: 'How many accounts; those of a pool count in full with each of its members.',
  })
  accounts!: number;

  @Field(() => LoadType, { description: 'What weighs on the CSM or the pool; of a pool the own part.' })
  load!: LoadType;
}

/** What CSMs and pools have in common. */
@ObjectType({ simpleResolvers: true })
class UtilisedType {
  @Field(() => DateScalar, { description: 'The day.' })
  asOf!: string;

  @Field(() => Float, { description: 'FTE that are there that day: FTE less leave.' })
  fteAvailable!: number;

  @Field(() => LoadType, { description: 'All of the load.' })
  load!: LoadType;

  @Field(() => Float, {
    nullable: true,
    description: 'Load at the limit over the FTE available, as a fraction of 1; null without FTE.',
  })
  limitUtilisation!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Load at comfort over the FTE available, as a fraction of 1; null without FTE.',
  })
  comfortUtilisation!: number | null;

  @Field(() => CapacityStatusEnum, {
    nullable: true,
    description: 'By the utilisation of the limit; null where there is neither FTE nor load.',
  })
  status!: string | null;

  @Extensions({ listBound: 5 })
  @Field(() => [TierLoadType], { description: 'The load by tier; tiers without accounts are left out.' })
  tiers!: readonly TierLoadType[];
}

@ObjectType('CsmCapacity', { description: 'What a CSM carries on a day.', simpleResolvers: true })
export class CsmCapacityType extends UtilisedType {
  @Field(() => Float, { description: 'FTE of the day, leave not counted; 0 for one who does not work here.' })
  fte!: number;

  @Field(() => LoadType, {
    description: 'Of the accounts that the CSM alone looks after; none while a backup shows it.',
  })
  namedLoad!: LoadType;

  @Field(() => LoadType, {
    description: "The CSM's part of the pools, by FTE among the members who are there.",
  })
  sharedLoad!: LoadType;

  @Field(() => LoadType, { description: 'Of the accounts of CSMs on leave for whom this one stands in.' })
  standingInLoad!: LoadType;

  @Field(() => LoadType, { description: 'What the backup shows instead, while the CSM is on leave.' })
  handedOverLoad!: LoadType;
}

@ObjectType('PoolCapacity', {
  description: 'What a pool carries on a day. Its members show their parts of it as well.',
  simpleResolvers: true,
})
export class PoolCapacityType extends UtilisedType {
  @Field(() => Int, { description: 'Members who are there that day.' })
  availableMembers!: number;
}

export const { Connection: CsmCapacityConnection } = connectionOf(
  CsmCapacityType,
  'CsmCapacity',
  'capacities of CSMs',
);
export const { Connection: PoolCapacityConnection } = connectionOf(
  PoolCapacityType,
  'PoolCapacity',
  'capacities of pools',
);

@ObjectType('UnassignedAccounts', {
  description: 'Accounts whose tier wants a CSM or a pool for them, and that have neither.',
  simpleResolvers: true,
})
export class UnassignedAccountsType {
  @Field(() => Int, { description: 'How many.' })
  accounts!: number;

  @Field(() => DecimalScalar, { description: 'Their ARR, in the base currency; an unknown one counts as 0.' })
  arr!: string;

  @Field(() => LoadType, { description: 'FTE that looking after them would need.' })
  fteNeeded!: LoadType;
}

/** What a tier and the whole have in common. */
@ObjectType({ simpleResolvers: true })
class NeededType {
  @Field(() => Int, { description: 'Accounts that were not churned that day.' })
  accounts!: number;

  @Field(() => DecimalScalar, { description: 'Their ARR, in the base currency; an unknown one counts as 0.' })
  arr!: string;

  @Field(() => LoadType, { description: 'FTE that they need, whether somebody looks after them or not.' })
  fteNeeded!: LoadType;

  @Field(() => Float, { description: 'FTE of those who look after them.' })
  fteAssigned!: number;

  @Field(() => UnassignedAccountsType, { description: 'Those that nobody looks after, but should.' })
  unassigned!: UnassignedAccountsType;
}

@ObjectType('TierCapacity', { description: 'What a tier takes and has.', simpleResolvers: true })
export class TierCapacityType extends NeededType {
  @Field(() => TierType, { description: 'The tier.' })
  tier!: TierType;

  @Field(() => LoadType, {
    description:
      'FTE needed less FTE assigned; above 0 some are missing. The FTE of a CSM are divided over the tiers by the load at the limit.',
  })
  gap!: LoadType;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the load at the limit, as a fraction of 1; null in a book without load.',
  })
  capacityShare!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the ARR, as a fraction of 1; null in a book without ARR.',
  })
  arrShare!: number | null;
}

@ObjectType('CapacityTotals', {
  description: 'The whole book; accounts without a tier are in it, and take nothing.',
  simpleResolvers: true,
})
export class CapacityTotalsType extends NeededType {
  @Field(() => Float, { description: 'FTE less leave of all CSMs.' })
  fteAvailable!: number;

  @Field(() => Float, { description: 'FTE of CSMs on whom nothing weighs.' })
  fteIdle!: number;

  @Field(() => LoadType, { description: 'FTE needed less FTE available; above 0 some are missing.' })
  gap!: LoadType;
}

@ObjectType('TopTierShare', {
  description: 'The capacity share of the top tier beside the range that its ARR share gives.',
  simpleResolvers: true,
})
export class TopTierShareType {
  @Field(() => Float, { description: 'Its share of the load at the limit, as a fraction of 1.' })
  capacityShare!: number;

  @Field(() => Float, { description: 'The least that it should be.' })
  from!: number;

  @Field(() => Float, { description: 'The most that it should be: its share of the ARR.' })
  to!: number;

  @Field(() => TopTierStandingEnum, { description: 'How it stands to the range.' })
  standing!: string;
}

@ObjectType('CapacityWarning', {
  description: 'Something about a capacity that asks for a decision.',
  simpleResolvers: true,
})
export class CapacityWarningType {
  @Field(() => CapacityWarningEnum, { description: 'What it is.' })
  code!: string;

  @Field(() => String, { description: 'What it is about, for people.' })
  message!: string;
}

@ObjectType('CapacityStatusCount', {
  description: 'How many CSMs and pools have a status.',
  simpleResolvers: true,
})
export class CapacityStatusCountType {
  @Field(() => CapacityStatusEnum, { description: 'The status.' })
  status!: string;

  @Field(() => Int, { description: 'CSMs.' })
  csms!: number;

  @Field(() => Int, { description: 'Pools.' })
  pools!: number;
}

@ObjectType('CapacityOverview', {
  description: 'Who carries what on a day, over the whole book.',
  simpleResolvers: true,
})
export class CapacityOverviewType {
  @Field(() => DateScalar, { description: 'The day.' })
  asOf!: string;

  @Field(() => Int, {
    description:
      'The version of the tiering model whose ratios it is measured by: the one in force that day.',
  })
  modelVersion!: number;

  @Extensions({ listBound: 5 })
  @Field(() => [TierCapacityType], { description: 'Each tier, the highest first.' })
  tiers!: readonly TierCapacityType[];

  @Field(() => CapacityTotalsType, { description: 'All of it.' })
  totals!: CapacityTotalsType;

  @Field(() => TopTierShareType, {
    nullable: true,
    description: 'The top tier in proportion; null in a book without load or without ARR.',
  })
  topTier!: TopTierShareType | null;

  @Extensions({ listBound: 3 })
  @Field(() => [CapacityWarningType], { description: 'What asks for a decision; empty if nothing does.' })
  warnings!: readonly CapacityWarningType[];

  @Extensions({ listBound: 5 })
  @Field(() => [CapacityStatusCountType], { description: 'How many CSMs and pools have each status.' })
  statusCounts!: readonly CapacityStatusCountType[];
}

@ArgsType()
export class CapacitiesArgs extends ConnectionArgs {
  @Field(() => [CapacityStatusEnum], { nullable: true, description: 'Only these statuses; all if absent.' })
  statuses?: CapacityStatus[] | null;

  @Field(() => CapacityOrderEnum, {
    nullable: true,
    description: 'In which order; FULLEST_FIRST if absent.',
  })
  orderBy?: CapacityOrder | null;
}
