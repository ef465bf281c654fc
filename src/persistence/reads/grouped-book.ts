import { type AccountFilter } from '../../app/ports/account-filter';
import { type GroupKey, type TierBasis } from '../../app/ports/analytics';
import { type CalendarDate } from '../../domain/calendar';
import { DomainError } from '../../domain/errors';
import { type Dimension } from '../../domain/segment';
import { type TieringModel } from '../../domain/tiering-model';
import { accountFilterFields, compileAccountFilter, filterColumn } from './account-filter';
import { bookSql, PENDING_ON_THE_DAY, PLACED_COLUMNS } from './book';
import { type BookPlacements, placeBook, PLACEMENT_INPUTS } from './book-placements';
import { type SqlReader } from './database-reader';
import { dimensionColumn, dimensionSql } from './dimensions';
import { Parameters } from './parameters';

export const MOST_GROUPS = 1_000;

/** Which accounts are asked about, and what they are grouped by. */
export interface Grouping {
  readonly by: readonly Dimension[];
  readonly where: AccountFilter | null;
  readonly tierBasis: TierBasis;
  readonly today: CalendarDate;
  /** The published model. */
  readonly model: TieringModel;
}

/** A row of figures as it is selected, with the values of the dimensions in `k0`, `k1` and `k2`. */
export interface GroupRow {
  readonly is_total: boolean;
  readonly k0?: string | null;
  readonly k1?: string | null;
  readonly k2?: string | null;
}

/** "k0, k1" for two dimensions. */
export function keyNames({ by }: Grouping): string[] {
  return by.map((_, index) => `k${index}`);
}

/**
 * One SELECT with the key columns, the id and `columns` for every account of the day's book that the filter leaves.
 *
 * @param placements what placementsFor gave for the day
 */
export function groupedBook(
  grouping: Grouping,
  day: CalendarDate,
  columns: readonly string[],
  placements: BookPlacements | null,
  parameters: Parameters,
): string {
  const { by, where, tierBasis, today, model } = grouping;
  const keys = by.map(
    (dimension, index) => `${dimensionSql(dimension, { model, day, parameters })} AS k${index}`,
  );
  const book = bookSql(
    { day, today, tierBasis, columns: new Set([...groupingColumns(grouping), ...columns]), placements },
    parameters,
  );
  const condition = compileAccountFilter(where, parameters, {
    pendingDowngrade: PENDING_ON_THE_DAY,
    hasOwners: true,
  });
  return `SELECT ${[...keys, 'a.id', ...columns.map((column) => `a.${column}`)].join(', ')}
    FROM ${book} a WHERE ${condition}`;
}

/**
 * Where the published model puts the accounts of a past day; null where nothing that is asked needs it. A filter
 * that does not look at the placement itself is applied before.
 */
export async function placementsFor(
  reader: SqlReader,
  grouping: Grouping,
  day: CalendarDate,
): Promise<BookPlacements | null> {
  const { where, today, tierBasis, model } = grouping;
  const isPlaced = (column: string): boolean => PLACED_COLUMNS.includes(column);
  if (tierBasis !== 'PUBLISHED_MODEL' || day >= today || !groupingColumns(grouping).some(isPlaced))
    return null;
  const parameters = new Parameters();
  const asked = { day, today, tierBasis, placements: null } as const;
  const filterColumns = columnsOf(where);
  if (filterColumns.some(isPlaced)) {
    const book = bookSql({ ...asked, columns: new Set(PLACEMENT_INPUTS) }, parameters);
    return placeBook(reader, book, parameters, model, day);
  }
  const columns = new Set([...PLACEMENT_INPUTS, ...filterColumns]);
  const condition = compileAccountFilter(where, parameters, {
    pendingDowngrade: PENDING_ON_THE_DAY,
    hasOwners: true,
  });
  const book = `(SELECT * FROM ${bookSql({ ...asked, columns }, parameters)} a WHERE ${condition})`;
  return placeBook(reader, book, parameters, model, day);
}

/** Whether answering needs placements worked out first. */
export function isPlacedAnew({ tierBasis, today }: Grouping, day: CalendarDate): boolean {
  return tierBasis === 'PUBLISHED_MODEL' && day < today;
}

/** What follows FROM where groups are made of accounts. */
export function groupBy(keys: readonly string[]): string {
  return keys.length === 0 ? '' : `GROUP BY ${keys.join(', ')}`;
}

/** Adds groups up to the whole beside giving each of them. */
export function groupByWithTotal(keys: readonly string[]): string {
  return `GROUP BY GROUPING SETS (${keys.length === 0 ? '' : `(${keys.join(', ')}), `}())`;
}

/** Whether a row of groupByWithTotal is the whole. */
export function isTotal(keys: readonly string[]): string {
  return keys[0] === undefined ? 'true' : `GROUPING(${keys[0]}) = 1`;
}

/** Whether a row of one table and a row of another are the same group; null is a value like others. */
export function isSameGroup(table: string, other: string, keys: readonly string[]): string {
  // Unlike IS NOT DISTINCT FROM, an equality can be hashed.
  const keyOf = (name: string): string =>
    `jsonb_build_array(${keys.map((key) => `${name}.${key}`).join(', ')})`;
  return `${table}.is_total = ${other}.is_total${keys.length === 0 ? '' : ` AND ${keyOf(table)} = ${keyOf(other)}`}`;
}

/** A fraction rounded to 6 places; null for a zero base. */
export function fraction(part: string, whole: string): string {
  return `round((${part})::numeric / nullif(${whole}, 0), 6)::float8`;
}

/** The group's values by dimension. */
export function groupKeys({ by }: Grouping, row: GroupRow): GroupKey[] {
  const values = [row.k0, row.k1, row.k2];
  return by.map((dimension, index) => ({ dimension, value: values[index] ?? null }));
}

/** Throws INVALID_VALUE for a day after today: the book of the future is not known. */
export function checkDay(day: CalendarDate, today: CalendarDate, field: string): CalendarDate {
  if (day > today) {
    throw new DomainError('INVALID_VALUE', `${field} (${day}) lies after today (${today})`, [field]);
  }
  return day;
}

function groupingColumns({ by, where }: Grouping): string[] {
  return [...by.map(dimensionColumn), ...columnsOf(where)];
}

function columnsOf(where: AccountFilter | null): string[] {
  return [...accountFilterFields(where)].map((field) =>
    field === 'pendingDowngrade' ? 'pending_target' : filterColumn(field),
  );
}
