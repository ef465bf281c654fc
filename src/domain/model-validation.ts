import { RELATIONSHIP_COMPLEXITY_FACTS, STRATEGIC_FACTORS } from './account';
import { checkCriteria } from './criterion-validation';
import { type Refusal, Refusals } from './errors';
import { checkLadder, MOST_TIERS, TEN_YEARS_OF_MONTHS } from './ladder-validation';
import { ModelCheck, type ModelFindings } from './model-check';
import { formatHundredths } from './money';
import { checkPrograms } from './program-validation';
import { type TieringModel } from './tiering-model';

const FIVE_YEARS = 1_826;

/**
 * Everything that is wrong with a model, and everything that is doubtful (spec sections 2.1-2.3 and 10). A percentile
 * without an amount is compared with other percentiles only; `resolvePercentiles` first checks the rest too.
 *
 * @param published the model that it would replace; null where there is none
 */
export function validateModel(model: TieringModel, published: TieringModel | null): ModelFindings {
  const check = new ModelCheck();
  checkLadder(check, model);
  checkCriteria(check, model.criteria);
  checkRules(check, model);
  checkPrograms(check, model);
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

function checkRules(check: ModelCheck, model: TieringModel): void {
  const { expansion, guardrails, grace, firstReview, reviews, overrides, adjustments, capacity, tiers } =
    model;
  const { assignment, interventions } = model;
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

  check.number(['capacity', 'relationshipFactor'], capacity.relationshipFactor, { from: 1, to: 10 });
  check.number(['capacity', 'underBelow'], capacity.underBelow, { above: 0, to: 1_000 });
  check.number(['capacity', 'healthyBelow'], capacity.healthyBelow, { from: capacity.underBelow, to: 1_000 });
  check.number(['capacity', 'fullTo'], capacity.fullTo, { from: capacity.healthyBelow, to: 1_000 });
  check.number(['capacity', 'topTierSharePoints'], capacity.topTierSharePoints, { from: 0, to: 100 });

  const fromNone = { from: 0, to: FIVE_YEARS };
  check.whole(['assignment', 'renewalLockDays'], assignment.renewalLockDays, fromNone);
  check.whole(['assignment', 'onboardingLockDays'], assignment.onboardingLockDays, fromNone);
  check.whole(['assignment', 'ownerChangeLockDays'], assignment.ownerChangeLockDays, fromNone);
  check.whole(['assignment', 'leavingWithinDays'], assignment.leavingWithinDays, fromNone);
  check.whole(['interventions', 'healthBelow'], interventions.healthBelow, { from: 0, to: 100 });
  check.whole(['interventions', 'fallPoints'], interventions.fallPoints, { from: 1, to: 100 });
  check.whole(['interventions', 'fallDays'], interventions.fallDays, days);
  check.whole(['interventions', 'usageAbovePercent'], interventions.usageAbovePercent, {
    from: 0,
    to: 1_000,
  });
  check.whole(['interventions', 'relationshipFacts'], interventions.relationshipFacts, {
    from: 1,
    to: RELATIONSHIP_COMPLEXITY_FACTS.length,
  });
}

function checkSuccessors(check: ModelCheck, model: TieringModel, published: TieringModel | null): void {
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
