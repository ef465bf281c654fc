import { stampOf } from '../../src/app/account.service';
import { COMMAND_LINE } from '../../src/app/actor';
import { DailyRunService, type DailyStep } from '../../src/app/daily-run.service';
import { dailySteps, idempotencyKeysStep, recalculationStep } from '../../src/app/daily-steps';
import { OverrideService } from '../../src/app/override.service';
import { StoppedEarly } from '../../src/app/ports/stopping';
import { type UnitOfWork } from '../../src/app/ports/stores';
import { RecalculationService } from '../../src/app/recalculation.service';
import { SegmentService } from '../../src/app/segment.service';
import { ServiceAdjustmentService } from '../../src/app/service-adjustment.service';
import { SqlExclusive } from '../../src/persistence/exclusive';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
import { LivingBook } from '../support/living-book';
import { makeCsm, somebody } from '../support/override-book';

const databases: TestDatabase[] = [];

/** A book with the daily run that the product has. */
async function bookFrom(date: string): Promise<LivingBook> {
  const database = await createTestDatabase();
  databases.push(database);
  return new LivingBook(database, fixedClock(date));
}

afterEach(async () => {
  await Promise.all(databases.splice(0).map((database) => database.drop()));
});

function serviceOf(
  { unitOfWork, clock, database }: LivingBook,
  steps?: readonly DailyStep[],
): DailyRunService {
  return new DailyRunService(
    unitOfWork,
    new SqlExclusive(database.dataSource),
    clock,
    steps ?? [
      recalculationStep(new RecalculationService(unitOfWork, clock)),
      idempotencyKeysStep(unitOfWork),
    ],
  );
}

const catchUp = (book: LivingBook, service = serviceOf(book)) =>
  service.catchUp(COMMAND_LINE, book.clock.today());

/** A step that notes the days on which it ran, and may be given something to do. */
function noting(
  name: DailyStep['name'],
  days: string[],
  work?: (today: string) => Promise<void> | void,
): DailyStep {
  return {
    name,
    run: async ({ today }) => {
      days.push(`${today} ${name}`);
      await work?.(today);
      return 1;
    },
  };
}

const runs = ({ database }: LivingBook): Promise<unknown[]> =>
  database.query(
    `SELECT day::text, finished_at IS NOT NULL AS finished,
       (SELECT array_agg(step || CASE WHEN finished_at IS NULL THEN ' broke off' ELSE '' END ORDER BY step)
        FROM daily_step WHERE daily_step.day = daily_run.day) AS steps
     FROM daily_run ORDER BY day`,
  );

/** Everything in the book but keys of rows and moments of writing. */
async function contentsOf({ database }: LivingBook): Promise<unknown> {
  const [history, standings, movements, facts, lines] = await Promise.all([
    database.query(
      `SELECT external_id, kind, cause, h.computed_tier, held_from, held_to, effective_from, effective_to,
         pending_target, pending_detected_on::text, h.grace_until::text, grace_reason, occurred_on::text, h.actor_name,
         s.scored_on::text, s.total
       FROM tier_history h JOIN account a ON a.id = h.account_id LEFT JOIN scorecard s ON s.id = h.scorecard_id
       ORDER BY external_id, h.id`,
    ),
    database.query(
      `SELECT external_id, computed_tier, a.held_tier, effective_tier, status, arr, total, review_due_on::text,
         lines_applied_on::text, target_tier, p.detected_on::text, p.grace_until::text, p.reason
       FROM account a LEFT JOIN pending_downgrade p ON p.account_id = a.id ORDER BY external_id`,
    ),
    database.query(
      `SELECT external_id, kind, arr_from, arr_to, effective_on::text, recorded_on::text
       FROM arr_movement m JOIN account a ON a.id = m.account_id ORDER BY external_id, effective_on, m.id`,
    ),
    database.query(
      `SELECT external_id, field, value_from, value_to, effective_on::text
       FROM fact_change f JOIN account a ON a.id = f.account_id ORDER BY external_id, effective_on, field, f.id`,
    ),
    database.query(
      `SELECT external_id, scored_on::text, s.total, s.computed_tier
       FROM scorecard s JOIN account a ON a.id = s.account_id ORDER BY external_id, s.id`,
    ),
  ]);
  return { history, standings, movements, facts, lines };
}

