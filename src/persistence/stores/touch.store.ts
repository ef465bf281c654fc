import { type EntityManager } from 'typeorm';
import { type Stamp } from '../../app/ports/clock';
import { type StoredTouch, type TouchStore, type TouchWrite } from '../../app/ports/touch';

const INSERT = `
  INSERT INTO touch (id, account_id, kind, happened_on, channel, outcome, note, skipped, csm_id, actor_id, actor_name,
    recorded_on, recorded_at)
  SELECT r.id, r.account_id, r.kind, r.happened_on, r.channel, r.outcome, r.note, r.skipped, r.csm_id, $2, $3, $4, $5
  FROM json_to_recordset($1::json) AS r(id bigint, account_id bigint, kind text, happened_on date,
    channel text, outcome text, note text, skipped boolean, csm_id bigint)`;

/** Only what is later counts; GREATEST leaves nulls out. */
const KEEP_LATEST = `
  INSERT INTO account_engagement (account_id, last_touch_on, last_event_on, last_business_review_on)
  SELECT r.account_id, max(r.happened_on) FILTER (WHERE r.kind = 'TOUCH'),
    max(r.happened_on) FILTER (WHERE r.kind = 'EVENT'), max(r.happened_on) FILTER (WHERE r.kind = 'BUSINESS_REVIEW')
  FROM json_to_recordset($1::json) AS r(account_id bigint, kind text, happened_on date)
  GROUP BY r.account_id
  ON CONFLICT ON CONSTRAINT pk_account_engagement DO UPDATE SET
    last_touch_on = greatest(account_engagement.last_touch_on, excluded.last_touch_on),
    last_event_on = greatest(account_engagement.last_event_on, excluded.last_event_on),
    last_business_review_on = greatest(account_engagement.last_business_review_on, excluded.last_business_review_on)`;

const FIND_LATEST = `
  UPDATE account_engagement SET last_touch_on = t.touch, last_event_on = t.event, last_business_review_on = t.review
  FROM (
    SELECT max(happened_on) FILTER (WHERE kind = 'TOUCH') AS touch,
      max(happened_on) FILTER (WHERE kind = 'EVENT') AS event,
      max(happened_on) FILTER (WHERE kind = 'BUSINESS_REVIEW') AS review
    FROM touch WHERE account_id = $1 AND undone_at IS NULL
  ) t WHERE account_engagement.account_id = $1`;

export class SqlTouchStore implements TouchStore {
  constructor(private readonly manager: EntityManager) {}

  async add(touches: readonly TouchWrite[], { actorId, actorName, today, now }: Stamp): Promise<string[]> {
    if (touches.length === 0) return [];
    const taken = await this.query<{ id: string }>(
      `SELECT nextval('touch_id_seq')::text AS id FROM generate_series(1, $1)`,
      [touches.length],
    );
    const rows = JSON.stringify(
      touches.map(({ accountId, kind, on, channel, outcome, note, skipped, csmId }, index) => ({
        id: taken[index]?.id,
        account_id: accountId,
        kind,
        happened_on: on,
        channel,
        outcome,
        note,
        skipped,
        csm_id: csmId,
      })),
    );
    void this.query(INSERT, [rows, actorId, actorName, today, now]);
    void this.query(KEEP_LATEST, [rows]);
    return taken.map(({ id }) => id);
  }

  async accountOf(id: string): Promise<string | null> {
    const [row] = await this.query<{ account_id: string }>(
      'SELECT account_id::text FROM touch WHERE id = $1',
      [id],
    );
    return row?.account_id ?? null;
  }

  async byId(id: string): Promise<StoredTouch | null> {
    const [row] = await this.query<StoredTouch>(
      `SELECT id::text, account_id::text AS "accountId", kind, happened_on::text AS on, channel, outcome, note, skipped,
         actor_id AS "actorId", recorded_on::text AS "recordedOn", undone_at IS NOT NULL AS undone
       FROM touch WHERE id = $1`,
      [id],
    );
    return row ?? null;
  }

  undo({ id, accountId }: StoredTouch, note: string | null, stamp: Stamp): void {
    void this.query('UPDATE touch SET undone_by = $2, undone_at = $3, undone_note = $4 WHERE id = $1', [
      id,
      stamp.actorName,
      stamp.now,
      note,
    ]);
    void this.query(FIND_LATEST, [accountId]);
  }

  private query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.manager.query(sql, [...parameters]);
  }
}
