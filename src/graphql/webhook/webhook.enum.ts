import { WEBHOOK_DELIVERY_STATUSES, WEBHOOK_DISABLED_REASONS } from '../../domain/webhook';
import { enumOf } from '../enum';

export const WebhookDeliveryStatusEnum = enumOf(
  'WebhookDeliveryStatus',
  WEBHOOK_DELIVERY_STATUSES,
  'Where a delivery stands.',
  {
    PENDING: 'It waits for its first or its next attempt, or is being sent.',
    DELIVERED: 'The endpoint has answered with a status of 200 to 299.',
    DEAD: 'Every attempt failed; replayWebhookDeliveries sends it again.',
  },
);

export const WebhookDisabledReasonEnum = enumOf(
  'WebhookDisabledReason',
  WEBHOOK_DISABLED_REASONS,
  'Why nothing is sent to an endpoint.',
  { BY_HAND: 'An admin disabled it.', GONE: 'It answered 410 Gone.' },
);
