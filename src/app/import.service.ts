import { DomainError } from '../domain/errors';
import { type SubscriptionLine } from '../domain/subscription';
import { type AccountChange, applyAccountChanges, type ChangeResult, currencyError } from './account-changes';
import { type Actor, authorise } from './actor';
import { type Stamp } from './ports/clock';
import { type ImportStaging, type StagedRow } from './ports/import-staging';
import { type Stores, type UnitOfWork } from './ports/stores';
import { importLines } from './subscription.service';

/** Does one batch of an import in a transaction: its own, or the one of the whole rehearsal. */
export type RunBatch = <T>(work: (stores: Stores) => Promise<T>) => Promise<T>;

/** Gives `work` what runs its batches; in a dry run all of them are one transaction that is taken back. */
export function runImport<T>(
  unitOfWork: UnitOfWork,
  dryRun: boolean,
  work: (run: RunBatch) => Promise<T>,
): Promise<T> {
  if (!dryRun) return work((batch) => unitOfWork.run(batch));
  return unitOfWork.rehearse((stores) => work((batch) => batch(stores)));
}

export interface ImportSetting {
  readonly run: RunBatch;
  readonly staging: ImportStaging;
  readonly actor: Actor;
  /** Its day is the one that counts as today for the import. */
  readonly stamp: Stamp;
  readonly baseCurrency: string;
}

/** Where a row of a file stands, with its cells as they are there. */
export interface FileRow {
  readonly line: number;
  readonly raw: readonly string[];
}

/** A row that is left out, or a part of it. */
export interface RefusedRow extends FileRow {
  readonly error: DomainError;
}

export interface AccountRow extends FileRow {
  readonly externalId: string;
  /** What the row says, or why it cannot be read. */
  readonly change: AccountChange | DomainError;
}

/** A link to a parent that waits until every account of the file is there. */
interface StagedParent extends Omit<FileRow, 'line'> {
  readonly parent: string;
  readonly outcome: Applied;
}

interface LinkedBatch {
  readonly done: number;
  readonly refused: RefusedRow[];
  readonly updated: number;
  /** Links that would close a cycle, for now. */
  readonly waiting: number;
}

type Applied = Exclude<ChangeResult['outcome'], 'REFUSED'>;

/** The accounts of one file, batch by batch; afterwards their parents (spec section 14). Throws FORBIDDEN. */
export class AccountImport {
  readonly counts: Record<Applied, number> = { CREATED: 0, UPDATED: 0, UNCHANGED: 0 };

  constructor(private readonly setting: ImportSetting) {
    authorise(setting.actor, 'IMPORT');
  }

  /** Takes what a batch of rows says, save its links to parents. Gives the rows that are left out. */
  async take(rows: readonly AccountRow[]): Promise<RefusedRow[]> {
    const { run, staging } = this.setting;
    const owners = await staging.claim(rows.map(({ externalId, line }) => ({ key: externalId, line })));
    const refused: RefusedRow[] = [];
    const taken: { row: AccountRow; change: AccountChange; parent: string | null }[] = [];
    rows.forEach((row, index) => {
      const owner = owners[index] ?? row.line;
      if (owner !== row.line) refused.push({ ...fileRow(row), error: duplicate(row.externalId, owner) });
      else if (row.change instanceof DomainError) refused.push({ ...fileRow(row), error: row.change });
      else taken.push({ row, ...withoutParent(row.change) });
    });
    const changes = taken.map(({ change }) => change);
    const results = changes.length === 0 ? [] : await run((stores) => this.apply(stores, changes));
    const links: StagedRow<StagedParent>[] = [];
    taken.forEach(({ row, parent }, index) => {
      const { outcome, errors } = resultAt(results, index);
      if (outcome === 'REFUSED') {
        refused.push({ ...fileRow(row), error: oneError(errors) });
        return;
      }
      this.counts[outcome] += 1;
      if (parent === null) return;
      links.push({ key: row.externalId, line: row.line, data: { parent, outcome, raw: row.raw } });
    });
    await staging.add(links);
    return refused.sort(byLine);
  }

  /**
   * Links accounts to their parents, once all rows are taken: children may come before their parents. A link that
   * would close a cycle is tried again after the others, which may have opened it. Yields each batch's refusals.
   */
  async *linkParents(batchSize: number): AsyncGenerator<{ rows: number; refused: RefusedRow[] }> {
    let round = { updated: 0, waiting: 0 };
    do {
      // Once a round has linked nothing, the cycles that are left are none of the order's making.
      const isLast = round.waiting > 0 && round.updated === 0;
      round = { updated: 0, waiting: 0 };
      for await (const { done, refused, updated, waiting } of this.linkOnce(batchSize, isLast)) {
        round = { updated: round.updated + updated, waiting: round.waiting + waiting };
        yield { rows: done, refused };
      }
    } while (round.waiting > 0);
  }

