import { type CalendarDate } from '../../domain/calendar';
import { arrBands } from '../../domain/segment';
import { deltasAsFigures, dimensionsOf, groupColumns, SUM_COLUMNS } from '../book-figures';
import { type Grouping } from './grouped-book';
import { type Parameters } from './parameters';

/** What the groups of a book add up to, out of the figures that are kept beside the accounts. */
export interface KeptBook {
  /** The table `parts`, as a common table expression. */
  readonly parts: string;
  /** Holds where the figures are kept as they are asked for. */
  readonly isKept: string;
}

/**
 * The groups of the present book; null where figures are not kept by what is asked for, so that the accounts have to be
 * looked at. What has been written since the figures were added up is added here, in the same statement.
 */
export function keptBook(grouping: Grouping, day: CalendarDate, parameters: Parameters): KeptBook | null {
  const { by, where, tierBasis, today, model } = grouping;
  const columns = groupColumns(by);
  const isOfOtherTiers = tierBasis !== 'RECORDED' && by.includes('TIER');
  if (columns === null || where !== null || isOfOtherTiers || day < today) return null;
  const bands = arrBands(model);
  const bounds = `${parameters.bind(bands.map(({ from }) => from))}::numeric[]`;
  const key = (column: string): string => {
    if (column === 'arr_band') {
      return `(${parameters.bind(bands.map(({ value }) => value))}::text[])[counted.arr_band]`;
    }
    return OWNERS[column]?.key ?? `counted.${column}`;
  };
  const keys = columns.map((column, index) => `${key(column)} AS k${index}, `);
  const joins = columns.flatMap((column) => OWNERS[column]?.join ?? []);
  const grouped = columns.map((column) => `${column}, `).join('');
  const sums = SUM_COLUMNS.map((column) => `sum(${column}) AS ${column}`).join(', ');
  const named = `${grouped}${SUM_COLUMNS.join(', ')}`;
  const isKept = by.includes('ARR_BAND')
    ? `EXISTS (SELECT FROM book_banding WHERE arr_bounds = ${bounds})`
    : 'EXISTS (SELECT FROM book_banding)';
  return {
    parts: `parts AS (
      SELECT ${keys.join('')}${SUM_COLUMNS.map((column) => `counted.${column}`).join(', ')}
      FROM (
        SELECT ${grouped}${sums} FROM (
          SELECT ${named} FROM book_figure WHERE dimensions = ${dimensionsOf(by)} AND ${isKept}
          UNION ALL
          SELECT ${named} FROM (${deltasAsFigures('book_delta', bounds)}) since WHERE ${isKept}
        ) every
        ${columns.length === 0 ? '' : `GROUP BY ${columns.join(', ')}`}
        HAVING sum(accounts) <> 0
      ) counted ${joins.join(' ')}
    )`,
    isKept,
  };
}

/** Groups are kept by the id of who looks after the accounts, and named by the external one. */
const OWNERS: Readonly<Record<string, { readonly key: string; readonly join: string }>> = {
  csm_id: { key: 'csm.external_id', join: 'LEFT JOIN csm ON csm.id = counted.csm_id' },
  pool_id: { key: 'pool.external_id', join: 'LEFT JOIN pool ON pool.id = counted.pool_id' },
};
