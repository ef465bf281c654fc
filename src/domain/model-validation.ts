import { LEVELS, PRODUCT_COMPLEXITY_FACTS, STRATEGIC_FACTORS } from './account';
import { isReadable } from './account-field';
import { type Refusal, Refusals } from './errors';
import { formatHundredths, hundredthsOf, MAX_MONEY } from './money';
import { type ShareTarget, type Threshold, type Tier } from './tier';
import { type Criterion, CRITERION_KEYS, type TieringModel } from './tiering-model';

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

export const LEAST_TIERS = 3;
export const MOST_TIERS = 5;
/** More tiers than this are over-segmentation (spec section 2.1). */
export const TIERS_BEFORE_WARNING = 4;
export const MOST_ARR_BANDS = 10;

const TIER_KEY = /^[a-z][a-z0-9-]{0,29}$/;
const LONGEST_NAME = 60;
const FIVE_YEARS = 1_826;
const TEN_YEARS_OF_MONTHS = 120;

/**
 * Everything that is wrong with a model, and everything that is doubtful (spec sections 2.1-2.3 and 10). A percentile
 * without an amount is compared with other percentiles only; `resolvePercentiles` first checks the rest too.
 *
 * @param published the model that it would replace; null where there is none
 */
export function validateModel(model: TieringModel, published: TieringModel | null): ModelFindings {
  const check = new Check();
  checkLadder(check, model);
  checkCriteria(check, model.criteria);
  checkRules(check, model);
  checkSuccessors(check, model, published);
  return { errors: check.errors, warnings: check.warnings };
}

/** Throws INVALID_MODEL, one refusal for each error, where the model has any. */
export function refuseInvalidModel(model: TieringModel, published: TieringModel | null): void {
  const refusals = validateModel(model, published).errors.map(({ field, message }): Refusal => {
    return { code: 'INVALID_MODEL', field, message };
  });
  if (refusals[0] !== undefined) throw new Refusals(refusals[0], refusals);
}

function checkLadder(check: Check, { tiers }: TieringModel): void {
  if (tiers.length < LEAST_TIERS || tiers.length > MOST_TIERS) {
    check.error(
      'TIER_COUNT',
      ['ladder'],
      `the ladder has ${tiers.length} tiers; it needs ${LEAST_TIERS} to ${MOST_TIERS}`,
    );
  } else if (tiers.length > TIERS_BEFORE_WARNING) {
    check.warning(
      'OVER_SEGMENTED',
      ['ladder'],
      `the ladder has ${tiers.length} tiers; more than ${TIERS_BEFORE_WARNING} are hard to tell apart in service, so merge two unless they are served differently`,
    );
  }
  tiers.forEach((tier, index) => {
    checkTier(check, tier, index);
  });
  checkUnique(check, tiers, 'key');
  checkUnique(check, tiers, 'name');
  checkUnique(check, tiers, 'label');
  checkFalling(
    check,
    tiers.map(({ arrFrom, key }) => ({ threshold: arrFrom, path: ['ladder', key, 'arrFrom'] })),
    'LADDER',
    'the ladder',
  );
  tiers.forEach((tier, index) => {
    const above = tiers[index - 1];
    if (above !== undefined && tier.scoreFloor >= above.scoreFloor) {
      check.error(
        'FLOORS_NOT_FALLING',
        ['ladder', tier.key, 'scoreFloor'],
        `the score floor of "${tier.key}" is ${tier.scoreFloor} and that of "${above.key}" above it ${above.scoreFloor}; floors must fall with the rank, so give it less than ${above.scoreFloor}`,
      );
    }
  });
  const lowest = tiers.at(-1);
  if (lowest !== undefined && lowest.scoreFloor !== 0) {
    check.error(
      'FLOORS_NOT_TO_ZERO',
      ['ladder', lowest.key, 'scoreFloor'],
      `the score floor of the lowest tier "${lowest.key}" is ${lowest.scoreFloor}; it must be 0, or accounts would fall through`,
    );
  }
  checkTargets(check, tiers, 'populationTarget', 'accounts');
  checkTargets(check, tiers, 'arrShareTarget', 'ARR');
}