  private async *linkOnce(batchSize: number, isLast: boolean): AsyncGenerator<LinkedBatch> {
    const { staging } = this.setting;
    for (let after = ''; ;) {
      const rows = await staging.rowsAfter<StagedParent>(after, batchSize);
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.key;
      const { done, refused, updated } = await this.link(rows, isLast);
      await staging.remove(done);
      yield { done: done.length, refused, updated, waiting: rows.length - done.length };
    }
  }

  private async link(
    rows: readonly StagedRow<StagedParent>[],
    isLast: boolean,
  ): Promise<{ done: string[]; refused: RefusedRow[]; updated: number }> {
    const changes = rows.map(({ key, data }) => ({
      externalId: key,
      values: { parentExternalId: data.parent },
    }));
    const results = await this.setting.run((stores) => this.apply(stores, changes));
    const done: string[] = [];
    const refused: RefusedRow[] = [];
    let updated = 0;
    rows.forEach(({ key, line, data }, index) => {
      const { outcome, errors } = resultAt(results, index);
      const error = oneError(errors);
      if (outcome === 'REFUSED' && error.code === 'PARENT_CYCLE' && !isLast) return;
      done.push(key);
      if (outcome === 'REFUSED') {
        const message = `${error.message}; the rest of the row is taken`;
        refused.push({ line, raw: data.raw, error: new DomainError(error.code, message, error.field) });
      }
      if (outcome !== 'UPDATED') return;
      updated += 1;
      if (data.outcome !== 'UNCHANGED') return;
      this.counts.UNCHANGED -= 1;
      this.counts.UPDATED += 1;
    });
    return { done, refused: refused.sort(byLine), updated };
  }

  private apply(stores: Stores, changes: readonly AccountChange[]): Promise<ChangeResult[]> {
    const { stamp, baseCurrency } = this.setting;
    return applyAccountChanges(stores, changes, { stamp, baseCurrency, fromFile: true });
  }
}

export interface LineRow extends FileRow {
  /** The external id of the account; null where the row does not tell. */
  readonly account: string | null;
  readonly currency: string | null;
  /** What the row says, or why it cannot be read. */
  readonly content: SubscriptionLine | DomainError;
}

interface StagedLine extends Omit<FileRow, 'line'> {
  /** Null for a line that is left out. */
  readonly content: SubscriptionLine | null;
}

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
    for (let after = ''; ;) {
      const rows = await staging.rowsAfter<StagedLine>(after, batchSize);
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.key;
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

/** The rows of each key, in the order of their first ones. */
export function byKey<Data>(rows: readonly StagedRow<Data>[]): [key: string, rows: StagedRow<Data>[]][] {
  const groups = new Map<string, StagedRow<Data>[]>();
  for (const row of rows) {
    const group = groups.get(row.key);
    if (group) group.push(row);
    else groups.set(row.key, [row]);
  }
  return [...groups];
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

function withoutParent(change: AccountChange): { change: AccountChange; parent: string | null } {
  const { parentExternalId, ...values } = change.values;
  if (typeof parentExternalId !== 'string') return { change, parent: null };
  return { change: { ...change, values }, parent: parentExternalId };
}

function resultAt(results: readonly ChangeResult[], index: number): ChangeResult {
  const result = results[index];
  if (result === undefined) throw new Error('every change must have a result');
  return result;
}

/** A row has one line in the reject file, however many of its fields are refused. */
function oneError(errors: readonly DomainError[]): DomainError {
  const [first] = errors;
  if (first === undefined) return new DomainError('INVALID_VALUE', 'was refused');
  return new DomainError(first.code, errors.map(({ message }) => message).join('; '), first.field);
}

function duplicate(externalId: string, line: number): DomainError {
  return new DomainError(
    'DUPLICATE_EXTERNAL_ID',
    `"${externalId}" stands in line ${line} already; only that line counts`,
    ['externalId'],
  );
}

/** Where the row stands, without anything else. */
export function fileRow({ line, raw }: FileRow): FileRow {
  return { line, raw };
}

/** The order of the file. */
export function byLine(a: FileRow, b: FileRow): number {
  return a.line - b.line;
}
