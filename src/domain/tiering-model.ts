import { type Level } from './account';
import { type EngagementPrograms } from './engagement-program';
import { type Money } from './money';
import { type Ladder, percentileCut, type Threshold } from './tier';

export const MODEL_STATUSES = ['DRAFT', 'PUBLISHED', 'RETIRED'] as const;
export type ModelStatus = (typeof MODEL_STATUSES)[number];

export const CRITERION_KEYS = [
  'CURRENT_ARR',
  'EXPANSION_POTENTIAL',
  'STRATEGIC_VALUE',
  'PRODUCT_COMPLEXITY',
] as const;
export type CriterionKey = (typeof CRITERION_KEYS)[number];

/** Points from 0 to 100 for an amount from `from` up. */
export interface ArrBand {
  readonly from: Threshold;
  readonly points: number;
}

/** A weighted part of the score; weights have at most 2 places and add up to 100 (spec section 2.2). */
export type Criterion =
  | { readonly key: 'CURRENT_ARR'; readonly weight: number; readonly bands: readonly ArrBand[] }
  | {
      readonly key: 'EXPANSION_POTENTIAL';
      readonly weight: number;
      readonly points: Readonly<Record<Level, number>>;
    }
  | { readonly key: 'STRATEGIC_VALUE'; readonly weight: number; readonly pointsPerFactor: number }
  | {
      readonly key: 'PRODUCT_COMPLEXITY';
      readonly weight: number;
      readonly pointsByCount: readonly number[];
    };

/** How expansion potential is derived where nobody has assessed it (section 2.2). */
export interface ExpansionRules {
  readonly assessmentMonths: number;
  readonly highMultiple: number;
  readonly mediumMultiple: number;
  /** Share of the available seats in use below which the potential is HIGH. */
  readonly highBelowSeatShare: number;
  /** Health below this makes a derived HIGH count as MEDIUM. */
  readonly cautiousBelowHealth: number;
}

/** The amounts of the guardrails; null switches one off (section 2.3). */
export interface GuardrailRules {
  readonly strategicDesignation: boolean;
  readonly notPaying: boolean;
  readonly keyAccountFrom: Money | null;
  readonly arrOnly: boolean;
  readonly liftLimit: number | null;
  readonly dropLimit: number | null;
  /** How many strategic factors stand in for expansion potential in the top tier. */
  readonly topTierStrategicFactors: number | null;
  readonly riskyWithoutGrowth: boolean;
}

/** The days and months of section 3. */
export interface GraceRules {
  readonly noticeDays: number;
  readonly longestDays: number;
  readonly withoutRenewalDays: number;
  readonly notPayingDays: number;
  readonly afterOverrideDays: number;
  readonly correctionDays: number;
  readonly defaultTermMonths: number;
}

/** The first review after placement (section 3). */
export interface FirstReviewRules {
  readonly days: number;
  readonly downToRank: number;
}

/** What opens a tier review before its cadence does, and what becomes of one that nobody completes (section 6). */
export interface ReviewRules {
  /** A change of the ARR, in percent of what it was at the last review. */
  readonly arrChangePercent: number;
  /** A change of the health, in points. */
  readonly healthChangePoints: number;
  /** Days before the end of an override. */
  readonly overrideEndsWithinDays: number;
  /** Days overdue after which a review is escalated to the manager. */
  readonly escalationDays: number;
  /** From this rank down a review without triggers confirms itself. */
  readonly selfConfirmingFromRank: number;
  /** The most days by which a review can extend a grace, whatever the term. */
  readonly longestExtensionDays: number;
}

/** What an override may be (section 4). */
export interface OverrideRules {
  readonly longestDays: number;
  /** Characters of the note that the reason OTHER needs. */
  readonly leastNoteLength: number;
}

/** Lighter and extra touch (section 5). */
export interface AdjustmentRules {
  readonly longestDays: number;
  /** What each kind does to the load of an account. */
  readonly factors: { readonly EXTRA: number; readonly LIGHTER: number };
  /** The least health for which LIGHTER is proposed. */
  readonly lighterFromHealth: number;
}

