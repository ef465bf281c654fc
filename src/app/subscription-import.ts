import { DomainError } from '../domain/errors';
import { type SubscriptionLine } from '../domain/subscription';
import { currencyError } from './account-changes';
import { authorise } from './actor';
import {
  type AccountFileRow,
  batchesOfRows,
  byKey,
  byLine,
  type FileRow,
  fileRow,
  type ImportSetting,
  type RefusedRow,
  type StagedContent,
} from './import-file';
import { type StagedRow } from './ports/import-staging';
import { importLines } from './subscription.service';

export interface LineRow extends AccountFileRow<SubscriptionLine> {
  readonly currency: string | null;
}

/** Null for a line that is left out. */
type StagedLine = StagedContent<SubscriptionLine | null>;

/** The subscription lines of one file: first all of them are read, then applied account by account (section 14). */
export class SubscriptionImport {
  readonly accounts = { UPDATED: 0, UNCHANGED: 0 };
  readonly lines = { added: 0, amended: 0, unchanged: 0, removed: 0 };

  /**
   * @param completeAccounts whether the file holds all lines of every account it names; otherwise nothing that
   * is known is removed because the file does not have it
   */
  constructor(
    private readonly setting: ImportSetting,
    private completeAccounts: boolean,
  ) {
    authorise(setting.actor, 'IMPORT');
  }

  /** Whether lines that the file does not have are kept, for every account. */
  get keepsMissingLines(): boolean {
    return !this.completeAccounts;
  }

  /** Says that the file has a line of which not even the account can be told. */
  missLine(): void {
    this.completeAccounts = false;
  }

  /** Reads a batch of rows; nothing is applied yet. Gives the rows that are left out. */
  async read(rows: readonly LineRow[]): Promise<RefusedRow[]> {
    const refused: RefusedRow[] = [];
    const staged: StagedRow<StagedLine>[] = [];
    for (const row of rows) {
      const content = this.check(row);
      if (content instanceof DomainError) refused.push({ ...fileRow(row), error: content });
      if (row.account === null) this.missLine();
      else {
        const data = content instanceof DomainError ? { content: null, raw: [] } : { content, raw: row.raw };
        staged.push({ key: row.account, line: row.line, data });
      }
    }
    await this.setting.staging.add(staged);
    return refused;
  }

  /** Applies what was read, a batch of accounts after the other. Yields each batch's refusals. */
  async *apply(batchSize: number): AsyncGenerator<{ accounts: number; refused: RefusedRow[] }> {
    const { run, staging, actor, stamp } = this.setting;
    for await (const rows of batchesOfRows<StagedLine>(staging, batchSize)) {
      const files = byKey(rows).map(([externalId, some]) => accountOf(externalId, some));
      const batch = files
        .filter(({ lines }) => lines.length > 0)
        .map((file) => ({ ...file, incomplete: file.incomplete || this.keepsMissingLines }));
      const results =
        batch.length === 0 ? [] : await run((stores) => importLines(actor, stores, batch, stamp));
      const refused = results.flatMap(({ outcome, error, lines: counts }, index) => {
        const { rows: taken = [], lines = [] } = batch[index] ?? {};
        if (outcome === 'REFUSED') {
          return error === null ? [] : taken.map((row) => ({ ...row, error }));
        }
        this.accounts[outcome] += 1;
        this.lines.added += counts.added;
        this.lines.amended += counts.amended;
        this.lines.unchanged += lines.length - counts.added - counts.amended;
        this.lines.removed += counts.removed;
        return [];
      });
      yield { accounts: files.length, refused: refused.sort(byLine) };
    }
  }

  private check({ currency, content }: LineRow): SubscriptionLine | DomainError {
    const { baseCurrency } = this.setting;
    if (content instanceof DomainError || currency === null || currency === baseCurrency) return content;
    return currencyError(currency, baseCurrency);
  }
}

function accountOf(
  externalId: string,
  rows: readonly StagedRow<StagedLine>[],
): { externalId: string; lines: SubscriptionLine[]; rows: FileRow[]; incomplete: boolean } {
  return {
    externalId,
    lines: rows.flatMap(({ data }) => data.content ?? []),
    rows: rows.flatMap(({ line, data }) => (data.content === null ? [] : [{ line, raw: data.raw }])),
    incomplete: rows.some(({ data }) => data.content === null),
  };
}
