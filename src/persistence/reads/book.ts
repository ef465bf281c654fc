import { type TierBasis } from '../../app/ports/analytics';
import { type CalendarDate } from '../../domain/calendar';
import { ACCOUNT_COLUMNS } from '../account-columns';
import { type BookPlacements } from './book-placements';
import { type Parameters } from './parameters';

/** Whether an account `a` is in the book now. */
export const IN_THE_BOOK = `a.status IS DISTINCT FROM 'CHURNED'`;

/** A day of the book, and what has to be known of its accounts. */
export interface BookDay {
  readonly day: CalendarDate;
  readonly today: CalendarDate;
  readonly tierBasis: TierBasis;
  /**
   * Columns of the account table, `pending_target`, and `csm` and `pool`: the external id of who looked after it
   * (`csm_id` and `pool_id`: the id). Only what is named is worked out.
   */
  readonly columns: ReadonlySet<string>;
  /** For a past day under PUBLISHED_MODEL, where a column of PLACED_COLUMNS is asked for. */
  readonly placements: BookPlacements | null;
}

/** Columns that the published model's placement gives. */
export const PLACED_COLUMNS: readonly string[] = [
  'effective_tier',
  'held_tier',
  'computed_tier',
  'total',
  'completeness',
  'expansion_potential',
  'model_version',
  'provisional',
];

/** Who looks after an account, by external id. */
const OWNERS = ['csm', 'pool'] as const;
/** The same by id. */
const OWNER_IDS: readonly string[] = OWNERS.map((kind) => `${kind}_id`);

/** Says in the book of any day that a pending downgrade waited out its grace then. */
export const PENDING_ON_THE_DAY = 'a.pending_target IS NOT NULL';

/** What a row of the tier history says of the standing after it. */
const STANDING: Readonly<Record<string, string>> = {
  effective_tier: 'standing.effective_to',
  held_tier: 'standing.held_to',
  computed_tier: 'standing.computed_tier',
  pending_target: 'standing.pending_target',
};

const CARD: Readonly<Record<string, string>> = {
  total: 'card.total',
  completeness: 'card.completeness',
  expansion_potential: 'card.expansion_potential',
  model_version: 'card.model_version',
  // As the account table has it before the first placement.
  provisional: 'coalesce(card.provisional, false)',
};

const PLACED: Readonly<Record<string, string>> = {
  effective_tier: 'placed.tier',
  held_tier: 'placed.tier',
  computed_tier: 'placed.tier',
  total: 'placed.total',
  completeness: 'placed.completeness',
  expansion_potential: 'placed.expansion_potential',
  provisional: 'coalesce(placed.provisional, false)',
};

/**
 * The accounts that were not churned on the day, as a parenthesised SELECT with `id`, `parent_id` and the
 * columns asked for, under the names of the account table. A past day is read backwards from today: a fact is
 * what it was before its first change after the day, or what it is (spec section 9).
 */
export function bookSql(asked: BookDay, parameters: Parameters): string {
  return asked.day >= asked.today ? presentBook(asked) : pastBook(asked, parameters);
}

function presentBook({ columns, tierBasis }: BookDay): string {
  const joins = new Set<string>();
  const expression = (column: string): string => {
    if (column === 'pending_target') {
      return '(SELECT target_tier FROM pending_downgrade WHERE pending_downgrade.account_id = account.id)';
    }
    if (isOwner(column)) {
      joins.add(column);
      return `${column}.external_id`;
    }
    const isOtherTier = column === 'effective_tier' || column === 'held_tier';
    return tierBasis === 'PUBLISHED_MODEL' && isOtherTier ? 'account.computed_tier' : `account.${column}`;
  };
  const selected = selection(columns, expression);
  return `(
    SELECT ${selected}
    FROM account ${ownerJoins(joins, 'account')}
    WHERE account.status IS DISTINCT FROM 'CHURNED'
  )`;
}

function pastBook({ day, columns, tierBasis, placements }: BookDay, parameters: Parameters): string {
  const date = `${parameters.bind(day)}::date`;
  const facts = new FactsOn(date);
  const byModel = tierBasis === 'PUBLISHED_MODEL';
  const joins = new Set<string>();
  const expression = (column: string): string => {
    if (byModel && PLACED_COLUMNS.includes(column)) {
      joins.add('placed');
      if (column !== 'model_version') return PLACED[column] ?? '';
      return `CASE WHEN placed.id IS NOT NULL THEN ${parameters.bind(placements?.modelVersion)}::integer END`;
    }
    if (isOwner(column)) {
      joins.add(column);
      return `${column}.external_id`;
    }
    if (OWNER_IDS.includes(column)) {
      joins.add('assigned');
      return `assigned.${column}`;
    }
    const recorded = STANDING[column] ?? CARD[column];
    if (recorded !== undefined) {
      joins.add(column in STANDING ? 'standing' : 'card');
      return recorded;
    }
    return column === 'arr' ? arrOn(date) : facts.expression(column);
  };
  const selected = selection(columns, expression);
  const status = facts.expression('status');
  const sources = [
    `LEFT JOIN ${facts.sql(parameters)} past ON past.account_id = account.id`,
    `LEFT JOIN ${nextMovement(date)} next_movement ON next_movement.account_id = account.id`,
    ...(['assigned', ...OWNERS].some((join) => joins.has(join)) ? [assignmentOn(date)] : []),
    ownerJoins(joins, 'assigned'),
    ...(joins.has('standing')
      ? [`LEFT JOIN ${standingOn(date)} standing ON standing.account_id = account.id`]
      : []),
    ...(joins.has('card') ? [`LEFT JOIN ${cardOn(date)} card ON card.account_id = account.id`] : []),
    ...(joins.has('placed') && placements
      ? [`LEFT JOIN ${placements.sql(parameters)} ON placed.id = account.id`]
      : []),
  ];
  return `(
    SELECT ${selected}
    FROM account
    ${sources.join('\n    ')}
    WHERE (${status}) IS DISTINCT FROM 'CHURNED' AND ${begunBy(date)}
  )`;
}

