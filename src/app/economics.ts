import { costShare, justified, parseSum, serviceCosts, type ServiceCost } from '../domain/economics';
import { programOf } from '../domain/engagement-program';
import { type Money } from '../domain/money';
import { type TieringModel } from '../domain/tiering-model';
import { type TierServed } from './ports/economics';
import { type Reads } from './ports/reads';

/** What accounts cost and bring, amounts in hundredths; shares are fractions of 1. */
export interface ServedFigures {
  readonly accounts: number;
  readonly arr: bigint;
  readonly cost: bigint;
  /** Null without ARR. */
  readonly costShare: number | null;
  readonly justified: bigint;
  readonly overServed: number;
  readonly excess: bigint;
  readonly underServed: number;
}

export interface TierEconomics extends ServedFigures {
  readonly tier: string;
  readonly costPercent: number | null;
}

export interface Economics {
  readonly model: TieringModel;
  readonly costs: readonly ServiceCost[];
  /** In the order of the ladder. */
  readonly tiers: readonly TierEconomics[];
  readonly totals: ServedFigures;
}

/**
 * What the service of the book costs today, by tier (spec section 10).
 *
 * @param loadedCost a year of a CSM with an FTE of 1.0
 */
export async function economicsOf(
  { economics, models }: Pick<Reads, 'economics' | 'models'>,
  loadedCost: Money,
): Promise<Economics> {
  const model = await models.published();
  const costs = serviceCosts(model, loadedCost);
  const rows = await economics.byTier(costs);
  const tiers = model.tiers.map(({ key }): TierEconomics => {
    const { costPercent } = programOf(model, key);
    const row = rows.find(({ tier }) => tier === key);
    return { tier: key, costPercent, ...figuresOf(row, costPercent) };
  });
  const total = (figure: 'arr' | 'cost' | 'justified' | 'excess'): bigint =>
    tiers.reduce((sum, tier) => sum + tier[figure], 0n);
  const count = (figure: 'accounts' | 'overServed' | 'underServed'): number =>
    tiers.reduce((sum, tier) => sum + tier[figure], 0);
  const [arr, cost] = [total('arr'), total('cost')];
  return {
    model,
    costs,
    tiers,
    totals: {
      accounts: count('accounts'),
      arr,
      cost,
      costShare: costShare(cost, arr),
      justified: total('justified'),
      overServed: count('overServed'),
      excess: total('excess'),
      underServed: count('underServed'),
    },
  };
}

function figuresOf(row: TierServed | undefined, costPercent: number | null): ServedFigures {
  const [arr, cost] = [parseSum(row?.arr ?? '0.00'), parseSum(row?.cost ?? '0.00')];
  return {
    accounts: row?.accounts ?? 0,
    arr,
    cost,
    costShare: costShare(cost, arr),
    justified: justified(arr, costPercent),
    overServed: row?.overServed ?? 0,
    excess: parseSum(row?.excess ?? '0.00'),
    underServed: row?.underServed ?? 0,
  };
}
