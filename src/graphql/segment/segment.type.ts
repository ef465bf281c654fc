import { Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import { type Dimension } from '../../domain/segment';
import { MOST_CRITERIA } from '../../domain/segment-criterion';
import { DimensionEnum } from '../breakdown/breakdown.enum';
import { connectionOf } from '../connection';
import { Node } from '../node';
import { DateScalar, DateTimeScalar } from '../scalars';
import { GoalMetricEnum, SegmentChangeCauseEnum, SegmentChangeKindEnum } from './segment.enum';

@ObjectType('SegmentCriterion', {
  description: 'One condition of a segment: which groups of a breakdown by the dimension belong to it.',
  simpleResolvers: true,
})
export class SegmentCriterionType {
  @Field(() => DimensionEnum, { description: 'The dimension.' })
  dimension!: Dimension;

  @Field(() => [String], {
    description:
      'The values of the groups, as a breakdown gives them: a tier by its key, a band by its bounds.',
  })
  values!: readonly string[];

  @Field(() => Boolean, { description: 'Whether accounts whose value is not known belong to it as well.' })
  includeUnknown!: boolean;

  @Field(() => [String], {
    description:
      'Those of the values that the published tiering model does not have, such as the key of a tier that it dropped: no account has them today.',
  })
  unknownValues!: readonly string[];
}

@ObjectType('SegmentGoal', {
  description:
    'What a segment aims at over a period, and what came of it. Fractions of 1, with up to 6 places.',
  simpleResolvers: true,
})
export class SegmentGoalType {
  @Field(() => GoalMetricEnum, { description: 'What is aimed at.' })
  metric!: string;

  @Field(() => Float, { description: 'What is to be reached, as a fraction of 1.' })
  target!: number;

  @Field(() => DateScalar, {
    description: 'The first day of the period. Expansion and retention are those of the members of this day.',
  })
  from!: string;

  @Field(() => DateScalar, { description: 'The last day of the period.' })
  to!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      'The day that the actual goes up to: the last of the period, or today while it runs; null before it begins.',
  })
  measuredUntil!: string | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'What has been reached, as a fraction of 1; null before the period, and where nothing is known.',
  })
  actual!: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the actual reaches the target; null without an actual.',
  })
  met!: boolean | null;
}

/** The fields of a segment that come from its own row; its members and figures are resolved beside them. */
@ObjectType('Segment', {
  implements: Node,
  description:
    'A saved filter over one to three dimensions. Its members are worked out when asked for: the accounts that are not churned and fulfil every criterion.',
  simpleResolvers: true,
})
export class SegmentType extends Node {
  @Field(() => String, { description: 'Its name; no two segments have the same one, whatever its case.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description!: string | null;

  @Extensions({ listBound: MOST_CRITERIA })
  @Field(() => [SegmentCriterionType], { description: 'What an account must fulfil, all of it.' })
  criteria!: readonly SegmentCriterionType[];

  @Field(() => String, { description: 'Who created it.' })
  owner!: string;

  @Field(() => DateScalar, { description: 'The day on which entries and exits were last recorded.' })
  recordedOn!: string;

  @Field(() => Int, {
    description: 'Counts up with every change of it or of its goals; give it as expectedVersion.',
  })
  version!: number;

  @Field(() => DateTimeScalar, { description: 'When it was created.' })
  createdAt!: string;

  @Field(() => DateTimeScalar, { description: 'When it or its goals were last changed.' })
  updatedAt!: string;
}

export const { Connection: SegmentConnection } = connectionOf(SegmentType, 'Segment', 'segments');

@ObjectType('SegmentChange', {
  implements: Node,
  description: 'An account entered a segment or left it, as recorded once a day.',
  simpleResolvers: true,
})
export class SegmentChangeType extends Node {
  @Field(() => SegmentChangeKindEnum, { description: 'Whether it entered or left.' })
  kind!: string;

  @Field(() => SegmentChangeCauseEnum, { description: 'Why.' })
  cause!: string;

  @Field(() => DateScalar, { description: 'The day on which it was recorded.' })
  occurredOn!: string;
}

export const { Connection: SegmentChangeConnection } = connectionOf(
  SegmentChangeType,
  'SegmentChange',
  'entries and exits',
);
