import { type AccountCounts } from './import-accounts';
import { type CsmCounts } from './import-csms';
import { type ImportReport } from './import-file';
import { type PortfolioCounts } from './import-portfolios';
import { type SubscriptionCounts } from './import-subscriptions';
import { type SupportCounts } from './import-support';

/** What a person reads after an import of accounts. */
export function summariseAccounts(report: ImportReport<AccountCounts>): string[] {
  const { created, updated, unchanged, withoutParent } = report.counts;
  const figures = `${grouped(created)} created, ${grouped(updated)} updated, ${grouped(unchanged)} unchanged`;
  const partly =
    withoutParent === 0
      ? ''
      : ` (${grouped(withoutParent)} of them only in their parent; the rest of the row is taken)`;
  return summary(report, 'accounts', [`${figures}, ${grouped(report.rejects.count)} rejected${partly}`]);
}

/** What a person reads after an import of subscriptions. */
export function summariseSubscriptions(report: ImportReport<SubscriptionCounts>): string[] {
  const { accounts, lines, keptMissing } = report.counts;
  const figures = `${grouped(lines.created)} created, ${grouped(lines.updated)} updated, ${grouped(lines.unchanged)} unchanged`;
  return summary(report, 'subscription lines', [
    `${figures}, ${grouped(report.rejects.count)} rejected`,
    `${counted(lines.removed, 'line')} removed, since the file no longer has ${lines.removed === 1 ? 'it' : 'them'}`,
    `${counted(accounts.updated, 'account')} updated, ${grouped(accounts.unchanged)} unchanged`,
    ...(keptMissing === null ? [] : [KEPT[keptMissing]]),
  ]);
}

/** What a person reads after an import of CSMs. */
export function summariseCsms(report: ImportReport<CsmCounts>): string[] {
  const { created, updated, unchanged } = report.counts;
  return summary(report, 'CSMs', [
    `${grouped(created)} created, ${grouped(updated)} updated, ${grouped(unchanged)} unchanged`,
    `${counted(report.rejects.count, 'row')} rejected`,
  ]);
}

/** What a person reads after an import of portfolios. */
export function summarisePortfolios(report: ImportReport<PortfolioCounts>): string[] {
  const { rows, accounts } = report.counts;
  return summary(report, 'portfolios', [
    `${grouped(rows.assigned)} assigned, ${grouped(rows.unchanged)} unchanged, ${grouped(report.rejects.count)} rejected`,
    `${counted(accounts.updated, 'account')} updated, ${grouped(accounts.unchanged)} unchanged`,
  ]);
}

/** What a person reads after an import of support figures. */
export function summariseSupport(report: ImportReport<SupportCounts>): string[] {
  const { created, updated, unchanged } = report.counts;
  return summary(report, 'support figures', [
    `${counted(created, 'month')} created, ${grouped(updated)} updated, ${grouped(unchanged)} unchanged`,
    `${counted(report.rejects.count, 'row')} rejected`,
  ]);
}

const KEPT: Record<NonNullable<SubscriptionCounts['keptMissing']>, string> = {
  UNREADABLE_LINES: 'no line was removed, since of some rejected lines not even the account can be told',
  REJECT_FILE: 'no line was removed, since a reject file holds only some of the lines of its accounts',
};

function summary(
  { file, asOf, dryRun, rows, seconds, ignoredColumns, rejects, stopped }: ImportReport<unknown>,
  what: string,
  figures: readonly string[],
): string[] {
  if (rows === 0 && stopped === null)
    return [`${file} has no rows below its header; there was nothing to import.`];
  const did = dryRun
    ? `Dry run, nothing was written. Importing ${what} from ${file} as of ${asOf} would give:`
    : `Imported ${what} from ${file} as of ${asOf}:`;
  const rate = grouped(rows / Math.max(seconds, 0.001));
  return [
    stopped === null ? did : `The import of ${what} from ${file} was stopped: ${stopped}.`,
    ...figures.filter((line) => !line.startsWith('0 lines removed')).map((line) => `  ${line}`),
    `  ${counted(rows, 'row')} in ${seconds.toFixed(1)} s, ${rate} rows/s`,
    ...(ignoredColumns.length === 0 ? [] : [`  columns that were ignored: ${ignoredColumns.join(', ')}`]),
    ...(rejects.path === null
      ? []
      : [`  the rejected rows are in ${rejects.path}: mend them there and import that file`]),
    ...rejects.notes.map((note) => `  ${note}`),
  ];
}

/** "1 account", "2,000 accounts" */
export function counted(count: number, unit: string): string {
  return `${grouped(count)} ${unit}${count === 1 ? '' : 's'}`;
}

export function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
