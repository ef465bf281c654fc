import { ArgsType, Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import { type TierBasis } from '../../app/ports/analytics';
import { type CalendarDate } from '../../domain/calendar';
import { type Dimension, MOST_DIMENSIONS } from '../../domain/segment';
import { AccountFilterInput } from '../account/account-filter.input';
import { DimensionEnum, TierBasisEnum } from '../breakdown/breakdown.enum';
import { GroupKeyType } from '../breakdown/group-key.type';
import { DateScalar, DecimalScalar } from '../scalars';

@ObjectType('RetentionFigures', {
  description:
    'What became of ARR from one day to another, point to point. Amounts are in the base currency, rates are fractions of 1.',
  simpleResolvers: true,
})
export class RetentionFiguresType {
  @Field(() => Int, { description: 'Accounts with ARR on the first day; no others count.' })
  startAccounts!: number;

  @Field(() => DecimalScalar, { description: 'Their ARR on the first day.' })
  startArr!: string;

  @Field(() => DecimalScalar, { description: 'What those brought more on the last day.' })
  expansion!: string;

  @Field(() => DecimalScalar, { description: 'What those brought less on the last day, short of nothing.' })
  contraction!: string;

  @Field(() => DecimalScalar, { description: 'What those had brought that bring nothing on the last day.' })
  churn!: string;

  @Field(() => DecimalScalar, { description: 'Their ARR on the last day.' })
  endArr!: string;

  @Field(() => Int, { description: 'Accounts that bring nothing on the last day.' })
  lostAccounts!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Gross revenue retention: (start - contraction - churn) / start; null for a zero start.',
  })
  grr!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Net revenue retention: (start + expansion - contraction - churn) / start; null for a zero start.',
  })
  nrr!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the accounts that still bring ARR; null for a zero start.',
  })
  logoRetention!: number | null;
}

@ObjectType('RetentionRow', {
  description: 'One group of accounts, by what they were on the first day.',
  simpleResolvers: true,
})
export class RetentionRowType extends RetentionFiguresType {
  @Extensions({ listBound: MOST_DIMENSIONS })
  @Field(() => [GroupKeyType], { description: 'What the group is, one key for each dimension asked for.' })
  keys!: readonly GroupKeyType[];
}

@ObjectType('Retention', {
  description: 'What became of the ARR of one day by another, in groups that add up.',
  simpleResolvers: true,
})
export class RetentionType {
  @Field(() => DateScalar, { description: 'The first day.' })
  from!: string;

  @Field(() => DateScalar, { description: 'The last day.' })
  to!: string;

  @Field(() => TierBasisEnum, { description: 'Which tiers counted.' })
  tierBasis!: string;

  @Extensions({ listBound: 100 })
  @Field(() => [RetentionRowType], { description: 'The groups, the most ARR on the first day first.' })
  rows!: readonly RetentionRowType[];

  @Field(() => RetentionFiguresType, { description: 'All groups together, also those that were left out.' })
  totals!: RetentionFiguresType;

  @Field(() => Boolean, { description: 'Whether there are more groups than rows.' })
  truncated!: boolean;
}

@ArgsType()
export class RetentionArgs {
  @Field(() => [DimensionEnum], {
    description: 'Up to 3 dimensions; with none, the whole is the only group.',
  })
  by!: Dimension[];

  @Field(() => DateScalar, { description: 'The first day.' })
  from!: CalendarDate;

  @Field(() => DateScalar, { description: 'The last day, not after today.' })
  to!: CalendarDate;

  @Field(() => AccountFilterInput, {
    nullable: true,
    description: 'Of accounts that were like this on the first day.',
  })
  where?: AccountFilterInput | null;

  @Field(() => TierBasisEnum, {
    nullable: true,
    description: 'Which tiers count on a past day; the recorded ones if absent.',
  })
  tierBasis?: TierBasis | null;
}
