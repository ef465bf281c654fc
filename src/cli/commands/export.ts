import 'reflect-metadata';
import { COMMAND_LINE } from '../../app/actor';
import { type AccountFilter, type SegmentScope } from '../../app/ports/account-filter';
import { DomainError } from '../../domain/errors';
import { createSchema } from '../../graphql/schema';
import { SqlAnalyticReads } from '../../persistence/reads/analytic.reads';
import { ModelCatalog } from '../../persistence/reads/model-catalog';
import { SqlSegmentReads } from '../../persistence/reads/segment.reads';
import { type Book } from '../../server/book';
import { type ExportName, type ExportQuery, ExportTables } from '../../server/export-tables';
import { type ExportFormat, type Table, tableText } from '../../server/export-text';
import { EXIT, type ExitCode, type Session } from '../session';
import { withBook } from '../with-book';

export interface ExportArguments extends Omit<ExportQuery, 'where'> {
  readonly format: ExportFormat;
  /** A filter of accounts as JSON, as the API takes it. */
  readonly where?: string | undefined;
  /** The name of the segment whose members alone are meant. */
  readonly segment?: string | undefined;
}

export type ExportedBook = Pick<Book, 'reader' | 'url' | 'clock'>;

/** `tierbook export accounts|breakdown|movements|history` */
export async function runExport(
  session: Session,
  what: ExportName,
  { format, ...given }: ExportArguments,
): Promise<ExitCode> {
  await withBook(session, async (book) => {
    await writeTable(await exportTable(book, what, given), format, session.stdout);
  });
  return EXIT.DONE;
}

/** The same table as the API's export. Throws as it does, and NOT_FOUND for a segment that there is not. */
export async function exportTable(
  { reader, clock }: ExportedBook,
  what: ExportName,
  { where, segment, ...query }: Omit<ExportArguments, 'format'> = {},
): Promise<Table> {
  const models = new ModelCatalog({ database: reader });
  const segments = new SqlSegmentReads(reader, models, clock);
  const analytics = new SqlAnalyticReads(reader, models, clock);
  const tables = new ExportTables({
    reader,
    reads: { analytics, models, segments },
    clock,
    schema: createSchema,
  });
  let filter = where === undefined ? null : ((await tables.query(what, { where })).where ?? null);
  if (segment !== undefined) {
    const found = await segments.byName(segment);
    if (found === null) throw new DomainError('NOT_FOUND', `there is no segment "${segment}"`, ['segment']);
    const { criteria } = found;
    filter = within({ criteria, model: await models.published(), today: clock.today() }, filter ?? {});
  }
  return tables.table(COMMAND_LINE, what, { ...query, where: filter });
}

/** The filter, of the members of the segment alone. */
function within(segment: SegmentScope, filter: AccountFilter): AccountFilter {
  const { and, segment: other } = filter;
  return other ? { ...filter, segment, and: [...(and ?? []), { segment: other }] } : { ...filter, segment };
}

/** Writes a table, as fast as the stream takes it. A reader that goes away early (`| head`) ends it quietly. */
export async function writeTable(
  table: Table,
  format: ExportFormat,
  stream: NodeJS.WritableStream,
): Promise<void> {
  const sink = new Sink(stream);
  try {
    for await (const text of tableText(table, format)) {
      await sink.write(text);
      if (sink.isGone) return;
    }
  } finally {
    sink.release();
  }
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
