import { type CapacityReads } from '../../app/ports/capacity';
import { type CalendarDate } from '../../domain/calendar';
import { parseSum } from '../../domain/economics';
import { type AccountGroup, type WeighedAccount } from '../../domain/load';
import { type CsmOnDay } from '../../domain/staff-on-day';
import { type Owner } from '../../domain/portfolio';
import { type AdjustmentKind } from '../../domain/service-adjustment';
import { COMPLEXITY_COLUMNS, LOAD_COLUMNS, RELATIONSHIP_FACTS } from '../load-figures';
import { bookSql, IN_THE_BOOK } from './book';
import { type DatabaseReader, type SqlReader } from './database-reader';
import { keptLoads, readKept } from './kept-loads';
import { Parameters } from './parameters';

/** The service adjustment of an account `a` that is active now. */
export const ACTIVE_ADJUSTMENT = `LEFT JOIN service_adjustment adjusted
  ON adjusted.account_id = a.id AND adjusted.status = 'ACTIVE'`;

/** Owners are looked up for the groups `alike`, of which there are far fewer than accounts. */
const NAMED_IN_ORDER = `LEFT JOIN csm ON csm.id = alike.csm_id LEFT JOIN pool ON pool.id = alike.pool_id
     ORDER BY csm.external_id COLLATE "C", pool.external_id COLLATE "C", alike.tier COLLATE "C", alike.relationship_facts,
       alike.adjustment_kind COLLATE "C"`;

interface GroupRow {
  readonly csm: string | null;
  readonly pool: string | null;
  readonly tier: string | null;
  readonly relationshipFacts: number;
  readonly adjustment: AdjustmentKind | null;
  readonly accounts: number;
  readonly arr: string;
}

export class SqlCapacityReads implements CapacityReads {
  constructor(private readonly database: DatabaseReader) {}

  staff(day: CalendarDate): Promise<CsmOnDay[]> {
    return readStaff(this.database, day);
  }

  groupsOf(owners: readonly Owner[], day: CalendarDate, today: CalendarDate): Promise<AccountGroup[]> {
    return owners.length === 0 ? Promise.resolve([]) : readGroups(this.database, owners, day, today);
  }

  book(day: CalendarDate, today: CalendarDate): Promise<{ staff: CsmOnDay[]; groups: AccountGroup[] }> {
    return this.database.snapshot(async (reader) => ({
      staff: await readStaff(reader, day),
      groups: await readGroups(reader, null, day, today),
    }));
  }

  weights(accountIds: readonly string[]): Promise<WeighedAccount[]> {
    return this.database.byKey<WeighedAccount>(
      `SELECT a.id::text AS "accountId", a.effective_tier AS tier, ${RELATIONSHIP_FACTS} AS "relationshipFacts",
         adjusted.kind AS adjustment, a.arr
       FROM account a ${ACTIVE_ADJUSTMENT}
       WHERE a.id = ANY($1::bigint[]) AND ${IN_THE_BOOK}`,
      [accountIds],
    );
  }
}

function readStaff(reader: SqlReader, day: CalendarDate): Promise<CsmOnDay[]> {
  const covers = (table: string): string =>
    `${table}.from_on <= $1::date AND (${table}.to_on IS NULL OR ${table}.to_on > $1::date)`;
  return reader.rows<CsmOnDay>(
    `SELECT c.external_id AS csm, coalesce(employed.fte, 0)::float8 AS fte, backup.external_id AS backup,
       coalesce(shared.pools, '{}') AS pools
     FROM csm c
     LEFT JOIN csm_employment employed ON employed.csm_id = c.id AND ${covers('employed')}
     LEFT JOIN csm_leave away ON away.csm_id = c.id AND ${covers('away')}
     LEFT JOIN csm backup ON backup.id = away.backup_id
     LEFT JOIN (
       SELECT member.csm_id, array_agg(pool.external_id ORDER BY pool.external_id) AS pools
       FROM pool_membership member JOIN pool ON pool.id = member.pool_id
       WHERE ${covers('member')} GROUP BY member.csm_id
     ) shared ON shared.csm_id = c.id
     WHERE employed.csm_id IS NOT NULL OR away.csm_id IS NOT NULL OR shared.csm_id IS NOT NULL
     ORDER BY c.external_id COLLATE "C"`,
    [day],
  );
}

