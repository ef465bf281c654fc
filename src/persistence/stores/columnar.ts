/** The columns of rows that are handed to a statement, with the types by which PostgreSQL reads them. */
export type Columns = Readonly<Record<string, string>>;

const JSON_COLUMN = 'jsonb';

/**
 * Where a statement reads such rows from: an array for each column, which PostgreSQL takes apart several times faster
 * than JSON of the same rows. A column of JSON is one JSON array: as an element of any other, each of its values would
 * have to be quoted once more.
 *
 * @param first the number of the first parameter; the others follow it
 */
export function rowsSource(columns: Columns, first = 1, ordinality = false): string {
  const all = Object.entries(columns).map(([name, type], index) => ({ name, type, at: `$${index + first}` }));
  const arrays = all.filter(({ type }) => type !== JSON_COLUMN);
  const documents = all.filter(({ type }) => type === JSON_COLUMN);
  const position = ordinality ? ['position'] : [];
  const functions = [
    ...(arrays.length > 0 ? [`unnest(${arrays.map(({ at, type }) => `${at}::${type}[]`).join(', ')})`] : []),
    ...documents.map(({ at }) => `jsonb_array_elements(${at}::jsonb)`),
  ];
  const names = [...[...arrays, ...documents].map(({ name }) => name), ...position].join(', ');
  const source = `ROWS FROM (${functions.join(', ')})${ordinality ? ' WITH ORDINALITY' : ''} AS r(${names})`;
  if (documents.length === 0) return source;
  // In an array of JSON, what is null is a value of JSON.
  const read = all.map(({ name, type }) =>
    type === JSON_COLUMN ? `nullif(${name}, 'null') AS ${name}` : name,
  );
  return `(SELECT ${[...read, ...position].join(', ')} FROM ${source}) AS r`;
}

/** The rows as the parameters of such a statement, in the order of the columns. What is left out of a row is null. */
export function rowsParameters(columns: Columns, rows: readonly object[]): string[] {
  return Object.entries(columns).map(([name, type]) => {
    const values = rows.map((row) => (row as Record<string, unknown>)[name] ?? null);
    return type === JSON_COLUMN ? JSON.stringify(values) : `{${values.map(element).join(',')}}`;
  });
}

function element(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError('a column takes text, numbers and flags; all else needs a jsonb column');
}

const SPECIAL = /["\\]/;
const EACH_SPECIAL = /["\\]/g;

function quoted(text: string): string {
  return SPECIAL.test(text) ? `"${text.replace(EACH_SPECIAL, '\\$&')}"` : `"${text}"`;
}
