import { type EntityManager } from 'typeorm';
import { type Stamp } from '../../app/ports/clock';
import {
  type NewSegment,
  type SegmentChangeCause,
  type SegmentStore,
  type StoredSegment,
} from '../../app/ports/segments';
import { segmentNameKey } from '../../domain/segment-criterion';
import { type SegmentGoal } from '../../domain/segment-goal';
import { type TieringModel } from '../../domain/tiering-model';
import { Parameters } from '../reads/parameters';
import { segmentSql } from '../reads/segment-condition';

export class SqlSegmentStore implements SegmentStore {
  constructor(private readonly manager: EntityManager) {}

  async create(
    { name, description, criteria }: NewSegment,
    { actorId, actorName, today, now }: Stamp,
  ): Promise<string> {
    const rows: { id: string }[] = await this.manager.query(
      `INSERT INTO segment (name, name_key, description, criteria, owner_id, owner_name, recorded_on, version, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8) RETURNING id::text AS id`,
      [name, segmentNameKey(name), description, JSON.stringify(criteria), actorId, actorName, today, now],
    );
    return rows[0]?.id ?? '';
  }

  async lock(id: string): Promise<StoredSegment | null> {
    const rows: StoredSegment[] = await this.manager.query(
      `SELECT id::text AS id, name, description, criteria, owner_id AS "ownerId", owner_name AS "ownerName",
         recorded_on::text AS "recordedOn", version
       FROM segment WHERE id = $1 FOR UPDATE`,
      [id],
    );
    return rows[0] ?? null;
  }

  async idsAfter(after: string, limit: number): Promise<string[]> {
    const rows: { id: string }[] = await this.manager.query(
      `SELECT id::text AS id FROM segment WHERE id > $1 ORDER BY segment.id LIMIT $2`,
      [after, limit],
    );
    return rows.map(({ id }) => id);
  }

  async update({ id, name, description, criteria }: StoredSegment, { now }: Stamp): Promise<void> {
    await this.manager.query(
      `UPDATE segment SET name = $2, name_key = $3, description = $4, criteria = $5, version = version + 1, updated_at = $6
       WHERE id = $1`,
      [id, name, segmentNameKey(name), description, JSON.stringify(criteria), now],
    );
  }

  async delete(id: string): Promise<void> {
    await this.manager.query(`DELETE FROM segment WHERE id = $1`, [id]);
  }

  async replaceGoals(id: string, goals: readonly SegmentGoal[], { now }: Stamp): Promise<void> {
    const wanted = `SELECT $1::bigint, goal.* FROM unnest($2::text[], $3::numeric(9,6)[], $4::date[], $5::date[]) AS goal`;
    const parameters = [
      id,
      goals.map(({ metric }) => metric),
      goals.map(({ target }) => target.toFixed(6)),
      goals.map(({ from }) => from),
      goals.map(({ to }) => to),
    ];
    await this.manager.query(
      `DELETE FROM segment_goal
       WHERE segment_id = $1::bigint AND (segment_id, metric, target, from_on, to_on) NOT IN (${wanted})`,
      parameters,
    );
    await this.manager.query(
      `INSERT INTO segment_goal (segment_id, metric, target, from_on, to_on)
       ${wanted} EXCEPT SELECT segment_id, metric, target, from_on, to_on FROM segment_goal
       WHERE segment_id = $1::bigint`,
      parameters,
    );
    await this.manager.query(`UPDATE segment SET version = version + 1, updated_at = $2 WHERE id = $1`, [
      id,
      now,
    ]);
  }

  async recordMembers(
    { id, criteria }: Pick<StoredSegment, 'id' | 'criteria'>,
    cause: SegmentChangeCause,
    model: TieringModel,
    { today }: Stamp,
  ): Promise<number> {
    const parameters = new Parameters();
    const [segment, on, why] = [
      `${parameters.bind(id)}::bigint`,
      `${parameters.bind(today)}::date`,
      `${parameters.bind(cause)}::text`,
    ];
    const condition = segmentSql(criteria, { model, day: today, parameters }, false);
    // In the order in which everybody locks accounts: a reference to one holds on to it.
    const [row]: { changes: number }[] = await this.manager.query(
      `WITH present AS MATERIALIZED (
         SELECT a.id AS account_id FROM account a WHERE ${condition}
       ), gone AS (
         DELETE FROM segment_member m WHERE m.segment_id = ${segment}
           AND NOT EXISTS (SELECT FROM present WHERE present.account_id = m.account_id)
         RETURNING m.account_id
       ), come AS (
         INSERT INTO segment_member (segment_id, account_id, entered_on)
         SELECT ${segment}, account_id, ${on} FROM present
         WHERE NOT EXISTS (
           SELECT FROM segment_member m WHERE m.segment_id = ${segment} AND m.account_id = present.account_id)
         ORDER BY account_id
         RETURNING account_id
       ), changed AS (
         INSERT INTO segment_change (segment_id, account_id, kind, cause, occurred_on)
         SELECT ${segment}, account_id, kind, ${why}, ${on}
         FROM (SELECT account_id, 'ENTERED' AS kind FROM come UNION ALL SELECT account_id, 'LEFT' FROM gone) change
         ORDER BY account_id
       ), noted AS (
         UPDATE segment SET recorded_on = ${on} WHERE id = ${segment} AND recorded_on < ${on}
       )
       SELECT ((SELECT count(*) FROM come) + (SELECT count(*) FROM gone))::int AS changes`,
      parameters.values,
    );
    return row?.changes ?? 0;
  }
}
