import { type TierKey } from './facts';

/** What happens to an account on its way to where it stands today. */
export const PLOTS = [
  'STEADY',
  /** Rose into its tier. */
  'RISEN',
  /** Fell into its tier, after the grace. */
  'FALLEN',
  /** Should stand lower by now; the grace is running. */
  'FALLING',
  /** Should have stood lower for a while, and recovered in time. */
  'RECOVERED',
  /** Was lifted by a mistake that somebody corrected within days. */
  'CORRECTED',
  /** Left and came back. */
  'RETURNED',
  'DESIGNATED',
  /** Nothing but its contract is known. */
  'ARR_ONLY',
  'TRIAL',
  'FREE',
  /** Stopped paying and goes on for free. */
  'LAPSED',
  'CHURNED_THIS_YEAR',
  'CHURNED_LAST_YEAR',
  'TRIAL_LOST',
  /** Neither ARR nor status is known yet, so it was never placed. */
  'UNPLACED',
] as const;
export type Plot = (typeof PLOTS)[number];

type Mix<T> = readonly (readonly [T, number])[];

export type Ending = TierKey | 'not-paying' | 'churned' | 'unplaced';

/**
 * How the accounts end up, in percent of all. Of those that pay (81.4) the tiers then hold 17.4, 35.6, 43.9 and
 * 3.1 percent, in the middle of the targets of section 2.1.
 */
export const ENDINGS: Mix<Ending> = [
  ['strategic', 14.2],
  ['core', 29],
  ['scale', 35.7],
  ['tech-touch', 2.5],
  ['churned', 12.6],
  ['not-paying', 5],
  ['unplaced', 1],
];

/** How they got there, in parts of those with the same ending. */
// prettier-ignore
export const PLOTS_BY_ENDING: Record<Ending, Mix<Plot>> = {
  strategic: [
    ['STEADY', 50], ['RISEN', 25], ['FALLING', 8], ['RECOVERED', 7], ['DESIGNATED', 5], ['RETURNED', 2],
    ['ARR_ONLY', 3],
  ],
  core: [
    ['STEADY', 50], ['RISEN', 15], ['FALLEN', 9], ['FALLING', 6], ['RECOVERED', 6], ['CORRECTED', 4],
    ['RETURNED', 2], ['ARR_ONLY', 8],
  ],
  scale: [
    ['STEADY', 56], ['RISEN', 5], ['FALLEN', 10], ['FALLING', 4], ['RECOVERED', 4], ['CORRECTED', 4],
    ['RETURNED', 2], ['ARR_ONLY', 15],
  ],
  'tech-touch': [['STEADY', 50], ['FALLEN', 25], ['ARR_ONLY', 25]],
  'not-paying': [['TRIAL', 40], ['FREE', 40], ['LAPSED', 20]],
  churned: [['CHURNED_THIS_YEAR', 46], ['CHURNED_LAST_YEAR', 48], ['TRIAL_LOST', 6]],
  unplaced: [['UNPLACED', 1]],
};

/** Of which tier the accounts were that churned: the small ones leave more often. */
export const TIERS_THAT_CHURN: Mix<TierKey> = [
  ['strategic', 6],
  ['core', 26],
  ['scale', 58],
  ['tech-touch', 10],
];

/** Those that need the whole two years, or came in with the first import for another reason. */
export const FROM_THE_START: ReadonlySet<Plot> = new Set(['FALLEN', 'RETURNED', 'CHURNED_LAST_YEAR']);

/** How many of the others were customers before the first day. */
export const OPENING_SHARE = 0.66;

/** What a manager writes when an account is designated strategic. */
export const DESIGNATION_REASONS = [
  'Sits on our customer advisory board and speaks at the yearly conference',
  'Lighthouse customer for the new region; the expansion plan depends on the reference',
  'Joint go-to-market with their reseller network was signed by both executives',
  'Best-known brand in its industry among our customers; named in every analyst briefing',
  'Design partner for the workflow product and co-author of its roadmap',
  'Group roll-out to eleven subsidiaries was agreed in principle by the chief operating officer',
  'Regulator in its market points other institutions to this implementation',
  'Platform partner: their marketplace listing brings a tenth of our new business',
] as const;
