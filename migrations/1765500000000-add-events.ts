import { type MigrationInterface, type QueryRunner } from 'typeorm';

const TYPES = [
  'tier.moved',
  'tier.downgrade_pending',
  'tier.downgrade_cancelled',
  'override.requested',
  'override.decided',
  'override.expiring',
  'override.ended',
  'review.due',
  'review.completed',
  'touch.due',
  'renewal.notice',
  'intervention.raised',
  'portfolio.changed',
  'model.published',
];

const COLUMNS =
  'type, account_id, subject_id, data, actor_id, actor_name, request_id, occurred_at, transaction';
const STAMPED = 's.actor_id, s.actor_name, s.request_id, s.at, pg_current_xact_id()::text::bigint';

/** What an override tells of itself. */
const OVERRIDE = `jsonb_build_object('status', n.status, 'tier', n.tier, 'reason', n.reason, 'note', n.note,
          'expiresOn', n.expires_on, 'requestedBy', n.requested_by, 'startedOn', n.started_on,
          'decidedBy', n.decided_by, 'decisionNote', n.decision_note,
          'endedBy', n.ended_by, 'endReason', n.end_reason, 'endNote', n.end_note)`;

const OWNER = `jsonb_build_object('csm', csm.external_id, 'pool', pool.external_id,
          'executiveSponsor', n.executive_sponsor, 'from', n.from_on, 'to', n.to_on, 'reason', n.reason)`;

/** An event for each new row: what it is, what it tells, and which rows have one. */
const ON_INSERT: readonly {
  readonly table: string;
  readonly type: string;
  readonly data: string;
  readonly from?: string;
  readonly where?: string;
}[] = [
  {
    table: 'tier_history',
    type: `CASE WHEN n.effective_from IS DISTINCT FROM n.effective_to THEN 'tier.moved'
          WHEN n.kind = 'DOWNGRADE_PENDING' THEN 'tier.downgrade_pending' ELSE 'tier.downgrade_cancelled' END`,
    data: `jsonb_build_object('kind', n.kind, 'cause', n.cause, 'from', n.effective_from, 'to', n.effective_to,
          'computed', n.computed_tier, 'held', n.held_to, 'target', n.pending_target,
          'detectedOn', n.pending_detected_on, 'graceUntil', n.grace_until, 'graceReason', n.grace_reason,
          'modelVersion', n.model_version, 'occurredOn', n.occurred_on)`,
    // A first placement announces nothing (section 3).
    where: `n.kind <> 'INITIAL' AND (n.effective_from IS DISTINCT FROM n.effective_to
          OR n.kind IN ('DOWNGRADE_PENDING', 'DOWNGRADE_CANCELLED'))`,
  },
  {
    table: 'tier_override',
    type: `CASE n.status WHEN 'REQUESTED' THEN 'override.requested' ELSE 'override.decided' END`,
    data: OVERRIDE,
    where: `n.status IN ('REQUESTED', 'ACTIVE')`,
  },
  {
    table: 'tier_review',
    type: `'review.completed'`,
    data: `jsonb_build_object('dueOn', n.due_on, 'triggers', n.triggers, 'recommendation', n.recommendation,
          'decision', n.decision, 'note', n.note, 'automatic', n.automatic, 'from', n.effective_from,
          'to', n.effective_to, 'nextDueOn', n.next_due_on)`,
  },
  {
    table: 'renewal_notice',
    type: `'renewal.notice'`,
    data: `jsonb_build_object('renewalOn', n.renewal_on, 'daysAhead', n.days_ahead, 'dueOn', n.due_on, 'tier', n.tier)`,
  },
  {
    table: 'intervention',
    type: `'intervention.raised'`,
    data: `jsonb_build_object('reason', n.reason, 'tier', n.tier, 'raisedOn', n.raised_on, 'evidence', n.evidence)`,
    where: `n.status = 'OPEN'`,
  },
  {
    table: 'portfolio_assignment',
    type: `'portfolio.changed'`,
    data: `jsonb_build_object('change', 'ASSIGNED') || ${OWNER}`,
    from: 'LEFT JOIN csm ON csm.id = n.csm_id LEFT JOIN pool ON pool.id = n.pool_id',
  },
];

/** An event for each changed row; `o` is the row as it was. */
const ON_UPDATE: readonly {
  readonly table: string;
  readonly account: string;
  readonly key: string;
  readonly type: string;
  readonly data: string;
  readonly from?: string;
  readonly when: string;
}[] = [
  {
    table: 'tier_override',
    account: 'n.account_id',
    key: 'n.id',
    type: `CASE WHEN o.status = 'REQUESTED' AND n.status IN ('ACTIVE', 'REJECTED')
          THEN 'override.decided' ELSE 'override.ended' END`,
    data: OVERRIDE,
    when: 'o.status <> n.status',
  },
  {
    table: 'portfolio_assignment',
    account: 'n.account_id',
    key: 'n.id',
    type: `'portfolio.changed'`,
    data: `jsonb_build_object('change', 'ENDED') || ${OWNER}`,
    from: 'LEFT JOIN csm ON csm.id = n.csm_id LEFT JOIN pool ON pool.id = n.pool_id',
    when: 'n.to_on IS NOT NULL AND o.to_on IS DISTINCT FROM n.to_on',
  },
  {
    table: 'tiering_model',
    account: 'NULL',
    key: 'n.version',
    type: `'model.published'`,
    data: `jsonb_build_object('version', n.version, 'reason', n.reason, 'publishedBy', n.published_by)`,
    when: `o.status = 'DRAFT' AND n.status = 'PUBLISHED'`,
  },
];

