/** A value of a cursor: that of an ordering's column in one row. */
export type CursorValue = string | number | boolean | null;

/** Which rows of a list: up to `size`, from one end or strictly beyond a row. */
export interface Window {
  readonly size: number;
  readonly backward: boolean;
  readonly after: readonly CursorValue[] | null;
}

/** A row of a list, with what its cursor is made of. */
export interface Listed {
  readonly cursor: readonly CursorValue[];
}

/** How long the list of one owner is, such as an account; owners of an empty one are left out. */
export interface ListLength {
  readonly ownerId: string;
  readonly length: number;
}
