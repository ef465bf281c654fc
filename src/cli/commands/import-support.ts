import { SupportImport, type SupportRow } from '../../app/support-import';
import { checkExternalId } from '../../domain/account-field';
import { DomainError } from '../../domain/errors';
import { type CsvRow } from '../csv-file';
import { SUPPORT_IMPORT_FIELDS, supportMonthFromRow } from '../import-fields';
import { attempt } from './import-accounts';
import { type ImportBook, importFile, type ImportOptions, type ImportReport, rejection } from './import-file';

const BATCH_ROWS = 4_000;
const BATCH_ACCOUNTS = 1_000;

export interface SupportCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

/**
 * Imports a file of support figures: tickets, those answered in time, and adoption, by account and month. Running it
 * again changes nothing. Throws CsvFileError or CommandError.
 */
export function importSupport(
  book: ImportBook,
  options: ImportOptions,
): Promise<ImportReport<SupportCounts>> {
  return importFile(book, options, SUPPORT_IMPORT_FIELDS, async (file) => {
    const support = new SupportImport(file.setting);
    await file.eachBatch({ label: 'read support figures', size: BATCH_ROWS, takes: false }, async (rows) =>
      (await support.read(rows.map(supportRow))).map(rejection),
    );
    const total = await file.setting.staging.countKeys();
    let done = 0;
    await file.eachFollowUp(
      { label: 'import support figures', unit: 'accounts', total },
      support.apply(BATCH_ACCOUNTS),
      ({ accounts }) => {
        done += accounts;
        return { units: accounts, text: `the figures of ${done} of ${total} accounts are in` };
      },
    );
    const { CREATED, UPDATED, UNCHANGED } = support.months;
    return { created: CREATED, updated: UPDATED, unchanged: UNCHANGED };
  });
}

function supportRow(row: CsvRow): SupportRow {
  const account = attempt(() => checkExternalId(row.cells.account ?? ''));
  const content = attempt(() => supportMonthFromRow(row));
  const isUnnamed = account instanceof DomainError;
  return { line: row.line, raw: row.raw, account: isUnnamed ? null : account, content };
}
