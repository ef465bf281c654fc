import { REVIEW_DECISIONS } from '../../domain/review-recommendation';
import { REVIEW_TRIGGERS } from '../../domain/tier-review';
import { enumOf } from '../enum';

export const ReviewDecisionEnum = enumOf('ReviewDecision', REVIEW_DECISIONS, 'What a tier review decides.', {
  KEEP: 'The account stays where it is; a designation whose review date has come is confirmed.',
  MOVE_UP: 'It is held in a higher tier by an override, or an override that keeps it low ends.',
  LET_FALL: 'It falls to its computed tier at once, without waiting out the grace.',
  EXTEND_GRACE: 'It keeps its tier for longer; once for each pending downgrade.',
  DESIGNATE: 'It is designated strategic, or designated anew when its designation is to be looked at.',
  END_OVERRIDE: 'Its active override ends before its time.',
});

export const ReviewTriggerCodeEnum = enumOf(
  'ReviewTriggerCode',
  REVIEW_TRIGGERS,
  'What makes a tier review fall due at once.',
  {
    COMPUTED_TIER_CHANGED: 'The placement says another tier than at the last review.',
    ARR_CHANGED: 'The ARR moved by 25% or more; from nothing, by anything.',
    STRATEGIC_FACT_CHANGED: 'A strategic factor, or the designation, was gained or lost.',
    CHURN_RISK_CHANGED: 'The churn risk changed, or was first heard of as HIGH.',
    HEALTH_CHANGED: 'The health moved by 20 points or more.',
    OVERRIDE_ENDING: 'The active override ends within 30 days.',
    RISKY_WITHOUT_GROWTH: 'High churn risk without growth acted on the placement.',
    DESIGNATION_REVIEW: 'The review date of the designation has come.',
  },
);
