import { type Listed, type ListLength, type Window } from '../app/ports/reads';
import { type Connection, pageOf } from './connection';
import { cursorFields, nodeSelectionOf, type Selection } from './look-ahead';
import { type GraphqlContext } from './context';
import { oncePer } from './once-per';
import { connectionOfRows, type Ordering, windowOf } from './page';
import { loadRelations, type Relation, type RelationTable, type RelationUse } from './relation';

/** How a list that belongs to each of many owners is read, for all of them or for one. */
interface NestedList<N> {
  /** The first `size` entries of each list, of which `fields` are wanted, "cursor" among them where it is. */
  first(ownerIds: readonly string[], size: number, fields: readonly string[]): Promise<readonly N[]>;
  page(ownerId: string, window: Window): Promise<readonly N[]>;
  lengths(ownerIds: readonly string[]): Promise<readonly ListLength[]>;
  relate(nodes: readonly N[], selection: Selection): Promise<unknown>;
  /** The id of the owner that the entry belongs to. */
  ownerOf(node: N): string;
}

/** A page of each owner's list: the first pages of all in one read, pages further on owner by owner. */
export async function nestedConnections<N extends Listed>(
  owners: readonly { readonly id: string }[],
  { args, fields }: RelationUse,
  ordering: Ordering,
  list: NestedList<N>,
): Promise<Connection<N>[]> {
  const page = pageOf(args);
  const ids = owners.map(({ id }) => id);
  const fromTheStart = page.cursor === null && !page.backward;
  const window = windowOf(page, ordering);
  const [rows, lengths] = await Promise.all([
    fromTheStart
      ? list.first(ids, page.size + 1, wantedOf(fields))
      : Promise.all(ids.map((id) => list.page(id, window))).then((pages) => pages.flat()),
    'totalCount' in fields ? list.lengths(ids) : null,
  ]);
  await list.relate(rows, nodeSelectionOf(fields));
  const byOwner = new Map<string, N[]>(ids.map((id) => [id, []]));
  for (const row of rows) byOwner.get(list.ownerOf(row))?.push(row);
  const lengthById = lengths && new Map(lengths.map(({ ownerId, length }) => [ownerId, length]));
  return ids.map((id) => {
    const totalCount = lengthById === null ? undefined : (lengthById.get(id) ?? 0);
    return connectionOfRows(byOwner.get(id) ?? [], page, ordering, totalCount);
  });
}

const wantedOf = oncePer((connection: Selection): readonly string[] => [
  ...Object.keys(nodeSelectionOf(connection)),
  ...cursorFields(connection),
]);

/** A list that each account has: how it is read, for all of them or for one. */
export interface ListOfAccounts<N> {
  readonly ordering: Ordering;
  first(
    context: GraphqlContext,
    accountIds: readonly string[],
    size: number,
    fields: readonly string[],
  ): Promise<readonly N[]>;
  page(context: GraphqlContext, accountId: string, window: Window): Promise<readonly N[]>;
  lengths(context: GraphqlContext, accountIds: readonly string[]): Promise<readonly ListLength[]>;
}

/** The relation from accounts to such a list, and from its entries to what belongs to them. */
export function listOfAccounts<N extends Listed & { readonly accountId: string }>(
  list: ListOfAccounts<N>,
  relations: () => RelationTable<N>,
): Relation<{ readonly id: string }, Connection<N>> {
  return (accounts, use, context) =>
    nestedConnections<N>(accounts, use, list.ordering, {
      first: (ids, size, fields) => list.first(context, ids, size, fields),
      page: (accountId, window) => list.page(context, accountId, window),
      lengths: (ids) => list.lengths(context, ids),
      relate: (nodes, selection) => loadRelations(relations(), nodes, selection, context),
      ownerOf: ({ accountId }) => accountId,
    });
}
