import { type ServiceCost, type ServiceStanding } from '../../domain/economics';
import { type Listed, type Window } from './list';

/** What the accounts of a tier cost, amounts as text. */
export interface TierServed {
  readonly tier: string;
  readonly accounts: number;
  readonly arr: string;
  readonly cost: string;
  readonly overServed: number;
  /** By how much the over-served ones cost more than their ARR can justify. */
  readonly excess: string;
  readonly underServed: number;
}

/** Accounts of one standing; of one tier, or of all where it is null. */
export interface ServedList {
  readonly standing: Exclude<ServiceStanding, 'JUSTIFIED'>;
  readonly tier: string | null;
  readonly costs: readonly ServiceCost[];
}

/** The service of the book of today against its ARR; accounts without a tier are left out. */
export interface EconomicsReads {
  /** Tiers without accounts are left out. */
  byTier(costs: readonly ServiceCost[]): Promise<TierServed[]>;
  /** Over-served ones by their excess, under-served ones by their ARR, the largest first. */
  page(list: ServedList, window: Window): Promise<(Listed & { readonly id: string })[]>;
  count(list: ServedList): Promise<number>;
}
