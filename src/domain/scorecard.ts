import { type AccountFacts, type Level, PRODUCT_COMPLEXITY_FACTS, STRATEGIC_FACTORS } from './account';
import { type CalendarDate } from './calendar';
import { type ExpansionPotential, expansionPotential } from './expansion-potential';
import { type GuardrailAct } from './guardrail';
import { formatMoney, hundredthsOf, type Money } from './money';
import { amountOf } from './tier';
import { type ArrBand, type Criterion, type CriterionKey, type TieringModel } from './tiering-model';

/** One criterion of one account: weights, contributions and totals are hundredths of a point. */
export interface CriterionScore {
  readonly key: CriterionKey;
  /** What the points rest on, for people: "40000.00", "HIGH by SEATS", "2 of 4: logoValue, marketInfluence". */
  readonly fact: string | null;
  readonly points: number;
  readonly weight: number;
  /** Rounded for display; the total is rounded once, from the exact sum. */
  readonly contribution: number;
  readonly missing: boolean;
}

/** One account scored and placed under one model version; a published model makes it repeatable. */
export interface Scorecard {
  readonly modelVersion: number;
  readonly total: number;
  /** Weight of the criteria that have facts, in hundredths. */
  readonly completeness: number;
  readonly criteria: readonly CriterionScore[];
  readonly expansionPotential: Level | null;
  /** The tier by the floors alone, and by the ARR ladder alone. */
  readonly scoreTier: string;
  readonly ladderTier: string;
  readonly guardrails: readonly GuardrailAct[];
  /** Null for a churned account: it holds no tier. */
  readonly computedTier: string | null;
  readonly provisional: boolean;
  readonly opensReview: boolean;
}

/** The score alone, before the guardrails. */
export interface Score {
  readonly total: number;
  readonly completeness: number;
  readonly criteria: readonly CriterionScore[];
  readonly potential: ExpansionPotential;
  readonly strategicFactors: number;
  readonly knownBeyondArr: boolean;
}

interface Points {
  readonly fact: string | null;
  readonly points: number;
  readonly missing: boolean;
}

/**
 * The weighted sum of the criteria's points (spec section 2.2): exact in whole numbers and rounded once, half
 * up, to hundredths of a point.
 */
export function scoreAccount(facts: AccountFacts, model: TieringModel, today: CalendarDate): Score {
  const potential = expansionPotential(facts, model.expansion, today);
  const strategic = tally(facts, STRATEGIC_FACTORS);
  const complexity = tally(facts, PRODUCT_COMPLEXITY_FACTS);
  const redistribute = model.missingFacts === 'REDISTRIBUTE';
  const scored = model.criteria.map((criterion) => {
    const { fact, points, missing } = pointsOf(criterion, facts, potential, strategic, complexity);
    return { key: criterion.key, fact, points, weight: hundredthsOf(criterion.weight), missing };
  });
  let [completeness, total] = [0, 0];
  for (const criterion of scored) {
    if (!criterion.missing) completeness += criterion.weight;
    if (!criterion.missing || !redistribute) total += weighted(criterion);
  }
  // Without redistribution the weights add up to 100, so dividing by them changes nothing.
  const divisor = redistribute ? completeness : 10_000;
  return {
    total: divide(total, divisor),
    completeness,
    criteria: scored.map(({ key, fact, points, weight, missing }) => ({
      key,
      fact,
      points,
      weight,
      contribution: missing && redistribute ? 0 : divide(weighted({ weight, points }), divisor),
      missing,
    })),
    potential,
    strategicFactors: strategic.true.length,
    knownBeyondArr: potential.level !== null || strategic.known || complexity.known,
  };
}

function pointsOf(
  criterion: Criterion,
  facts: AccountFacts,
  potential: ExpansionPotential,
  strategic: Tally,
  complexity: Tally,
): Points {
  switch (criterion.key) {
    case 'CURRENT_ARR': {
      const { arr } = facts;
      if (arr === null) return { fact: null, points: criterion.bands.at(-1)?.points ?? 0, missing: true };
      return { fact: formatMoney(arr), points: arrPoints(criterion.bands, arr), missing: false };
    }
    case 'EXPANSION_POTENTIAL': {
      const { level, sign, lowered } = potential;
      if (level === null || sign === null) return { fact: null, points: criterion.points.LOW, missing: true };
      const caution = lowered ? ', lowered from HIGH by churn risk or health' : '';
      return { fact: `${level} by ${sign}${caution}`, points: criterion.points[level], missing: false };
    }
    case 'STRATEGIC_VALUE':
      return {
        fact: describeTally(strategic),
        points: Math.min(100, strategic.true.length * criterion.pointsPerFactor),
        missing: !strategic.known,
      };
    case 'PRODUCT_COMPLEXITY':
      return {
        fact: describeTally(complexity),
        points: criterion.pointsByCount[complexity.true.length] ?? 100,
        missing: !complexity.known,
      };
  }
}

/** The points of the band that the ARR lies in. */
export function arrPoints(bands: readonly ArrBand[], arr: Money): number {
  return bands.find((band) => arr >= amountOf(band.from))?.points ?? 0;
}

/**
 * How the total of a scored account follows from the bands of the ARR alone, everything else being as it was: for
 * whoever asks the same account over and over with other bands. Gives what `scoreAccount` gives.
 */
export function totalByBands(
  { criteria }: Score,
  arr: Money,
  { missingFacts }: Pick<TieringModel, 'missingFacts'>,
): (bands: readonly ArrBand[]) => number {
  const redistribute = missingFacts === 'REDISTRIBUTE';
  const counted = criteria.filter(({ missing }) => !redistribute || !missing);
  const divisor = redistribute ? sum(counted.map(({ weight }) => weight)) : 10_000;
  const others = sum(counted.filter(({ key }) => key !== 'CURRENT_ARR').map(weighted));
  const weight = counted.find(({ key }) => key === 'CURRENT_ARR')?.weight ?? 0;
  return (bands) => divide(others + weighted({ weight, points: arrPoints(bands, arr) }), divisor);
}

interface Tally {
  readonly true: readonly string[];
  readonly of: number;
  readonly known: boolean;
}

function tally(
  facts: AccountFacts,
  flags: readonly (typeof STRATEGIC_FACTORS | typeof PRODUCT_COMPLEXITY_FACTS)[number][],
): Tally {
  return {
    true: flags.filter((flag) => facts[flag] === true),
    of: flags.length,
    known: flags.some((flag) => facts[flag] !== null),
  };
}

function describeTally(counted: Tally): string | null {
  if (!counted.known) return null;
  const names = counted.true.length > 0 ? `: ${counted.true.join(', ')}` : '';
  return `${counted.true.length} of ${counted.of}${names}`;
}

/** Hundredths by hundredths, so that points such as 33.33 stay exact too. */
function weighted({ weight, points }: Pick<CriterionScore, 'weight' | 'points'>): number {
  return weight * hundredthsOf(points);
}

/** Half up; with nothing known there is nothing to divide, and the total is 0. */
function divide(weighted: number, divisor: number): number {
  return divisor === 0 ? 0 : Math.floor((2 * weighted + divisor) / (2 * divisor));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
