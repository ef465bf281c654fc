import { type GraphqlContext } from '../context';
import { inOrder, keysOf, loadRelations, type RelationTable } from '../relation';
import { accountsByKey } from '../relations';
import { type WebhookDeliveryNode, type WebhookEndpointNode, webhookEndpointNodes } from './webhook.node';

/** What belongs to an endpoint. */
export const WEBHOOK_ENDPOINT_RELATIONS = {
  pendingCount: (endpoints: readonly WebhookEndpointNode[], _use, context) =>
    countsOf(endpoints, 'PENDING', context),
  deadCount: (endpoints: readonly WebhookEndpointNode[], _use, context) =>
    countsOf(endpoints, 'DEAD', context),
} satisfies RelationTable<WebhookEndpointNode>;

/** What belongs to a delivery. */
export const WEBHOOK_DELIVERY_RELATIONS = {
  endpoint: async (deliveries: readonly WebhookDeliveryNode[], { fields }, context) => {
    const keys = keysOf(deliveries, ({ endpointId }) => endpointId);
    const nodes = webhookEndpointNodes(await context.webhooks.endpointsByIds(context.actor, keys));
    await loadRelations(WEBHOOK_ENDPOINT_RELATIONS, nodes, fields, context);
    return inOrder(
      deliveries,
      ({ endpointId }) => endpointId,
      nodes,
      ({ id }) => id,
    );
  },
  account: (deliveries: readonly WebhookDeliveryNode[], use, context) =>
    accountsByKey(deliveries, ({ accountId }) => accountId, use, context),
} satisfies RelationTable<WebhookDeliveryNode>;

async function countsOf(
  endpoints: readonly WebhookEndpointNode[],
  status: 'PENDING' | 'DEAD',
  { actor, webhooks }: GraphqlContext,
): Promise<number[]> {
  const counts = await webhooks.countsOf(
    actor,
    endpoints.map(({ id }) => id),
    status,
  );
  const byEndpoint = new Map(counts.map(({ ownerId, length }) => [ownerId, length]));
  return endpoints.map(({ id }) => byEndpoint.get(id) ?? 0);
}
