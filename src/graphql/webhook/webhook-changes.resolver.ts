import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type WebhookReplay } from '../../app/webhook.service';
import { DomainError } from '../../domain/errors';
import { type GraphqlContext } from '../context';
import { keyOf, toGlobalId } from '../ids';
import { type Selection, selectionOf } from '../look-ahead';
import { Refusable, refusedWith } from '../payload';
import { loadRelations } from '../relation';
import { WEBHOOK_DELIVERY_RELATIONS, WEBHOOK_ENDPOINT_RELATIONS } from './webhook-relations';
import { eventTypeOf } from '../event/event.enum';
import {
  CreateWebhookEndpointInput,
  DeleteWebhookEndpointInput,
  ReplayWebhookDeliveriesInput,
  RotateWebhookSecretInput,
  TestWebhookEndpointInput,
  UpdateWebhookEndpointInput,
} from './webhook.input';
import { webhookDeliveryNodes, type WebhookEndpointNode, webhookEndpointNodes } from './webhook.node';
import { WebhookDeliveryType, WebhookEndpointType } from './webhook.type';

@ObjectType({ description: 'A webhook endpoint after a change.', simpleResolvers: true })
export class WebhookEndpointPayload extends Refusable {
  @Field(() => WebhookEndpointType, {
    nullable: true,
    description: 'The endpoint; null where the change was refused, or where it was deleted since.',
  })
  endpoint!: WebhookEndpointType | null;
}

@ObjectType({ description: 'A webhook endpoint with a new secret.', simpleResolvers: true })
export class WebhookSecretPayload extends Refusable {
  @Field(() => WebhookEndpointType, {
    nullable: true,
    description: 'The endpoint; null where the call was refused, or where it was deleted since.',
  })
  endpoint!: WebhookEndpointType | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What signs its messages, as in "whsec_...". Keep it: it is shown this once; null where the call was refused, and in a repeat.',
  })
  secret!: string | null;
}

@ObjectType({ description: 'What became of the deletion of a webhook endpoint.', simpleResolvers: true })
export class DeleteWebhookEndpointPayload extends Refusable {
  @Field(() => ID, {
    nullable: true,
    description: 'The id that the endpoint had; null where the deletion was refused.',
  })
  deletedEndpointId!: string | null;
}

@ObjectType({ description: 'What is sent once more.', simpleResolvers: true })
export class ReplayWebhookDeliveriesPayload extends Refusable {
  @Field(() => Int, {
    description:
      'How many deliveries are sent once more; those that are on their way already are not counted.',
  })
  replayed!: number;

  @Field(() => Int, { description: 'How many dead letters of the endpoint are left for another call.' })
  remaining!: number;
}

@ObjectType({ description: 'The test that is sent to a webhook endpoint.', simpleResolvers: true })
export class TestWebhookEndpointPayload extends Refusable {
  @Field(() => WebhookDeliveryType, {
    nullable: true,
    description:
      'The delivery of the test, a message of the type "webhook.test": it is tried once, within a second or so, and tells then what came of it. Null where it was refused.',
  })
  delivery!: WebhookDeliveryType | null;
}

