import { type CalendarDate } from '../../domain/calendar';
import { arrBands } from '../../domain/segment';
import { groupColumns, SUM_COLUMNS } from '../book-figures';
import { type Grouping, keyNames } from './grouped-book';
import { type KeptBook } from './kept-book';
import { type Parameters } from './parameters';

/** From which day on a transaction may have changed what is read of past days; null says of every day. */
const RESTATED = `CASE WHEN sum(facts) = 0 AND count(*) FILTER (WHERE source = 'FACT') <= 1
    AND count(*) FILTER (WHERE source = 'MOVEMENT') <= 1 THEN min(from_day) ELSE '-infinity' END`;

/** The transactions that have restated days and are not looked at yet, with the first of those days. */
export const RESTATEMENTS = `SELECT transaction, ${RESTATED} AS from_day FROM book_restatement GROUP BY transaction`;

/**
 * Whether a past book `past` is not what one would read now: a transaction that it has not seen has restated it. One that
 * claims to have seen transactions which are still to come was counted in another cluster, as in a dump that was restored.
 */
export function isRestated(restatements: string): string {
  return `(pg_snapshot_xmax(past.seen::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot())
    OR EXISTS (SELECT FROM ${restatements} restated WHERE restated.from_day <= past.day
      AND NOT pg_visible_in_snapshot(restated.transaction::text::xid8, past.seen::pg_snapshot)))`;
}

/** Whether the figures of past days are kept by what is asked for, once somebody has asked. */
export function isKeptOfThePast({ by, where, tierBasis, today }: Grouping, day: CalendarDate): boolean {
  return day < today && where === null && tierBasis === 'RECORDED' && groupColumns(by) !== null;
}

/** The groups of the book of a past day, as they were counted when somebody asked for them before. */
export function pastBook(grouping: Grouping, day: CalendarDate, parameters: Parameters): KeptBook {
  const { by, model } = grouping;
  const keys = keyNames(grouping).map((key) => `${key}, `);
  const bounds = (): string => parameters.bind(arrBands(model).map(({ from }) => from));
  const banded = by.includes('ARR_BAND') ? `AND past.arr_bounds = ${bounds()}::numeric[]` : '';
  const past = `FROM past_book past
      WHERE past.day = ${parameters.bind(day)}::date AND past.dimensions = ${parameters.bind(by)}::text[] ${banded}`;
  return {
    parts: `parts AS (
      SELECT ${keys.join('')}${SUM_COLUMNS.join(', ')} FROM past_book_figure
      WHERE past_book_id = (SELECT past.id ${past})
    )`,
    isKept: `EXISTS (SELECT ${past} AND NOT ${isRestated(`(${RESTATEMENTS})`)})`,
  };
}
