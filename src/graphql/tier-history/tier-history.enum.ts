import { HISTORY_CAUSES, HISTORY_KINDS } from '../../domain/tier-history';
import { enumOf } from '../enum';

export const HistoryKindEnum = enumOf(
  'TierHistoryKind',
  HISTORY_KINDS,
  'What happened to the tiers of an account.',
  {
    INITIAL: 'The first placement.',
    UPGRADE: 'The held tier rose.',
    DOWNGRADE: 'The held tier fell.',
    DOWNGRADE_PENDING: 'A lower tier was computed and waits out its grace, or its target or end changed.',
    DOWNGRADE_CANCELLED: 'The computed tier recovered before the grace had passed.',
    OVERRIDE_STARTED: 'A person holds the account in another tier.',
    OVERRIDE_ENDED: 'The override is over.',
    CHURNED: 'The account left the ladder.',
    REACTIVATED: 'The account came back to the ladder.',
  },
);

export const HistoryCauseEnum = enumOf('TierHistoryCause', HISTORY_CAUSES, 'Why it happened.', {
  FACTS: 'A fact of the account changed.',
  MODEL_PUBLISHED: 'Another tiering model was published.',
  GRACE_ENDED: 'The grace of a pending downgrade had passed.',
  REVIEW: 'A tier review decided it.',
  OVERRIDE: 'An override started or ended.',
  CORRECTION: 'The fact that had caused an upgrade was changed back within 14 days.',
  TIME: 'A day passed: facts aged, or a subscription line began or ended.',
});
