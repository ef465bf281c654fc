import { type PlannedBook } from '../domain/assignment-plan';
import { loadFactor, loadIn } from '../domain/load';
import { type TieringModel } from '../domain/tiering-model';
import { type AccountFilter } from './ports/account-filter';
import { type Stores } from './ports/stores';

/**
 * The book and the staff as an assignment plan looks at them today. Throws INVALID_VALUE for a filter that is none.
 *
 * @param where the accounts that may get another owner; null for all
 */
export async function readPlannedBook(
  stores: Stores,
  where: AccountFilter | null,
  model: TieringModel,
): Promise<PlannedBook> {
  const rows = await stores.assignmentPlans.accounts(where);
  const csms = await stores.csms.byExternalIds(await stores.assignmentPlans.csmIds());
  return {
    accounts: rows.map(({ relationshipFacts, adjustment, ...row }) => ({
      ...row,
      load: loadIn(model, row.tier, loadFactor(relationshipFacts, adjustment, model)).limit,
    })),
    csms: [...csms.values()],
  };
}
