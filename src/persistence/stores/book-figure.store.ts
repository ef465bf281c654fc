import { type EntityManager } from 'typeorm';
import { type BookFigureStore, type FigureState } from '../../app/ports/book-figures';
import { completeModel, type StoredModel } from '../../domain/defaults';
import { ADVISORY_LOCKS } from '../advisory-locks';
import {
  accountsAsFigures,
  deltasAsFigures,
  GROUP_COLUMNS,
  groupedFigures,
  SUM_COLUMNS,
} from '../book-figures';

const STATE = `
  SELECT (SELECT arr_bounds::text[] FROM book_banding) AS "arrBounds",
    (SELECT coalesce(max(id) - min(id) + 1, 0)::float8 FROM book_delta) AS waiting,
    EXISTS (SELECT FROM book_restatement) AS restated,
    (SELECT definition FROM tiering_model WHERE status = 'PUBLISHED') AS definition`;

const ADD = `INSERT INTO book_figure (dimensions, ${[...GROUP_COLUMNS, ...SUM_COLUMNS].join(', ')})`;

// One statement, so that what it takes away and what it adds are the same for everybody.
const FOLD = `
  WITH taken AS (
    DELETE FROM book_delta WHERE id IN (SELECT id FROM book_delta ORDER BY id LIMIT $1)
    RETURNING tier, arr, industry, region, csm_id, pool_id, accounts, health, known_health, at_risk_accounts
  ), added AS (
    ${ADD}
    ${groupedFigures(deltasAsFigures('taken CROSS JOIN book_banding', 'arr_bounds'))}
    ON CONFLICT (dimensions, ${GROUP_COLUMNS.join(', ')}) DO UPDATE
    SET ${SUM_COLUMNS.map((column) => `${column} = book_figure.${column} + excluded.${column}`).join(', ')}
    RETURNING accounts
  )
  SELECT (SELECT count(*)::int FROM taken) AS taken, EXISTS (SELECT FROM added WHERE accounts = 0) AS emptied`;

// The deltas of just those writes that the count has seen.
const COUNT = `
  WITH counted AS (DELETE FROM book_delta)
  ${ADD}
  ${groupedFigures(accountsAsFigures('$1::numeric[]'))}`;

const COUNT_MEMORY = '64MB';

export class SqlBookFigureStore implements BookFigureStore {
  constructor(private readonly manager: EntityManager) {}

  async state(): Promise<FigureState> {
    const [row] = await this.query<Omit<FigureState, 'model'> & { definition: StoredModel | null }>(STATE);
    if (row === undefined) throw new Error('a query of one row gave none');
    const { definition, ...state } = row;
    return { ...state, model: definition && completeModel(definition) };
  }

  async fold(most: number): Promise<number | null> {
    if (!(await this.takeTurn())) return null;
    const [row] = await this.query<{ taken: number; emptied: boolean }>(FOLD, [most]);
    if (row?.emptied === true) await this.query(`DELETE FROM book_figure WHERE accounts = 0`);
    return row?.taken ?? 0;
  }

  async countAnew(arrBounds: readonly string[]): Promise<boolean> {
    if (!(await this.takeTurn())) return false;
    await this.query(`SET LOCAL work_mem = '${COUNT_MEMORY}'`);
    await this.query(`DELETE FROM book_figure`);
    await this.query(COUNT, [arrBounds]);
    await this.query(
      `INSERT INTO book_banding (id, arr_bounds) VALUES (1, $1::numeric[])
       ON CONFLICT (id) DO UPDATE SET arr_bounds = excluded.arr_bounds`,
      [arrBounds],
    );
    return true;
  }

  /** Two who add the same deltas would add them twice. */
  private async takeTurn(): Promise<boolean> {
    const [row] = await this.query<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS taken', [
      ADVISORY_LOCKS.BOOK_FIGURES,
    ]);
    return row?.taken ?? false;
  }

  private query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.manager.query(sql, [...parameters]);
  }
}
