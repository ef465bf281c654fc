import { SEGMENT_CHANGE_CAUSES, SEGMENT_CHANGE_KINDS } from '../../app/ports/segments';
import { GOAL_METRICS } from '../../domain/segment-goal';
import { enumOf } from '../enum';

export const GoalMetricEnum = enumOf(
  'GoalMetric',
  GOAL_METRICS,
  'What a segment aims at. Every target and every actual is a fraction of 1.',
  {
    EXPANSION:
      'How much more ARR the members brought at the end, as a share of what they brought at the start.',
    GRR: 'Gross revenue retention of the members.',
    NRR: 'Net revenue retention of the members.',
    LOGO_RETENTION: 'Share of the members with ARR that still bring ARR.',
    ADOPTION:
      'Average adoption of the members, from the latest support figures of each; of a member without figures the usage, as a share of what the plan allows, which may exceed 1.',
  },
);

export const SegmentChangeKindEnum = enumOf(
  'SegmentChangeKind',
  SEGMENT_CHANGE_KINDS,
  'Whether an account entered a segment or left it.',
);

export const SegmentChangeCauseEnum = enumOf(
  'SegmentChangeCause',
  SEGMENT_CHANGE_CAUSES,
  'Why an account entered a segment or left it.',
  {
    SEGMENT_CREATED: 'The segment was saved; the account belonged to it from the start.',
    CRITERIA_CHANGED: 'The criteria of the segment were changed.',
    ACCOUNT_CHANGED: 'The account came to belong to other groups, by its facts, by time or by another model.',
  },
);
