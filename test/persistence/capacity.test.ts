import fc from 'fast-check';
import { capacityOn, csmCapacities, poolCapacities } from '../../src/app/capacity';
import { addDays } from '../../src/domain/calendar';
import { rounded } from '../../src/domain/utilisation';
import { SqlCapacityReads } from '../../src/persistence/reads/capacity.reads';
import { ModelCatalog } from '../../src/persistence/reads/model-catalog';
import { openAnalytics } from '../support/analytics';
import { fixedClock } from '../support/clock';
import { createTestDatabase } from '../support/database';
import { readPlainCapacity } from '../support/plain-capacity';
import { liveRandomly } from '../support/random-book';
import { staffRandomly } from '../support/random-staff';
import { StaffedBook } from '../support/staffed-book';

const clock = fixedClock('2026-03-01');

/** Loads to 6 places, without those who carry nothing. */
const shown = (loads: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(loads)
      .map(([name, load]) => [name, rounded(load)] as const)
      .filter(([, load]) => load !== 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

test('the capacity of any day of any book is that of its accounts, one by one', async () => {
  let carried = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const database = await createTestDatabase();
      const book = new StaffedBook(database, clock);
      const { days: before } = await liveRandomly(book, seed);
      const during = await staffRandomly(book, clock, seed);
      const today = clock.today();
      const plain = await readPlainCapacity(database, today);
      const analytics = openAnalytics(database, clock);
      const { reader } = analytics;
      const models = new ModelCatalog({ database: reader });
      const reads = { capacity: new SqlCapacityReads(reader), models };
      const ahead = [1, 20, 60, 400].map((days) => addDays(today, days));
      for (const day of [...before, ...during, ...during.map((one) => addDays(one, -1)), ...ahead]) {
        const { capacity } = await capacityOn(reads, day, today);
        const expected = plain.on(day);
        const loads = Object.fromEntries([
          ...capacity.tiers.map(({ tier, load }) => [`tier ${tier}`, load.limit] as const),
          ...capacity.csms.map(({ csm, load }) => [`csm ${csm}`, load.limit] as const),
          ...capacity.pools.map(({ pool, load }) => [`pool ${pool}`, load.limit] as const),
        ]);
        expect(shown(loads)).toEqual(shown(expected));
        carried += capacity.csms.length;
        for (const { csm, available } of capacity.csms) {
          expect(available).toBe(plain.availableOn(csm, day));
        }
        // One by one they are the same as in the overview, to the last figure that is shown.
        const csms = capacity.csms.map(({ csm }) => csm);
        const { of } = await csmCapacities(reads, csms, day, today);
        expect(csms.map((csm) => of(csm).utilisation)).toEqual(
          capacity.csms.map(({ utilisation }) => utilisation),
        );
        const pools = await poolCapacities(reads, ['east', 'west'], day, today);
        for (const pool of capacity.pools) expect(pools.of(pool.pool).utilisation).toEqual(pool.utilisation);
        if (day <= today) {
          const { totals } = await analytics.reads.breakdown({ by: [], asOf: day });
          expect(capacity.totals.accounts).toBe(totals.accounts);
          expect(capacity.totals.arr).toBe(BigInt(totals.arr.replace('.', '')));
        }
      }
      await analytics.close();
      await database.drop();
    }),
    { numRuns: 4 },
  );
  expect(carried).toBeGreaterThan(50);
}, 300_000);
