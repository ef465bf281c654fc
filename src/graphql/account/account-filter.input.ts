import { Field, ID, InputType, Int } from 'type-graphql';
import { type AccountFilter, type SegmentScope } from '../../app/ports/account-filter';
import { type AccountStatus, type Level } from '../../domain/account';
import { type CalendarDate } from '../../domain/calendar';
import { type Money } from '../../domain/money';
import { CountryCodeScalar, DateScalar, DecimalScalar } from '../scalars';
import { AccountStatusEnum, LevelEnum } from './account.enum';

@InputType({ description: 'How a text is compared. All that are given must hold.' })
export class TextFilter {
  @Field(() => String, { nullable: true, description: 'Exactly this.' })
  eq?: string | null;

  @Field(() => [String], { nullable: true, description: 'One of these, at most 100.' })
  in?: string[] | null;

  @Field(() => String, { nullable: true, description: 'More than this.' })
  gt?: string | null;

  @Field(() => String, { nullable: true, description: 'This or more.' })
  gte?: string | null;

  @Field(() => String, { nullable: true, description: 'Less than this.' })
  lt?: string | null;

  @Field(() => String, { nullable: true, description: 'This or less.' })
  lte?: string | null;

  @Field(() => String, { nullable: true, description: 'Contains this, in any case.' })
  contains?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the value is missing.' })
  isNull?: boolean | null;
}

@InputType({ description: 'How a tier is compared, by its key. All that are given must hold.' })
export class TierKeyFilter {
  @Field(() => String, { nullable: true, description: 'Exactly this.' })
  eq?: string | null;

  @Field(() => [String], { nullable: true, description: 'One of these, at most 100.' })
  in?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the value is missing.' })
  isNull?: boolean | null;
}

@InputType({ description: 'How a status is compared. All that are given must hold.' })
export class AccountStatusFilter {
  @Field(() => AccountStatusEnum, { nullable: true, description: 'Exactly this.' })
  eq?: AccountStatus | null;

  @Field(() => [AccountStatusEnum], { nullable: true, description: 'One of these, at most 100.' })
  in?: AccountStatus[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the value is missing.' })
  isNull?: boolean | null;
}

@InputType({ description: 'How a level is compared. All that are given must hold.' })
export class LevelFilter {
  @Field(() => LevelEnum, { nullable: true, description: 'Exactly this.' })
  eq?: Level | null;

  @Field(() => [LevelEnum], { nullable: true, description: 'One of these, at most 100.' })
  in?: Level[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the value is missing.' })
  isNull?: boolean | null;
}

@InputType({ description: 'How a decimal is compared. All that are given must hold.' })
export class DecimalFilter {
  @Field(() => DecimalScalar, { nullable: true, description: 'Exactly this.' })
  eq?: Money | null;

  @Field(() => [DecimalScalar], { nullable: true, description: 'One of these, at most 100.' })
  in?: Money[] | null;

  @Field(() => DecimalScalar, { nullable: true, description: 'More than this.' })
  gt?: Money | null;

  @Field(() => DecimalScalar, { nullable: true, description: 'This or more.' })
  gte?: Money | null;

  @Field(() => DecimalScalar, { nullable: true, description: 'Less than this.' })
  lt?: Money | null;

  @Field(() => DecimalScalar, { nullable: true, description: 'This or less.' })
  lte?: Money | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the value is missing.' })
  isNull?: boolean | null;
}

@InputType({ description: 'How a whole number is compared. All that are given must hold.' })
export class IntFilter {
  @Field(() => Int, { nullable: true, description: 'Exactly this.' })
  eq?: number | null;

  @Field(() => [Int], { nullable: true, description: 'One of these, at most 100.' })
  in?: number[] | null;

  @Field(() => Int, { nullable: true, description: 'More than this.' })
  gt?: number | null;

  @Field(() => Int, { nullable: true, description: 'This or more.' })
  gte?: number | null;

  @Field(() => Int, { nullable: true, description: 'Less than this.' })
  lt?: number | null;

  @Field(() => Int, { nullable: true, description: 'This or less.' })
  lte?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the value is missing.' })
  isNull?: boolean | null;
}

@InputType({ description: 'How a day is compared. All that are given must hold.' })
export class DateFilter {
  @Field(() => DateScalar, { nullable: true, description: 'Exactly this.' })
  eq?: CalendarDate | null;

  @Field(() => [DateScalar], { nullable: true, description: 'One of these, at most 100.' })
  in?: CalendarDate[] | null;

  @Field(() => DateScalar, { nullable: true, description: 'More than this.' })
  gt?: CalendarDate | null;

  @Field(() => DateScalar, { nullable: true, description: 'This or more.' })
  gte?: CalendarDate | null;

  @Field(() => DateScalar, { nullable: true, description: 'Less than this.' })
  lt?: CalendarDate | null;

  @Field(() => DateScalar, { nullable: true, description: 'This or less.' })
  lte?: CalendarDate | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the value is missing.' })
  isNull?: boolean | null;
}

@InputType({ description: 'How a yes or no is compared. All that are given must hold.' })
export class BooleanFilter {
  @Field(() => Boolean, { nullable: true, description: 'Exactly this.' })
  eq?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the value is missing.' })
  isNull?: boolean | null;
}

@InputType({ description: 'How a country is compared. All that are given must hold.' })
export class CountryFilter {
  @Field(() => CountryCodeScalar, { nullable: true, description: 'Exactly this.' })
  eq?: string | null;

  @Field(() => [CountryCodeScalar], { nullable: true, description: 'One of these, at most 100.' })
  in?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the value is missing.' })
  isNull?: boolean | null;
}

@InputType({ description: 'Who looks after an account. All that are given must hold.' })
export class OwnerFilter {
  @Field(() => String, { nullable: true, description: 'Exactly this external id.' })
  eq?: string | null;

