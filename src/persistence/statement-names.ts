import { createHash } from 'node:crypto';

const MOST_NAMES = 500;

/**
 * Names by which connections keep prepared statements. A name is never taken back, so texts beyond the limit
 * stay unnamed: filters have more shapes than a server should have to remember.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();

  of(sql: string): string | undefined {
    const known = this.names.get(sql);
    if (known !== undefined || this.names.size >= MOST_NAMES) return known;
    const name = createHash('sha1').update(sql).digest('hex');
    this.names.set(sql, name);
    return name;
  }
}

/** What takes its rows from arrays, as `rowsSource` gives them. */
const TAKES_ROWS = /\bunnest\(\$/;

/**
 * Names for what takes many rows at once, alone, to write them or to look something up for each: one plan, by the
 * indexes, does for all of these, and to plan them anew costs more the more columns they have.
 */
export class RowStatementNames extends StatementNames {
  override of(sql: string): string | undefined {
    return TAKES_ROWS.test(sql) ? super.of(sql) : undefined;
  }
}
