import { type EntityManager } from 'typeorm';
import { type Stamp } from '../../app/ports/clock';
import {
  type CsmStore,
  type CsmWrite,
  type PoolWrite,
  type StoredCsm,
  type StoredPool,
} from '../../app/ports/csm';
import { isReadable } from '../../domain/account-field';
import { type CalendarDate } from '../../domain/calendar';
import { type EmploymentTerm, type Leave } from '../../domain/csm';
import { formatHundredths } from '../../domain/money';
import { type PoolMembership } from '../../domain/pool';
import { ADVISORY_LOCKS } from '../advisory-locks';

const LOAD = `
  SELECT c.id::text, c.external_id AS "externalId", c.name, c.email, to_jsonb(c.regions) AS regions,
    to_jsonb(c.languages) AS languages, to_jsonb(c.industries) AS industries, c.version,
    coalesce((SELECT jsonb_agg(jsonb_build_object('from', from_on::text, 'to', to_on::text, 'fte', (fte * 100)::int)
      ORDER BY from_on) FROM csm_employment WHERE csm_id = c.id), '[]') AS employment,
    coalesce((SELECT jsonb_agg(jsonb_build_object('from', from_on::text, 'to', to_on::text, 'backup', b.external_id)
      ORDER BY from_on) FROM csm_leave JOIN csm b ON b.id = backup_id WHERE csm_id = c.id), '[]') AS leave,
    coalesce((SELECT jsonb_agg(jsonb_build_object('from', from_on::text, 'to', to_on::text, 'pool', p.external_id)
      ORDER BY from_on, p.external_id COLLATE "C")
      FROM pool_membership JOIN pool p ON p.id = pool_id WHERE csm_id = c.id), '[]') AS pools
  FROM csm c`;

const UPSERT = `
  INSERT INTO csm (external_id, name, email, regions, languages, industries, created_at, updated_at)
  SELECT r.external_id, r.name, r.email, r.regions, r.languages, r.industries, $2, $2
  FROM jsonb_to_recordset($1::jsonb) AS r(external_id text, name text, email text, regions text[], languages text[],
    industries text[])
  ON CONFLICT ON CONSTRAINT uq_csm_external_id DO UPDATE SET name = excluded.name, email = excluded.email,
    regions = excluded.regions, languages = excluded.languages, industries = excluded.industries,
    version = csm.version + 1, updated_at = excluded.updated_at
  RETURNING id::text, external_id`;

/** What belongs to CSMs, and the rows of it that there shall be. */
interface Belongings {
  readonly table: string;
  readonly columns: readonly string[];
  readonly wanted: string;
}

const EMPLOYMENT: Belongings = {
  table: 'csm_employment',
  columns: ['csm_id', 'from_on', 'to_on', 'fte'],
  wanted: `SELECT csm_id, "from", "to", fte::numeric(3, 2)
    FROM jsonb_to_recordset($1::jsonb) AS r(csm_id bigint, "from" date, "to" date, fte numeric)`,
};
const LEAVE: Belongings = {
  table: 'csm_leave',
  columns: ['csm_id', 'from_on', 'to_on', 'backup_id'],
  wanted: `SELECT csm_id, "from", "to", b.id
    FROM jsonb_to_recordset($1::jsonb) AS r(csm_id bigint, "from" date, "to" date, backup text)
    JOIN csm b ON b.external_id = r.backup`,
};
const MEMBERSHIPS: Belongings = {
  table: 'pool_membership',
  columns: ['csm_id', 'pool_id', 'from_on', 'to_on'],
  wanted: `SELECT csm_id, p.id, "from", "to"
    FROM jsonb_to_recordset($1::jsonb) AS r(csm_id bigint, "from" date, "to" date, pool text)
    JOIN pool p ON p.external_id = r.pool`,
};

export class SqlCsmStore implements CsmStore {
  constructor(private readonly manager: EntityManager) {}

