import { MISSING_CAUSES, PLAN_PRIORITIES, PLAN_REASONS } from '../../domain/assignment-plan';
import { enumOf } from '../enum';

export const PlanPriorityEnum = enumOf(
  'AssignmentPlanPriority',
  PLAN_PRIORITIES,
  'What comes first where not every account can be covered.',
  {
    MOST_ACCOUNTS: 'As many accounts as possible, whatever their tier.',
    HIGHEST_TIER: 'As many as possible of the highest tier, then of the next one, and so on.',
  },
);

export const PlanReasonEnum = enumOf(
  'AssignmentPlanReasonCode',
  PLAN_REASONS,
  'What speaks for a proposal. The first of each proposal says why the account needs another owner.',
  {
    UNASSIGNED: 'Nobody looks after the account.',
    OWNER_LEFT: 'Its owner no longer looks after anybody.',
    OWNER_LEAVING: 'Its owner leaves soon.',
    COVERAGE_RULE: 'A pool looks after it, and its tier needs a named CSM.',
    OVERLOADED: 'Its owner is above the limit.',
    LANGUAGE_FIT: 'The new owner speaks its language.',
    REGION_FIT: 'The new owner covers its region.',
    INDUSTRY_FIT: 'The new owner knows its industry.',
  },
);

export const MissingCauseEnum = enumOf(
  'AssignmentPlanMissingCause',
  MISSING_CAUSES,
  'What a demand lacks that a plan cannot meet.',
  {
    STAFF: 'No CSM is there.',
    LANGUAGE: 'No CSM speaks the language.',
    REGION: 'No CSM covers the region.',
    LANGUAGE_AND_REGION: 'No CSM has both the language and the region.',
    FTE: 'Those who fit have no room.',
    MOVE_BUDGET: 'The move budget is used up.',
    LOCKED: 'The accounts are locked where they are, or were not asked for.',
  },
);

export const PlanDemandEnum = enumOf(
  'AssignmentPlanDemand',
  ['COVERAGE', 'RELIEF'] as const,
  'What a plan is to do.',
  {
    COVERAGE: 'Give accounts without a valid owner to somebody.',
    RELIEF: 'Bring a CSM down to the limit.',
  },
);
