import { constants } from 'node:fs';
import { access, type FileHandle, open, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { type DomainError } from '../domain/errors';
import { type CsvRejection, type CsvRow } from './csv-file';

const OWN_COLUMNS = ['line', 'field', 'reason'];

export interface RejectSummary {
  /** Where the rejects are; null if there are none, or if no file could be written (the notes say so). */
  readonly path: string | null;
  readonly count: number;
  /** What the person who runs the import should know, a sentence each. */
  readonly notes: readonly string[];
}

/** The rejection of a row whose values the domain refused. */
export function rejectionOf(row: CsvRow, error: DomainError): CsvRejection {
  return { line: row.line, field: error.field.join('.'), reason: error.message, raw: row.raw };
}

/**
 * Prepares `<file>.rejects.csv` beside the imported file: one left by an earlier run is removed, a new one is made
 * at the first reject. If the folder cannot be written to, the working directory takes its place. A reject file that
 * cannot be written never stops the import: the summary says so.
 */
export async function openRejects(
  file: string,
  header: readonly string[],
  workingDirectory: string = process.cwd(),
): Promise<RejectFile> {
  const name = `${basename(file)}.rejects.csv`;
  const beside = resolve(dirname(file), name);
  const fallback = join(workingDirectory, name);
  const rejects = new RejectFile(beside === fallback ? [beside] : [beside, fallback], header);
  await rejects.removeOld();
  return rejects;
}

/** The rejected rows of one import: line, field, reason and the original cells, so that it can be mended and imported. */
export class RejectFile {
  private handle: FileHandle | null = null;
  private path: string | null = null;
  private count = 0;
  private hasFailed = false;
  private readonly notes: string[] = [];
  private readonly ownCells: number;

  constructor(
    private readonly places: readonly string[],
    private readonly header: readonly string[],
  ) {
    // A mended reject file that is imported again should not grow by three columns each time.
    this.ownCells = OWN_COLUMNS.every((column, index) => header[index] === column) ? OWN_COLUMNS.length : 0;
  }

  /** Removes what an earlier run left, also in the working directory if that run had to fall back to it. */
  async removeOld(): Promise<void> {
    const [beside = '', fallback] = this.places;
    const isWritable = await access(dirname(beside), constants.W_OK).then(
      () => true,
      () => false,
    );
    const places = isWritable || fallback === undefined ? [beside] : [fallback];
    for (const place of places) {
      await rm(place, { force: true }).catch(() => {
        this.notes.push(`${place} cannot be removed; it is not of this run.`);
      });
    }
  }

  /** Writes rejections, in the order given. */
  async add(rejections: readonly CsvRejection[]): Promise<void> {
    if (rejections.length === 0) return;
    const isFirst = this.count === 0;
    this.count += rejections.length;
    if (isFirst) await this.create();
    await this.write(
      rejections.map(({ line, field, reason, raw = [] }) => [
        String(line),
        field,
        reason,
        ...raw.slice(this.ownCells),
      ]),
    );
  }

  /** Closes the file. */
  async close(): Promise<RejectSummary> {
    await this.handle?.close();
    this.handle = null;
    return { path: this.path, count: this.count, notes: this.notes };
  }

  private async create(): Promise<void> {
    for (const place of this.places) {
      try {
        // Never through what someone else put there: a link would lead the rows of a customer book elsewhere.
        await rm(place, { force: true });
        this.handle = await open(place, 'wx');
        this.path = place;
        if (place !== this.places[0]) {
          this.notes.push(`The folder of the file cannot be written to; the rejected rows are in ${place}.`);
        }
        await this.write([[...OWN_COLUMNS, ...this.header.slice(this.ownCells)]]);
        return;
      } catch {
        continue;
      }
    }
    this.notes.push(`The rejected rows are not recorded: ${this.places.join(' and ')} cannot be written.`);
  }

  private async write(lines: readonly (readonly string[])[]): Promise<void> {
    if (this.handle === null || this.hasFailed) return;
    try {
      await this.handle.writeFile(stringify(lines as string[][], { escape_formulas: true }));
    } catch (error) {
      this.hasFailed = true;
      this.notes.push(`${this.path ?? ''} is incomplete: ${(error as Error).message}.`);
    }
  }
}
