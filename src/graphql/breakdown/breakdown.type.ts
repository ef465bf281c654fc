import { ArgsType, Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import { type TierBasis } from '../../app/ports/analytics';
import { type CalendarDate } from '../../domain/calendar';
import { type Dimension, MOST_DIMENSIONS } from '../../domain/segment';
import { AccountFilterInput } from '../account/account-filter.input';
import { DateScalar, DecimalScalar } from '../scalars';
import { DimensionEnum, TierBasisEnum } from './breakdown.enum';
import { GroupKeyType } from './group-key.type';

@ObjectType('BreakdownFigures', {
  description:
    'What a part of the book looks like. Amounts are in the base currency, shares and rates are fractions of 1.',
  simpleResolvers: true,
})
export class BreakdownFiguresType {
  @Field(() => Int, { description: 'How many accounts.' })
  accounts!: number;

  @Field(() => Float, { nullable: true, description: 'Their share of all accounts.' })
  accountShare!: number | null;

  @Field(() => DecimalScalar, { description: 'Their ARR; an unknown one counts as 0.' })
  arr!: string;

  @Field(() => Float, { nullable: true, description: 'Their share of all ARR; null where there is none.' })
  arrShare!: number | null;

  @Field(() => DecimalScalar, { nullable: true, description: 'Mean ARR of those whose ARR is known.' })
  averageArr!: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: 'Median ARR of those whose ARR is known.' })
  medianArr!: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Mean health of those whose health is known, from 0 to 100.',
  })
  averageHealth!: number | null;

  @Field(() => DecimalScalar, {
    description: 'ARR of those with high churn risk, or with a health below 40.',
  })
  atRiskArr!: string;

  @Field(() => Float, {
    nullable: true,
    description:
      'Gross revenue retention over the 12 months up to the day, of the accounts that were in the group when they began.',
  })
  grr!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Net revenue retention over the 12 months up to the day, of the accounts that were in the group when they began.',
  })
  nrr!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the accounts that were in the group 12 months before and still bring ARR.',
  })
  logoRetention!: number | null;
}

@ObjectType('BreakdownRow', { description: 'One group of the book.', simpleResolvers: true })
export class BreakdownRowType extends BreakdownFiguresType {
  @Extensions({ listBound: MOST_DIMENSIONS })
  @Field(() => [GroupKeyType], { description: 'What the group is, one key for each dimension asked for.' })
  keys!: readonly GroupKeyType[];
}

@ObjectType('Breakdown', {
  description: 'The book on a day, in groups that add up to it.',
  simpleResolvers: true,
})
export class BreakdownType {
  @Field(() => DateScalar, { description: 'The day.' })
  asOf!: string;

  @Field(() => TierBasisEnum, { description: 'Which tiers counted.' })
  tierBasis!: string;

  @Extensions({ listBound: 100 })
  @Field(() => [BreakdownRowType], { description: 'The groups, the most ARR first.' })
  rows!: readonly BreakdownRowType[];

  @Field(() => BreakdownFiguresType, { description: 'All groups together, also those that were left out.' })
  totals!: BreakdownFiguresType;

  @Field(() => Boolean, { description: 'Whether there are more groups than rows.' })
  truncated!: boolean;
}

@ArgsType()
export class BreakdownArgs {
  @Field(() => [DimensionEnum], {
    description: 'Up to 3 dimensions; with none, the whole is the only group.',
  })
  by!: Dimension[];

  @Field(() => AccountFilterInput, {
    nullable: true,
    description: 'Of which accounts; of the whole book if absent.',
  })
  where?: AccountFilterInput | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'On which day, not after today, which it is if absent.',
  })
  asOf?: CalendarDate | null;

  @Field(() => TierBasisEnum, {
    nullable: true,
    description: 'Which tiers count on a past day; the recorded ones if absent.',
  })
  tierBasis?: TierBasis | null;
}
