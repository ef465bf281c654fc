import { type CursorValue, type Window } from '../../app/ports/reads';

/** A column, or an expression of columns, that a list is ordered by. */
export interface SortKey {
  readonly expression: string;
  /** The PostgreSQL type that a cursor's value is read back as. */
  readonly type: string;
  readonly descending: boolean;
  /** Whether the value may be missing. A plain index only has the order of values that never are. */
  readonly nullable?: boolean;
  /** True where the index that has the order of the values begins with the highest one; missing values end any index. */
  readonly highestFirst?: boolean;
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
  const orderBy = keys.map(({ expression, descending, nullable = false, highestFirst = false }) => {
    const direction = descending === backward ? 'ASC' : 'DESC';
    if (nullable) return `${expression} ${direction} NULLS ${backward ? 'FIRST' : 'LAST'}`;
    // Nothing is missing here, but PostgreSQL goes by the words.
    const missing = highestFirst ? ` NULLS ${direction === 'DESC' ? 'LAST' : 'FIRST'}` : '';
    return `${expression} ${direction}${missing}`;
  });
  return {
    cursor: `jsonb_build_array(${keys.map(cursorValue).join(', ')})`,
    orderBy: orderBy.join(', '),
    condition: after === null ? 'true' : beyond(keys, after, backward, bind),
  };
}

/** A run of a list: all of it, the rows whose first key is known, or those in which it is missing. */
export interface Run {
  readonly of: 'ALL' | 'KNOWN' | 'MISSING';
  /** Within the run. */
  readonly window: Window;
}

/**
 * The runs that a page of a list lies in whose first key may be missing, in the order in which they are read until the
 * page is full. Each is a range of an index on the keys, which both of them together are not. Without such an index
 * they would be two scans in the place of one.
 */
export function runsOf(window: Window): readonly Run[] {
  const { after, backward } = window;
  const whole = { ...window, after: null };
  if (after === null) {
    const runs: readonly Run[] = [
      { of: 'KNOWN', window: whole },
      { of: 'MISSING', window: whole },
    ];
    return backward ? runs.toReversed() : runs;
  }
  if ((after[0] ?? null) !== null) {
    return [{ of: 'KNOWN', window }, ...(backward ? [] : [{ of: 'MISSING', window: whole } as const])];
  }
  const missing = { of: 'MISSING', window: { ...window, after: after.slice(1) } } as const;
  return [missing, ...(backward ? [{ of: 'KNOWN', window: whole } as const] : [])];
}

/** As keyset, of a run of the list. */
export function keysetOfRun(
  keys: readonly SortKey[],
  { of, window }: Run,
  bind: (value: CursorValue) => string,
): Keyset {
  const [first, ...others] = keys;
  if (of === 'ALL' || first === undefined) return keyset(keys, window, bind);
  const { cursor } = keyset(keys, { ...window, after: null }, bind);
  const { orderBy, condition } =
    of === 'KNOWN'
      ? keyset([{ ...first, nullable: false }, ...others], window, bind)
      : keyset(others, window, bind);
  return {
    cursor,
    orderBy,
    condition: `${first.expression} IS ${of === 'KNOWN' ? 'NOT ' : ''}NULL AND ${condition}`,
  };
}

// Numbers and moments travel as text, so that a cursor says exactly what the column says.
function cursorValue({ expression, type }: SortKey): string {
  return type === 'integer' ? expression : `(${expression})::text`;
}

interface Bound {
  readonly key: SortKey;
  /** The placeholder of the value that was seen; null where it was missing. */
  readonly value: string | null;
  readonly operator: '<' | '>';
}

function beyond(
  keys: readonly SortKey[],
  after: readonly CursorValue[],
  backward: boolean,
  bind: (value: CursorValue) => string,
): string {
  const bounds = keys.map((key, index): Bound => {
    const value = after[index] ?? null;
    return {
      key,
      value: value === null ? null : `${bind(value)}::${key.type}`,
      operator: key.descending === backward ? '>' : '<',
    };
  });
  return asRow(bounds) ?? asAlternatives(bounds, backward);
}

/** One comparison of rows, from whose place in an index the page is read on; null where the keys do not allow it. */
function asRow(bounds: readonly Bound[]): string | null {
  const operator = bounds[0]?.operator;
  if (bounds.some((bound) => isNullable(bound) || bound.operator !== operator)) return null;
  const row = (parts: readonly (string | null)[]): string => `(${parts.join(', ')})`;
  return `${row(bounds.map(({ key }) => key.expression))} ${operator} ${row(bounds.map(({ value }) => value))}`;
}

function asAlternatives(bounds: readonly Bound[], backward: boolean): string {
  const same: string[] = [];
  const alternatives: string[] = [];
  for (const bound of bounds) {
    const { key, value } = bound;
    alternatives.push([...same, `(${further(bound, backward)})`].join(' AND '));
    same.push(value === null ? `${key.expression} IS NULL` : `${key.expression} = ${value}`);
  }
  const condition = `(${alternatives.map((alternative) => `(${alternative})`).join(' OR ')})`;
  const [first] = bounds;
  // What follows from the alternatives, but finds the place in an index.
  return first === undefined || isNullable(first)
    ? condition
    : `(${first.key.expression} ${first.operator}= ${first.value} AND ${condition})`;
}

function further(bound: Bound, backward: boolean): string {
  const { key, value, operator } = bound;
  if (value === null) return backward ? `${key.expression} IS NOT NULL` : 'false';
  const orMissing = !backward && isNullable(bound) ? ` OR ${key.expression} IS NULL` : '';
  return `${key.expression} ${operator} ${value}${orMissing}`;
}

function isNullable({ key, value }: Bound): boolean {
  return key.nullable === true || value === null;
}
