import { AccountImport, type AccountRow } from '../../app/account-import';
import { checkExternalId } from '../../domain/account-field';
import { DomainError } from '../../domain/errors';
import { type CsvRejection, type CsvRow } from '../csv-file';
import { ACCOUNT_IMPORT_FIELDS, accountFromRow } from '../import-fields';
import { rejectionOf } from '../reject-file';
import { type ImportBook, importFile, type ImportOptions, type ImportReport, rejection } from './import-file';

const BATCH_ROWS = 1_000;

export interface AccountCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Rows that were taken save for their parent; they are among the rejected ones too. */
  readonly withoutParent: number;
}

/**
 * Imports a file of accounts: what it says of each is laid over what is known. Running it again on the same day
 * changes nothing. Throws CsvFileError or CommandError.
 */
export function importAccounts(
  book: ImportBook,
  options: ImportOptions,
): Promise<ImportReport<AccountCounts>> {
  return importFile(book, options, ACCOUNT_IMPORT_FIELDS, async (file) => {
    const accounts = new AccountImport(file.setting);
    await file.eachBatch({ label: 'import accounts', size: BATCH_ROWS, takes: true }, async (rows) => {
      const unnamed: CsvRejection[] = [];
      const named = rows.flatMap((row) => {
        const externalId = attempt(() => checkExternalId(row.cells.externalId ?? ''));
        if (!(externalId instanceof DomainError)) return [accountRow(row, externalId)];
        unnamed.push(rejectionOf(row, externalId));
        return [];
      });
      return [...unnamed, ...(await accounts.take(named)).map(rejection)];
    });
    let withoutParent = 0;
    if (file.csv.columns.some(({ field }) => field === 'parentExternalId')) {
      const total = await file.setting.staging.countKeys();
      await file.eachFollowUp(
        { label: 'link parents', unit: 'accounts', total },
        accounts.linkParents(BATCH_ROWS),
        ({ rows, refused }) => {
          withoutParent += refused.length;
          return { units: rows, text: 'all rows are in, but not yet all of their parents' };
        },
      );
    }
    const { CREATED: created, UPDATED: updated, UNCHANGED: unchanged } = accounts.counts;
    return { created, updated, unchanged, withoutParent };
  });
}

function accountRow(row: CsvRow, externalId: string): AccountRow {
  return { line: row.line, raw: row.raw, externalId, change: attempt(() => accountFromRow(row)) };
}

/** What the work gives, or the refusal it throws. */
export function attempt<T>(work: () => T): T | DomainError {
  try {
    return work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
