import { type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { isSameOwner, type Owner } from '../domain/portfolio';
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
import { lockPlacedAccounts } from './locked-account';
import { saveAssignments, staffOf, Timeline } from './portfolio-changes';
import { type StagedRow } from './ports/import-staging';
import { type AssignmentWrite } from './ports/portfolio';
import { type StoredAccount, type Stores } from './ports/stores';
import { publishedModel } from './published-model';

/** What one row says of who looks after an account. */
export interface AssignmentRowContent {
  readonly owner: Owner;
  /** Undefined where the file has no such column. */
  readonly executiveSponsor: string | null | undefined;
  /** Null for the day of the import. */
  readonly from: CalendarDate | null;
}

export type AssignmentRow = AccountFileRow<AssignmentRowContent>;
type StagedAssignment = StagedContent<AssignmentRowContent>;

type StagedFile = [account: string, rows: StagedRow<StagedAssignment>[]];

/**
 * The portfolios of one file, their history included (spec section 14). Rows of one account come in any order and
 * follow one another by their first day. A file is a person's word: rows that break the rules of section 7 today are
 * left out; those that are over by now only need a CSM who worked here. Throws FORBIDDEN.
 */
export class PortfolioImport {
  readonly rows = { ASSIGNED: 0, UNCHANGED: 0 };
  readonly accounts = { UPDATED: 0, UNCHANGED: 0 };

  constructor(private readonly setting: ImportSetting) {
    authorise(setting.actor, 'IMPORT');
  }

  /** Reads a batch of rows; nothing is applied yet. Gives the rows that are left out. */
  read(rows: readonly AssignmentRow[]): Promise<RefusedRow[]> {
    return stageRows(this.setting, rows);
  }

  /** Applies what was read, a batch of accounts after the other. Yields each batch's refusals. */
  async *apply(batchSize: number): AsyncGenerator<{ accounts: number; refused: RefusedRow[] }> {
    const { run, staging } = this.setting;
    for await (const rows of batchesOfRows<StagedAssignment>(staging, batchSize)) {
      const files = byKey(rows);
      const applied = await run((stores) => this.applyFiles(stores, files));
      this.rows.ASSIGNED += applied.assigned;
      this.rows.UNCHANGED += rows.length - applied.assigned - applied.refused.length;
      this.accounts.UPDATED += applied.updated;
      this.accounts.UNCHANGED += files.length - applied.updated - applied.unknown;
      yield { accounts: files.length, refused: applied.refused.sort(byLine) };
    }
  }

  private async applyFiles(
    stores: Stores,
    files: readonly StagedFile[],
  ): Promise<{ assigned: number; updated: number; unknown: number; refused: RefusedRow[] }> {
    const { stamp } = this.setting;
    const model = await publishedModel(stores);
    await stores.csms.hold();
    const keys = files.map(([externalId]) => ({ externalId }));
    const accounts = await lockPlacedAccounts(stores, keys, model, stamp);
    const known = accounts.filter((account): account is StoredAccount => !(account instanceof DomainError));
    const history = await stores.portfolios.historyOf(known.map(({ id }) => id));
    const owners = files.flatMap(([, rows]) => rows.map(({ data }) => data.content.owner));
    const staff = await staffOf(stores, owners, stamp.today);
    const refused: RefusedRow[] = [];
    const writes: AssignmentWrite[] = [];
    let [assigned, unknown] = [0, 0];
    files.forEach(([externalId, rows], index) => {
      const account = accounts[index];
      if (account === undefined || account instanceof DomainError) {
        unknown += 1;
        refused.push(
          ...rows.map(({ line, data }) => ({ line, raw: data.raw, error: unknownAccount(externalId) })),
        );
        return;
      }
      const timeline = new Timeline(account, history.get(account.id) ?? []);
      const steps = inOrder(rows, stamp.today);
      steps.forEach(({ row, from }, position) => {
        const { line, data } = row;
        const earlier = steps[position - 1];
        try {
          if (earlier?.from === from) throw sameDay(externalId, earlier.row.line);
          // One of a day to come is refused, so it ends nobody's.
          const next = steps
            .slice(position + 1)
            .find((step) => step.from > from && step.from <= stamp.today && !saysSame(step, row));
          const until = next?.from ?? null;
          const { owner, executiveSponsor } = data.content;
          const request = { owner, executiveSponsor, from, until };
          if (timeline.assign(request, staff, model, stamp.today)) assigned += 1;
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          refused.push({ line, raw: data.raw, error });
        }
      });
      const write = timeline.write(null);
      if (write !== null) writes.push(write);
    });
    await saveAssignments(stores, known, writes, stamp);
    return { assigned, updated: writes.length, unknown, refused };
  }
}

interface Step {
  readonly row: StagedRow<StagedAssignment>;
  readonly from: CalendarDate;
}

function inOrder(rows: readonly StagedRow<StagedAssignment>[], today: CalendarDate): Step[] {
  return rows
    .map((row) => ({ row, from: row.data.content.from ?? today }))
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.row.line - b.row.line));
}

/** Whether a later row merely repeats who looks after the account. */
function saysSame({ row: { data } }: Step, { data: earlier }: Step['row']): boolean {
  return (
    isSameOwner(data.content.owner, earlier.content.owner) &&
    data.content.executiveSponsor === earlier.content.executiveSponsor
  );
}

function unknownAccount(externalId: string): DomainError {
  return new DomainError(
    'NOT_FOUND',
    `there is no account "${externalId}"; import the accounts before their portfolios`,
    ['account'],
  );
}

function sameDay(externalId: string, line: number): DomainError {
  return new DomainError(
    'DUPLICATE_EXTERNAL_ID',
    `line ${line} says already who looks after "${externalId}" from that day; only that line counts`,
    ['from'],
  );
}
