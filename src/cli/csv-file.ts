import { isAscii, isUtf8 } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';

/** A field that an import knows; a required one must have a column. */
export interface CsvColumn {
  readonly field: string;
  readonly required: boolean;
}

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

/** What is wrong with the file as a whole, or with the mapping of its columns, in one line that says what to do. */
export class CsvFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CsvFileError';
  }
}

const MAX_RECORD_BYTES = 1024 * 1024;
const WINDOW_BYTES = MAX_RECORD_BYTES + 256 * 1024;
const BATCH_RECORDS = 1_000;
const SHOWN_COLUMNS = 40;

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const DELIMITERS = [',', ';', '\t'] as const;

const LINE_TOO_LONG = 'the line is longer than 1 MB; is a line end missing?';
const RECORD_TOO_LONG =
  'the record that begins here is longer than 1 MB; is a quote opened in this line and never closed?';

const SIGNATURES: readonly (readonly [bytes: readonly number[], is: string])[] = [
  [[0xff, 0xfe], 'is UTF-16; save it as CSV in UTF-8'],
  [[0xfe, 0xff], 'is UTF-16; save it as CSV in UTF-8'],
  [[0x1f, 0x8b], 'is compressed with gzip; unpack it first (gunzip)'],
  [[0x50, 0x4b, 0x03, 0x04], 'is a ZIP archive or an Excel workbook; unpack it, or save it as CSV in UTF-8'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'is an Excel workbook; save it as CSV in UTF-8'],
];

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

interface UsedColumn {
  readonly field: string;
  readonly column: string;
  readonly index: number;
}

interface Layout {
  readonly header: readonly string[];
  readonly delimiter: string;
  readonly used: readonly UsedColumn[];
}

/** A record as bytes of the reader's window; the offsets hold until the next batch is asked for. */
interface RawRecord {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly hasQuotes: boolean;
  /** Where its second line begins; 0 for a record of one line. */
  readonly secondLine: number;
  /** What is wrong with it, if the reader has seen that already; then `end` is that of its first line. */
  readonly broken: 'LINE_TOO_LONG' | 'RECORD_TOO_LONG' | 'QUOTE_OPEN' | null;
}

interface Extent {
  /** Where its last line ends, or the window does. */
  readonly end: number;
  readonly quotes: number;
  readonly lineEnds: number;
  readonly secondLine: number;
  /** Whether a line end closes it. */
  readonly isComplete: boolean;
}

/**
 * Cuts a file into records over one window of bytes. It knows only quotes and line ends: a record ends at the
 * first line end with an even number of quotes before it. That holds for every well-formed record, and makes
 * the others no longer than they need to be for csv-parse to refuse them.
 */
class RecordReader {
  private readonly window = Buffer.allocUnsafe(WINDOW_BYTES);
  private windowOffset = 0;
  private start = 0;
  private end = 0;
  private line = 1;
  private atEnd = false;
  private skipsLine = false;

  constructor(
    private readonly handle: FileHandle,
    private readonly name: string,
  ) {}

  bytesRead(): number {
    return this.windowOffset + this.start;
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  /** Reads the first bytes and refuses what cannot be a CSV file in UTF-8. */
  async begin(): Promise<void> {
    await this.fill();
    const head = this.window.subarray(0, this.end);
    const signature = SIGNATURES.find(([bytes]) => bytes.every((byte, index) => head[index] === byte));
    if (signature) throw new CsvFileError(`${this.name} ${signature[1]}`);
    if (head.includes(0)) {
      throw new CsvFileError(
        `${this.name} is binary or not UTF-8 (it holds NUL bytes); save it as CSV in UTF-8`,
      );
    }
    if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) this.start = 3;
    if (this.start === this.end) {
      throw new CsvFileError(`${this.name} is empty; its first line must name the columns`);
    }
  }

  /** The next records, at least one and at most `limit`; none at the end of the file. */
  async next(limit: number): Promise<RawRecord[]> {
    for (;;) {
      if (this.skipsLine) this.skipToLineEnd();
      const records = this.scan(limit);
      if (records.length > 0 || this.atEnd) return records;
      await this.fill();
    }
  }

  /** Goes back to the second line of a record of the last batch that proved malformed. */
  resumeAtSecondLine(record: RawRecord): void {
    this.start = record.secondLine;
    this.line = record.line + 1;
    this.skipsLine = false;
  }

  bytes(start: number, end: number): Buffer {
    return this.window.subarray(start, end);
  }

  text(encoding: 'latin1' | 'utf8', record: RawRecord): string {
    return this.window.toString(encoding, record.start, record.end);
  }

  private async fill(): Promise<void> {
    this.window.copyWithin(0, this.start, this.end);
    this.windowOffset += this.start;
    this.end -= this.start;
    this.start = 0;
    try {
      const { bytesRead } = await this.handle.read(this.window, this.end, WINDOW_BYTES - this.end, null);
      this.end += bytesRead;
      this.atEnd = bytesRead === 0;
    } catch (error) {
      throw unreadable(this.name, error);
    }
  }

