import { type Retention, type RetentionFigures, type RetentionQuery } from '../../app/ports/analytics';
import { type CalendarDate } from '../../domain/calendar';
import { DomainError } from '../../domain/errors';
import { checkDimensions } from '../../domain/segment';
import { bookSql } from './book';
import { type BookPlacements } from './book-placements';
import { type SqlReader } from './database-reader';
import {
  checkDay,
  fraction,
  groupBy,
  groupByWithTotal,
  groupedBook,
  type Grouping,
  groupKeys,
  type GroupRow,
  isTotal,
  keyNames,
  MOST_GROUPS,
  placementsFor,
} from './grouped-book';
import { Parameters } from './parameters';

type RetentionRecord = GroupRow & RetentionFigures;

const AMOUNTS = ['start_arr', 'end_arr', 'expansion', 'contraction', 'churn'];

export interface Period {
  readonly from: CalendarDate;
  readonly to: CalendarDate;
}

/** Throws INVALID_VALUE for dimensions or days that cannot be asked about. */
export function checkRetention({ by, from, to }: RetentionQuery, today: CalendarDate): void {
  checkDimensions(by);
  checkDay(to, today, 'to');
  if (from > to) throw new DomainError('INVALID_VALUE', `from (${from}) lies after to (${to})`, ['from']);
}

/** What became of the ARR of one day by another (spec section 9). */
export async function readRetention(
  reader: SqlReader,
  grouping: Grouping,
  period: Period,
): Promise<Retention> {
  const parameters = new Parameters();
  const keys = keyNames(grouping);
  const placements = await placementsFor(reader, grouping, period.from);
  const rows = await reader.rows<RetentionRecord>(
    `WITH ${retainedSql(grouping, period, placements, parameters)}
     SELECT ${['is_total', ...keys].join(', ')}, start_accounts::int AS "startAccounts", start_arr AS "startArr",
       expansion, contraction, churn, end_arr AS "endArr", lost_accounts::int AS "lostAccounts",
       grr, nrr, logo_retention AS "logoRetention"
     FROM retained
     ORDER BY ${['is_total DESC', 'start_arr DESC', ...keys.map((key) => `${key} COLLATE "C"`)].join(', ')}
     LIMIT ${MOST_GROUPS + 2}`,
    parameters.values,
    { unnamed: true },
  );
  const [total, ...groups] = rows;
  if (total === undefined) throw new Error('a grouping without a total');
  const totals = figuresOf(total);
  return {
    ...period,
    tierBasis: grouping.tierBasis,
    rows:
      keys.length === 0
        ? [{ keys: [], ...totals }]
        : groups.slice(0, MOST_GROUPS).map((row) => ({ keys: groupKeys(grouping, row), ...figuresOf(row) })),
    totals,
    truncated: groups.length > MOST_GROUPS,
  };
}

/**
 * Common table expressions that end in `retained`: a row for each group and one for the whole, told apart by
 * `is_total`.
 */
export function retainedSql(
  grouping: Grouping,
  { from, to }: Period,
  placements: BookPlacements | null,
  parameters: Parameters,
): string {
  const keys = keyNames(grouping);
  const { today } = grouping;
  const end = { day: to, today, tierBasis: 'RECORDED', columns: new Set(['arr']), placements: null } as const;
  const names = keys.map((key) => `${key}, `).join('');
  return `started AS (
      ${groupedBook(grouping, from, ['arr'], placements, parameters)} AND a.arr > 0
    ), ended AS (
      SELECT ${keys.map((key) => `started.${key}, `).join('')}started.arr AS was, coalesce(later.arr, 0) AS became
      FROM started LEFT JOIN ${bookSql(end, parameters)} later ON later.id = started.id
    ), movements AS (
      SELECT ${names}count(*) AS start_accounts, sum(was) AS start_arr, sum(became) AS end_arr,
        sum(became - was) FILTER (WHERE became > was) AS expansion,
        sum(was - became) FILTER (WHERE became < was AND became > 0) AS contraction,
        sum(was) FILTER (WHERE became = 0) AS churn, count(*) FILTER (WHERE became = 0) AS lost_accounts
      FROM ended ${groupBy(keys)}
    ), movement_sums AS (
      SELECT ${isTotal(keys)} AS is_total, ${names}
        coalesce(sum(start_accounts), 0) AS start_accounts, coalesce(sum(lost_accounts), 0) AS lost_accounts,
        ${AMOUNTS.map((name) => `round(coalesce(sum(${name}), 0), 2) AS ${name}`).join(', ')}
      FROM movements ${groupByWithTotal(keys)}
    ), retained AS (
      SELECT *, ${fraction('start_arr - contraction - churn', 'start_arr')} AS grr,
        ${fraction('end_arr', 'start_arr')} AS nrr,
        ${fraction('start_accounts - lost_accounts', 'start_accounts')} AS logo_retention
      FROM movement_sums
    )`;
}

function figuresOf(row: RetentionRecord): RetentionFigures {
  const { startAccounts, startArr, expansion, contraction, churn, endArr, lostAccounts } = row;
  const { grr, nrr, logoRetention } = row;
  return {
    startAccounts,
    startArr,
    expansion,
    contraction,
    churn,
    endArr,
    lostAccounts,
    grr,
    nrr,
    logoRetention,
  };
}
