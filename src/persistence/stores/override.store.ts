import { type EntityManager } from 'typeorm';
import { type AccountNames } from '../../app/ports/account-names';
import { type OverrideStore, type OverrideWrite, type StoredOverride } from '../../app/ports/override';
import { type CalendarDate } from '../../domain/calendar';
import { type OverrideEndReason, type OverrideReason, type OverrideStatus } from '../../domain/override';
import { actColumns, actOf } from './act-columns';
import { type LoadedRow, VersionedRows, VersionedTable } from './versioned-rows';

/** With the columns that a write sets, and the types by which JSON is read back. */
const TABLE = new VersionedTable('tier_override', {
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
});
interface Loaded extends Record<string, unknown> {
  readonly status: OverrideStatus;
  readonly tier: string;
  readonly model_version: number;
  readonly reason: OverrideReason;
  readonly note: string | null;
  readonly expires_on: CalendarDate;
  readonly started_on: CalendarDate | null;
  readonly decision_note: string | null;
  readonly end_reason: OverrideEndReason;
  readonly end_note: string | null;
}

export class SqlOverrideStore implements OverrideStore {
  private readonly rows: VersionedRows<Loaded>;

  constructor(manager: EntityManager) {
    this.rows = new VersionedRows(manager, TABLE);
  }

  accountOf(id: string): Promise<string | null> {
    return this.rows.accountOf(id);
  }

  async requestsFollow(successors: ReadonlyMap<string, string>, modelVersion: number): Promise<void> {
    await this.rows.query(
      `UPDATE tier_override SET tier = s.successor, model_version = $3, version = version + 1
       FROM unnest($1::text[], $2::text[]) AS s(dropped, successor)
       WHERE tier_override.status = 'REQUESTED' AND tier_override.tier = s.dropped`,
      [[...successors.keys()], [...successors.values()], modelVersion],
    );
  }

  async byId(id: string): Promise<StoredOverride | null> {
    const row = await this.rows.byId(id);
    return row && storedOverride(row);
  }

  async openOf(accounts: AccountNames): Promise<StoredOverride[]> {
    return (await this.rows.ofAccounts(accounts, `status IN ('REQUESTED', 'ACTIVE')`)).map(storedOverride);
  }

  reserve(count: number): Promise<void> {
    return this.rows.reserve(count);
  }

  save(writes: readonly OverrideWrite[]): Promise<string[]> {
    return this.rows.save(writes.map(rowOf));
  }

  async accountsWithDue(today: CalendarDate, after: string, limit: number): Promise<string[]> {
    const rows = await this.rows.query<{ id: string }>(
      `SELECT DISTINCT account_id::text AS id, account_id FROM tier_override
       WHERE status IN ('REQUESTED', 'ACTIVE') AND expires_on <= $1 AND account_id > $2
       ORDER BY account_id LIMIT $3`,
      [today, after, limit],
    );
    return rows.map(({ id }) => id);
  }
}

function rowOf({ id, accountId, modelVersion, override }: OverrideWrite) {
  const { status, tier, reason, note, expiresOn, requested, startedOn, decision, end } = override;
  return {
    id,
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

function storedOverride(row: LoadedRow<Loaded>): StoredOverride {
  const requested = actOf(row, 'requested');
  const decided = actOf(row, 'decided');
  const ended = actOf(row, 'ended');
  if (requested === null) throw new Error('every override was asked for by somebody');
  return {
    id: row.id,
    accountId: row.account_id,
    version: row.version,
    modelVersion: row.model_version,
    status: row.status,
    tier: row.tier,
    reason: row.reason,
    note: row.note,
    expiresOn: row.expires_on,
    requested,
    startedOn: row.started_on,
    decision: decided && { act: decided, note: row.decision_note },
    end: ended && { act: ended, reason: row.end_reason, note: row.end_note },
  };
}
