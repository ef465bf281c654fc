import { type PoolClient } from 'pg';
import { type BatchedStatement } from '../statement-batch';

/**
 * PostgreSQL plans a list of one key anew each time, since it expects lists to be longer: that takes longer than
 * reading what has the key. A plan that stays must not be to scan a table, which may be small only for now.
 */
const PLAN_MODES = {
  once: planMode('force_generic_plan', 'off'),
  asPostgresSeesFit: planMode('auto', 'on'),
} as const;
export type PlanMode = keyof typeof PLAN_MODES;

/** How each of some connections makes its plans. */
export class PlanModes {
  private readonly modes = new WeakMap<PoolClient, PlanMode>();

  /**
   * What makes the connection plan that way, to be sent before what is planned; nothing where it does already. A
   * connection on which it fails, or what is sent with it, must not be used again.
   */
  changeTo(client: PoolClient, mode: PlanMode): BatchedStatement[] {
    if ((this.modes.get(client) ?? 'asPostgresSeesFit') === mode) return [];
    this.modes.set(client, mode);
    return [PLAN_MODES[mode]];
  }
}

function planMode(cache: string, scans: string): BatchedStatement {
  const text = `SELECT set_config('plan_cache_mode', '${cache}', false), set_config('enable_seqscan', '${scans}', false)`;
  return { name: `plan-${cache}`, text, values: [], resolve: ignore, reject: ignore };
}

function ignore(): void {
  // What is sent with it tells of a failure.
}
