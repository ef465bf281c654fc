import { type CursorValue, type Listed, type Window } from '../app/ports/reads';
import { Connection, type ConnectionArgs, type Page, type PageArguments, pageOf } from './connection';
import { type CursorKind, decodeCursor, encodeCursor } from './cursor';
import { type Selection } from './look-ahead';

/** An ordering that cursors belong to: its name, and what its columns hold. */
export interface Ordering {
  readonly fingerprint: string;
  readonly kinds: readonly CursorKind[];
}

/** How a list is read: a window of it, and its length where that is asked for. */
export interface ListReads<N extends Listed> {
  rows(window: Window): Promise<readonly N[]>;
  count(): Promise<number>;
}

/** Reads a page of a list; the length of the whole list is counted only if it is selected. */
export async function readPage<N extends Listed>(
  args: Readonly<ConnectionArgs>,
  ordering: Ordering,
  selection: Selection,
  list: ListReads<N>,
): Promise<Connection<N>> {
  const page = pageOf(args);
  const window = windowOf(page, ordering);
  const [rows, count] = await Promise.all([
    list.rows(window),
    'totalCount' in selection ? list.count() : undefined,
  ]);
  return connectionOfRows(rows, page, ordering, count);
}

/** The connection of rows that were read already. */
export function connectionOfRows<N extends Listed>(
  rows: readonly N[],
  page: Page,
  ordering: Ordering,
  totalCount?: number,
): Connection<N> {
  return Connection.of(rows, page, ({ cursor }) => encodeCursor(cursor, ordering.fingerprint), totalCount);
}

/**
 * A page of rows that are all known already, in the order that `compare` puts their cursors in. They are copied: each
 * page puts on them what is selected of it, and a request may ask for several pages of the same rows.
 */
export function pageOfKnown<N extends Listed>(
  rows: readonly N[],
  args: PageArguments,
  ordering: Ordering,
  compare: (a: readonly CursorValue[], b: readonly CursorValue[]) => number,
): Connection<N> {
  const page = pageOf(args);
  const { size, backward, after } = windowOf(page, ordering);
  const direction = backward ? -1 : 1;
  const beyond = rows
    .filter(({ cursor }) => after === null || direction * compare(cursor, after) > 0)
    .sort((a, b) => direction * compare(a.cursor, b.cursor));
  const onPage = beyond.slice(0, size + 1).map((row) => ({ ...row }));
  return connectionOfRows(onPage, page, ordering, rows.length);
}

/** The window of a page. Throws BAD_CURSOR for a cursor of another ordering. */
export function windowOf({ size, backward, cursor }: Page, { fingerprint, kinds }: Ordering): Window {
  const after: readonly CursorValue[] | null =
    cursor === null ? null : decodeCursor(cursor, fingerprint, kinds);
  return { size, backward, after };
}
