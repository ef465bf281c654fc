import { SYSTEM } from '../../src/app/actor';
import { DailyRunService } from '../../src/app/daily-run.service';
import { dailySteps } from '../../src/app/daily-steps';
import { SqlExclusive } from '../../src/persistence/exclusive';
import { SqlAccountReads } from '../../src/persistence/reads/account.reads';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { LifeChecks } from '../support/life-checks';
import { LivingBook } from '../support/living-book';
import { everyDeed } from '../support/two-year-deeds';
import { FIRST_DAY, LAST_DAY, LEAP_DAY, TwoYearLife } from '../support/two-year-life';

const PATIENCE_MS = 900_000;

describe('two years of three hundred accounts', () => {
  let database: TestDatabase;
  let reader: DatabaseReader;

  beforeAll(async () => {
    database = await createTestDatabase();
    reader = new DatabaseReader({ url: database.url, max: 2, applicationName: 'test' });
  });
  afterAll(async () => {
    await reader.close();
    await database.drop();
  });

  test(
    'lived through day by day, keep every rule on every day',
    async () => {
      const clock = fixedClock(FIRST_DAY);
      const book = new LivingBook(database, clock);
      const dailyRuns = new DailyRunService(
        book.unitOfWork,
        new SqlExclusive(database.dataSource),
        clock,
        dailySteps(book.unitOfWork, clock),
      );
      const done = new Map<string, number>();
      const life = new TwoYearLife(book, dailyRuns, everyDeed({ done }));
      const checks = new LifeChecks(database, new SqlAccountReads(reader, () => Promise.resolve([])));

      while (life.hasDaysLeft && checks.findings.length === 0) {
        await life.nextNight();
        const { today, dice } = life;
        const before = await checks.fingerprint();
        await dailyRuns.run(SYSTEM, today, { again: true });
        checks.expect(
          (await checks.fingerprint()) === before,
          today,
          'a second run of the day wrote something',
        );
        await life.spendDay();
        await checks.endOfDay(today);
        const past = dice.of(checks.days);
        if (past !== undefined) await checks.checkPast(past, today);
      }
      for (const past of checks.days) await checks.checkPast(past, life.today);

      expect(checks.findings).toEqual([]);
      expect([checks.days.length, checks.days[0], checks.days.at(-1)]).toEqual([731, FIRST_DAY, LAST_DAY]);
      expect(checks.days).toContain(LEAP_DAY);
      expect(life.companies).toHaveLength(300);
      // The rules had something to do.
      for (const what of [
        'INITIAL FACTS',
        'UPGRADE FACTS',
        'DOWNGRADE GRACE_ENDED',
        'DOWNGRADE CORRECTION',
        'DOWNGRADE_PENDING FACTS',
        'DOWNGRADE_PENDING TIME',
        'DOWNGRADE_CANCELLED FACTS',
        'CHURNED FACTS',
        'REACTIVATED FACTS',
        'OVERRIDE_STARTED OVERRIDE',
        'OVERRIDE_ENDED OVERRIDE',
        'DOWNGRADE_PENDING OVERRIDE',
        'DOWNGRADE REVIEW',
        'DOWNGRADE_PENDING REVIEW',
        'DOWNGRADE_PENDING MODEL_PUBLISHED',
      ]) {
        expect([what, (checks.seen.get(what) ?? 0) >= 10]).toEqual([what, true]);
      }
      expect(done.get('models are published')).toBe(2);
      for (const [deed, times] of done) expect([deed, times >= 2]).toEqual([deed, true]);
    },
    PATIENCE_MS,
  );
});

describe('the checks of a life', () => {
  let database: TestDatabase;
  let reader: DatabaseReader;
  let book: LivingBook;
  let checks: LifeChecks;
  const clock = fixedClock(FIRST_DAY);

  beforeEach(async () => {
    database = await createTestDatabase();
    reader = new DatabaseReader({ url: database.url, max: 2, applicationName: 'test' });
    book = new LivingBook(database, clock).on(FIRST_DAY);
    checks = new LifeChecks(database, new SqlAccountReads(reader, () => Promise.resolve([])), []);
    await book.account('A', { arr: '30000', expansionAssessment: 'MEDIUM' });
    await checks.endOfDay(FIRST_DAY);
  });
  afterEach(async () => {
    await reader.close();
    await database.drop();
  });

  test('find a fall inside the grace that no exception allows', async () => {
    await book.account('A', { arr: '150000' });
    await book.account('A', { arr: '30000' });
    await checks.endOfDay(FIRST_DAY);
    expect(checks.findings).toEqual([expect.stringContaining('lets the held tier fall inside its grace')]);
  });

  test('find a standing that the history does not add up to', async () => {
    await database.query(`UPDATE account SET held_tier = 'scale', effective_tier = 'scale'`);
    await checks.endOfDay(FIRST_DAY);
    expect(checks.findings).toEqual([
      expect.stringContaining('its history adds up to'),
      expect.stringContaining('is held in scale, below its computed core'),
    ]);
  });

  test('find a grace that has ended without a downgrade', async () => {
    await book.account('A', { arr: '6000' });
    book.on('2028-03-01');
    await checks.endOfDay(clock.today());
    expect(checks.findings).toContainEqual(expect.stringContaining('still waits for a grace that ended on'));
  });

  test('find a past that is told otherwise than it was recorded', async () => {
    book.on('2027-03-05');
    await checks.endOfDay(clock.today());
    await database.query(`ALTER TABLE tier_history DISABLE TRIGGER ALL`);
    await database.query(`UPDATE tier_history SET occurred_on = '2027-03-05'`);
    await checks.checkPast(FIRST_DAY, clock.today());
    expect(checks.findings).toEqual([expect.stringContaining('stood in core / core / core on 2027-03-01')]);
  });

  test('find that something was written, even where it says what was there before', async () => {
    const before = await checks.fingerprint();
    expect(await checks.fingerprint()).toBe(before);
    await database.query(`UPDATE account SET version = version`);
    expect(await checks.fingerprint()).not.toBe(before);
  });
});
