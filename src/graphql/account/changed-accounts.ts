import { type GraphqlContext } from '../context';
import { type Selection } from '../look-ahead';
import { loadRelations } from '../relation';
import { ACCOUNT_RELATIONS } from '../relations';
import { type AccountNode, accountFields, accountNodes } from './account.node';

/** The accounts after a change, with what the caller selects of them; nothing is read if nothing is selected. */
export async function readAccounts(
  ids: readonly string[],
  selection: Selection | undefined,
  context: GraphqlContext,
): Promise<AccountNode[]> {
  if (selection === undefined || ids.length === 0) return [];
  const rows = await context.reads.accounts.byIds([...new Set(ids)], accountFields(selection));
  const nodes = await accountNodes(rows, context);
  await loadRelations(ACCOUNT_RELATIONS, nodes, selection, context);
  return nodes;
}
