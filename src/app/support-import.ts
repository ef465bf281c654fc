import { type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { checkSupportFigures, saysTheSame, type SupportFigures } from '../domain/support-month';
import { authorise } from './actor';
import {
  type AccountFileRow,
  batchesOfRows,
  byKey,
  byLine,
  type ImportSetting,
  type RefusedRow,
  type StagedContent,
  stageRows,
} from './import-file';
import { lockAccounts } from './locked-account';
import { type StagedRow } from './ports/import-staging';
import { type StoredAccount, type Stores } from './ports/stores';
import { type StoredSupportMonth } from './ports/support';

/** What one row says of an account in a month; undefined where the file has no such column. */
export interface SupportRowContent {
  /** The first day of the month. */
  readonly month: CalendarDate;
  readonly figures: { readonly [F in keyof SupportFigures]: SupportFigures[F] | undefined };
}

export type SupportRow = AccountFileRow<SupportRowContent>;
type StagedMonth = StagedContent<SupportRowContent>;

type StagedFile = [account: string, rows: StagedRow<StagedMonth>[]];

const NOTHING: SupportFigures = { tickets: null, answeredInTime: null, adoptionPercent: null };

/**
 * The support figures of one file: a row for each account and month, in any order (spec sections 8 and 14). A column
 * that is left out leaves what is known, an empty cell makes it missing. Throws FORBIDDEN.
 */
export class SupportImport {
  readonly months = { CREATED: 0, UPDATED: 0, UNCHANGED: 0 };

  constructor(private readonly setting: ImportSetting) {
    authorise(setting.actor, 'IMPORT');
  }

  /** Reads a batch of rows; nothing is applied yet. Gives the rows that are left out. */
  read(rows: readonly SupportRow[]): Promise<RefusedRow[]> {
    return stageRows(this.setting, rows);
  }

  /** Applies what was read, a batch of accounts after the other. Yields each batch's refusals. */
  async *apply(batchSize: number): AsyncGenerator<{ accounts: number; refused: RefusedRow[] }> {
    const { run, staging } = this.setting;
    for await (const rows of batchesOfRows<StagedMonth>(staging, batchSize)) {
      const files = byKey(rows);
      const { created, updated, refused } = await run((stores) => this.applyFiles(stores, files));
      this.months.CREATED += created;
      this.months.UPDATED += updated;
      this.months.UNCHANGED += rows.length - created - updated - refused.length;
      yield { accounts: files.length, refused: refused.sort(byLine) };
    }
  }

  private async applyFiles(
    stores: Stores,
    files: readonly StagedFile[],
  ): Promise<{ created: number; updated: number; refused: RefusedRow[] }> {
    const { stamp } = this.setting;
    const accounts = await lockAccounts(
      stores,
      files.map(([externalId]) => ({ externalId })),
      // Which upgrades can still be mistakes does not matter here.
      stamp.today,
    );
    const known = accounts.filter((account): account is StoredAccount => !(account instanceof DomainError));
    const stored = new Map(
      (await stores.support.of(known.map(({ id }) => id))).map((month) => [keyOf(month), month]),
    );
    const refused: RefusedRow[] = [];
    const changed: StoredSupportMonth[] = [];
    let created = 0;
    files.forEach(([externalId, rows], index) => {
      const account = accounts[index];
      const lines = new Map<CalendarDate, number>();
      for (const { line, data } of rows) {
        try {
          if (account === undefined || account instanceof DomainError) throw unknownAccount(externalId);
          const { month, figures } = data.content;
          if (month > stamp.today) throw inTheFuture(month);
          const earlier = lines.get(month);
          if (earlier !== undefined) throw sameMonth(externalId, month, earlier);
          const before = stored.get(keyOf({ accountId: account.id, month }));
          const after = checkSupportFigures(overlay(before ?? NOTHING, figures));
          lines.set(month, line);
          if (saysTheSame(before ?? NOTHING, after)) continue;
          changed.push({ accountId: account.id, month, ...after });
          if (before === undefined) created += 1;
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          refused.push({ line, raw: data.raw, error });
        }
      }
    });
    await stores.support.save(changed, stamp);
    return { created, updated: changed.length - created, refused };
  }
}

function keyOf({ accountId, month }: Pick<StoredSupportMonth, 'accountId' | 'month'>): string {
  return `${accountId} ${month}`;
}

function overlay(before: SupportFigures, given: SupportRowContent['figures']): SupportFigures {
  const { tickets, answeredInTime, adoptionPercent } = given;
  return {
    tickets: tickets === undefined ? before.tickets : tickets,
    answeredInTime: answeredInTime === undefined ? before.answeredInTime : answeredInTime,
    adoptionPercent: adoptionPercent === undefined ? before.adoptionPercent : adoptionPercent,
  };
}

function unknownAccount(externalId: string): DomainError {
  return new DomainError(
    'NOT_FOUND',
    `there is no account "${externalId}"; import the accounts before their figures`,
    ['account'],
  );
}

function inTheFuture(month: CalendarDate): DomainError {
  return new DomainError('INVALID_VALUE', `month (${month.slice(0, 7)}) lies in the future`, ['month']);
}

function sameMonth(externalId: string, month: CalendarDate, line: number): DomainError {
  return new DomainError(
    'DUPLICATE_EXTERNAL_ID',
    `line ${line} tells the figures of "${externalId}" in ${month.slice(0, 7)} already; only that line counts`,
    ['month'],
  );
}
