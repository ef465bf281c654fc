import { type PoolClient } from 'pg';

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
   * Sends what makes the connection plan that way, where it plans another way.
   *
   * @param failed told what went wrong, if anything did: the connection plans then as nobody knows
   */
  change(client: PoolClient, mode: PlanMode, failed: (error: Error | null) => void): void {
    if ((this.modes.get(client) ?? 'asPostgresSeesFit') === mode) return;
    this.modes.set(client, mode);
    client.query(PLAN_MODES[mode], failed);
  }
}

function planMode(cache: string, scans: string): { readonly name: string; readonly text: string } {
  const text = `SELECT set_config('plan_cache_mode', '${cache}', false), set_config('enable_seqscan', '${scans}', false)`;
  return { name: `plan-${cache}`, text };
}
