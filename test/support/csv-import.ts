import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AccountCounts, importAccounts } from '../../src/cli/commands/import-accounts';
import { type CsmCounts, importCsms } from '../../src/cli/commands/import-csms';
import { type ImportBook, type ImportOptions, type ImportReport } from '../../src/cli/commands/import-file';
import { importPortfolios, type PortfolioCounts } from '../../src/cli/commands/import-portfolios';
import { importSubscriptions, type SubscriptionCounts } from '../../src/cli/commands/import-subscriptions';
import { importSupport, type SupportCounts } from '../../src/cli/commands/import-support';
import { parseMap } from '../../src/cli/csv-file';
import { parseDate } from '../../src/domain/calendar';
import { TypeOrmUnitOfWork } from '../../src/persistence/unit-of-work';
import { fixedClock, type TestClock } from './clock';
import { createTestDatabase, type TestDatabase } from './database';

export interface ImportGiven {
  readonly map?: readonly string[];
  readonly asOf?: string;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** Every table that an import may write to. */
const TABLES = [
  'account',
  'scorecard',
  'tier_history',
  'pending_downgrade',
  'arr_movement',
  'fact_change',
  'subscription_line',
  'csm_employment',
  'pool',
  'pool_membership',
  'portfolio_assignment',
  'support_month',
];

/** A book of its own, and a folder with files to import into it. */
export class CsvImport {
  readonly folder = mkdtempSync(join(tmpdir(), 'tierbook-import-'));
  book: ImportBook;

  private constructor(
    readonly database: TestDatabase,
    readonly clock: TestClock,
  ) {
    const unitOfWork = new TypeOrmUnitOfWork(database.dataSource);
    this.book = { url: database.url, unitOfWork, clock, baseCurrency: 'USD' };
  }

  static async open(today = '2026-01-15'): Promise<CsvImport> {
    return new CsvImport(await createTestDatabase(), fixedClock(today));
  }

  async close(): Promise<void> {
    rmSync(this.folder, { recursive: true });
    await this.database.drop();
  }

  /** Writes a file of the lines. */
  file(lines: readonly string[] | Buffer, name = 'book.csv'): string {
    const path = join(this.folder, name);
    writeFileSync(path, Buffer.isBuffer(lines) ? lines : lines.map((line) => `${line}\n`).join(''));
    return path;
  }

  accounts(file: string, given: ImportGiven = {}): Promise<ImportReport<AccountCounts>> {
    return importAccounts(this.book, options(file, given));
  }

  subscriptions(file: string, given: ImportGiven = {}): Promise<ImportReport<SubscriptionCounts>> {
    return importSubscriptions(this.book, options(file, given));
  }

  csms(file: string, given: ImportGiven = {}): Promise<ImportReport<CsmCounts>> {
    return importCsms(this.book, options(file, given));
  }

  portfolios(file: string, given: ImportGiven = {}): Promise<ImportReport<PortfolioCounts>> {
    return importPortfolios(this.book, options(file, given));
  }

  support(file: string, given: ImportGiven = {}): Promise<ImportReport<SupportCounts>> {
    return importSupport(this.book, options(file, given));
  }

  /** The lines of the reject file below its header. */
  rejects(name = 'book.csv'): string[] {
    return readFileSync(join(this.folder, `${name}.rejects.csv`), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
  }

  /** How many rows each table has, and how often accounts were written. */
  async written(): Promise<Record<string, number>> {
    const counts = TABLES.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`);
    const [row] = await this.database.query<Record<string, number>>(
      `SELECT ${counts.join(', ')}, (SELECT coalesce(sum(version), 0)::int FROM account) AS versions,
         (SELECT coalesce(sum(version), 0)::int FROM csm) AS csm_versions`,
    );
    return row ?? {};
  }

  /** A column of every account, by external id. */
  async column(sql: string): Promise<Record<string, unknown>> {
    const rows = await this.database.query<{ id: string; value: unknown }>(
      `SELECT a.external_id AS id, ${sql} AS value FROM account a LEFT JOIN account parent ON parent.id = a.parent_id
       ORDER BY a.external_id`,
    );
    return Object.fromEntries(rows.map(({ id, value }) => [id, value]));
  }
}

function options(file: string, { map = [], asOf, dryRun = false, signal }: ImportGiven): ImportOptions {
  return {
    file,
    map: parseMap(map),
    asOf: asOf === undefined ? null : parseDate(asOf),
    dryRun,
    ...(signal ? { signal } : {}),
  };
}
