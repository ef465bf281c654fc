import { type EntityManager } from 'typeorm';
import { type Stamp } from '../../app/ports/clock';
import { type ModelStore } from '../../app/ports/stores';
import { completeModel, type StoredModel } from '../../domain/defaults';
import { type TieringModel } from '../../domain/tiering-model';
import { ADVISORY_LOCKS } from '../advisory-locks';

/** Told to every process when another model is published. */
export const MODEL_CHANNEL = 'tierbook_model';

export class SqlModelStore implements ModelStore {
  constructor(private readonly manager: EntityManager) {}

  async published(): Promise<TieringModel | null> {
    // A statement of its own: the next one must not see a snapshot from before the wait.
    await this.manager.query('SELECT pg_advisory_xact_lock_shared($1)', [ADVISORY_LOCKS.PUBLISHING]);
    return this.current();
  }

  async hasPublished(): Promise<boolean> {
    return (await this.current()) !== null;
  }

  async publishedForChange(): Promise<TieringModel | null> {
    await this.manager.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.PUBLISHING]);
    return this.current();
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

  private async current(): Promise<TieringModel | null> {
    const rows: { definition: StoredModel }[] = await this.manager.query(
      `SELECT definition FROM tiering_model WHERE status = 'PUBLISHED'`,
    );
    return rows[0] === undefined ? null : completeModel(rows[0].definition);
  }
}
