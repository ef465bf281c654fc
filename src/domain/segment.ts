import { DomainError } from './errors';
import { formatMoney, type Money } from './money';
import { amountOf } from './tier';
import { arrBandsOf, type TieringModel } from './tiering-model';

/** What the book can be grouped by (spec section 9). */
export const DIMENSIONS = [
  'TIER',
  'ARR_BAND',
  'EMPLOYEES_BAND',
  'ANNUAL_REVENUE_BAND',
  'INDUSTRY',
  'PLAN',
  'PRODUCT_LINES_OWNED',
  'REGION',
  'COUNTRY',
  'LANGUAGE',
  'MATURITY',
  'HEALTH_BAND',
  'CHURN_RISK',
  'EXPANSION_POTENTIAL',
  'SCORE_BAND',
  'MODEL_VERSION',
  'CSM',
  'POOL',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const MOST_DIMENSIONS = 3;

/** ARR is at risk where the churn risk is HIGH or the health lies below this. */
export const AT_RISK_BELOW_HEALTH = 40;

/**
 * A range of amounts or counts, called by its bounds: "25000-50000" holds its lower bound and not its upper
 * one, "100000+" everything from its bound up.
 */
export interface Band {
  /** Inclusive lower bound, as a decimal; the band goes up to the next one's. */
  readonly from: string;
  readonly value: string;
}

/** How many employees the customer's company has. */
export const EMPLOYEES_BANDS = bandsFrom([0, 10, 50, 200, 1_000, 5_000]);
/** The revenue of the customer's company in a year, in the base currency. */
export const ANNUAL_REVENUE_BANDS = bandsFrom([
  0, 1_000_000, 10_000_000, 50_000_000, 250_000_000, 1_000_000_000,
]);
/** Health from 0 to 100. */
export const HEALTH_BANDS = bandsFrom([0, 40, 60, 80]);
/** The total of the scorecard, from 0 to 100. */
export const SCORE_BANDS = bandsFrom([0, 20, 40, 60, 80]);
/** Days since the account became a customer. */
export const MATURITY_BANDS: readonly Band[] = [
  { from: '0', value: 'ONBOARDING' },
  { from: '90', value: 'ADOPTING' },
  { from: '365', value: 'MATURE' },
];

/** The ARR bands of a model's current ARR criterion, from 0 up. */
export function arrBands(model: TieringModel): readonly Band[] {
  const amounts = arrBandsOf(model).map(({ from }) => amountOf(from));
  // Percentiles of a small book can come out as the same amount.
  const bounds = [...new Set([0 as Money, ...amounts])].sort((a, b) => a - b);
  return named(bounds.map((amount) => formatMoney(amount).replace(/\.00$/, '')));
}

/**
 * The dimensions as given. Throws INVALID_VALUE for more than 3, for one that is given twice and for one that
 * does not exist.
 */
export function checkDimensions(by: readonly Dimension[]): readonly Dimension[] {
  if (by.length > MOST_DIMENSIONS) {
    throw invalid(`at most ${MOST_DIMENSIONS} dimensions can be combined, not ${by.length}`);
  }
  by.forEach((dimension, index) => {
    if (!DIMENSIONS.includes(dimension)) {
      throw invalid(`there is no dimension "${(dimension as string).slice(0, 40)}"`);
    }
    if (by.indexOf(dimension) !== index) throw invalid(`${dimension} is given twice`);
  });
  return by;
}

function bandsFrom(bounds: readonly number[]): readonly Band[] {
  return named(bounds.map(String));
}

function named(bounds: readonly string[]): readonly Band[] {
  return bounds.map((from, index) => {
    const next = bounds[index + 1];
    return { from, value: next === undefined ? `${from}+` : `${from}-${next}` };
  });
}

function invalid(rule: string): DomainError {
  return new DomainError('INVALID_VALUE', rule, ['by']);
}
