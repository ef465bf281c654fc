import { type ListLength, type Window } from '../../app/ports/list';
import {
  type WebhookDeliveryFilter,
  type WebhookDeliveryView,
  type WebhookEndpointView,
  type WebhookReads,
} from '../../app/ports/webhook';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';
import { TOLD_EVENT } from './told-event';

/** Never a secret. */
const ENDPOINT = `p.id::text AS id, p.url, p.description, p.event_types AS "eventTypes", p.concurrency, p.enabled,
  p.disabled_reason AS "disabledReason", p.disabled_at AS "disabledAt",
  p.previous_secret_until AS "previousSecretUntil", p.version, p.created_at AS "createdAt",
  p.updated_at AS "updatedAt", jsonb_build_array(p.id::text) AS cursor`;

const DELIVERY = `d.id::text AS id, d.endpoint_id::text AS "endpointId", d.event_id::text AS "eventId",
  e.account_id::text AS "accountId", d.status, d.attempts, d.next_attempt_at AS "nextAttemptAt",
  d.attempted_at AS "attemptedAt", d.last_status_code AS "lastStatusCode", d.last_error AS "lastError",
  d.last_duration_ms AS "lastDurationMs", d.settled_at AS "settledAt", d.created_at AS "createdAt",
  ${TOLD_EVENT} AS event, jsonb_build_array(d.id::text) AS cursor`;

/** What is joined to the deliveries of a page, and never to all of them. */
const TOLD = `LEFT JOIN event e ON e.id = d.event_id LEFT JOIN account a ON a.id = e.account_id`;

const OLDEST_FIRST: readonly SortKey[] = [{ expression: 'p.id', type: 'bigint', descending: false }];
const NEWEST_FIRST: readonly SortKey[] = [{ expression: 'd.id', type: 'bigint', descending: true }];

export class SqlWebhookReads implements WebhookReads {
  constructor(private readonly database: DatabaseReader) {}

  async endpoints(window: Window): Promise<WebhookEndpointView[]> {
    const parameters = new Parameters();
    const { orderBy, condition } = keyset(OLDEST_FIRST, window, (value) => parameters.bind(value));
    return this.database.rows<WebhookEndpointView>(
      `SELECT ${ENDPOINT} FROM webhook_endpoint p WHERE ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async endpointCount(): Promise<number> {
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM webhook_endpoint`,
    );
    return row?.count ?? 0;
  }

  async endpointsByIds(ids: readonly string[]): Promise<WebhookEndpointView[]> {
    return this.database.byKey<WebhookEndpointView>(
      `SELECT ${ENDPOINT} FROM webhook_endpoint p WHERE p.id = ANY($1::bigint[])`,
      [ids],
    );
  }

  async deliveries(where: WebhookDeliveryFilter, window: Window): Promise<WebhookDeliveryView[]> {
    const parameters = new Parameters();
    const { orderBy, condition } = keyset(NEWEST_FIRST, window, (value) => parameters.bind(value));
    // Planned for what is asked: a status or an endpoint may hold a handful of the rows, or all.
    return this.database.rows<WebhookDeliveryView>(
      `SELECT ${DELIVERY} FROM (
         SELECT * FROM webhook_delivery d WHERE ${compile(where, parameters)} AND ${condition}
         ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int
       ) d ${TOLD} ORDER BY ${orderBy}`,
      parameters.values,
      { unnamed: true },
    );
  }

  async deliveryCount(where: WebhookDeliveryFilter): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM webhook_delivery d WHERE ${compile(where, parameters)}`,
      parameters.values,
      { unnamed: true },
    );
    return row?.count ?? 0;
  }

  async deliveriesByIds(ids: readonly string[]): Promise<WebhookDeliveryView[]> {
    return this.database.byKey<WebhookDeliveryView>(
      `SELECT ${DELIVERY} FROM webhook_delivery d ${TOLD} WHERE d.id = ANY($1::bigint[])`,
      [ids],
    );
  }

  async countsOf(endpointIds: readonly string[], status: 'PENDING' | 'DEAD'): Promise<ListLength[]> {
    // The status stands in the text: only so are the indexes of what is pending and what is dead of use.
    return this.database.byKey<ListLength>(
      `SELECT d.endpoint_id::text AS "ownerId", count(*)::int AS length FROM webhook_delivery d
       WHERE d.endpoint_id = ANY($1::bigint[]) AND d.status = '${status}' GROUP BY d.endpoint_id`,
      [endpointIds],
    );
  }
}

function compile(where: WebhookDeliveryFilter, parameters: Parameters): string {
  const conditions = ['true'];
  const add = (value: unknown, condition: (placeholder: string) => string): void => {
    if (value !== null && value !== undefined) conditions.push(condition(parameters.bind(value)));
  };
  add(where.endpointId, (value) => `d.endpoint_id = ${value}::bigint`);
  add(where.statuses, (value) => `d.status = ANY(${value}::text[])`);
  add(
    where.eventTypes,
    (value) => `EXISTS (SELECT FROM event e WHERE e.id = d.event_id AND e.type = ANY(${value}::text[]))`,
  );
  // Lanes above 0 are accounts.
  add(where.accountId, (value) => `d.lane = ${value}::bigint AND d.lane > 0`);
  add(where.since, (value) => `d.created_at >= ${value}::timestamptz`);
  return conditions.join(' AND ');
}
