import fc from 'fast-check';
import { type AccountFilter, type SegmentScope } from '../../src/app/ports/account-filter';
import { TIER_BASES, type TierBasis } from '../../src/app/ports/analytics';
import { type CalendarDate } from '../../src/domain/calendar';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { type Dimension, DIMENSIONS } from '../../src/domain/segment';
import { dimensionValues, type SegmentCriterion } from '../../src/domain/segment-criterion';
import { compileAccountFilter } from '../../src/persistence/reads/account-filter';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { groupedBook, placementsFor } from '../../src/persistence/reads/grouped-book';
import { Parameters } from '../../src/persistence/reads/parameters';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
import { LivingBook } from '../support/living-book';
import { liveRandomly } from '../support/random-book';

const clock = fixedClock('2026-03-01');

/** The accounts of a test's book, as breakdowns group them and as segments hold them. */
class SegmentedBook {
  private readonly reader: DatabaseReader;

  constructor(readonly database: TestDatabase) {
    this.reader = new DatabaseReader({ url: database.url, max: 2, applicationName: 'tierbook-test' });
  }

  async close(): Promise<void> {
    await this.reader.close();
    await this.database.drop();
  }

  scope(...criteria: readonly SegmentCriterion[]): SegmentScope {
    return { criteria, model: DEFAULT_MODEL, today: clock.today() };
  }

  /** Each account's groups under the dimensions, on a day. */
  async groups(
    by: readonly Dimension[],
    on: CalendarDate,
    where: AccountFilter | null = null,
    tierBasis: TierBasis = 'RECORDED',
  ): Promise<{ id: string; keys: (string | null)[] }[]> {
    const grouping = { by, where, tierBasis, today: clock.today(), model: DEFAULT_MODEL };
    const placements = await placementsFor(this.reader, grouping, on);
    const parameters = new Parameters();
    const rows = await this.reader.rows<Record<string, string | null>>(
      `${groupedBook(grouping, on, [], placements, parameters)} ORDER BY a.id`,
      parameters.values,
    );
    return rows.map(({ id, ...row }) => ({ id: id ?? '', keys: by.map((_, n) => row[`k${n}`] ?? null) }));
  }

  /** The accounts of the account table that the filter leaves. */
  async listed(where: AccountFilter): Promise<string[]> {
    const parameters = new Parameters();
    const condition = compileAccountFilter(where, parameters);
    const rows = await this.reader.rows<{ id: string }>(
      `SELECT a.id FROM account a WHERE ${condition} ORDER BY a.id`,
      parameters.values,
    );
    return rows.map(({ id }) => id);
  }
}

const ids = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

function criterionOf(dimension: Dimension, keys: readonly (string | null)[]): SegmentCriterion {
  return {
    dimension,
    values: keys.filter((key) => key !== null),
    includeUnknown: keys.includes(null),
  };
}

describe('in any book, on any day, under either basis', () => {
  test('the members of a segment are the accounts of its groups', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.infiniteStream(fc.boolean()), async (seed, coins) => {
        const book = new SegmentedBook(await createTestDatabase());
        const { days } = await liveRandomly(new LivingBook(book.database, clock), seed);
        let turn = 0;
        for (const dimension of DIMENSIONS) {
          for (const on of days) {
            const isToday = on === clock.today();
            // Both bases give today's book; of the past each has its turn.
            for (const tierBasis of isToday ? TIER_BASES : TIER_BASES.filter((_, n) => n === turn % 2)) {
              turn += 1;
              const all = await book.groups([dimension], on, null, tierBasis);
              const some = [...new Set(all.map(({ keys }) => keys[0] ?? null))].filter(
                () => coins.next().value,
              );
              const expected = ids(all.filter(({ keys }) => some.includes(keys[0] ?? null)));
              const segment = book.scope(criterionOf(dimension, some));
              expect(ids(await book.groups([], on, { segment }, tierBasis))).toEqual(expected);
              expect(ids(await book.groups([], on, { not: { segment } }, tierBasis))).toEqual(
                ids(all.filter(({ keys }) => !some.includes(keys[0] ?? null))),
              );
              if (isToday && tierBasis === 'RECORDED') {
                expect(await book.listed({ segment })).toEqual(expected);
                compared += expected.length;
              }
            }
          }
        }
        await book.close();
      }),
      { numRuns: 2 },
    );
    expect(compared).toBeGreaterThan(100);
  }, 180_000);

  test('those of several criteria are the accounts of the groups of all of them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.array(fc.subarray([...DIMENSIONS], { minLength: 2, maxLength: 3 }), {
          minLength: 8,
          maxLength: 8,
        }),
        async (seed, choices) => {
          const book = new SegmentedBook(await createTestDatabase());
          const { days } = await liveRandomly(new LivingBook(book.database, clock), seed);
          for (const [turn, by] of choices.entries()) {
            const on = days[turn % days.length] ?? clock.today();
            const all = await book.groups(by, on);
            const [first] = all;
            const criteria = by.map((dimension, n) => criterionOf(dimension, [first?.keys[n] ?? null]));
            const segment = book.scope(...criteria);
            const expected = all.filter(({ keys }) => JSON.stringify(keys) === JSON.stringify(first?.keys));
            expect(ids(await book.groups([], on, { segment }))).toEqual(ids(expected));
          }
          await book.close();
        },
      ),
      { numRuns: 2 },
    );
  }, 120_000);
});

