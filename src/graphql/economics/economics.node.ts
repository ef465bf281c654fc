import { type ServedFigures, type TierEconomics } from '../../app/economics';
import { type AccountEconomics, formatSum } from '../../domain/economics';
import { formatMoney } from '../../domain/money';
import { roundedShare } from '../../domain/share-target';
import { type Ordering } from '../page';
import { type Tiers } from '../tiering-model/tiers';
import {
  type AccountEconomicsType,
  type EconomicsTotalsType,
  type ServedAccountsType,
  type TierEconomicsType,
} from './economics.type';

export const BY_EXCESS: Ordering = { fingerprint: 'over-served by excess', kinds: ['decimal', 'bigint'] };
export const BY_ARR: Ordering = { fingerprint: 'under-served by ARR', kinds: ['decimal', 'bigint'] };

export function economicsNode(economics: AccountEconomics, tier: Tiers): AccountEconomicsType {
  const { cost, costShare, costPercent, justifiedCost, standing, next } = economics;
  return {
    cost: formatMoney(cost),
    costShare,
    costPercent,
    justifiedCost: formatMoney(justifiedCost),
    standing,
    next: next && { tier: tier.existing(next.tier), cost: formatMoney(next.cost) },
  };
}

export function tierEconomicsNode(
  { tier, costPercent, ...figures }: TierEconomics,
  tiers: Tiers,
): TierEconomicsType {
  return Object.assign(figuresNode(figures), { tier: tiers.existing(tier), costPercent });
}

export function figuresNode(figures: ServedFigures): EconomicsTotalsType {
  const { accounts, arr, cost, costShare, justified, overServed, excess, underServed } = figures;
  const served = (count: number): ServedAccountsType => ({
    accounts: count,
    accountShare: roundedShare(count, accounts),
  });
  return {
    accounts,
    arr: formatSum(arr),
    cost: formatSum(cost),
    costShare,
    justifiedCost: formatSum(justified),
    overServed: served(overServed),
    excessCost: formatSum(excess),
    underServed: served(underServed),
  };
}
