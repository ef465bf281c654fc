import { type EntityManager } from 'typeorm';
import { type Stamp } from '../../app/ports/clock';
import { type ModelDraftStore, type StoredModelVersion } from '../../app/ports/model-drafts';
import { type CalendarDate } from '../../domain/calendar';
import { completeModel, type StoredModel } from '../../domain/defaults';
import { type ModelStatus, type TieringModel } from '../../domain/tiering-model';
import { ADVISORY_LOCKS } from '../advisory-locks';
import { MODEL_CHANNEL } from './model.store';

interface VersionRow {
  readonly version: number;
  readonly status: ModelStatus;
  readonly revision: number;
  readonly definition: StoredModel;
}

const SELECT = `SELECT version, status, revision, definition FROM tiering_model`;

export class SqlModelDraftStore implements ModelDraftStore {
  constructor(private readonly manager: EntityManager) {}

  async create(model: TieringModel, basedOn: number, stamp: Stamp): Promise<number> {
    // A statement of its own, so that the next one sees what the last holder has committed.
    await this.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.MODEL_VERSION]);
    const [next] = await this.query<{ version: number }>(
      `SELECT coalesce(max(version), 0) + 1 AS version FROM tiering_model`,
    );
    const version = next?.version ?? 1;
    await this.query(
      `INSERT INTO tiering_model (version, status, definition, based_on, created_by, created_at, updated_by, updated_at)
       VALUES ($1, 'DRAFT', $2, $3, $4, $5, $4, $5)`,
      [version, JSON.stringify({ ...model, version }), basedOn, stamp.actorName, stamp.now],
    );
    return version;
  }

  lock(version: number): Promise<StoredModelVersion | null> {
    return this.find(`${SELECT} WHERE version = $1 FOR NO KEY UPDATE`, version);
  }

  read(version: number): Promise<StoredModelVersion | null> {
    return this.find(`${SELECT} WHERE version = $1`, version);
  }

  async inForce(): Promise<TieringModel | null> {
    const [row] = await this.query<VersionRow>(`${SELECT} WHERE status = 'PUBLISHED'`);
    return row === undefined ? null : completeModel(row.definition);
  }

  async change(model: TieringModel, stamp: Stamp): Promise<number> {
    // TypeORM gives the rows of an UPDATE beside their number.
    const [rows] = await this.manager.query<[{ revision: number }[], number]>(
      `UPDATE tiering_model SET definition = $2, revision = revision + 1, updated_by = $3, updated_at = $4
       WHERE version = $1 AND status = 'DRAFT' RETURNING revision`,
      [model.version, JSON.stringify(model), stamp.actorName, stamp.now],
    );
    if (rows[0] === undefined) throw new Error('only a locked draft can be changed');
    return rows[0].revision;
  }

  async giveUp(version: number, stamp: Stamp): Promise<void> {
    await this.query(
      `UPDATE tiering_model SET status = 'RETIRED', retired_at = $2, updated_by = $3, updated_at = $2,
         revision = revision + 1
       WHERE version = $1 AND status = 'DRAFT'`,
      [version, stamp.now, stamp.actorName],
    );
  }

  async publish(model: TieringModel, replaced: number, reason: string, stamp: Stamp): Promise<void> {
    await this.query(`UPDATE tiering_model SET status = 'RETIRED', retired_at = $2 WHERE version = $1`, [
      replaced,
      stamp.now,
    ]);
    await this.query(
      `UPDATE tiering_model SET status = 'PUBLISHED', definition = $2, replaces = $3, reason = $4, published_by = $5,
         published_at = $6, revision = revision + 1
       WHERE version = $1`,
      [model.version, JSON.stringify(model), replaced, reason, stamp.actorName, stamp.now],
    );
    await this.query('SELECT pg_notify($1, $2)', [MODEL_CHANNEL, String(model.version)]);
  }

  async digest(version: number, today: CalendarDate): Promise<string> {
    const [row] = await this.query<{ digest: string }>(
      `SELECT encode(sha256(convert_to(concat_ws(E'\\n', $2::text, draft.version, draft.definition, published.version,
         (SELECT string_agg(account.id || ':' || account.version, ',' ORDER BY account.id) FROM account),
         (SELECT string_agg(adjustment.id || ':' || adjustment.version, ',' ORDER BY adjustment.id)
          FROM service_adjustment adjustment WHERE adjustment.status = 'ACTIVE')), 'UTF8')), 'hex') AS digest
       FROM tiering_model draft, tiering_model published
       WHERE draft.version = $1 AND published.status = 'PUBLISHED'`,
      [version, today],
    );
    if (row === undefined) throw new Error('a digest needs a draft and a published model');
    return row.digest;
  }

  async aheadOf(today: CalendarDate): Promise<{ accounts: number; until: CalendarDate | null }> {
    const [row] = await this.query<{ accounts: number; until: CalendarDate | null }>(
      `WITH ahead AS (
         SELECT account.id, card.scored_on AS last_on FROM account JOIN scorecard card ON card.id = account.scorecard_id
         WHERE account.status IS DISTINCT FROM 'CHURNED' AND card.scored_on > $1
         UNION ALL
         SELECT account.id, told.occurred_on FROM tier_history told JOIN account ON account.id = told.account_id
         WHERE account.status IS DISTINCT FROM 'CHURNED' AND told.occurred_on > $1
       )
       SELECT count(DISTINCT id)::int AS accounts, max(last_on)::text AS until FROM ahead`,
      [today],
    );
    return row ?? { accounts: 0, until: null };
  }

  private async find(sql: string, version: number): Promise<StoredModelVersion | null> {
    const [row] = await this.query<VersionRow>(sql, [version]);
    return row === undefined ? null : { ...row, model: completeModel(row.definition) };
  }

  private query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.manager.query(sql, [...parameters]);
  }
}
