import { type TakenDelivery, type ToldEvent, type WebhookMessage } from '../../app/ports/webhook';
import { signingSecrets, webhookMessageId } from '../../domain/webhook';
import { EVENT_SUBJECTS } from '../event/event-subject';
import { toGlobalId } from '../ids';

/** The message of a delivery that is sent now. */
export function messageOf(delivery: TakenDelivery, now: string): WebhookMessage {
  const { url, secret, previous } = delivery;
  return {
    url,
    id: webhookMessageId(delivery),
    at: now,
    body: webhookPayload(delivery),
    secrets: signingSecrets(secret, previous, now),
  };
}

/**
 * The body of a message, as Standard Webhooks has it: the same text at every attempt, as long as the account keeps its
 * name. Ids are those of the API.
 */
export function webhookPayload(delivery: {
  readonly endpointId: string;
  readonly createdAt: string;
  readonly event: ToldEvent | null;
}): string {
  const { endpointId, createdAt, event } = delivery;
  if (event === null) {
    const timestamp = new Date(createdAt).toISOString();
    const data = { endpointId: toGlobalId('WebhookEndpoint', endpointId) };
    return JSON.stringify({ type: 'webhook.test', timestamp, data });
  }
  const { type, occurredAt, account, subjectId, actorId, actorName, requestId, details } = event;
  return JSON.stringify({
    type,
    timestamp: occurredAt,
    data: {
      account: account && {
        id: toGlobalId('Account', account.id),
        externalId: account.externalId,
        name: account.name,
      },
      subjectId: toGlobalId(EVENT_SUBJECTS[type], subjectId),
      actor: { id: actorId, name: actorName },
      requestId,
      details,
    },
  });
}
