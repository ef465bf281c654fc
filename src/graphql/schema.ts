import {
  assertValidSchema,
  defaultFieldResolver,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';
import { AccountChangesResolver } from './account/account-changes.resolver';
import { AccountResolver } from './account/account.resolver';
import { ApiTokenResolver } from './api-token/api-token.resolver';
import { AuditResolver } from './audit/audit.resolver';
import {
  ApplyAssignmentPlanResolver,
  RefusedProposalResolver,
} from './assignment-plan/apply-assignment-plan.resolver';
import {
  AssignmentPlanResolver,
  AssignmentProposalResolver,
  PlanMissingResolver,
} from './assignment-plan/assignment-plan.resolver';
import { BreakdownResolver } from './breakdown/breakdown.resolver';
import { CSM_CAPACITY_RELATIONS, POOL_CAPACITY_RELATIONS } from './capacity/capacity-relations';
import {
  CapacityOfCsmResolver,
  CapacityOfPoolResolver,
  CapacityResolver,
  CsmCapacityResolver,
  LoadOfAccountResolver,
  PoolCapacityResolver,
} from './capacity/capacity.resolver';
import { CsmChangesResolver } from './csm/csm-changes.resolver';
import { CsmResolver, LeaveResolver } from './csm/csm.resolver';
import { CustomerResolver } from './customer/customer.resolver';
import { DailyRunResolver } from './daily-run/daily-run.resolver';
import { EconomicsOfAccountResolver, EconomicsResolver } from './economics/economics.resolver';
import { AccountServiceResolver } from './digital-program/account-service.resolver';
import { DigitalProgramResolver } from './digital-program/digital-program.resolver';
import { SetDigitalProgramsResolver } from './digital-program/set-digital-programs.resolver';
import { EngagementResolver } from './engagement/engagement.resolver';
import { EVENT_RELATIONS } from './event/event-relations';
import { EventResolver, FollowEventsResolver } from './event/event.resolver';
import { toGlobalId } from './ids';
import { CompleteInterventionResolver } from './intervention/complete-intervention.resolver';
import { InterventionResolver } from './intervention/intervention.resolver';
import { ArrMovementResolver } from './movement/movement.resolver';
import { NodeResolver } from './node.resolver';
import { OverrideChangesResolver } from './override/override-changes.resolver';
import { OverrideResolver } from './override/override.resolver';
import { PendingDowngradeResolver } from './pending-downgrade/pending-downgrade.resolver';
import { PoolMembershipResolver, PoolResolver } from './pool/pool.resolver';
import { AccountOwnersResolver } from './portfolio/account-owners.resolver';
import { AssignAccountsResolver } from './portfolio/assign-accounts.resolver';
import { PortfolioAssignmentResolver } from './portfolio/portfolio-assignment.resolver';
import {
  ACCOUNT_RELATIONS,
  ASSIGNMENT_RELATIONS,
  CSM_RELATIONS,
  OF_AN_ACCOUNT,
  HISTORY_RELATIONS,
  LOGGED_TOUCH_RELATIONS,
  POOL_RELATIONS,
  REVIEW_QUEUE_RELATIONS,
} from './relations';
import { RenewalNoticeResolver } from './renewal-notice/renewal-notice.resolver';
import { RetentionResolver } from './retention/retention.resolver';
import { ScorecardResolver } from './scorecard/scorecard.resolver';
import { SegmentChangeResolver } from './segment/segment-change.resolver';
import { lookUpSegmentsInFilters } from './segment/segment-filter';
import { SEGMENT_CHANGE_RELATIONS, SEGMENT_RELATIONS } from './segment/segment-relations';
import { SegmentSavingResolver } from './segment/segment-saving.resolver';
import { SegmentResolver } from './segment/segment.resolver';
import { ServiceAdjustmentChangesResolver } from './service-adjustment/service-adjustment-changes.resolver';
import { ServiceAdjustmentResolver } from './service-adjustment/service-adjustment.resolver';
import {
  RedundantOverridesResolver,
  SimulationMoverResolver,
  SimulationResolver,
} from './simulation/simulation.resolver';
import { TierHistoryResolver } from './tier-history/tier-history.resolver';
import { TierReviewChangesResolver } from './tier-review/tier-review-changes.resolver';
import { ReviewQueueResolver, TierReviewResolver } from './tier-review/tier-review.resolver';
import { TieringHealthResolver } from './tiering-health/tiering-health.resolver';
import { ModelDraftResolver } from './tiering-model/model-draft.resolver';
import { TieringModelResolver } from './tiering-model/tiering-model.resolver';
import { TouchChangesResolver } from './touch/touch-changes.resolver';
import { AccountTouchesResolver, DueTouchResolver, LoggedTouchResolver } from './touch/touch.resolver';
import { ViewerResolver } from './viewer/viewer.resolver';
import { WebhookChangesResolver } from './webhook/webhook-changes.resolver';
import { WEBHOOK_DELIVERY_RELATIONS, WEBHOOK_ENDPOINT_RELATIONS } from './webhook/webhook-relations';
import { WebhookDeliveryResolver, WebhookEndpointResolver } from './webhook/webhook.resolver';

const RELATIONS: Readonly<Record<string, object>> = {
  Account: ACCOUNT_RELATIONS,
  ArrMovement: OF_AN_ACCOUNT,
  Csm: CSM_RELATIONS,
  CsmCapacity: CSM_CAPACITY_RELATIONS,
  Event: EVENT_RELATIONS,
  Intervention: OF_AN_ACCOUNT,
  LoggedTouch: LOGGED_TOUCH_RELATIONS,
  PendingDowngrade: OF_AN_ACCOUNT,
  Pool: POOL_RELATIONS,
  PoolCapacity: POOL_CAPACITY_RELATIONS,
  PortfolioAssignment: ASSIGNMENT_RELATIONS,
  Override: OF_AN_ACCOUNT,
  RenewalNotice: OF_AN_ACCOUNT,
  ServiceAdjustment: OF_AN_ACCOUNT,
  ReviewQueueEntry: REVIEW_QUEUE_RELATIONS,
  SimulationMover: OF_AN_ACCOUNT,
  Segment: SEGMENT_RELATIONS,
  SegmentChange: SEGMENT_CHANGE_RELATIONS,
  TierHistoryEntry: HISTORY_RELATIONS,
  TierReview: OF_AN_ACCOUNT,
  Touch: OF_AN_ACCOUNT,
  WebhookDelivery: WEBHOOK_DELIVERY_RELATIONS,
  WebhookEndpoint: WEBHOOK_ENDPOINT_RELATIONS,
};

/** type-graphql asks for one; subscriptions here have sources of their own. */
const UNUSED: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('a subscription says itself where its events come from');
  },
};