@Resolver()
export class WebhookChangesResolver {
  @Mutation(() => WebhookSecretPayload, {
    description:
      'Makes a webhook endpoint, which gets every event from now on, and shows its secret this once. Needs the role ADMIN.',
  })
  async createWebhookEndpoint(
    @Arg('input', () => CreateWebhookEndpointInput, { description: 'The endpoint.' })
    { events, ...input }: CreateWebhookEndpointInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<WebhookSecretPayload> {
    return secretPayload(context, info, () =>
      context.webhooks.create(context.actor, { ...input, eventTypes: events?.map(eventTypeOf) }),
    );
  }

  @Mutation(() => WebhookEndpointPayload, {
    description: 'Changes, disables or enables a webhook endpoint. Needs the role ADMIN.',
  })
  async updateWebhookEndpoint(
    @Arg('input', () => UpdateWebhookEndpointInput, {
      description: 'Which endpoint, and what is to change.',
    })
    input: UpdateWebhookEndpointInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<WebhookEndpointPayload> {
    const { endpointId, url, description, events, concurrency, enabled, ...options } = input;
    return refusedWith<WebhookEndpointPayload>(
      async () => {
        const id = await context.webhooks.update(context.actor, {
          id: endpointKey(endpointId),
          url: url ?? undefined,
          description,
          eventTypes: events?.map(eventTypeOf),
          concurrency: concurrency ?? undefined,
          enabled: enabled ?? undefined,
          ...options,
        });
        return { endpoint: await endpointNode(id, context, info), userErrors: [] };
      },
      (userErrors) => ({ endpoint: null, userErrors }),
    );
  }

  @Mutation(() => DeleteWebhookEndpointPayload, {
    description:
      'Deletes a webhook endpoint with all its deliveries; what was on its way to it is not sent any more. Needs the role ADMIN.',
  })
  async deleteWebhookEndpoint(
    @Arg('input', () => DeleteWebhookEndpointInput, { description: 'Which endpoint.' })
    { endpointId, ...options }: DeleteWebhookEndpointInput,
    @Ctx() { actor, webhooks }: GraphqlContext,
  ): Promise<DeleteWebhookEndpointPayload> {
    return refusedWith<DeleteWebhookEndpointPayload>(
      async () => {
        const id = await webhooks.delete(actor, { id: endpointKey(endpointId), ...options });
        return { deletedEndpointId: toGlobalId('WebhookEndpoint', id), userErrors: [] };
      },
      (userErrors) => ({ deletedEndpointId: null, userErrors }),
    );
  }

  @Mutation(() => WebhookSecretPayload, {
    description:
      'Gives a webhook endpoint a new secret and shows it this once. That of before signs beside it for 24 hours. Needs the role ADMIN.',
  })
  async rotateWebhookSecret(
    @Arg('input', () => RotateWebhookSecretInput, { description: 'Which endpoint.' })
    { endpointId, ...options }: RotateWebhookSecretInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<WebhookSecretPayload> {
    return secretPayload(context, info, () =>
      context.webhooks.rotateSecret(context.actor, { id: endpointKey(endpointId), ...options }),
    );
  }

  @Mutation(() => TestWebhookEndpointPayload, {
    description: 'Sends a test to a webhook endpoint. Needs the role ADMIN.',
  })
  async testWebhookEndpoint(
    @Arg('input', () => TestWebhookEndpointInput, { description: 'Which endpoint.' })
    { endpointId, idempotencyKey }: TestWebhookEndpointInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TestWebhookEndpointPayload> {
    const { actor, webhooks } = context;
    return refusedWith<TestWebhookEndpointPayload>(
      async () => {
        const id = await webhooks.test(actor, { id: endpointKey(endpointId), idempotencyKey });
        const nodes = webhookDeliveryNodes(await webhooks.deliveriesByIds(actor, [id]));
        await loadRelations(WEBHOOK_DELIVERY_RELATIONS, nodes, selectedOf(info, 'delivery'), context);
        return { delivery: nodes[0] ?? null, userErrors: [] };
      },
      (userErrors) => ({ delivery: null, userErrors }),
    );
  }

  @Mutation(() => ReplayWebhookDeliveriesPayload, {
    description:
      'Sends deliveries once more: by their ids, the dead letters of an endpoint, or all events since a moment. Needs the role ADMIN.',
  })
  async replayWebhookDeliveries(
    @Arg('input', () => ReplayWebhookDeliveriesInput, { description: 'What is sent once more.' })
    input: ReplayWebhookDeliveriesInput,
    @Ctx() { actor, webhooks }: GraphqlContext,
  ): Promise<ReplayWebhookDeliveriesPayload> {
    return refusedWith<ReplayWebhookDeliveriesPayload>(
      async () => ({ ...(await webhooks.replay(actor, replayOf(input))), userErrors: [] }),
      (userErrors) => ({ replayed: 0, remaining: 0, userErrors }),
    );
  }
}

function endpointKey(endpointId: string): string | null {
  return keyOf('WebhookEndpoint', endpointId);
}

function replayOf({
  deliveryIds,
  endpointId,
  dead,
  since,
  until = null,
  idempotencyKey,
}: ReplayWebhookDeliveriesInput): WebhookReplay {
  const given = [deliveryIds, dead === true ? true : null, since].filter((one) => one != null).length;
  if (given !== 1 || (deliveryIds == null) !== (endpointId != null) || (until !== null && since == null)) {
    const rule = 'give deliveryIds; or endpointId and dead; or endpointId and since, perhaps with until';
    throw new DomainError('INVALID_VALUE', rule);
  }
  if (deliveryIds != null) {
    return { deliveryIds: deliveryIds.map((id) => keyOf('WebhookDelivery', id)), idempotencyKey };
  }
  const endpoint = endpointKey(endpointId ?? '');
  return since == null
    ? { endpointId: endpoint, dead: true, idempotencyKey }
    : { endpointId: endpoint, since, until, idempotencyKey };
}

async function secretPayload(
  context: GraphqlContext,
  info: GraphQLResolveInfo,
  change: () => Promise<{ readonly id: string; readonly secret: string | null }>,
): Promise<WebhookSecretPayload> {
  return refusedWith<WebhookSecretPayload>(
    async () => {
      const { id, secret } = await change();
      return { endpoint: await endpointNode(id, context, info), secret, userErrors: [] };
    },
    (userErrors) => ({ endpoint: null, secret: null, userErrors }),
  );
}

async function endpointNode(
  id: string,
  context: GraphqlContext,
  info: GraphQLResolveInfo,
): Promise<WebhookEndpointNode | null> {
  const nodes = webhookEndpointNodes(await context.webhooks.endpointsByIds(context.actor, [id]));
  await loadRelations(WEBHOOK_ENDPOINT_RELATIONS, nodes, selectedOf(info, 'endpoint'), context);
  return nodes[0] ?? null;
}

function selectedOf(info: GraphQLResolveInfo, field: string): Selection {
  return selectionOf(info)[field]?.fields ?? {};
}
