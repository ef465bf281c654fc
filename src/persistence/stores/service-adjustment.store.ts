import { type EntityManager } from 'typeorm';
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

/** The columns that a write sets, with the types by which JSON is read back. */
const COLUMNS: Readonly<Record<string, string>> = {
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
};
const NAMES = Object.keys(COLUMNS);
const SOURCE = `json_to_recordset($1::json) AS r(id bigint, ${Object.entries(COLUMNS)
  .map(([name, type]) => `${name} ${type}`)
  .join(', ')})`;

const INSERT = `INSERT INTO service_adjustment (id, ${NAMES.join(', ')}) SELECT id, ${NAMES.join(', ')} FROM ${SOURCE}`;
const UPDATE = `
  UPDATE service_adjustment SET ${NAMES.map((name) => `${name} = r.${name}`).join(', ')},
    version = service_adjustment.version + 1
  FROM ${SOURCE} WHERE service_adjustment.id = r.id`;

const AS_TEXT: readonly string[] = ['bigint', 'date', 'timestamptz'];
const LOAD = `SELECT id::text, version, ${Object.entries(COLUMNS)
  .map(([name, type]) => (AS_TEXT.includes(type) ? `${name}::text` : name))
  .join(', ')} FROM service_adjustment`;

interface Loaded extends Record<string, unknown> {
  readonly id: string;
  readonly account_id: string;
  readonly version: number;
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
  constructor(private readonly manager: EntityManager) {}

  async accountOf(id: string): Promise<string | null> {
    const [row] = await this.query<{ account_id: string }>(
      `SELECT account_id::text FROM service_adjustment WHERE id = $1`,
      [id],
    );
    return row?.account_id ?? null;
  }

  async byId(id: string): Promise<StoredAdjustment | null> {
    const [row] = await this.query<Loaded>(`${LOAD} WHERE id = $1`, [id]);
    return row === undefined ? null : storedAdjustment(row);
  }

  async knownOf(accountIds: readonly string[]): Promise<StoredAdjustment[]> {
    if (accountIds.length === 0) return [];
    const rows = await this.query<Loaded>(
      `${LOAD} WHERE account_id = ANY($1::bigint[]) AND (status IN ('PROPOSED', 'ACTIVE') OR silences_grounds)
       ORDER BY service_adjustment.id`,
      [accountIds],
    );
    return rows.map(storedAdjustment);
  }

  async save(writes: readonly AdjustmentWrite[]): Promise<string[]> {
    const added = writes.filter(({ id }) => id === null);
    const taken = added.length === 0 ? [] : await this.takeIds(added.length);
    const rows = writes.map((write) => ({ ...rowOf(write), id: write.id ?? taken.shift() ?? '' }));
    const changed = rows.filter((_, index) => writes[index]?.id !== null);
    // One that ends makes room for the one that takes its place.
    await this.write(
      UPDATE,
      changed.filter(({ status }) => status !== 'ACTIVE'),
    );
    await this.write(
      UPDATE,
      changed.filter(({ status }) => status === 'ACTIVE'),
    );
    await this.write(
      INSERT,
      rows.filter((_, index) => writes[index]?.id === null),
    );
    return rows.map(({ id }) => id);
  }

  async accountsToPropose(lighterFromHealth: number, after: string, limit: number): Promise<string[]> {
    const rows = await this.query<{ id: string }>(
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
    const rows = await this.query<{ id: string }>(
      `SELECT account_id::text AS id FROM service_adjustment
       WHERE status = 'ACTIVE' AND until_on <= $1 AND account_id > $2 ORDER BY account_id LIMIT $3`,
      [today, after, limit],
    );
    return rows.map(({ id }) => id);
  }

  private async takeIds(count: number): Promise<string[]> {
    const rows = await this.query<{ id: string }>(
      `SELECT nextval('service_adjustment_id_seq')::text AS id FROM generate_series(1, $1)`,
      [count],
    );
    return rows.map(({ id }) => id);
  }

  private async write(sql: string, rows: readonly object[]): Promise<void> {
    if (rows.length > 0) await this.manager.query(sql, [JSON.stringify(rows)]);
  }

  private query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.manager.query(sql, [...parameters]);
  }
}

function rowOf({ accountId, adjustment }: AdjustmentWrite) {
  const { kind, status, grounds, until, note, silences, created, startedOn, decided, end } = adjustment;
  return {
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

function storedAdjustment(row: Loaded): StoredAdjustment {
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
