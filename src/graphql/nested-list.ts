import { type Listed, type ListLength, type Window } from '../app/ports/reads';
import { type Connection, pageOf } from './connection';
import { nodeSelectionOf, type Selection } from './look-ahead';
import { connectionOfRows, type Ordering, windowOf } from './page';
import { type RelationUse } from './relation';

/** How a list that belongs to each of many owners is read, for all of them or for one. */
export interface NestedList<N> {
  /** The first `size` entries of each list. */
  first(ownerIds: readonly string[], size: number): Promise<readonly N[]>;
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
      ? list.first(ids, page.size + 1)
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
