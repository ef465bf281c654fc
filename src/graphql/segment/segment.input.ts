import { ArgsType, Field, Float, ID, InputType, Int } from 'type-graphql';
import { type SegmentChangeCause, type SegmentChangeKind } from '../../app/ports/segments';
import { type CalendarDate } from '../../domain/calendar';
import { type Dimension } from '../../domain/segment';
import { MOST_CRITERION_VALUES } from '../../domain/segment-criterion';
import { type GoalMetric, MOST_GOALS } from '../../domain/segment-goal';
import { AccountFilterInput } from '../account/account-filter.input';
import { AccountOrder } from '../account/account.input';
import { DimensionEnum } from '../breakdown/breakdown.enum';
import { ConnectionArgs } from '../connection';
import { IDEMPOTENCY_KEY } from '../idempotency-key';
import { DateScalar } from '../scalars';
import { GoalMetricEnum, SegmentChangeCauseEnum, SegmentChangeKindEnum } from './segment.enum';

const EXPECTED_VERSION = 'The version that the caller has seen; another one is refused with STALE_VERSION.';

@InputType({ description: 'One condition of a segment.' })
export class SegmentCriterionInput {
  @Field(() => DimensionEnum, { description: 'The dimension; each at most once.' })
  dimension!: Dimension;

  @Field(() => [String], {
    defaultValue: [],
    description: `The values of the groups that belong to it, as a breakdown by the dimension gives them; at most ${MOST_CRITERION_VALUES}.`,
  })
  values!: string[];

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether accounts whose value is not known belong to it as well.',
  })
  includeUnknown!: boolean;
}

@InputType({ description: 'A segment to save.' })
export class CreateSegmentInput {
  @Field(() => String, { description: 'A name that no other segment has, at most 100 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, at most 1,000 characters.' })
  description?: string | null;

  @Field(() => [SegmentCriterionInput], {
    description: '1 to 3 criteria, all of which an account must fulfil.',
  })
  criteria!: SegmentCriterionInput[];

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'What is to change of a segment; what is absent stays as it is.' })
export class UpdateSegmentInput {
  @Field(() => ID, { description: 'The segment.' })
  segmentId!: string;

  @Field(() => String, { nullable: true, description: 'Another name.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Another description; null for none.' })
  description?: string | null;

  @Field(() => [SegmentCriterionInput], {
    nullable: true,
    description: 'Other criteria, in the place of all; who enters or leaves by them is recorded at once.',
  })
  criteria?: SegmentCriterionInput[] | null;

  @Field(() => Int, { nullable: true, description: EXPECTED_VERSION })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A segment to delete.' })
export class DeleteSegmentInput {
  @Field(() => ID, { description: 'The segment.' })
  segmentId!: string;

  @Field(() => Int, { nullable: true, description: EXPECTED_VERSION })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'What a segment is to reach over a period.' })
export class SegmentGoalInput {
  @Field(() => GoalMetricEnum, { description: 'What is aimed at.' })
  metric!: GoalMetric;

  @Field(() => Float, {
    description: 'What is to be reached, as a fraction of 1 with at most 6 places: 0.95 is 95%.',
  })
  target!: number;

  @Field(() => DateScalar, { description: 'The first day of the period.' })
  from!: CalendarDate;

  @Field(() => DateScalar, { description: 'The last day of the period, after the first.' })
  to!: CalendarDate;
}

@InputType({ description: 'The goals of a segment.' })
export class SetSegmentGoalsInput {
  @Field(() => ID, { description: 'The segment.' })
  segmentId!: string;

  @Field(() => [SegmentGoalInput], {
    description: `All its goals, at most ${MOST_GOALS}; they take the place of those that it has.`,
  })
  goals!: SegmentGoalInput[];

  @Field(() => Int, { nullable: true, description: EXPECTED_VERSION })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@ArgsType()
export class SegmentArgs {
  @Field(() => ID, { nullable: true, description: 'The id that this API gave.' })
  id?: string | null;

  @Field(() => String, { nullable: true, description: 'Its name, in any case.' })
  name?: string | null;
}

@InputType('SegmentFilter', { description: 'Which segments are meant. Everything that is given must hold.' })
export class SegmentFilterInput {
  @Field(() => String, { nullable: true, description: 'The name contains this, in any case.' })
  nameContains?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'True for those that the caller created.' })
  mine?: boolean | null;
}

@ArgsType()
export class SegmentsArgs extends ConnectionArgs {
  @Field(() => SegmentFilterInput, { nullable: true, description: 'Which of them; all if absent.' })
  where?: SegmentFilterInput | null;
}

@ArgsType()
export class SegmentMembersArgs extends ConnectionArgs {
  @Field(() => [AccountOrder], {
    nullable: true,
    description: 'Up to 3 keys, the first one first; by id if absent.',
  })
  orderBy?: AccountOrder[] | null;
}

@InputType('SegmentChangeFilter', {
  description: 'Which entries and exits are meant. Everything that is given must hold.',
})
export class SegmentChangeFilterInput {
  @Field(() => ID, { nullable: true, description: 'Of the segment with this id.' })
  segment?: string | null;

  @Field(() => SegmentChangeKindEnum, { nullable: true, description: 'Only entries, or only exits.' })
  kind?: SegmentChangeKind | null;

  @Field(() => [SegmentChangeCauseEnum], { nullable: true, description: 'For one of these causes.' })
  causes?: SegmentChangeCause[] | null;

  @Field(() => DateScalar, { nullable: true, description: 'Recorded on this day or later.' })
  from?: CalendarDate | null;

  @Field(() => DateScalar, { nullable: true, description: 'Recorded on this day or earlier.' })
  to?: CalendarDate | null;

  @Field(() => AccountFilterInput, { nullable: true, description: 'Of accounts like this.' })
  account?: AccountFilterInput | null;
}

@ArgsType()
export class SegmentChangesArgs extends ConnectionArgs {
  @Field(() => SegmentChangeFilterInput, { nullable: true, description: 'Which of them; all if absent.' })
  where?: SegmentChangeFilterInput | null;
}
