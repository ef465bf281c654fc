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
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';
import { QUEUE_COLUMNS, reviewQueueCondition, reviewQueueSql } from './review-queue';

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
    const sql = reviewQueueSql(where, await this.tierKeys(), window, parameters);
    return this.database.rows<ReviewQueueView>(sql, parameters.values, { onePlan: !where.account });
  }

  async queueLength(where: ReviewQueueFilter): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM account a WHERE ${reviewQueueCondition(where, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  async nextOf(accountIds: readonly string[]): Promise<ReviewQueueView[]> {
    return this.database.byKey<ReviewQueueView>(
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
    return this.database.byKey<TierReviewView>(
      `SELECT ${REVIEW_COLUMNS} FROM tier_review r WHERE r.id = ANY($1::bigint[])`,
      [ids],
    );
  }

  async newestOf(accountIds: readonly string[], size: number): Promise<TierReviewView[]> {
    return this.database.byKey<TierReviewView>(
      `SELECT ${REVIEW_COLUMNS} FROM unnest($1::bigint[]) AS wanted(id)
       CROSS JOIN LATERAL (
         SELECT * FROM tier_review WHERE account_id = wanted.id ORDER BY tier_review.id DESC LIMIT $2
       ) r
       ORDER BY r.id DESC`,
      [accountIds, size],
    );
  }

  async countsOf(accountIds: readonly string[]): Promise<ListLength[]> {
    return this.database.byKey<ListLength>(
      `SELECT account_id::text AS "ownerId", count(*)::int AS length FROM tier_review
       WHERE account_id = ANY($1::bigint[]) GROUP BY account_id`,
      [accountIds],
    );
  }
}
