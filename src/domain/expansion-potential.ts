import { type AccountFacts, type Level, LEVELS } from './account';
import { addMonths, type CalendarDate } from './calendar';
import { hundredthsOf, isAtLeastTimes } from './money';
import { type ExpansionRules } from './tiering-model';

export const EXPANSION_SIGNS = ['ASSESSMENT', 'EXPANSION_ARR', 'SEATS', 'PRODUCT_LINES'] as const;
export type ExpansionSign = (typeof EXPANSION_SIGNS)[number];

export interface ExpansionPotential {
  /** Null when nothing is known of it. */
  readonly level: Level | null;
  /** What decided it; null when nothing is known. */
  readonly sign: ExpansionSign | null;
  /** Whether a derived HIGH counts as MEDIUM because of churn risk or health. */
  readonly lowered: boolean;
}

const UNKNOWN: ExpansionPotential = { level: null, sign: null, lowered: false };

/**
 * How much an account may grow within 12-24 months (spec section 2.2): a person's assessment while it is
 * fresh, else the most promising sign among what is known.
 */
export function expansionPotential(
  facts: AccountFacts,
  rules: ExpansionRules,
  today: CalendarDate,
): ExpansionPotential {
  if (facts.expansionAssessment !== null && isFresh(facts.expansionAssessedOn, rules, today)) {
    return { level: facts.expansionAssessment, sign: 'ASSESSMENT', lowered: false };
  }
  const signs: [ExpansionSign, Level | null][] = [
    ['EXPANSION_ARR', levelByExpansionArr(facts, rules)],
    ['SEATS', levelBySeats(facts, rules)],
    ['PRODUCT_LINES', levelByProductLines(facts, rules)],
  ];
  let best = UNKNOWN;
  for (const [sign, level] of signs) {
    if (level !== null && (best.level === null || LEVELS.indexOf(level) > LEVELS.indexOf(best.level))) {
      best = { level, sign, lowered: false };
    }
  }
  const cautious =
    facts.churnRisk === 'HIGH' ||
    (facts.healthScore !== null && facts.healthScore < rules.cautiousBelowHealth);
  return best.level === 'HIGH' && cautious ? { ...best, level: 'MEDIUM', lowered: true } : best;
}

function isFresh(assessedOn: CalendarDate | null, rules: ExpansionRules, today: CalendarDate): boolean {
  return assessedOn === null || today < addMonths(assessedOn, rules.assessmentMonths);
}

function levelByExpansionArr({ arr, expansionArr }: AccountFacts, rules: ExpansionRules): Level | null {
  if (arr === null || expansionArr === null) return null;
  if (arr === 0) return expansionArr > 0 ? 'HIGH' : 'LOW';
  return levelByMultiple(arr + expansionArr, arr, rules);
}

function levelBySeats({ seatsUsed, seatsAvailable }: AccountFacts, rules: ExpansionRules): Level | null {
  if (seatsUsed === null || seatsAvailable === null) return null;
  if (seatsAvailable === 0) return 'LOW';
  if (seatsUsed * 100 < seatsAvailable * hundredthsOf(rules.highBelowSeatShare)) return 'HIGH';
  return isAtLeastTimes(seatsAvailable, seatsUsed, rules.mediumMultiple) ? 'MEDIUM' : 'LOW';
}

function levelByProductLines(facts: AccountFacts, rules: ExpansionRules): Level | null {
  const { productLinesOwned: owned, productLinesAvailable: available } = facts;
  if (owned === null || available === null) return null;
  if (available === 0) return 'LOW';
  return levelByMultiple(available, owned, rules);
}

function levelByMultiple(part: number, whole: number, rules: ExpansionRules): Level {
  if (isAtLeastTimes(part, whole, rules.highMultiple)) return 'HIGH';
  return isAtLeastTimes(part, whole, rules.mediumMultiple) ? 'MEDIUM' : 'LOW';
}
