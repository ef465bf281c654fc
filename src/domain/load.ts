import { type AccountFacts, RELATIONSHIP_COMPLEXITY_FACTS } from './account';
import { findProgram, programOf } from './engagement-program';
import { type Owner, type ServedLadder } from './portfolio';
import { type AdjustmentKind } from './service-adjustment';
import { type TieringModel } from './tiering-model';

/** How much of a full-time CSM an account, or several, takes: 1 is all of one (spec section 7). */
export interface Load {
  /** Against the most accounts that the tier allows per CSM. */
  readonly limit: number;
  /** Against the number of accounts that leaves a CSM at ease. */
  readonly comfort: number;
}

export const NO_LOAD: Load = { limit: 0, comfort: 0 };

/** Accounts with one owner that weigh alike. */
export interface AccountGroup {
  /** Null for accounts that nobody looks after. */
  readonly owner: Owner | null;
  /** The key of the effective tier; null for accounts without one. */
  readonly tier: string | null;
  readonly relationshipFacts: number;
  readonly adjustment: AdjustmentKind | null;
  readonly accounts: number;
  /** In hundredths. */
  readonly arr: bigint;
}

/** An account with what its load and its cost depend on. */
export interface WeighedAccount extends Pick<AccountGroup, 'tier' | 'relationshipFacts' | 'adjustment'> {
  readonly accountId: string;
  /** In the base currency, as text; null where it is not known. */
  readonly arr: string | null;
}

/** What a load depends on. */
export type LoadRules = Pick<TieringModel, 'tiers' | 'programs' | 'adjustments' | 'capacity'>;

/** How many facts of relationship complexity are known to hold. */
export function relationshipComplexity(
  facts: Pick<AccountFacts, (typeof RELATIONSHIP_COMPLEXITY_FACTS)[number]>,
): number {
  return RELATIONSHIP_COMPLEXITY_FACTS.filter((fact) => facts[fact] === true).length;
}

/**
 * How heavy an account is beside a plain one of its tier: 1, times the factor of each fact of relationship
 * complexity, times that of the active service adjustment.
 */
export function loadFactor(
  relationshipFacts: number,
  adjustment: AdjustmentKind | null,
  { adjustments, capacity }: Pick<TieringModel, 'adjustments' | 'capacity'>,
): number {
  return (
    capacity.relationshipFactor ** relationshipFacts *
    (adjustment === null ? 1 : adjustments.factors[adjustment])
  );
}

/** The load of an account with the factor in the tier; none where nobody looks after the tier. */
export function loadIn(model: ServedLadder, tier: string, factor: number): Load {
  const { accountsPerCsm } = programOf(model, tier);
  if (accountsPerCsm === null) return NO_LOAD;
  return { limit: factor / accountsPerCsm.to, comfort: factor / accountsPerCsm.from };
}

/** The load of accounts that weigh alike; none without a tier, or in one that nobody looks after. */
export function groupLoad(
  {
    tier,
    relationshipFacts,
    adjustment,
    accounts,
  }: Pick<AccountGroup, 'tier' | 'relationshipFacts' | 'adjustment' | 'accounts'>,
  rules: LoadRules,
): Load {
  if (tier === null || findProgram(rules, tier) === null) return NO_LOAD;
  return loadIn(rules, tier, accounts * loadFactor(relationshipFacts, adjustment, rules));
}
