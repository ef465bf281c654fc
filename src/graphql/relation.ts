import DataLoader from 'dataloader';
import { type GraphQLResolveInfo } from 'graphql';
import { type Reads } from '../app/ports/reads';
import { type GraphqlContext } from './context';
import { type SelectedArguments, type Selection, selectionOf } from './look-ahead';
import { oncePer } from './once-per';

/** What is asked of a related object: the arguments of its field, and the fields that are selected below it. */
export interface RelationUse {
  readonly args: SelectedArguments;
  readonly fields: Selection;
}

/**
 * How one field reaches from many parents to what belongs to them, in one batch. The same declaration serves
 * lists, which load the selected relations of a whole page at once, and the loaders of everything else.
 */
export type Relation<P extends object, V> = (
  parents: readonly P[],
  use: RelationUse,
  context: GraphqlContext,
) => Promise<readonly V[]>;

/** The relations of a type by field name. */
export type RelationTable<P extends object> = Readonly<Record<string, Relation<P, unknown>>>;

/**
 * Loads every selected relation of the parents, all in parallel, and sets them as plain properties; the fields
 * then resolve without waiting. A field that is asked for twice with different arguments is left to the loaders.
 */
export async function loadRelations<P extends object>(
  table: RelationTable<P>,
  parents: readonly P[],
  selection: Selection,
  context: GraphqlContext,
): Promise<readonly P[]> {
  for (const { field, values } of await readRelations(table, parents, selection, context)) {
    parents.forEach((parent, index) => {
      (parent as Record<string, unknown>)[field] = values[index] ?? null;
    });
  }
  return parents;
}

/** What belongs to each parent by a relation, in the order of the parents. */
export interface Related {
  readonly field: string;
  readonly values: readonly unknown[];
}

/** As loadRelations, and leaves the parents as they are. */
export async function readRelations<P extends object>(
  table: RelationTable<P>,
  parents: readonly P[],
  selection: Selection,
  context: GraphqlContext,
): Promise<readonly Related[]> {
  if (parents.length === 0) return [];
  const reading: Promise<Related>[] = [];
  for (const { field, selected } of usedOnce(selection)) {
    const relation = table[field];
    if (relation !== undefined) reading.push(readOne(field, relation, parents, selected, context));
  }
  return Promise.all(reading);
}

/** The fields that are asked for under one name in the answer, and so with the same arguments throughout. */
const usedOnce = oncePer((selection: Selection) =>
  Object.entries(selection).flatMap(([field, selected]) =>
    selected?.uses.length === 1 ? [{ field, selected }] : [],
  ),
);

async function readOne<P extends object>(
  field: string,
  relation: Relation<P, unknown>,
  parents: readonly P[],
  use: RelationUse,
  context: GraphqlContext,
): Promise<Related> {
  return { field, values: await relation(parents, use, context) };
}

type Loader = DataLoader<object, unknown>;

/** The loaders of each request, by the nodes of the field in the document and its arguments. */
const loadersOf = new WeakMap<GraphqlContext, Map<unknown, Map<string, Loader>>>();

/**
 * What belongs to the parent by the relation, under the arguments and the selection of the field: for whatever no
 * list has loaded, and still read in batches.
 */
export function loadRelation<P extends object, V>(
  relation: Relation<P, V>,
  parent: P,
  args: object,
  context: GraphqlContext,
  info: GraphQLResolveInfo,
): Promise<V> {
  const ofRequest = existing(loadersOf, context, () => new Map<unknown, Map<string, Loader>>());
  // One node has one selection wherever it stands; of several, each may stand elsewhere as well, with less beside it.
  const { fieldNodes } = info;
  const nodes = fieldNodes.length === 1 ? fieldNodes[0] : fieldNodes;
  const ofField = existing(ofRequest, nodes, () => new Map<string, Loader>());
  const loader = existing(ofField, JSON.stringify(args), () => {
    const use = { args: { ...args }, fields: selectionOf(info) };
    // Asynchronous, so that a relation that refuses its arguments at once is heard as it is.
    return new DataLoader<object, unknown>(async (parents) =>
      relation(parents as readonly P[], use, context),
    );
  });
  return loader.load(parent) as Promise<V>;
}

function existing<K, V>(
  map: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** Rows put back beside the parents that they belong to; null where there is none. */
export function inOrder<P, R>(
  parents: readonly P[],
  keyOfParent: (parent: P) => string | null,
  rows: readonly R[],
  keyOfRow: (row: R) => string,
): (R | null)[] {
  const byKey = new Map(rows.map((row) => [keyOfRow(row), row]));
  return parents.map((parent) => {
    const key = keyOfParent(parent);
    return key === null ? null : (byKey.get(key) ?? null);
  });
}

/** Rows put back beside the accounts that they belong to; null where there is none. */
export function ofEachAccount<R extends { readonly accountId: string }>(
  accounts: readonly { readonly id: string }[],
  rows: readonly R[],
): (R | null)[] {
  return inOrder(
    accounts,
    ({ id }) => id,
    rows,
    ({ accountId }) => accountId,
  );
}

/** The relation from accounts to the one row that some of them have, and from that row to what belongs to it. */
export function oneOfAccounts<R, N extends { readonly accountId: string }>(
  read: (reads: Reads, accountIds: readonly string[]) => Promise<readonly R[]>,
  nodesOf: (rows: readonly R[], context: GraphqlContext) => Promise<readonly N[]>,
  relations: () => RelationTable<N>,
): Relation<{ readonly id: string }, N | null> {
  return async (accounts, { fields }, context) => {
    const rows = await read(
      context.reads,
      accounts.map(({ id }) => id),
    );
    const nodes = await nodesOf(rows, context);
    await loadRelations(relations(), nodes, fields, context);
    return ofEachAccount(accounts, nodes);
  };
}

/** The keys of the parents that have one, each once. */
export function keysOf<P>(parents: readonly P[], keyOf: (parent: P) => string | null): string[] {
  return [...new Set(parents.flatMap((parent) => keyOf(parent) ?? []))];
}
