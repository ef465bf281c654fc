import { HEALTH_CODES, HEALTH_SEVERITIES } from '../../domain/tiering-health';
import { enumOf } from '../enum';

export const HealthCodeEnum = enumOf('TieringHealthCode', HEALTH_CODES, 'What is unhealthy.', {
  TOP_TIER_BLOAT: 'Too large a part of the paying accounts is in the top tier.',
  POPULATION_OFF_TARGET: "A tier's share of the paying accounts lies outside its target.",
  ARR_SHARE_OFF_TARGET: "A tier's share of the ARR lies outside its target.",
  STALE_REVIEWS: 'Too many tier reviews are overdue.',
  SLA_MISSED_BY_TIER: 'Too few tickets of a tier get their first answer in time.',
  OVERRIDE_DRIFT: 'Too many accounts are held by overrides.',
  UNDERSERVED_LOWER_TIERS:
    'A low tier loses far more of its accounts than the book does, or its digital programs do not run for enough of them.',
  YO_YO: 'Accounts moved 3 times or more within 12 months.',
  THRESHOLD_DRIFT: 'A percentile line would lie elsewhere today than when it was resolved.',
  PROVISIONAL_PLACEMENTS: 'Many placements rest on the ARR alone.',
  MISSING_FACTS: 'Of many accounts nothing is known for a criterion.',
  OVER_SEGMENTED: 'The ladder has more than 4 tiers.',
});

export const HealthSeverityEnum = enumOf(
  'TieringHealthSeverity',
  HEALTH_SEVERITIES,
  'How pressing a finding is, the most pressing first.',
);
