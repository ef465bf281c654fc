import { COMMAND_LINE, SYSTEM } from '../../src/app/actor';
import { DailyRunService, type DailyStep } from '../../src/app/daily-run.service';
import { dailySteps } from '../../src/app/daily-steps';
import { type Stopping } from '../../src/app/ports/stopping';
import { RenewalNoticeService } from '../../src/app/renewal-notice.service';
import { addDays, addMonths, type CalendarDate } from '../../src/domain/calendar';
import { Dice } from '../../src/demo/dice';
import { SqlExclusive } from '../../src/persistence/exclusive';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
import { LivingBook } from '../support/living-book';
import { somebody } from '../support/override-book';

const databases: TestDatabase[] = [];

async function bookFrom(date: string): Promise<LivingBook> {
  const database = await createTestDatabase();
  databases.push(database);
  return new LivingBook(database, fixedClock(date));
}

afterEach(async () => {
  await Promise.all(databases.splice(0).map((database) => database.drop()));
});

/** What can have a say in notices. */
const STEPS: readonly DailyStep['name'][] = ['OVERRIDES', 'RECALCULATION', 'RENEWAL_NOTICES'];

/** The daily run that the product has, without what does not matter here. */
function dailyRun({ unitOfWork, database, clock }: LivingBook): DailyRunService {
  return new DailyRunService(
    unitOfWork,
    new SqlExclusive(database.dataSource),
    clock,
    dailySteps(unitOfWork, clock).filter(({ name }) => STEPS.includes(name)),
  );
}

const runUpTo = async (book: LivingBook, date: string): Promise<void> => {
  book.on(date);
  await dailyRun(book).catchUp(COMMAND_LINE, book.clock.today());
};

/** "A 30 before 2026-07-30 on 2026-06-30 scale" for each notice, by the day on which it was due. */
async function notices({ database }: LivingBook): Promise<string[]> {
  const rows = await database.query<{ row: string }>(
    `SELECT concat_ws(' ', a.external_id, days_ahead, 'before', renewal_on, 'on', due_on, n.tier) AS row
     FROM renewal_notice n JOIN account a ON a.id = n.account_id ORDER BY due_on, a.external_id, days_ahead`,
  );
  return rows.map(({ row }) => row);
}

