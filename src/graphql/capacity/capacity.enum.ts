import { CAPACITY_WARNINGS } from '../../domain/capacity';
import { CAPACITY_STATUSES } from '../../domain/utilisation';
import { enumOf } from '../enum';

export const CapacityStatusEnum = enumOf(
  'CapacityStatus',
  CAPACITY_STATUSES,
  'How full a CSM or a pool is, by the utilisation of the limit; where the lines are is a part of the model.',
  {
    UNDER: 'Below 60% by default.',
    HEALTHY: 'Below 85% by default.',
    FULL: 'Up to 100% by default.',
    OVERLOADED: 'Above that.',
    NO_CAPACITY: 'There is load, and nobody who is there to carry it.',
  },
);

export const CAPACITY_ORDERS = ['FULLEST_FIRST', 'EMPTIEST_FIRST', 'EXTERNAL_ID'] as const;
export type CapacityOrder = (typeof CAPACITY_ORDERS)[number];

export const CapacityOrderEnum = enumOf(
  'CapacityOrder',
  CAPACITY_ORDERS,
  'In which order capacities are listed; the external id settles what is left.',
  {
    FULLEST_FIRST:
      'By the utilisation of the limit, NO_CAPACITY first; those with neither FTE nor load come last.',
    EMPTIEST_FIRST: 'The other way round.',
    EXTERNAL_ID: 'By the external id.',
  },
);

export const CapacityWarningEnum = enumOf(
  'CapacityWarningCode',
  CAPACITY_WARNINGS,
  'What about a capacity asks for a decision.',
  {
    TOP_TIER_CAPACITY_SHARE: 'The capacity share of the top tier lies outside its range.',
    FTE_MISSING: 'Even at the limit more FTE are needed than are available.',
    UNASSIGNED_ACCOUNTS: 'Accounts that need somebody have nobody.',
  },
);

export const TopTierStandingEnum = enumOf(
  'TopTierStanding',
  ['BELOW', 'WITHIN', 'ABOVE'],
  'How the capacity share of the top tier stands to its range.',
);