/** Accounts of which something falls due on different days from 7 to 11 March 2028. */
async function seed(book: LivingBook): Promise<void> {
  book.on('2027-03-08');
  await book.account('AGES', { arr: '40000', expansionAssessment: 'HIGH', logoValue: false });
  book.on('2027-06-01');
  await book.account('FALLS', {
    arr: '30000',
    expansionAssessment: 'LOW',
    expansionAssessedOn: '2027-06-01',
    renewalDate: '2028-03-09',
    termMonths: 12,
  });
  await book.account('STOPS', { arr: '9000', expansionAssessment: 'LOW', status: 'ACTIVE' });
  for (const name of ['ENDS', 'GROWS', 'BOTH']) await book.account(name, { name });
  await book.lines('ENDS', [{ start: '2027-01-01', end: '2028-03-10', arr: '30000.00' }]);
  await book.lines('GROWS', [
    { start: '2027-01-01', arr: '30000.00' },
    { start: '2028-03-07', arr: '90000.00' },
  ]);
  await book.lines('BOTH', [
    { start: '2027-01-01', end: '2028-03-08', arr: '120000.00' },
    { start: '2027-01-01', end: '2028-03-11', arr: '6000.00' },
  ]);
  book.on('2027-08-01');
  await book.account('FALLS', { arr: '6000' });
  book.on('2028-02-07');
  await book.account('STOPS', { status: 'TRIAL', arr: '0' });
}

