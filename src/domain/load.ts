import { type AccountFacts, RELATIONSHIP_COMPLEXITY_FACTS } from './account';
import { programOf } from './engagement-program';
import { type ServedLadder } from './portfolio';
import { type TieringModel } from './tiering-model';

/** How much of a full-time CSM an account, or several, takes: 1 is all of one (spec section 7). */
export interface Load {
  /** Against the most accounts that the tier allows per CSM. */
  readonly limit: number;
  /** Against the number of accounts that leaves a CSM at ease. */
  readonly comfort: number;
}

export const NO_LOAD: Load = { limit: 0, comfort: 0 };

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
  adjustment: keyof TieringModel['adjustments']['factors'] | null,
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
