import {
  ADJUSTMENT_END_REASONS,
  ADJUSTMENT_GROUNDS,
  ADJUSTMENT_KINDS,
  ADJUSTMENT_STATUSES,
} from '../../domain/service-adjustment';
import { enumOf } from '../enum';

export const AdjustmentKindEnum = enumOf(
  'ServiceAdjustmentKind',
  ADJUSTMENT_KINDS,
  'Whether an account gets more touch than its tier is owed, or less.',
  {
    EXTRA: 'More: its load counts 1.5 times in the built-in model.',
    LIGHTER: 'Less: its load counts 0.75 times in the built-in model.',
  },
);

export const AdjustmentStatusEnum = enumOf(
  'ServiceAdjustmentStatus',
  ADJUSTMENT_STATUSES,
  'Where a service adjustment stands.',
  {
    PROPOSED: 'Tierbook proposes it; a person has to accept or dismiss it.',
    ACTIVE: 'It counts.',
    DISMISSED: 'A person said no to the proposal.',
    WITHDRAWN: 'The proposal was taken back before anybody decided it.',
    ENDED: 'It is over.',
  },
);

export const AdjustmentGroundsEnum = enumOf(
  'ServiceAdjustmentGrounds',
  ADJUSTMENT_GROUNDS,
  'What a service adjustment is proposed for.',
  {
    TOP_TIER_AT_RISK: 'EXTRA: the account stands in the top tier, and its churn risk is high.',
    KEPT_OUT_OF_TOP_TIER: 'EXTRA: high churn risk without growth keeps the account out of the top tier.',
    HEALTHY_SECOND_TIER: 'LIGHTER: the account stands in the second tier, healthy and with low churn risk.',
  },
);

export const AdjustmentEndReasonEnum = enumOf(
  'ServiceAdjustmentEndReason',
  ADJUSTMENT_END_REASONS,
  'What ended a service adjustment, or a proposal.',
  {
    DECISION: 'A person dismissed or ended it.',
    EXPIRY: 'Its last day came.',
    GROUNDS_GONE: 'What it was proposed for holds no longer.',
    REPLACED: 'Another one took its place.',
    ACCOUNT_CHURNED: 'The account left the ladder.',
  },
);
