import { type TierBasis } from '../../src/app/ports/analytics';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { bookSql } from '../../src/persistence/reads/book';
import { placeBook, PLACEMENT_INPUTS } from '../../src/persistence/reads/book-placements';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { Parameters } from '../../src/persistence/reads/parameters';
import { fixedClock, type TestClock } from './clock';
import { createTestDatabase } from './database';
import { day } from './facts';
import { LivingBook } from './living-book';

export type BookRow = Record<string, unknown>;

/** A book that is lived through, and then read as it was on any day. */
export class ReadableBook extends LivingBook {
  private readonly reader = new DatabaseReader({
    url: this.database.url,
    max: 2,
    applicationName: 'tierbook-test',
  });

  static async create(clock: TestClock = fixedClock('2026-01-01')): Promise<ReadableBook> {
    return new ReadableBook(await createTestDatabase(), clock);
  }

  async drop(): Promise<void> {
    await this.reader.close();
    await this.database.drop();
  }

  /** The accounts of a day by external id, with the columns asked for. */
  async bookOn(
    date: string,
    columns: readonly string[],
    tierBasis: TierBasis = 'RECORDED',
  ): Promise<Record<string, BookRow>> {
    const today = this.clock.today();
    const asked = { day: day(date), today, tierBasis, columns: new Set(['external_id', ...columns]) };
    let placements = null;
    if (tierBasis === 'PUBLISHED_MODEL' && date < today) {
      const inputs = new Parameters();
      const sql = bookSql({ ...asked, columns: new Set(PLACEMENT_INPUTS), placements }, inputs);
      placements = await placeBook(this.reader, sql, inputs, DEFAULT_MODEL, day(date));
    }
    const parameters = new Parameters();
    const sql = bookSql({ ...asked, placements }, parameters);
    const names = ['external_id', ...columns].map((column) => `a.${column}`);
    const rows = await this.reader.rows<BookRow>(
      `SELECT ${names.join(', ')} FROM ${sql} a ORDER BY a.id`,
      parameters.values,
    );
    return Object.fromEntries(rows.map(({ external_id: name, ...row }) => [name as string, row]));
  }

  /** The values of one column on several days; undefined where the account is not in the book. */
  async follow(
    name: string,
    column: string,
    days: readonly string[],
    basis?: TierBasis,
  ): Promise<Record<string, unknown>> {
    const values: Record<string, unknown> = {};
    for (const date of days) values[date] = (await this.bookOn(date, [column], basis))[name]?.[column];
    return values;
  }
}
