import { type CursorValue, type Window } from '../../app/ports/reads';

/** A column, or an expression of columns, that a list is ordered by. */
export interface SortKey {
  readonly expression: string;
  /** The PostgreSQL type that a cursor's value is read back as. */
  readonly type: string;
  readonly descending: boolean;
}

export interface Keyset {
  /** Select this as `cursor`: the values that a cursor to the row is made of. */
  readonly cursor: string;
  readonly orderBy: string;
  /** Holds for the rows beyond the window's start; "true" where it has none. */
  readonly condition: string;
}

/**
 * Pages by the values of the last row that was seen, never by counting rows. Missing values come last in either
 * direction of the ordering; reading backward turns all of it around. The last key must be unique.
 *
 * @param bind adds a parameter to the statement and gives its placeholder
 */
export function keyset(
  keys: readonly SortKey[],
  { after, backward }: Window,
  bind: (value: CursorValue) => string,
): Keyset {
  const orderBy = keys.map(({ expression, descending }) => {
    const direction = descending === backward ? 'ASC' : 'DESC';
    return `${expression} ${direction} NULLS ${backward ? 'FIRST' : 'LAST'}`;
  });
  return {
    cursor: `jsonb_build_array(${keys.map(cursorValue).join(', ')})`,
    orderBy: orderBy.join(', '),
    condition: after === null ? 'true' : beyond(keys, after, backward, bind),
  };
}

// Numbers and moments travel as text, so that a cursor says exactly what the column says.
function cursorValue({ expression, type }: SortKey): string {
  return type === 'integer' ? expression : `(${expression})::text`;
}

function beyond(
  keys: readonly SortKey[],
  after: readonly CursorValue[],
  backward: boolean,
  bind: (value: CursorValue) => string,
): string {
  const same: string[] = [];
  const alternatives: string[] = [];
  keys.forEach(({ expression, type, descending }, index) => {
    const value = after[index] ?? null;
    const bound = value === null ? null : `${bind(value)}::${type}`;
    const operator = descending === backward ? '>' : '<';
    let further: string;
    if (bound === null) further = backward ? `${expression} IS NOT NULL` : 'false';
    else further = `${expression} ${operator} ${bound}${backward ? '' : ` OR ${expression} IS NULL`}`;
    alternatives.push([...same, `(${further})`].join(' AND '));
    same.push(bound === null ? `${expression} IS NULL` : `${expression} = ${bound}`);
  });
  return `(${alternatives.map((alternative) => `(${alternative})`).join(' OR ')})`;
}
