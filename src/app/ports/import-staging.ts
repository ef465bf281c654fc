/** A row of a file that waits until the rows it belongs with have been read. */
export interface StagedRow<Data> {
  /** The account that it is about, by its external id. */
  readonly key: string;
  readonly line: number;
  /** Kept as JSON. */
  readonly data: Data;
}

/**
 * What one import has to remember of the rows it has read: outside the process, since a file may be of any size,
 * and outside the transactions of the book. All of it is gone when the import ends, however it ends.
 */
export interface ImportStaging {
  /** Notes which line names a key first. Gives the line that has each key, in order. */
  claim(keys: readonly { readonly key: string; readonly line: number }[]): Promise<number[]>;
  add(rows: readonly StagedRow<unknown>[]): Promise<void>;
  /** All rows of the keys that come after the given one: of `keys` keys, or fewer where they have many rows. */
  rowsAfter<Data>(key: string, keys: number): Promise<StagedRow<Data>[]>;
  remove(keys: readonly string[]): Promise<void>;
  countKeys(): Promise<number>;
}
