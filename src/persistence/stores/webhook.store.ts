import { type EntityManager } from 'typeorm';
import { type Stamp } from '../../app/ports/clock';
import {
  type ReplayedEvents,
  type StoredWebhookEndpoint,
  type TakenDelivery,
  type WebhookSettings,
  type WebhookStore,
} from '../../app/ports/webhook';
import { type WebhookAnswer, type WebhookOutcome } from '../../domain/webhook';
import { TOLD_EVENT } from '../reads/told-event';

/** How far one look goes at each endpoint; what it finds waiting is put off, so that the next look goes further. */
const LOOKED_AT = 500;
const TEST_LANE = -1;

/** What is to be sent from its first attempt on. */
const ANEW = `status = 'PENDING', attempts = 0, settled_at = NULL, leased_until = NULL`;

/**
 * Whoever takes, settles or replays deliveries holds their endpoint, one after another in the order of the ids. Only
 * events that are written add deliveries meanwhile, and those are due at once.
 *
 * Taking: of what is due at the endpoints ($1, as of $2) it looks at the first few, finds who goes first in each of
 * their lanes, and chooses among those that are due. What waits behind another one is put off until that one may go,
 * so that nobody looks at it again before; whoever settles the first makes the next due (see SETTLE).
 */
const TAKE = `
  WITH room AS MATERIALIZED (
    SELECT p.id, p.concurrency - (
        SELECT count(*) FROM webhook_delivery d
        WHERE d.endpoint_id = p.id AND d.status = 'PENDING' AND d.leased_until > $2::timestamptz
      ) AS free
    FROM webhook_endpoint p WHERE p.id = ANY($1::bigint[])
  ), due AS MATERIALIZED (
    SELECT d.id, d.endpoint_id, d.lane FROM room CROSS JOIN LATERAL (
      SELECT id, endpoint_id, lane FROM webhook_delivery
      WHERE endpoint_id = room.id AND status = 'PENDING' AND next_attempt_at <= $2::timestamptz
      ORDER BY next_attempt_at, event_id LIMIT ${LOOKED_AT}
    ) d WHERE room.free > 0
  ), head AS MATERIALIZED (
    SELECT lane.endpoint_id, lane.lane, h.id, h.event_id, h.next_attempt_at
    FROM (SELECT DISTINCT endpoint_id, lane FROM due) lane CROSS JOIN LATERAL (
      SELECT id, event_id, next_attempt_at FROM webhook_delivery d
      WHERE d.endpoint_id = lane.endpoint_id AND d.lane = lane.lane AND d.status = 'PENDING'
      ORDER BY d.endpoint_id, d.lane, d.event_id, d.id LIMIT 1
    ) h
  ), chosen AS MATERIALIZED (
    SELECT ready.id FROM (
      SELECT id, endpoint_id, row_number() OVER (
        PARTITION BY endpoint_id ORDER BY next_attempt_at, event_id, id
      ) AS place
      FROM head WHERE next_attempt_at <= $2::timestamptz
    ) ready JOIN room ON room.id = ready.endpoint_id
    WHERE ready.place <= room.free ORDER BY ready.place, ready.endpoint_id LIMIT $4::int
  ), put_off AS (
    UPDATE webhook_delivery d
    SET next_attempt_at = CASE WHEN chosen.id IS NULL THEN head.next_attempt_at ELSE $3::timestamptz END
    FROM due JOIN head ON head.endpoint_id = due.endpoint_id AND head.lane = due.lane
    LEFT JOIN chosen ON chosen.id = head.id
    WHERE d.id = due.id AND due.id <> head.id
      AND (chosen.id IS NOT NULL OR head.next_attempt_at > $2::timestamptz)
    RETURNING d.id
  ), taken AS (
    UPDATE webhook_delivery d
    SET attempts = attempts + 1, leased_until = $3::timestamptz, next_attempt_at = $3::timestamptz
    FROM chosen WHERE d.id = chosen.id
    RETURNING d.id, d.endpoint_id, d.event_id, d.attempts, d.created_at
  )
  SELECT (SELECT count(*)::int FROM put_off) AS "putOff", coalesce((
    SELECT jsonb_agg(jsonb_build_object(
        'id', t.id::text, 'endpointId', t.endpoint_id::text, 'url', p.url, 'secret', p.secret,
        'previous', CASE WHEN p.previous_secret IS NOT NULL
          THEN jsonb_build_object('secret', p.previous_secret, 'until', p.previous_secret_until) END,
        'eventId', t.event_id::text, 'attempts', t.attempts, 'createdAt', t.created_at, 'event', ${TOLD_EVENT}
      ) ORDER BY t.event_id, t.id)
    FROM taken t JOIN webhook_endpoint p ON p.id = t.endpoint_id
    LEFT JOIN event e ON e.id = t.event_id LEFT JOIN account a ON a.id = e.account_id
  ), '[]') AS taken`;