  @Field(() => [String], { nullable: true, description: 'One of these external ids, at most 100.' })
  in?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether there is none.' })
  isNull?: boolean | null;
}

@InputType('AccountFilter', {
  description: 'Which accounts are meant. Everything that is given must hold.',
})
export class AccountFilterInput implements AccountFilter {
  @Field(() => TextFilter, { nullable: true, description: "The CRM's identifier." })
  externalId?: TextFilter | null;

  @Field(() => TextFilter, { nullable: true, description: 'Name of the company.' })
  name?: TextFilter | null;

  @Field(() => TextFilter, { nullable: true, description: "By the CRM's identifier of the parent account." })
  parentExternalId?: TextFilter | null;

  @Field(() => AccountStatusFilter, {
    nullable: true,
    description: 'Whether it is a customer; absent counts as ACTIVE.',
  })
  status?: AccountStatusFilter | null;

  @Field(() => DecimalFilter, {
    nullable: true,
    description: 'Annual recurring revenue in the base currency; null when it is not known.',
  })
  arr?: DecimalFilter | null;

  @Field(() => TierKeyFilter, { nullable: true, description: 'By the effective tier.' })
  tier?: TierKeyFilter | null;

  @Field(() => TierKeyFilter, { nullable: true, description: 'By what the placement says.' })
  computedTier?: TierKeyFilter | null;

  @Field(() => TierKeyFilter, { nullable: true, description: 'By what the move rules hold.' })
  heldTier?: TierKeyFilter | null;

  @Field(() => BooleanFilter, { nullable: true, description: 'By whether only the ARR is known.' })
  provisional?: BooleanFilter | null;

  @Field(() => DecimalFilter, { nullable: true, description: 'By the total, from 0 to 100 points.' })
  score?: DecimalFilter | null;

  @Field(() => DecimalFilter, {
    nullable: true,
    description: 'By the weight of the known criteria, from 0 to 100.',
  })
  completeness?: DecimalFilter | null;

  @Field(() => IntFilter, { nullable: true, description: 'By the version of the tiering model.' })
  modelVersion?: IntFilter | null;

  @Field(() => LevelFilter, { nullable: true, description: 'By the expansion potential that counted.' })
  expansionPotential?: LevelFilter | null;

  @Field(() => LevelFilter, { nullable: true, description: 'How likely it is to leave.' })
  churnRisk?: LevelFilter | null;

  @Field(() => IntFilter, { nullable: true, description: 'Health from 0 to 100.' })
  healthScore?: IntFilter | null;

  @Field(() => IntFilter, { nullable: true, description: 'Usage in percent of what the plan allows.' })
  usagePercent?: IntFilter | null;

  @Field(() => BooleanFilter, {
    nullable: true,
    description: 'Whether a person has designated it strategic.',
  })
  strategicDesignation?: BooleanFilter | null;

  @Field(() => TextFilter, { nullable: true, description: 'Industry, as the CRM names it.' })
  industry?: TextFilter | null;

  @Field(() => IntFilter, { nullable: true, description: 'How many people the company employs.' })
  employees?: IntFilter | null;

  @Field(() => DecimalFilter, {
    nullable: true,
    description: "The company's own revenue a year, in the base currency.",
  })
  annualRevenue?: DecimalFilter | null;

  @Field(() => CountryFilter, { nullable: true, description: 'Country of the company.' })
  country?: CountryFilter | null;

  @Field(() => TextFilter, {
    nullable: true,
    description: 'Sales or service region, as the organisation names it.',
  })
  region?: TextFilter | null;

  @Field(() => TextFilter, { nullable: true, description: 'Language tag of the contact, such as pt-BR.' })
  language?: TextFilter | null;

  @Field(() => TextFilter, { nullable: true, description: 'Plan that was bought.' })
  plan?: TextFilter | null;

  @Field(() => IntFilter, { nullable: true, description: 'Product lines bought.' })
  productLinesOwned?: IntFilter | null;

  @Field(() => DateFilter, { nullable: true, description: 'First day as a customer.' })
  customerSince?: DateFilter | null;

  @Field(() => DateFilter, {
    nullable: true,
    description: 'A day on which the contract renews; it repeats every term.',
  })
  renewalDate?: DateFilter | null;

  @Field(() => OwnerFilter, {
    nullable: true,
    description:
      'By the external id of the CSM who looks after it alone; on a past day, of the one who did then. isNull for accounts of pools and of nobody.',
  })
  csm?: OwnerFilter | null;

  @Field(() => OwnerFilter, {
    nullable: true,
    description:
      'By the external id of the pool that looks after it; isNull for accounts of CSMs and of nobody.',
  })
  pool?: OwnerFilter | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether a pending downgrade waits out its grace.' })
  pendingDowngrade?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it stands under an active override.' })
  overridden?: boolean | null;
  // What comes in as an id is looked up before any resolver sees it.
  @Field(() => ID, {
    nullable: true,
    description:
      'Whether it is a member of the segment with this id: today in lists, and on the day that they are about in aggregates. Churned accounts are members of none.',
  })
  segment?: SegmentScope | null;

  @Field(() => [AccountFilterInput], {
    nullable: true,
    description: 'All of these hold. Filters nest at most 3 deep.',
  })
  and?: AccountFilterInput[] | null;

  @Field(() => [AccountFilterInput], { nullable: true, description: 'At least one of these holds.' })
  or?: AccountFilterInput[] | null;

  @Field(() => AccountFilterInput, { nullable: true, description: 'This does not hold.' })
  not?: AccountFilterInput | null;
}
