import { type Breakdown, type BreakdownFigures } from '../../app/ports/analytics';
import { type PastBook } from '../../app/ports/past-books';
import { addMonths, type CalendarDate } from '../../domain/calendar';
import { AT_RISK } from '../book-figures';
import { type BookPlacements } from './book-placements';
import { type SqlReader } from './database-reader';
import {
  fraction,
  groupBy,
  groupByWithTotal,
  groupedBook,
  type Grouping,
  groupKeys,
  type GroupRow,
  isSameGroup,
  isTotal,
  keyNames,
  MOST_GROUPS,
  placementsFor,
} from './grouped-book';
import { keptBook } from './kept-book';
import { Parameters } from './parameters';
import { isKeptOfThePast, pastBook } from './past-book';
import { retainedSql } from './retention.reads';

const RETENTION_MONTHS = 12;

export interface BreakdownOptions {
  readonly withRetention: boolean;
  readonly withMedian: boolean;
}

type BreakdownRecord = GroupRow & BreakdownFigures & { readonly is_kept: boolean };

/**
 * What the book of a day looks like, group by group (spec section 9).
 *
 * @param missed told of a past day whose figures could be kept and are not
 */
export async function readBreakdown(
  reader: SqlReader,
  grouping: Grouping,
  day: CalendarDate,
  options: BreakdownOptions,
  missed?: (book: PastBook) => void,
): Promise<Breakdown> {
  const kept = await readKeptBook(reader, grouping, day, options);
  if (kept !== null) return kept;
  const breakdown = await scanBook(reader, grouping, day, options);
  const { by, today, model } = grouping;
  const isWorthKeeping = isKeptOfThePast(grouping, day) && !options.withMedian && !options.withRetention;
  if (isWorthKeeping) missed?.({ day, by, today, model });
  return breakdown;
}

/** The breakdown out of the figures that are kept; null where they are not. */
export async function readKeptBook(
  reader: SqlReader,
  grouping: Grouping,
  day: CalendarDate,
  { withMedian, withRetention }: BreakdownOptions,
): Promise<Breakdown | null> {
  const parameters = new Parameters();
  const isPast = isKeptOfThePast(grouping, day);
  const kept = isPast ? pastBook(grouping, day, parameters) : keptBook(grouping, day, parameters);
  if (kept === null || withMedian || withRetention) return null;
  const keys = keyNames(grouping);
  const sql = figuresSql(keys, { tables: [kept.parts, keptSumsSql(keys)], isKept: kept.isKept });
  const rows = await reader.rows<BreakdownRecord>(sql, parameters.values);
  return rows[0]?.is_kept === true ? breakdownOf(grouping, day, rows) : null;
}

/** The breakdown out of the accounts themselves. */
export async function scanBook(
  reader: SqlReader,
  grouping: Grouping,
  day: CalendarDate,
  options: BreakdownOptions,
): Promise<Breakdown> {
  const parameters = new Parameters();
  const sql = await scanSql(reader, grouping, day, options, parameters);
  const isPresent = day >= grouping.today && !options.withRetention;
  const rows = await reader.rows<BreakdownRecord>(sql, parameters.values, { unnamed: !isPresent });
  return breakdownOf(grouping, day, rows);
}

function breakdownOf(grouping: Grouping, day: CalendarDate, rows: readonly BreakdownRecord[]): Breakdown {
  const [total, ...groups] = rows;
  if (total === undefined) throw new Error('a grouping without a total');
  const totals = figuresOf(total);
  return {
    asOf: day,
    tierBasis: grouping.tierBasis,
    rows:
      grouping.by.length === 0
        ? [{ keys: [], ...totals }]
        : groups.slice(0, MOST_GROUPS).map((row) => ({ keys: groupKeys(grouping, row), ...figuresOf(row) })),
    totals,
    truncated: groups.length > MOST_GROUPS,
  };
}

async function scanSql(
  reader: SqlReader,
  grouping: Grouping,
  day: CalendarDate,
  { withRetention, withMedian }: BreakdownOptions,
  parameters: Parameters,
): Promise<string> {
  const keys = keyNames(grouping);
  const booked = await placementsFor(reader, grouping, day);
  const tables = [...scannedParts(grouping, day, booked, parameters), sumsSql(keys)];
  const joins: string[] = [];
  if (withMedian) {
    tables.push(mediansSql(keys));
    joins.push(`LEFT JOIN medians ON ${isSameGroup('medians', 'sums', keys)}`);
  }
  if (withRetention) {
    const period = { from: addMonths(day, -RETENTION_MONTHS), to: day };
    const placements = await placementsFor(reader, grouping, period.from);
    tables.push(retainedSql(grouping, period, placements, parameters));
    joins.push(`LEFT JOIN retained ON ${isSameGroup('retained', 'sums', keys)}`);
  }
  return figuresSql(keys, { tables, joins, withMedian, withRetention });
}