  private skipToLineEnd(): void {
    const lineEnd = this.window.subarray(this.start, this.end).indexOf(LF);
    this.skipsLine = lineEnd < 0;
    this.start = lineEnd < 0 ? this.end : this.start + lineEnd + 1;
    if (lineEnd >= 0) this.line++;
  }

  private scan(limit: number): RawRecord[] {
    const records: RawRecord[] = [];
    while (records.length < limit && this.start < this.end) {
      const extent = this.measure();
      const isTooLong = extent.end - this.start > MAX_RECORD_BYTES;
      if (!extent.isComplete && !this.atEnd && !isTooLong) break;
      if (isTooLong || extent.quotes % 2 === 1) {
        records.push(this.takeBroken(extent, isTooLong));
        if (this.skipsLine) break;
      } else {
        const record = this.take(extent);
        if (record.end > record.start) records.push(record);
      }
    }
    return records;
  }

  /** How far the record at `start` goes, or would go, in what the window holds. */
  private measure(): Extent {
    const { window, end } = this;
    let quotes = 0;
    let lineEnds = 0;
    let secondLine = 0;
    for (let at = this.start; at < end; at++) {
      const byte = window[at];
      if (byte === QUOTE) quotes++;
      else if (byte === LF) {
        lineEnds++;
        if (secondLine === 0) secondLine = at + 1;
        if (quotes % 2 === 0) return { end: at, quotes, lineEnds, secondLine, isComplete: true };
      }
    }
    return { end, quotes, lineEnds, secondLine, isComplete: false };
  }

  private take({ end, quotes, lineEnds, secondLine, isComplete }: Extent): RawRecord {
    const { start, line } = this;
    this.start = isComplete ? end + 1 : end;
    this.line += lineEnds;
    return {
      start,
      end: end > start && this.window[end - 1] === CR ? end - 1 : end,
      line,
      hasQuotes: quotes > 0,
      secondLine: secondLine > end ? 0 : secondLine,
      broken: null,
    };
  }

  /** Takes the first line alone; the lines after it may well be records of their own. */
  private takeBroken({ end, secondLine }: Extent, isTooLong: boolean): RawRecord {
    const { start, line } = this;
    const lineEnd = secondLine === 0 ? end : secondLine - 1;
    const broken = isTooLong ? 'RECORD_TOO_LONG' : 'QUOTE_OPEN';
    this.start = secondLine === 0 ? end : secondLine;
    this.line += secondLine === 0 ? 0 : 1;
    this.skipsLine = secondLine === 0;
    return {
      start,
      end: lineEnd,
      line,
      hasQuotes: true,
      secondLine,
      broken: lineEnd - start > MAX_RECORD_BYTES ? 'LINE_TOO_LONG' : broken,
    };
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

interface RecordProblem {
  readonly reason: string;
  /** Whether the lines after the first may be records of their own. */
  readonly resumes: boolean;
}

/** The cells of all records at once, which is what makes reading fast; null if one of them is malformed. */
function readTogether(
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

function readAlone(reader: RecordReader, record: RawRecord, layout: Layout): string[] | RecordProblem {
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

function wrongCount(cells: readonly string[], expected: number, record: RawRecord): RecordProblem | null {
  if (cells.length === expected || cells.every((cell) => cell.trim() === '')) return null;
  const hint = record.secondLine > 0 ? ' (it runs over several lines; is a quote out of place?)' : '';
  return { reason: `the record has ${cells.length} cells, the header has ${expected}${hint}`, resumes: true };
}

function rowOf(line: number, raw: readonly string[], used: readonly UsedColumn[]): CsvRow {
  const cells: Record<string, string> = {};
  for (const { field, index } of used) cells[field] = raw[index] ?? '';
  return { line, cells, raw };
}

async function openForReading(path: string): Promise<FileHandle> {
  const name = show(path);
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    throw unreadable(name, error);
  }
  if ((await handle.stat()).isDirectory()) {
    await handle.close();
    throw new CsvFileError(`${name} is a directory; name a CSV file`);
  }
  return handle;
}

function unreadable(name: string, error: unknown): CsvFileError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new CsvFileError(`${name} does not exist; check the path of the file`);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new CsvFileError(`${name} may not be read by this user; change its permissions`);
  }
  return new CsvFileError(`${name} cannot be read (${code ?? String(error)})`);
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

function checkMapFields(fields: readonly CsvColumn[], map: ReadonlyMap<string, string>): void {
  const known = fields.map(({ field }) => field);
  const unknown = [...map.keys()].filter((field) => !known.includes(field));
  if (unknown.length > 0) {
    throw new CsvFileError(`--map: unknown field ${list(unknown)}; the fields are ${known.join(', ')}`);
  }
}

function mapColumns(
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

// Names come from the file: they must neither break the one line of a message nor steer the terminal.
function show(text: string): string {
  const readable = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ');
  return `"${readable.length > 80 ? `${readable.slice(0, 80)}...` : readable}"`;
}
