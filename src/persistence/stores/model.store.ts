import { type DataSource, type EntityManager } from 'typeorm';
import { type Stamp } from '../../app/ports/clock';
import { type ModelStore } from '../../app/ports/stores';
import { completeModel, DEFAULT_MODEL, type StoredModel } from '../../domain/defaults';
import { type TieringModel } from '../../domain/tiering-model';
import { ADVISORY_LOCKS } from '../advisory-locks';

/** Told to every process when another model is published. */
export const MODEL_CHANNEL = 'tierbook_model';

interface KnownModel {
  /** Names one state of the row, for good: whatever writes it, or takes back what it wrote, leaves another one. */
  readonly state: string;
  readonly model: TieringModel;
}

/** The version as well: after a failover that lost something, transactions may have ids that others had. */
const STATE = `version || ':' || xmin::text || ctid::text AS state`;

/** The model that was read last from each database, so that it is not sent and read anew in every transaction. */
const KNOWN = new WeakMap<DataSource, KnownModel>();

export class SqlModelStore implements ModelStore {
  private kept: Promise<TieringModel | null> | null = null;
  private mayChange = false;

  constructor(private readonly manager: EntityManager) {}

  published(): Promise<TieringModel | null> {
    // Once it is kept from changing it stays what it is, unless it is changed in here.
    if (this.kept === null || this.mayChange) this.kept = this.locked('pg_advisory_xact_lock_shared');
    return this.kept;
  }

  expected(): TieringModel {
    return KNOWN.get(this.manager.dataSource)?.model ?? DEFAULT_MODEL;
  }

  async hasPublished(): Promise<boolean> {
    return (await this.current()) !== null;
  }

  publishedForChange(): Promise<TieringModel | null> {
    this.mayChange = true;
    return this.locked('pg_advisory_xact_lock');
  }

  async publish(model: TieringModel, reason: string, stamp: Stamp): Promise<void> {
    await this.manager.query(
      `UPDATE tiering_model SET status = 'RETIRED', retired_at = $1 WHERE status = 'PUBLISHED'`,
      [stamp.now],
    );
    await this.manager.query(
      `INSERT INTO tiering_model (version, status, definition, reason, published_by, published_at, created_at)
       VALUES ($1, 'PUBLISHED', $2, $3, $4, $5, $5)`,
      [model.version, JSON.stringify(model), reason, stamp.actorName, stamp.now],
    );
    await this.manager.query('SELECT pg_notify($1, $2)', [MODEL_CHANNEL, String(model.version)]);
  }

  private locked(lock: string): Promise<TieringModel | null> {
    // A statement of its own: the next one must not see a snapshot from before the wait.
    void this.manager.query(`SELECT ${lock}($1)`, [ADVISORY_LOCKS.PUBLISHING]);
    return this.current();
  }

  private async current(): Promise<TieringModel | null> {
    const [row]: { state: string }[] = await this.manager.query(
      `SELECT ${STATE} FROM tiering_model WHERE status = $1`,
      ['PUBLISHED'],
    );
    if (row === undefined) return null;
    const known = KNOWN.get(this.manager.dataSource);
    if (known?.state === row.state) return known.model;
    const model = await this.read();
    if (model !== null) KNOWN.set(this.manager.dataSource, model);
    return model?.model ?? null;
  }

  private async read(): Promise<KnownModel | null> {
    const [row]: { state: string; definition: StoredModel }[] = await this.manager.query(
      `SELECT ${STATE}, definition FROM tiering_model WHERE status = 'PUBLISHED'`,
    );
    return row === undefined ? null : { state: row.state, model: completeModel(row.definition) };
  }
}
