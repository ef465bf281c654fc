import { type CsmFilter, type CsmReads, type CsmView } from '../../app/ports/portfolio-reads';
import { type Window } from '../../app/ports/reads';
import { isReadable } from '../../domain/account-field';
import { type CalendarDate } from '../../domain/calendar';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';
import { type ColumnsByField, selectedColumns, selecting } from './selected-columns';

const BY_FIELD: ColumnsByField = {
  id: 'c.id::text',
  externalId: 'c.external_id',
  name: 'c.name',
  email: 'c.email',
  regions: 'c.regions',
  languages: 'c.languages',
  industries: 'c.industries',
  version: 'c.version',
  createdAt: 'c.created_at',
  updatedAt: 'c.updated_at',
  cursor: 'jsonb_build_array(c.name, c.id::text)',
  employment: `coalesce((SELECT jsonb_agg(jsonb_build_object('from', from_on::text, 'to', to_on::text, 'fte', fte::text)
    ORDER BY from_on) FROM csm_employment WHERE csm_id = c.id), '[]')`,
  leave: `coalesce((SELECT jsonb_agg(jsonb_build_object('from', from_on::text, 'to', to_on::text, 'backupId', backup_id::text)
    ORDER BY from_on) FROM csm_leave WHERE csm_id = c.id), '[]')`,
  pools: `coalesce((SELECT jsonb_agg(jsonb_build_object('csmId', c.id::text, 'poolId', pool_id::text, 'pool', p.external_id,
    'from', from_on::text, 'to', to_on::text) ORDER BY from_on, p.external_id)
    FROM pool_membership JOIN pool p ON p.id = pool_id WHERE csm_id = c.id), '[]')`,
};
const ALWAYS = ['id', 'externalId', 'name', 'cursor'];
const BY_IDS = selecting(
  BY_FIELD,
  ALWAYS,
  (list) => `SELECT ${list} FROM csm c WHERE c.id = ANY($1::bigint[])`,
);
const BY_EXTERNAL_IDS = selecting(
  BY_FIELD,
  ALWAYS,
  (list) => `SELECT ${list} FROM csm c WHERE c.external_id = ANY($1::text[])`,
);

const BY_NAME: readonly SortKey[] = [
  { expression: 'c.name', type: 'text', descending: false },
  { expression: 'c.id', type: 'bigint', descending: false },
];

export class SqlCsmReads implements CsmReads {
  constructor(private readonly database: DatabaseReader) {}

  async page(
    where: CsmFilter,
    today: CalendarDate,
    window: Window,
    fields: readonly string[],
  ): Promise<CsmView[]> {
    const parameters = new Parameters();
    const { orderBy, condition } = keyset(BY_NAME, window, (value) => parameters.bind(value));
    return this.database.rows<CsmView>(
      `SELECT ${selectedColumns(BY_FIELD, ALWAYS, fields)} FROM csm c WHERE ${compile(where, today, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async count(where: CsmFilter, today: CalendarDate): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM csm c WHERE ${compile(where, today, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  async byIds(ids: readonly string[], fields: readonly string[]): Promise<CsmView[]> {
    return this.database.byKey<CsmView>(BY_IDS(fields), [ids]);
  }

  async byExternalIds(externalIds: readonly string[], fields: readonly string[]): Promise<CsmView[]> {
    return this.database.byKey<CsmView>(BY_EXTERNAL_IDS(fields), [externalIds.filter(isReadable)]);
  }
}

function compile(where: CsmFilter, today: CalendarDate, parameters: Parameters): string {
  const conditions = ['true'];
  const add = (value: unknown, condition: (placeholder: string) => string): void => {
    if (value !== null && value !== undefined) conditions.push(condition(parameters.bind(value)));
  };
  const on = (day: string): string => `from_on <= ${day}::date AND (to_on IS NULL OR to_on > ${day}::date)`;
  const pattern = where.name?.replace(/[\\%_]/g, '\\$&');
  add(pattern && `%${pattern}%`, (value) => `c.name ILIKE ${value}::text`);
  add(where.externalId, (value) => `c.external_id = ${value}::text`);
  add(where.region, (value) => `${value}::text = ANY(c.regions)`);
  add(where.language, (value) => `${value}::text = ANY(c.languages)`);
  add(where.industry, (value) => `${value}::text = ANY(c.industries)`);
  add(
    where.pool,
    (value) => `EXISTS (SELECT FROM pool_membership JOIN pool ON pool.id = pool_id
      WHERE csm_id = c.id AND pool.external_id = ${value}::text AND ${on(parameters.bind(today))})`,
  );
  add(
    where.employedOn,
    (value) => `EXISTS (SELECT FROM csm_employment WHERE csm_id = c.id AND ${on(value)})`,
  );
  add(where.onLeaveOn, (value) => `EXISTS (SELECT FROM csm_leave WHERE csm_id = c.id AND ${on(value)})`);
  return conditions.join(' AND ');
}
