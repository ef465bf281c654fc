import { COMMAND_LINE } from '../../src/app/actor';
import { type CompletedIntervention, InterventionService } from '../../src/app/intervention.service';
import { ModelDraftService } from '../../src/app/model-draft.service';
import { OverrideService } from '../../src/app/override.service';
import { PublicationService } from '../../src/app/publication.service';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
import { somebody } from '../support/override-book';
import { StaffedBook } from '../support/staffed-book';

const TWO = { complexImplementation: true, manyStakeholders: true };

describe('interventions', () => {
  const databases: TestDatabase[] = [];

  async function bookFrom(date: string): Promise<StaffedBook> {
    const database = await createTestDatabase();
    databases.push(database);
    return new StaffedBook(database, fixedClock(date));
  }

  afterEach(async () => {
    await Promise.all(databases.splice(0).map((database) => database.drop()));
  });

  /** "A HEALTH_LOW OPEN scale 2026-01-05" for each, in the order in which they were raised. */
  async function raised({ database }: StaffedBook): Promise<string[]> {
    const rows = await database.query<{ row: string }>(
      `SELECT concat_ws(' ', a.external_id, i.reason, i.status, i.tier, i.raised_on) AS row
       FROM intervention i JOIN account a ON a.id = i.account_id ORDER BY i.id`,
    );
    return rows.map(({ row }) => row);
  }

  const evidence = async ({ database }: StaffedBook): Promise<unknown> => {
    const [row] = await database.query<{ evidence: unknown }>(
      `SELECT evidence FROM intervention ORDER BY id DESC LIMIT 1`,
    );
    return row?.evidence;
  };

  const idOf = async ({ database }: StaffedBook, externalId: string, reason?: string): Promise<string> => {
    const [row] = await database.query<{ id: string }>(
      `SELECT i.id::text FROM intervention i JOIN account a ON a.id = i.account_id
       WHERE a.external_id = $1 AND ($2::text IS NULL OR i.reason = $2) ORDER BY i.id DESC LIMIT 1`,
      [externalId, reason ?? null],
    );
    return row?.id ?? '0';
  };

  test('are raised by events of facts, one for each account and reason, and end with a churn', async () => {
    const book = await bookFrom('2026-01-05');
    await book.seed({
      A: { arr: '6000', healthScore: 70, usagePercent: 60 },
      CORE: { arr: '30000', healthScore: 70, usagePercent: 60 },
      FIRST: { arr: '6000' },
      TRIAL: { status: 'TRIAL' },
    });
    expect(await raised(book)).toEqual([]);

    book.on('2026-01-15');
    await book.seed({
      A: { healthScore: 39, usagePercent: 81 },
      CORE: { healthScore: 20, usagePercent: 99, ...TWO },
      FIRST: { healthScore: 10, usagePercent: 100 },
      TRIAL: { status: 'ACTIVE', arr: '600' },
    });
    expect((await raised(book)).sort()).toEqual([
      'A HEALTH_FELL OPEN scale 2026-01-15',
      'A HEALTH_LOW OPEN scale 2026-01-15',
      'A USAGE_HIGH OPEN scale 2026-01-15',
      'TRIAL STARTED_PAYING OPEN tech-touch 2026-01-15',
    ]);
    const [mine] = await book.database.query(
      `SELECT reason, evidence, raised_by, model_version, closed_by, note FROM intervention WHERE reason = 'HEALTH_LOW'`,
    );
    expect(mine).toEqual({
      reason: 'HEALTH_LOW',
      evidence: [{ fact: 'healthScore', from: '70', to: '39' }],
      raised_by: 'Command line',
      model_version: 1,
      closed_by: null,
      note: null,
    });

    // Down again while one is open, and the same facts once more: nothing is added.
    book.on('2026-01-16');
    await book.account('A', { healthScore: 60 });
    await book.account('A', { healthScore: 30 });
    await book.account('A', { healthScore: 30 });
    await book.runDaily();
    expect(await raised(book)).toHaveLength(4);

    book.on('2026-02-01');
    await book.account('A', { status: 'CHURNED' });
    await book.account('A', { status: 'ACTIVE', healthScore: 10 });
    const ended = await book.database.query(
      `SELECT status, closed_by, closed_on::text, note FROM intervention
       WHERE account_id = (SELECT id FROM account WHERE external_id = 'A')`,
    );
    expect(ended).toEqual(
      Array(3).fill({ status: 'ENDED', closed_by: 'Tierbook', closed_on: '2026-02-01', note: null }),
    );
  });

  test('see a fall over several days within 30, and not over more', async () => {
    const book = await bookFrom('2026-01-05');
    await book.seed({ FAST: { arr: '6000', healthScore: 90 }, SLOW: { arr: '6000', healthScore: 90 } });
    book.on('2026-02-01');
    await book.seed({ FAST: { healthScore: 75 }, SLOW: { healthScore: 75 } });
    book.on('2026-03-03');
    await book.account('FAST', { healthScore: 60 });
    book.on('2026-03-04');
    await book.account('SLOW', { healthScore: 60 });
    expect(await raised(book)).toEqual(['FAST HEALTH_FELL OPEN scale 2026-03-03']);
    expect(await evidence(book)).toEqual([{ fact: 'healthScore', from: '90', to: '60' }]);
  });

  test('come through subscription lines, too', async () => {
    const book = await bookFrom('2026-01-05');
    await book.account('FREE', { status: 'FREE' });
    book.on('2026-02-01');
    await book.lines('FREE', [{ start: '2026-03-01', arr: '900' }]);
    await book.runDaily();
    expect(await raised(book)).toEqual([]);
    await book.on('2026-03-01').runDaily();
    expect(await raised(book)).toEqual(['FREE STARTED_PAYING OPEN tech-touch 2026-03-01']);
  });

  test('look for relationship complexity wherever it comes to be without a named CSM', async () => {
    const book = await bookFrom('2026-01-05');
    await book.staff({ anna: {}, ben: { pool: 'west' } });
    await book.seed({
      NEW: { arr: '6000', ...TWO },
      NAMED: { arr: '6000' },
      DOWN: { arr: '30000', ...TWO },
      FALLING: { arr: '30000', ...TWO },
    });
    await book.assign({ NAMED: { csm: 'anna' }, DOWN: { csm: 'anna' }, FALLING: { pool: 'west' } });
    expect(await raised(book)).toEqual(['NEW RELATIONSHIP_COMPLEXITY OPEN scale 2026-01-05']);
    await book.account('NAMED', TWO);
    await book.account('FALLING', { arr: '6000' });
    expect(await raised(book)).toHaveLength(1);

    // Out of the portfolio of a CSM into a pool.
    book.on('2026-02-01');
    await book.assign({ NAMED: { pool: 'west' } });
    expect((await raised(book)).slice(1)).toEqual(['NAMED RELATIONSHIP_COMPLEXITY OPEN scale 2026-02-01']);
    expect(await evidence(book)).toEqual([
      { fact: 'complexImplementation', from: 'true', to: 'true' },
      { fact: 'manyStakeholders', from: 'true', to: 'true' },
      { fact: 'csm', from: 'anna', to: null },
    ]);
    // Down by an override, but somebody is named there.
    const overrides = new OverrideService(book.unitOfWork, book.clock);
    const terms = {
      tier: 'scale',
      reason: 'RISK_RECOVERY',
      note: null,
      expiresOn: day('2026-06-01'),
    } as const;
    await overrides.overrideTier(COMMAND_LINE, {
      account: { externalId: 'DOWN' },
      supersede: false,
      ...terms,
    });
    expect(await raised(book)).toHaveLength(2);
    await book.assign({ DOWN: { unassign: true } });
    expect((await raised(book)).slice(2)).toEqual(['DOWN RELATIONSHIP_COMPLEXITY OPEN scale 2026-02-01']);

    // Down by time: the grace ends.
    await book.on('2026-12-01').runDaily();
    expect((await raised(book)).slice(3)).toEqual(['FALLING RELATIONSHIP_COMPLEXITY OPEN scale 2026-12-01']);
    const before = await book.database.query(`SELECT * FROM intervention ORDER BY id`);
    await book.runDaily();
    expect(await book.database.query(`SELECT * FROM intervention ORDER BY id`)).toEqual(before);
  });

  test('follow the leaver whose accounts go to a pool', async () => {
    const book = await bookFrom('2026-01-05');
    await book.staff({ anna: {}, ben: { pool: 'west' } });
    await book.account('A', { arr: '6000', ...TWO });
    await book.assign({ A: { csm: 'anna' } });
    const service = new InterventionService(book.unitOfWork, book.clock);
    await service.complete(COMMAND_LINE, { interventionId: await idOf(book, 'A'), note: 'Anna has it' });
    book.on('2026-03-01');
    await book.csms.endEmployment(COMMAND_LINE, {
      csm: 'anna',
      on: day('2026-03-01'),
      successor: { kind: 'POOL', externalId: 'west' },
    });
    expect(await raised(book)).toEqual([
      'A RELATIONSHIP_COMPLEXITY COMPLETED scale 2026-01-05',
      'A RELATIONSHIP_COMPLEXITY OPEN scale 2026-03-01',
    ]);
  });

  test('follow a new model that asks for more', async () => {
    const book = await bookFrom('2026-01-05');
    await book.seed({ ONE: { arr: '6000', missionCritical: true }, NONE: { arr: '6000' } });
    const drafts = new ModelDraftService(book.unitOfWork, book.clock);
    const publish = async (relationshipFacts: number): Promise<void> => {
      const version = await drafts.create(COMMAND_LINE, {});
      await drafts.update(COMMAND_LINE, { version }, { interventions: { relationshipFacts } });
      await new PublicationService(book.unitOfWork, book.clock).publish(COMMAND_LINE, {
        version,
        reason: 'Stricter',
      });
    };
    await publish(1);
    expect(await raised(book)).toEqual(['ONE RELATIONSHIP_COMPLEXITY OPEN scale 2026-01-05']);
    const service = new InterventionService(book.unitOfWork, book.clock);
    await service.complete(COMMAND_LINE, { interventionId: await idOf(book, 'ONE'), note: 'Seen' });
    await publish(1);
    expect(await raised(book)).toHaveLength(1);
  });

  test('judge a day that is told late by what held on it', async () => {
    const book = await bookFrom('2026-01-05');
    await book.account('A', { arr: '6000', healthScore: 45 });
    await book.on('2026-03-01').account('A', { healthScore: 35 });
    await book.on('2026-02-01').account('A', { healthScore: 30 });
    expect(await raised(book)).toEqual(['A HEALTH_LOW OPEN scale 2026-03-01']);
    const service = new InterventionService(book.unitOfWork, book.clock);
    await service.complete(COMMAND_LINE, { interventionId: await idOf(book, 'A'), note: 'Seen' });
    await book.on('2026-02-10').account('A', { healthScore: 20 });
    expect(await raised(book)).toEqual([
      'A HEALTH_LOW COMPLETED scale 2026-03-01',
      'A HEALTH_LOW OPEN scale 2026-02-10',
    ]);
  });

  describe('are completed', () => {
    let book: StaffedBook;
    let service: InterventionService;
    const said = (results: readonly CompletedIntervention[]): string[] =>
      results.map(({ refusal }) => refusal?.code ?? 'done');

    beforeEach(async () => {
      book = await bookFrom('2026-01-05');
      service = new InterventionService(book.unitOfWork, book.clock);
      await book.staff({ anna: {}, ben: { pool: 'west' } });
      const accounts = ['OWN', 'POOLED', 'NOBODY'];
      await book.seed(Object.fromEntries(accounts.map((id) => [id, { arr: '6000', healthScore: 50 }])));
      await book.assign({ OWN: { csm: 'anna' }, POOLED: { pool: 'west' } });
      book.on('2026-01-10');
      await book.seed(Object.fromEntries(accounts.map((id) => [id, { healthScore: 30 }])));
    });

    test('by the CSM of the account, by members of its pool, and by managers', async () => {
      const anna = somebody('CSM', 'anna', await book.idOf('csm', 'anna'));
      const ben = somebody('CSM', 'ben', await book.idOf('csm', 'ben'));
      const items = await Promise.all(
        ['OWN', 'POOLED', 'NOBODY'].map(async (id) => ({
          interventionId: await idOf(book, id),
          note: 'Called',
        })),
      );
      await expect(service.completeAll(somebody('VIEWER'), items)).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
      expect(said(await service.completeAll(somebody('CSM', 'nobody'), items))).toEqual(
        Array(3).fill('OUTSIDE_PORTFOLIO'),
      );
      expect(said(await service.completeAll(anna, items))).toEqual([
        'done',
        'OUTSIDE_PORTFOLIO',
        'OUTSIDE_PORTFOLIO',
      ]);
      expect(said(await service.completeAll(ben, items))).toEqual([
        'OUTSIDE_PORTFOLIO',
        'done',
        'OUTSIDE_PORTFOLIO',
      ]);
      expect(said(await service.completeAll(somebody('MANAGER'), items))).toEqual([
        'WRONG_STATUS',
        'WRONG_STATUS',
        'done',
      ]);
      const closed = await book.database.query(
        `SELECT status, closed_by, closed_on::text, note, version FROM intervention ORDER BY id LIMIT 1`,
      );
      expect(closed).toEqual([
        { status: 'COMPLETED', closed_by: 'The anna', closed_on: '2026-01-10', note: 'Called', version: 2 },
      ]);
    });

    test('once for each key, also when 20 call at once', async () => {
      const manager = somebody('MANAGER');
      const completion = { interventionId: await idOf(book, 'OWN'), note: 'Called' };
      const answers = await Promise.all(
        Array.from({ length: 20 }, () =>
          service.complete(manager, completion, { idempotencyKey: 'one', expectedVersion: 1 }),
        ),
      );
      expect(new Set(answers)).toEqual(new Set([completion.interventionId]));
      await expect(
        service.complete(
          manager,
          { ...completion, note: 'Else' },
          { idempotencyKey: 'one', expectedVersion: 1 },
        ),
      ).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_MISMATCH' });
      const [row] = await book.database.query(
        `SELECT count(*)::int AS completed, max(version) AS version FROM intervention WHERE status = 'COMPLETED'`,
      );
      expect(row).toEqual({ completed: 1, version: 2 });
    });

    test('or refused, each for its own reason, without touching the others', async () => {
      const id = await idOf(book, 'OWN');
      const results = await service.completeAll(somebody('MANAGER'), [
        { interventionId: '999999', note: 'Called' },
        { interventionId: id, note: '  ' },
        { interventionId: id, note: 'x'.repeat(1_001) },
        { interventionId: id, note: 'Called', expectedVersion: 7 },
        { interventionId: id, note: 'Called', expectedVersion: 1 },
        { interventionId: id, note: 'Called' },
      ]);
      expect(said(results)).toEqual([
        'NOT_FOUND',
        'REQUIRED',
        'INVALID_VALUE',
        'STALE_VERSION',
        'done',
        'WRONG_STATUS',
      ]);
      const many = Array.from({ length: 501 }, () => ({ interventionId: id, note: 'x' }));
      await expect(service.completeAll(somebody('MANAGER'), many)).rejects.toMatchObject({
        code: 'TOO_MANY_ITEMS',
      });
      // Closed ones may be raised again by a new event.
      book.on('2026-01-20');
      await book.account('OWN', { healthScore: 41 });
      await book.account('OWN', { healthScore: 39 });
      expect((await raised(book)).filter((row) => row.startsWith('OWN'))).toEqual([
        'OWN HEALTH_LOW COMPLETED scale 2026-01-10',
        'OWN HEALTH_LOW OPEN scale 2026-01-20',
      ]);
    });
  });

  test('belong to the numbers of the built-in model', () => {
    expect(DEFAULT_MODEL.interventions).toEqual({
      healthBelow: 40,
      fallPoints: 30,
      fallDays: 30,
      usageAbovePercent: 80,
      relationshipFacts: 2,
    });
  });
});