function checkTier(check: Check, tier: Tier, index: number): void {
  const path = ['ladder', tier.key === '' ? String(index) : tier.key];
  if (!TIER_KEY.test(tier.key)) {
    check.error(
      'BAD_KEY',
      ['ladder', String(index), 'key'],
      `"${tier.key.slice(0, 40)}" cannot be the key of a tier; take up to 30 small letters, digits and hyphens, a letter first, such as "tech-touch"`,
    );
  }
  for (const field of ['name', 'label'] as const) {
    const text = tier[field];
    if (text.trim() === '' || text !== text.trim() || text.length > LONGEST_NAME || !isReadable(text)) {
      check.error(
        'BAD_TEXT',
        [...path, field],
        `the ${field} of "${tier.key}" must have 1 to ${LONGEST_NAME} readable characters, without spaces at its ends`,
      );
    }
  }
  check.number([...path, 'scoreFloor'], tier.scoreFloor, { from: 0, to: 100 });
  check.whole([...path, 'reviewCadenceMonths'], tier.reviewCadenceMonths, {
    from: 1,
    to: TEN_YEARS_OF_MONTHS,
  });
}

function checkUnique(check: Check, tiers: readonly Tier[], field: 'key' | 'name' | 'label'): void {
  const seen = new Map<string, number>();
  tiers.forEach((tier, index) => {
    const text = tier[field].trim().toLowerCase();
    const first = seen.get(text);
    if (first === undefined) seen.set(text, index);
    else {
      check.error(
        'NOT_UNIQUE',
        ['ladder', field === 'key' ? String(index) : tier.key, field],
        `two tiers have the ${field} "${tier[field]}"; give each its own`,
      );
    }
  });
}

interface PlacedThreshold {
  readonly threshold: Threshold;
  readonly path: readonly string[];
}

