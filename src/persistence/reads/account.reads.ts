import {
  type AccountList,
  type AccountOrderField,
  type AccountReads,
  type AccountView,
  type ListLength,
  OWNER_IN_SHORT,
  type OwnedOn,
  type TiersAt,
  type Window,
} from '../../app/ports/reads';
import { type CalendarDate } from '../../domain/calendar';
import { ACCOUNT_COLUMNS } from '../account-columns';
import { compileAccountFilter } from './account-filter';
import { type DatabaseReader } from './database-reader';
import { keysetOfRun, type Run, runsOf, type SortKey } from './keyset';
import { KnownAccountIds } from './known-account-ids';
import { Parameters } from './parameters';
import { type ColumnsByField, selecting } from './selected-columns';

/** What is selected for each field of an account; relations select the keys by which they are found. */
const BY_FIELD: ColumnsByField = {
  id: 'a.id::text',
  ...Object.fromEntries(ACCOUNT_COLUMNS.map(({ field, name }) => [field, `a.${name}`])),
  externalId: 'a.external_id',
  designation: `CASE WHEN a.designation_reason IS NOT NULL THEN jsonb_build_object('reason', a.designation_reason,
    'author', a.designation_author, 'designatedOn', a.designated_on::text, 'reviewOn', a.designation_review_on::text) END`,
  arrFromSubscriptions: 'a.lines_applied_on IS NOT NULL',
  tier: 'a.effective_tier',
  computedTier: 'a.computed_tier',
  heldTier: 'a.held_tier',
  provisional: 'a.provisional',
  score: 'a.total',
  completeness: 'a.completeness::float8',
  expansionPotential: 'a.expansion_potential',
  modelVersion: 'a.model_version',
  tierReviewDueOn: 'a.review_due_on',
  version: 'a.version',
  createdAt: 'a.created_at',
  updatedAt: 'a.updated_at',
  scorecardId: 'a.scorecard_id',
  parentId: 'a.parent_id',
  csmId: 'a.csm_id',
  poolId: 'a.pool_id',
  csm: ownerInShort('csm'),
  pool: ownerInShort('pool'),
  executiveSponsor: `(SELECT current_one.executive_sponsor FROM portfolio_assignment current_one
    WHERE current_one.account_id = a.id AND current_one.to_on IS NULL)`,
};

const ORDER_EXPRESSIONS: Readonly<Record<AccountOrderField, (tierKeys: () => string) => [string, string]>> = {
  ARR: () => ['a.arr', 'numeric'],
  NAME: () => ['a.name', 'text'],
  EXTERNAL_ID: () => ['a.external_id', 'text'],
  TIER: (tierKeys) => [`array_position(${tierKeys()}::text[], a.effective_tier)`, 'integer'],
  SCORE: () => ['a.total', 'numeric'],
  HEALTH_SCORE: () => ['a.health_score', 'integer'],
  EMPLOYEES: () => ['a.employees', 'integer'],
  CUSTOMER_SINCE: () => ['a.customer_since', 'date'],
  RENEWAL_DATE: () => ['a.renewal_date', 'date'],
  CREATED_AT: () => ['a.created_at', 'timestamptz'],
  UPDATED_AT: () => ['a.updated_at', 'timestamptz'],
};

/** Orders that an index has, by the end that it begins with. */
const INDEXED: Partial<Record<AccountOrderField, 'HIGHEST' | 'LOWEST'>> = { ARR: 'HIGHEST', NAME: 'LOWEST' };

const ALWAYS = ['id', 'externalId'];
const SELECTED = selecting(BY_FIELD, ALWAYS, (list) => list);
const BY_IDS = selecting(
  BY_FIELD,
  ALWAYS,
  (list) => `SELECT ${list} FROM account a WHERE a.id = ANY($1::bigint[])`,
);
const BY_EXTERNAL_IDS = selecting(
  BY_FIELD,
  ALWAYS,
  (list) => `SELECT ${list} FROM account a WHERE a.external_id = ANY($1::text[])`,
);

const BY_ID_CURSOR = 'jsonb_build_array(a.id::text)';
const BY_ID: SortKey = { expression: 'a.id', type: 'bigint', descending: false };

export class SqlAccountReads implements AccountReads {
  /**
   * @param tierKeys the keys of the published ladder, the highest tier first
   * @param knownIds shared by the reads of a database
   */
  constructor(
    private readonly database: DatabaseReader,
    private readonly tierKeys: () => Promise<readonly string[]>,
    private readonly knownIds = new KnownAccountIds(),
  ) {}

