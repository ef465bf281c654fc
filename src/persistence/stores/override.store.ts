import { type EntityManager } from 'typeorm';
import { type OverrideStore, type OverrideWrite, type StoredOverride } from '../../app/ports/override';
import { type CalendarDate } from '../../domain/calendar';
import { type OverrideEndReason, type OverrideReason, type OverrideStatus } from '../../domain/override';
import { actColumns, actOf } from './act-columns';

/** The columns that a write sets, with the types by which JSON is read back. */
const COLUMNS: Readonly<Record<string, string>> = {
  account_id: 'bigint',
  status: 'text',
  tier: 'text',
  model_version: 'integer',
  reason: 'text',
  note: 'text',
  expires_on: 'date',
  requested_by_id: 'text',
  requested_by: 'text',
  requested_on: 'date',
  requested_at: 'timestamptz',
  started_on: 'date',
  decided_by_id: 'text',
  decided_by: 'text',
  decided_on: 'date',
  decided_at: 'timestamptz',
  decision_note: 'text',
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

const INSERT = `INSERT INTO tier_override (id, ${NAMES.join(', ')}) SELECT id, ${NAMES.join(', ')} FROM ${SOURCE}`;
const UPDATE = `
  UPDATE tier_override SET ${NAMES.map((name) => `${name} = r.${name}`).join(', ')}, version = tier_override.version + 1
  FROM ${SOURCE} WHERE tier_override.id = r.id`;

const LOAD = `
  SELECT id::text, version, ${NAMES.map((name) => (COLUMNS[name] === 'date' || COLUMNS[name] === 'bigint' || COLUMNS[name] === 'timestamptz' ? `${name}::text` : name)).join(', ')}
  FROM tier_override`;

type Loaded = Readonly<Record<string, string | null>> & {
  readonly version: number;
  readonly model_version: number;
};

export class SqlOverrideStore implements OverrideStore {
  constructor(private readonly manager: EntityManager) {}

  async accountOf(id: string): Promise<string | null> {
    const [row] = await this.query<{ account_id: string }>(
      `SELECT account_id::text FROM tier_override WHERE id = $1`,
      [id],
    );
    return row?.account_id ?? null;
  }

  async requestsFollow(successors: ReadonlyMap<string, string>, modelVersion: number): Promise<void> {
    await this.query(
      `UPDATE tier_override SET tier = s.successor, model_version = $3, version = version + 1
       FROM unnest($1::text[], $2::text[]) AS s(dropped, successor)
       WHERE tier_override.status = 'REQUESTED' AND tier_override.tier = s.dropped`,
      [[...successors.keys()], [...successors.values()], modelVersion],
    );
  }

  async byId(id: string): Promise<StoredOverride | null> {
    const [row] = await this.query<Loaded>(`${LOAD} WHERE id = $1`, [id]);
    return row === undefined ? null : storedOverride(row);
  }

  async openOf(accountIds: readonly string[]): Promise<StoredOverride[]> {
    if (accountIds.length === 0) return [];
    const rows = await this.query<Loaded>(
      `${LOAD} WHERE account_id = ANY($1::bigint[]) AND status IN ('REQUESTED', 'ACTIVE') ORDER BY tier_override.id`,
      [accountIds],
    );
    return rows.map(storedOverride);
  }

  async save(writes: readonly OverrideWrite[]): Promise<string[]> {
    const added = writes.filter(({ id }) => id === null);
    const taken = added.length === 0 ? [] : await this.takeIds(added.length);
    const ids = writes.map(({ id }) => id ?? taken.shift() ?? '');
    const rows = writes.map((write, index) => ({ ...rowOf(write), id: ids[index] }));
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
    return ids;
  }

  async accountsWithDue(today: CalendarDate, after: string, limit: number): Promise<string[]> {
    const rows = await this.query<{ id: string }>(
      `SELECT DISTINCT account_id::text AS id, account_id FROM tier_override
       WHERE status IN ('REQUESTED', 'ACTIVE') AND expires_on <= $1 AND account_id > $2
       ORDER BY account_id LIMIT $3`,
      [today, after, limit],
    );
    return rows.map(({ id }) => id);
  }

  private async takeIds(count: number): Promise<string[]> {
    const rows = await this.query<{ id: string }>(
      `SELECT nextval('tier_override_id_seq')::text AS id FROM generate_series(1, $1)`,
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

function rowOf({ accountId, modelVersion, override }: OverrideWrite) {
  const { status, tier, reason, note, expiresOn, requested, startedOn, decision, end } = override;
  return {
    account_id: accountId,
    status,
    tier,
    model_version: modelVersion,
    reason,
    note,
    expires_on: expiresOn,
    ...actColumns('requested', requested),
    started_on: startedOn,
    ...actColumns('decided', decision?.act ?? null),
    decision_note: decision?.note,
    ...actColumns('ended', end?.act ?? null),
    end_reason: end?.reason,
    end_note: end?.note,
  };
}

function storedOverride(row: Loaded): StoredOverride {
  const requested = actOf(row, 'requested');
  const decided = actOf(row, 'decided');
  const ended = actOf(row, 'ended');
  if (requested === null) throw new Error('every override was asked for by somebody');
  return {
    id: row.id ?? '',
    accountId: row.account_id ?? '',
    version: row.version,
    modelVersion: row.model_version,
    status: row.status as OverrideStatus,
    tier: row.tier ?? '',
    reason: row.reason as OverrideReason,
    note: row.note ?? null,
    expiresOn: row.expires_on as CalendarDate,
    requested,
    startedOn: row.started_on as CalendarDate | null,
    decision: decided && { act: decided, note: row.decision_note ?? null },
    end: ended && { act: ended, reason: row.end_reason as OverrideEndReason, note: row.end_note ?? null },
  };
}
