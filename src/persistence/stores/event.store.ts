import { type EntityManager } from 'typeorm';
import { type DueAnnouncements, type EventStore } from '../../app/ports/event';
import { type TieringModel } from '../../domain/tiering-model';
import { dueSql, programsJson } from '../reads/due-touch';

/** Writes the events that the query gives; each key is told once. */
function announcing(type: string, due: string): string {
  return `
    INSERT INTO event (type, account_id, subject_id, data, once_key, actor_id, actor_name, request_id, occurred_at,
      transaction)
    SELECT '${type}', due.account_id, due.subject_id, due.data, '${type}:' || due.key, s.actor_id, s.actor_name,
      s.request_id, s.at, pg_current_xact_id()::text::bigint
    FROM current_stamp() s, (${due}) due
    ORDER BY due.account_id
    ON CONFLICT (once_key) WHERE once_key IS NOT NULL DO NOTHING RETURNING id`;
}

const OVERRIDES_EXPIRING = announcing(
  'override.expiring',
  `SELECT account_id, id AS subject_id, id || ':' || expires_on AS key,
     jsonb_build_object('tier', tier, 'reason', reason, 'startedOn', started_on, 'expiresOn', expires_on) AS data
   FROM tier_override WHERE status = 'ACTIVE' AND expires_on > $2::date
     AND greatest(started_on, expires_on - $3::int) BETWEEN $1::date AND $2::date`,
);

const REVIEWS_DUE = announcing(
  'review.due',
  `SELECT id AS account_id, id AS subject_id, id || ':' || review_due_on AS key,
     jsonb_build_object('dueOn', review_due_on, 'triggers', review_triggers) AS data
   FROM account WHERE review_due_on BETWEEN $1::date AND $2::date`,
);

const TOUCHES_DUE = announcing(
  'touch.due',
  `SELECT a.id AS account_id, a.id AS subject_id, a.id || ':' || due.kind || ':' || due.due_on AS key,
     jsonb_build_object('kind', due.kind, 'dueOn', due.due_on, 'lastOn', due.last_on, 'tier', a.effective_tier) AS data
   FROM ${dueSql('$3', '$2')} WHERE due.due_on BETWEEN $1::date AND $2::date`,
);

export class SqlEventStore implements EventStore {
  constructor(private readonly manager: EntityManager) {}

  async announce({ since, today, endsWithinDays }: DueAnnouncements, model: TieringModel): Promise<number> {
    const statements: readonly [string, readonly unknown[]][] = [
      [OVERRIDES_EXPIRING, [since, today, endsWithinDays]],
      [REVIEWS_DUE, [since, today]],
      [TOUCHES_DUE, [since, today, programsJson(model)]],
    ];
    let told = 0;
    for (const [sql, parameters] of statements) {
      const rows: unknown[] = await this.manager.query(sql, [...parameters]);
      told += rows.length;
    }
    return told;
  }

  async forgetBefore(moment: string): Promise<number> {
    // Their deliveries go with them; what is still on its way to an endpoint stays until that is settled.
    const [, forgotten]: [unknown, number] = await this.manager.query(
      `DELETE FROM event e WHERE e.occurred_at < $1 AND NOT EXISTS (
         SELECT FROM webhook_delivery d JOIN webhook_endpoint p ON p.id = d.endpoint_id AND p.enabled
         WHERE d.event_id = e.id AND d.status = 'PENDING')`,
      [moment],
    );
    await this.manager.query(`DELETE FROM webhook_delivery WHERE event_id IS NULL AND created_at < $1`, [
      moment,
    ]);
    return forgotten;
  }
}
