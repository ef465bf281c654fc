import { type Listed } from '../../app/ports/list';
import { type GraphqlContext } from '../context';
import { compareKeys } from '../ids';
import { type Selection } from '../look-ahead';
import { type Relation } from '../relation';
import { accountsByIds } from '../relations';
import { type AccountNode } from './account.node';

/** How many accounts are named at most where a figure stands for many. */
export const MOST_FIRST_ACCOUNTS = 100;

/** The accounts after a change, with what the caller selects of them; nothing is read if nothing is selected. */
export async function readAccounts(
  ids: readonly string[],
  selection: Selection | undefined,
  context: GraphqlContext,
): Promise<AccountNode[]> {
  if (selection === undefined || ids.length === 0) return [];
  return accountsByIds([...new Set(ids)], selection, context);
}

/** The accounts that rows of a list stand for: in the order of the rows, with their cursors. */
export async function readAccountsAt(
  rows: readonly (Listed & { readonly id: string })[],
  selection: Selection | undefined,
  context: GraphqlContext,
): Promise<AccountNode[]> {
  const nodes = await readAccounts(
    rows.map(({ id }) => id),
    selection,
    context,
  );
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return rows.flatMap(({ id, cursor }) => {
    const node = byId.get(id);
    return node === undefined ? [] : [Object.assign(node, { cursor })];
  });
}

/** The first accounts of each row, by id, read for all rows in one go. */
export const firstAccounts: Relation<
  { readonly accountIds: readonly string[] },
  readonly AccountNode[]
> = async (rows, { fields }, context) => {
  const firstOf = rows.map(({ accountIds }) => accountIds.slice(0, MOST_FIRST_ACCOUNTS));
  const nodes = await readAccounts(firstOf.flat(), fields, context);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return firstOf.map((ids) => [...ids].sort(compareKeys).flatMap((id) => byId.get(id) ?? []));
};
