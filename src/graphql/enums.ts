import { registerEnumType } from 'type-graphql';
import { CHANGE_OUTCOMES } from '../app/account-changes';
import { PERMISSIONS, ROLES } from '../app/actor';
import { ASSIGNMENT_OUTCOMES } from '../app/portfolio.service';
import { OVERRIDE_OUTCOMES } from '../app/override.service';
import { ACCOUNT_ORDER_FIELDS, type AccountOrderField } from '../app/ports/reads';
import { SEGMENT_CHANGE_CAUSES, SEGMENT_CHANGE_KINDS } from '../app/ports/segments';
import { ACCOUNT_STATUSES, LEVELS } from '../domain/account';
import { DAILY_STEPS } from '../domain/daily-run';
import { LADDER_FORMS } from '../domain/calibration';
import { ERROR_CODES } from '../domain/errors';
import { GUARDRAIL_CODES } from '../domain/guardrail';
import { MODEL_FINDING_CODES } from '../domain/model-validation';
import { GRACE_REASONS, HISTORY_CAUSES, HISTORY_KINDS } from '../domain/move';
import { OVERRIDE_END_REASONS, OVERRIDE_REASONS, OVERRIDE_STATUSES } from '../domain/override';
import { MOVEMENT_KINDS } from '../domain/revenue';
import { REVIEW_DECISIONS } from '../domain/review-recommendation';
import { DIMENSIONS } from '../domain/segment';
import {
  ADJUSTMENT_END_REASONS,
  ADJUSTMENT_GROUNDS,
  ADJUSTMENT_KINDS,
  ADJUSTMENT_STATUSES,
} from '../domain/service-adjustment';
import { REVIEW_TRIGGERS } from '../domain/tier-review';
import { MOVER_KINDS, TARGET_STANDINGS } from '../domain/simulation';
import { HEALTH_CODES, HEALTH_SEVERITIES } from '../domain/tiering-health';
import { GOAL_METRICS } from '../domain/segment-goal';
import { CRITERION_KEYS, MODEL_STATUSES } from '../domain/tiering-model';

type EnumOf<V extends string> = { readonly [K in V]: K };

/** Declares an enum of the schema from a list of the domain; its values are the names themselves. */
function enumOf<V extends string>(
  name: string,
  values: readonly V[],
  description: string,
  meanings: Partial<Record<V, string>> = {},
): EnumOf<V> {
  const type = Object.fromEntries(values.map((value) => [value, value])) as EnumOf<V>;
  const valuesConfig = Object.fromEntries(
    Object.entries(meanings).map(([value, meaning]) => [value, { description: meaning as string }]),
  ) as Parameters<typeof registerEnumType<EnumOf<V>>>[1]['valuesConfig'];
  registerEnumType(type, { name, description, ...(valuesConfig ? { valuesConfig } : {}) });
  return type;
}

export const AccountStatusEnum = enumOf(
  'AccountStatus',
  ACCOUNT_STATUSES,
  'Whether a company is a customer. Absent counts as ACTIVE.',
  {
    TRIAL: 'Tries the product; without ARR it stands in the lowest tier.',
    FREE: 'Uses a free plan; without ARR it stands in the lowest tier.',
    CHURNED: 'No longer a customer: holds no tier and is not rescored.',
  },
);

export const LevelEnum = enumOf('Level', LEVELS, 'A rough level, of churn risk or of expansion potential.');

export const CriterionKeyEnum = enumOf('CriterionKey', CRITERION_KEYS, 'A weighted part of the score.', {
  CURRENT_ARR: 'Points by bands of the current ARR.',
  EXPANSION_POTENTIAL: 'How much the account may grow within 12 to 24 months.',
  STRATEGIC_VALUE: 'Logo, references, market influence and partnership.',
  PRODUCT_COMPLEXITY: 'Advanced features, integrations and custom configuration.',
});

