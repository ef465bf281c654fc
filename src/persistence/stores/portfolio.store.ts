import { type EntityManager } from 'typeorm';
import { type Stamp } from '../../app/ports/clock';
import { type AssignmentWrite, type PortfolioStore, type StoredAssignment } from '../../app/ports/portfolio';
import { type CalendarDate } from '../../domain/calendar';
import { lookedAfterBy } from '../looked-after';

interface AssignmentRow {
  readonly id: string;
  readonly account_id: string;
  readonly csm: string | null;
  readonly pool: string | null;
  readonly executive_sponsor: string | null;
  readonly from_on: CalendarDate;
  readonly to_on: CalendarDate | null;
}

const OWNED_BY = `
  SELECT owned.id::text AS account_id FROM (${lookedAfterBy('$1::bigint', '$3')}) owned
  WHERE owned.id = ANY($2::bigint[])`;

const END = `
  UPDATE portfolio_assignment SET to_on = r.to_on
  FROM jsonb_to_recordset($1::jsonb) AS r(id bigint, to_on date) WHERE portfolio_assignment.id = r.id`;

const ADD = `
  INSERT INTO portfolio_assignment (account_id, csm_id, pool_id, executive_sponsor, from_on, to_on, reason, actor_id,
    actor_name, recorded_at)
  SELECT r.account_id, csm.id, pool.id, r.sponsor, r.from_on, r.to_on, r.reason, $2, $3, $4
  FROM jsonb_to_recordset($1::jsonb) AS r(position integer, account_id bigint, csm text, pool text, sponsor text,
    from_on date, to_on date, reason text)
  LEFT JOIN csm ON csm.external_id = r.csm LEFT JOIN pool ON pool.external_id = r.pool
  ORDER BY r.position`;

export class SqlPortfolioStore implements PortfolioStore {
  constructor(private readonly manager: EntityManager) {}

  async ownedBy(csmId: string, accountIds: readonly string[], today: string): Promise<ReadonlySet<string>> {
    const rows = await this.query<{ account_id: string }>(OWNED_BY, [csmId, accountIds, today]);
    return new Set(rows.map((row) => row.account_id));
  }

  async historyOf(accountIds: readonly string[]): Promise<Map<string, StoredAssignment[]>> {
    const rows = await this.query<AssignmentRow>(
      `SELECT o.id::text, o.account_id::text, csm.external_id AS csm, pool.external_id AS pool, o.executive_sponsor,
         o.from_on::text, o.to_on::text
       FROM portfolio_assignment o LEFT JOIN csm ON csm.id = o.csm_id LEFT JOIN pool ON pool.id = o.pool_id
       WHERE o.account_id = ANY($1::bigint[]) ORDER BY o.account_id, o.from_on, o.id`,
      [accountIds],
    );
    const history = new Map<string, StoredAssignment[]>();
    for (const row of rows) {
      const known = history.get(row.account_id);
      if (known) known.push(assignmentOf(row));
      else history.set(row.account_id, [assignmentOf(row)]);
    }
    return history;
  }

  async heldBy(csmId: string): Promise<string[]> {
    const rows = await this.query<{ account_id: string }>(
      `SELECT account_id::text FROM portfolio_assignment WHERE csm_id = $1::bigint AND to_on IS NULL
       ORDER BY portfolio_assignment.account_id`,
      [csmId],
    );
    return rows.map((row) => row.account_id);
  }

  async heldCounts(csmIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.query<{ csm_id: string; held: number }>(
      `SELECT csm_id::text, count(*)::int AS held FROM portfolio_assignment
       WHERE csm_id = ANY($1::bigint[]) AND to_on IS NULL GROUP BY csm_id`,
      [csmIds],
    );
    return new Map(rows.map((row) => [row.csm_id, row.held]));
  }

  async pooledCounts(pools: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.query<{ pool: string; held: number }>(
      `SELECT pool.external_id AS pool, count(*)::int AS held
       FROM portfolio_assignment o JOIN pool ON pool.id = o.pool_id
       WHERE pool.external_id = ANY($1) AND o.to_on IS NULL GROUP BY pool.external_id`,
      [pools],
    );
    return new Map(rows.map((row) => [row.pool, row.held]));
  }

  async versionsOf(accountIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.query<{ id: string; version: number }>(
      `SELECT id::text, version FROM account WHERE id = ANY($1::bigint[])`,
      [accountIds],
    );
    return new Map(rows.map(({ id, version }) => [id, version]));
  }

  save(writes: readonly AssignmentWrite[], stamp: Stamp): void {
    const ended = writes.flatMap(({ ended: ends }) => ends.map(({ id, to }) => ({ id, to_on: to })));
    if (ended.length > 0) void this.query(END, [JSON.stringify(ended)]);
    const added = writes.flatMap(({ accountId, added: assignments, reason }) =>
      assignments.map(({ owner, executiveSponsor, from, to }) => ({
        account_id: accountId,
        csm: owner.kind === 'CSM' ? owner.externalId : null,
        pool: owner.kind === 'POOL' ? owner.externalId : null,
        sponsor: executiveSponsor,
        from_on: from,
        to_on: to,
        reason,
      })),
    );
    if (added.length === 0) return;
    const rows = added.map((row, position) => ({ position, ...row }));
    void this.query(ADD, [JSON.stringify(rows), stamp.actorId, stamp.actorName, stamp.now]);
  }

  private query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.manager.query(sql, [...parameters]);
  }
}

function assignmentOf(row: AssignmentRow): StoredAssignment {
  return {
    id: row.id,
    owner:
      row.csm === null ? { kind: 'POOL', externalId: row.pool ?? '' } : { kind: 'CSM', externalId: row.csm },
    executiveSponsor: row.executive_sponsor,
    from: row.from_on,
    to: row.to_on,
  };
}
