import { basename } from 'node:path';
import { type Layout, readAlone, readTogether, wrongCount } from './csv-cells';
import { checkMapFields, type CsvColumn, mapColumns, type UsedColumn } from './csv-columns';
import { CsvFileError, show } from './csv-file-error';
import { MAX_RECORD_BYTES, openForReading, type RawRecord, RecordReader } from './csv-records';

export { type CsvColumn, CsvFileError };

/** A cell that a spreadsheet would take for a formula is exported, and rejected, behind an apostrophe. */
const ESCAPED_FORMULA = /^'([=+\-@\t\r\uff1d\uff0b\uff0d\uff20])/;

/** One record: the cell text of every mapped field, and all cells as the file has them. */
export interface CsvRow {
  /** The line, as an editor counts, on which the record begins. */
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
  readonly raw: readonly string[];
}

/** A record that is left out; `field` is empty where the record as a whole is at fault. */
export interface CsvRejection {
  readonly line: number;
  readonly field: string;
  readonly reason: string;
  readonly raw?: readonly string[];
}

export type CsvEntry = { readonly row: CsvRow } | { readonly rejection: CsvRejection };

export interface CsvFile {
  /** Which column feeds which field. */
  readonly columns: readonly { readonly field: string; readonly column: string }[];
  readonly ignoredColumns: readonly string[];
  /** Every column of the file, trimmed. */
  readonly header: readonly string[];
  /** The records in the order of the file, up to 1,000 at a time. Iterate once; the file is closed at the end. */
  readonly batches: AsyncIterable<CsvEntry[]>;
  /** Bytes of the file that are behind the batches handed out so far. */
  bytesRead(): number;
  /** Bytes of the file; 0 for a pipe. */
  readonly totalBytes: number;
  /** Closes the file; needed only if the batches are never iterated. */
  close(): Promise<void>;
}

const BATCH_RECORDS = 1_000;
const DELIMITERS = [',', ';', '\t'] as const;

/**
 * Reads what `--map field=column` was given as. Whether the fields and columns exist is checked by openCsv.
 * Throws CsvFileError for another form and for a field that is given twice.
 */
export function parseMap(values: readonly string[]): Map<string, string> {
  const map = new Map<string, string>();
  for (const value of values) {
    const at = value.indexOf('=');
    const field = value.slice(0, Math.max(at, 0)).trim();
    const column = value.slice(at + 1).trim();
    if (field === '' || column === '') {
      throw new CsvFileError(
        `--map ${show(value)} is not of the form field=column, such as --map arr=arr_amount`,
      );
    }
    if (map.has(field)) {
      throw new CsvFileError(`--map names the field ${show(field)} twice; give each field one column`);
    }
    map.set(field, column);
  }
  return map;
}

/**
 * Opens a CSV file and maps its columns to `fields`: a column named like a field by itself, others through `map`
 * (field to column). The delimiter (comma, semicolon or tab) is told by the header. Memory stays constant whatever
 * the file holds: a record above 1 MB is rejected. After a record whose quotes do not match, reading goes on at the
 * line after the one where it begins, so that one stray quote costs one line.
 * Throws CsvFileError, also from the batches if the file can no longer be read.
 */
export async function openCsv(
  path: string,
  fields: readonly CsvColumn[],
  map: ReadonlyMap<string, string>,
): Promise<CsvFile> {
  const name = show(basename(path));
  checkMapFields(fields, map);
  const handle = await openForReading(path);
  try {
    const reader = new RecordReader(handle, name);
    await reader.begin();
    const { header, delimiter } = await readHeader(reader, name);
    const used = mapColumns(name, header, fields, map);
    const usedColumns = new Set(used.map(({ column }) => column));
    return {
      columns: used.map(({ field, column }) => ({ field, column })),
      ignoredColumns: header.filter((column) => !usedColumns.has(column)),
      header,
      batches: readBatches(reader, { header, delimiter, used }),
      bytesRead: () => reader.bytesRead(),
      totalBytes: (await handle.stat()).size,
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function* readBatches(reader: RecordReader, layout: Layout): AsyncGenerator<CsvEntry[]> {
  try {
    let entries: CsvEntry[] = [];
    let yieldedAt = reader.bytesRead();
    let limit = BATCH_RECORDS;
    for (;;) {
      const records = await reader.next(limit);
      const hasResumed = readEntries(reader, records, layout, entries);
      // What was read beyond a malformed record is read again; taking few at a time there keeps that cheap.
      limit = hasResumed ? 1 : Math.min(limit * 4, BATCH_RECORDS);
      const isFull = entries.length >= BATCH_RECORDS || reader.bytesRead() - yieldedAt > MAX_RECORD_BYTES;
      if (entries.length > 0 && (isFull || records.length === 0)) {
        yield entries;
        entries = [];
        yieldedAt = reader.bytesRead();
      }
      if (records.length === 0) return;
    }
  } finally {
    await reader.close();
  }
}

/** Appends what the records say; returns whether the reader went back, so that later records were left unread. */
function readEntries(
  reader: RecordReader,
  records: readonly RawRecord[],
  layout: Layout,
  entries: CsvEntry[],
): boolean {
  const together = readTogether(reader, records, layout.delimiter);
  for (const [index, record] of records.entries()) {
    const outcome = together?.[index] ?? readAlone(reader, record, layout);
    const problem = Array.isArray(outcome) ? wrongCount(outcome, layout.header.length, record) : outcome;
    if (problem !== null) {
      const raw = Array.isArray(outcome) ? { raw: outcome } : {};
      entries.push({ rejection: { line: record.line, field: '', reason: problem.reason, ...raw } });
      if (problem.resumes && record.secondLine > 0) {
        reader.resumeAtSecondLine(record);
        return true;
      }
    } else if (Array.isArray(outcome) && outcome.some((cell) => cell.trim() !== '')) {
      entries.push({ row: rowOf(record.line, outcome, layout.used) });
    }
  }
  return false;
}

function rowOf(line: number, raw: readonly string[], used: readonly UsedColumn[]): CsvRow {
  const cells: Record<string, string> = {};
  for (const { field, index } of used) cells[field] = (raw[index] ?? '').replace(ESCAPED_FORMULA, '$1');
  return { line, cells, raw };
}

async function readHeader(
  reader: RecordReader,
  name: string,
): Promise<{ readonly header: string[]; readonly delimiter: string }> {
  const [record] = await reader.next(1);
  if (!record) throw new CsvFileError(`${name} has no header; its first line must name the columns`);
  const text = reader.text('utf8', record);
  if (text.includes('\r') && record.secondLine === 0) {
    throw new CsvFileError(`${name} ends its lines with CR alone; save it with line ends LF or CRLF`);
  }
  const delimiter = detectDelimiter(text);
  const cells = readAlone(reader, record, { header: [], delimiter, used: [] });
  if (!Array.isArray(cells)) {
    throw new CsvFileError(`the header of ${name} cannot be read: ${cells.reason}`);
  }
  return { header: cells.map((cell) => cell.trim()), delimiter };
}

function detectDelimiter(header: string): string {
  const outsideQuotes = header.replace(/"[^"]*"/g, '');
  const count = (delimiter: string): number => outsideQuotes.split(delimiter).length;
  return DELIMITERS.reduce<string>((best, next) => (count(next) > count(best) ? next : best), ',');
}
