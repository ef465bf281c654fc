/** The columns of rows that are handed to a statement, with the types by which PostgreSQL reads them. */
export type Columns = Readonly<Record<string, string>>;

/**
 * Where a statement reads such rows from: an array for each column, which PostgreSQL takes apart several times faster
 * than JSON of the same rows.
 *
 * @param first the number of the first parameter; the others follow it
 */
export function rowsSource(columns: Columns, first = 1, ordinality = false): string {
  const arrays = Object.values(columns).map((type, index) => `$${index + first}::${type}[]`);
  const names = [...Object.keys(columns), ...(ordinality ? ['position'] : [])];
  return `unnest(${arrays.join(', ')})${ordinality ? ' WITH ORDINALITY' : ''} AS r(${names.join(', ')})`;
}

/** The rows as the parameters of such a statement, in the order of the columns. What is left out of a row is null. */
export function rowsParameters(columns: Columns, rows: readonly object[]): string[] {
  return Object.entries(columns).map(([name, type]) => arrayOf(rows, name, type === 'jsonb'));
}

function arrayOf(rows: readonly object[], name: string, isJson: boolean): string {
  let text = '{';
  for (const row of rows) {
    if (text.length > 1) text += ',';
    text += element((row as Record<string, unknown>)[name], isJson);
  }
  return `${text}}`;
}

function element(value: unknown, isJson: boolean): string {
  if (value === null || value === undefined) return 'NULL';
  if (isJson) return quoted(JSON.stringify(value));
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError('a column takes text, numbers and flags; all else needs a jsonb column');
}

const SPECIAL = /["\\]/;
const EACH_SPECIAL = /["\\]/g;

function quoted(text: string): string {
  return SPECIAL.test(text) ? `"${text.replace(EACH_SPECIAL, '\\$&')}"` : `"${text}"`;
}
