import { stringify } from 'csv-stringify/sync';
import { type ExportRow } from '../persistence/reads/export.reads';

export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What an export holds: a value of each column in every row, or null. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<ExportRow> | Iterable<ExportRow>;
}

const BATCH_ROWS = 1_000;

/**
 * The text of a table, batch by batch; CSV begins with a header. Whatever ends the rows early ends the text by the
 * same error, so that nobody takes a part for the whole.
 */
export async function* tableText(
  { columns, rows }: Table,
  format: ExportFormat,
): AsyncGenerator<string, void, undefined> {
  const text = format === 'csv' ? csvText(columns) : jsonText(columns);
  let pending = format === 'csv' ? csvHeader(columns) : '';
  let batch: ExportRow[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH_ROWS) continue;
    yield pending + text(batch);
    pending = '';
    batch = [];
  }
  yield pending + text(batch);
}

type TextOf = (rows: readonly ExportRow[]) => string;

function csvHeader(columns: readonly string[]): string {
  return stringify([[...columns]]);
}

function csvText(columns: readonly string[]): TextOf {
  return (rows) =>
    stringify(
      rows.map((row) => columns.map((column) => row[column])),
      // A cell that begins like a formula would be run by a spreadsheet.
      { escape_formulas: true, cast: { boolean: String } },
    );
}

function jsonText(columns: readonly string[]): TextOf {
  return (rows) =>
    rows
      .map(
        (row) =>
          `${JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column] ?? null])))}\n`,
      )
      .join('');
}
