import { type Role } from '../../src/app/actor';

/**
 * Who may call what at least: every entry point of the API stands here once, under the least role that may call it,
 * and every other field of the schema is for whoever has a token. `permissions.test.ts` walks the whole schema with
 * each role and holds it against this table.
 */
export const ENTRY_POINTS = {
  VIEWER: [
    'Query.account',
    'Query.accounts',
    'Query.breakdown',
    'Query.capacity',
    'Query.csm',
    'Query.csms',
    'Query.customerView',
    'Query.dailyRuns',
    'Query.digitalProgramCoverage',
    'Query.dueTouches',
    'Query.economics',
    'Query.engagementDelivery',
    'Query.events',
    'Query.interventions',
    'Query.moveMessage',
    'Query.node',
    'Query.nodes',
    'Query.overrideDrift',
    'Query.overrides',
    'Query.pendingDowngrades',
    'Query.placementPreview',
    'Query.pools',
    'Query.renewalNotices',
    'Query.retention',
    'Query.reviewQueue',
    'Query.segment',
    'Query.segmentChanges',
    'Query.segments',
    'Query.serviceAdjustments',
    'Query.tierMoves',
    'Query.tieringHealth',
    'Query.tieringModel',
    'Query.tieringModels',
    'Query.viewer',
    'Subscription.events',
  ],
  CSM: [
    'Mutation.completeIntervention',
    'Mutation.completeInterventions',
    'Mutation.createSegment',
    'Mutation.deleteSegment',
    'Mutation.logTouch',
    'Mutation.logTouches',
    'Mutation.overrideTier',
    'Mutation.overrideTiers',
    'Mutation.setSegmentGoals',
    'Mutation.undoTouch',
    'Mutation.updateSegment',
    'Mutation.withdrawOverride',
  ],
  MANAGER: [
    'Query.assignmentPlan',
    'Query.simulateTieringModel',
    'Mutation.acceptServiceAdjustment',
    'Mutation.applyAssignmentPlan',
    'Mutation.assignAccounts',
    'Mutation.calibrateTieringModel',
    'Mutation.cancelLeave',
    'Mutation.completeTierReviews',
    'Mutation.createTieringModelDraft',
    'Mutation.decideOverride',
    'Mutation.designateStrategic',
    'Mutation.dismissServiceAdjustment',
    'Mutation.endDesignation',
    'Mutation.endEmployment',
    'Mutation.endServiceAdjustment',
    'Mutation.retireTieringModel',
    'Mutation.revokeOverride',
    'Mutation.setDigitalPrograms',
    'Mutation.setLeave',
    'Mutation.setServiceAdjustment',
    'Mutation.updateTieringModelDraft',
    'Mutation.upsertCsms',
    'Mutation.upsertPools',
  ],
  ADMIN: [
    'Query.apiTokens',
    'Query.auditEntries',
    'Mutation.createApiToken',
    'Mutation.publishTieringModel',
    'Mutation.revokeApiToken',
    'Mutation.upsertAccounts',
  ],
} as const satisfies Readonly<Record<Role, readonly string[]>>;

/** Fields of objects that need more than the way to them does: "Account.something": the least role. */
export const GUARDED_FIELDS: Readonly<Record<string, Role>> = {};

/** What a CSM may do: where that depends on the account, in the own portfolio alone. */
export const OF_A_CSM = {
  /** For accounts that the CSM looks after: in person, in a pool, or as the backup of somebody on leave. */
  ownPortfolio: [
    'completeIntervention',
    'completeInterventions',
    'logTouch',
    'logTouches',
    'overrideTier',
    'overrideTiers',
    'undoTouch',
  ],
  /** For what the CSM made. */
  ownMaking: ['deleteSegment', 'setSegmentGoals', 'updateSegment', 'withdrawOverride'],
  anywhere: ['createSegment'],
} as const;
