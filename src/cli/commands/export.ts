import { stringify } from 'csv-stringify/sync';
import { type AccountFilter } from '../../app/ports/account-filter';
import { type AnalyticReads, type BreakdownQuery } from '../../app/ports/analytics';
import { DomainError } from '../../domain/errors';
import { type Dimension } from '../../domain/segment';
import { SqlAnalyticReads } from '../../persistence/reads/analytic.reads';
import { type SqlReader } from '../../persistence/reads/database-reader';
import {
  type ExportRow,
  exportColumns,
  exportRows,
  type FlatExport,
} from '../../persistence/reads/export.reads';
import { ModelCatalog } from '../../persistence/reads/model-catalog';
import { SqlSegmentReads } from '../../persistence/reads/segment.reads';
import { type Book } from '../../server/book';
import { EXIT, type ExitCode, print, type Session } from '../session';
import { withBook } from '../with-book';

export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportArguments {
  readonly format: ExportFormat;
  /** The name of the segment whose members alone are meant. */
  readonly segment?: string | undefined;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<ExportRow> | Iterable<ExportRow>;
}

const BATCH_ROWS = 1_000;

/** `tierbook export accounts|movements|history`, of the whole book or of the members of a segment */
export async function runExport(
  session: Session,
  what: FlatExport,
  { format, segment }: ExportArguments,
): Promise<ExitCode> {
  await withBook(session, async (book) => {
    const where = await segmentFilter(book, segment);
    await writeTable(flatTable(what, book.reader, where), format, session.stdout);
  });
  return EXIT.DONE;
}

export function flatTable(what: FlatExport, reader: SqlReader, where: AccountFilter | null = null): Table {
  return { columns: exportColumns(what), rows: exportRows(what, reader, where) };
}

/** The filter that leaves the members of the segment with the name; null without a name. Throws NOT_FOUND. */
export async function segmentFilter(
  { reader, clock }: Pick<Book, 'reader' | 'clock'>,
  name: string | undefined,
): Promise<AccountFilter | null> {
  if (name === undefined) return null;
  const models = new ModelCatalog({ database: reader });
  const found = await new SqlSegmentReads(reader, models, clock).byName(name);
  if (found === null) throw new DomainError('NOT_FOUND', `there is no segment "${name}"`, ['segment']);
  return { segment: { criteria: found.criteria, model: await models.published(), today: clock.today() } };
}

const FIGURES = [
  'accounts',
  'accountShare',
  'arr',
  'arrShare',
  'averageArr',
  'medianArr',
  'averageHealth',
  'atRiskArr',
  'grr',
  'nrr',
  'logoRetention',
] as const;

/** The groups of a breakdown, with a column for each dimension. Throws INVALID_VALUE as the breakdown does. */
export async function breakdownTable(
  analytics: AnalyticReads,
  query: BreakdownQuery,
): Promise<Table & { readonly truncated: boolean }> {
  const { rows, truncated } = await analytics.breakdown({ ...query, withMedian: true, withRetention: true });
  return {
    columns: [...query.by.map(columnOf), ...FIGURES],
    rows: rows.map((row) => ({
      ...Object.fromEntries(row.keys.map(({ dimension, value }) => [columnOf(dimension), value])),
      ...Object.fromEntries(FIGURES.map((figure) => [figure, row[figure]])),
    })),
    truncated,
  };
}

/** "ARR_BAND" is the column "arrBand". */
function columnOf(dimension: Dimension): string {
  return dimension.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Writes a table, as fast as the stream takes it. A reader that goes away early (`| head`) ends it quietly. */
export async function writeTable(
  { columns, rows }: Table,
  format: ExportFormat,
  stream: NodeJS.WritableStream,
): Promise<void> {
  const text = format === 'csv' ? csvText(columns) : jsonText(columns);
  const sink = new Sink(stream);
  try {
    await sink.write(format === 'csv' ? text([Object.fromEntries(columns.map((name) => [name, name]))]) : '');
    let batch: ExportRow[] = [];
    for await (const row of rows) {
      batch.push(row);
      if (batch.length < BATCH_ROWS) continue;
      await sink.write(text(batch));
      batch = [];
      if (sink.isGone) return;
    }
    await sink.write(text(batch));
  } finally {
    sink.release();
  }
}

type TextOf = (rows: readonly ExportRow[]) => string;

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

/** A stream that may lose its reader. */
class Sink {
  isGone = false;
  private failure: Error | null = null;
  private wake: () => void = ignore;

  constructor(private readonly stream: NodeJS.WritableStream) {
    stream.on('error', this.onError);
  }

  async write(text: string): Promise<void> {
    if (this.isGone || text === '') return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      // Waiting for each write to be taken keeps memory constant, whatever the stream is.
      this.stream.write(text, () => {
        resolve();
      });
    });
    if (this.failure !== null) throw this.failure;
  }

  release(): void {
    // An error may still be on its way; with no listener it would end the process.
    if (!this.isGone) this.stream.off('error', this.onError);
  }

  private readonly onError = (error: NodeJS.ErrnoException): void => {
    this.isGone = true;
    if (error.code !== 'EPIPE') this.failure = error;
    this.wake();
  };
}

function ignore(): void {
  // Nobody waits.
}

export interface BreakdownArguments extends ExportArguments {
  readonly by: readonly Dimension[];
  readonly asOf?: BreakdownQuery['asOf'];
  readonly tierBasis?: BreakdownQuery['tierBasis'];
}

/** `tierbook export breakdown` */
export async function runExportBreakdown(
  session: Session,
  { format, segment, ...query }: BreakdownArguments,
): Promise<ExitCode> {
  await withBook(session, async (book) => {
    const { reader, clock } = book;
    const models = new ModelCatalog({ database: reader });
    const where = await segmentFilter(book, segment);
    const table = await breakdownTable(new SqlAnalyticReads(reader, models, clock), { ...query, where });
    await writeTable(table, format, session.stdout);
    if (table.truncated)
      print(session.stderr, ['there are more groups than could be exported; use fewer dimensions']);
  });
  return EXIT.DONE;
}