describe('renewal notices', () => {
  test('go out on the days that the program of the tier names, each once', async () => {
    const book = await bookFrom('2026-01-01');
    const renewalDate = '2026-03-31';
    await book.seed({
      SCALE: { arr: '6000', renewalDate },
      TECH: { arr: '600', renewalDate },
      CORE: { arr: '30000', renewalDate },
      LONG: { arr: '6000', renewalDate: '2020-03-31', termMonths: 24 },
      NONE: { arr: '6000' },
      GONE: { arr: '6000', renewalDate },
    });
    await runUpTo(book, '2026-01-01');
    await book.account('GONE', { status: 'CHURNED' });
    await runUpTo(book, '2026-12-31');
    const expected = [
      'LONG 60 before 2026-03-31 on 2026-01-30 scale',
      'SCALE 60 before 2026-03-31 on 2026-01-30 scale',
      'LONG 30 before 2026-03-31 on 2026-03-01 scale',
      'SCALE 30 before 2026-03-31 on 2026-03-01 scale',
      'TECH 30 before 2026-03-31 on 2026-03-01 tech-touch',
      'LONG 14 before 2026-03-31 on 2026-03-17 scale',
      'SCALE 14 before 2026-03-31 on 2026-03-17 scale',
    ];
    expect(await notices(book)).toEqual(expected);
    await runUpTo(book, '2027-03-31');
    expect((await notices(book)).slice(expected.length)).toEqual([
      'SCALE 60 before 2027-03-31 on 2027-01-30 scale',
      'SCALE 30 before 2027-03-31 on 2027-03-01 scale',
      'TECH 30 before 2027-03-31 on 2027-03-01 tech-touch',
      'SCALE 14 before 2027-03-31 on 2027-03-17 scale',
    ]);
  });

  test('are those of the tier of the day, and begin anew with another renewal date', async () => {
    const book = await bookFrom('2026-01-01');
    const renewalDate = '2026-03-31';
    await book.seed({ UP: { arr: '600', renewalDate }, NEW: { arr: '6000', renewalDate } });
    await runUpTo(book, '2026-01-01');
    await runUpTo(book, '2026-02-10');
    // From here on Scale's notices that still lie ahead; the one 60 days ahead has passed.
    await book.account('UP', { arr: '6000' });
    await book.account('NEW', { renewalDate: '2026-04-20' });
    await runUpTo(book, '2026-03-31');
    expect(await notices(book)).toEqual([
      'NEW 60 before 2026-03-31 on 2026-01-30 scale',
      'NEW 60 before 2026-04-20 on 2026-02-19 scale',
      'UP 30 before 2026-03-31 on 2026-03-01 scale',
      'UP 14 before 2026-03-31 on 2026-03-17 scale',
      'NEW 30 before 2026-04-20 on 2026-03-21 scale',
    ]);
  });

  test('of days that are caught up are those of the tier that the account had then', async () => {
    const book = await bookFrom('2026-01-01');
    const renewalDate = '2026-03-31';
    await book.seed({
      UP: { arr: '600', renewalDate },
      OUT: { arr: '6000', renewalDate },
      GONE: { arr: '6000', renewalDate },
    });
    await runUpTo(book, '2026-01-29');
    // The worker is down from the 30th on; people go on working.
    book.on('2026-02-03');
    await book.seed({ UP: { arr: '6000' }, OUT: { arr: '30000' }, GONE: { status: 'CHURNED' } });
    await runUpTo(book, '2026-03-31');
    expect(await notices(book)).toEqual([
      // It stood in Scale on that day.
      'OUT 60 before 2026-03-31 on 2026-01-30 scale',
      'UP 30 before 2026-03-31 on 2026-03-01 scale',
      'UP 14 before 2026-03-31 on 2026-03-17 scale',
    ]);
  });

  test('whose reason comes after the run of the day are recorded by the next one, under their day', async () => {
    const book = await bookFrom('2026-01-01');
    await book.seed({
      DATE: { arr: '6000' },
      MOVED: { arr: '600', renewalDate: '2026-03-31' },
      NEXT: { arr: '600', renewalDate: '2026-03-31' },
      LATE: { arr: '6000' },
    });
    await runUpTo(book, '2026-01-30');
    await book.account('DATE', { renewalDate: '2026-03-31' });
    await book.account('MOVED', { arr: '6000' });
    await book.account('LATE', { renewalDate: '2026-03-30' });
    expect(await notices(book)).toEqual([]);
    book.on('2026-01-31');
    await book.account('NEXT', { arr: '6000' });
    await runUpTo(book, '2026-01-31');
    // Neither is one of two days before made up for, nor one of a tier that the account had only a day later.
    const expected = [
      'DATE 60 before 2026-03-31 on 2026-01-30 scale',
      'MOVED 60 before 2026-03-31 on 2026-01-30 scale',
    ];
    expect(await notices(book)).toEqual(expected);
    const service = new RenewalNoticeService(book.unitOfWork);
    const stamp = {
      actorId: SYSTEM.id,
      actorName: SYSTEM.name,
      now: book.clock.now(),
      today: book.clock.today(),
    };
    expect(await service.recordDue(SYSTEM, stamp)).toBe(0);
    await runUpTo(book, '2026-02-02');
    expect(await notices(book)).toEqual(expected);
  });

  test('are neither lost nor doubled by a run that breaks off, or that runs again', async () => {
    const book = await bookFrom('2026-01-01');
    const accounts = Array.from({ length: 1_200 }, (_, index) => `A-${index}`);
    await book.seed(
      Object.fromEntries(accounts.map((id) => [id, { arr: '6000', renewalDate: '2026-03-02' }])),
    );
    book.on('2026-01-01');
    const service = new RenewalNoticeService(book.unitOfWork);
    let looks = 0;
    const stopping: Stopping = {
      get aborted() {
        looks += 1;
        // Once before the day before, of which nothing is known, and then before each batch of the day.
        return looks > 3;
      },
    };
    const stamp = {
      actorId: SYSTEM.id,
      actorName: SYSTEM.name,
      now: book.clock.now(),
      today: book.clock.today(),
    };
    await expect(service.recordDue(SYSTEM, stamp, stopping)).rejects.toThrow('asked to stop');
    expect(await notices(book)).toHaveLength(1_000);
    // Two workers at once, and then once more.
    const counts = await Promise.all([service.recordDue(SYSTEM, stamp), service.recordDue(SYSTEM, stamp)]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(200);
    expect(await service.recordDue(SYSTEM, stamp)).toBe(0);
    expect(new Set(await notices(book)).size).toBe(1_200);
    await expect(service.recordDue(somebody('MANAGER'), stamp)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('of a year are those of a plain walk through it, nothing missing and nothing twice', async () => {
    const book = await bookFrom('2027-06-01');
    const dice = new Dice('a year of notices');
    const ids = Array.from({ length: 40 }, (_, index) => `A-${index}`);
    const arr = (): string => String(dice.pick([600, 900, 6_000, 9_000, 30_000]));
    const renewal = (from: CalendarDate): CalendarDate => addDays(from, dice.whole(-700, 400));
    const start = book.clock.today();
    await book.seed(
      Object.fromEntries(
        ids.map((id) => [
          id,
          {
            arr: arr(),
            renewalDate: dice.chance(0.9) ? renewal(start) : null,
            termMonths: dice.pick([1, 3, 6, 12, 12, 24]),
          },
        ]),
      ),
    );
    const expected = new Map<string, string>();
    let lastRun = addDays(start, -1);
    for (let today = start; today <= day('2028-06-01'); today = addDays(today, 1)) {
      book.on(today);
      const isLast = today === day('2028-06-01');
      // Some nights nobody runs it, and the next run catches up; what people change comes after the run of the day.
      if (dice.chance(0.15) && !isLast) continue;
      await dailyRun(book).catchUp(COMMAND_LINE, today);
      for (let past = addDays(lastRun, 1); past <= today; past = addDays(past, 1)) {
        // Each night also looks at the day before; what is recorded stays as it is.
        for (const { key, notice } of [
          ...(await walk(book, addDays(past, -1))),
          ...(await walk(book, past)),
        ]) {
          if (!expected.has(key)) expected.set(key, notice);
        }
      }
      lastRun = today;
      if (dice.chance(0.4)) {
        const id = dice.pick(ids);
        const roll = dice.next();
        if (roll < 0.4) await book.account(id, { arr: arr() });
        else if (roll < 0.7) await book.account(id, { renewalDate: renewal(today) });
        else if (roll < 0.85) await book.account(id, { termMonths: dice.pick([1, 3, 12]) });
        else await book.account(id, { status: dice.chance(0.4) ? 'CHURNED' : 'ACTIVE' });
      }
    }
    const recorded = await notices(book);
    expect(recorded.sort()).toEqual([...expected.values()].sort());
    expect(recorded.length).toBeGreaterThan(100);
  }, 240_000);
});

/** What is due on the day by what is known of each account, counted term by term. */
async function walk(
  { database }: LivingBook,
  today: CalendarDate,
): Promise<{ key: string; notice: string }[]> {
  const accounts = await database.query<{
    id: string;
    tier: string | null;
    renewal: CalendarDate | null;
    term: number | null;
  }>(
    `SELECT external_id AS id, renewal_date::text AS renewal, term_months AS term,
       CASE WHEN status = 'CHURNED' THEN NULL ELSE (
         SELECT effective_to FROM tier_history h WHERE h.account_id = a.id AND occurred_on <= $1 ORDER BY id DESC LIMIT 1
       ) END AS tier
     FROM account a`,
    [today],
  );
  const days: Readonly<Record<string, readonly number[]>> = { scale: [60, 30, 14], 'tech-touch': [30] };
  return accounts.flatMap(({ id, tier, renewal, term }) => {
    if (tier === null || renewal === null) return [];
    let [next, terms] = [renewal, 0];
    while (next <= today) {
      terms += 1;
      next = addMonths(renewal, terms * (term ?? 12));
    }
    return (days[tier] ?? [])
      .filter((ahead) => addDays(today, ahead) === next)
      .map((ahead) => {
        const key = `${id} ${ahead} before ${next}`;
        return { key, notice: `${key} on ${today} ${tier}` };
      });
  });
}
