import { type CalendarDate } from '../../domain/calendar';
import { CsvFileError, parseMap } from '../csv-file';
import { EXIT, type ExitCode, print, type Session } from '../session';
import { withBook } from '../with-book';
import { importAccounts } from './import-accounts';
import { importCsms } from './import-csms';
import { type ImportBook, type ImportOptions, type ImportReport } from './import-file';
import { importPortfolios } from './import-portfolios';
import { importSubscriptions } from './import-subscriptions';
import { importSupport } from './import-support';
import {
  summariseAccounts,
  summariseCsms,
  summarisePortfolios,
  summariseSubscriptions,
  summariseSupport,
} from './import-summary';

export interface ImportArguments {
  /** As they were given: field=column. */
  readonly map?: readonly string[];
  readonly asOf?: CalendarDate;
  readonly dryRun?: boolean;
}

/** `tierbook import accounts` */
export function runImportAccounts(
  session: Session,
  file: string | undefined,
  given: ImportArguments,
): Promise<ExitCode> {
  return runImport(session, file, given, importAccounts, summariseAccounts);
}

/** `tierbook import subscriptions` */
export function runImportSubscriptions(
  session: Session,
  file: string | undefined,
  given: ImportArguments,
): Promise<ExitCode> {
  return runImport(session, file, given, importSubscriptions, summariseSubscriptions);
}

/** `tierbook import csms` */
export function runImportCsms(
  session: Session,
  file: string | undefined,
  given: ImportArguments,
): Promise<ExitCode> {
  return runImport(session, file, given, importCsms, summariseCsms);
}

/** `tierbook import portfolios` */
export function runImportPortfolios(
  session: Session,
  file: string | undefined,
  given: ImportArguments,
): Promise<ExitCode> {
  return runImport(session, file, given, importPortfolios, summarisePortfolios);
}

/** `tierbook import support` */
export function runImportSupport(
  session: Session,
  file: string | undefined,
  given: ImportArguments,
): Promise<ExitCode> {
  return runImport(session, file, given, importSupport, summariseSupport);
}

async function runImport<Counts>(
  session: Session,
  file: string | undefined,
  given: ImportArguments,
  work: (book: ImportBook, options: ImportOptions) => Promise<ImportReport<Counts>>,
  summarise: (report: ImportReport<Counts>) => string[],
): Promise<ExitCode> {
  const { signal } = session;
  const { path, pairs } = fileOf(file, given.map ?? []);
  const map = parseMap(pairs);
  const options = { file: path, map, asOf: given.asOf ?? null, dryRun: given.dryRun ?? false, signal };
  const report = await withBook(session, (book, { baseCurrency }) => {
    return work({ ...book, baseCurrency }, options);
  });
  print(session.stdout, summarise(report));
  if (report.stopped !== null) return signal.reason === 'SIGTERM' ? EXIT.TERMINATED : EXIT.INTERRUPTED;
  return report.rejects.count > 0 ? EXIT.SOME_REJECTED : EXIT.DONE;
}

/** `--map a=b c=d FILE` reads like one list, so a last word without "=" there is the file. */
function fileOf(
  file: string | undefined,
  map: readonly string[],
): { path: string; pairs: readonly string[] } {
  if (file !== undefined) return { path: file, pairs: map };
  const words = map.filter((word) => !word.includes('='));
  const [path] = words;
  if (path === undefined || words.length > 1) {
    throw new CsvFileError('name the CSV file, such as: tierbook import accounts accounts.csv');
  }
  return { path, pairs: map.filter((word) => word !== path) };
}
