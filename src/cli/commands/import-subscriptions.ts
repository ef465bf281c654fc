import { type LineRow, SubscriptionImport } from '../../app/subscription-import';
import { checkField } from '../../domain/account-field';
import { DomainError } from '../../domain/errors';
import { type CsvRow } from '../csv-file';
import { SUBSCRIPTION_IMPORT_FIELDS, subscriptionLineFromRow } from '../import-fields';
import { attempt } from './import-accounts';
import { type ImportBook, importFile, type ImportOptions, type ImportReport, rejection } from './import-file';

const BATCH_ROWS = 4_000;
const BATCH_ACCOUNTS = 500;

/** The columns that a reject file begins with. */
const OF_REJECTS = ['line', 'field', 'reason'];

export interface SubscriptionCounts {
  readonly accounts: { readonly updated: number; readonly unchanged: number };
  readonly lines: {
    readonly created: number;
    readonly updated: number;
    readonly unchanged: number;
    /** Lines that were known and that the file no longer has. */
    readonly removed: number;
  };
  /** Whether lines that the file does not have were kept, because it may not hold all lines of its accounts. */
  readonly keptMissing: 'UNREADABLE_LINES' | 'REJECT_FILE' | null;
}

/**
 * Imports a file of subscription lines, which holds all lines of every account that it names, in any order.
 * Running it again on the same day changes nothing. Throws CsvFileError or CommandError.
 */
export function importSubscriptions(
  book: ImportBook,
  options: ImportOptions,
): Promise<ImportReport<SubscriptionCounts>> {
  return importFile(book, options, SUBSCRIPTION_IMPORT_FIELDS, async (file) => {
    // Mended rejects are only some of the lines of their accounts.
    const isRejectFile = OF_REJECTS.every((column, index) => file.csv.header[index] === column);
    const subscriptions = new SubscriptionImport(file.setting, !isRejectFile);
    await file.eachBatch(
      { label: 'read subscriptions', size: BATCH_ROWS, takes: false },
      async (rows, broken) => {
        if (broken.length > 0) subscriptions.missLine();
        return (await subscriptions.read(rows.map(lineRow))).map(rejection);
      },
    );
    const total = await file.setting.staging.countKeys();
    let done = 0;
    await file.eachFollowUp(
      { label: 'import subscriptions', unit: 'accounts', total },
      subscriptions.apply(BATCH_ACCOUNTS),
      ({ accounts }) => {
        done += accounts;
        return { units: accounts, text: `the lines of ${done} of ${total} accounts are in` };
      },
    );
    const { accounts, lines, keepsMissingLines } = subscriptions;
    return {
      accounts: { updated: accounts.UPDATED, unchanged: accounts.UNCHANGED },
      lines: {
        created: lines.added,
        updated: lines.amended,
        unchanged: lines.unchanged,
        removed: lines.removed,
      },
      keptMissing: isRejectFile ? 'REJECT_FILE' : keepsMissingLines ? 'UNREADABLE_LINES' : null,
    };
  });
}

function lineRow(row: CsvRow): LineRow {
  const account = attempt(() => checkField('parentExternalId', row.cells.account ?? ''));
  const read = attempt(() => subscriptionLineFromRow(row));
  const place = { line: row.line, raw: row.raw, account: account instanceof DomainError ? null : account };
  if (read instanceof DomainError) return { ...place, currency: null, content: read };
  const { start, end, arr, seats, product, plan, currency } = read;
  return { ...place, currency, content: { start, end, arr, seats, product, plan } };
}
