import { isAscii, isUtf8 } from 'node:buffer';
import { CsvError, parse } from 'csv-parse/sync';
import { type UsedColumn } from './csv-columns';
import { show } from './csv-file-error';
import { type RawRecord, type RecordReader } from './csv-records';

const LINE_TOO_LONG = 'the line is longer than 1 MB; is a line end missing?';
const RECORD_TOO_LONG =
  'the record that begins here is longer than 1 MB; is a quote opened in this line and never closed?';

/** How the records of a file are made. */
export interface Layout {
  readonly header: readonly string[];
  readonly delimiter: string;
  readonly used: readonly UsedColumn[];
}

/** Why a record is left out. */
export interface RecordProblem {
  readonly reason: string;
  /** Whether the lines after the first may be records of their own. */
  readonly resumes: boolean;
}

/** The cells of all records at once, which is what makes reading fast; null if one of them is malformed. */
export function readTogether(
  reader: RecordReader,
  records: readonly RawRecord[],
  delimiter: string,
): string[][] | null {
  const [first, last] = [records[0], records.at(-1)];
  if (!first || !last || records.some(({ broken }) => broken !== null)) return null;
  const bytes = reader.bytes(first.start, last.end);
  if (!isUtf8(bytes)) return null;
  if (!records.some(({ hasQuotes }) => hasQuotes)) {
    const encoding = isAscii(bytes) ? 'latin1' : 'utf8';
    return records.map((record) => reader.text(encoding, record).split(delimiter));
  }
  const cells = parseCells(bytes, delimiter);
  return cells instanceof CsvError || cells.length !== records.length ? null : cells;
}

/** The cells of one record, or what is wrong with it. */
export function readAlone(reader: RecordReader, record: RawRecord, layout: Layout): string[] | RecordProblem {
  if (record.broken === 'LINE_TOO_LONG') return { reason: LINE_TOO_LONG, resumes: false };
  const bytes = reader.bytes(record.start, record.end);
  if (!isUtf8(bytes)) {
    return { reason: `line ${record.line} is not UTF-8; save the file as UTF-8`, resumes: false };
  }
  const cells = parseCells(bytes, layout.delimiter);
  if (!(cells instanceof CsvError) && record.broken === null) return cells[0] ?? [];
  return { reason: quoteReason(reader, record, layout), resumes: record.broken === null };
}

/** What is wrong with the quotes of a record. Its first line says so best: what follows was never meant. */
function quoteReason(reader: RecordReader, record: RawRecord, layout: Layout): string {
  const end = record.secondLine > 0 ? record.secondLine - 1 : record.end;
  const error = parseCells(reader.bytes(record.start, end), layout.delimiter);
  const index: unknown = error instanceof CsvError ? error.column : undefined;
  const cell = typeof index === 'number' ? `cell ${index + 1}${columnName(layout.header[index])}` : 'a cell';
  if (error instanceof CsvError && error.code !== 'CSV_QUOTE_NOT_CLOSED') {
    return `a quote is out of place in ${cell}; put the whole cell in quotes and write a quote inside it twice`;
  }
  return record.broken === 'RECORD_TOO_LONG' ? RECORD_TOO_LONG : `the quote that opens ${cell} is not closed`;
}

function parseCells(bytes: Buffer, delimiter: string): string[][] | CsvError {
  try {
    return parse(bytes, {
      delimiter,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
    });
  } catch (error) {
    if (error instanceof CsvError) return error;
    throw error;
  }
}

function columnName(column: string | undefined): string {
  return column === undefined ? '' : ` (${show(column)})`;
}

/** Whether a record has another number of cells than the header; empty ones are no record at all. */
export function wrongCount(
  cells: readonly string[],
  expected: number,
  record: RawRecord,
): RecordProblem | null {
  if (cells.length === expected || cells.every((cell) => cell.trim() === '')) return null;
  const hint = record.secondLine > 0 ? ' (it runs over several lines; is a quote out of place?)' : '';
  return { reason: `the record has ${cells.length} cells, the header has ${expected}${hint}`, resumes: true };
}