function isOwner(column: string): boolean {
  return OWNERS.some((kind) => kind === column);
}

/** The CSMs and pools that `holder` names by `csm_id` and `pool_id`. */
function ownerJoins(joins: ReadonlySet<string>, holder: string): string {
  return OWNERS.filter((kind) => joins.has(kind))
    .map((kind) => `LEFT JOIN ${kind} ON ${kind}.id = ${holder}.${kind}_id`)
    .join('\n    ');
}

/** The one assignment of each account that held on the day. */
function assignmentOn(date: string): string {
  return `LEFT JOIN portfolio_assignment assigned ON assigned.account_id = account.id
      AND assigned.from_on <= ${date} AND (assigned.to_on IS NULL OR assigned.to_on > ${date})`;
}

function selection(columns: ReadonlySet<string>, expression: (column: string) => string): string {
  const named = [...columns].filter((column) => column !== 'id' && column !== 'parent_id').sort();
  return [
    'account.id',
    'account.parent_id',
    ...named.map((column) => `${expression(column)} AS ${column}`),
  ].join(', ');
}

/** The facts of a past day, out of what each of them was before it changed. */
class FactsOn {
  private readonly fields = new Set<string>();

  constructor(private readonly date: string) {}

  expression(column: string): string {
    const known = ACCOUNT_COLUMNS.find(({ name }) => name === column);
    // An account's name in the CRM and the day on which it began are never other than they are known today.
    if (known === undefined || known.field === 'customerSince') return `account.${column}`;
    const { field, type } = known;
    this.fields.add(field);
    return `CASE WHEN past.facts ? '${field}' THEN (past.facts ->> '${field}')::${type} ELSE account.${column} END`;
  }

  /** To be called after every expression. */
  sql(parameters: Parameters): string {
    return `(
      SELECT account_id, jsonb_object_agg(field, value_from) AS facts
      FROM (
        SELECT DISTINCT ON (account_id, field) account_id, field, value_from
        FROM fact_change
        WHERE effective_on > ${this.date} AND field = ANY(${parameters.bind([...this.fields])}::text[])
        ORDER BY account_id, field, effective_on, id
      ) changed
      GROUP BY account_id
    )`;
  }
}

/** The first movement after the day; what it started from was the ARR on the day. */
function nextMovement(date: string): string {
  return `(
      SELECT DISTINCT ON (account_id) account_id, arr_from, arr_to
      FROM arr_movement WHERE effective_on > ${date} ORDER BY account_id, effective_on, id
    )`;
}

function movedBy(date: string): string {
  return `EXISTS (SELECT FROM arr_movement earlier
      WHERE earlier.account_id = account.id AND earlier.effective_on <= ${date})`;
}

/**
 * The first movement of all may have started from nothing known: what it came to is carried back then. The ARR of
 * an account that is churned today moves nothing, so its last movement tells what it brought before.
 */
function arrOn(date: string): string {
  return `CASE
      WHEN next_movement.account_id IS NULL AND account.status = 'CHURNED' THEN coalesce((
        SELECT last.arr_to FROM arr_movement last
        WHERE last.account_id = account.id AND last.effective_on <= ${date}
        ORDER BY last.effective_on DESC, last.id DESC LIMIT 1), account.arr)
      WHEN next_movement.account_id IS NULL THEN account.arr
      WHEN next_movement.arr_from IS NOT NULL THEN next_movement.arr_from
      WHEN NOT ${movedBy(date)} THEN next_movement.arr_to END`;
}

/**
 * Whether the account was there yet: by the day it became a customer or else by its first movement, and in any
 * case once a movement has brought it ARR. ARR that is only carried back makes nobody a customer earlier.
 */
function begunBy(date: string): string {
  return `CASE WHEN account.customer_since <= ${date} THEN true
      WHEN account.customer_since IS NULL THEN next_movement.arr_from IS NULL OR ${movedBy(date)}
      ELSE ${movedBy(date)} AND ${arrOn(date)} > 0 END`;
}

function standingOn(date: string): string {
  return `(
      SELECT DISTINCT ON (account_id) account_id, effective_to, held_to, computed_tier, pending_target
      FROM tier_history WHERE occurred_on <= ${date} ORDER BY account_id, id DESC
    )`;
}

function cardOn(date: string): string {
  return `(
      SELECT DISTINCT ON (account_id) account_id, total, completeness, expansion_potential, model_version, provisional
      FROM scorecard WHERE scored_on <= ${date} ORDER BY account_id, id DESC
    )`;
}
