import { may } from '../app/actor';
import { type GraphqlContext } from './context';
import { csmFields } from './csm/csm.node';
import { type TypedKey } from './ids';
import { interventionNodes } from './intervention/intervention.node';
import { type Selection } from './look-ahead';
import { overrideNodes } from './override/override.node';
import { loadRelations } from './relation';
import {
  accountsByIds,
  OF_AN_ACCOUNT,
  ASSIGNMENT_RELATIONS,
  AUDIT_RELATIONS,
  CSM_RELATIONS,
  HISTORY_RELATIONS,
  LOGGED_TOUCH_RELATIONS,
  POOL_RELATIONS,
} from './relations';
import { renewalNoticeNodes } from './renewal-notice/renewal-notice.node';
import { SEGMENT_CHANGE_RELATIONS, SEGMENT_RELATIONS } from './segment/segment-relations';
import { segmentNodes } from './segment/segment.node';
import { adjustmentNodes } from './service-adjustment/service-adjustment.node';
import { historyNodes } from './tier-history/tier-history.node';
import { tierReviewNodes } from './tier-review/tier-review.node';
import { tieringModelNode } from './tiering-model/tiering-model.node';
import { WEBHOOK_DELIVERY_RELATIONS, WEBHOOK_ENDPOINT_RELATIONS } from './webhook/webhook-relations';
import { webhookDeliveryNodes, webhookEndpointNodes } from './webhook/webhook.node';

const LARGEST_VERSION = 2_147_483_647;

/** Something with the key that it is found by. */
interface Found {
  readonly id: string;
}

/** How objects of a type are found by their keys, all in one read. */
export type Finder = (
  keys: readonly string[],
  selection: Selection,
  context: GraphqlContext,
) => Promise<readonly Found[]>;

/** How everything is found that events may be about, and what else is no event. */
export const FINDERS: Readonly<Record<string, Finder>> = {
  Account: accountsByIds,
  Csm: async (keys, selection, context) =>
    loadRelations(
      CSM_RELATIONS,
      await context.reads.csms.byIds(keys, csmFields(selection)),
      selection,
      context,
    ),
  Pool: async (keys, selection, context) =>
    loadRelations(POOL_RELATIONS, await context.reads.pools.byIds(keys), selection, context),
  PortfolioAssignment: async (keys, selection, context) =>
    loadRelations(ASSIGNMENT_RELATIONS, await context.reads.portfolios.byIds(keys), selection, context),
  TierHistoryEntry: async (keys, selection, context) => {
    const nodes = await historyNodes(await context.reads.history.byIds(keys), context);
    return loadRelations(HISTORY_RELATIONS, nodes, selection, context);
  },
  ArrMovement: async (keys, selection, context) => {
    return loadRelations(OF_AN_ACCOUNT, await context.reads.movements.byIds(keys), selection, context);
  },
  Intervention: async (keys, selection, context) => {
    const nodes = await interventionNodes(await context.reads.interventions.byIds(keys), context);
    return loadRelations(OF_AN_ACCOUNT, nodes, selection, context);
  },
  RenewalNotice: async (keys, selection, context) => {
    const nodes = await renewalNoticeNodes(await context.reads.renewalNotices.byIds(keys), context);
    return loadRelations(OF_AN_ACCOUNT, nodes, selection, context);
  },
  Override: async (keys, selection, context) => {
    const nodes = await overrideNodes(await context.reads.overrides.byIds(keys), context);
    return loadRelations(OF_AN_ACCOUNT, nodes, selection, context);
  },
  ServiceAdjustment: async (keys, selection, context) => {
    const nodes = await adjustmentNodes(await context.reads.adjustments.byIds(keys), context);
    return loadRelations(OF_AN_ACCOUNT, nodes, selection, context);
  },
  TierReview: async (keys, selection, context) => {
    const nodes = await tierReviewNodes(await context.reads.tierReviews.byIds(keys), context);
    return loadRelations(OF_AN_ACCOUNT, nodes, selection, context);
  },
  Segment: async (keys, selection, context) => {
    const nodes = await segmentNodes(await context.reads.segments.byIds(keys), context);
    return loadRelations(SEGMENT_RELATIONS, nodes, selection, context);
  },
  SegmentChange: async (keys, selection, context) => {
    const rows = await context.reads.segmentChanges.byIds(keys);
    return loadRelations(SEGMENT_CHANGE_RELATIONS, rows, selection, context);
  },
  LoggedTouch: async (keys, selection, context) =>
    loadRelations(LOGGED_TOUCH_RELATIONS, await context.reads.touches.byIds(keys), selection, context),
  // To everybody else there are no tokens.
  ApiToken: async (keys, _selection, { actor, tokens }) =>
    may(actor, 'MANAGE_TOKENS') ? tokens.byIds(actor, keys) : [],
  // Nor is there an audit.
  AuditEntry: async (keys, selection, context) => {
    if (!may(context.actor, 'READ_AUDIT')) return [];
    const entries = await context.audit.byIds(context.actor, keys);
    return loadRelations(AUDIT_RELATIONS, entries, selection, context);
  },
  // Nor are there webhooks.
  WebhookEndpoint: async (keys, selection, context) => {
    const { actor, webhooks } = context;
    if (!may(actor, 'MANAGE_WEBHOOKS')) return [];
    const nodes = webhookEndpointNodes(await webhooks.endpointsByIds(actor, keys));
    return loadRelations(WEBHOOK_ENDPOINT_RELATIONS, nodes, selection, context);
  },
  WebhookDelivery: async (keys, selection, context) => {
    const { actor, webhooks } = context;
    if (!may(actor, 'MANAGE_WEBHOOKS')) return [];
    const nodes = webhookDeliveryNodes(await webhooks.deliveriesByIds(actor, keys));
    return loadRelations(WEBHOOK_DELIVERY_RELATIONS, nodes, selection, context);
  },
  TieringModel: async (keys, _selection, context) => {
    const versions = keys.map(Number).filter((version) => version <= LARGEST_VERSION);
    const models = await Promise.all(versions.map((version) => tieringModelNode(version, context)));
    return models.filter((model) => model !== null);
  },
};

/** What the keys stand for, in their order; each type is read once. */
export async function findAll(
  typed: readonly (TypedKey | null)[],
  selection: Selection,
  context: GraphqlContext,
  finders: Readonly<Record<string, Finder>> = FINDERS,
): Promise<(object | null)[]> {
  const types = new Set(typed.flatMap((one) => one?.type ?? []));
  const found = new Map<string, object>();
  await Promise.all(
    [...types].map(async (type) => {
      const keys = new Set(typed.flatMap((one) => (one?.type === type ? one.key : [])));
      const objects = (await finders[type]?.([...keys], selection, context)) ?? [];
      for (const object of objects)
        found.set(`${type}:${object.id}`, Object.assign(object, { __typename: type }));
    }),
  );
  return typed.map((one) => (one === null ? null : (found.get(`${one.type}:${one.key}`) ?? null)));
}
