import { type SqlReader } from './database-reader';

/** What whoever operates a book watches. */
export interface OperationFigures {
  /** Accounts by the key of their effective tier; null where there is none yet. Churned ones are left out. */
  readonly accounts: readonly { readonly tier: string | null; readonly accounts: number }[];
  /** Days that the scheduled work is behind; null before its first run. */
  readonly daysBehind: number | null;
  /** Jobs that wait or run, by their state in the queue. */
  readonly jobs: readonly { readonly state: string; readonly jobs: number }[];
  /** For how long the job that is due the longest has waited; 0 where none is due. */
  readonly oldestJobSeconds: number;
  /** What writes have changed about the figures of the book and its loads and was not added to them yet. */
  readonly deltas: number;
  /** Webhooks that are pending, and dead ones. */
  readonly webhooks: readonly { readonly status: 'PENDING' | 'DEAD'; readonly deliveries: number }[];
}

/** Reads the figures as of the day. The queue's tables exist once a worker has run. */
export async function operationFigures(reader: SqlReader, today: string): Promise<OperationFigures> {
  const accounts = await reader.rows<OperationFigures['accounts'][number]>(
    `SELECT effective_tier AS tier, count(*)::int AS accounts
     FROM account WHERE status IS DISTINCT FROM 'CHURNED' GROUP BY 1`,
  );
  const [run] = await reader.rows<{ behind: number | null; queue: boolean }>(
    `SELECT ($1::date - max(day) FILTER (WHERE finished_at IS NOT NULL))::int AS behind,
       to_regclass('pgboss.job') IS NOT NULL AS queue FROM daily_run`,
    [today],
  );
  const jobs = run?.queue
    ? await reader.rows<OperationFigures['jobs'][number]>(
        `SELECT state::text AS state, count(*)::int AS jobs FROM pgboss.job
         WHERE state IN ('created', 'retry', 'active') GROUP BY state`,
      )
    : [];
  const [oldest] = run?.queue
    ? await reader.rows<{ seconds: number }>(
        `SELECT coalesce(extract(epoch FROM now() - min(start_after)), 0)::float8 AS seconds FROM pgboss.job
         WHERE state IN ('created', 'retry') AND start_after <= now()`,
      )
    : [];
  // Each from an index of its own: those that were delivered may be many, and are not looked at.
  const webhooks = await reader.rows<OperationFigures['webhooks'][number]>(
    `SELECT 'PENDING' AS status, count(*)::int AS deliveries FROM webhook_delivery WHERE status = 'PENDING'
     UNION ALL
     SELECT 'DEAD', count(*)::int FROM webhook_delivery WHERE status = 'DEAD'`,
  );
  const [waiting] = await reader.rows<{ deltas: number }>(
    `SELECT (SELECT count(*) FROM book_delta)::int + (SELECT count(*) FROM load_delta)::int AS deltas`,
  );
  return {
    accounts,
    deltas: waiting?.deltas ?? 0,
    daysBehind: run?.behind ?? null,
    jobs,
    oldestJobSeconds: oldest?.seconds ?? 0,
    webhooks,
  };
}
