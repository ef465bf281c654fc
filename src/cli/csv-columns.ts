import { CsvFileError, show } from './csv-file-error';

/** A field that an import knows; a required one must have a column. */
export interface CsvColumn {
  readonly field: string;
  readonly required: boolean;
}

/** A column of the file that feeds a field. */
export interface UsedColumn {
  readonly field: string;
  readonly column: string;
  readonly index: number;
}

const SHOWN_COLUMNS = 40;

/** Throws CsvFileError for a mapped field that does not exist. */
export function checkMapFields(fields: readonly CsvColumn[], map: ReadonlyMap<string, string>): void {
  const known = fields.map(({ field }) => field);
  const unknown = [...map.keys()].filter((field) => !known.includes(field));
  if (unknown.length > 0) {
    throw new CsvFileError(`--map: unknown field ${list(unknown)}; the fields are ${known.join(', ')}`);
  }
}

/**
 * Finds the column of every field that has one. Throws CsvFileError for a column that is missing or not the only one
 * of its name.
 */
export function mapColumns(
  name: string,
  header: readonly string[],
  fields: readonly CsvColumn[],
  map: ReadonlyMap<string, string>,
): UsedColumn[] {
  const columnsOfFile = `the file's columns are ${list(header)}`;
  const used = fields.flatMap(({ field }): UsedColumn[] => {
    const column = map.get(field) ?? field;
    const index = header.indexOf(column);
    if (index >= 0) return [{ field, column, index }];
    if (!map.has(field)) return [];
    throw new CsvFileError(`--map ${field}=${show(column)}: ${name} has no such column; ${columnsOfFile}`);
  });
  if (used.length === 0) {
    throw new CsvFileError(
      `the first line of ${name} names no field, so it may not be a header; use --map field=column (${columnsOfFile})`,
    );
  }
  const missing = fields.filter(
    ({ field, required }) => required && !used.some((column) => column.field === field),
  );
  if (missing.length > 0) {
    const names = missing.map(({ field }) => field);
    const options = names.map((field) => `--map ${field}=<column>`).join(' ');
    throw new CsvFileError(
      `${name} has no column for ${names.join(', ')}; use ${options} (${columnsOfFile})`,
    );
  }
  const twice = used.find(({ column, index }) => header.includes(column, index + 1));
  if (twice) {
    throw new CsvFileError(
      `${name} has more than one column ${show(twice.column)}; rename all but one of them`,
    );
  }
  return used;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_COLUMNS).map(show).join(', ');
  return names.length > SHOWN_COLUMNS ? `${shown} and ${names.length - SHOWN_COLUMNS} more` : shown;
}
