import { basename } from 'node:path';
import { COMMAND_LINE } from '../../app/actor';
import { stampOf } from '../../app/account.service';
import { type ImportSetting, type RefusedRow, runImport } from '../../app/import-file';
import { AT_ONCE } from '../../app/batches';
import { overlapped } from '../../app/overlapped';
import { type Clock } from '../../app/ports/clock';
import { type UnitOfWork } from '../../app/ports/stores';
import { type CalendarDate } from '../../domain/calendar';
import { SqlImportStaging } from '../../persistence/import-staging';
import { ClockAsOf } from '../../server/clock';
import {
  type CsvColumn,
  type CsvEntry,
  type CsvFile,
  type CsvRejection,
  type CsvRow,
  openCsv,
} from '../csv-file';
import { type Progress, type ProgressOptions, startProgress } from '../progress';
import { openRejects, type RejectFile, type RejectSummary } from '../reject-file';
import { CommandError } from '../session';
import { reasonOf } from '../../server/describe-error';

/** Bytes of the file beyond which a batch gets no further rows, however few it has. */
const MANY_BYTES = 4 * 1024 * 1024;

/** The book that a file goes into. */
export interface ImportBook {
  readonly url: string;
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly baseCurrency: string;
}

export interface ImportOptions {
  readonly file: string;
  /** Field to column. */
  readonly map: ReadonlyMap<string, string>;
  /** The day that counts as today; null for today. */
  readonly asOf: CalendarDate | null;
  readonly dryRun: boolean;
  /** Aborted when the import is to stop after the running batch. */
  readonly signal?: AbortSignal;
}

/** What came of reading a file; what came of its rows stands beside it. */
export interface ImportReport<Counts> {
  readonly file: string;
  readonly asOf: CalendarDate;
  readonly dryRun: boolean;
  /** Rows that were read, rejected ones included. */
  readonly rows: number;
  readonly seconds: number;
  readonly ignoredColumns: readonly string[];
  readonly rejects: RejectSummary;
  /** Set when the import was asked to stop: what of the file is in. */
  readonly stopped: string | null;
  readonly counts: Counts;
}

/**
 * Opens a file for an import into the book, and does `work` with it: in transactions of its own, or as a rehearsal
 * that is taken back. Throws CsvFileError, and CommandError for a day in the future and for a failure on the way.
 */
export async function importFile<Counts>(
  book: ImportBook,
  options: ImportOptions,
  fields: readonly CsvColumn[],
  work: (file: ImportFile) => Promise<Counts>,
): Promise<ImportReport<Counts>> {
  const startedAt = performance.now();
  const { file, dryRun, map, signal } = options;
  const asOf = dayOf(options.asOf, book.clock);
  const csv = await openCsv(file, fields, map);
  // Only files that can be read at all take the rejects of an earlier run away.
  const rejects = await openRejects(file, csv.header);
  let staging: SqlImportStaging | null = null;
  try {
    const opened = (staging = await SqlImportStaging.open(book.url));
    const stamp = stampOf(COMMAND_LINE, new ClockAsOf(book.clock, asOf));
    const { baseCurrency } = book;
    const { counts, read } = await runImport(book.unitOfWork, stamp, dryRun, async (run) => {
      const setting = { run, staging: opened, actor: COMMAND_LINE, stamp, baseCurrency };
      const importing = new ImportFile(csv, rejects, setting, dryRun, signal);
      return { counts: await work(importing), read: importing };
    });
    return {
      file: basename(file),
      asOf,
      dryRun,
      rows: read.rows,
      seconds: (performance.now() - startedAt) / 1_000,
      ignoredColumns: csv.ignoredColumns,
      rejects: await rejects.close(),
      stopped: read.isStopped ? read.whatIsIn() : null,
      counts,
    };
  } finally {
    await csv.close();
    await rejects.close();
    await staging?.close();
  }
}

/** A file on its way into the book. */
export class ImportFile {
  rows = 0;
  /** The last line of the batches that are in without a gap, and of all that are in. */
  private lastLine = 0;
  private furthestLine = 0;
  /** What the steps so far have brought in; null where nothing is in yet. */
  private isIn: string | null = null;
  isStopped = false;

