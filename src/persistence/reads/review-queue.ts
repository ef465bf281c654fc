import { type ReviewQueueFilter } from '../../app/ports/tier-review';
import { type Window } from '../../app/ports/reads';
import { compileAccountFilter } from './account-filter';
import { keyset, type SortKey } from './keyset';
import { type Parameters } from './parameters';

/** What a review of an account `a` is; its cursor aside. */
export const QUEUE_COLUMNS = `a.id::text AS "accountId", a.review_due_on AS "dueOn", a.review_triggers AS triggers,
  a.review_escalated_on AS "escalatedOn"`;

/** Behind all tiers of the ladder, where nothing should be. */
const NO_RANK = 99;

/** Within a tier, and within those that are escalated or not: what is overdue for longer, then the larger ARR. */
const LONGEST_OVERDUE_FIRST: readonly SortKey[] = [
  { expression: 'a.review_due_on', type: 'date', descending: false },
  { expression: 'a.arr', type: 'numeric', descending: true, nullable: true },
  { expression: 'a.id', type: 'bigint', descending: false },
];

/**
 * A page of the queue: escalated reviews, then the higher tier, then what is overdue for longer, then the larger ARR.
 *
 * @param ladder the keys of the published ladder, the highest tier first
 */
export function reviewQueueSql(
  where: ReviewQueueFilter,
  ladder: readonly string[],
  window: Window,
  parameters: Parameters,
): string {
  // The reviews of a few accounts are found by what those have in common.
  return where.account
    ? ofSomeAccounts(where, ladder, window, parameters)
    : ofAllAccounts(where, ladder, window, parameters);
}

/** The condition over the account `a` that its review is asked for. */
export function reviewQueueCondition(where: ReviewQueueFilter, parameters: Parameters): string {
  const conditions = [dueCondition(where, parameters)];
  if (where.tiers) conditions.push(`a.effective_tier = ANY(${parameters.bind(where.tiers)}::text[])`);
  if (typeof where.escalated === 'boolean') {
    conditions.push(`a.review_escalated_on IS ${where.escalated ? 'NOT NULL' : 'NULL'}`);
  }
  if (where.account) {
    conditions.push(compileAccountFilter(where.account, parameters, { path: ['where', 'account'] }));
  }
  return conditions.join(' AND ');
}

/** The page is chosen before anything is made of its rows: there may be many more. */
function ofSomeAccounts(
  where: ReviewQueueFilter,
  ladder: readonly string[],
  window: Window,
  parameters: Parameters,
): string {
  const keys: readonly SortKey[] = [
    { expression: '(a.review_escalated_on IS NULL)::int', type: 'integer', descending: false },
    { expression: rank(parameters.bind(ladder), 'a.effective_tier'), type: 'integer', descending: false },
    ...LONGEST_OVERDUE_FIRST,
  ];
  const { cursor, orderBy, condition } = keyset(keys, window, (value) => parameters.bind(value));
  return `SELECT ${QUEUE_COLUMNS}, ${cursor} AS cursor FROM (
      SELECT a.* FROM account a WHERE ${reviewQueueCondition(where, parameters)} AND ${condition}
      ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int
    ) a
    ORDER BY ${orderBy}`;
}

function ofAllAccounts(
  where: ReviewQueueFilter,
  ladder: readonly string[],
  window: Window,
  parameters: Parameters,
): string {
  const { after, backward } = window;
  const bind = (value: unknown): string => parameters.bind(value);
  const { cursor, orderBy, condition } = keyset(
    [
      { expression: 'place.waits', type: 'integer', descending: false },
      { expression: 'place.rank', type: 'integer', descending: false },
      ...LONGEST_OVERDUE_FIRST,
    ],
    window,
    bind,
  );
  const places: string[] = [];
  const reviews = [dueCondition(where, parameters), condition];
  if (where.tiers) places.push(`tier.key = ANY(${bind(where.tiers)}::text[])`);
  if (typeof where.escalated === 'boolean') places.push(`kind.waits = ${where.escalated ? 0 : 1}`);
  if (after !== null) {
    const [waits, tier, dueOn] = after.slice(0, 3).map(bind);
    const here = `(${waits}::integer, ${tier}::integer)`;
    const beyond = backward ? '<=' : '>=';
    // What follows from the condition, but leaves out the places and the days that have been seen.
    reviews.push(
      `(place.waits, place.rank) ${beyond} ${here}`,
      `a.review_due_on ${beyond} CASE WHEN (place.waits, place.rank) = ${here} THEN ${dueOn}::date
         ELSE '${backward ? '' : '-'}infinity' END`,
    );
  }
  const inPlace = keyset(LONGEST_OVERDUE_FIRST, { ...window, after: null }, bind).orderBy;
  const size = `${bind(window.size + 1)}::int`;
  return `SELECT ${QUEUE_COLUMNS}, ${cursor} AS cursor
    FROM ${placesSql(bind(ladder), places)} CROSS JOIN LATERAL (
      ${inPlaceSql(reviews.join(' AND '))} ORDER BY ${inPlace} LIMIT ${size}
    ) a
    ORDER BY ${orderBy} LIMIT ${size}`;
}

/**
 * In place of a table: `place`, of which there is one for escalated and one for waiting reviews of each tier that
 * accounts have, in the ladder or not. With their accounts, each is a range of ix_account_review_queue that is in the
 * order of the queue, so that a page is read off the beginnings of a few ranges, however long the queue is.
 *
 * @param ladder the placeholder of the keys of the ladder, the highest tier first
 */
export function placesSql(ladder: string, conditions: readonly string[] = []): string {
  return `(
      WITH RECURSIVE tier(key) AS (
        SELECT min(effective_tier) FROM account
        UNION ALL
        SELECT (SELECT min(effective_tier) FROM account WHERE effective_tier > tier.key) FROM tier
        WHERE tier.key IS NOT NULL
      )
      SELECT kind.waits, tier.key AS tier, ${rank(ladder, 'tier.key')} AS rank
      FROM tier CROSS JOIN (VALUES (0), (1)) AS kind(waits)
      WHERE ${['tier.key IS NOT NULL', ...conditions].join(' AND ')}
    ) AS place`;
}

/** The accounts `a` in a `place`, to be ordered and limited. */
export function inPlaceSql(condition: string): string {
  return `SELECT a.* FROM account a
    WHERE (a.review_escalated_on IS NULL) = (place.waits = 1) AND a.effective_tier = place.tier AND ${condition}`;
}

function dueCondition({ dueBy, triggers }: ReviewQueueFilter, parameters: Parameters): string {
  const due = `a.review_due_on <= ${parameters.bind(dueBy)}::date`;
  if (!triggers) return due;
  const codes = parameters.bind(triggers);
  return `${due} AND jsonb_path_query_array(a.review_triggers, '$[*].code') ?| ${codes}::text[]`;
}

function rank(ladder: string, tier: string): string {
  return `coalesce(array_position(${ladder}::text[], ${tier}), ${NO_RANK})`;
}
