import { COMMAND_LINE } from '../../src/app/actor';
import { ServiceAdjustmentService } from '../../src/app/service-adjustment.service';
import { addDays, type CalendarDate } from '../../src/domain/calendar';
import { type Fte } from '../../src/domain/csm';
import { type TestClock } from './clock';
import { Random } from './random-book';
import { type StaffedBook } from './staffed-book';

const NAMES = ['anna', 'ben', 'cleo', 'dan', 'eva'];
const POOLS = ['east', 'west'];

/**
 * Lets people come, work part-time, go on leave and look after the accounts of a book for a while, some of which get
 * complicated, or more touch and less; what the rules refuse is left out. Gives the days on which anything happened.
 */
export async function staffRandomly(
  book: StaffedBook,
  clock: TestClock,
  seed: number,
): Promise<readonly CalendarDate[]> {
  const random = new Random(seed);
  const adjustments = new ServiceAdjustmentService(book.unitOfWork, clock);
  const accounts = await book.database.query<{ name: string }>(
    'SELECT external_id AS name FROM account ORDER BY account.id',
  );
  const first = clock.today();
  await book.csms.upsertPools(
    COMMAND_LINE,
    POOLS.map((externalId) => ({ externalId, name: externalId })),
  );
  const middle = addDays(first, random.below(100));
  await book.csms.upsertCsms(
    COMMAND_LINE,
    NAMES.map((externalId, n) => ({
      externalId,
      values: {
        name: externalId,
        employment: [
          { from: addDays(first, -random.below(300)), to: middle, fte: (1 + random.below(100)) as Fte },
          // The first two stay for ever, so that somebody always can stand in.
          ...(n < 2 || random.chance(0.6)
            ? [{ from: middle, to: null, fte: (1 + random.below(100)) as Fte }]
            : []),
        ],
        pools: POOLS.filter(() => random.chance(0.5)).map((pool) => ({
          pool,
          from: addDays(first, -random.below(50)),
          to: random.chance(0.5) ? addDays(first, 10 + random.below(100)) : null,
        })),
      },
    })),
  );
  const days: CalendarDate[] = [];
  for (let step = 0; step < 5; step += 1) {
    const today = clock.today();
    days.push(today);
    for (const { name } of accounts.filter(() => random.chance(0.5))) {
      const owner = random.chance(0.3) ? { pool: random.one(POOLS) } : { csm: random.one(NAMES) };
      const from = random.chance(0.2) ? addDays(today, -random.below(60)) : today;
      await book.assign({
        [name]: random.chance(0.1) ? { unassign: true } : { ...owner, executiveSponsor: 'CEO', from },
      });
    }
    for (const { name } of accounts.filter(() => random.chance(0.3))) {
      await book
        .account(name, {
          complexImplementation: random.one([true, false, null]),
          manyStakeholders: random.chance(0.5),
          missionCritical: random.chance(0.5),
        })
        .catch(() => undefined);
    }
    for (const { name } of accounts.filter(() => random.chance(0.2))) {
      const terms = {
        kind: random.one(['EXTRA', 'LIGHTER'] as const),
        until: addDays(today, 1 + random.below(90)),
      };
      await adjustments
        .set(COMMAND_LINE, { externalId: name }, { ...terms, note: null, replace: random.chance(0.5) })
        .catch(() => undefined);
    }
    const from = addDays(today, random.below(30));
    await book.csms
      .setLeave(COMMAND_LINE, {
        csm: random.one(NAMES),
        from,
        to: addDays(from, 1 + random.below(30)),
        backup: random.one(NAMES),
      })
      .catch(() => undefined);
    clock.passDays(1 + random.below(30));
  }
  return [...days, clock.today()];
}
