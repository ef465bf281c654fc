import {
  type InterventionFilter,
  type InterventionOrder,
  type InterventionReads,
  type InterventionView,
} from '../../app/ports/intervention';
import { type ListLength, type Window } from '../../app/ports/list';
import { compileAccountFilter, lookedUpOwner } from './account-filter';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const COLUMNS = `i.id::text AS id, i.account_id::text AS "accountId", i.reason, i.status, i.tier,
  i.model_version AS "modelVersion", i.raised_on AS "raisedOn", i.raised_at AS "raisedAt", i.raised_by AS "raisedBy",
  i.evidence, i.closed_on AS "closedOn", i.closed_at AS "closedAt", i.closed_by AS "closedBy", i.note, i.version`;

/** The cursor of an account's own list, the newest first. */
const OWN_CURSOR = `jsonb_build_array(i.raised_on::text, i.id::text) AS cursor`;

const raised = (descending: boolean): readonly SortKey[] => [
  { expression: 'i.raised_on', type: 'date', descending },
  { expression: 'i.id', type: 'bigint', descending },
];

const SORT_KEYS: Readonly<Record<InterventionOrder, readonly SortKey[]>> = {
  OLDEST: raised(false),
  NEWEST: raised(true),
  ARR: [
    { expression: 'a.arr', type: 'numeric', descending: true, nullable: true },
    { expression: 'i.id', type: 'bigint', descending: false },
  ],
};

export class SqlInterventionReads implements InterventionReads {
  constructor(private readonly database: DatabaseReader) {}

  async page(
    where: InterventionFilter,
    order: InterventionOrder,
    window: Window,
  ): Promise<InterventionView[]> {
    const parameters = new Parameters();
    const { cursor, orderBy, condition } = keyset(SORT_KEYS[order], window, (value) =>
      parameters.bind(value),
    );
    return this.database.rows<InterventionView>(
      `SELECT ${COLUMNS}, ${cursor} AS cursor FROM intervention i JOIN account a ON a.id = i.account_id
       WHERE ${compile(where, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async count(where: InterventionFilter): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM intervention i JOIN account a ON a.id = i.account_id
       WHERE ${compile(where, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  async byIds(ids: readonly string[]): Promise<InterventionView[]> {
    return this.database.byKey<InterventionView>(
      `SELECT ${COLUMNS}, ${OWN_CURSOR} FROM intervention i WHERE i.id = ANY($1::bigint[])`,
      [ids],
    );
  }

  async newestOf(accountIds: readonly string[], size: number): Promise<InterventionView[]> {
    return this.database.byKey<InterventionView>(
      `SELECT ${COLUMNS}, ${OWN_CURSOR} FROM unnest($1::bigint[]) AS wanted(id)
       CROSS JOIN LATERAL (
         SELECT * FROM intervention WHERE account_id = wanted.id
         ORDER BY intervention.raised_on DESC, intervention.id DESC LIMIT $2
       ) i
       ORDER BY i.raised_on DESC, i.id DESC`,
      [accountIds, size],
    );
  }

  async countsOf(accountIds: readonly string[]): Promise<ListLength[]> {
    return this.database.byKey<ListLength>(
      `SELECT account_id::text AS "ownerId", count(*)::int AS length FROM intervention
       WHERE account_id = ANY($1::bigint[]) GROUP BY account_id`,
      [accountIds],
    );
  }
}

/** The condition over the aliases `i` and `a`, the account. */
function compile(where: InterventionFilter, parameters: Parameters): string {
  const conditions = ['true'];
  const add = (value: unknown, condition: (placeholder: string) => string): void => {
    if (value !== null && value !== undefined) conditions.push(condition(parameters.bind(value)));
  };
  const owned = (owner: 'csm' | 'pool') => (value: string) =>
    lookedUpOwner(owner, `owner.external_id = ANY(${value}::text[])`);
  add(where.accountId, (value) => `i.account_id = ${value}::bigint`);
  add(where.statuses, (value) => `i.status = ANY(${value}::text[])`);
  add(where.reasons, (value) => `i.reason = ANY(${value}::text[])`);
  add(where.tiers, (value) => `a.effective_tier = ANY(${value}::text[])`);
  add(where.csms, owned('csm'));
  add(where.pools, owned('pool'));
  add(where.raisedFrom, (value) => `i.raised_on >= ${value}::date`);
  add(where.raisedTo, (value) => `i.raised_on <= ${value}::date`);
  if (where.account) conditions.push(compileAccountFilter(where.account, parameters));
  return conditions.join(' AND ');
}
