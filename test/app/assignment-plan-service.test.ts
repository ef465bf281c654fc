import { DataSource } from 'typeorm';
import { type Actor } from '../../src/app/actor';
import { AssignmentPlanService, type PlanToApply } from '../../src/app/assignment-plan.service';
import { ModelDraftService } from '../../src/app/model-draft.service';
import { type Solver } from '../../src/app/ports/solver';
import { PublicationService } from '../../src/app/publication.service';
import { ServiceAdjustmentService } from '../../src/app/service-adjustment.service';
import { DomainError } from '../../src/domain/errors';
import { secrets } from '../../src/server/secrets';
import { solveWithHighs } from '../../src/solver/highs-program';
import { HighsSolver } from '../../src/solver/highs-solver';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
import { StaffedBook } from '../support/staffed-book';
import { until } from '../support/until';

const MANAGER: Actor = { kind: 'TOKEN', id: 'm', name: 'The manager', role: 'MANAGER', csmId: null };
const ADMIN: Actor = { ...MANAGER, id: 'a', role: 'ADMIN' };
const VIEWER: Actor = { ...MANAGER, id: 'v', role: 'VIEWER' };

describe('applying an assignment plan', () => {
  const clock = fixedClock('2026-03-02');
  let database: TestDatabase;
  let book: StaffedBook;
  let solved = 0;
  const solver: Solver = {
    solve: (program) => {
      solved += 1;
      return solveWithHighs(program, { nodes: 10, seconds: 60 });
    },
  };
  const service = (): AssignmentPlanService =>
    new AssignmentPlanService(book.unitOfWork, clock, solver, secrets);

  beforeEach(async () => {
    database = await createTestDatabase();
    book = new StaffedBook(database, clock);
    await book.staff({ anna: {}, bert: {} });
    await book.seed({
      TOP: { arr: '600000.00' },
      MID: { arr: '30000.00', healthScore: 50 },
      LOW: { arr: '1000.00' },
    });
    solved = 0;
  });
  afterEach(async () => {
    await database.drop();
  });

  const codeOf = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
    );
  const request = (digest: string, more: Partial<PlanToApply> = {}): PlanToApply => ({
    plan: {},
    digest,
    executiveSponsor: 'Mei Tanaka (CPO)',
    ...more,
  });

  test('gives every account of a tier that is looked after to somebody, and writes nothing before', async () => {
    const plans = service();
    const { digest, outcome } = await plans.plan(MANAGER, {});
    expect(outcome).toMatchObject({ toCover: 2, covered: 2 });
    expect(await book.owners()).toEqual([]);
    const { assigned, refused } = await plans.apply(MANAGER, request(digest));
    expect([assigned.length, refused]).toEqual([2, []]);
    expect(await book.owners()).toEqual([
      expect.stringMatching(/^MID (anna|bert) 2026-03-02\/$/),
      expect.stringMatching(/^TOP (anna|bert) 2026-03-02\/ Mei Tanaka \(CPO\)$/),
    ]);
    // The plan was known, so it was solved once.
    expect(solved).toBe(1);
    expect((await plans.plan(MANAGER, {})).outcome.proposals).toEqual([]);
  });

  test('refuses by name what has no executive sponsor, and applies the rest', async () => {
    const { digest } = await service().plan(MANAGER, {});
    const { assigned, refused } = await service().apply(MANAGER, request(digest, { executiveSponsor: null }));
    expect(assigned).toEqual([await book.idOf('account', 'MID')]);
    expect(refused).toEqual([
      {
        accountId: await book.idOf('account', 'TOP'),
        error: {
          code: 'COVERAGE_RULE',
          field: ['executiveSponsor'],
          message: 'accounts in Strategic need an executive sponsor',
        },
      },
    ]);
  });

  test('takes the sponsor that is named for an account before the one for all', async () => {
    const { digest } = await service().plan(MANAGER, {});
    const executiveSponsors = [{ account: { externalId: 'TOP' }, executiveSponsor: 'Rafael Duarte (CRO)' }];
    await service().apply(MANAGER, request(digest, { executiveSponsors }));
    expect((await book.owners())[1]).toMatch(/Rafael Duarte \(CRO\)$/);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['an account changed', () => book.account('MID', { arr: '31000.00' })],
    ['an account came', () => book.account('NEW', { arr: '40000.00' })],
    ['somebody was assigned', () => book.assign({ MID: { csm: 'anna' } })],
    ['a CSM left', () => book.staff({ bert: { to: '2026-03-01' } })],
    ['a CSM came', () => book.staff({ cleo: {} })],
    ['a CSM joined a pool', () => book.staff({ bert: { pool: 'east' } })],
    [
      'a CSM went on leave',
      () => {
        const leave = { from: day('2026-04-01'), to: day('2026-05-01'), backup: 'anna' };
        return book.csms.setLeave(MANAGER, { csm: 'bert', ...leave });
      },
    ],
    [
      'a service adjustment began',
      () => {
        const terms = { kind: 'EXTRA', until: day('2026-04-01'), note: null, replace: false } as const;
        const adjustments = new ServiceAdjustmentService(book.unitOfWork, clock);
        return adjustments.set(MANAGER, { externalId: 'MID' }, terms);
      },
    ],
    [
      'a model was published',
      async () => {
        const version = await new ModelDraftService(book.unitOfWork, clock).create(MANAGER, {});
        const publication = new PublicationService(book.unitOfWork, clock);
        await publication.publish(ADMIN, { version, reason: 'A new year' });
      },
    ],
    [
      'the day passed',
      () => {
        clock.setDay('2026-03-03');
        return Promise.resolve();
      },
    ],
  ])('is refused as stale after %s, and then writes nothing', async (_, change) => {
    const plans = service();
    const { digest } = await plans.plan(MANAGER, {});
    await change();
    const before = await book.owners();
    expect(await codeOf(plans.apply(MANAGER, request(digest)))).toBe('STALE_PLAN');
    expect(await book.owners()).toEqual(before);
    clock.setDay('2026-03-02');
  });

  test('is refused where something else was asked for, or nothing like it was given', async () => {
    const plans = service();
    const { digest } = await plans.plan(MANAGER, {});
    expect(await codeOf(plans.apply(MANAGER, request(digest, { plan: { moveBudget: 3 } })))).toBe(
      'STALE_PLAN',
    );
    expect(await codeOf(plans.apply(MANAGER, request('no digest')))).toBe('STALE_PLAN');
    expect(await codeOf(plans.apply(MANAGER, request(`${digest}0`)))).toBe('STALE_PLAN');
  });

  test('is refused where the book changes while the plan is worked out', async () => {
    const { digest } = await service().plan(MANAGER, {});
    const slow: Solver = {
      solve: async (program) => {
        await book.account('MID', { arr: '32000.00' });
        return solver.solve(program);
      },
    };
    const plans = new AssignmentPlanService(book.unitOfWork, clock, slow, secrets);
    expect(await codeOf(plans.apply(MANAGER, request(digest)))).toBe('STALE_PLAN');
    expect(await book.owners()).toEqual([]);
  });

  test('is refused where an account changes at the very moment in which it is applied', async () => {
    const plans = service();
    const { digest } = await plans.plan(MANAGER, {});
    const owner = new DataSource({ type: 'postgres', url: database.url });
    await owner.initialize();
    const change = owner.createQueryRunner();
    await change.startTransaction();
    await change.query(`UPDATE account SET language = 'fr', version = version + 1 WHERE external_id = 'MID'`);
    const applied = codeOf(plans.apply(MANAGER, request(digest)));
    await until('the plan waits for the account', async () => {
      const [waiting] = await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return (waiting?.count ?? 0) > 0;
    });
    await change.commitTransaction();
    expect(await applied).toBe('STALE_PLAN');
    expect(await book.owners()).toEqual([]);
    await change.release();
    await owner.destroy();
  });

  test.each([
    ['is none', { externalId: 'NOBODY' }],
    ['has a name that cannot be one', { externalId: 'a\u0000b' }],
    ['has an id that is none', { id: 'nonsense' }],
    ['needs no sponsor', { externalId: 'MID' }],
    ['is not in the plan', { externalId: 'LOW' }],
  ])('refuses a sponsor for an account that %s', async (_, account) => {
    const plans = service();
    const { digest } = await plans.plan(MANAGER, {});
    const executiveSponsors = [{ account, executiveSponsor: 'Rafael Duarte (CRO)' }];
    expect(await codeOf(plans.apply(MANAGER, request(digest, { executiveSponsors })))).toBe('NOT_FOUND');
    expect(await book.owners()).toEqual([]);
  });

  test('answers a repeat as the first time, and another request with its key not at all', async () => {
    const plans = service();
    const { digest } = await plans.plan(MANAGER, {});
    const call = request(digest, { idempotencyKey: 'quarter' });
    const answers = await Promise.all([1, 2, 3, 4].map(() => plans.apply(MANAGER, call)));
    expect(answers[0]?.assigned).toHaveLength(2);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await book.owners()).toHaveLength(2);
    expect(await codeOf(plans.apply(MANAGER, { ...call, reason: 'Other' }))).toBe('IDEMPOTENCY_KEY_MISMATCH');
  });

  test('of two who apply one plan at once, one does', async () => {
    const plans = service();
    const { digest } = await plans.plan(MANAGER, {});
    const codes = await Promise.all([1, 2].map(() => codeOf(plans.apply(MANAGER, request(digest)))));
    expect(codes.sort()).toEqual(['STALE_PLAN', 'done']);
    expect(await book.owners()).toHaveLength(2);
  });

  test('leaves alone what the filter does not ask for', async () => {
    const { outcome } = await service().plan(MANAGER, { where: { tier: { eq: 'core' } } });
    expect(outcome.proposals.map(({ externalId }) => externalId)).toEqual(['MID']);
    expect(outcome.toCover).toBe(1);
  });

  test('needs a manager, and a move budget that is one', async () => {
    expect(await codeOf(service().plan(VIEWER, {}))).toBe('FORBIDDEN');
    expect(await codeOf(service().apply(VIEWER, request('x')))).toBe('FORBIDDEN');
    expect(await codeOf(service().plan(MANAGER, { moveBudget: -1 }))).toBe('INVALID_VALUE');
  });

  test('is the same whether the solver has a thread of its own or not', async () => {
    const inThread = new AssignmentPlanService(book.unitOfWork, clock, new HighsSolver(), secrets);
    const [one, other] = [await inThread.plan(MANAGER, {}), await service().plan(MANAGER, {})];
    expect(one.goals.length).toBeGreaterThan(0);
    expect(one).toEqual(other);
  });

  test('says so where a clock had to end the search', async () => {
    const hasty = new HighsSolver({ nodes: 10, seconds: 0 });
    const plans = new AssignmentPlanService(book.unitOfWork, clock, hasty, secrets);
    const { isReproducible, outcome } = await plans.plan(MANAGER, {});
    expect(isReproducible).toBe(false);
    // What it begins with keeps all rules.
    expect(outcome.covered).toBe(2);
  });
});
