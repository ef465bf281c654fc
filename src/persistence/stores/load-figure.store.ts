import { type EntityManager } from 'typeorm';
import { type LoadFigureState, type LoadFigureStore } from '../../app/ports/load-figures';
import { ADVISORY_LOCKS } from '../advisory-locks';
import { ACCOUNTS_AS_LOADS, LOAD_COLUMNS, LOADS_ARE_KEPT } from '../load-figures';

const STATE = `
  SELECT ${LOADS_ARE_KEPT} AS "isKept",
    (SELECT coalesce(max(id) - min(id) + 1, 0)::float8 FROM load_delta) AS waiting`;

const GROUP = LOAD_COLUMNS.join(', ');
const ADD = `INSERT INTO load_figure (${GROUP}, accounts, arr)`;

// One statement, so that what it takes away and what it adds are the same for everybody.
const FOLD = `
  WITH taken AS (
    DELETE FROM load_delta WHERE id IN (SELECT id FROM load_delta ORDER BY id LIMIT $1)
    RETURNING ${GROUP}, accounts, arr
  ), added AS (
    ${ADD}
    SELECT ${GROUP}, sum(accounts), sum(arr) FROM taken GROUP BY ${GROUP} HAVING sum(accounts) <> 0 OR sum(arr) <> 0
    ON CONFLICT (${GROUP}) DO UPDATE
    SET accounts = load_figure.accounts + excluded.accounts, arr = load_figure.arr + excluded.arr
    RETURNING accounts
  )
  SELECT (SELECT count(*)::int FROM taken) AS taken, EXISTS (SELECT FROM added WHERE accounts = 0) AS emptied`;

// The deltas of just those writes that the count has seen.
const COUNT = `
  WITH counted AS (DELETE FROM load_delta)
  ${ADD}
  ${ACCOUNTS_AS_LOADS}`;

export class SqlLoadFigureStore implements LoadFigureStore {
  constructor(private readonly manager: EntityManager) {}

  async state(): Promise<LoadFigureState> {
    const [row] = await this.manager.query<LoadFigureState[]>(STATE);
    if (row === undefined) throw new Error('a query of one row gave none');
    return row;
  }

  async fold(most: number): Promise<number | null> {
    if (!(await this.takeTurn())) return null;
    const [row] = await this.manager.query<{ taken: number; emptied: boolean }[]>(FOLD, [most]);
    if (row?.emptied === true) {
      await this.manager.query(`DELETE FROM load_figure WHERE accounts = 0 AND arr = 0`);
    }
    return row?.taken ?? 0;
  }

  async countAnew(): Promise<boolean> {
    if (!(await this.takeTurn())) return false;
    await this.manager.query(`DELETE FROM load_figure`);
    await this.manager.query(COUNT);
    await this.manager.query(`INSERT INTO load_keeping (id) VALUES (1) ON CONFLICT DO NOTHING`);
    return true;
  }

  /** Two who add the same deltas would add them twice. */
  private async takeTurn(): Promise<boolean> {
    const [row] = await this.manager.query<{ taken: boolean }[]>(
      'SELECT pg_try_advisory_xact_lock($1) AS taken',
      [ADVISORY_LOCKS.LOAD_FIGURES],
    );
    return row?.taken ?? false;
  }
}
