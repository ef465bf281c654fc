import { EVENT_TYPES, type EventType } from '../../domain/event';
import { WEBHOOK_DELIVERY_STATUSES, WEBHOOK_DISABLED_REASONS } from '../../domain/webhook';
import { enumOf } from '../enum';

/** The name of a type of event in the API, such as TIER_MOVED for tier.moved. */
export function webhookEventOf(type: EventType): string {
  return type.replace('.', '_').toUpperCase();
}

const TYPES: ReadonlyMap<string, EventType> = new Map(
  EVENT_TYPES.map((type) => [webhookEventOf(type), type]),
);

/** The types that go by these names; absent for absent ones. */
export function eventTypesNamed(names: readonly string[] | null | undefined): EventType[] | undefined {
  return names?.flatMap((name) => TYPES.get(name) ?? []);
}

export const WebhookEventEnum = enumOf(
  'WebhookEvent',
  [...TYPES.keys()],
  'What a webhook tells of. In its message the type is written as in "tier.moved".',
  {
    TIER_MOVED: 'The effective tier of an account changed.',
    TIER_DOWNGRADE_PENDING: 'A pending downgrade opened, or its target or its dates changed.',
    TIER_DOWNGRADE_CANCELLED: 'A pending downgrade was cancelled: the account recovered.',
    OVERRIDE_REQUESTED: 'Somebody asked for an override.',
    OVERRIDE_DECIDED: 'An override was granted, or a request was approved or rejected.',
    OVERRIDE_EXPIRING: 'An active override ends soon.',
    OVERRIDE_ENDED: 'An override or a request for one is over.',
    REVIEW_DUE: 'A tier review fell due.',
    REVIEW_COMPLETED: 'A tier review was completed.',
    TOUCH_DUE: 'A touch or a business review fell due.',
    RENEWAL_NOTICE: 'A renewal notice was recorded.',
    INTERVENTION_RAISED: 'An event in a low-touch tier asks a person to do something.',
    PORTFOLIO_CHANGED: 'Who looks after an account changed: an assignment began or ended.',
    MODEL_PUBLISHED: 'A tiering model was published.',
  },
);

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
