import { DomainError, type Refusal } from '../domain/errors';
import { type AccountChange, applyAccountChanges, type ChangeResult } from './account-changes';
import { authorise } from './actor';
import {
  batchesOfRows,
  byLine,
  type FileRow,
  fileRow,
  type ImportSetting,
  type RefusedRow,
} from './import-file';
import { OneAtATime } from './one-at-a-time';
import { type StagedRow } from './ports/import-staging';
import { type Stores } from './ports/stores';

export interface AccountRow extends FileRow {
  readonly externalId: string;
  /** What the row says, each value checked, or why it cannot be read. */
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
  /** The staging is one session; it is asked in the order of the file, so that the first of several lines wins. */
  private readonly staged = new OneAtATime();

  constructor(private readonly setting: ImportSetting) {
    authorise(setting.actor, 'IMPORT');
  }

  /**
   * Takes what a batch of rows says, save its links to parents. Gives the rows that are left out. Other batches of the
   * file may be taken at once, as long as they are begun in its order.
   */
  async take(rows: readonly AccountRow[]): Promise<RefusedRow[]> {
    const { run, staging } = this.setting;
    const claims = rows.map(({ externalId, line }) => ({ key: externalId, line }));
    const owners = await this.staged.run(() => staging.claim(claims));
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
    await this.staged.run(() => staging.add(links));
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
    for await (const rows of batchesOfRows<StagedParent>(staging, batchSize)) {
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
    return applyAccountChanges(stores, changes, { stamp, baseCurrency, fromFile: true, isChecked: true });
  }
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
function oneError(errors: readonly Refusal[]): DomainError {
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