/** Amounts fall from one to the next and end at 0; percentages of the book rise. Each is compared with its own kind. */
function checkFalling(
  check: Check,
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

function checkTargets(
  check: Check,
  tiers: readonly Tier[],
  field: 'populationTarget' | 'arrShareTarget',
  what: string,
): void {
  const targets: ShareTarget[] = [];
  for (const tier of tiers) {
    const target = tier[field];
    if (target === null) continue;
    const path = ['ladder', tier.key, field];
    const isSound =
      check.number([...path, 'from'], target.from, { from: 0, to: 100 }) &&
      check.number([...path, 'to'], target.to, { from: 0, to: 100 });
    if (!isSound) return;
    if (target.from > target.to) {
      check.error(
        'TARGETS_IMPOSSIBLE',
        path,
        `the ${field} of "${tier.key}" goes from ${target.from} to ${target.to}; from must not be above to`,
      );
      return;
    }
    targets.push(target);
  }
  const least = targets.reduce((sum, { from }) => sum + hundredthsOf(from), 0);
  if (least > 10_000) {
    check.error(
      'TARGETS_IMPOSSIBLE',
      ['ladder', field],
      `the tiers ask for at least ${formatHundredths(least)}% of the ${what}, which is more than there is; lower some of ${field}.from`,
    );
  }
  const most = targets.reduce((sum, { to }) => sum + hundredthsOf(to), 0);
  if (targets.length === tiers.length && most < 10_000) {
    check.error(
      'TARGETS_IMPOSSIBLE',
      ['ladder', field],
      `the tiers take at most ${formatHundredths(most)}% of the ${what}, so some would have no place; raise some of ${field}.to, or give the lowest tier no target`,
    );
  }
}

function checkCriteria(check: Check, criteria: readonly Criterion[]): void {
  const seen = new Set<string>();
  let sum = 0;
  for (const criterion of criteria) {
    const path = ['criteria', criterion.key];
    if (seen.has(criterion.key) || !CRITERION_KEYS.includes(criterion.key)) {
      check.error(
        'CRITERION_TWICE',
        path,
        `the criterion ${criterion.key} comes twice; leave one of them out`,
      );
    }
    seen.add(criterion.key);
    check.number([...path, 'weight'], criterion.weight, { above: 0, to: 100 });
    sum += hundredthsOf(criterion.weight);
    checkPoints(check, criterion, path);
  }
  if (sum !== 10_000) {
    const largest = criteria.reduce<Criterion | null>(
      (most, one) => (most === null || one.weight > most.weight ? one : most),
      null,
    );
    check.error(
      'WEIGHTS_NOT_100',
      largest === null ? ['criteria'] : ['criteria', largest.key, 'weight'],
      `the weights add up to ${formatHundredths(sum)}; they must add up to exactly 100.00, so change them by ${formatHundredths(10_000 - sum)} in all`,
    );
  }
}

function checkPoints(check: Check, criterion: Criterion, path: readonly string[]): void {
  switch (criterion.key) {
    case 'CURRENT_ARR': {
      const { bands } = criterion;
      const at = (index: number): string[] => [...path, 'bands', String(index)];
      if (bands.length === 0 || bands.length > MOST_ARR_BANDS) {
        check.error(
          'OUT_OF_RANGE',
          [...path, 'bands'],
          `the current ARR has ${bands.length} bands; it needs 1 to ${MOST_ARR_BANDS}`,
        );
      }
      checkFalling(
        check,
        bands.map(({ from }, index) => ({ threshold: from, path: [...at(index), 'arrFrom'] })),
        'BANDS',
        'the ARR bands',
      );
      checkRising(
        check,
        bands.map(({ points }, index) => ({ points, path: [...at(index), 'points'] })).reverse(),
        'points must not fall while the ARR rises',
      );
      return;
    }
    case 'EXPANSION_POTENTIAL':
      checkRising(
        check,
        LEVELS.map((level) => ({ points: criterion.points[level], path: [...path, 'points', level] })),
        'points must not fall from LOW over MEDIUM to HIGH',
      );
      return;
    case 'STRATEGIC_VALUE':
      check.number([...path, 'pointsPerFactor'], criterion.pointsPerFactor, { from: 0, to: 100 });
      return;
    case 'PRODUCT_COMPLEXITY': {
      const wanted = PRODUCT_COMPLEXITY_FACTS.length + 1;
      if (criterion.pointsByCount.length !== wanted) {
        check.error(
          'OUT_OF_RANGE',
          [...path, 'pointsByCount'],
          `pointsByCount has ${criterion.pointsByCount.length} entries; it needs ${wanted}, for 0 to ${wanted - 1} facts`,
        );
      }
      checkRising(
        check,
        criterion.pointsByCount.map((points, count) => ({
          points,
          path: [...path, 'pointsByCount', String(count)],
        })),
        'points must not fall while more facts hold',
      );
    }
  }
}

/** Points lie from 0 to 100 and never fall, in the order given. */
function checkRising(
  check: Check,
  table: readonly { readonly points: number; readonly path: readonly string[] }[],
  rule: string,
): void {
  let before = 0;
  for (const { points, path } of table) {
    if (!check.number(path, points, { from: 0, to: 100 })) continue;
    if (points < before) {
      check.error('POINTS_NOT_MONOTONE', path, `${path.join('.')} is ${points} after ${before}; ${rule}`);
    }
    before = points;
  }
}

function checkRules(check: Check, model: TieringModel): void {
  const { expansion, guardrails, grace, firstReview, reviews, overrides, adjustments, tiers } = model;
  const days = { from: 1, to: FIVE_YEARS };

  check.whole(['expansion', 'assessmentMonths'], expansion.assessmentMonths, {
    from: 1,
    to: TEN_YEARS_OF_MONTHS,
  });
  check.number(['expansion', 'mediumMultiple'], expansion.mediumMultiple, { above: 1, to: 100 });
  check.number(['expansion', 'highMultiple'], expansion.highMultiple, {
    from: expansion.mediumMultiple,
    to: 100,
  });
  check.number(['expansion', 'highBelowSeatShare'], expansion.highBelowSeatShare, { from: 0, to: 1 });
  check.whole(['expansion', 'cautiousBelowHealth'], expansion.cautiousBelowHealth, { from: 0, to: 100 });

  const { keyAccountFrom, liftLimit, dropLimit, topTierStrategicFactors } = guardrails;
  if (keyAccountFrom !== null) {
    const path = ['guardrails', 'keyAccountFrom'];
    check.money(path, keyAccountFrom);
    const topLine = tiers[0]?.arrFrom.amount ?? null;
    if (topLine !== null && keyAccountFrom < topLine) {
      check.warning(
        'KEY_ACCOUNT_BELOW_LADDER',
        path,
        `key accounts begin at ${formatHundredths(keyAccountFrom)}, below the top line of the ladder at ${formatHundredths(topLine)}, so that the top tier fills up from below it`,
      );
    }
  }
  if (liftLimit !== null)
    check.whole(['guardrails', 'liftLimit'], liftLimit, { from: 0, to: MOST_TIERS - 1 });
  if (dropLimit !== null)
    check.whole(['guardrails', 'dropLimit'], dropLimit, { from: 0, to: MOST_TIERS - 1 });
  if (topTierStrategicFactors !== null) {
    check.whole(['guardrails', 'topTierStrategicFactors'], topTierStrategicFactors, {
      from: 1,
      to: STRATEGIC_FACTORS.length,
    });
  }

  check.whole(['grace', 'noticeDays'], grace.noticeDays, days);
  check.whole(['grace', 'longestDays'], grace.longestDays, {
    from: Math.max(grace.noticeDays, 1),
    to: FIVE_YEARS,
  });
  check.whole(['grace', 'withoutRenewalDays'], grace.withoutRenewalDays, days);
  check.whole(['grace', 'notPayingDays'], grace.notPayingDays, days);
  check.whole(['grace', 'afterOverrideDays'], grace.afterOverrideDays, days);
  check.whole(['grace', 'correctionDays'], grace.correctionDays, { from: 0, to: FIVE_YEARS });
  check.whole(['grace', 'defaultTermMonths'], grace.defaultTermMonths, { from: 1, to: TEN_YEARS_OF_MONTHS });

  check.whole(['firstReview', 'days'], firstReview.days, days);
  check.whole(['firstReview', 'downToRank'], firstReview.downToRank, { from: 0, to: MOST_TIERS });

  check.number(['reviews', 'arrChangePercent'], reviews.arrChangePercent, { above: 0, to: 1_000 });
  check.whole(['reviews', 'healthChangePoints'], reviews.healthChangePoints, { from: 1, to: 100 });
  check.whole(['reviews', 'overrideEndsWithinDays'], reviews.overrideEndsWithinDays, {
    from: 0,
    to: FIVE_YEARS,
  });
  check.whole(['reviews', 'escalationDays'], reviews.escalationDays, days);
  check.whole(['reviews', 'selfConfirmingFromRank'], reviews.selfConfirmingFromRank, {
    from: 1,
    to: MOST_TIERS + 1,
  });
  check.whole(['reviews', 'longestExtensionDays'], reviews.longestExtensionDays, days);

  check.whole(['overrides', 'longestDays'], overrides.longestDays, days);
  check.whole(['overrides', 'leastNoteLength'], overrides.leastNoteLength, { from: 0, to: 1_000 });

  check.whole(['adjustments', 'longestDays'], adjustments.longestDays, days);
  check.number(['adjustments', 'factors', 'EXTRA'], adjustments.factors.EXTRA, { from: 1, to: 10 });
  check.number(['adjustments', 'factors', 'LIGHTER'], adjustments.factors.LIGHTER, { above: 0, to: 1 });
  check.whole(['adjustments', 'lighterFromHealth'], adjustments.lighterFromHealth, { from: 0, to: 100 });
}

function checkSuccessors(check: Check, model: TieringModel, published: TieringModel | null): void {
  const keys = new Set(model.tiers.map(({ key }) => key));
  const successors = new Map(Object.entries(model.successors));
  for (const { key } of published?.tiers ?? []) {
    if (keys.has(key) || successors.has(key)) continue;
    check.error(
      'SUCCESSOR_MISSING',
      ['successors', key],
      `the ladder has no tier "${key}" any longer; say in successors which of its tiers takes the accounts of "${key}"`,
    );
  }
  for (const [dropped, successor] of successors) {
    if (keys.has(dropped)) {
      check.error(
        'SUCCESSOR_UNKNOWN',
        ['successors', dropped],
        `"${dropped}" is a tier of the ladder, so it needs no successor; leave it out`,
      );
    } else if (!keys.has(successor)) {
      check.error(
        'SUCCESSOR_UNKNOWN',
        ['successors', dropped],
        `the successor "${successor.slice(0, 40)}" of "${dropped.slice(0, 40)}" is no tier of the ladder; name one of ${[...keys].join(', ')}`,
      );
    }
  }
}

interface Bounds {
  /** The least value that is allowed, or the one that it must exceed. */
  readonly from?: number;
  readonly above?: number;
  readonly to: number;
}

/** Collects what is found. */
class Check {
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
