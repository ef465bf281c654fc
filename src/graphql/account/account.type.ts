import { Field, Float, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../connection';
import { Node } from '../node';
import { CountryCodeScalar, DateScalar, DateTimeScalar, DecimalScalar } from '../scalars';
import { TierType } from '../tiering-model/tier.type';
import { AccountStatusEnum, LevelEnum } from './account.enum';

@ObjectType('Designation', {
  description: "A person's decision that an account is strategic.",
  simpleResolvers: true,
})
export class DesignationType {
  @Field(() => String, { description: 'Why.' })
  reason!: string;

  @Field(() => String, { description: 'Who decided it.' })
  author!: string;

  @Field(() => DateScalar, { description: 'When it was decided.' })
  designatedOn!: string;

  @Field(() => DateScalar, {
    description: 'When it is to be looked at again; it stays until a person ends it.',
  })
  reviewOn!: string;
}

@ObjectType('TiersAt', {
  description: 'The tiers of an account at the end of a day, as recorded then.',
  simpleResolvers: true,
})
export class TiersAtType {
  @Field(() => DateScalar, { description: 'The day, in the business time zone.' })
  date!: string;

  @Field(() => TierType, { nullable: true, description: 'What the placement said.' })
  computed!: TierType | null;

  @Field(() => TierType, { nullable: true, description: 'What the move rules had the account in.' })
  held!: TierType | null;

  @Field(() => TierType, { nullable: true, description: 'What counted for service and capacity.' })
  effective!: TierType | null;
}

/** The fields of an account that come from its own row; what belongs to it is resolved beside them. */
@ObjectType('Account', { implements: Node, description: 'A customer company.', simpleResolvers: true })
export class AccountType extends Node {
  @Field(() => String, { description: "The CRM's identifier." })
  externalId!: string;

  @Field(() => String, { nullable: true, description: 'Name of the company.' })
  name!: string | null;

  @Field(() => AccountStatusEnum, {
    nullable: true,
    description: 'Whether it is a customer; absent counts as ACTIVE.',
  })
  status!: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Annual recurring revenue in the base currency; null when it is not known.',
  })
  arr!: string | null;

  @Field(() => String, { nullable: true, description: 'Industry, as the CRM names it.' })
  industry!: string | null;

  @Field(() => Int, { nullable: true, description: 'How many people the company employs.' })
  employees!: number | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "The company's own revenue a year, in the base currency.",
  })
  annualRevenue!: string | null;

  @Field(() => CountryCodeScalar, { nullable: true, description: 'Country of the company.' })
  country!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Sales or service region, as the organisation names it.',
  })
  region!: string | null;

  @Field(() => String, { nullable: true, description: 'Language tag of the contact, such as pt-BR.' })
  language!: string | null;

  @Field(() => String, { nullable: true, description: 'IANA time zone of the contact.' })
  timeZone!: string | null;

  @Field(() => String, { nullable: true, description: 'Plan that was bought.' })
  plan!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day as a customer.' })
  customerSince!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'A day on which the contract renews; it repeats every term.',
  })
  renewalDate!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Length of the term in months; 12 where it is not known.',
  })
  termMonths!: number | null;

  @Field(() => LevelEnum, {
    nullable: true,
    description: "A person's assessment of the expansion potential.",
  })
  expansionAssessment!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The day of the assessment; it counts for 12 months.',
  })
  expansionAssessedOn!: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Further ARR that is in reach, in the base currency.',
  })
  expansionArr!: string | null;

  @Field(() => Int, { nullable: true, description: 'Seats bought.' })
  seatsPurchased!: number | null;

  @Field(() => Int, { nullable: true, description: 'Seats that this customer could fill, bought or not.' })
  seatsAvailable!: number | null;

  @Field(() => Int, { nullable: true, description: 'Seats in use.' })
  seatsUsed!: number | null;

  @Field(() => Int, { nullable: true, description: 'Product lines bought.' })
  productLinesOwned!: number | null;

  @Field(() => Int, { nullable: true, description: 'Product lines that this customer could use.' })
  productLinesAvailable!: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the name is worth showing.' })
  logoValue!: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it may serve as a reference and advocate.' })
  referencePotential!: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether others in its market follow it.' })
  marketInfluence!: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether a partnership is in reach.' })
  partnershipOpportunity!: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it uses advanced features.' })
  advancedFeatures!: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it runs several integrations.' })
  severalIntegrations!: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it runs on a configuration of its own.' })
  customConfiguration!: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether its implementation is complex. Raises load, not the tier.',
  })
  complexImplementation!: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether many people have a say. Raises load, not the tier.',
  })
  manyStakeholders!: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether its business depends on the product. Raises load, not the tier.',
  })
  missionCritical!: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether a person has designated it strategic.' })
  strategicDesignation!: boolean | null;

  @Field(() => LevelEnum, { nullable: true, description: 'How likely it is to leave.' })
  churnRisk!: string | null;

  @Field(() => Int, { nullable: true, description: 'Health from 0 to 100.' })
  healthScore!: number | null;

  @Field(() => Int, { nullable: true, description: 'Usage in percent of what the plan allows.' })
  usagePercent!: number | null;

  @Field(() => DesignationType, { nullable: true, description: 'Who designated it strategic, when and why.' })
  designation!: DesignationType | null;

  @Field(() => Boolean, { description: 'Whether subscription lines decide its ARR and its churn.' })
  arrFromSubscriptions!: boolean;

  @Field(() => TierType, {
    nullable: true,
    description:
      'The effective tier: what counts for service and capacity. Null before the first placement and for a churned account.',
  })
  tier!: TierType | null;

  @Field(() => TierType, { nullable: true, description: 'What the placement says today.' })
  computedTier!: TierType | null;

  @Field(() => TierType, {
    nullable: true,
    description: 'What the move rules have the account in; differs from the computed tier during grace.',
  })
  heldTier!: TierType | null;

  @Field(() => Boolean, {
    description: 'Whether only the ARR is known, so that the placement is to be refined.',
  })
  provisional!: boolean;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Total of the newest scorecard, from 0 to 100 points.',
  })
  score!: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Weight of the criteria that have facts, from 0 to 100.',
  })
  completeness!: number | null;

  @Field(() => LevelEnum, {
    nullable: true,
    description: 'The expansion potential that counted; null when nothing is known of it.',
  })
  expansionPotential!: string | null;

  @Field(() => Int, { nullable: true, description: 'The version of the tiering model that placed it.' })
  modelVersion!: number | null;

  @Field(() => DateScalar, { nullable: true, description: 'When its next tier review is due.' })
  tierReviewDueOn!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The executive who stands behind it; the top tier needs one.',
  })
  executiveSponsor!: string | null;

  @Field(() => Int, { description: 'Goes up with every change.' })
  version!: number;

  @Field(() => DateTimeScalar, { description: 'When Tierbook first heard of it.' })
  createdAt!: string;

  @Field(() => DateTimeScalar, { description: 'When anything about it last changed.' })
  updatedAt!: string;
}

export const { Connection: AccountConnection } = connectionOf(AccountType, 'Account', 'accounts');
