import { type AssignmentRow, PortfolioImport } from '../../app/portfolio-import';
import { checkExternalId } from '../../domain/account-field';
import { DomainError } from '../../domain/errors';
import { type CsvRow } from '../csv-file';
import { assignmentFromRow, PORTFOLIO_IMPORT_FIELDS } from '../import-fields';
import { attempt } from './import-accounts';
import { type ImportBook, importFile, type ImportOptions, type ImportReport, rejection } from './import-file';

const BATCH_ROWS = 4_000;
const BATCH_ACCOUNTS = 1_000;

export interface PortfolioCounts {
  readonly rows: { readonly assigned: number; readonly unchanged: number };
  readonly accounts: { readonly updated: number; readonly unchanged: number };
}

/**
 * Imports a file of portfolios: who looks after which account, since when, in any order. Running it again changes
 * nothing. Throws CsvFileError or CommandError.
 */
export function importPortfolios(
  book: ImportBook,
  options: ImportOptions,
): Promise<ImportReport<PortfolioCounts>> {
  return importFile(book, options, PORTFOLIO_IMPORT_FIELDS, async (file) => {
    const portfolios = new PortfolioImport(file.setting);
    await file.eachBatch({ label: 'read portfolios', size: BATCH_ROWS, takes: false }, async (rows) =>
      (await portfolios.read(rows.map(assignmentRow))).map(rejection),
    );
    const total = await file.setting.staging.countKeys();
    let done = 0;
    await file.eachFollowUp(
      { label: 'import portfolios', unit: 'accounts', total },
      portfolios.apply(BATCH_ACCOUNTS),
      ({ accounts }) => {
        done += accounts;
        return { units: accounts, text: `who looks after ${done} of ${total} accounts is in` };
      },
    );
    const { rows, accounts } = portfolios;
    return {
      rows: { assigned: rows.ASSIGNED, unchanged: rows.UNCHANGED },
      accounts: { updated: accounts.UPDATED, unchanged: accounts.UNCHANGED },
    };
  });
}

function assignmentRow(row: CsvRow): AssignmentRow {
  const account = attempt(() => checkExternalId(row.cells.account ?? ''));
  const content = attempt(() => assignmentFromRow(row));
  const isUnnamed = account instanceof DomainError;
  return { line: row.line, raw: row.raw, account: isUnnamed ? null : account, content };
}