export const GuardrailCodeEnum = enumOf(
  'GuardrailCode',
  GUARDRAIL_CODES,
  'A rule that bounds, or settles, the tier that the score gives.',
  {
    STRATEGIC_DESIGNATION: 'A designated account is placed in the top tier.',
    NOT_PAYING: 'A trial or free account without ARR is placed in the lowest tier.',
    KEY_ACCOUNT: 'A very large ARR is placed in the top tier.',
    ARR_ONLY: 'Nothing but the ARR is known, so the ARR ladder decides, provisionally.',
    LIFT_LIMIT: 'The score lifts an account only so far above its tier by ARR.',
    DROP_LIMIT: 'The score lowers an account only so far below its tier by ARR.',
    TOP_TIER_NEEDS_PROMISE: 'The top tier needs expansion potential or strategic value.',
    RISKY_WITHOUT_GROWTH: 'High churn risk without growth keeps an account out of the top tier.',
  },
);

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

export const GraceReasonEnum = enumOf('GraceReason', GRACE_REASONS, 'Why a pending downgrade was opened.', {
  NOT_PAYING: 'The account stopped paying: the grace is 30 days.',
  OVERRIDE_ENDED: 'An override ended above the held tier: at least 30 more days.',
});

export const MovementKindEnum = enumOf(
  'ArrMovementKind',
  MOVEMENT_KINDS,
  'How the ARR of an account moved.',
  {
    NEW: 'From nothing, for the first time.',
    CHURN: 'Down to nothing.',
    REACTIVATION: 'From nothing, after there had been ARR before.',
  },
);

export const MovementSourceEnum = enumOf(
  'ArrMovementSource',
  ['FACTS', 'SUBSCRIPTIONS'],
  'Where an ARR comes from.',
  {
    FACTS: 'Given with the facts of the account.',
    SUBSCRIPTIONS: 'The sum of its subscription lines.',
  },
);

export const ModelStatusEnum = enumOf(
  'TieringModelStatus',
  MODEL_STATUSES,
  'Whether a tiering model is in force.',
);
export const MissingFactsEnum = enumOf(
  'MissingFacts',
  ['LOWEST_BAND', 'REDISTRIBUTE'],
  'What a criterion without facts does to the score.',
  {
    LOWEST_BAND: 'It scores the lowest band.',
    REDISTRIBUTE: 'Its weight is spread over the criteria that have facts.',
  },
);