/** How heavy an account is for those who look after it, and when somebody is full (section 7). */
export interface CapacityRules {
  /** What each fact of relationship complexity does to the load of an account. */
  readonly relationshipFactor: number;
  /** Utilisation of the limit, in percent: below `underBelow` is UNDER, below `healthyBelow` HEALTHY, to `fullTo` FULL. */
  readonly underBelow: number;
  readonly healthyBelow: number;
  readonly fullTo: number;
  /** By how many points the capacity share of the top tier may lie below its ARR share. */
  readonly topTierSharePoints: number;
}

/** What an assignment plan leaves with its present owner (section 7). */
export interface AssignmentRules {
  /** Days before a renewal. */
  readonly renewalLockDays: number;
  /** The first days as a customer. */
  readonly onboardingLockDays: number;
  /** Days after the owner changed. */
  readonly ownerChangeLockDays: number;
  /** Whoever leaves within so many days gets no accounts any more, and those that are not locked go to others. */
  readonly leavingWithinDays: number;
}

/** The events that raise an intervention in a low-touch tier (section 8). */
export interface InterventionRules {
  /** The health falls below this. */
  readonly healthBelow: number;
  /** The health falls by so many points, within so many days. */
  readonly fallPoints: number;
  readonly fallDays: number;
  /** The usage rises above this part of what the plan allows, in percent. */
  readonly usageAbovePercent: number;
  /** So many facts of relationship complexity hold where nobody is named. */
  readonly relationshipFacts: number;
}

/** A versioned policy. A published one never changes. */
export interface TieringModel {
  readonly version: number;
  readonly tiers: Ladder;
  readonly criteria: readonly Criterion[];
  /** What a criterion without facts does to the total. */
  readonly missingFacts: 'LOWEST_BAND' | 'REDISTRIBUTE';
  readonly expansion: ExpansionRules;
  readonly guardrails: GuardrailRules;
  readonly grace: GraceRules;
  readonly firstReview: FirstReviewRules;
  readonly reviews: ReviewRules;
  readonly overrides: OverrideRules;
  readonly adjustments: AdjustmentRules;
  readonly capacity: CapacityRules;
  readonly assignment: AssignmentRules;
  readonly interventions: InterventionRules;
  /** What each tier is owed, by its key (section 2.5). */
  readonly programs: EngagementPrograms;
  /** Where accounts go whose tier the model before it had and this one has not: key by dropped key (section 3). */
  readonly successors: Readonly<Record<string, string>>;
}

/**
 * The model with every percentile of its ladder and of its ARR bands turned into an amount (section 2.1).
 *
 * @param amounts ARR above 0 of the accounts that are not churned, the largest first
 */
export function resolvePercentiles(model: TieringModel, amounts: readonly Money[]): TieringModel {
  return withThresholds(model, (threshold) =>
    threshold.topPercent === null
      ? threshold
      : { ...threshold, amount: percentileCut(amounts, threshold.topPercent) },
  );
}

/** The model whose percentiles wait for their amounts again, as those of a draft do. */
export function withoutResolvedAmounts(model: TieringModel): TieringModel {
  return withThresholds(model, (threshold) =>
    threshold.topPercent === null ? threshold : { ...threshold, amount: null },
  );
}

/** Whether any line of the ladder or of the ARR bands is a percentile of the book. */
export function hasPercentiles(model: TieringModel): boolean {
  let some = false;
  withThresholds(model, (threshold) => {
    some ||= threshold.topPercent !== null;
    return threshold;
  });
  return some;
}

/** The bands of the current ARR, the largest amount first; none where it is no criterion of the model. */
export function arrBandsOf(model: TieringModel): readonly ArrBand[] {
  return model.criteria.flatMap((criterion) => (criterion.key === 'CURRENT_ARR' ? criterion.bands : []));
}

/** The model with another value for every line of its ladder and of its ARR bands. */
export function withThresholds(
  model: TieringModel,
  change: (threshold: Threshold) => Threshold,
): TieringModel {
  return {
    ...model,
    tiers: model.tiers.map((tier) => ({ ...tier, arrFrom: change(tier.arrFrom) })),
    criteria: model.criteria.map((criterion) =>
      criterion.key === 'CURRENT_ARR'
        ? { ...criterion, bands: criterion.bands.map((band) => ({ ...band, from: change(band.from) })) }
        : criterion,
    ),
  };
}
