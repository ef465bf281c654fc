import { Webhook } from 'standardwebhooks';
import { type WebhookMessage } from '../app/ports/webhook';

/** The headers of a message as Standard Webhooks wants them, with a signature by each secret. */
export function signedHeaders({ id, at, body, secrets }: WebhookMessage): Record<string, string> {
  const moment = new Date(at);
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Tierbook-Webhooks',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(moment.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, moment, body)).join(' '),
  };
}
