import { type WebhookDeliveryView, type WebhookEndpointView } from '../../app/ports/webhook';
import { webhookMessageId } from '../../domain/webhook';
import { type Ordering } from '../page';
import { eventTypeName } from '../event/event.enum';
import { webhookPayload } from './webhook-payload';
import { type WebhookDeliveryType, type WebhookEndpointType } from './webhook.type';

export type WebhookEndpointNode = WebhookEndpointType & Pick<WebhookEndpointView, 'cursor'>;
export type WebhookDeliveryNode = WebhookDeliveryType &
  Pick<WebhookDeliveryView, 'cursor' | 'endpointId' | 'accountId'>;

export const OLDEST_FIRST: Ordering = { fingerprint: 'webhook_endpoint oldest first', kinds: ['bigint'] };
export const NEWEST_FIRST: Ordering = { fingerprint: 'webhook_delivery newest first', kinds: ['bigint'] };

/** Puts the names of events in the place of their types. */
export function webhookEndpointNodes(rows: readonly WebhookEndpointView[]): WebhookEndpointNode[] {
  return rows.map(({ eventTypes, ...row }) => ({ ...row, events: eventTypes.map(eventTypeName) }));
}

/** Adds what the receiver gets to see. */
export function webhookDeliveryNodes(rows: readonly WebhookDeliveryView[]): WebhookDeliveryNode[] {
  return rows.map((row) => ({
    ...row,
    messageId: webhookMessageId(row),
    event: row.event && eventTypeName(row.event.type),
    occurredAt: row.event?.occurredAt ?? null,
    payload: webhookPayload(row),
  }));
}
