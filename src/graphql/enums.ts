import { registerEnumType } from 'type-graphql';
import { CHANGE_OUTCOMES } from '../app/account-changes';
import { PERMISSIONS, ROLES } from '../app/actor';
import { ASSIGNMENT_OUTCOMES } from '../app/portfolio.service';
import { ACCOUNT_ORDER_FIELDS, type AccountOrderField } from '../app/ports/reads';
import { ACCOUNT_STATUSES, LEVELS } from '../domain/account';
import { ERROR_CODES } from '../domain/errors';
import { GUARDRAIL_CODES } from '../domain/guardrail';
import { GRACE_REASONS, HISTORY_CAUSES, HISTORY_KINDS } from '../domain/move';
import { MOVEMENT_KINDS } from '../domain/revenue';
import { DIMENSIONS } from '../domain/segment';
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
