import { type EntityManager } from 'typeorm';
import { type PastBook, type PastBookStore } from '../../app/ports/past-books';
import { type CalendarDate } from '../../domain/calendar';
import { arrBands } from '../../domain/segment';
import { ADVISORY_LOCKS } from '../advisory-locks';
import { SUM_COLUMNS } from '../book-figures';
import { scannedParts } from '../reads/breakdown.reads';
import { type Grouping, keyNames } from '../reads/grouped-book';
import { Parameters } from '../reads/parameters';
import { isRestated, pastBook, RESTATEMENTS } from '../reads/past-book';

/** The oldest are forgotten; whoever asks for one of those again has it counted again. */
const MOST_BOOKS = 500;

const FORGET_OLD = `
  DELETE FROM past_book WHERE id <= (SELECT id FROM past_book ORDER BY id DESC OFFSET ${MOST_BOOKS} LIMIT 1)`;

// One statement, so that no restatement is forgotten that it has not held against every book.
const SETTLE = `
  WITH restatement AS MATERIALIZED (${RESTATEMENTS}),
  forgotten AS (DELETE FROM past_book past WHERE ${isRestated('restatement')})
  DELETE FROM book_restatement WHERE transaction IN (SELECT transaction FROM restatement)`;

export class SqlPastBookStore implements PastBookStore {
  constructor(private readonly manager: EntityManager) {}

  async keep({ day, by, today, model }: PastBook): Promise<boolean> {
    if (!(await this.takeTurn())) return false;
    const grouping = { by, where: null, tierBasis: 'RECORDED', today, model } as const;
    if (await this.isKept(grouping, day)) return true;
    const parameters = new Parameters();
    const keys = keyNames(grouping);
    const tables = scannedParts(grouping, day, null, parameters);
    const sums = SUM_COLUMNS.map((column) => `coalesce(parts.${column}, 0)`);
    const values = [
      `${parameters.bind(day)}::date`,
      `${parameters.bind(by)}::text[]`,
      `${parameters.bind(arrBands(model).map(({ from }) => from))}::numeric[]`,
      'pg_current_snapshot()::text',
    ];
    await this.manager.query(`DELETE FROM past_book WHERE day = $1 AND dimensions = $2`, [day, by]);
    await this.manager.query(FORGET_OLD);
    await this.manager.query(
      `WITH ${tables.join(', ')}, past AS (
         INSERT INTO past_book (day, dimensions, arr_bounds, seen) VALUES (${values.join(', ')}) RETURNING id
       )
       INSERT INTO past_book_figure (past_book_id, ${[...keys, ...SUM_COLUMNS].join(', ')})
       SELECT ${['past.id', ...keys.map((key) => `parts.${key}`), ...sums].join(', ')} FROM parts CROSS JOIN past`,
      [...parameters.values],
    );
    return true;
  }

  async settle(): Promise<void> {
    if (await this.takeTurn()) await this.manager.query(SETTLE);
  }

  /** Another process may have been asked for it, too, and replicas that are behind ask again. */
  private async isKept(grouping: Grouping, day: CalendarDate): Promise<boolean> {
    const parameters = new Parameters();
    const { isKept } = pastBook(grouping, day, parameters);
    const rows = await this.manager.query<{ kept: boolean }[]>(`SELECT ${isKept} AS kept`, [
      ...parameters.values,
    ]);
    return rows[0]?.kept ?? false;
  }

  /** A book that is being counted cannot be seen yet, and has to be held against what is about to be forgotten. */
  private async takeTurn(): Promise<boolean> {
    const [row] = await this.manager.query<{ taken: boolean }[]>(
      'SELECT pg_try_advisory_xact_lock($1) AS taken',
      [ADVISORY_LOCKS.PAST_BOOKS],
    );
    return row?.taken ?? false;
  }
}
