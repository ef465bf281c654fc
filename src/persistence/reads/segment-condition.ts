import { type SegmentCriterion } from '../../domain/segment-criterion';
import { ACCOUNT_COLUMNS } from '../account-columns';
import { bookSql, PLACED_COLUMNS } from './book';
import { criterionSql, dimensionColumn, type DimensionContext } from './dimensions';

/** The columns of the account table that criteria can look at. */
const STORED = new Set([...ACCOUNT_COLUMNS.map(({ name }) => name), ...PLACED_COLUMNS]);

/** The columns of the book that the condition of a segment needs. */
export function segmentColumns(criteria: readonly SegmentCriterion[]): string[] {
  return ['status', ...criteria.map(({ dimension }) => dimensionColumn(dimension))];
}

/**
 * Holds for an account `a` that is a member: it is not churned, and of each criterion it belongs to one of the
 * groups that a breakdown of the same day has.
 *
 * @param inBook whether `a` is the book of the context's day; otherwise it is the account table
 */
export function segmentSql(
  criteria: readonly SegmentCriterion[],
  context: DimensionContext,
  inBook: boolean,
): string {
  const condition = [
    `a.status IS DISTINCT FROM 'CHURNED'`,
    ...criteria.map((criterion) => criterionSql(criterion, context)),
  ].join(' AND ');
  const columns = segmentColumns(criteria);
  if (inBook || columns.every((column) => STORED.has(column))) return `(${condition})`;
  // What the account table does not hold, the book of today works out.
  const { day, parameters } = context;
  const asked = {
    day,
    today: day,
    tierBasis: 'RECORDED',
    columns: new Set(columns),
    placements: null,
  } as const;
  return `a.id IN (SELECT a.id FROM ${bookSql(asked, parameters)} a WHERE ${condition})`;
}
