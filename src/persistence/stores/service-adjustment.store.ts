import { type EntityManager } from 'typeorm';
import { type AccountNames } from '../../app/ports/account-names';
import {
  type AdjustmentStore,
  type AdjustmentWrite,
  type StoredAdjustment,
} from '../../app/ports/service-adjustment';
import { type CalendarDate } from '../../domain/calendar';
import {
  type AdjustmentEndReason,
  type AdjustmentGrounds,
  type AdjustmentKind,
  type AdjustmentStatus,
} from '../../domain/service-adjustment';
import { actColumns, actOf } from './act-columns';
import { type LoadedRow, VersionedRows, VersionedTable } from './versioned-rows';

/** With the columns that a write sets, and the types by which JSON is read back. */
const TABLE = new VersionedTable('service_adjustment', {
  account_id: 'bigint',
  kind: 'text',
  status: 'text',
  grounds: 'text',
  until_on: 'date',
  note: 'text',
  silences_grounds: 'boolean',
  created_by_id: 'text',
  created_by: 'text',
  created_on: 'date',
  created_at: 'timestamptz',
  started_on: 'date',
  decided_by_id: 'text',
  decided_by: 'text',
  decided_on: 'date',
  decided_at: 'timestamptz',
  ended_by_id: 'text',
  ended_by: 'text',
  ended_on: 'date',
  ended_at: 'timestamptz',
  end_reason: 'text',
  end_note: 'text',
});
interface Loaded extends Record<string, unknown> {
  readonly kind: AdjustmentKind;
  readonly status: AdjustmentStatus;
  readonly grounds: AdjustmentGrounds | null;
  readonly until_on: CalendarDate | null;
  readonly note: string | null;
  readonly silences_grounds: boolean;
  readonly started_on: CalendarDate | null;
  readonly end_reason: AdjustmentEndReason;
  readonly end_note: string | null;
}

export class SqlAdjustmentStore implements AdjustmentStore {
  private readonly rows: VersionedRows<Loaded>;

  constructor(manager: EntityManager) {
    this.rows = new VersionedRows(manager, TABLE);
  }

  accountOf(id: string): Promise<string | null> {
    return this.rows.accountOf(id);
  }

  async byId(id: string): Promise<StoredAdjustment | null> {
    const row = await this.rows.byId(id);
    return row && storedAdjustment(row);
  }

  async knownOf(accounts: AccountNames): Promise<StoredAdjustment[]> {
    const condition = `(status IN ('PROPOSED', 'ACTIVE') OR silences_grounds)`;
    return (await this.rows.ofAccounts(accounts, condition)).map(storedAdjustment);
  }

  reserve(count: number): Promise<void> {
    return this.rows.reserve(count);
  }

  save(writes: readonly AdjustmentWrite[]): Promise<string[]> {
    return this.rows.save(writes.map(rowOf));
  }

  async accountsToPropose(lighterFromHealth: number, after: string, limit: number): Promise<string[]> {
    const rows = await this.rows.query<{ id: string }>(
      `SELECT id::text FROM account a
       WHERE id > $1 AND (
         effective_tier IS NOT NULL AND (churn_risk = 'HIGH' OR churn_risk = 'LOW' AND health_score >= $2)
         OR EXISTS (SELECT FROM service_adjustment s
           WHERE s.account_id = a.id AND (s.status = 'PROPOSED' OR s.silences_grounds)))
       ORDER BY a.id LIMIT $3`,
      [after, lighterFromHealth, limit],
    );
    return rows.map(({ id }) => id);
  }

  async accountsWithDue(today: CalendarDate, after: string, limit: number): Promise<string[]> {
    const rows = await this.rows.query<{ id: string }>(
      `SELECT account_id::text AS id FROM service_adjustment
       WHERE status = 'ACTIVE' AND until_on <= $1 AND account_id > $2 ORDER BY account_id LIMIT $3`,
      [today, after, limit],
    );
    return rows.map(({ id }) => id);
  }
}

function rowOf({ id, accountId, adjustment }: AdjustmentWrite) {
  const { kind, status, grounds, until, note, silences, created, startedOn, decided, end } = adjustment;
  return {
    id,
    account_id: accountId,
    kind,
    status,
    grounds,
    until_on: until,
    note,
    silences_grounds: silences,
    ...actColumns('created', created),
    started_on: startedOn,
    ...actColumns('decided', decided),
    ...actColumns('ended', end?.act ?? null),
    end_reason: end?.reason,
    end_note: end?.note,
  };
}

function storedAdjustment(row: LoadedRow<Loaded>): StoredAdjustment {
  const created = actOf(row, 'created');
  const ended = actOf(row, 'ended');
  if (created === null) throw new Error('every adjustment was made by somebody');
  return {
    id: row.id,
    accountId: row.account_id,
    version: row.version,
    kind: row.kind,
    status: row.status,
    grounds: row.grounds,
    until: row.until_on,
    note: row.note,
    silences: row.silences_grounds,
    created,
    startedOn: row.started_on,
    decided: actOf(row, 'decided'),
    end: ended && { act: ended, reason: row.end_reason, note: row.end_note },
  };
}
