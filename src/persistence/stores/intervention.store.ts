import { type EntityManager } from 'typeorm';
import {
  type InterventionStore,
  type InterventionWrite,
  type StoredIntervention,
  type WatchedPast,
} from '../../app/ports/intervention';
import { type CalendarDate } from '../../domain/calendar';
import {
  type Evidence,
  type InterventionReason,
  type InterventionStatus,
  type KnownIntervention,
  type PastChange,
} from '../../domain/intervention';
import { actColumns, actOf } from './act-columns';
import { type LoadedRow, VersionedRows, VersionedTable } from './versioned-rows';

const TABLE = new VersionedTable('intervention', {
  account_id: 'bigint',
  reason: 'text',
  status: 'text',
  tier: 'text',
  model_version: 'integer',
  evidence: 'jsonb',
  raised_by_id: 'text',
  raised_by: 'text',
  raised_on: 'date',
  raised_at: 'timestamptz',
  closed_by_id: 'text',
  closed_by: 'text',
  closed_on: 'date',
  closed_at: 'timestamptz',
  note: 'text',
});

interface Loaded extends Record<string, unknown> {
  readonly reason: InterventionReason;
  readonly status: InterventionStatus;
  readonly tier: string;
  readonly model_version: number;
  readonly evidence: readonly Evidence[];
  readonly note: string | null;
}

// All that matters of an account's past in one row.
const PAST_OF = `
  SELECT watched.id::text, owner.external_id AS csm, changes.history, raised.known
  FROM unnest($1::bigint[]) AS watched(id)
  LEFT JOIN LATERAL (
    SELECT csm.external_id FROM portfolio_assignment o JOIN csm ON csm.id = o.csm_id
    WHERE o.account_id = watched.id AND o.to_on IS NULL
  ) owner ON true
  LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('field', field, 'on', effective_on::text, 'from', value_from, 'to', value_to)
      ORDER BY effective_on, id) AS history
    FROM fact_change f
    WHERE f.account_id = watched.id AND (
      f.field = 'status' OR f.field IN ('healthScore', 'usagePercent') AND f.effective_on >= $2::date)
  ) changes ON true
  LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('reason', reason, 'closedOn', closed_on::text)) AS known
    FROM (SELECT DISTINCT ON (reason) reason, closed_on FROM intervention i
      WHERE i.account_id = watched.id ORDER BY reason, id DESC) newest
  ) raised ON true`;

export class SqlInterventionStore implements InterventionStore {
  private readonly rows: VersionedRows<Loaded>;

  constructor(manager: EntityManager) {
    this.rows = new VersionedRows(manager, TABLE);
  }

  async pastOf(accountIds: readonly string[], since: CalendarDate): Promise<Map<string, WatchedPast>> {
    const rows = await this.rows.query<{
      id: string;
      csm: string | null;
      history: PastChange[] | null;
      known: KnownIntervention[] | null;
    }>(PAST_OF, [accountIds, since]);
    return new Map(
      rows.map(({ id, csm, history, known }) => [id, { csm, history: history ?? [], known: known ?? [] }]),
    );
  }

  async accountsOf(ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.rows.query<{ id: string; account_id: string }>(
      `SELECT id::text, account_id::text FROM intervention WHERE id = ANY($1::bigint[])`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row.account_id]));
  }

  async byIds(ids: readonly string[]): Promise<StoredIntervention[]> {
    return (await this.rows.where('id = ANY($1::bigint[])', [ids])).map(storedIntervention);
  }

  async save(writes: readonly InterventionWrite[]): Promise<string[]> {
    return writes.length === 0 ? [] : this.rows.save(writes.map(rowOf));
  }
}

function rowOf({ id, accountId, intervention }: InterventionWrite) {
  const { reason, status, tier, modelVersion, raised, evidence, end } = intervention;
  return {
    id,
    account_id: accountId,
    reason,
    status,
    tier,
    model_version: modelVersion,
    evidence,
    ...actColumns('raised', raised),
    ...actColumns('closed', end?.act ?? null),
    note: end?.note ?? null,
  };
}

function storedIntervention(row: LoadedRow<Loaded>): StoredIntervention {
  const raised = actOf(row, 'raised');
  const closed = actOf(row, 'closed');
  if (raised === null) throw new Error('every intervention was raised by something');
  return {
    id: row.id,
    accountId: row.account_id,
    version: row.version,
    reason: row.reason,
    status: row.status,
    tier: row.tier,
    modelVersion: row.model_version,
    raised,
    evidence: row.evidence,
    end: closed && { act: closed, note: row.note },
  };
}
