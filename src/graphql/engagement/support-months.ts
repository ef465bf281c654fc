import { addMonths, type CalendarDate, parseDate } from '../../domain/calendar';
import { DomainError } from '../../domain/errors';
import { type GraphqlContext } from '../context';
import { type Relation } from '../relation';
import { type SupportMonthType } from './engagement.type';

/** Of support figures that are asked for at once. */
export const MOST_MONTHS = 60;

/** The support figures of each account, month by month. */
export const supportMonths: Relation<{ readonly id: string }, readonly SupportMonthType[]> = async (
  accounts,
  { args },
  context,
) => {
  const ids = accounts.map(({ id }) => id);
  const months = new Map<string, SupportMonthType[]>(ids.map((id) => [id, []]));
  for (const row of await context.reads.engagement.supportOf(ids, monthsBack(args.months, context))) {
    months.get(row.accountId)?.push(row);
  }
  return ids.map((id) => months.get(id) ?? []);
};

/** The first day of the earliest month. Throws INVALID_VALUE for a number of months outside 1 to 60. */
function monthsBack(months: unknown, { clock }: GraphqlContext): CalendarDate {
  const count = (months ?? 12) as number;
  if (!(count >= 1 && count <= MOST_MONTHS)) {
    throw new DomainError('INVALID_VALUE', `months must be a whole number from 1 to ${MOST_MONTHS}`, [
      'months',
    ]);
  }
  return addMonths(parseDate(`${clock.today().slice(0, 7)}-01`), 1 - count);
}
