import fc from 'fast-check';
import { type Dimension, DIMENSIONS } from '../../src/domain/segment';
import { hundredths, openAnalytics } from '../support/analytics';
import { fixedClock } from '../support/clock';
import { createTestDatabase } from '../support/database';
import { LivingBook } from '../support/living-book';
import { liveRandomly } from '../support/random-book';

const clock = fixedClock('2026-03-01');

/** Every choice of up to 3 dimensions: 988 of them. */
function* everyCombination(): Generator<readonly Dimension[]> {
  yield [];
  for (const [i, first] of DIMENSIONS.entries()) {
    yield [first];
    for (const [j, second] of DIMENSIONS.slice(i + 1).entries()) {
      yield [first, second];
      for (const third of DIMENSIONS.slice(i + j + 2)) yield [third, first, second];
    }
  }
}

describe('in any book', () => {
  test('every breakdown adds up to its totals, and every combination of dimensions to the same ones', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const fresh = await createTestDatabase();
        const other = openAnalytics(fresh, clock);
        const { days } = await liveRandomly(new LivingBook(fresh, clock), seed);
        const wholes = new Map<string, unknown>();
        let turn = 0;
        for (const by of everyCombination()) {
          const asOf = days[turn % days.length];
          const tierBasis = turn % 2 === 0 ? 'RECORDED' : 'PUBLISHED_MODEL';
          turn += 1;
          const { rows, totals } = await other.reads.breakdown({ by, asOf, tierBasis });
          expect(hundredths(rows.map(({ arr }) => arr))).toBe(hundredths([totals.arr]));
          expect(hundredths(rows.map(({ atRiskArr }) => atRiskArr))).toBe(hundredths([totals.atRiskArr]));
          expect(rows.reduce((sum, { accounts }) => sum + accounts, 0)).toBe(totals.accounts);
          expect(new Set(rows.map((row) => JSON.stringify(row.keys))).size).toBe(rows.length);
          expect(totals).toEqual(wholes.get(asOf ?? '') ?? totals);
          wholes.set(asOf ?? '', totals);
        }
        await other.close();
        await fresh.drop();
      }),
      { numRuns: 2 },
    );
  }, 180_000);

  test('the book of the last day on which anything happened is the book of today', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const fresh = await createTestDatabase();
        const other = openAnalytics(fresh, clock);
        const { lastDay } = await liveRandomly(new LivingBook(fresh, clock), seed);
        for (const dimension of DIMENSIONS.filter((name) => name !== 'MATURITY')) {
          for (const tierBasis of ['RECORDED', 'PUBLISHED_MODEL'] as const) {
            const query = { by: [dimension], tierBasis, withMedian: true };
            const then = await other.reads.breakdown({ ...query, asOf: lastDay });
            const now = await other.reads.breakdown(query);
            expect({ ...then, asOf: now.asOf }).toEqual(now);
          }
        }
        await other.close();
        await fresh.drop();
      }),
      { numRuns: 5 },
    );
  }, 120_000);
});
