import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Int, Query, Resolver, Root } from 'type-graphql';
import { type WebhookDeliveryFilter } from '../../app/ports/webhook';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection, ConnectionArgs } from '../connection';
import { type GraphqlContext } from '../context';
import { keyOrNone } from '../ids';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { readPage } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { WEBHOOK_DELIVERY_RELATIONS, WEBHOOK_ENDPOINT_RELATIONS } from './webhook-relations';
import { eventTypeOf } from '../event/event.enum';
import { WebhookDeliveriesArgs, type WebhookDeliveryFilterInput } from './webhook.input';
import {
  NEWEST_FIRST,
  OLDEST_FIRST,
  type WebhookDeliveryNode,
  webhookDeliveryNodes,
  type WebhookEndpointNode,
  webhookEndpointNodes,
} from './webhook.node';
import {
  WebhookDeliveryConnection,
  WebhookDeliveryType,
  WebhookEndpointConnection,
  WebhookEndpointType,
} from './webhook.type';

@Resolver(() => WebhookEndpointType)
export class WebhookEndpointResolver {
  @Query(() => WebhookEndpointConnection, {
    description: 'The webhook endpoints, disabled ones too, the oldest first. Needs the role ADMIN.',
  })
  async webhookEndpoints(
    @Args(() => ConnectionArgs) page: ConnectionArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<WebhookEndpointNode>> {
    const { actor, webhooks } = context;
    const selection = selectionOf(info);
    return readPage<WebhookEndpointNode>(page, OLDEST_FIRST, selection, {
      rows: async (window) => {
        const nodes = webhookEndpointNodes(await webhooks.endpoints(actor, window));
        await loadRelations(WEBHOOK_ENDPOINT_RELATIONS, nodes, nodeSelectionOf(selection), context);
        return nodes;
      },
      count: () => webhooks.endpointCount(actor),
    });
  }

  @FieldResolver(() => Int, { description: 'How many deliveries wait or are being sent.' })
  pendingCount(
    @Root() endpoint: WebhookEndpointNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<number> {
    return loadRelation(WEBHOOK_ENDPOINT_RELATIONS.pendingCount, endpoint, {}, context, info);
  }

  @FieldResolver(() => Int, { description: 'How many dead letters it has.' })
  deadCount(
    @Root() endpoint: WebhookEndpointNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<number> {
    return loadRelation(WEBHOOK_ENDPOINT_RELATIONS.deadCount, endpoint, {}, context, info);
  }
}

@Resolver(() => WebhookDeliveryType)
export class WebhookDeliveryResolver {
  @Query(() => WebhookDeliveryConnection, {
    description:
      'What was sent to webhook endpoints, waits, or was given up, the newest first. Needs the role ADMIN.',
  })
  async webhookDeliveries(
    @Args(() => WebhookDeliveriesArgs) { where, ...page }: WebhookDeliveriesArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<WebhookDeliveryNode>> {
    const { actor, webhooks } = context;
    const filter = filterOf(where ?? {});
    const selection = selectionOf(info);
    return readPage<WebhookDeliveryNode>(page, NEWEST_FIRST, selection, {
      rows: async (window) => {
        const nodes = webhookDeliveryNodes(await webhooks.deliveries(actor, filter, window));
        await loadRelations(WEBHOOK_DELIVERY_RELATIONS, nodes, nodeSelectionOf(selection), context);
        return nodes;
      },
      count: () => webhooks.deliveryCount(actor, filter),
    });
  }

  @FieldResolver(() => WebhookEndpointType, { description: 'Where it is sent.' })
  endpoint(
    @Root() delivery: WebhookDeliveryNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<WebhookEndpointNode | null> {
    return loadRelation(WEBHOOK_DELIVERY_RELATIONS.endpoint, delivery, {}, context, info);
  }

  @FieldResolver(() => AccountType, {
    nullable: true,
    description: 'The account that it is about; null for a test, and for events of no account.',
  })
  account(
    @Root() delivery: WebhookDeliveryNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(WEBHOOK_DELIVERY_RELATIONS.account, delivery, {}, context, info);
  }
}

function filterOf({
  endpointId,
  accountId,
  events,
  statuses,
  since,
}: WebhookDeliveryFilterInput): WebhookDeliveryFilter {
  return {
    endpointId: endpointId == null ? null : keyOrNone('WebhookEndpoint', endpointId),
    accountId: accountId == null ? null : keyOrNone('Account', accountId),
    eventTypes: events?.map(eventTypeOf),
    statuses,
    since,
  };
}
