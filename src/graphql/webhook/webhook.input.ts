import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { type WebhookDeliveryStatus } from '../../domain/webhook';
import { ConnectionArgs } from '../connection';
import { IDEMPOTENCY_KEY } from '../idempotency-key';
import { DateTimeScalar } from '../scalars';
import { EventTypeEnum, type EventTypeName } from '../event/event.enum';
import { WebhookDeliveryStatusEnum } from './webhook.enum';

const SHOWN_ONCE = 'The secret is shown to the first call alone: a repeat has null in its place.';
const CONCURRENCY =
  'How many messages it gets at once, 1 to 20. Those about one account always come one after another.';

@InputType({ description: 'A webhook endpoint to be made.' })
export class CreateWebhookEndpointInput {
  @Field(() => String, {
    description:
      'Where messages are posted to: https, to a public address, without user, password and fragment.',
  })
  url!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, at most 1,000 characters.' })
  description?: string | null;

  @Field(() => [EventTypeEnum], {
    nullable: true,
    description: 'Which events are sent; all of them if absent or empty.',
  })
  events?: EventTypeName[] | null;

  @Field(() => Int, { nullable: true, description: `${CONCURRENCY} 5 if absent.` })
  concurrency?: number | null;

  @Field(() => String, { nullable: true, description: `${IDEMPOTENCY_KEY} ${SHOWN_ONCE}` })
  idempotencyKey?: string | null;
}

@InputType()
class WebhookCallInput {
  @Field(() => ID, { description: 'The webhook endpoint.' })
  endpointId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The version of the endpoint that was seen; another one refuses this as STALE_VERSION.',
  })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Changes of a webhook endpoint; what is absent stays as it is.' })
export class UpdateWebhookEndpointInput extends WebhookCallInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Where messages are posted to: https, to a public address, without user, password and fragment.',
  })
  url?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What it is for, at most 1,000 characters; null takes it away.',
  })
  description?: string | null;

  @Field(() => [EventTypeEnum], {
    nullable: true,
    description: 'Which events are sent from now on; an empty list for all of them.',
  })
  events?: EventTypeName[] | null;

  @Field(() => Int, { nullable: true, description: CONCURRENCY })
  concurrency?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it gets anything. What waits at one that is enabled again is sent at once; what happened while it was disabled can be replayed.',
  })
  enabled?: boolean | null;
}

@InputType({ description: 'A webhook endpoint to be deleted, with all its deliveries.' })
export class DeleteWebhookEndpointInput extends WebhookCallInput {}

@InputType({
  description: `A webhook endpoint that is to have a new secret. ${SHOWN_ONCE}`,
})
export class RotateWebhookSecretInput extends WebhookCallInput {}

@InputType({ description: 'A webhook endpoint that a test is to be sent to.' })
export class TestWebhookEndpointInput {
  @Field(() => ID, { description: 'The webhook endpoint; it must be enabled.' })
  endpointId!: string;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({
  description:
    'What is to be sent once more, from the first attempt on: give deliveryIds; or endpointId and dead; or endpointId and since. What is on its way already stays as it is.',
})
export class ReplayWebhookDeliveriesInput {
  @Field(() => [ID], { nullable: true, description: 'These deliveries, at most 500.' })
  deliveryIds?: string[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The webhook endpoint, with dead or since; it must be enabled.',
  })
  endpointId?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'true: the dead letters of the endpoint, the oldest 10,000.',
  })
  dead?: boolean | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'All events of its types from this moment on, whether they were sent there before or not: at most 10,000, and of the last 45 days.',
  })
  since?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'With since: only events before this moment.' })
  until?: string | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType('WebhookDeliveryFilter', {
  description: 'Which deliveries are meant. Everything that is given must hold.',
})
export class WebhookDeliveryFilterInput {
  @Field(() => ID, { nullable: true, description: 'To this endpoint.' })
  endpointId?: string | null;

  @Field(() => [WebhookDeliveryStatusEnum], {
    nullable: true,
    description: 'Of one of these statuses; [DEAD] gives the dead letters.',
  })
  statuses?: WebhookDeliveryStatus[] | null;

  @Field(() => [EventTypeEnum], { nullable: true, description: 'Of one of these events; tests are none.' })
  events?: EventTypeName[] | null;

  @Field(() => ID, { nullable: true, description: 'About this account.' })
  accountId?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Made at this moment or later.' })
  since?: string | null;
}

@ArgsType()
export class WebhookDeliveriesArgs extends ConnectionArgs {
  @Field(() => WebhookDeliveryFilterInput, { nullable: true, description: 'Which of them; all if absent.' })
  where?: WebhookDeliveryFilterInput | null;
}