  constructor(
    readonly csv: CsvFile,
    private readonly rejects: RejectFile,
    readonly setting: ImportSetting,
    private readonly dryRun: boolean,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * Hands out the rows in batches; records that cannot be read are rejected here.
   *
   * @param takes whether a batch is in the book once the work is done, or merely read
   */
  async eachBatch(
    { label, size, takes }: { readonly label: string; readonly size: number; readonly takes: boolean },
    work: (rows: readonly CsvRow[], broken: readonly CsvRejection[]) => Promise<readonly CsvRejection[]>,
  ): Promise<void> {
    const { totalBytes } = this.csv;
    const share = (): number => this.csv.bytesRead() / totalBytes;
    await this.step({ label, unit: 'rows', ...(totalBytes > 0 ? { share } : {}) }, async (progress) => {
      const taken = overlapped(
        inBatches(this.csv, size),
        takes && !this.dryRun ? AT_ONCE : 1,
        async (entries) => {
          const broken = entries.flatMap((entry) => ('rejection' in entry ? entry.rejection : []));
          const rows = entries.flatMap((entry) => ('row' in entry ? entry.row : []));
          const lastLine = entries.reduce((line, entry) => Math.max(line, lineOf(entry)), 0);
          const rejects = [...broken, ...(await work(rows, broken))].sort((a, b) => a.line - b.line);
          if (takes) this.furthestLine = Math.max(this.furthestLine, lastLine);
          return { entries: entries.length, lastLine, rejects };
        },
        () => this.stops(),
      );
      for await (const { entries, lastLine, rejects } of taken) {
        await this.rejects.add(rejects);
        this.rows += entries;
        if (takes) this.isIn = `the rows up to line ${lastLine} are in`;
        this.lastLine = lastLine;
        progress.advance(entries);
      }
    });
  }

  /** Follows batches that need the file no more. */
  async eachFollowUp<Batch extends { readonly refused: readonly RefusedRow[] }>(
    progress: ProgressOptions,
    batches: AsyncIterable<Batch>,
    isIn: (batch: Batch) => { readonly units: number; readonly text: string },
  ): Promise<void> {
    if (this.stops()) return;
    await this.step(progress, async (bar) => {
      for await (const batch of batches) {
        await this.rejects.add(batch.refused.map(rejection));
        const { units, text } = isIn(batch);
        this.isIn = text;
        bar.advance(units);
        if (this.stops()) return;
      }
    });
  }

  /** What a person should know of an import that ends early. */
  whatIsIn(): string {
    if (this.dryRun) return 'nothing was written, since this was a dry run';
    return `${this.partIn()}; the same command can simply be run again`;
  }

  private partIn(): string {
    const beyond = this.furthestLine > this.lastLine ? this.furthestLine : null;
    if (beyond === null) return this.isIn ?? 'nothing was written yet';
    if (this.isIn === null) return `some of the rows up to line ${beyond} are in`;
    return `${this.isIn}, and some of those up to line ${beyond}`;
  }

  private async step(options: ProgressOptions, work: (progress: Progress) => Promise<void>): Promise<void> {
    const progress = startProgress(options);
    try {
      await work(progress);
    } catch (error) {
      throw new CommandError(`the import failed: ${reasonOf(error)}; ${this.whatIsIn()}`, {
        cause: error,
      });
    } finally {
      progress.finish();
    }
  }

  private stops(): boolean {
    if (this.signal?.aborted === true) this.isStopped = true;
    return this.isStopped;
  }
}

/** How a refused row goes into the reject file. */
export function rejection({ line, raw, error }: RefusedRow): CsvRejection {
  return { line, field: error.field.join('.'), reason: error.message, raw };
}

function dayOf(asOf: CalendarDate | null, clock: Clock): CalendarDate {
  const today = clock.today();
  if (asOf !== null && asOf > today) {
    throw new CommandError(`--as-of ${asOf} lies in the future; give a day up to today (${today})`);
  }
  return asOf ?? today;
}

async function* inBatches(csv: CsvFile, size: number): AsyncGenerator<CsvEntry[]> {
  let waiting: CsvEntry[] = [];
  let taken = 0;
  for await (const batch of csv.batches) {
    waiting = waiting.length === 0 ? batch : [...waiting, ...batch];
    if (waiting.length < size && csv.bytesRead() - taken < MANY_BYTES) continue;
    yield waiting;
    waiting = [];
    taken = csv.bytesRead();
  }
  if (waiting.length > 0) yield waiting;
}

function lineOf(entry: CsvEntry): number {
  return 'row' in entry ? entry.row.line : entry.rejection.line;
}