  async page(list: AccountList, window: Window, fields: readonly string[]): Promise<AccountView[]> {
    const ladder = await this.tierKeys();
    const onePlan = isRangeOfAnIndex(list);
    const [first] = list.orderBy ?? [];
    const isIndexed = first !== undefined && INDEXED[first.field] !== undefined;
    const rows: AccountView[] = [];
    for (const run of isIndexed ? runsOf(window) : [{ of: 'ALL', window } as const]) {
      const parameters = new Parameters();
      const sql = pageSql(list, run, window.size - rows.length, fields, ladder, parameters);
      rows.push(...(await this.database.rows<AccountView>(sql, parameters.values, { onePlan })));
      if (rows.length > window.size) break;
    }
    return rows;
  }

  async pageOfEach(
    lists: readonly AccountList[],
    window: Window,
    fields: readonly string[],
  ): Promise<AccountView[][]> {
    if (lists.length === 0) return [];
    const parameters = new Parameters();
    const ladder = await this.tierKeys();
    const parts = lists.map((list, index) => {
      const sql = pageSql(list, { of: 'ALL', window }, window.size, fields, ladder, parameters);
      return `SELECT ${index} AS list, row_number() OVER () AS place, page.* FROM (${sql}) page`;
    });
    const rows = await this.database.rows<AccountView & { readonly list: number }>(
      `${parts.join(' UNION ALL ')} ORDER BY list, place`,
      parameters.values,
      { unnamed: true },
    );
    const pages = lists.map((): AccountView[] => []);
    for (const row of rows) pages[row.list]?.push(row);
    return pages;
  }

