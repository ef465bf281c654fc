import { type CsmValues, type EmploymentTerm } from '../domain/csm';
import { DomainError } from '../domain/errors';
import { authorise } from './actor';
import { applyCsmChanges, type CsmChange } from './csm-changes';
import {
  batchesOfRows,
  byKey,
  byLine,
  type FileRow,
  fileRow,
  type ImportSetting,
  type RefusedRow,
} from './import-file';
import { type StagedRow } from './ports/import-staging';

/** What one row says of a CSM. */
export interface CsmTerm {
  readonly values: Omit<CsmValues, 'employment' | 'pools'>;
  readonly term: EmploymentTerm;
  /** Null for a term without a pool, undefined where the file has no such column. */
  readonly pool: string | null | undefined;
  /** Whether the file says anything of when and how much the CSM works. */
  readonly saysWhen: boolean;
}

export interface CsmRow extends FileRow {
  readonly externalId: string;
  /** What the row says, or why it cannot be read. */
  readonly content: CsmTerm | DomainError;
}

interface StagedTerm extends Omit<FileRow, 'line'> {
  /** Null for a row that cannot be read. */
  readonly content: CsmTerm | null;
}

type Applied = 'CREATED' | 'UPDATED' | 'UNCHANGED';

/**
 * The CSMs of one file (spec section 14). It holds all terms of every CSM that it names, a row each, in any order;
 * where a row of a CSM is wrong, none of that CSM's is taken. Pools that do not exist are made. Throws FORBIDDEN.
 */
export class CsmImport {
  readonly counts: Record<Applied, number> = { CREATED: 0, UPDATED: 0, UNCHANGED: 0 };

  constructor(private readonly setting: ImportSetting) {
    authorise(setting.actor, 'IMPORT');
  }

  /** Reads a batch of rows; nothing is applied yet. Gives the rows that are left out. */
  async read(rows: readonly CsmRow[]): Promise<RefusedRow[]> {
    const refused: RefusedRow[] = [];
    const staged: StagedRow<StagedTerm>[] = rows.map((row) => {
      const { externalId, line, raw, content } = row;
      if (content instanceof DomainError) refused.push({ ...fileRow(row), error: content });
      return {
        key: externalId,
        line,
        data: { raw, content: content instanceof DomainError ? null : content },
      };
    });
    await this.setting.staging.add(staged);
    return refused;
  }

  /** Applies what was read, a batch of CSMs after the other. Yields each batch's refusals. */
  async *apply(batchSize: number): AsyncGenerator<{ csms: number; refused: RefusedRow[] }> {
    const { run, staging, stamp } = this.setting;
    for await (const rows of batchesOfRows<StagedTerm>(staging, batchSize)) {
      const refused: RefusedRow[] = [];
      const files = byKey(rows);
      const whole = files.filter(([, some]) => {
        const broken = some.find(({ data }) => data.content === null);
        if (broken === undefined) return true;
        for (const { line, data } of some) {
          if (data.content !== null) refused.push({ line, raw: data.raw, error: incomplete(broken.line) });
        }
        return false;
      });
      const changes = whole.map(([externalId, some]) => changeOf(externalId, some));
      const results =
        changes.length === 0 ? [] : await run((stores) => applyCsmChanges(stores, changes, stamp, true));
      results.forEach(({ outcome, errors: [error] }, index) => {
        if (outcome !== 'REFUSED') this.counts[outcome] += 1;
        if (error === undefined) return;
        for (const { line, data } of whole[index]?.[1] ?? []) {
          refused.push({
            line,
            raw: data.raw,
            error: new DomainError(error.code, error.message, error.field),
          });
        }
      });
      yield { csms: files.length, refused: refused.sort(byLine) };
    }
  }
}

/** The person is as the row of the latest term says; rows that differ in the pool alone are one term. */
function changeOf(externalId: string, rows: readonly StagedRow<StagedTerm>[]): CsmChange {
  const said = rows.flatMap(({ data }) => data.content ?? []);
  const latest = said.reduce((best, one) => (one.term.from >= best.term.from ? one : best));
  const terms = new Map(said.map(({ term }) => [JSON.stringify([term.from, term.to, term.fte]), term]));
  const hasPools = said.some(({ pool }) => pool !== undefined);
  const pools = said.flatMap(({ term: { from, to }, pool }) => (pool ? [{ pool, from, to }] : []));
  return {
    externalId,
    values: {
      ...latest.values,
      employment: latest.saysWhen ? [...terms.values()] : undefined,
      pools: hasPools ? pools : undefined,
    },
  };
}

function incomplete(line: number): DomainError {
  return new DomainError(
    'INVALID_VALUE',
    `line ${line} of the same CSM is wrong, so none of the CSM's rows is taken`,
  );
}