/** The number of attempts says whose the delivery is: whoever takes it again counts one more. */
const SETTLE = `
  WITH settled AS (
    UPDATE webhook_delivery SET status = $3, next_attempt_at = $4, leased_until = NULL, attempted_at = $5,
      last_status_code = $6, last_error = $7, last_duration_ms = $8,
      settled_at = CASE WHEN $3 <> 'PENDING' THEN $5::timestamptz END
    WHERE id = $1 AND status = 'PENDING' AND attempts = $2
    RETURNING id, endpoint_id, lane, status
  ), woken AS (
    UPDATE webhook_delivery d SET next_attempt_at = $5
    FROM settled s
    WHERE s.status <> 'PENDING' AND d.id = (
        SELECT n.id FROM webhook_delivery n
        WHERE n.endpoint_id = s.endpoint_id AND n.lane = s.lane AND n.status = 'PENDING' AND n.id <> s.id
        ORDER BY n.endpoint_id, n.lane, n.event_id, n.id LIMIT 1
      ) AND (d.leased_until IS NULL OR d.leased_until <= $5)
  )
  SELECT count(*)::int AS count FROM settled`;

/** Events of an endpoint's types in a stretch of time. */
const EVENTS_OF = `
  event e JOIN webhook_endpoint p ON p.id = $1 AND (p.event_types = '{}' OR e.type = ANY (p.event_types))
  WHERE e.occurred_at >= $2::timestamptz AND ($3::timestamptz IS NULL OR e.occurred_at < $3::timestamptz)`;

export class SqlWebhookStore implements WebhookStore {
  constructor(private readonly manager: EntityManager) {}

  async create(
    { url, description, eventTypes, concurrency }: WebhookSettings,
    secret: string,
    { now }: Stamp,
  ): Promise<string> {
    const [row]: { id: string }[] = await this.manager.query(
      `INSERT INTO webhook_endpoint
         (url, description, event_types, concurrency, enabled, secret, version, created_at, updated_at)
       VALUES ($1, $2, $3, $4, true, $5, 1, $6, $6) RETURNING id::text AS id`,
      [url, description, eventTypes, concurrency, secret, now],
    );
    return row?.id ?? '';
  }

  async endpointCount(): Promise<number> {
    const [row]: { count: number }[] = await this.manager.query(
      `SELECT count(*)::int AS count FROM webhook_endpoint`,
    );
    return row?.count ?? 0;
  }

  async lock(id: string): Promise<StoredWebhookEndpoint | null> {
    // Events that are being written refer to the endpoint, and are not to wait for it.
    const [row]: StoredWebhookEndpoint[] = await this.manager.query(
      `SELECT id::text AS id, url, description, event_types AS "eventTypes", concurrency, enabled,
         disabled_reason AS "disabledReason", version
       FROM webhook_endpoint WHERE id = $1 FOR NO KEY UPDATE`,
      [id],
    );
    return row ?? null;
  }

  async update(endpoint: StoredWebhookEndpoint, wasEnabled: boolean, { now }: Stamp): Promise<void> {
    const { id, url, description, eventTypes, concurrency, enabled, disabledReason } = endpoint;
    await this.manager.query(
      `UPDATE webhook_endpoint SET url = $2, description = $3, event_types = $4, concurrency = $5, enabled = $6,
         disabled_reason = $7, disabled_at = CASE WHEN NOT $6 THEN coalesce(disabled_at, $8) END,
         version = version + 1, updated_at = $8
       WHERE id = $1`,
      [id, url, description, eventTypes, concurrency, enabled, disabledReason, now],
    );
    if (!enabled || wasEnabled) return;
    await this.manager.query(
      `UPDATE webhook_delivery SET next_attempt_at = $2
       WHERE endpoint_id = $1 AND status = 'PENDING' AND next_attempt_at > $2
         AND (leased_until IS NULL OR leased_until <= $2)`,
      [id, now],
    );
  }

  async rotate(id: string, secret: string, previousUntil: string, { now }: Stamp): Promise<void> {
    await this.manager.query(
      `UPDATE webhook_endpoint SET previous_secret = secret, previous_secret_until = $3, secret = $2,
         version = version + 1, updated_at = $4
       WHERE id = $1`,
      [id, secret, previousUntil, now],
    );
  }

  async delete(id: string): Promise<void> {
    await this.manager.query(`DELETE FROM webhook_endpoint WHERE id = $1`, [id]);
  }

  async addTest(endpointId: string, { now }: Stamp): Promise<string> {
    await this.manager.query(`UPDATE webhook_endpoint SET tested_at = $2 WHERE id = $1`, [endpointId, now]);
    const [row]: { id: string }[] = await this.manager.query(
      `INSERT INTO webhook_delivery (endpoint_id, lane, next_attempt_at, created_at)
       VALUES ($1, ${TEST_LANE}, $2, $2) RETURNING id::text AS id`,
      [endpointId, now],
    );
    return row?.id ?? '';
  }

