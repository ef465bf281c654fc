import { DomainError } from '../domain/errors';
import { type Actor } from './actor';
import { type Stamp } from './ports/clock';
import { type ImportStaging, type StagedRow } from './ports/import-staging';
import { type Stores, type UnitOfWork } from './ports/stores';

/** Does one batch of an import in a transaction: its own, or the one of the whole rehearsal. */
export type RunBatch = <T>(work: (stores: Stores) => Promise<T>) => Promise<T>;

/** Gives `work` what runs its batches; in a dry run all of them are one transaction that is taken back. */
export function runImport<T>(
  unitOfWork: UnitOfWork,
  stamp: Stamp,
  dryRun: boolean,
  work: (run: RunBatch) => Promise<T>,
): Promise<T> {
  if (!dryRun) return work((batch) => unitOfWork.run(stamp, batch));
  return unitOfWork.rehearse(stamp, (stores) => work((batch) => batch(stores)));
}

export interface ImportSetting {
  readonly run: RunBatch;
  readonly staging: ImportStaging;
  readonly actor: Actor;
  /** Its day is the one that counts as today for the import. */
  readonly stamp: Stamp;
  readonly baseCurrency: string;
}

/** Where a row of a file stands, with its cells as they are there. */
export interface FileRow {
  readonly line: number;
  readonly raw: readonly string[];
}

/** A row that is left out, or a part of it. */
export interface RefusedRow extends FileRow {
  readonly error: DomainError;
}

/** A row that tells of an account. */
export interface AccountFileRow<Content> extends FileRow {
  /** The external id of the account; null where the row does not tell. */
  readonly account: string | null;
  /** What the row says, or why it cannot be read. */
  readonly content: Content | DomainError;
}

/** What is staged of such a row. */
export interface StagedContent<Content> extends Omit<FileRow, 'line'> {
  readonly content: Content;
}

/** Stages what can be read, by its account; nothing is applied yet. Gives the rows that are left out. */
export async function stageRows<Content>(
  { staging }: ImportSetting,
  rows: readonly AccountFileRow<Content>[],
): Promise<RefusedRow[]> {
  const refused: RefusedRow[] = [];
  const staged = rows.flatMap((row): StagedRow<StagedContent<Content>>[] => {
    const { line, raw, account, content } = row;
    if (!(content instanceof DomainError) && account !== null) {
      return [{ key: account, line, data: { raw, content } }];
    }
    const error = content instanceof DomainError ? content : noAccount();
    refused.push({ ...fileRow(row), error });
    return [];
  });
  await staging.add(staged);
  return refused;
}

/** All staged rows, those of one key together, in batches of about `batchSize` keys. */
export async function* batchesOfRows<Data>(
  staging: ImportStaging,
  batchSize: number,
): AsyncGenerator<StagedRow<Data>[]> {
  for (let after = ''; ;) {
    const rows = await staging.rowsAfter<Data>(after, batchSize);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.key;
    yield rows;
  }
}

/** The rows of each key, in the order of their first ones. */
export function byKey<Data>(rows: readonly StagedRow<Data>[]): [key: string, rows: StagedRow<Data>[]][] {
  const groups = new Map<string, StagedRow<Data>[]>();
  for (const row of rows) {
    const group = groups.get(row.key);
    if (group) group.push(row);
    else groups.set(row.key, [row]);
  }
  return [...groups];
}

/** Where the row stands, without anything else. */
export function fileRow({ line, raw }: FileRow): FileRow {
  return { line, raw };
}

/** The order of the file. */
export function byLine(a: FileRow, b: FileRow): number {
  return a.line - b.line;
}

function noAccount(): DomainError {
  return new DomainError('REQUIRED', 'account is empty; give a value', ['account']);
}