describe('in a small book', () => {
  let book: SegmentedBook;

  beforeAll(async () => {
    clock.setDay('2026-03-01');
    book = new SegmentedBook(await createTestDatabase());
    const living = new LivingBook(book.database, clock);
    await living.seed({
      a: { arr: '10000', industry: 'Banks', customerSince: day('2025-12-02'), healthScore: 40 },
      b: { arr: '9999.99', industry: `' OR '1'='1`, customerSince: day('2025-12-01'), healthScore: 39 },
      c: { arr: '25000', industry: null, customerSince: day('2026-06-01') },
      d: { customerSince: day('2025-03-01') },
      gone: { arr: '10000', industry: 'Banks', status: 'CHURNED' },
    });
  });
  afterAll(async () => {
    await book.close();
  });

  const members = async (...criteria: readonly SegmentCriterion[]): Promise<string> => {
    const found = await book.listed({ segment: book.scope(...criteria) });
    const rows = await book.database.query<{ name: string }>(
      `SELECT external_id AS name FROM account WHERE id = ANY($1::bigint[]) ORDER BY account.id`,
      [found],
    );
    return rows.map(({ name }) => name).join(' ');
  };

  test.each<[string, SegmentCriterion, string]>([
    ['a band holds its lower bound and not its upper one', criterionOf('ARR_BAND', ['10000-25000']), 'a'],
    ['bands side by side', criterionOf('ARR_BAND', ['10000-25000', '5000-10000']), 'a b'],
    ['bands with a gap', criterionOf('ARR_BAND', ['5000-10000', '25000-50000']), 'b c'],
    [
      'every band, which is every known amount',
      criterionOf('ARR_BAND', [...(dimensionValues('ARR_BAND', DEFAULT_MODEL) ?? [])]),
      'a b c',
    ],
    ['unknown amounts', criterionOf('ARR_BAND', [null]), 'd'],
    ['a band that the model does not have', criterionOf('ARR_BAND', ['1-2']), ''],
    ['a tier that the model does not have', criterionOf('TIER', ['gold']), ''],
    ['the 89th day is onboarding, and so is a day to come', criterionOf('MATURITY', ['ONBOARDING']), 'a c'],
    ['the 90th day is adopting', criterionOf('MATURITY', ['ADOPTING']), 'b'],
    ['the 365th day is mature', criterionOf('MATURITY', ['MATURE']), 'd'],
    ['whoever began at all', criterionOf('MATURITY', ['MATURE', 'ONBOARDING', 'ADOPTING']), 'a b c d'],
    ['a bound of health', criterionOf('HEALTH_BAND', ['40-60']), 'a'],
    ['churned accounts are in none', criterionOf('INDUSTRY', ['Banks']), 'a'],
    ['what looks like SQL by its own name', criterionOf('INDUSTRY', [`' OR '1'='1`]), 'b'],
    [
      'no SQL from a value',
      criterionOf('INDUSTRY', [`'; DELETE FROM account; --`, '$1', '") OR true--']),
      '',
    ],
    ['the unknown ones beside a value', criterionOf('INDUSTRY', ['Banks', null]), 'a c d'],
  ])('%s', async (_, criterion, expected) => {
    expect(await members(criterion)).toBe(expected);
  });

  test('a segment stands in a filter like any other condition, at any depth', async () => {
    const banks = book.scope(criterionOf('INDUSTRY', ['Banks']));
    const unknown = book.scope(criterionOf('INDUSTRY', [null]));
    const count = async (where: AccountFilter): Promise<number> => (await book.listed(where)).length;
    expect(await count({ or: [{ segment: banks }, { segment: unknown }] })).toBe(3);
    expect(await count({ and: [{ segment: unknown }, { arr: { isNull: true } }] })).toBe(1);
    expect(await count({ not: { or: [{ not: { segment: banks } }] } })).toBe(1);
    expect(await count({ not: { segment: banks } })).toBe(4);
  });

  test('each of its criteria counts as a comparison', async () => {
    const two = book.scope(criterionOf('INDUSTRY', ['Banks']), criterionOf('ARR_BAND', [null]));
    const many = (length: number): AccountFilter => ({
      or: Array.from({ length }, () => ({ segment: two })),
    });
    expect(await book.listed(many(100))).toEqual([]);
    await expect(book.listed(many(101))).rejects.toThrow('at most 200 comparisons');
  });

  test('bands are ranges of plain columns, and no account asks a question of its own', () => {
    const segment = book.scope(criterionOf('ARR_BAND', ['10000-25000', '25000-50000']));
    const sql = compileAccountFilter({ segment }, new Parameters());
    expect(sql).toBe(
      `((a.status IS DISTINCT FROM 'CHURNED' AND ((a.arr >= $1::numeric AND a.arr < $2::numeric))))`,
    );
  });
});
