import { DAILY_STEPS } from '../../domain/daily-run';
import { enumOf } from '../enum';

export const DailyStepNameEnum = enumOf(
  'DailyStepName',
  DAILY_STEPS,
  'A part of the scheduled work of a day, in the order in which they are done.',
  {
    OVERRIDES: 'Overrides that end.',
    SERVICE_ADJUSTMENTS: 'Service adjustments that end, and proposals.',
    RECALCULATION: 'Subscription lines that start or end, facts that age, downgrades that fall due.',
    TIER_REVIEWS: 'Tier reviews that fall due, confirm themselves or are escalated.',
    RENEWAL_NOTICES: 'Notices before renewals that are due on the day.',
    SEGMENTS: 'Entries and exits of the members of segments.',
    ANNOUNCEMENTS: 'Events of reviews and touches that fall due, and of overrides that end soon.',
    IDEMPOTENCY_KEYS: 'Idempotency keys that are older than 30 days are forgotten.',
    EVENTS: 'Events that are older than 45 days are forgotten.',
  },
);