  async lockForChange(): Promise<void> {
    await this.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.STAFF]);
  }

  async hold(): Promise<void> {
    await this.query('SELECT pg_advisory_xact_lock_shared($1)', [ADVISORY_LOCKS.STAFF]);
  }

  async byExternalIds(externalIds: readonly string[]): Promise<Map<string, StoredCsm>> {
    if (externalIds.length === 0) return new Map();
    // Nobody is called by characters that PostgreSQL refuses.
    const keys = externalIds.filter(isReadable);
    const rows = await this.query<StoredCsm>(`${LOAD} WHERE c.external_id = ANY($1)`, [keys]);
    return new Map(rows.map((csm) => [csm.externalId, csm]));
  }

  async leavesCoveredBy(externalIds: readonly string[]): Promise<Map<string, Leave[]>> {
    if (externalIds.length === 0) return new Map();
    const keys = externalIds.filter(isReadable);
    const rows = await this.query<Leave>(
      `SELECT l.from_on::text AS "from", l.to_on::text AS "to", b.external_id AS backup
       FROM csm_leave l JOIN csm b ON b.id = l.backup_id WHERE b.external_id = ANY($1) ORDER BY l.from_on`,
      [keys],
    );
    const leaves = new Map<string, Leave[]>();
    for (const leave of rows) leaves.set(leave.backup, [...(leaves.get(leave.backup) ?? []), leave]);
    return leaves;
  }

  async save(writes: readonly CsmWrite[], stamp: Stamp): Promise<Map<string, string>> {
    if (writes.length === 0) return new Map();
    const rows = writes.map(({ csm }) => ({
      external_id: csm.externalId,
      name: csm.name,
      email: csm.email,
      regions: csm.regions,
      languages: csm.languages,
      industries: csm.industries,
    }));
    const saved = await this.query<{ id: string; external_id: string }>(UPSERT, [
      JSON.stringify(rows),
      stamp.now,
    ]);
    const ids = new Map(saved.map(({ id, external_id: externalId }) => [externalId, id]));
    const keys = [...ids.values()];
    const rowsOf = <Row extends EmploymentTerm | Leave | PoolMembership>(
      of: (csm: CsmWrite['csm']) => readonly Row[],
      more: (row: Row) => object = () => ({}),
    ): string =>
      JSON.stringify(
        writes.flatMap(({ csm }) =>
          of(csm).map((row) => ({ csm_id: ids.get(csm.externalId), ...row, ...more(row) })),
        ),
      );
    const employment = rowsOf(
      (csm) => csm.employment,
      ({ fte }) => ({ fte: formatHundredths(fte) }),
    );
    await this.setRows(EMPLOYMENT, employment, keys);
    await this.setRows(
      LEAVE,
      rowsOf((csm) => csm.leave),
      keys,
    );
    await this.setRows(
      MEMBERSHIPS,
      rowsOf((csm) => csm.pools),
      keys,
    );
    return ids;
  }

  async pools(externalIds: readonly string[]): Promise<Map<string, StoredPool>> {
    if (externalIds.length === 0) return new Map();
    const rows = await this.query<StoredPool>(
      `SELECT id::text, external_id AS "externalId", name FROM pool WHERE external_id = ANY($1)`,
      [externalIds.filter(isReadable)],
    );
    return new Map(rows.map((pool) => [pool.externalId, pool]));
  }

  async savePools(pools: readonly PoolWrite[], stamp: Stamp): Promise<Map<string, string>> {
    if (pools.length === 0) return new Map();
    const rows = await this.query<{ id: string; external_id: string }>(
      `INSERT INTO pool (external_id, name, created_at)
       SELECT external_id, name, $3 FROM unnest($1::text[], $2::text[]) AS r(external_id, name)
       ON CONFLICT ON CONSTRAINT uq_pool_external_id DO UPDATE SET name = excluded.name
       RETURNING id::text, external_id`,
      [pools.map(({ externalId }) => externalId), pools.map(({ name }) => name), stamp.now],
    );
    return new Map(rows.map(({ id, external_id: externalId }) => [externalId, id]));
  }

  async membersOn(pools: readonly string[], day: CalendarDate): Promise<Map<string, string[]>> {
    if (pools.length === 0) return new Map();
    const keys = pools.filter(isReadable);
    const rows = await this.query<{ pool: string; members: string[] }>(
      `SELECT p.external_id AS pool, jsonb_agg(c.external_id ORDER BY c.external_id) AS members
       FROM pool p JOIN pool_membership m ON m.pool_id = p.id JOIN csm c ON c.id = m.csm_id
       WHERE p.external_id = ANY($1) AND m.from_on <= $2::date AND (m.to_on IS NULL OR m.to_on > $2::date)
         AND EXISTS (SELECT FROM csm_employment e
           WHERE e.csm_id = c.id AND e.from_on <= $2::date AND (e.to_on IS NULL OR e.to_on > $2::date))
       GROUP BY p.external_id`,
      [keys, day],
    );
    return new Map(rows.map(({ pool, members }) => [pool, members]));
  }

  /** Leaves rows that are right already as they are. */
  private async setRows(
    { table, columns, wanted }: Belongings,
    rows: string,
    csmIds: readonly string[],
  ): Promise<void> {
    const names = columns.join(', ');
    const of = (alias: string): string => `(${columns.map((column) => `${alias}.${column}`).join(', ')})`;
    await this.query(
      `DELETE FROM ${table} stored WHERE csm_id = ANY($2::bigint[]) AND NOT EXISTS (
         SELECT FROM (${wanted}) AS wanted(${names}) WHERE ${of('wanted')} IS NOT DISTINCT FROM ${of('stored')})`,
      [rows, csmIds],
    );
    await this.query(
      `INSERT INTO ${table} (${names})
       ${wanted} EXCEPT SELECT ${names} FROM ${table} WHERE csm_id = ANY($2::bigint[])`,
      [rows, csmIds],
    );
  }

  private query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.manager.query(sql, [...parameters]);
  }
}
