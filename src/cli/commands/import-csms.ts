import { CsmImport, type CsmRow } from '../../app/csm-import';
import { checkExternalId } from '../../domain/account-field';
import { DomainError } from '../../domain/errors';
import { type CsvRejection } from '../csv-file';
import { CSM_IMPORT_FIELDS, csmTermFromRow } from '../import-fields';
import { rejectionOf } from '../reject-file';
import { attempt } from './import-accounts';
import { type ImportBook, importFile, type ImportOptions, type ImportReport, rejection } from './import-file';

const BATCH_ROWS = 2_000;
const BATCH_CSMS = 500;

export interface CsmCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

/**
 * Imports a file of CSMs, which holds all terms of employment of every CSM that it names, in any order. Running it
 * again changes nothing. Throws CsvFileError or CommandError.
 */
export function importCsms(book: ImportBook, options: ImportOptions): Promise<ImportReport<CsmCounts>> {
  return importFile(book, options, CSM_IMPORT_FIELDS, async (file) => {
    const csms = new CsmImport(file.setting);
    await file.eachBatch({ label: 'read CSMs', size: BATCH_ROWS, takes: false }, async (rows) => {
      const unnamed: CsvRejection[] = [];
      const named = rows.flatMap((row): CsmRow[] => {
        const externalId = attempt(() => checkExternalId(row.cells.externalId ?? ''));
        if (externalId instanceof DomainError) {
          unnamed.push(rejectionOf(row, externalId));
          return [];
        }
        return [{ line: row.line, raw: row.raw, externalId, content: attempt(() => csmTermFromRow(row)) }];
      });
      return [...unnamed, ...(await csms.read(named)).map(rejection)];
    });
    const total = await file.setting.staging.countKeys();
    let done = 0;
    await file.eachFollowUp(
      { label: 'import CSMs', unit: 'CSMs', total },
      csms.apply(BATCH_CSMS),
      ({ csms: count }) => {
        done += count;
        return { units: count, text: `${done} of ${total} CSMs are in` };
      },
    );
    const { CREATED: created, UPDATED: updated, UNCHANGED: unchanged } = csms.counts;
    return { created, updated, unchanged };
  });
}
