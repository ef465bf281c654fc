import { type Load } from './load';
import { type CapacityRules } from './tiering-model';

/** How full somebody is, by the utilisation of the limit (spec section 7). */
export const CAPACITY_STATUSES = ['UNDER', 'HEALTHY', 'FULL', 'OVERLOADED', 'NO_CAPACITY'] as const;
export type CapacityStatus = (typeof CAPACITY_STATUSES)[number];

/** Fractions of 1, rounded to 6 places; null where there is no FTE. */
export interface Utilisation {
  readonly limit: number | null;
  readonly comfort: number | null;
}

/**
 * How a load stands to the FTE that is available: fractions of 1, and the status by the utilisation of the limit.
 * Load without FTE is NO_CAPACITY; neither load nor FTE has no status.
 */
export function utilise(
  load: Load,
  available: number,
  { underBelow, healthyBelow, fullTo }: CapacityRules,
): { readonly utilisation: Utilisation; readonly status: CapacityStatus | null } {
  if (available <= 0) {
    const status = load.limit > 0 || load.comfort > 0 ? 'NO_CAPACITY' : null;
    return { utilisation: { limit: null, comfort: null }, status };
  }
  // A hair of floating point must not push somebody over the line.
  const limit = rounded(load.limit / available);
  const percent = Math.round(limit * 1e6) / 1e4;
  const status =
    percent < underBelow
      ? 'UNDER'
      : percent < healthyBelow
        ? 'HEALTHY'
        : percent <= fullTo
          ? 'FULL'
          : 'OVERLOADED';
  return { utilisation: { limit, comfort: rounded(load.comfort / available) }, status };
}

/** As figures are shown: 6 places. */
export function rounded(value: number): number {
  // What lies halfway but for a hair of floating point goes up, whatever order it was added in.
  const scaled = Math.round(Number((value * 1e6).toFixed(3))) / 1e6;
  return scaled === 0 ? 0 : scaled;
}