/** The executable schema. */
export function createSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      AccountResolver,
      AccountChangesResolver,
      ApiTokenResolver,
      AuditResolver,
      AccountOwnersResolver,
      ApplyAssignmentPlanResolver,
      AccountServiceResolver,
      AccountTouchesResolver,
      ArrMovementResolver,
      AssignAccountsResolver,
      AssignmentPlanResolver,
      AssignmentProposalResolver,
      BreakdownResolver,
      CapacityOfCsmResolver,
      CapacityOfPoolResolver,
      CapacityResolver,
      CsmCapacityResolver,
      CompleteInterventionResolver,
      CsmChangesResolver,
      CsmResolver,
      LeaveResolver,
      CustomerResolver,
      DailyRunResolver,
      EconomicsOfAccountResolver,
      EconomicsResolver,
      LoadOfAccountResolver,
      DigitalProgramResolver,
      InterventionResolver,
      DueTouchResolver,
      EngagementResolver,
      EventResolver,
      FollowEventsResolver,
      LoggedTouchResolver,
      ModelDraftResolver,
      NodeResolver,
      OverrideChangesResolver,
      OverrideResolver,
      PendingDowngradeResolver,
      PoolCapacityResolver,
      PlanMissingResolver,
      PoolMembershipResolver,
      PoolResolver,
      PortfolioAssignmentResolver,
      RedundantOverridesResolver,
      RefusedProposalResolver,
      RenewalNoticeResolver,
      RetentionResolver,
      ReviewQueueResolver,
      ScorecardResolver,
      ServiceAdjustmentChangesResolver,
      ServiceAdjustmentResolver,
      SegmentResolver,
      SegmentChangeResolver,
      SegmentSavingResolver,
      SetDigitalProgramsResolver,
      TierHistoryResolver,
      TierReviewChangesResolver,
      TierReviewResolver,
      SimulationMoverResolver,
      SimulationResolver,
      TierHistoryResolver,
      TieringHealthResolver,
      TieringModelResolver,
      TouchChangesResolver,
      ViewerResolver,
      WebhookChangesResolver,
      WebhookDeliveryResolver,
      WebhookEndpointResolver,
    ],
    // Scalars and services check their own input; class-validator would do it again for each of 500 accounts.
    validate: false,
    pubSub: UNUSED,
    // type-graphql would check it by answering a whole introspection, which takes as long as building it.
    skipCheck: true,
  });
  describeRoots(schema);
  showGlobalIds(schema);
  lookUpSegmentsInFilters(schema);
  resolveLoadedRelationsAtOnce(schema);
  assertValidSchema(schema);
  return schema;
}

/** The schema as text, sorted, as `schema/schema.graphql` holds it. */
export function printSchemaText(): string {
  return `${printSchema(lexicographicSortSchema(createSchema()))}\n`;
}

/** type-graphql has no place for it. */
function describeRoots(schema: GraphQLSchema): void {
  const [query, mutation] = [schema.getQueryType(), schema.getMutationType()];
  const subscription = schema.getSubscriptionType();
  if (query) query.description = 'What can be asked. Nothing here writes.';
  if (mutation) mutation.description = 'What can be changed. Each takes one input and gives one payload.';
  if (subscription) {
    subscription.description =
      'What can be followed, over a WebSocket at the same address (the protocol graphql-transport-ws).';
  }
}

/** Rows carry the database's keys; callers only ever see the opaque ids that are made of them. */
function showGlobalIds(schema: GraphQLSchema): void {
  const node = schema.getType('Node');
  // Rows are plain objects; whoever finds one says what it is. type-graphql would make this asynchronous.
  if (isInterfaceType(node)) node.resolveType = ({ __typename }: { __typename: string }) => __typename;
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || !type.getInterfaces().some((candidate) => candidate === node)) continue;
    const id = type.getFields().id;
    if (id) id.resolve = ({ id: key }: { id: string }) => toGlobalId(type.name, key);
  }
}

/** A relation that the list above it has loaded is a plain property, and needs no resolver to be waited for. */
function resolveLoadedRelationsAtOnce(schema: GraphQLSchema): void {
  for (const [typeName, relations] of Object.entries(RELATIONS)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) continue;
    for (const field of Object.keys(relations)) {
      const definition = type.getFields()[field];
      if (!definition)
        throw new Error(`${typeName} has a relation "${field}" that is no field of the schema`);
      const resolve = definition.resolve ?? defaultFieldResolver;
      definition.resolve = (source: Record<string, unknown>, args, context, info) =>
        field in source ? source[field] : resolve(source, args, context, info);
    }
  }
}
