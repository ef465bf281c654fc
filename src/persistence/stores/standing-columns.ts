import { type Columns } from './columnar';

/** Columns of the account table that follow from what the rules and people decide; none of them is audited. */
export const STANDING_COLUMNS: Columns = {
  had_arr: 'boolean',
  lines_applied_on: 'date',
  placed: 'boolean',
  computed_tier: 'text',
  held_tier: 'text',
  override_tier: 'text',
  effective_tier: 'text',
  review_due_on: 'date',
  review_baseline: 'jsonb',
  review_triggers: 'jsonb',
  review_escalated_on: 'date',
};

/** On which days the day alone changes nothing; of which version of the account that is said, every write says anew. */
export const QUIET_COLUMNS: Columns = { quiet_from: 'date', quiet_until: 'date', quiet_rules: 'smallint' };

/** Columns that are written only where there is a new scorecard. */
export const SCORE_COLUMNS: Columns = {
  scorecard_id: 'bigint',
  scorecard_digest: 'bigint',
  model_version: 'integer',
  total: 'numeric',
  completeness: 'numeric',
  provisional: 'boolean',
  expansion_potential: 'text',
};