  async count(list: AccountList): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM account a WHERE ${conditionOf(list, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  async firstChildrenOf(
    parentIds: readonly string[],
    size: number,
    fields: readonly string[],
  ): Promise<AccountView[]> {
    return this.database.byKey<AccountView>(
      `SELECT ${selection([...fields, 'parentId'], BY_ID_CURSOR)} FROM unnest($1::bigint[]) AS wanted(id)
       CROSS JOIN LATERAL (
         SELECT * FROM account WHERE parent_id = wanted.id ORDER BY account.id LIMIT $2
       ) a
       ORDER BY a.id`,
      [parentIds, size],
    );
  }

  async childCounts(parentIds: readonly string[]): Promise<ListLength[]> {
    return this.database.byKey<ListLength>(
      `SELECT parent_id::text AS "ownerId", count(*)::int AS length FROM account
       WHERE parent_id = ANY($1::bigint[]) GROUP BY parent_id`,
      [parentIds],
    );
  }

  async firstOwnedBy(
    { kind, day }: OwnedOn,
    ownerIds: readonly string[],
    size: number,
    fields: readonly string[],
  ): Promise<AccountView[]> {
    const parameters = new Parameters();
    return this.database.rows<AccountView>(
      `SELECT ${selection(fields, BY_ID_CURSOR)}, wanted.id::text AS "ownerId"
       FROM unnest(${parameters.bind(ownerIds)}::bigint[]) AS wanted(id)
       CROSS JOIN LATERAL (
         SELECT account.* FROM portfolio_assignment assigned JOIN account ON account.id = assigned.account_id
         WHERE assigned.${kind}_id = wanted.id AND ${assignedOn(day, parameters)}
         ORDER BY assigned.account_id LIMIT ${parameters.bind(size)}::int
       ) a
       ORDER BY a.id`,
      parameters.values,
    );
  }

  async ownedCounts({ kind, day }: OwnedOn, ownerIds: readonly string[]): Promise<ListLength[]> {
    const parameters = new Parameters();
    const ids = parameters.bind(ownerIds);
    return this.database.rows(
      `SELECT assigned.${kind}_id::text AS "ownerId", count(*)::int AS length FROM portfolio_assignment assigned
       WHERE assigned.${kind}_id = ANY(${ids}::bigint[]) AND ${assignedOn(day, parameters)}
       GROUP BY assigned.${kind}_id`,
      parameters.values,
    );
  }

  async byIds(ids: readonly string[], fields: readonly string[]): Promise<AccountView[]> {
    return this.database.byKey<AccountView>(BY_IDS(fields), [ids]);
  }

  async byExternalIds(externalIds: readonly string[], fields: readonly string[]): Promise<AccountView[]> {
    const found = await this.database.byKey<AccountView>(BY_EXTERNAL_IDS(fields), [externalIds]);
    for (const { externalId, id } of found) this.knownIds.note(externalId, id);
    return found;
  }

  knownId(externalId: string): string | null {
    return this.knownIds.of(externalId);
  }

  async tiersAt(
    accountIds: readonly string[],
    date: CalendarDate,
  ): Promise<(TiersAt & { readonly accountId: string })[]> {
    return this.database.byKey(
      `SELECT wanted.id::text AS "accountId", h.computed_tier AS computed, h.held_to AS held,
         h.effective_to AS effective, h.model_version AS "modelVersion"
       FROM unnest($1::bigint[]) AS wanted(id)
       CROSS JOIN LATERAL (
         SELECT computed_tier, held_to, effective_to, model_version FROM tier_history
         WHERE account_id = wanted.id AND occurred_on <= $2::date ORDER BY tier_history.id DESC LIMIT 1
       ) h`,
      [accountIds, date],
    );
  }
}

function conditionOf({ where, parentId, owner }: AccountList, parameters: Parameters): string {
  const conditions = [compileAccountFilter(where, parameters)];
  if (parentId !== undefined) conditions.push(`a.parent_id = ${parameters.bind(parentId)}::bigint`);
  if (owner !== undefined) {
    const { kind, id, day } = owner;
    conditions.push(`a.id IN (SELECT assigned.account_id FROM portfolio_assignment assigned
      WHERE assigned.${kind}_id = ${parameters.bind(id)}::bigint AND ${assignedOn(day, parameters)})`);
  }
  return conditions.join(' AND ');
}

function assignedOn(day: CalendarDate | null, parameters: Parameters): string {
  if (day === null) return 'assigned.to_on IS NULL';
  const date = `${parameters.bind(day)}::date`;
  return `assigned.from_on <= ${date} AND (assigned.to_on IS NULL OR assigned.to_on > ${date})`;
}

/** What is asked of an owner most often, read with the account. */
function ownerInShort(kind: 'csm' | 'pool'): string {
  const columns: Readonly<Record<(typeof OWNER_IN_SHORT)[number], string>> = {
    id: 'owner.id::text',
    externalId: 'owner.external_id',
    name: 'owner.name',
  };
  const parts = OWNER_IN_SHORT.map((field) => `'${field}', ${columns[field]}`);
  return `(SELECT jsonb_build_object(${parts.join(', ')}) FROM ${kind} owner WHERE owner.id = a.${kind}_id)`;
}

/** Up to `size` accounts of the run, and one more. */
function pageSql(
  list: AccountList,
  run: Run,
  size: number,
  fields: readonly string[],
  ladder: readonly string[],
  parameters: Parameters,
): string {
  const keys: SortKey[] = (list.orderBy ?? []).map(({ field, descending }) => {
    const [expression, type] = ORDER_EXPRESSIONS[field](() => parameters.bind(ladder));
    return { expression, type, descending, nullable: true, highestFirst: INDEXED[field] === 'HIGHEST' };
  });
  const { cursor, orderBy, condition } = keysetOfRun([...keys, BY_ID], run, (value) =>
    parameters.bind(value),
  );
  return `SELECT ${selection(fields, cursor)} FROM account a
    WHERE ${conditionOf(list, parameters)} AND ${condition}
    ORDER BY ${orderBy} LIMIT ${parameters.bind(size + 1)}::int`;
}

/** Comparisons that hold for one range of an ordered column. */
const RANGES: ReadonlySet<string> = new Set(['eq', 'gt', 'gte', 'lt', 'lte']);

/**
 * Whether a page is a range of an index wherever it begins: of all accounts by id, or by ARR. One plan is then the best
 * for all values.
 */
function isRangeOfAnIndex({ where, parentId, owner, orderBy = [] }: AccountList): boolean {
  if (parentId !== undefined || owner !== undefined) return false;
  const filters = Object.entries(where ?? {}).filter(([, value]) => value !== null && value !== undefined);
  const [first, ...others] = orderBy;
  if (first === undefined) return filters.length === 0;
  return (
    first.field === 'ARR' &&
    others.length === 0 &&
    filters.every(
      ([field, value]) => field === 'arr' && Object.keys(value as object).every((name) => RANGES.has(name)),
    )
  );
}

/** `cursor` says where a row stands in its list; it takes longer to make than all else of most rows. */
function selection(fields: readonly string[], cursor: string): string {
  return fields.includes('cursor') ? `${SELECTED(fields)}, ${cursor} AS cursor` : SELECTED(fields);
}
