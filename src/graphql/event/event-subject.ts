import { type EventType } from '../../domain/event';

/** The type in the API of what an event of each type is about. */
export const EVENT_SUBJECTS: Readonly<Record<EventType, string>> = {
  'tier.moved': 'TierHistoryEntry',
  'tier.downgrade_pending': 'TierHistoryEntry',
  'tier.downgrade_cancelled': 'TierHistoryEntry',
  'override.requested': 'Override',
  'override.decided': 'Override',
  'override.expiring': 'Override',
  'override.ended': 'Override',
  'review.due': 'Account',
  'review.completed': 'TierReview',
  'touch.due': 'Account',
  'renewal.notice': 'RenewalNotice',
  'intervention.raised': 'Intervention',
  'portfolio.changed': 'PortfolioAssignment',
  'model.published': 'TieringModel',
};