interface FigureTables extends Partial<BreakdownOptions> {
  /** Common table expressions, `sums` among them. */
  readonly tables: readonly string[];
  readonly joins?: readonly string[];
  readonly isKept?: string;
}

function figuresSql(
  keys: readonly string[],
  { tables, joins = [], isKept = 'false', withMedian = false, withRetention = false }: FigureTables,
): string {
  const order = ['sums.is_total DESC', 'sums.arr DESC', ...keys.map((key) => `sums.${key} COLLATE "C"`)];
  return `WITH ${tables.join(', ')}
    SELECT ${['sums.is_total', ...keys.map((key) => `sums.${key}`)].join(', ')}, sums.accounts::int AS accounts,
      ${fraction('sums.accounts', 'whole.accounts')} AS "accountShare", sums.arr,
      ${fraction('sums.arr', 'whole.arr')} AS "arrShare", average_arr AS "averageArr",
      ${withMedian ? 'median_arr' : 'NULL'} AS "medianArr", average_health AS "averageHealth",
      at_risk_arr AS "atRiskArr", ${withRetention ? 'grr, nrr, logo_retention' : 'NULL AS grr, NULL AS nrr, NULL'}
        AS "logoRetention", ${isKept} AS is_kept
    FROM sums CROSS JOIN (SELECT accounts, arr FROM sums WHERE is_total) whole ${joins.join(' ')}
    ORDER BY ${order.join(', ')}
    LIMIT ${MOST_GROUPS + 2}`;
}

/** The accounts of the day as `book`, and what its groups add up to as `parts`. */
export function scannedParts(
  grouping: Grouping,
  day: CalendarDate,
  placements: BookPlacements | null,
  parameters: Parameters,
): string[] {
  const keys = keyNames(grouping);
  const names = keys.map((key) => `${key}, `).join('');
  return [
    `book AS (
      ${groupedBook(grouping, day, ['arr', 'health_score', 'churn_risk'], placements, parameters)}
    )`,
    `parts AS (
      SELECT ${names}count(*) AS accounts, sum(arr) AS arr, count(arr) AS known_arr, sum(health_score) AS health,
        count(health_score) AS known_health, sum(arr) FILTER (WHERE ${AT_RISK}) AS at_risk_arr
      FROM book ${groupBy(keys)}
    )`,
  ];
}

/** Adds the rows of `parts` up. */
function sumsSql(keys: readonly string[]): string {
  const names = keys.map((key) => `${key}, `).join('');
  return `sums AS (
      SELECT ${isTotal(keys)} AS is_total, ${names}${sumColumns((column) => `sum(${column})`)}
      FROM parts ${groupByWithTotal(keys)}
    )`;
}

/** The same where each group is a single row of `parts`: nothing has to be grouped then. */
function keptSumsSql(keys: readonly string[]): string {
  const names = keys.map((key) => `${key}, `).join('');
  const noNames = keys.map((key) => `NULL AS ${key}, `).join('');
  const groups = `SELECT false AS is_total, ${names}${sumColumns((column) => column)} FROM parts UNION ALL`;
  return `sums AS (
      ${keys.length === 0 ? '' : groups}
      SELECT true AS is_total, ${noNames}${sumColumns((column) => `sum(${column})`)} FROM parts
    )`;
}

function sumColumns(sum: (column: string) => string): string {
  return `coalesce(${sum('accounts')}, 0) AS accounts, round(coalesce(${sum('arr')}, 0), 2) AS arr,
        round(coalesce(${sum('at_risk_arr')}, 0), 2) AS at_risk_arr,
        round(${sum('arr')} / nullif(${sum('known_arr')}, 0), 2) AS average_arr,
        round(${sum('health')}::numeric / nullif(${sum('known_health')}, 0), 2)::float8 AS average_health`;
}

/** Of an even number of amounts the median lies halfway between the two in the middle. */
function mediansSql(keys: readonly string[]): string {
  const middle = (order: string): string => `percentile_disc(0.5) WITHIN GROUP (ORDER BY arr ${order})`;
  return `medians AS (
      SELECT ${isTotal(keys)} AS is_total, ${keys.map((key) => `${key}, `).join('')}
        round((${middle('ASC')} + ${middle('DESC')}) / 2, 2) AS median_arr
      FROM book ${groupByWithTotal(keys)}
    )`;
}

function figuresOf(row: BreakdownRecord): BreakdownFigures {
  const { accounts, accountShare, arr, arrShare, averageArr, medianArr } = row;
  const { averageHealth, atRiskArr, grr, nrr, logoRetention } = row;
  return {
    accounts,
    accountShare,
    arr,
    arrShare,
    averageArr,
    medianArr,
    averageHealth,
    atRiskArr,
    grr,
    nrr,
    logoRetention,
  };
}
