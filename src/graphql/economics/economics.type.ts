import { ArgsType, Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import { ConnectionArgs } from '../connection';
import { DateScalar, DecimalScalar } from '../scalars';
import { TierType } from '../tiering-model/tier.type';
import { ServiceStandingEnum } from './economics.enum';

@ObjectType('NextTierCost', {
  description: 'What the service of the next tier up would cost.',
  simpleResolvers: true,
})
export class NextTierCostType {
  @Field(() => TierType, { description: 'The next tier up.' })
  tier!: TierType;

  @Field(() => DecimalScalar, { description: 'CS cost a year, in the base currency.' })
  cost!: string;
}

@ObjectType('AccountEconomics', {
  description: 'What the service of an account costs a year, against its ARR.',
  simpleResolvers: true,
})
export class AccountEconomicsType {
  @Field(() => DecimalScalar, {
    description: 'CS cost a year: the load at comfort, of what a full-time CSM costs. In the base currency.',
  })
  cost!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'The cost as a fraction of the ARR, with 6 places; null without ARR.',
  })
  costShare!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Percent of the ARR up to which the tier justifies cost; null where only automation pays off.',
  })
  costPercent!: number | null;

  @Field(() => DecimalScalar, {
    description: 'The most that the ARR can justify in the tier; an unknown ARR counts as 0.',
  })
  justifiedCost!: string;

  @Field(() => ServiceStandingEnum, { description: 'How the cost stands to that.' })
  standing!: string;

  @Field(() => NextTierCostType, { nullable: true, description: 'The next tier up; null in the top tier.' })
  next!: NextTierCostType | null;
}

@ObjectType('ServedAccounts', { description: 'How many accounts have a standing.', simpleResolvers: true })
export class ServedAccountsType {
  @Field(() => Int, { description: 'How many.' })
  accounts!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Their share of the accounts, as a fraction of 1; null where there are none.',
  })
  accountShare!: number | null;
}

/** What a tier and the whole have in common. */
@ObjectType({ simpleResolvers: true })
class CostType {
  @Field(() => Int, { description: 'Accounts that hold a tier.' })
  accounts!: number;

  @Field(() => DecimalScalar, { description: 'Their ARR, in the base currency; an unknown one counts as 0.' })
  arr!: string;

  @Field(() => DecimalScalar, { description: 'What their service costs a year, in the base currency.' })
  cost!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'The cost as a fraction of the ARR, with 6 places; null without ARR.',
  })
  costShare!: number | null;

  @Field(() => DecimalScalar, { description: 'The most that the ARR can justify.' })
  justifiedCost!: string;

  @Field(() => ServedAccountsType, {
    description: 'Those whose service costs more than their ARR justifies.',
  })
  overServed!: ServedAccountsType;

  @Field(() => DecimalScalar, {
    description: 'By how much the over-served ones cost more than their ARR can justify, all together.',
  })
  excessCost!: string;

  @Field(() => ServedAccountsType, {
    description: 'Those whose ARR could justify the service of the next tier up.',
  })
  underServed!: ServedAccountsType;
}

@ObjectType('TierEconomics', {
  description: 'What the service of a tier costs, against its ARR.',
  simpleResolvers: true,
})
export class TierEconomicsType extends CostType {
  @Field(() => TierType, { description: 'The tier.' })
  tier!: TierType;

  @Field(() => Float, {
    nullable: true,
    description:
      'Percent of the ARR up to which the tier justifies cost; null where only automation pays off.',
  })
  costPercent!: number | null;
}

@ObjectType('EconomicsTotals', { description: 'The whole book.', simpleResolvers: true })
export class EconomicsTotalsType extends CostType {}

@ObjectType('Economics', {
  description: 'What the service of the book costs today, against its ARR.',
  simpleResolvers: true,
})
export class EconomicsType {
  @Field(() => DateScalar, { description: 'The day for which it holds.' })
  asOf!: string;

  @Field(() => Int, { description: 'The version of the tiering model: the published one.' })
  modelVersion!: number;

  @Field(() => DecimalScalar, {
    description: 'What a CSM with an FTE of 1.0 costs a year, in the base currency; it is configured.',
  })
  loadedCost!: string;

  @Extensions({ listBound: 5 })
  @Field(() => [TierEconomicsType], { description: 'Each tier, the highest first.' })
  tiers!: readonly TierEconomicsType[];

  @Field(() => EconomicsTotalsType, { description: 'All of it.' })
  totals!: EconomicsTotalsType;
}

@ArgsType()
export class ServedArgs extends ConnectionArgs {
  @Field(() => String, { nullable: true, description: 'Only accounts of the tier with this key.' })
  tier?: string | null;
}
