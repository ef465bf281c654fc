import { MAX_MONEY } from './money';

/** What can be wrong, or doubtful, about a tiering model. */
export const MODEL_FINDING_CODES = [
  'BAD_KEY',
  'BAD_TEXT',
  'BANDS_NOT_FALLING',
  'BANDS_NOT_TO_ZERO',
  'CRITERION_TWICE',
  'FLOORS_NOT_FALLING',
  'FLOORS_NOT_TO_ZERO',
  'KEY_ACCOUNT_BELOW_LADDER',
  'LADDER_NOT_FALLING',
  'LADDER_NOT_TO_ZERO',
  'NOT_UNIQUE',
  'OUT_OF_RANGE',
  'OVER_SEGMENTED',
  'POINTS_NOT_MONOTONE',
  'PROGRAM_UNCLEAR',
  'SUCCESSOR_MISSING',
  'SUCCESSOR_UNKNOWN',
  'TARGETS_IMPOSSIBLE',
  'THRESHOLD_UNCLEAR',
  'TIER_COUNT',
  'WEIGHTS_NOT_100',
] as const;
export type ModelFindingCode = (typeof MODEL_FINDING_CODES)[number];

export interface ModelFinding {
  readonly code: ModelFindingCode;
  /** Where it is, from the outside to the inside; tiers and criteria by their keys. */
  readonly field: readonly string[];
  /** What is wrong and what to do. */
  readonly message: string;
}

export interface ModelFindings {
  /** With any of these the model cannot be saved or published. */
  readonly errors: readonly ModelFinding[];
  /** Allowed, and worth a thought. */
  readonly warnings: readonly ModelFinding[];
}

interface Bounds {
  /** The least value that is allowed, or the one that it must exceed. */
  readonly from?: number;
  readonly above?: number;
  readonly to: number;
}

/** Collects what is found about a model. */
export class ModelCheck {
  readonly errors: ModelFinding[] = [];
  readonly warnings: ModelFinding[] = [];

  error(code: ModelFindingCode, field: readonly string[], message: string): void {
    this.errors.push({ code, field, message });
  }

  warning(code: ModelFindingCode, field: readonly string[], message: string): void {
    this.warnings.push({ code, field, message });
  }

  /** A number of at most 2 places within bounds; says whether it is. */
  number(field: readonly string[], value: number, { from, above, to }: Bounds): boolean {
    const isExact = Number.isFinite(value) && Math.abs(value * 100 - Math.round(value * 100)) < 1e-6;
    const isInside =
      value <= to && (from === undefined || value >= from) && (above === undefined || value > above);
    if (isExact && isInside) return true;
    const least = above === undefined ? `from ${from ?? 0}` : `above ${above}`;
    this.error(
      'OUT_OF_RANGE',
      field,
      `${field.join('.')} is ${value}; it must be a number ${least} up to ${to} with at most 2 decimal places`,
    );
    return false;
  }

  whole(field: readonly string[], value: number, { from, to }: { from: number; to: number }): void {
    if (Number.isInteger(value) && value >= from && value <= to) return;
    this.error(
      'OUT_OF_RANGE',
      field,
      `${field.join('.')} is ${value}; it must be a whole number from ${from} to ${to}`,
    );
  }

  money(field: readonly string[], value: number): void {
    if (Number.isSafeInteger(value) && value >= 0 && value <= MAX_MONEY) return;
    this.error('OUT_OF_RANGE', field, `${field.join('.')} must be an amount of 0 or more`);
  }
}
