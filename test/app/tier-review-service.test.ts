import { stampOf } from '../../src/app/account.service';
import { type Actor, COMMAND_LINE, SYSTEM } from '../../src/app/actor';
import { RecalculationService } from '../../src/app/recalculation.service';
import { TierReviewService, type CompletedItem } from '../../src/app/tier-review.service';
import { addDays } from '../../src/domain/calendar';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
import { LivingBook } from '../support/living-book';

const MANAGER: Actor = { kind: 'TOKEN', id: 'token:7', name: 'Mona', role: 'MANAGER', csmId: null };
const NOTE = 'Looked at with the team';

describe('tier reviews', () => {
  let database: TestDatabase;
  let book: LivingBook;
  let service: TierReviewService;

  beforeEach(async () => {
    database = await createTestDatabase();
    book = new LivingBook(database, fixedClock('2026-01-10'));
    service = new TierReviewService(book.unitOfWork, book.clock);
  });
  afterEach(async () => {
    await database.drop();
  });

  const complete = (items: readonly CompletedItem[], key?: string, actor = MANAGER) =>
    service.completeTierReviews(actor, items, key);
  const one = async (externalId: string, verdict: Partial<CompletedItem>) => {
    const item: CompletedItem = { key: { externalId }, decision: 'KEEP', note: NOTE, ...verdict };
    const [result] = await complete([item]);
    return result;
  };
  const runDue = () => service.runDue(SYSTEM, stampOf(SYSTEM, book.clock));
  const state = async (externalId = 'A') => {
    const [row] = await database.query<Record<string, unknown>>(
      `SELECT held_tier AS held, effective_tier AS effective, review_due_on::text AS due,
         jsonb_path_query_array(review_triggers, '$[*].code') AS triggers, review_escalated_on::text AS escalated,
         version, (SELECT grace_until::text FROM pending_downgrade WHERE account_id = account.id) AS grace
       FROM account WHERE external_id = $1`,
      [externalId],
    );
    return row;
  };
  const reviews = (externalId = 'A') =>
    database.query<Record<string, unknown>>(
      `SELECT decision, note, automatic, due_on::text AS due, completed_on::text AS completed, actor_name AS actor,
         effective_from AS "from", effective_to AS "to", next_due_on::text AS next, recommendation,
         jsonb_path_query_array(triggers, '$[*].code') AS triggers
       FROM tier_review JOIN account ON account.id = account_id WHERE external_id = $1 ORDER BY tier_review.id`,
      [externalId],
    );
  const lastRow = async () =>
    (
      await database.query<Record<string, unknown>>(
        `SELECT kind, cause, actor_name AS actor FROM tier_history ORDER BY id DESC LIMIT 1`,
      )
    )[0];

  /** An account of the top tier that has fallen to the second since its placement. */
  const fallen = async (): Promise<void> => {
    await book.account('A', { arr: '150,000', expansionAssessment: 'MEDIUM', churnRisk: 'LOW' });
    await book.on('2026-01-20').account('A', { arr: '60,000', expansionAssessment: 'LOW' });
  };

  describe('when a person completes one', () => {
    test('keep the tier, and set baseline, triggers and dates', async () => {
      await fallen();
      expect(await state()).toMatchObject({
        due: '2026-01-20',
        triggers: ['COMPUTED_TIER_CHANGED', 'ARR_CHANGED'],
      });
      expect(await one('A', {})).toMatchObject({ refusal: null, reviewId: expect.any(String) as string });
      expect(await state()).toMatchObject({ held: 'strategic', due: '2026-02-20', triggers: [] });
      expect(await reviews()).toEqual([
        {
          decision: 'KEEP',
          note: NOTE,
          automatic: false,
          due: '2026-01-20',
          completed: '2026-01-20',
          actor: 'Mona',
          from: 'strategic',
          to: 'strategic',
          next: '2026-02-20',
          recommendation: 'LET_FALL',
          triggers: ['COMPUTED_TIER_CHANGED', 'ARR_CHANGED'],
        },
      ]);
      await book.on('2026-01-21').runDaily();
      await book.account('A', { arr: '70,000' });
      expect(await state()).toMatchObject({ due: '2026-02-20', triggers: [] });
      await book.account('A', { arr: '75,000' });
      expect(await state()).toMatchObject({ due: '2026-01-21', triggers: ['ARR_CHANGED'] });
    });

    test('are not undone by a day that is caught up after them', async () => {
      await fallen();
      book.on('2026-03-20');
      await one('A', { decision: 'KEEP' });
      const after = await state();
      const stamp = { ...stampOf(SYSTEM, book.clock), today: day('2026-03-10') };
      const recalculation = new RecalculationService(book.unitOfWork, book.clock);
      expect((await recalculation.bringUpTo(SYSTEM, stamp)).changed).toBe(0);
      expect(await service.runDue(SYSTEM, stamp)).toBe(0);
      expect(await state()).toEqual(after);
    });

    test('let it fall at once', async () => {
      await fallen();
      await one('A', { decision: 'LET_FALL' });
      expect(await state()).toMatchObject({
        held: 'core',
        effective: 'core',
        due: '2026-04-20',
        grace: null,
      });
      expect(await lastRow()).toEqual({ kind: 'DOWNGRADE', cause: 'REVIEW', actor: 'Mona' });
      expect(await reviews()).toMatchObject([{ decision: 'LET_FALL', from: 'strategic', to: 'core' }]);
    });

    test('extend a grace once, and not a second time', async () => {
      await fallen();
      expect(await state()).toMatchObject({ grace: '2026-07-19' });
      await one('A', { decision: 'EXTEND_GRACE', extendUntil: day('2026-12-24') });
      expect(await state()).toMatchObject({ held: 'strategic', grace: '2026-12-24' });
      expect(await lastRow()).toMatchObject({ kind: 'DOWNGRADE_PENDING', cause: 'REVIEW' });
      const again = await one('A', { decision: 'EXTEND_GRACE' });
      expect(again?.refusal).toMatchObject({ code: 'WRONG_STATUS', field: ['decision'] });
      expect(await reviews()).toHaveLength(1);
      await book.on('2026-07-19').runDaily();
      expect(await state()).toMatchObject({ held: 'strategic', grace: '2026-12-24' });
    });

    test('designate it, with the note as the reason', async () => {
      await book.account('A', { arr: '40,000', churnRisk: 'LOW' });
      await one('A', { decision: 'DESIGNATE', note: 'Opens a market', reviewOn: day('2026-09-01') });
      expect(await state()).toMatchObject({ held: 'strategic', due: '2026-02-10', triggers: [] });
      expect(
        await database.query(
          `SELECT designation_reason AS reason, designation_author AS author, designation_review_on::text AS on FROM account`,
        ),
      ).toEqual([{ reason: 'Opens a market', author: 'Mona', on: '2026-09-01' }]);
      const again = await one('A', { decision: 'DESIGNATE' });
      expect(again?.refusal?.code).toBe('ALREADY_DESIGNATED');
    });

    test('confirm a designation whose review date has come, for 12 months', async () => {
      await book.account('A', { arr: '40,000' });
      await book.designate('A');
      await one('A', {});
      await book.on('2027-01-10').runDaily();
      expect(await state()).toMatchObject({ triggers: ['DESIGNATION_REVIEW'] });
      await one('A', {});
      await book.on('2027-01-11').runDaily();
      expect(await state()).toMatchObject({ triggers: [], due: '2027-02-10' });
      expect(await database.query(`SELECT designation_review_on::text AS on FROM account`)).toEqual([
        { on: '2028-01-10' },
      ]);
    });

    test('move it up by an override, and end that in a later one', async () => {
      await book.account('A', { arr: '40,000', expansionAssessment: 'LOW' });
      await one('A', {
        decision: 'MOVE_UP',
        tier: 'strategic',
        overrideReason: 'EXPECTED_EXPANSION',
        expiresOn: day('2026-06-30'),
      });
      expect(await state()).toMatchObject({ held: 'core', effective: 'strategic', due: '2026-02-10' });
      expect(
        await database.query(
          `SELECT status, tier, reason, note, expires_on::text AS expires FROM tier_override`,
        ),
      ).toEqual([
        {
          status: 'ACTIVE',
          tier: 'strategic',
          reason: 'EXPECTED_EXPANSION',
          note: NOTE,
          expires: '2026-06-30',
        },
      ]);
      await book.on('2026-05-30').runDaily();
      expect(await state()).toMatchObject({ triggers: [] });
      await book.on('2026-05-31').runDaily();
      expect(await state()).toMatchObject({ triggers: ['OVERRIDE_ENDING'] });
      await one('A', { decision: 'END_OVERRIDE' });
      expect(await state()).toMatchObject({ held: 'strategic', grace: '2026-06-30', triggers: [] });
      expect(await database.query(`SELECT status, end_reason FROM tier_override`)).toEqual([
        { status: 'REVOKED', end_reason: 'TIER_REVIEW' },
      ]);
      expect(await reviews()).toMatchObject([
        { from: 'core', to: 'strategic' },
        { from: 'strategic', to: 'strategic', recommendation: 'END_OVERRIDE' },
      ]);
    });

    test('move it up by ending the override that keeps it low', async () => {
      await book.account('A', { arr: '8,000' });
      await one('A', {
        decision: 'MOVE_UP',
        tier: 'core',
        overrideReason: 'BRAND',
        expiresOn: day('2026-12-31'),
      });
      await book.account('A', { arr: '150,000', expansionAssessment: 'HIGH' });
      await one('A', { decision: 'MOVE_UP' });
      expect(await state()).toMatchObject({ held: 'strategic', effective: 'strategic' });
    });
  });

  test.each<{ case: string; verdict: Partial<CompletedItem>; code: string; field: string }>([
    { case: 'no note', verdict: { note: '  ' }, code: 'REQUIRED', field: 'note' },
    {
      case: 'a note of 1,001 characters',
      verdict: { note: 'x'.repeat(1001) },
      code: 'INVALID_VALUE',
      field: 'note',
    },
    {
      case: 'LET_FALL and nothing pending',
      verdict: { decision: 'LET_FALL' },
      code: 'WRONG_STATUS',
      field: 'decision',
    },
    {
      case: 'EXTEND_GRACE and nothing pending',
      verdict: { decision: 'EXTEND_GRACE' },
      code: 'WRONG_STATUS',
      field: 'decision',
    },
    {
      case: 'END_OVERRIDE and no override',
      verdict: { decision: 'END_OVERRIDE' },
      code: 'WRONG_STATUS',
      field: 'decision',
    },
    { case: 'MOVE_UP without a tier', verdict: { decision: 'MOVE_UP' }, code: 'REQUIRED', field: 'tier' },
    {
      case: 'MOVE_UP without a reason',
      verdict: { decision: 'MOVE_UP', tier: 'strategic' },
      code: 'REQUIRED',
      field: 'overrideReason',
    },
    {
      case: 'MOVE_UP without an end',
      verdict: { decision: 'MOVE_UP', tier: 'strategic', overrideReason: 'BRAND' },
      code: 'REQUIRED',
      field: 'expiresOn',
    },
    {
      case: 'MOVE_UP downwards',
      verdict: { decision: 'MOVE_UP', tier: 'scale', overrideReason: 'BRAND', expiresOn: day('2026-06-01') },
      code: 'INVALID_VALUE',
      field: 'tier',
    },
    {
      case: 'MOVE_UP to nowhere',
      verdict: { decision: 'MOVE_UP', tier: 'gold', overrideReason: 'BRAND', expiresOn: day('2026-06-01') },
      code: 'INVALID_VALUE',
      field: 'tier',
    },
    {
      case: 'MOVE_UP for 366 days',
      verdict: {
        decision: 'MOVE_UP',
        tier: 'strategic',
        overrideReason: 'BRAND',
        expiresOn: day('2027-01-11'),
      },
      code: 'INVALID_VALUE',
      field: 'expiresOn',
    },
    {
      case: 'an old version',
      verdict: { expectedVersion: 9 },
      code: 'STALE_VERSION',
      field: 'expectedVersion',
    },
    {
      case: 'no such account',
      verdict: { key: { externalId: 'B' } },
      code: 'NOT_FOUND',
      field: 'externalId',
    },
    { case: 'no account named', verdict: { key: {} }, code: 'REQUIRED', field: 'accountId' },
    {
      case: 'an account that is not placed',
      verdict: { key: { externalId: 'N' } },
      code: 'NOT_PLACED',
      field: 'account',
    },
    {
      case: 'a churned one',
      verdict: { key: { externalId: 'C' } },
      code: 'ACCOUNT_CHURNED',
      field: 'account',
    },
  ])('refuse $case with $code, and write nothing', async ({ verdict, code, field }) => {
    await book.account('A', { arr: '40,000' });
    await book.account('N', { name: 'Not placed' });
    await book.account('C', { arr: '1,000' });
    await book.account('C', { status: 'CHURNED' });
    const before = await state();
    const result = await one('A', verdict);
    expect(result).toMatchObject({ reviewId: null, refusal: { code, field: [field] } });
    expect(await state()).toEqual(before);
    expect(await database.query(`SELECT id FROM tier_review`)).toEqual([]);
    expect(await database.query(`SELECT id FROM tier_override`)).toEqual([]);
  });

  test('are nothing for a viewer or a CSM, and at most 500 at once', async () => {
    await book.account('A', { arr: '40,000' });
    const item: CompletedItem = { key: { externalId: 'A' }, decision: 'KEEP', note: NOTE };
    for (const role of ['VIEWER', 'CSM'] as const) {
      await expect(complete([item], undefined, { ...MANAGER, role })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    }
    await expect(service.runDue(MANAGER, stampOf(MANAGER, book.clock))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(complete(Array<CompletedItem>(501).fill(item))).rejects.toMatchObject({
      code: 'TOO_MANY_ITEMS',
    });
    expect(await reviews()).toEqual([]);
  });

  test('of 500 accounts are completed at once, bad ones among them, and once for each key', async () => {
    const ids = Array.from({ length: 498 }, (_, index) => `X${index}`);
    await book.seed(Object.fromEntries(ids.map((id) => [id, { arr: '40,000' }])));
    const items: CompletedItem[] = [...ids, 'nobody', 'X0'].map((externalId, index) => ({
      key: { externalId },
      decision: index === 7 ? 'LET_FALL' : 'KEEP',
      note: index === 9 ? '' : NOTE,
    }));
    const results = await complete(items, 'monthly');
    const refused = results.flatMap(({ refusal }, index) =>
      refusal === null ? [] : [`${index} ${refusal.code}`],
    );
    expect(refused).toEqual(['7 WRONG_STATUS', '9 REQUIRED', '498 NOT_FOUND', '499 CONFLICT']);
    expect(new Set(results.map(({ reviewId }) => reviewId)).size).toBe(497);

    expect(await complete(items, 'monthly')).toEqual(results);
    const [count] = await database.query<{ reviews: number }>(
      `SELECT count(*)::int AS reviews FROM tier_review`,
    );
    expect(count).toEqual({ reviews: 496 });
    await expect(complete(items.slice(1), 'monthly')).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_MISMATCH',
    });
  });

  test('of one account by two managers at once are won by one, and the other is told so', async () => {
    await fallen();
    const version = (await state())?.version as number;
    const item = (decision: 'KEEP' | 'LET_FALL'): CompletedItem => ({
      key: { externalId: 'A' },
      decision,
      note: NOTE,
      expectedVersion: version,
    });
    const results = (await Promise.all([complete([item('KEEP')]), complete([item('LET_FALL')])])).flat();
    expect(results.map(({ refusal }) => refusal?.code ?? 'DONE').sort()).toEqual(['DONE', 'STALE_VERSION']);
    expect(await reviews()).toHaveLength(1);
  });

  describe('in the upkeep of the day', () => {
    test('of low tiers confirm themselves where nothing has come up, on the day and once', async () => {
      await book.seed({
        A: { arr: '8,000', healthScore: 50 },
        B: { arr: '8,000', healthScore: 50 },
        C: { arr: '0', status: 'FREE' },
        D: { arr: '40,000' },
      });
      await book.on('2026-04-09').account('B', { healthScore: 80 });
      expect(await runDue()).toBe(1);
      book.on('2026-04-10');
      const counts = await Promise.all([runDue(), runDue()]);
      expect(counts.reduce((sum, count) => sum + count)).toBe(2);
      expect(await runDue()).toBe(0);
      expect(await reviews('A')).toMatchObject([
        { decision: 'KEEP', automatic: true, actor: 'Tierbook', next: '2026-07-10', completed: '2026-04-10' },
      ]);
      expect(await state('C')).toMatchObject({ due: '2026-07-10' });
      expect(await state('B')).toMatchObject({ due: '2026-04-09', triggers: ['HEALTH_CHANGED'] });
      expect(await reviews('D')).toEqual([]);
    });

    test('see what the day alone brings before one confirms itself', async () => {
      await book.account('A', { arr: '0', status: 'FREE' });
      await one('A', {
        decision: 'MOVE_UP',
        tier: 'scale',
        overrideReason: 'BRAND',
        expiresOn: day('2026-04-20'),
      });
      book.on('2026-04-10');
      expect(await runDue()).toBe(0);
      expect(await reviews()).toHaveLength(1);
      await book.runDaily();
      expect(await state()).toMatchObject({ due: '2026-04-10', triggers: ['OVERRIDE_ENDING'] });
    });

    test('are escalated once after 14 days, and no longer once they are completed', async () => {
      await book.account('A', { arr: '600,000' });
      await book.on('2026-02-06').runDaily();
      expect(await runDue()).toBe(0);
      book.on('2026-02-07');
      const counts = await Promise.all([runDue(), runDue()]);
      expect(counts.sort()).toEqual([0, 1]);
      book.on('2026-02-08');
      expect(await runDue()).toBe(0);
      expect(await state()).toMatchObject({ due: '2026-01-24', escalated: '2026-02-07' });
      await one('A', {});
      expect(await state()).toMatchObject({ due: '2026-03-08', escalated: null });
    });

    test('leave accounts alone that were decided for a later day', async () => {
      await book.account('A', { arr: '8,000' });
      await book.on('2026-06-01').account('A', { arr: '8,100' });
      expect(await database.query(`SELECT max(scored_on)::text AS on FROM scorecard`)).toEqual([
        { on: '2026-06-01' },
      ]);
      book.on('2026-05-01');
      expect(await runDue()).toBe(0);
      book.on('2026-06-01');
      expect(await runDue()).toBe(1);
    });

    test('and a daily run beside them write nothing on a second run of the same day', async () => {
      await fallen();
      await book.seed({ B: { arr: '8,000' }, C: { arr: '600,000', churnRisk: 'HIGH' } });
      const versions = () =>
        database.query(`SELECT external_id, version, xmin::text FROM account ORDER BY external_id`);
      for (let date = day('2026-01-21'); date < '2026-05-05'; date = addDays(date, 11)) {
        await book.on(date).runDaily();
        await runDue();
        const after = await versions();
        await book.runDaily();
        expect(await runDue()).toBe(0);
        expect(await versions()).toEqual(after);
      }
      expect(await reviews('B')).toHaveLength(1);
    });
  });

  test('of churned accounts are due no longer, and begin anew when these come back', async () => {
    await fallen();
    await book.account('A', { status: 'CHURNED' });
    expect(await state()).toMatchObject({ due: null, triggers: [], escalated: null });
    await book.on('2026-03-01').account('A', { status: 'ACTIVE' });
    expect(await state()).toMatchObject({ held: 'core', due: '2026-03-15', triggers: [] });
    expect(await service.runDue(COMMAND_LINE, stampOf(COMMAND_LINE, book.clock))).toBe(0);
  });
});
