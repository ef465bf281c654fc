import { RELATIONSHIP_COMPLEXITY_FACTS } from '../domain/account';
import { columnName } from './account-columns';

/** The columns of relationship complexity. */
export const COMPLEXITY_COLUMNS = RELATIONSHIP_COMPLEXITY_FACTS.map(columnName);

/** How many facts of relationship complexity hold for an account `a`. */
export const RELATIONSHIP_FACTS = COMPLEXITY_COLUMNS.map((column) => `(a.${column} IS TRUE)::int`).join(
  ' + ',
);

/** The columns of `load_figure` and `load_delta` that say what accounts weigh. */
export const WEIGHT_COLUMNS = ['tier', 'relationship_facts', 'adjustment_kind'] as const;

/** Those that say which accounts are meant; beside them are `accounts` and `arr`. */
export const LOAD_COLUMNS = ['csm_id', 'pool_id', ...WEIGHT_COLUMNS] as const;

/** Whether there are loads that are kept; they count together with the deltas. */
export const LOADS_ARE_KEPT = 'EXISTS (SELECT FROM load_keeping)';

/** Rows of LOAD_COLUMNS, `accounts` and `arr` for the accounts of the present book. */
export const ACCOUNTS_AS_LOADS = `
  SELECT a.csm_id, a.pool_id, a.effective_tier, ${RELATIONSHIP_FACTS}, a.adjustment_kind, count(*),
    coalesce(sum(a.arr), 0)
  FROM account a WHERE a.status IS DISTINCT FROM 'CHURNED' GROUP BY 1, 2, 3, 4, 5`;
