import { type GroupKey } from '../../src/app/ports/analytics';
import { type Clock } from '../../src/app/ports/clock';
import { SqlAnalyticReads } from '../../src/persistence/reads/analytic.reads';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { ModelCatalog } from '../../src/persistence/reads/model-catalog';
import { type TestDatabase } from './database';

/** The analytic reads over a test's database; the model is asked for each time. */
export interface TestAnalytics {
  readonly reads: SqlAnalyticReads;
  readonly reader: DatabaseReader;
  close(): Promise<void>;
}

export function openAnalytics(database: TestDatabase, clock: Clock): TestAnalytics {
  const reader = new DatabaseReader({ url: database.url, max: 3, applicationName: 'tierbook-test' });
  const models = new ModelCatalog({ database: reader });
  return { reads: new SqlAnalyticReads(reader, models, clock), reader, close: () => reader.close() };
}

/** "core / null" for the keys of a group. */
export function groupName(row: { readonly keys: readonly GroupKey[] }): string {
  return row.keys.map(({ value }) => value ?? 'null').join(' / ');
}

/** Chosen figures by group. */
export function figures<Row extends { readonly keys: readonly GroupKey[] }, F extends keyof Row>(
  rows: readonly Row[],
  ...names: readonly F[]
): Record<string, Row[F][]> {
  return Object.fromEntries(rows.map((row) => [groupName(row), names.map((name) => row[name])]));
}

/** The exact sum of amounts with 2 places, in hundredths. */
export function hundredths(amounts: readonly string[]): bigint {
  return amounts.reduce((sum, amount) => {
    if (!/^\d+\.\d{2}$/.test(amount)) throw new Error(`"${amount}" is not an amount with 2 places`);
    return sum + BigInt(amount.replace('.', ''));
  }, 0n);
}
