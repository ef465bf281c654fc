import { AccountService } from '../../src/app/account.service';
import { type Actor, SYSTEM } from '../../src/app/actor';
import { RecalculationService } from '../../src/app/recalculation.service';
import { addDays, type CalendarDate } from '../../src/domain/calendar';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { Dice } from '../../src/demo/dice';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { SqlAccountReads } from '../../src/persistence/reads/account.reads';
import { fixedClock } from '../support/clock';
import { CompanyLives } from '../support/company-lives';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
import { LifeWitness } from '../support/life-witness';
import { LivingBook } from '../support/living-book';

const FIRST_DAY = day('2027-03-01');
const LAST_DAY = day('2029-02-28');
const ACCOUNTS = 300;

/** What two years must have seen at least, or they have shown nothing. */
const EXPECTED_ROWS = [
  'CHURNED FACTS',
  'DOWNGRADE CORRECTION',
  'DOWNGRADE GRACE_ENDED',
  'DOWNGRADE_CANCELLED FACTS',
  'DOWNGRADE_PENDING FACTS',
  'DOWNGRADE_PENDING TIME',
  'INITIAL FACTS',
  'REACTIVATED FACTS',
  'UPGRADE FACTS',
];

const CRM: Actor = { kind: 'TOKEN', id: 'token:crm', name: 'The CRM', role: 'ADMIN', csmId: null };

describe('two years of 300 accounts, day by day', () => {
  let database: TestDatabase;
  let reader: DatabaseReader;

  beforeAll(async () => {
    database = await createTestDatabase();
    reader = new DatabaseReader({ url: database.url, max: 2, applicationName: 'tierbook-test' });
  });
  afterAll(async () => {
    await reader.close();
    await database.drop();
  });

  /** A fingerprint of every row that the book has. */
  const fingerprint = async (): Promise<unknown> =>
    database.query(
      `SELECT (SELECT md5(string_agg(a::text, '' ORDER BY a.id)) FROM account a) AS accounts,
         (SELECT md5(string_agg(p::text, '' ORDER BY p.account_id)) FROM pending_downgrade p) AS pending,
         (SELECT max(id) FROM tier_history) AS history, (SELECT max(id) FROM scorecard) AS scorecards,
         (SELECT max(id) FROM arr_movement) AS movements, (SELECT max(id) FROM fact_change) AS changes`,
    );

  test('no rule is broken on any day, and every past day reads as it was', async () => {
    const clock = fixedClock(FIRST_DAY);
    const book = new LivingBook(database, clock);
    const accounts = new AccountService(book.unitOfWork, clock, 'USD');
    const recalculation = new RecalculationService(book.unitOfWork, clock);
    const lives = new CompanyLives(ACCOUNTS, FIRST_DAY, 'two years');
    const dice = new Dice('managers');
    const witness = new LifeWitness(database, () => DEFAULT_MODEL.tiers);

    await book.accounts(lives.beginnings());
    await witness.closeDay(FIRST_DAY, 1);
    const days: CalendarDate[] = [FIRST_DAY];
    for (let today = addDays(FIRST_DAY, 1); today <= LAST_DAY; today = addDays(today, 1)) {
      clock.setDay(today);
      days.push(today);
      await recalculation.recalculate(SYSTEM);
      for (const result of await accounts.upsertAccounts(CRM, lives.changesOn(today))) {
        expect(result.errors).toEqual([]);
      }
      if (dice.chance(0.05)) {
        await accounts
          .designateStrategic(CRM, { externalId: dice.pick(lives.externalIds) }, 'A logo', null)
          .catch(() => undefined);
      }
      await witness.closeDay(today, 1);
      const before = await fingerprint();
      await recalculation.recalculate(SYSTEM);
      expect(await fingerprint()).toEqual(before);
    }

    const reads = new SqlAccountReads(reader, () =>
      Promise.resolve(DEFAULT_MODEL.tiers.map(({ key }) => key)),
    );
    for (const date of days) {
      const then = witness.tiersOn(date);
      const read = await reads.tiersAt([...then.keys()], date);
      const asRead = read.map(({ accountId, computed, held, effective }) => [
        accountId,
        computed,
        held,
        effective,
      ]);
      const recorded = [...then].map(([id, { computed, held, effective }]) => [
        id,
        computed,
        held,
        effective,
      ]);
      expect(asRead).toEqual(recorded);
    }
    expect(days).toContain('2028-02-29');
    expect(Object.keys(witness.rows)).toEqual(expect.arrayContaining(EXPECTED_ROWS));
  }, 300_000);
});