describe('the daily run', () => {
  test('catches up with five days of downtime to exactly the book that five runs on time would have made', async () => {
    const [late, punctual] = await Promise.all([bookFrom('2027-03-08'), bookFrom('2027-03-08')]);
    for (const book of [late, punctual]) {
      await seed(book);
      book.on('2028-03-06');
      expect((await catchUp(book)).days).toEqual(['2028-03-06']);
    }
    for (const date of ['2028-03-07', '2028-03-08', '2028-03-09', '2028-03-10', '2028-03-11']) {
      punctual.on(date);
      expect((await catchUp(punctual)).days).toEqual([date]);
    }
    late.on('2028-03-11');
    expect((await catchUp(late)).days).toHaveLength(5);

    expect(await contentsOf(late)).toEqual(await contentsOf(punctual));
    expect(await runs(late)).toEqual(await runs(punctual));
    const recorded = await late.database.query(
      `SELECT external_id AS account, kind, occurred_on::text AS day FROM tier_history h
       JOIN account a ON a.id = h.account_id WHERE occurred_on > '2028-03-06' ORDER BY occurred_on, external_id, h.id`,
    );
    expect(recorded).toEqual(
      [
        { account: 'GROWS', kind: 'UPGRADE', day: '2028-03-07' },
        { account: 'BOTH', kind: 'DOWNGRADE_PENDING', day: '2028-03-08' },
        { account: 'STOPS', kind: 'DOWNGRADE', day: '2028-03-08' },
        { account: 'AGES', kind: 'DOWNGRADE_PENDING', day: '2028-03-08' },
        { account: 'FALLS', kind: 'DOWNGRADE', day: '2028-03-09' },
        { account: 'ENDS', kind: 'CHURNED', day: '2028-03-10' },
        { account: 'BOTH', kind: 'DOWNGRADE_CANCELLED', day: '2028-03-11' },
        { account: 'BOTH', kind: 'CHURNED', day: '2028-03-11' },
      ].sort((a, b) => (a.day + a.account < b.day + b.account ? -1 : 1)),
    );
  });

  test('runs its steps in their order, each with its own day for today', async () => {
    const book = await bookFrom('2028-02-27');
    const seen: string[] = [];
    const service = serviceOf(book, [noting('OVERRIDES', seen), noting('RECALCULATION', seen)]);
    await catchUp(book, service);
    book.on('2028-03-01');
    const { days, steps } = await catchUp(book, service);
    expect(seen).toEqual([
      '2028-02-27 OVERRIDES',
      '2028-02-27 RECALCULATION',
      '2028-02-28 OVERRIDES',
      '2028-02-28 RECALCULATION',
      '2028-02-29 OVERRIDES',
      '2028-02-29 RECALCULATION',
      '2028-03-01 OVERRIDES',
      '2028-03-01 RECALCULATION',
    ]);
    expect(days).toEqual(['2028-02-28', '2028-02-29', '2028-03-01']);
    expect(steps.map(({ changed }) => changed)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('writes nothing the second time on a day, even where it is asked to run it again', async () => {
    const book = await bookFrom('2027-03-08');
    await seed(book);
    book.on('2028-03-10');
    expect((await catchUp(book)).steps[0]).toMatchObject({ name: 'RECALCULATION', changed: 6 });
    const contents = await contentsOf(book);
    const ids = () => book.database.query(`SELECT max(id), count(*) FROM tier_history`);
    const before = await ids();

    expect(await catchUp(book)).toEqual({ days: [], steps: [], skipped: 0, stopped: false });
    const service = serviceOf(book);
    expect(await service.run(COMMAND_LINE, day('2028-03-10'))).toMatchObject({ days: [], steps: [] });
    const again = await service.run(COMMAND_LINE, day('2028-03-10'), { again: true });
    expect(again.steps.map(({ name, changed }) => [name, changed])).toEqual([
      ['RECALCULATION', 0],
      ['IDEMPOTENCY_KEYS', 0],
    ]);
    expect(await contentsOf(book)).toEqual(contents);
    expect(await ids()).toEqual(before);
  });

  test('that broke off goes on with the step at which it did, and then with the days after it', async () => {
    const book = await bookFrom('2028-03-06');
    const seen: string[] = [];
    let broken = true;
    const service = serviceOf(book, [
      noting('OVERRIDES', seen),
      noting('RECALCULATION', seen, () => {
        if (broken) throw new Error('the power went off');
      }),
      noting('SEGMENTS', seen),
    ]);
    await expect(catchUp(book, service)).rejects.toThrow('the power went off');
    expect(await runs(book)).toEqual([
      { day: '2028-03-06', finished: false, steps: ['OVERRIDES', 'RECALCULATION broke off'] },
    ]);
    broken = false;
    book.on('2028-03-07');
    expect((await catchUp(book, service)).days).toEqual(['2028-03-06', '2028-03-07']);
    expect(seen).toEqual([
      '2028-03-06 OVERRIDES',
      '2028-03-06 RECALCULATION',
      '2028-03-06 RECALCULATION',
      '2028-03-06 SEGMENTS',
      '2028-03-07 OVERRIDES',
      '2028-03-07 RECALCULATION',
      '2028-03-07 SEGMENTS',
    ]);
  });

  test('of several processes at once is done by one, and the others find it done', async () => {
    const book = await bookFrom('2028-03-06');
    const seen: string[] = [];
    let inside = 0;
    let most = 0;
    const steps = (['OVERRIDES', 'RECALCULATION', 'SEGMENTS'] as const).map((name) =>
      noting(name, seen, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await book.database.query('SELECT pg_sleep(0.02)');
        inside -= 1;
      }),
    );
    await catchUp(book, serviceOf(book, steps));
    book.on('2028-03-08');
    seen.length = 0;
    const results = await Promise.all([1, 2, 3].map(() => catchUp(book, serviceOf(book, steps))));
    expect(results.map(({ days }) => days.length).sort()).toEqual([0, 0, 2]);
    expect(seen).toEqual(
      ['2028-03-07', '2028-03-08'].flatMap((date) =>
        ['OVERRIDES', 'RECALCULATION', 'SEGMENTS'].map((name) => `${date} ${name}`),
      ),
    );
    expect(most).toBe(1);
  });

  test('stops between two steps when it is asked to, and goes on another time', async () => {
    const book = await bookFrom('2028-03-06');
    const stopping = new AbortController();
    const seen: string[] = [];
    const service = serviceOf(book, [
      noting('OVERRIDES', seen, () => {
        stopping.abort();
      }),
      recalculationStep(new RecalculationService(book.unitOfWork, book.clock)),
    ]);
    const first = await service.catchUp(COMMAND_LINE, book.clock.today(), { stopping: stopping.signal });
    expect(first).toMatchObject({ days: [], steps: [{ name: 'OVERRIDES' }], stopped: true });
    expect(await catchUp(book, service)).toMatchObject({
      days: ['2028-03-06'],
      steps: [{ name: 'RECALCULATION' }],
      stopped: false,
    });
  });

  test('stops between two batches of a recalculation', async () => {
    const book = await bookFrom('2028-03-06');
    await book.account('A', { arr: '1' });
    const recalculation = new RecalculationService(book.unitOfWork, book.clock);
    const stamp = {
      actorId: 'system',
      actorName: 'Tierbook',
      now: book.clock.now(),
      today: book.clock.today(),
    };
    const stopping = { aborted: false };
    const onProgress = (): void => {
      stopping.aborted = true;
    };
    await expect(
      recalculation.bringUpTo(COMMAND_LINE, stamp, { stopping, onProgress }),
    ).rejects.toMatchObject({ name: 'StoppedEarly' });
  });

  test('stops within each of its steps that go through the book', async () => {
    const book = await bookFrom('2028-03-06');
    const stamp = stampOf(COMMAND_LINE, book.clock);
    const stopped: string[] = [];
    for (const step of dailySteps(book.unitOfWork, book.clock)) {
      await step.run(stamp, { aborted: true }).catch((error: unknown) => {
        expect(error).toBeInstanceOf(StoppedEarly);
        stopped.push(step.name);
      });
    }
    expect(stopped).toEqual([
      'OVERRIDES',
      'RECALCULATION',
      'SERVICE_ADJUSTMENTS',
      'TIER_REVIEWS',
      'RENEWAL_NOTICES',
      'SEGMENTS',
    ]);
  });

  test('keeps the batches before a stop, and the next run finishes the step', async () => {
    const book = await bookFrom('2028-03-05');
    const segments = new SegmentService(book.unitOfWork, book.clock);
    for (const name of ['First', 'Second', 'Third']) {
      const criteria = [{ dimension: 'INDUSTRY', values: ['Banks'], includeUnknown: false }] as const;
      await segments.create(COMMAND_LINE, { name, description: null, criteria });
    }
    book.on('2028-03-06');
    await book.account('A', { arr: '1000', industry: 'Banks' });
    const recorded = () =>
      book.database.query(
        'SELECT name FROM segment_member JOIN segment s ON s.id = segment_id ORDER BY s.id',
      );

    const stopping = new AbortController();
    const stopsAfterOne: UnitOfWork = {
      run: async (stamp, work) => {
        const result = await book.unitOfWork.run(stamp, work);
        stopping.abort();
        return result;
      },
      rehearse: (stamp, work) => book.unitOfWork.rehearse(stamp, work),
      observe: (work) => book.unitOfWork.observe(work),
    };
    const segmentsStep = (unitOfWork: UnitOfWork): DailyStep[] =>
      dailySteps(unitOfWork, book.clock).filter(({ name }) => name === 'SEGMENTS');
    const first = serviceOf(book, segmentsStep(stopsAfterOne));
    const options = { stopping: stopping.signal };
    expect(await first.catchUp(COMMAND_LINE, book.clock.today(), options)).toEqual({
      days: [],
      steps: [],
      skipped: 0,
      stopped: true,
    });
    expect(await recorded()).toEqual([{ name: 'First' }]);
    expect(await runs(book)).toEqual([{ day: '2028-03-06', finished: false, steps: ['SEGMENTS broke off'] }]);

    expect(await catchUp(book, serviceOf(book, segmentsStep(book.unitOfWork)))).toEqual({
      days: ['2028-03-06'],
      steps: [{ day: '2028-03-06', name: 'SEGMENTS', changed: 2 }],
      skipped: 0,
      stopped: false,
    });
    expect(await recorded()).toEqual([{ name: 'First' }, { name: 'Second' }, { name: 'Third' }]);
  });

  test('that has lost its lock does nothing more', async () => {
    const book = await bookFrom('2028-03-06');
    const seen: string[] = [];
    const service = serviceOf(book, [
      noting('OVERRIDES', seen, async () => {
        await book.database.query(
          `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
           WHERE locktype = 'advisory' AND datname = current_database() AND pid <> pg_backend_pid()`,
        );
      }),
      noting('SEGMENTS', seen),
    ]);
    await expect(catchUp(book, service)).rejects.toThrow();
    expect(seen).toEqual(['2028-03-06 OVERRIDES']);
    // The lock is free again, and nothing of it has stayed behind in the pool.
    expect((await catchUp(book, serviceOf(book))).days).toEqual(['2028-03-06']);
  });

  test('goes on with today where the clock has gone backwards, and the days of the wrong clock count for nothing', async () => {
    const book = await bookFrom('2028-03-06');
    await book.account('A', { arr: '40000', expansionAssessment: 'HIGH' });
    await catchUp(book);
    book.on('2030-01-01');
    await serviceOf(book).run(COMMAND_LINE, day('2030-01-01'));
    const wrong = await contentsOf(book);
    book.on('2028-03-05');
    expect((await catchUp(book)).days).toEqual(['2028-03-05']);
    book.on('2028-03-07');
    expect((await catchUp(book)).days).toEqual(['2028-03-07']);
    // What was decided for 2030 stays: nothing is decided for a day before it.
    expect(await contentsOf(book)).toEqual(wrong);
  });

  test('says of a past day that it happened then, and that it was written now', async () => {
    const book = await bookFrom('2027-03-08');
    await book.account('A', { arr: '40000', expansionAssessment: 'HIGH', logoValue: false });
    book.on('2028-03-07');
    await catchUp(book);
    book.on('2028-03-10');
    await catchUp(book);
    expect(
      await book.database.query(
        `SELECT kind, occurred_on::text AS day, (occurred_at AT TIME ZONE 'UTC')::date::text AS written, actor_name AS actor
         FROM tier_history ORDER BY id DESC LIMIT 1`,
      ),
    ).toEqual([{ kind: 'DOWNGRADE_PENDING', day: '2028-03-08', written: '2028-03-10', actor: 'Tierbook' }]);
  });

  test('ends nothing before it began where a churn is found while days are caught up', async () => {
    const book = await bookFrom('2028-03-05');
    const accounts = ['ASKED', 'LIFTED', 'HELPED'];
    for (const externalId of accounts) {
      await book.account(externalId, {});
      await book.lines(externalId, [{ start: '2028-01-01', end: '2028-03-07', arr: '30000' }]);
    }
    const csm = somebody('CSM', 'csm', await makeCsm(book.database, 'csm', accounts, '2028-01-01'));
    const service = serviceOf(book, dailySteps(book.unitOfWork, book.clock));
    await catchUp(book, service);

    book.on('2028-03-08');
    const overrides = new OverrideService(book.unitOfWork, book.clock);
    const terms = { reason: 'BRAND', note: null, expiresOn: day('2028-06-01'), supersede: false } as const;
    const strategic = { ...terms, tier: 'strategic' };
    await overrides.overrideTier(csm, { ...strategic, account: { externalId: 'ASKED' } });
    await overrides.overrideTier(COMMAND_LINE, { ...strategic, account: { externalId: 'LIFTED' } });
    const help = { kind: 'EXTRA', until: day('2028-06-01'), note: null, replace: false } as const;
    const adjustments = new ServiceAdjustmentService(book.unitOfWork, book.clock);
    await adjustments.set(COMMAND_LINE, { externalId: 'HELPED' }, help);
    book.on('2028-03-09');
    expect((await catchUp(book, service)).days).toEqual([
      '2028-03-06',
      '2028-03-07',
      '2028-03-08',
      '2028-03-09',
    ]);

    expect(
      await book.database.query(
        `SELECT external_id AS account, requested_on::text AS began, ended_on::text AS ended, end_reason AS reason
         FROM tier_override o JOIN account a ON a.id = o.account_id
         UNION ALL
         SELECT external_id, created_on::text, ended_on::text, end_reason
         FROM service_adjustment s JOIN account a ON a.id = s.account_id ORDER BY account`,
      ),
    ).toEqual(
      ['ASKED', 'HELPED', 'LIFTED'].map((account) => ({
        account,
        began: '2028-03-08',
        ended: '2028-03-08',
        reason: 'ACCOUNT_CHURNED',
      })),
    );
    // What had been decided for the 8th already is left to that day; the others churned on their own.
    expect(
      await book.database.query(
        `SELECT external_id AS account, occurred_on::text AS on FROM tier_history h
         JOIN account a ON a.id = h.account_id WHERE kind = 'CHURNED' ORDER BY account`,
      ),
    ).toEqual([
      { account: 'ASKED', on: '2028-03-07' },
      { account: 'HELPED', on: '2028-03-07' },
      { account: 'LIFTED', on: '2028-03-08' },
    ]);
  });

  test('records who is in a segment with the day itself, and with none that is caught up', async () => {
    const book = await bookFrom('2028-03-05');
    const service = serviceOf(book, dailySteps(book.unitOfWork, book.clock));
    const criteria = [{ dimension: 'INDUSTRY', values: ['Banks'], includeUnknown: false }] as const;
    const segments = new SegmentService(book.unitOfWork, book.clock);
    await segments.create(COMMAND_LINE, { name: 'Banks', description: null, criteria });
    await catchUp(book, service);
    book.on('2028-03-06');
    await book.account('A', { arr: '1000', industry: 'Banks' });
    book.on('2028-03-08');
    const { steps } = await catchUp(book, service);
    expect(
      steps.flatMap(({ day: on, name, changed }) => (name === 'SEGMENTS' ? [[on, changed]] : [])),
    ).toEqual([
      ['2028-03-06', 0],
      ['2028-03-07', 0],
      ['2028-03-08', 1],
    ]);
    expect(
      await book.database.query(`SELECT kind, cause, occurred_on::text AS on FROM segment_change`),
    ).toEqual([{ kind: 'ENTERED', cause: 'ACCOUNT_CHANGED', on: '2028-03-08' }]);
  });

  test('forgets idempotency keys after 30 days', async () => {
    const book = await bookFrom('2028-03-31');
    await book.database.query(
      `INSERT INTO idempotency_key (actor_id, key, request_hash, created_at)
       VALUES ('a', 'old', '', '2028-03-01T11:59:59Z'), ('a', 'young', '', '2028-03-01T12:00:00Z')`,
    );
    const { steps } = await catchUp(book);
    expect(steps.at(-1)).toEqual({ day: '2028-03-31', name: 'IDEMPOTENCY_KEYS', changed: 1 });
    expect(await book.database.query('SELECT key FROM idempotency_key')).toEqual([{ key: 'young' }]);
  });

  test('needs the role ADMIN', async () => {
    const book = await bookFrom('2028-03-31');
    const manager = { ...COMMAND_LINE, role: 'MANAGER' } as const;
    await expect(serviceOf(book).catchUp(manager, day('2028-03-31'))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(serviceOf(book).run(manager, day('2028-03-31'))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await runs(book)).toEqual([]);
  });
});
