import { type ModelCheck } from './model-check';
import { formatHundredths } from './money';
import { type Threshold } from './tier';

/** A line of the ladder or of the ARR bands, and where it stands in the model. */
export interface PlacedThreshold {
  readonly threshold: Threshold;
  readonly path: readonly string[];
}

/** Amounts fall from one to the next and end at 0; percentages of the book rise. Each is compared with its own kind. */
export function checkFalling(
  check: ModelCheck,
  thresholds: readonly PlacedThreshold[],
  kind: 'LADDER' | 'BANDS',
  what: string,
): void {
  let amountAbove: number | null = null;
  let percentAbove: number | null = null;
  for (const {
    threshold: { amount, topPercent },
    path,
  } of thresholds) {
    if (amount === null && topPercent === null) {
      check.error(
        'THRESHOLD_UNCLEAR',
        path,
        `${path.join('.')} needs an amount, or a percentage of the book by ARR`,
      );
    }
    if (amount !== null) {
      check.money(path, amount);
      if (amountAbove !== null && amount >= amountAbove) {
        check.error(
          `${kind}_NOT_FALLING`,
          path,
          `${path.join('.')} is ${formatHundredths(amount)}, which is not below the ${formatHundredths(amountAbove)} above it; the amounts of ${what} must fall from one to the next`,
        );
      }
      amountAbove = amount;
    }
    if (topPercent !== null) {
      check.number(path, topPercent, { above: 0, to: 100 });
      if (percentAbove !== null && topPercent <= percentAbove) {
        check.error(
          `${kind}_NOT_FALLING`,
          path,
          `${path.join('.')} takes the top ${topPercent}% of the book, which is not more than the ${percentAbove}% above it; the percentages of ${what} must rise from one to the next`,
        );
      }
      percentAbove = topPercent;
    }
  }
  const last = thresholds.at(-1);
  if (last !== undefined && (last.threshold.amount !== 0 || last.threshold.topPercent !== null)) {
    check.error(
      `${kind}_NOT_TO_ZERO`,
      last.path,
      `the last amount of ${what} must be 0, or small accounts would fall through`,
    );
  }
}
