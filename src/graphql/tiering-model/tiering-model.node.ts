import { STRATEGIC_FACTORS, LEVELS } from '../../domain/account';
import { type Criterion, type TieringModel } from '../../domain/tiering-model';
import { type GraphqlContext } from '../context';
import { type ScoreBandType, type TieringModelType } from './tiering-model.type';
import { tierType } from './tiers';

const NO_BAND = { arrFrom: null, level: null, count: null };

/** A version of the policy as the API shows it; null if there is none. */
export async function tieringModelNode(
  version: number,
  context: GraphqlContext,
): Promise<TieringModelType | null> {
  const [model, info] = await Promise.all([
    context.reads.models.version(version),
    context.reads.models.info(version),
  ]);
  if (model === null || info === null) return null;
  const { status, reason, publishedBy, publishedAt, createdAt } = info;
  return {
    id: String(version),
    version,
    status,
    ladder: ladderOf(model),
    criteria: model.criteria.map((criterion) => ({
      key: criterion.key,
      weight: Math.round(criterion.weight * 100),
      bands: bandsOf(criterion),
    })),
    missingFacts: model.missingFacts,
    keyAccountFrom: model.guardrails.keyAccountFrom,
    reason,
    publishedBy,
    publishedAt,
    createdAt,
  };
}

function ladderOf({ tiers }: TieringModel): TieringModelType['ladder'] {
  return tiers.map((tier) => ({
    tier: tierType(tier),
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
      return criterion.bands.map(({ from, points }) => ({ ...NO_BAND, arrFrom: from.amount, points }));
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
