import { type FileHandle, open } from 'node:fs/promises';
import { CsvFileError, show } from './csv-file-error';

/** A longer record is rejected, so that memory stays constant whatever a file holds. */
export const MAX_RECORD_BYTES = 1024 * 1024;
const WINDOW_BYTES = MAX_RECORD_BYTES + 256 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

const SIGNATURES: readonly (readonly [bytes: readonly number[], is: string])[] = [
  [[0xff, 0xfe], 'is UTF-16; save it as CSV in UTF-8'],
  [[0xfe, 0xff], 'is UTF-16; save it as CSV in UTF-8'],
  [[0x1f, 0x8b], 'is compressed with gzip; unpack it first (gunzip)'],
  [[0x50, 0x4b, 0x03, 0x04], 'is a ZIP archive or an Excel workbook; unpack it, or save it as CSV in UTF-8'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'is an Excel workbook; save it as CSV in UTF-8'],
];

/** A record as bytes of the reader's window; the offsets hold until the next batch is asked for. */
export interface RawRecord {
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
export class RecordReader {
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

/** Opens a file to read from. Throws CsvFileError. */
export async function openForReading(path: string): Promise<FileHandle> {
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