async function readGroups(
  reader: SqlReader,
  owners: readonly Owner[] | null,
  day: CalendarDate,
  today: CalendarDate,
): Promise<AccountGroup[]> {
  const kept = day === today ? await readKeptGroups(reader, owners) : null;
  return kept ?? scanGroups(reader, owners, day, today);
}

/** The groups of today out of the loads that are kept; null where they are not. */
export async function readKeptGroups(
  reader: SqlReader,
  owners: readonly Owner[] | null,
): Promise<AccountGroup[] | null> {
  const parameters = new Parameters();
  const rows = await readKept<GroupRow>(
    reader,
    `csm.external_id AS csm, pool.external_id AS pool, alike.tier, alike.relationship_facts AS "relationshipFacts",
       alike.adjustment_kind AS adjustment`,
    `${keptLoads(LOAD_COLUMNS, owners, parameters)} ${NAMED_IN_ORDER}`,
    parameters,
  );
  return rows?.map(groupOf) ?? null;
}

/** The groups out of the accounts themselves. */
export async function scanGroups(
  reader: SqlReader,
  owners: readonly Owner[] | null,
  day: CalendarDate,
  today: CalendarDate,
): Promise<AccountGroup[]> {
  const parameters = new Parameters();
  const columns = new Set(['csm_id', 'pool_id', 'effective_tier', 'arr', ...COMPLEXITY_COLUMNS]);
  const book = bookSql({ day, today, tierBasis: 'RECORDED', columns, placements: null }, parameters);
  const accounts = `SELECT a.id, a.csm_id, a.pool_id, a.effective_tier, a.arr, ${RELATIONSHIP_FACTS} AS facts FROM ${book} a`;
  const among = (kind: Owner['kind']): string => {
    const named = (owners ?? []).flatMap((owner) => (owner.kind === kind ? owner.externalId : []));
    const table = kind.toLowerCase();
    // A list and no join: PostgreSQL would read the accounts of all owners to join them.
    return `a.${table}_id = ANY(ARRAY(SELECT id FROM ${table} WHERE external_id = ANY(${parameters.bind(named)}::text[])))`;
  };
  const chosen =
    owners === null
      ? accounts
      : day < today
        ? // Reading backwards goes through the whole book, once is enough.
          `${accounts} WHERE ${among('CSM')} OR ${among('POOL')}`
        : // Apart, each finds its accounts by the index of its owners.
          `${accounts} WHERE ${among('CSM')} UNION ALL ${accounts} WHERE ${among('POOL')}`;
  const rows = await reader.rows<GroupRow>(
    `SELECT csm.external_id AS csm, pool.external_id AS pool, alike.tier, alike.relationship_facts AS "relationshipFacts",
       alike.adjustment_kind AS adjustment, alike.accounts, alike.arr
     FROM (
       SELECT a.csm_id, a.pool_id, a.effective_tier AS tier, a.facts AS relationship_facts,
         adjusted.kind AS adjustment_kind, count(*)::int AS accounts,
         round(coalesce(sum(a.arr), 0), 2)::text AS arr
       FROM (${chosen}) a
       LEFT JOIN service_adjustment adjusted ON adjusted.account_id = a.id AND ${adjustedOn(day, today, parameters)}
       GROUP BY 1, 2, 3, 4, 5
     ) alike ${NAMED_IN_ORDER}`,
    parameters.values,
    { unnamed: day < today },
  );
  return rows.map(groupOf);
}

function groupOf({ csm, pool, tier, relationshipFacts, adjustment, accounts, arr }: GroupRow): AccountGroup {
  return { owner: ownerOf(csm, pool), tier, relationshipFacts, adjustment, accounts, arr: parseSum(arr) };
}

function ownerOf(csm: string | null, pool: string | null): Owner | null {
  if (csm !== null) return { kind: 'CSM', externalId: csm };
  return pool === null ? null : { kind: 'POOL', externalId: pool };
}

/** Of each account the one adjustment that holds on the day; one that is active holds until the daily run ends it. */
function adjustedOn(day: CalendarDate, today: CalendarDate, parameters: Parameters): string {
  if (day === today) return `adjusted.status = 'ACTIVE'`;
  const date = `${parameters.bind(day)}::date`;
  return day > today
    ? `adjusted.status = 'ACTIVE' AND adjusted.until_on > ${date}`
    : `adjusted.status IN ('ACTIVE', 'ENDED') AND adjusted.started_on <= ${date}
       AND (adjusted.ended_on IS NULL OR adjusted.ended_on > ${date})`;
}
