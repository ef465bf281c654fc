import { type ModelInfo, type ModelReads, type ModelView, type Window } from '../../app/ports/reads';
import { type CalendarDate } from '../../domain/calendar';
import { completeModel, type StoredModel } from '../../domain/defaults';
import { DomainError } from '../../domain/errors';
import { type Publication } from '../../domain/program-period';
import { type ModelStatus, type TieringModel } from '../../domain/tiering-model';
import { type DatabaseListener } from '../database-listener';
import { MODEL_CHANNEL } from '../stores/model.store';
import { type DatabaseReader } from './database-reader';
import { keyset } from './keyset';
import { Parameters } from './parameters';

const INFO = `version, status, reason, published_by AS "publishedBy", published_at AS "publishedAt",
  created_at AS "createdAt", revision, based_on AS "basedOn", created_by AS "createdBy", updated_by AS "updatedBy",
  updated_at AS "updatedAt", retired_at AS "retiredAt", replaces`;
const NEWEST_FIRST = [{ expression: 'version', type: 'integer', descending: true }] as const;

export interface ModelCatalogOptions {
  readonly database: DatabaseReader;
  /** Hears of publications; absent where the database is to be asked each time. */
  readonly listener?: DatabaseListener;
  /** The business time zone, in which models are published on a day; UTC if absent. */
  readonly timeZone?: string;
}

/**
 * The tiering models, kept in memory: a model that was published never changes, and which one is published is
 * told to every process. While nobody can tell, because the connection that listens is lost, the database is
 * asked each time.
 */
export class ModelCatalog implements ModelReads {
  private readonly models = new Map<number, TieringModel>();
  private current: Promise<TieringModel> | null = null;
  private readonly timeZone: string;

  constructor(private readonly options: ModelCatalogOptions) {
    this.timeZone = options.timeZone ?? 'UTC';
    options.listener?.on(MODEL_CHANNEL, () => {
      this.askAnew();
    });
  }

  askAnew(): void {
    this.current = null;
  }

  async published(): Promise<TieringModel> {
    if (this.current !== null && this.options.listener?.hears(MODEL_CHANNEL)) return this.current;
    const reading = this.readPublished();
    this.current = reading;
    try {
      return await reading;
    } catch (error) {
      if (this.current === reading) this.current = null;
      throw error;
    }
  }

  async inForceOn(day: CalendarDate): Promise<TieringModel> {
    const [row] = await this.options.database.rows<{ version: number }>(
      `SELECT version FROM tiering_model,
         LATERAL (SELECT published_at < (($1::date + 1)::timestamp AT TIME ZONE $2) AS by_then) moment
       WHERE published_at IS NOT NULL
       ORDER BY NOT by_then, CASE WHEN by_then THEN published_at END DESC, published_at LIMIT 1`,
      [day, this.timeZone],
    );
    const model = row === undefined ? null : await this.version(row.version);
    return model ?? this.published();
  }

  async version(version: number): Promise<TieringModel | null> {
    const known = this.models.get(version);
    if (known !== undefined) return known;
    const [row] = await this.options.database.rows<{ status: string; definition: StoredModel }>(
      `SELECT status, definition FROM tiering_model WHERE version = $1`,
      [version],
    );
    if (row === undefined) return null;
    // A draft may still change.
    const model = completeModel(row.definition);
    if (row.status !== 'DRAFT') this.models.set(version, model);
    return model;
  }

  async publications(): Promise<Publication[]> {
    const rows = await this.options.database.rows<{ definition: StoredModel; publishedOn: CalendarDate }>(
      `SELECT definition, (published_at AT TIME ZONE $1)::date AS "publishedOn" FROM tiering_model
       WHERE published_at IS NOT NULL ORDER BY published_at, version`,
      [this.timeZone],
    );
    return rows.map(({ definition, publishedOn }) => ({ model: completeModel(definition), publishedOn }));
  }

  /** The model, if it has been read before. */
  known(version: number): TieringModel | undefined {
    return this.models.get(version);
  }

  async info(version: number): Promise<ModelInfo | null> {
    const [info] = await this.options.database.rows<ModelInfo>(
      `SELECT ${INFO} FROM tiering_model WHERE version = $1`,
      [version],
    );
    return info ?? null;
  }

  async page(statuses: readonly ModelStatus[], window: Window): Promise<ModelView[]> {
    const parameters = new Parameters();
    const { cursor, orderBy, condition } = keyset(NEWEST_FIRST, window, (value) => parameters.bind(value));
    const rows = await this.options.database.rows<ModelView & { definition: StoredModel }>(
      `SELECT ${INFO}, definition, ${cursor} AS cursor FROM tiering_model
       WHERE ${withStatus(statuses, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
    return rows.map(({ definition, ...row }) => ({ ...row, model: completeModel(definition) }));
  }

  async count(statuses: readonly ModelStatus[]): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.options.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM tiering_model WHERE ${withStatus(statuses, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  private async readPublished(): Promise<TieringModel> {
    const [row] = await this.options.database.rows<{ definition: StoredModel }>(
      `SELECT definition FROM tiering_model WHERE status = 'PUBLISHED'`,
    );
    if (row === undefined) {
      throw new DomainError('NOT_FOUND', 'no tiering model is published; run "tierbook migrate"');
    }
    const model = completeModel(row.definition);
    this.models.set(model.version, model);
    return model;
  }
}

function withStatus(statuses: readonly ModelStatus[], parameters: Parameters): string {
  return statuses.length === 0 ? 'true' : `status = ANY(${parameters.bind(statuses)}::text[])`;
}
