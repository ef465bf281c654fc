import { type ListLength, type Window } from '../../app/ports/reads';
import {
  type ReviewQueueFilter,
  type ReviewQueueView,
  type TierReviewReads,
  type TierReviewView,
} from '../../app/ports/tier-review';
import { type Account } from '../../domain/rescoring';
import { type LoadedAccount, storedAccount } from '../stores/account-mapping';
import { LOAD_ACCOUNTS } from '../stores/account.store';
import { compileAccountFilter } from './account-filter';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const QUEUE_COLUMNS = `a.id::text AS "accountId", a.review_due_on AS "dueOn", a.review_triggers AS triggers,
  a.review_escalated_on AS "escalatedOn"`;

const REVIEW_COLUMNS = `r.id::text AS id, r.account_id::text AS "accountId", r.due_on AS "dueOn",
  r.completed_on AS "completedOn", r.completed_at AS "completedAt", r.actor_name AS "completedBy", r.automatic,
  r.triggers, r.changes, r.recommendation, r.recommendation_reason AS "recommendationReason", r.decision, r.note,
  r.model_version AS "modelVersion", r.held_from AS "heldFrom", r.held_to AS "heldTo",
  r.effective_from AS "effectiveFrom", r.effective_to AS "effectiveTo", r.next_due_on AS "nextDueOn",
  jsonb_build_array(r.id::text) AS cursor`;

const NEWEST_FIRST: readonly SortKey[] = [{ expression: 'r.id', type: 'bigint', descending: true }];

/** No upgrade is worth looking at where nothing is decided. */
const NO_UPGRADES = '9999-12-31';

export class SqlTierReviewReads implements TierReviewReads {
  /**
   * @param tierKeys the keys of the published ladder, the highest tier first
   */
  constructor(
    private readonly database: DatabaseReader,
    private readonly tierKeys: () => Promise<readonly string[]>,
  ) {}

  async queue(where: ReviewQueueFilter, window: Window): Promise<ReviewQueueView[]> {
    const parameters = new Parameters();
    const keys = mostUrgentFirst(parameters.bind(await this.tierKeys()));
    const { cursor, orderBy, condition } = keyset(keys, window, (value) => parameters.bind(value));
    return this.database.rows<ReviewQueueView>(
      `SELECT ${QUEUE_COLUMNS}, ${cursor} AS cursor FROM account a
       WHERE ${compile(where, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async queueLength(where: ReviewQueueFilter): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM account a WHERE ${compile(where, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  async nextOf(accountIds: readonly string[]): Promise<ReviewQueueView[]> {
    return this.database.rows<ReviewQueueView>(
      `SELECT ${QUEUE_COLUMNS}, jsonb_build_array(a.id::text) AS cursor FROM account a
       WHERE a.id = ANY($1::bigint[]) AND a.review_due_on IS NOT NULL`,
      [accountIds],
    );
  }

  async subjectsOf(accountIds: readonly string[]): Promise<ReadonlyMap<string, Account>> {
    const rows = await this.database.rows<LoadedAccount>(`${LOAD_ACCOUNTS} WHERE a.id = ANY($1::bigint[])`, [
      accountIds,
      NO_UPGRADES,
    ]);
    return new Map(rows.map((row) => [row.id, storedAccount(row)]));
  }

  async page(accountId: string, window: Window): Promise<TierReviewView[]> {
    const parameters = new Parameters();
    const { orderBy, condition } = keyset(NEWEST_FIRST, window, (value) => parameters.bind(value));
    return this.database.rows<TierReviewView>(
      `SELECT ${REVIEW_COLUMNS} FROM tier_review r
       WHERE r.account_id = ${parameters.bind(accountId)}::bigint AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async byIds(ids: readonly string[]): Promise<TierReviewView[]> {
    return this.database.rows<TierReviewView>(
      `SELECT ${REVIEW_COLUMNS} FROM tier_review r WHERE r.id = ANY($1::bigint[])`,
      [ids],
    );
  }

  async newestOf(accountIds: readonly string[], size: number): Promise<TierReviewView[]> {
    return this.database.rows<TierReviewView>(
      `SELECT ${REVIEW_COLUMNS} FROM unnest($1::bigint[]) AS wanted(id)
       CROSS JOIN LATERAL (
         SELECT * FROM tier_review WHERE account_id = wanted.id ORDER BY tier_review.id DESC LIMIT $2
       ) r
       ORDER BY r.id DESC`,
      [accountIds, size],
    );
  }

  async countsOf(accountIds: readonly string[]): Promise<ListLength[]> {
    return this.database.rows<ListLength>(
      `SELECT account_id::text AS "ownerId", count(*)::int AS length FROM tier_review
       WHERE account_id = ANY($1::bigint[]) GROUP BY account_id`,
      [accountIds],
    );
  }
}

/** Escalated reviews, then the higher tier, then what is overdue for longer, then the larger ARR. */
function mostUrgentFirst(tierKeys: string): readonly SortKey[] {
  return [
    { expression: '(a.review_escalated_on IS NULL)::int', type: 'integer', descending: false },
    {
      expression: `coalesce(array_position(${tierKeys}::text[], a.effective_tier), 99)`,
      type: 'integer',
      descending: false,
    },
    { expression: 'a.review_due_on', type: 'date', descending: false },
    { expression: 'a.arr', type: 'numeric', descending: true, nullable: true },
    { expression: 'a.id', type: 'bigint', descending: false },
  ];
}

function compile(where: ReviewQueueFilter, parameters: Parameters): string {
  const conditions = [`a.review_due_on <= ${parameters.bind(where.dueBy)}::date`];
  if (where.tiers) conditions.push(`a.effective_tier = ANY(${parameters.bind(where.tiers)}::text[])`);
  if (where.triggers) {
    const codes = parameters.bind(where.triggers);
    conditions.push(`jsonb_path_query_array(a.review_triggers, '$[*].code') ?| ${codes}::text[]`);
  }
  if (typeof where.escalated === 'boolean') {
    conditions.push(`a.review_escalated_on IS ${where.escalated ? 'NOT NULL' : 'NULL'}`);
  }
  if (where.account) {
    conditions.push(compileAccountFilter(where.account, parameters, { path: ['where', 'account'] }));
  }
  return conditions.join(' AND ');
}
