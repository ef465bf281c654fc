import { type CursorValue, type ModelInfo, type ModelView } from '../../app/ports/reads';
import { STRATEGIC_FACTORS, LEVELS } from '../../domain/account';
import { validateModel } from '../../domain/model-validation';
import { type Criterion, type TieringModel } from '../../domain/tiering-model';
import { type GraphqlContext } from '../context';
import { type Ordering } from '../page';
import { type ScoreBandType, type TieringModelType } from './tiering-model.type';
import { tiersOf, tierType } from './tiers';

const NO_BAND = { arrFrom: null, arrTopPercent: null, level: null, count: null };

/** A version of the policy as resolvers pass it on. */
export type TieringModelNode = TieringModelType & { readonly cursor: readonly CursorValue[] };

export const NEWEST_VERSION_FIRST: Ordering = {
  fingerprint: 'tiering_model newest first',
  kinds: ['integer'],
};

/** A version of the policy as the API shows it; null if there is none. */
export async function tieringModelNode(
  version: number,
  context: GraphqlContext,
): Promise<TieringModelType | null> {
  const [model, info, published] = await Promise.all([
    context.reads.models.version(version),
    context.reads.models.info(version),
    context.reads.models.published(),
  ]);
  return model === null || info === null ? null : nodeOf(model, info, published);
}

/** Versions of a list as the API shows them. */
export async function tieringModelNodes(
  views: readonly ModelView[],
  context: GraphqlContext,
): Promise<TieringModelNode[]> {
  const published = await context.reads.models.published();
  return views.map(({ model, cursor, ...info }) => Object.assign(nodeOf(model, info, published), { cursor }));
}

function nodeOf(model: TieringModel, info: ModelInfo, published: TieringModel): TieringModelType {
  const { errors, warnings } = validateModel(model, info.status === 'DRAFT' ? published : null);
  const tier = tiersOf(model);
  const { factors, ...adjustments } = model.adjustments;
  const {
    expansion,
    guardrails,
    grace,
    firstReview,
    reviews,
    overrides,
    capacity,
    assignment,
    interventions,
  } = model;
  return {
    ...info,
    id: String(info.version),
    ladder: ladderOf(model),
    criteria: model.criteria.map((criterion) => ({
      key: criterion.key,
      weight: Math.round(criterion.weight * 100),
      bands: bandsOf(criterion),
    })),
    missingFacts: model.missingFacts,
    keyAccountFrom: guardrails.keyAccountFrom,
    expansion,
    guardrails,
    grace,
    firstReview,
    reviews,
    overrides,
    adjustments,
    adjustmentFactors: { extra: factors.EXTRA, lighter: factors.LIGHTER },
    capacity,
    assignment,
    interventions,
    successors: Object.entries(model.successors).map(([dropped, successor]) => ({
      dropped,
      successor: tier.find(successor),
    })),
    errors: info.status === 'DRAFT' ? errors : [],
    warnings,
  };
}

function ladderOf(model: TieringModel): TieringModelType['ladder'] {
  return model.tiers.map((tier) => ({
    tier: tierType(tier, model),
    arrFrom: tier.arrFrom.amount,
    arrTopPercent: tier.arrFrom.topPercent,
    scoreFloor: tier.scoreFloor,
    populationTarget: tier.populationTarget,
    arrShareTarget: tier.arrShareTarget,
    reviewCadenceMonths: tier.reviewCadenceMonths,
  }));
}

function bandsOf(criterion: Criterion): ScoreBandType[] {
  switch (criterion.key) {
    case 'CURRENT_ARR':
      return criterion.bands.map(({ from, points }) => ({
        ...NO_BAND,
        arrFrom: from.amount,
        arrTopPercent: from.topPercent,
        points,
      }));
    case 'EXPANSION_POTENTIAL':
      return [...LEVELS].reverse().map((level) => ({ ...NO_BAND, level, points: criterion.points[level] }));
    case 'STRATEGIC_VALUE':
      return Array.from({ length: STRATEGIC_FACTORS.length + 1 }, (_, count) => ({
        ...NO_BAND,
        count,
        points: Math.min(100, count * criterion.pointsPerFactor),
      }));
    case 'PRODUCT_COMPLEXITY':
      return criterion.pointsByCount.map((points, count) => ({ ...NO_BAND, count, points }));
  }
}
