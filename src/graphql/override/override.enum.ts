import { OVERRIDE_OUTCOMES } from '../../app/override.service';
import { OVERRIDE_END_REASONS, OVERRIDE_REASONS, OVERRIDE_STATUSES } from '../../domain/override';
import { enumOf } from '../enum';

export const OverrideStatusEnum = enumOf(
  'OverrideStatus',
  OVERRIDE_STATUSES,
  'Where an override, or the request for one, stands.',
  {
    REQUESTED: 'Somebody has to decide it; it moves nothing yet.',
    ACTIVE: 'It holds the account in its tier.',
    REJECTED: 'The request was rejected, or ended before anybody decided it.',
    WITHDRAWN: 'The request was taken back.',
    EXPIRED: 'Its last day has come.',
    REVOKED: 'It was ended before its time.',
    SUPERSEDED: 'Another override took its place.',
  },
);

export const OverrideReasonEnum = enumOf(
  'OverrideReason',
  OVERRIDE_REASONS,
  'Why a person holds an account in another tier than its rules do.',
  {
    DATA_ERROR: 'The facts of the account are wrong.',
    OTHER: 'Anything else; the note says what.',
  },
);

export const OverrideEndReasonEnum = enumOf(
  'OverrideEndReason',
  OVERRIDE_END_REASONS,
  'What ended an override, or closed a request.',
  {
    DECISION: 'A person rejected or revoked it.',
    WITHDRAWAL: 'The request was taken back.',
    DATA_ERROR: 'A person revoked it as a mistake.',
    TIER_REVIEW: 'A tier review ended it.',
    SUPERSEDED: 'Another override took its place.',
    EXPIRY: 'Its last day came; for a request, before anybody decided it.',
    ACCOUNT_CHURNED: 'The account left the ladder.',
  },
);

export const OverrideDecisionEnum = enumOf(
  'OverrideDecision',
  ['APPROVE', 'REJECT'],
  'What to do about a request for an override.',
);

export const OverrideOutcomeEnum = enumOf(
  'OverrideOutcome',
  OVERRIDE_OUTCOMES,
  'What became of one override of a bulk.',
  {
    ACTIVE: 'It holds the account in its tier.',
    REQUESTED: 'Somebody else has to decide it.',
    REFUSED: 'The errors say why; nothing of it was written.',
  },
);
