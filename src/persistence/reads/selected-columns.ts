/** What is selected for each field that a view can have. */
export type ColumnsByField = Readonly<Record<string, string>>;

/** A statement with a select list, by the fields that are asked for: made once for each list of fields. */
export function selecting(
  columns: ColumnsByField,
  always: readonly string[],
  text: (selectList: string) => string,
): (fields: readonly string[]) => string {
  const made = new WeakMap<readonly string[], string>();
  return (fields) => {
    let sql = made.get(fields);
    if (sql === undefined) {
      sql = text(selectedColumns(columns, always, fields));
      made.set(fields, sql);
    }
    return sql;
  };
}

/**
 * The select list of a view: the columns of the fields that are asked for and of those that are needed always; all of
 * them where nobody says what is asked for. The same fields give the same text in whatever order they come, so that
 * there are few statements to prepare.
 */
export function selectedColumns(
  columns: ColumnsByField,
  always: readonly string[],
  fields: readonly string[] | undefined,
): string {
  const wanted = fields === undefined ? null : new Set([...always, ...fields]);
  return Object.entries(columns)
    .filter(([field]) => wanted === null || wanted.has(field))
    .map(([field, expression]) => `${expression} AS "${field}"`)
    .join(', ');
}
