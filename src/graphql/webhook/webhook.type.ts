import { Extensions, Field, Int, ObjectType } from 'type-graphql';
import { EVENT_TYPES } from '../../domain/event';
import { connectionOf } from '../connection';
import { Node } from '../node';
import { DateTimeScalar } from '../scalars';
import { EventTypeEnum } from '../event/event.enum';
import { WebhookDeliveryStatusEnum, WebhookDisabledReasonEnum } from './webhook.enum';

/** What is resolved beside the row: how many deliveries are pending, and how many dead. */
@ObjectType('WebhookEndpoint', {
  implements: Node,
  description: 'Where events are sent, signed as Standard Webhooks says. Its secret is shown by nothing.',
  simpleResolvers: true,
})
export class WebhookEndpointType extends Node {
  @Field(() => String, { description: 'Where messages are posted to.' })
  url!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description!: string | null;

  @Extensions({ listBound: EVENT_TYPES.length })
  @Field(() => [EventTypeEnum], { description: 'Which events are sent; empty for all of them.' })
  events!: readonly string[];

  @Field(() => Int, {
    description:
      'How many messages it gets at once, 1 to 20. Those about one account always come one after another.',
  })
  concurrency!: number;

  @Field(() => Boolean, {
    description: 'Whether it gets anything. What happens while it is disabled is not sent later by itself.',
  })
  enabled!: boolean;

  @Field(() => WebhookDisabledReasonEnum, {
    nullable: true,
    description: 'Why it is disabled; null while it is not.',
  })
  disabledReason!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was disabled; null while it is not.' })
  disabledAt!: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Until when the secret of before the last rotation signs beside the new one; null before the first rotation.',
  })
  previousSecretUntil!: string | null;

  @Field(() => Int, { description: 'Goes up with every change; give it as expectedVersion.' })
  version!: number;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: string;

  @Field(() => DateTimeScalar, { description: 'When it was last changed.' })
  updatedAt!: string;
}

export const { Connection: WebhookEndpointConnection } = connectionOf(
  WebhookEndpointType,
  'WebhookEndpoint',
  'webhook endpoints',
);

@ObjectType('WebhookDelivery', {
  implements: Node,
  description: 'One event on its way to one endpoint. It is kept for 45 days after the event.',
  simpleResolvers: true,
})
export class WebhookDeliveryType extends Node {
  @Field(() => String, {
    description: 'The header webhook-id, the same at every attempt: by it a receiver knows what it has had.',
  })
  messageId!: string;

  @Field(() => EventTypeEnum, { nullable: true, description: 'What it tells of; null for a test.' })
  event!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When that happened; null for a test.' })
  occurredAt!: string | null;

  @Field(() => String, { description: 'The body of the message, JSON.' })
  payload!: string;

  @Field(() => WebhookDeliveryStatusEnum, { description: 'Where it stands.' })
  status!: string;

  @Field(() => Int, {
    description:
      'How often it was sent since it was last replayed, one that runs included; 12 at most, but for attempts of which nothing was heard.',
  })
  attempts!: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Not before then it is sent, or looked at, again: behind an earlier one of its account that is pending, it waits longer. Null once it is settled.',
  })
  nextAttemptAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the last attempt ended; null before.' })
  attemptedAt!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The HTTP status of the last attempt; null before, and where no answer came.',
  })
  lastStatusCode!: number | null;

  @Field(() => String, { nullable: true, description: 'What went wrong at the last attempt, for people.' })
  lastError!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'How long the last attempt took, in milliseconds; null before.',
  })
  lastDurationMs!: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was delivered, or given up; null while it is pending.',
  })
  settledAt!: string | null;

  @Field(() => DateTimeScalar, { description: 'When it was to be sent first.' })
  createdAt!: string;
}

export const { Connection: WebhookDeliveryConnection } = connectionOf(
  WebhookDeliveryType,
  'WebhookDelivery',
  'webhook deliveries',
);
