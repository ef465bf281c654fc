import { type ShareTarget } from './tier';
import { rounded } from './utilisation';

/** How a share stands to its target. */
export const TARGET_STANDINGS = ['BELOW', 'WITHIN', 'ABOVE'] as const;
export type TargetStanding = (typeof TARGET_STANDINGS)[number];

/** How a share, as a fraction of 1, stands to a target in percent; null where there is none of either. */
export function standingTo(share: number | null, target: ShareTarget | null): TargetStanding | null {
  if (share === null || target === null) return null;
  // Shares are made of whole accounts, so a hair of floating point must not push one over the line.
  const percent = Math.round(share * 1e8) / 1e6;
  if (percent < target.from) return 'BELOW';
  return percent > target.to ? 'ABOVE' : 'WITHIN';
}

/** A share of exact amounts, as a fraction of 1. */
export function shareOf(part: bigint, whole: bigint): number {
  return Number((part * 100_000_000n) / whole) / 1e8;
}

/** A share of numbers, as a fraction of 1 as figures are shown; null where there is nothing to share. */
export function roundedShare(part: number, whole: number): number | null {
  return whole === 0 ? null : rounded(part / whole);
}
