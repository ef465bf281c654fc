import { type Level } from './account';
import { defaultPrograms } from './default-programs';
import {
  type BusinessReviewRules,
  type EngagementProgram,
  type EngagementPrograms,
  findProgram,
} from './engagement-program';
import { type Threshold, type Tier } from './tier';
import {
  type Criterion,
  type CriterionKey,
  type TieringModel,
  withoutResolvedAmounts,
} from './tiering-model';

/** A criterion as a change gives it: what is left out stays as the draft has it. */
export interface CriterionChange {
  readonly key: CriterionKey;
  readonly weight?: number | undefined;
  /** For CURRENT_ARR. */
  readonly bands?: readonly { readonly from: Threshold; readonly points: number }[] | undefined;
  /** For EXPANSION_POTENTIAL. */
  readonly points?: Readonly<Record<Level, number>> | undefined;
  /** For STRATEGIC_VALUE. */
  readonly pointsPerFactor?: number | undefined;
  /** For PRODUCT_COMPLEXITY. */
  readonly pointsByCount?: readonly number[] | undefined;
}

/** A program as a change gives it: what is left out stays as the draft has it, and null stands for none. */
export type ProgramChange = Omit<EngagementProgram, 'touches' | 'businessReviews' | 'firstResponse'> & {
  readonly touches: Partial<EngagementProgram['touches']>;
  readonly businessReviews: Partial<BusinessReviewRules> | null;
  readonly firstResponse: Partial<EngagementProgram['firstResponse']>;
};

type Section =
  | 'expansion'
  | 'guardrails'
  | 'grace'
  | 'firstReview'
  | 'reviews'
  | 'overrides'
  | 'adjustments'
  | 'assignment'
  | 'capacity'
  | 'interventions';

/** What a person changes of a draft. Sections that are left out stay, and within a section what it leaves out. */
export type ModelChange = {
  readonly [S in Section]?:
    { readonly [F in keyof TieringModel[S]]?: TieringModel[S][F] | undefined } | undefined;
} & {
  /** The whole ladder, the highest tier first; ranks follow from the order. */
  readonly tiers?: readonly Omit<Tier, 'rank'>[] | undefined;
  /** All criteria that the score is to have. */
  readonly criteria?: readonly CriterionChange[] | undefined;
  readonly missingFacts?: TieringModel['missingFacts'] | undefined;
  /** Changes of programs, by the tier's key; a new tier has the built-in one of its place. */
  readonly programs?: Readonly<Record<string, Partial<ProgramChange>>> | undefined;
  /** All successors of dropped tiers. */
  readonly successors?: Readonly<Record<string, string>> | undefined;
};

/** The draft with the change laid over it; whether the result is a sound model is for `validateModel` to say. */
export function changeModel(model: TieringModel, change: ModelChange): TieringModel {
  const tiers = change.tiers?.map((tier, index) => ({ ...tier, rank: index + 1 })) ?? model.tiers;
  return {
    version: model.version,
    tiers,
    criteria: change.criteria?.map((criterion) => changeCriterion(model, criterion)) ?? model.criteria,
    missingFacts: change.missingFacts ?? model.missingFacts,
    expansion: overlay(model.expansion, change.expansion),
    guardrails: overlay(model.guardrails, change.guardrails),
    grace: overlay(model.grace, change.grace),
    firstReview: overlay(model.firstReview, change.firstReview),
    reviews: overlay(model.reviews, change.reviews),
    overrides: overlay(model.overrides, change.overrides),
    adjustments: overlay(model.adjustments, change.adjustments),
    capacity: overlay(model.capacity, change.capacity),
    assignment: overlay(model.assignment, change.assignment),
    interventions: overlay(model.interventions, change.interventions),
    programs: changePrograms(defaultPrograms(tiers, model.programs), change.programs ?? {}),
    successors: change.successors ?? model.successors,
  };
}

