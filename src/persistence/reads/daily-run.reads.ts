import { type DailyRunReads, type DailyRunView, type Window } from '../../app/ports/reads';
import { DAILY_STEPS } from '../../domain/daily-run';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const NEWEST_FIRST: readonly SortKey[] = [{ expression: 'r.day', type: 'date', descending: true }];

export class SqlDailyRunReads implements DailyRunReads {
  constructor(private readonly database: DatabaseReader) {}

  async page(window: Window): Promise<DailyRunView[]> {
    const parameters = new Parameters();
    const { cursor, orderBy, condition } = keyset(NEWEST_FIRST, window, (value) => parameters.bind(value));
    return this.database.rows<DailyRunView>(
      `SELECT r.day, r.started_at AS "startedAt", r.finished_at AS "finishedAt", ${cursor} AS cursor,
         coalesce((
           SELECT jsonb_agg(jsonb_build_object('name', s.step, 'startedAt', s.started_at::text,
             'finishedAt', s.finished_at::text, 'changed', s.changed) ORDER BY array_position(${parameters.bind(DAILY_STEPS)}::text[], s.step))
           FROM daily_step s WHERE s.day = r.day
         ), '[]') AS steps
       FROM daily_run r WHERE ${condition} ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async count(): Promise<number> {
    const [row] = await this.database.rows<{ count: number }>(`SELECT count(*)::int AS count FROM daily_run`);
    return row?.count ?? 0;
  }
}
