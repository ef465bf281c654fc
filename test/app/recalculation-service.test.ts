import { COMMAND_LINE } from '../../src/app/actor';
import { stampOf } from '../../src/app/account.service';
import { OverrideService } from '../../src/app/override.service';
import { RecalculationService } from '../../src/app/recalculation.service';
import { TierReviewService } from '../../src/app/tier-review.service';
import { fixedClock, type TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day, given } from '../support/facts';
import { LivingBook } from '../support/living-book';

describe('a recalculation of the book', () => {
  let database: TestDatabase;
  let clock: TestClock;
  let book: LivingBook;

  beforeEach(async () => {
    database = await createTestDatabase();
    clock = fixedClock('2026-03-02');
    book = new LivingBook(database, clock);
  });
  afterEach(async () => {
    await database.drop();
  });

  const recalculate = () => new RecalculationService(book.unitOfWork, clock).recalculate(COMMAND_LINE);
  const history = (externalId: string): Promise<unknown[]> =>
    database.query(
      `SELECT kind, cause, effective_to AS tier, occurred_on::text AS day FROM tier_history
       JOIN account ON account.id = account_id WHERE external_id = $1 ORDER BY tier_history.id`,
      [externalId],
    );

  test('makes a downgrade on the day on which its grace ends, and not before', async () => {
    await book.account('A', {
      arr: '30000',
      expansionAssessment: 'LOW',
      renewalDate: '2026-06-30',
      termMonths: 12,
    });
    book.on('2026-03-20');
    await book.account('A', { arr: '6000' });

    book.on('2026-06-29');
    expect(await recalculate()).toEqual({ scored: 1, changed: 0, moved: 0 });
    book.on('2026-06-30');
    expect(await recalculate()).toEqual({ scored: 1, changed: 1, moved: 1 });
    expect(await recalculate()).toEqual({ scored: 1, changed: 0, moved: 0 });
    expect(await history('A')).toEqual([
      { kind: 'INITIAL', cause: 'FACTS', tier: 'core', day: '2026-03-02' },
      { kind: 'DOWNGRADE_PENDING', cause: 'FACTS', tier: 'core', day: '2026-03-20' },
      { kind: 'DOWNGRADE', cause: 'GRACE_ENDED', tier: 'scale', day: '2026-06-30' },
    ]);
  });

  test('lets an assessment age: after 12 months it no longer counts', async () => {
    await book.account('A', { arr: '40000', expansionAssessment: 'HIGH', logoValue: false });
    book.on('2027-03-01');
    expect(await recalculate()).toMatchObject({ changed: 0 });
    book.on('2027-03-02');
    expect(await recalculate()).toMatchObject({ changed: 1, moved: 0 });
    expect((await history('A')).at(-1)).toEqual({
      kind: 'DOWNGRADE_PENDING',
      cause: 'TIME',
      tier: 'strategic',
      day: '2027-03-02',
    });
  });

  test.each([
    ['has none and did not ask', 'NULL', false, true],
    ['has none and asked already', 'NULL', true, false],
    ['has one that did not ask', 'review_baseline', true, true],
  ])(
    'compares a review with the last scorecard where the account %s',
    async (_what, baseline, asked, isAskedFor) => {
      await book.account('A', {
        arr: '400000',
        expansionAssessment: 'HIGH',
        seatsUsed: 100,
        seatsAvailable: 100,
        logoValue: true,
        referencePotential: true,
        marketInfluence: true,
        churnRisk: 'HIGH',
      });
      await database.query(`UPDATE account SET review_baseline = ${baseline}`);
      await database.query(`UPDATE scorecard SET opens_review = $1`, [asked]);
      book.on('2027-03-02');
      expect(await recalculate()).toMatchObject({ changed: 1, moved: 0 });
      const [row] = await database.query<{ codes: string[] }>(
        `SELECT ARRAY(SELECT jsonb_path_query(review_triggers, '$[*].code') #>> '{}') AS codes FROM account`,
      );
      expect(row?.codes).toContain('COMPUTED_TIER_CHANGED');
      expect(row?.codes.includes('RISKY_WITHOUT_GROWTH')).toBe(isAskedFor);
    },
  );

  test('applies subscription lines that start or end by date, on the day they did', async () => {
    await book.account('A', { name: 'Lines decide' });
    await book.lines('A', [
      { start: '2026-01-01', end: '2026-07-01', arr: '30000.00' },
      { start: '2026-04-01', end: '2026-07-01', arr: '90000.00' },
    ]);
    book.on('2026-04-10');
    await recalculate();
    book.on('2026-07-15');
    await recalculate();
    expect(
      await database.query(
        `SELECT kind, arr_to, effective_on::text AS day FROM arr_movement ORDER BY effective_on`,
      ),
    ).toEqual([
      { kind: 'NEW', arr_to: '30000.00', day: '2026-01-01' },
      { kind: 'EXPANSION', arr_to: '120000.00', day: '2026-04-01' },
      { kind: 'CHURN', arr_to: '0.00', day: '2026-07-01' },
    ]);
    expect((await history('A')).map((row) => (row as { kind: string }).kind)).toEqual([
      'INITIAL',
      'UPGRADE',
      'CHURNED',
    ]);
    expect(await recalculate()).toEqual({ scored: 0, changed: 0, moved: 0 });
  });

  test('sees what was written past the API, whatever a digest says', async () => {
    await book.accounts([
      { externalId: 'A', values: given({ arr: '30000', expansionAssessment: 'LOW' }) },
      { externalId: 'B', values: given({ arr: '30000', expansionAssessment: 'LOW' }) },
      { externalId: 'C', values: given({ arr: '30000', expansionAssessment: 'LOW' }) },
    ]);
    await database.query(`UPDATE account SET arr = 30001 WHERE external_id = 'A'`);
    await database.query(`UPDATE account SET churn_risk = 'HIGH' WHERE external_id = 'B'`);
    expect(await recalculate()).toEqual({ scored: 3, changed: 2, moved: 0 });
    expect(
      await database.query(
        `SELECT external_id AS id, criteria -> 0 ->> 'fact' AS arr, review_triggers -> 0 ->> 'code' AS trigger
         FROM account JOIN scorecard ON scorecard.id = scorecard_id ORDER BY 1`,
      ),
    ).toEqual([
      { id: 'A', arr: '30001.00', trigger: null },
      { id: 'B', arr: '30000.00', trigger: 'CHURN_RISK_CHANGED' },
      { id: 'C', arr: '30000.00', trigger: null },
    ]);
    expect(await recalculate()).toEqual({ scored: 3, changed: 0, moved: 0 });
  });

  test.each(['NULL', '1'])(
    'gives a scorecard whose digest is %s its own, which is no change of the account',
    async (digest) => {
      await book.account('A', { arr: '30000' });
      const stored = (): Promise<unknown> =>
        database.query(`SELECT version, updated_at, scorecard_id, scorecard_digest FROM account`);
      const before = await stored();
      await database.query(`UPDATE account SET scorecard_digest = ${digest}`);
      expect(await recalculate()).toEqual({ scored: 1, changed: 0, moved: 0 });
      expect(await stored()).toEqual(before);
    },
  );

  describe('leaves out the accounts that the day cannot have changed', () => {
    const marks = (): Promise<unknown[]> =>
      database.query(
        `SELECT external_id AS id, quiet_from::text AS from, quiet_until::text AS until,
           quiet_version IS NOT DISTINCT FROM version AS holds FROM account ORDER BY 1`,
      );

    test('which is kept beside each of them whenever it is decided', async () => {
      await book.account('A', { arr: '30000' });
      await book.account('B', { arr: '30000', expansionAssessment: 'LOW' });
      await book.account('C', { name: 'Not placed yet' });
      expect(await marks()).toEqual([
        { id: 'A', from: '2026-03-02', until: 'infinity', holds: true },
        { id: 'B', from: '2026-03-02', until: '2027-03-02', holds: true },
        { id: 'C', from: '2026-03-02', until: 'infinity', holds: true },
      ]);
      book.on('2026-03-20');
      await book.account('A', { arr: '6000' });
      book.on('2027-03-02');
      expect(await recalculate()).toEqual({ scored: 2, changed: 2, moved: 1 });
      expect((await marks()).slice(0, 2)).toEqual([
        { id: 'A', from: '2027-03-02', until: 'infinity', holds: true },
        { id: 'B', from: '2027-03-02', until: 'infinity', holds: true },
      ]);
    });

    test('until a person decides about it, after which it is looked at again', async () => {
      await book.account('A', { arr: '30000' });
      await new OverrideService(book.unitOfWork, clock).overrideTier(COMMAND_LINE, {
        account: { externalId: 'A' },
        tier: 'strategic',
        reason: 'BRAND',
        note: null,
        expiresOn: day('2026-06-30'),
        supersede: false,
      });
      expect(await marks()).toEqual([{ id: 'A', from: null, until: null, holds: true }]);
      expect(await recalculate()).toEqual({ scored: 1, changed: 0, moved: 0 });
      expect(await marks()).toEqual([{ id: 'A', from: '2026-03-02', until: '2026-05-31', holds: true }]);
    });

    test('which the daily run knows of the reviews that it has confirmed or escalated, so that it writes nothing twice', async () => {
      await book.account('A', { arr: '1000' });
      await book.account('B', { arr: '600000' });
      book.on('2026-09-01');
      const reviews = new TierReviewService(book.unitOfWork, clock);
      expect(await reviews.runDue(COMMAND_LINE, stampOf(COMMAND_LINE, clock))).toBe(2);
      expect(await marks()).toEqual([
        { id: 'A', from: '2026-09-01', until: 'infinity', holds: true },
        { id: 'B', from: '2026-09-01', until: 'infinity', holds: true },
      ]);
    });

    test.each([
      ['hold', '', 0],
      ['are of days to come', `, quiet_from = '2026-03-03'`, 1],
      ['are over', `, quiet_until = '2026-03-02'`, 1],
      ['were found by other rules', `, quiet_rules = quiet_rules + 1`, 1],
      ['were found for another version of the account', `, version = version + 1`, 1],
      ['were found under another model', `, model_version = NULL`, 1],
      ['are not known', `, quiet_from = NULL, quiet_until = NULL, quiet_rules = NULL`, 1],
    ])('so that one whose quiet days %s is decided or not', async (_what, more, changed) => {
      await book.account('A', { arr: '30000' });
      // Something that nobody can have written without ending them.
      await database.query(`UPDATE account SET arr = 30001`);
      await database.query(`UPDATE account SET quiet_version = version${more}`);
      expect(await recalculate()).toEqual({ scored: 1, changed, moved: 0 });
    });

    test('unless all are asked for', async () => {
      await book.account('A', { arr: '30000' });
      await database.query(`UPDATE account SET arr = 30001`);
      await database.query(`UPDATE account SET quiet_version = version`);
      const service = new RecalculationService(book.unitOfWork, clock);
      expect(await service.recalculate(COMMAND_LINE, { everyAccount: true })).toMatchObject({ changed: 1 });
    });

    test('which a server that does not know of it ends by writing one', async () => {
      await book.account('A', { arr: '30000' });
      await database.query(`UPDATE account SET arr = 30001, version = version + 1`);
      expect(await marks()).toMatchObject([{ holds: false }]);
      expect(await recalculate()).toEqual({ scored: 1, changed: 1, moved: 0 });
    });

    test('which is not noted of one that has been written meanwhile', async () => {
      await book.account('A', { arr: '30000' });
      await database.query(`UPDATE account SET quiet_until = NULL, version = version + 1`);
      const [row] = await database.query<{ id: string; version: number }>(
        `SELECT id::text, version FROM account`,
      );
      const note = (version: number): Promise<void> =>
        book.unitOfWork.run(stampOf(COMMAND_LINE, clock), (stores) =>
          stores.accounts.noteQuietDays([
            { id: row?.id ?? '', version, quiet: { from: day('2026-03-02'), until: null } },
          ]),
        );
      await note(1);
      expect(await marks()).toMatchObject([{ until: null, holds: false }]);
      await note(row?.version ?? 0);
      expect(await marks()).toMatchObject([{ until: 'infinity', holds: true }]);
    });
  });

  test('needs the role ADMIN', async () => {
    const service = new RecalculationService(book.unitOfWork, clock);
    await expect(service.recalculate({ ...COMMAND_LINE, role: 'MANAGER' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