/**
 * What happens in the book, written in the transaction in which it happens, by the database itself: no way of writing
 * forgets an event, and none is told of what was taken back (spec section 12).
 */
export class AddEvents1765500000000 implements MigrationInterface {
  name = 'AddEvents1765500000000';

  async up(runner: QueryRunner): Promise<void> {
    // Readers go by the transaction, then by the id: ids are taken before their transactions end, in any order.
    await runner.query(`
      CREATE TABLE event (
        id bigint GENERATED BY DEFAULT AS IDENTITY,
        transaction bigint NOT NULL,
        type text NOT NULL,
        account_id bigint,
        subject_id bigint NOT NULL,
        data jsonb NOT NULL,
        once_key text,
        actor_id text NOT NULL,
        actor_name text NOT NULL,
        request_id text,
        occurred_at timestamptz NOT NULL,
        CONSTRAINT pk_event PRIMARY KEY (id),
        CONSTRAINT fk_event_account FOREIGN KEY (account_id) REFERENCES account (id),
        CONSTRAINT ck_event_type CHECK (type IN (${TYPES.map((type) => `'${type}'`).join(', ')}))
      )`);
    await runner.query(`CREATE INDEX ix_event_position ON event (transaction, id)`);
    await runner.query(
      `CREATE INDEX ix_event_account ON event (account_id, id) WHERE account_id IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX ix_event_occurred ON event (occurred_at)`);
    await runner.query(`CREATE UNIQUE INDEX uq_event_once ON event (once_key) WHERE once_key IS NOT NULL`);

    for (const { table, type, data, from = '', where = 'true' } of ON_INSERT) {
      await this.addTrigger(
        runner,
        `${table}_insert_events`,
        `AFTER INSERT ON ${table} REFERENCING NEW TABLE AS new_rows`,
        `SELECT ${type}, n.account_id, n.id, ${data}, ${STAMPED}
        FROM current_stamp() s, new_rows n ${from} WHERE ${where} ORDER BY n.id`,
      );
    }
    for (const { table, account, key, type, data, from = '', when } of ON_UPDATE) {
      await this.addTrigger(
        runner,
        `${table}_update_events`,
        `AFTER UPDATE ON ${table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows`,
        `SELECT ${type}, ${account}, ${key}, ${data}, ${STAMPED}
        FROM current_stamp() s, old_rows o JOIN new_rows n ON ${key.replace('n.', 'o.')} = ${key} ${from}
        WHERE ${when} ORDER BY ${key}`,
      );
    }
    await this.addReviewsDue(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    const drop = async (table: string, name: string): Promise<void> => {
      await runner.query(`DROP TRIGGER ${name} ON ${table}`);
      await runner.query(`DROP FUNCTION ${name}()`);
    };
    await drop('account', 'account_update_events');
    for (const { table } of ON_UPDATE) await drop(table, `${table}_update_events`);
    for (const { table } of ON_INSERT) await drop(table, `${table}_insert_events`);
    await runner.query(`DROP TABLE event`);
  }

  private async addTrigger(runner: QueryRunner, name: string, timing: string, events: string): Promise<void> {
    await runner.query(`
      CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO event (${COLUMNS})
        ${events};
        RETURN NULL;
      END $$`);
    await runner.query(`CREATE TRIGGER ${name} ${timing} FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`);
  }

  /** A review that falls due by what has changed; one that falls due by time is found by the daily run. */
  private async addReviewsDue(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION account_update_events() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO event (${COLUMNS}, once_key)
        SELECT 'review.due', NEW.id, NEW.id,
          jsonb_build_object('dueOn', NEW.review_due_on, 'triggers', NEW.review_triggers), ${STAMPED},
          'review.due:' || NEW.id || ':' || NEW.review_due_on
        FROM current_stamp() s WHERE NEW.review_due_on <= s.today
        ON CONFLICT (once_key) WHERE once_key IS NOT NULL DO NOTHING;
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE TRIGGER account_update_events AFTER UPDATE ON account FOR EACH ROW
      WHEN (NEW.review_due_on IS NOT NULL AND NEW.review_due_on IS DISTINCT FROM OLD.review_due_on)
      EXECUTE FUNCTION account_update_events()`);
  }
}