/**
 * A draft that begins as a copy of a model: percentiles wait for their amounts again, and tiers that the published
 * ladder has and the copy lacks are followed by the copy's tier of the same rank.
 */
export function draftFrom(source: TieringModel, published: TieringModel): TieringModel {
  const keys = new Set(source.tiers.map(({ key }) => key));
  const successors = published.tiers
    .filter(({ key }) => !keys.has(key))
    .map(({ key, rank }) => [key, source.tiers[Math.min(rank, source.tiers.length) - 1]?.key ?? '']);
  return {
    ...withoutResolvedAmounts(source),
    successors: Object.fromEntries(successors) as Record<string, string>,
  };
}

/** Criteria that the draft lacks start from these; the weight has to be given anyway. */
const EMPTY_CRITERIA: { readonly [K in CriterionKey]: Extract<Criterion, { key: K }> } = {
  CURRENT_ARR: { key: 'CURRENT_ARR', weight: 0, bands: [] },
  EXPANSION_POTENTIAL: { key: 'EXPANSION_POTENTIAL', weight: 0, points: { LOW: 0, MEDIUM: 0, HIGH: 0 } },
  STRATEGIC_VALUE: { key: 'STRATEGIC_VALUE', weight: 0, pointsPerFactor: 0 },
  PRODUCT_COMPLEXITY: { key: 'PRODUCT_COMPLEXITY', weight: 0, pointsByCount: [] },
};

function changeCriterion(model: TieringModel, change: CriterionChange): Criterion {
  const current = model.criteria.find(({ key }) => key === change.key) ?? EMPTY_CRITERIA[change.key];
  const weight = change.weight ?? current.weight;
  switch (current.key) {
    case 'CURRENT_ARR':
      return { ...current, weight, bands: change.bands ?? current.bands };
    case 'EXPANSION_POTENTIAL':
      return { ...current, weight, points: change.points ?? current.points };
    case 'STRATEGIC_VALUE':
      return { ...current, weight, pointsPerFactor: change.pointsPerFactor ?? current.pointsPerFactor };
    case 'PRODUCT_COMPLEXITY':
      return { ...current, weight, pointsByCount: change.pointsByCount ?? current.pointsByCount };
  }
}

/** What a tier that had no business reviews gets where a change does not say otherwise. */
const NEW_REVIEWS: BusinessReviewRules = {
  everyMonths: 12,
  smaller: null,
  format: 'VIDEO',
  withExecutive: false,
  maySkip: true,
};

function changePrograms(
  programs: EngagementPrograms,
  changes: Readonly<Record<string, Partial<ProgramChange>>>,
): EngagementPrograms {
  const [anyProgram] = Object.values(programs);
  if (anyProgram === undefined) return programs;
  const changed = Object.entries(changes).map(([tier, change]) => {
    // A tier that is not there is for `validateModel` to name.
    const program = findProgram({ programs }, tier) ?? anyProgram;
    return [tier, changeProgram(program, change)] as const;
  });
  return { ...programs, ...Object.fromEntries(changed) };
}

function changeProgram(
  program: EngagementProgram,
  { touches, businessReviews, firstResponse, ...rest }: Partial<ProgramChange>,
): EngagementProgram {
  const reviews = (): BusinessReviewRules | null => {
    if (businessReviews === undefined) return program.businessReviews;
    return businessReviews && overlay(program.businessReviews ?? NEW_REVIEWS, businessReviews);
  };
  return {
    ...overlay(program, rest),
    touches: overlay(program.touches, touches),
    businessReviews: reviews(),
    firstResponse: overlay(program.firstResponse, firstResponse),
  };
}

/** Null is a value here: it switches a guardrail off. */
function overlay<S extends object>(
  section: S,
  change: { readonly [F in keyof S]?: S[F] | undefined } | undefined,
): S {
  if (change === undefined) return section;
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return { ...section, ...(Object.fromEntries(given) as Partial<S>) };
}
