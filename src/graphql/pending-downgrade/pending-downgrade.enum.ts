import { GRACE_REASONS } from '../../domain/standing';
import { enumOf } from '../enum';

export const GraceReasonEnum = enumOf('GraceReason', GRACE_REASONS, 'Why a pending downgrade was opened.', {
  NOT_PAYING: 'The account stopped paying: the grace is 30 days.',
  OVERRIDE_ENDED: 'An override ended above the held tier: at least 30 more days.',
});