  async take(
    most: number,
    leasedUntil: string,
    now: string,
  ): Promise<{ taken: readonly TakenDelivery[]; more: boolean }> {
    const held: { id: string }[] = await this.manager.query(
      `SELECT p.id::text AS id FROM webhook_endpoint p
       WHERE p.enabled AND EXISTS (
         SELECT FROM webhook_delivery d
         WHERE d.endpoint_id = p.id AND d.status = 'PENDING' AND d.next_attempt_at <= $1)
       ORDER BY p.id FOR NO KEY UPDATE`,
      [now],
    );
    if (held.length === 0) return { taken: [], more: false };
    const ids = held.map(({ id }) => id);
    const [look]: { putOff: number; taken: TakenDelivery[] }[] = await this.manager.query(TAKE, [
      ids,
      now,
      leasedUntil,
      most,
    ]);
    const { putOff, taken } = look ?? { putOff: 0, taken: [] };
    return { taken, more: taken.length === 0 && putOff > 0 };
  }

  async settle(
    { id, endpointId, attempts }: Pick<TakenDelivery, 'id' | 'endpointId' | 'attempts'>,
    { statusCode, durationMs }: WebhookAnswer,
    { status, nextAttemptAt, gone, error }: WebhookOutcome,
    { now }: Stamp,
  ): Promise<boolean> {
    if ((await this.lock(endpointId)) === null) return false;
    const [row]: { count: number }[] = await this.manager.query(SETTLE, [
      id,
      attempts,
      status,
      nextAttemptAt,
      now,
      statusCode,
      error,
      durationMs,
    ]);
    if (row?.count !== 1) return false;
    if (gone) {
      await this.manager.query(
        `UPDATE webhook_endpoint SET enabled = false, disabled_reason = 'GONE', disabled_at = $2,
           version = version + 1, updated_at = $2
         WHERE id = $1 AND enabled`,
        [endpointId, now],
      );
    }
    return true;
  }

  async noteReplay(endpointIds: readonly string[], { now }: Stamp): Promise<void> {
    await this.manager.query(`UPDATE webhook_endpoint SET replayed_at = $2 WHERE id = ANY($1::bigint[])`, [
      endpointIds,
      now,
    ]);
  }

  async endpointsOf(deliveryIds: readonly string[]): Promise<Map<string, string>> {
    const rows: { id: string; endpointId: string }[] = await this.manager.query(
      `SELECT id::text AS id, endpoint_id::text AS "endpointId" FROM webhook_delivery WHERE id = ANY($1::bigint[])`,
      [deliveryIds],
    );
    return new Map(rows.map(({ id, endpointId }) => [id, endpointId]));
  }

  async replay(deliveryIds: readonly string[], { now }: Stamp): Promise<number> {
    return this.changed(
      `UPDATE webhook_delivery SET ${ANEW}, next_attempt_at = $2
       WHERE id = ANY($1::bigint[]) AND status <> 'PENDING'`,
      [deliveryIds, now],
    );
  }

  async replayDead(
    endpointId: string,
    most: number,
    { now }: Stamp,
  ): Promise<{ replayed: number; remaining: number }> {
    const replayed = await this.changed(
      `UPDATE webhook_delivery SET ${ANEW}, next_attempt_at = $3
       WHERE id IN (
         SELECT d.id FROM webhook_delivery d WHERE d.endpoint_id = $1 AND d.status = 'DEAD'
         ORDER BY d.endpoint_id, d.id LIMIT $2)`,
      [endpointId, most, now],
    );
    const [row]: { count: number }[] = await this.manager.query(
      `SELECT count(*)::int AS count FROM webhook_delivery WHERE endpoint_id = $1 AND status = 'DEAD'`,
      [endpointId],
    );
    return { replayed, remaining: row?.count ?? 0 };
  }

  async replayableEvents({ endpointId, since, until }: ReplayedEvents): Promise<number> {
    const [row]: { count: number }[] = await this.manager.query(
      `SELECT count(*)::int AS count FROM ${EVENTS_OF} AND NOT EXISTS (
         SELECT FROM webhook_delivery d WHERE d.event_id = e.id AND d.endpoint_id = $1 AND d.status = 'PENDING')`,
      [endpointId, since, until],
    );
    return row?.count ?? 0;
  }

  async replayEvents({ endpointId, since, until }: ReplayedEvents, { now }: Stamp): Promise<number> {
    const rows: unknown[] = await this.manager.query(
      `INSERT INTO webhook_delivery (endpoint_id, event_id, lane, next_attempt_at, created_at)
       SELECT $1, e.id, coalesce(e.account_id, 0), $4::timestamptz, $4::timestamptz FROM ${EVENTS_OF} ORDER BY e.id
       ON CONFLICT (event_id, endpoint_id) DO UPDATE SET ${ANEW}, next_attempt_at = excluded.next_attempt_at
       WHERE webhook_delivery.status <> 'PENDING'
       RETURNING id`,
      [endpointId, since, until, now],
    );
    return rows.length;
  }

  /** How many rows an update has changed. */
  private async changed(sql: string, parameters: readonly unknown[]): Promise<number> {
    const [, count]: [unknown, number] = await this.manager.query(sql, [...parameters]);
    return count;
  }
}
