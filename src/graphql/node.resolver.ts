import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, ID, Info, Query, Resolver } from 'type-graphql';
import { may } from '../app/actor';
import { DomainError } from '../domain/errors';
import { accountFields, accountNodes } from './account/account.node';
import { type GraphqlContext } from './context';
import { fromGlobalId } from './ids';
import { interventionNodes } from './intervention/intervention.node';
import { type Selection, selectionOf } from './look-ahead';
import { Node } from './node';
import { overrideNodes } from './override/override.node';
import { loadRelations } from './relation';
import {
  ACCOUNT_RELATIONS,
  OF_AN_ACCOUNT,
  ASSIGNMENT_RELATIONS,
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

const MOST_NODES = 100;
const LARGEST_VERSION = 2_147_483_647;

/** Something with the key that it is found by. */
interface Found {
  readonly id: string;
}

/** How objects of each type are found by their keys, all in one read. */
const FINDERS: Readonly<
  Record<
    string,
    (keys: readonly string[], selection: Selection, context: GraphqlContext) => Promise<readonly Found[]>
  >
> = {
  Account: async (keys, selection, context) => {
    const rows = await context.reads.accounts.byIds(keys, accountFields(selection));
    return loadRelations(ACCOUNT_RELATIONS, await accountNodes(rows, context), selection, context);
  },
  Csm: async (keys, selection, context) =>
    loadRelations(CSM_RELATIONS, await context.reads.csms.byIds(keys), selection, context),
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

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description: 'Anything by its id; null for an id that stands for nothing.',
  })
  async node(
    @Arg('id', () => ID, { description: 'An id that this API gave.' }) id: string,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object | null> {
    const [found] = await findNodes([id], selectionOf(info), context);
    return found ?? null;
  }

  @Extensions({ answersEach: ['ids'] })
  @Query(() => [Node], {
    nullable: 'items',
    description: 'Up to 100 things by their ids, in the order given.',
  })
  async nodes(
    @Arg('ids', () => [ID], { description: 'Ids that this API gave, at most 100.' }) ids: string[],
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<(object | null)[]> {
    if (ids.length > MOST_NODES) {
      throw new DomainError('TOO_MANY_ITEMS', `at most ${MOST_NODES} ids can be asked for at once`, ['ids']);
    }
    return findNodes(ids, selectionOf(info), context);
  }
}

/** What the ids stand for, in their order; each type is read once. */
async function findNodes(
  ids: readonly string[],
  selection: Selection,
  context: GraphqlContext,
): Promise<(object | null)[]> {
  const typed = ids.map(fromGlobalId);
  const types = new Set(typed.flatMap((one) => one?.type ?? []));
  const found = new Map<string, object>();
  await Promise.all(
    [...types].map(async (type) => {
      const keys = new Set(typed.flatMap((one) => (one?.type === type ? one.key : [])));
      const objects = (await FINDERS[type]?.([...keys], selection, context)) ?? [];
      for (const object of objects)
        found.set(`${type}:${object.id}`, Object.assign(object, { __typename: type }));
    }),
  );
  return typed.map((one) => (one === null ? null : (found.get(`${one.type}:${one.key}`) ?? null)));
}
