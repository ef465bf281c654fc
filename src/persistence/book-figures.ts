import { AT_RISK_BELOW_HEALTH, type Dimension } from '../domain/segment';

/** Of an account, or of what stands for one: its ARR counts as at risk. */
export const AT_RISK = `churn_risk = 'HIGH' OR health_score < ${AT_RISK_BELOW_HEALTH}`;

/** The dimensions by which figures are kept, alone and in pairs, and their columns in `book_figure`. */
const KEPT_DIMENSIONS = [
  ['TIER', 'tier'],
  ['ARR_BAND', 'arr_band'],
  ['INDUSTRY', 'industry'],
  ['REGION', 'region'],
  ['CSM', 'csm_id'],
  ['POOL', 'pool_id'],
] as const satisfies readonly (readonly [Dimension, string])[];
type KeptDimension = (typeof KEPT_DIMENSIONS)[number][0];

const MOST_KEPT_DIMENSIONS = 2;

/** The columns of `book_figure` that say which group a figure is of. */
export const GROUP_COLUMNS: readonly string[] = KEPT_DIMENSIONS.map(([, column]) => column);

/** Its sums; the same names as in the breakdown. */
export const SUM_COLUMNS: readonly string[] = [
  'accounts',
  'arr',
  'known_arr',
  'health',
  'known_health',
  'at_risk_arr',
];

const BITS: ReadonlyMap<string, number> = new Map(
  KEPT_DIMENSIONS.map(([dimension], index) => [dimension, 1 << (KEPT_DIMENSIONS.length - 1 - index)]),
);

/** The columns of the dimensions; null where figures are not kept by them. */
export function groupColumns(by: readonly Dimension[]): string[] | null {
  const columns = new Map<Dimension, string>(KEPT_DIMENSIONS);
  const named = by.flatMap((dimension) => columns.get(dimension) ?? []);
  return named.length === by.length && by.length <= MOST_KEPT_DIMENSIONS ? named : null;
}

/** `dimensions` of the figures by exactly these; the whole is the sum of those by tier. */
export function dimensionsOf(by: readonly Dimension[]): number {
  const named: readonly Dimension[] = by.length === 0 ? ['TIER' satisfies KeptDimension] : by;
  return named.reduce((bits, dimension) => bits | (BITS.get(dimension) ?? 0), 0);
}

/**
 * Rows of GROUP_COLUMNS and SUM_COLUMNS for accounts of which `accounts` are alike, as deltas are.
 *
 * @param bounds SQL of the lower bounds of the ARR bands
 */
export function deltasAsFigures(deltas: string, bounds: string): string {
  return `SELECT tier, width_bucket(arr, ${bounds}) AS arr_band, industry, region, csm_id, pool_id, accounts,
      accounts * coalesce(arr, 0) AS arr, CASE WHEN arr IS NULL THEN 0 ELSE accounts END AS known_arr,
      health, known_health, at_risk_accounts * coalesce(arr, 0) AS at_risk_arr
    FROM ${deltas}`;
}

/** The same for the accounts of the present book, one row each. */
export function accountsAsFigures(bounds: string): string {
  return deltasAsFigures(
    `(
      SELECT effective_tier AS tier, arr, industry, region, csm_id, pool_id, 1 AS accounts,
        coalesce(health_score, 0) AS health, (health_score IS NOT NULL)::int AS known_health,
        CASE WHEN ${AT_RISK} THEN 1 ELSE 0 END AS at_risk_accounts
      FROM account WHERE status IS DISTINCT FROM 'CHURNED'
    ) alike`,
    bounds,
  );
}

/** Sums rows of GROUP_COLUMNS and SUM_COLUMNS up to rows of `book_figure`: one for each group of each grouping. */
export function groupedFigures(rows: string): string {
  const columns = GROUP_COLUMNS.join(', ');
  // GROUPING has the bits of those that are not grouped by.
  const dimensions = `${(1 << GROUP_COLUMNS.length) - 1} - GROUPING(${columns})`;
  const sums = SUM_COLUMNS.map((column) => `sum(${column})`);
  return `SELECT ${dimensions} AS dimensions, ${columns}, ${sums.join(', ')}
    FROM (${rows}) counted
    GROUP BY GROUPING SETS (${groupings().join(', ')})
    HAVING ${sums.map((sum) => `${sum} <> 0`).join(' OR ')}`;
}

function groupings(): string[] {
  return GROUP_COLUMNS.flatMap((first, index) => [
    `(${first})`,
    ...GROUP_COLUMNS.slice(index + 1).map((second) => `(${first}, ${second})`),
  ]);
}