export const ModelFindingCodeEnum = enumOf(
  'ModelFindingCode',
  MODEL_FINDING_CODES,
  'What is wrong, or doubtful, about a tiering model.',
  {
    WEIGHTS_NOT_100: 'The weights of the criteria do not add up to exactly 100.',
    FLOORS_NOT_FALLING: 'A score floor is not below that of the tier above.',
    LADDER_NOT_FALLING: 'A line of the ARR ladder is not below the one above.',
    LADDER_NOT_TO_ZERO: 'The lowest line is not 0, so that small accounts would have no tier.',
    SUCCESSOR_MISSING: 'A tier of the published ladder is dropped without a tier that takes its accounts.',
    OVER_SEGMENTED: 'More than 4 tiers: allowed, and hard to tell apart in service.',
  },
);
export const LadderFormEnum = enumOf(
  'LadderForm',
  LADDER_FORMS,
  'How the lines of the ladder and of the ARR bands are given.',
  {
    PERCENTILES: 'As percentages of the book by ARR, which become amounts when the model is published.',
  },
);
export const MoverKindEnum = enumOf(
  'SimulationMoverKind',
  MOVER_KINDS,
  'What publishing would do to an account. A move of its effective tier counts before what becomes of a pending downgrade.',
  {
    PLACED: 'It would get its first tier.',
    UP: 'Its effective tier would rise at once.',
    DOWN: 'Its effective tier would fall at once: its grace ends today, or its tier is dropped.',
    RENAMED: 'Its tier would give way to a successor of the same rank.',
    UNDERNEATH: 'Its held tier would change under an override that stays.',
    PENDING: 'A pending downgrade would open.',
    RETARGETED: 'Its pending downgrade would lead to another tier, on the same day.',
    CANCELLED: 'Its pending downgrade would be cancelled.',
  },
);
export const TargetStandingEnum = enumOf(
  'TargetStanding',
  TARGET_STANDINGS,
  'How a share stands to its target.',
);
export const HealthCodeEnum = enumOf('TieringHealthCode', HEALTH_CODES, 'What is unhealthy.', {
  TOP_TIER_BLOAT: 'Too large a part of the paying accounts is in the top tier.',
  POPULATION_OFF_TARGET: "A tier's share of the paying accounts lies outside its target.",
  ARR_SHARE_OFF_TARGET: "A tier's share of the ARR lies outside its target.",
  STALE_REVIEWS: 'Too many tier reviews are overdue.',
  OVERRIDE_DRIFT: 'Too many accounts are held by overrides.',
  UNDERSERVED_LOWER_TIERS: 'A low tier loses far more of its accounts than the book does.',
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

export const DimensionEnum = enumOf(
  'Dimension',
  DIMENSIONS,
  'What the book can be grouped by. Unknown values are a group of their own, with the value null.',
);
export const TierBasisEnum = enumOf(
  'TierBasis',
  ['RECORDED', 'PUBLISHED_MODEL'],
  'Which tiers count on a past day.',
  {
    RECORDED: 'Those that were recorded then.',
    PUBLISHED_MODEL: 'Those in which the published model of today places the facts of that day.',
  },
);

export const CounterfactualChangeEnum = enumOf(
  'CounterfactualChange',
  ['ARR', 'EXPANSION_POTENTIAL', 'STRATEGIC_FACTORS', 'PRODUCT_COMPLEXITY', 'CHURN_RISK'],
  'What would have to change.',
);

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

export const RoleEnum = enumOf('Role', ROLES, 'What an actor may do, from the least to the most.', {
  VIEWER: 'Reads everything but audit and tokens.',
  CSM: 'A viewer who also works on the own portfolio.',
  MANAGER: 'A CSM for all accounts, who also decides about tiers.',
  ADMIN: 'Everything.',
});
export const PermissionEnum = enumOf('Permission', PERMISSIONS, 'Something that not every role may do.');
export const ChangeOutcomeEnum = enumOf(
  'UpsertOutcome',
  CHANGE_OUTCOMES,
  'What became of one account of an upsert.',
  {
    UNCHANGED: 'Everything was so already; nothing was written.',
    REFUSED: 'The errors say why; nothing of it was written.',
  },
);
export const AssignmentOutcomeEnum = enumOf(
  'AssignmentOutcome',
  ASSIGNMENT_OUTCOMES,
  'What became of one assignment.',
  {
    UNCHANGED: 'It was looked after just so already; nothing was written.',
    REFUSED: 'The errors say why; nothing of it was written.',
  },
);
export const UserErrorCodeEnum = enumOf('UserErrorCode', ERROR_CODES, 'Why something was refused.');

export const AccountOrderFieldEnum = enumOf(
  'AccountOrderField',
  Object.keys(ACCOUNT_ORDER_FIELDS) as AccountOrderField[],
  'What a list of accounts can be ordered by.',
  { TIER: 'The rank of the effective tier: ascending is the highest first.' },
);
export const OrderDirectionEnum = enumOf(
  'OrderDirection',
  ['ASC', 'DESC'],
  'Upwards or downwards; missing values come last either way.',
);

export const DailyStepNameEnum = enumOf(
  'DailyStepName',
  DAILY_STEPS,
  'A part of the scheduled work of a day, in the order in which they are done.',
  {
    OVERRIDES: 'Overrides that end.',
    SERVICE_ADJUSTMENTS: 'Service adjustments that end, and proposals.',
    RECALCULATION: 'Subscription lines that start or end, facts that age, downgrades that fall due.',
    TIER_REVIEWS: 'Tier reviews that fall due, confirm themselves or are escalated.',
    SEGMENTS: 'Entries and exits of the members of segments.',
    IDEMPOTENCY_KEYS: 'Idempotency keys that are older than 30 days are forgotten.',
  },
);
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
    ADOPTION: 'Average usage of the members, as a share of what their plan allows; it may exceed 1.',
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
