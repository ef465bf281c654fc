import { Client } from 'pg';
import { stampOf } from '../../src/app/account.service';
import { type Actor, COMMAND_LINE, SYSTEM } from '../../src/app/actor';
import { MOVED_WITH_THE_MODEL } from '../../src/app/batches';
import { capacityOn } from '../../src/app/capacity';
import { ModelDraftService } from '../../src/app/model-draft.service';
import { planRequest, saveOverride } from '../../src/app/override-changes';
import { OverrideService } from '../../src/app/override.service';
import { PortfolioService } from '../../src/app/portfolio.service';
import { PublicationService } from '../../src/app/publication.service';
import { Interruption } from '../../src/app/ports/interruption';
import { type PreparedPublicationStore } from '../../src/app/ports/prepared-publication';
import { NEVER_STOPPING, StoppedEarly } from '../../src/app/ports/stopping';
import { type Stores, type UnitOfWork } from '../../src/app/ports/stores';
import { publishedModel } from '../../src/app/published-model';
import { SegmentService } from '../../src/app/segment.service';
import { ServiceAdjustmentService } from '../../src/app/service-adjustment.service';
import { TierReviewService } from '../../src/app/tier-review.service';
import { addDays } from '../../src/domain/calendar';
import { startOverride } from '../../src/domain/decided-move';
import { type Load } from '../../src/domain/load';
import { type ModelChange } from '../../src/domain/model-change';
import { units } from '../../src/domain/money';
import { type Mover } from '../../src/domain/simulation';
import { type Tier } from '../../src/domain/tier';
import { rounded } from '../../src/domain/utilisation';
import { SqlCapacityReads } from '../../src/persistence/reads/capacity.reads';
import { ModelCatalog } from '../../src/persistence/reads/model-catalog';
import { openAnalytics } from '../support/analytics';
import { fixedClock, type TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day, type WrittenValues } from '../support/facts';
import { LivingBook } from '../support/living-book';
import { liveRandomly } from '../support/random-book';
import { until } from '../support/until';

const MANAGER: Actor = { kind: 'TOKEN', id: 'token:7', name: 'Mara', role: 'MANAGER', csmId: null };
const ALL = { window: { size: 100, backward: false, after: null } };

let database: TestDatabase;
let clock: TestClock;
let book: LivingBook;
let drafts: ModelDraftService;
let publication: PublicationService;

beforeEach(async () => {
  database = await createTestDatabase();
  clock = fixedClock('2026-03-02');
  book = new LivingBook(database, clock);
  drafts = new ModelDraftService(book.unitOfWork, clock);
  publication = new PublicationService(book.unitOfWork, clock);
});
afterEach(async () => {
  await database.drop();
});

/** A draft of the published model with lines, floors or anything else changed. */
async function draftWith(change: ModelChange): Promise<number> {
  const version = await drafts.create(MANAGER, {});
  return drafts.update(MANAGER, { version }, change);
}

function adjust(externalId: string): Promise<unknown> {
  const until = addDays(clock.today(), 30);
  return new ServiceAdjustmentService(book.unitOfWork, clock).set(
    MANAGER,
    { externalId },
    { kind: 'EXTRA', until, note: null, replace: false },
  );
}

/** An override of the account that falls by the model of these tests. */
const PILOT = {
  account: { externalId: 'small' },
  tier: 'core',
  reason: 'OTHER',
  note: 'A pilot that the board has asked for',
  expiresOn: day('2026-06-01'),
  supersede: false,
} as const;

type Deed = () => Promise<unknown>;

/** Whether somebody waits for a lock, or does not need to any more. */
async function isSomebodyWaiting(isOver: () => boolean): Promise<boolean> {
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return isOver() || (await database.query(waiting)).length > 0;
}

async function publishedTiers(): Promise<readonly Tier[]> {
  return book.unitOfWork.run(
    stampOf(COMMAND_LINE, clock),
    async (stores) => (await stores.models.published())?.tiers ?? [],
  );
}

/** The published ladder with other lines and floors. */
async function ladder(
  lines: readonly number[],
  floors: readonly number[] = [50, 24, 8, 0],
): Promise<readonly Tier[]> {
  return (await publishedTiers()).map((tier, index) => ({
    ...tier,
    arrFrom: { amount: units(lines[index] ?? 0), topPercent: null },
    scoreFloor: floors[index] ?? 0,
  }));
}

/** Where every account stands, by id. */
async function standings(): Promise<
  Map<string, Omit<Mover, 'kind' | 'accountId'> & Record<string, unknown>>
> {
  const rows = await database.query<{ id: string } & Record<string, unknown>>(
    `SELECT a.id::text, a.effective_tier AS effective, a.held_tier AS held, p.target_tier AS pending,
       p.grace_until::text AS "graceUntil", (a.total * 100)::int AS score
     FROM account a LEFT JOIN pending_downgrade p ON p.account_id = a.id ORDER BY a.id`,
  );
  return new Map(rows.map(({ id, ...row }) => [id, row])) as never;
}

/** FTE that the book needs today under the published model, by tier and in all, to 6 places. */
async function fteNeeded(): Promise<{ all: Load; tiers: Map<string, Load> }> {
  const analytics = openAnalytics(database, clock);
  const { reader } = analytics;
  const models = new ModelCatalog({ database: reader });
  const today = clock.today();
  const { capacity } = await capacityOn({ capacity: new SqlCapacityReads(reader), models }, today, today);
  await analytics.close();
  return {
    all: shown(capacity.totals.load),
    tiers: new Map(capacity.tiers.map(({ tier, load }) => [tier, shown(load)])),
  };
}

const shown = ({ limit, comfort }: Load): Load => ({ limit: rounded(limit), comfort: rounded(comfort) });

/** Everything that is written anywhere. */
async function written(): Promise<unknown> {
  const [row] = await database.query(
    `SELECT (SELECT count(*)::int FROM tier_history) AS history, (SELECT count(*)::int FROM scorecard) AS cards,
       (SELECT sum(version)::int FROM account) AS versions, (SELECT json_agg(m) FROM tiering_model m) AS models,
       (SELECT count(*)::int FROM idempotency_key) AS keys`,
  );
  return row;
}

async function allMovers(version: number): Promise<{ movers: Mover[]; digest: string }> {
  const movers: Mover[] = [];
  let digest = '';
  for (let after: string | null = '0'; after !== null;) {
    const window = { size: 50, backward: false, after: [after] };
    const simulated = await publication.simulate(MANAGER, version, [{ window }]);
    const rows = simulated.pages[0] ?? [];
    movers.push(...rows.slice(0, 50));
    digest = simulated.digest;
    after = rows.length > 50 ? (rows[49]?.accountId ?? null) : null;
  }
  return { movers, digest };
}

/** Publishes what was simulated, and compares what happened with what was announced, account by account. */
async function expectAnnounced(version: number): Promise<Mover[]> {
  const { movers, digest } = await allMovers(version);
  const { outcome } = await publication.simulate(MANAGER, version, []);
  const before = await standings();
  expect(shown(outcome.fte.before)).toEqual((await fteNeeded()).all);
  const published = await publication.publish(COMMAND_LINE, { version, digest, reason: 'As simulated' });
  const after = await standings();
  expect(published.fte).toEqual(outcome.tiers.map(({ key, fte }) => ({ tier: key, ...fte })));
  const needed = await fteNeeded();
  expect(outcome.tiers.map(({ key, fte }) => [key, shown(fte.after)])).toEqual([...needed.tiers]);
  expect(shown(outcome.fte.after)).toEqual(needed.all);
  const announced = new Map(movers.map((mover) => [mover.accountId, mover]));
  for (const [id, old] of before) {
    const now = after.get(id);
    const mover = announced.get(id);
    const { score, ...standing } = now as unknown as { score: number };
    if (mover === undefined) {
      expect({ id, ...standing, score: null }).toEqual({ id, ...old, score: null });
      continue;
    }
    expect({ id, ...standing, score }).toEqual({
      id,
      effective: mover.effectiveTo,
      held: mover.heldTo,
      pending: mover.pendingTo,
      graceUntil: mover.graceUntil,
      score: mover.scoreTo,
    });
    expect(old).toMatchObject({
      effective: mover.effectiveFrom,
      held: mover.heldFrom,
      pending: mover.pendingFrom,
    });
  }
  const cells = await database.query(
    `SELECT held_tier AS held, target_tier AS target, count(*)::int AS accounts FROM pending_downgrade GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  expect(
    outcome.pending
      .map(({ held, target, accounts }) => ({ held, target, accounts }))
      .sort((a, b) => (`${a.held} ${a.target}` < `${b.held} ${b.target}` ? -1 : 1)),
  ).toEqual(cells);
  const counts = await database.query<{ key: string; accounts: number }>(
    `SELECT effective_tier AS key, count(*)::int AS accounts FROM account
     WHERE arr > 0 AND status IS DISTINCT FROM 'CHURNED' AND effective_tier IS NOT NULL GROUP BY 1 ORDER BY 1`,
  );
  expect(
    outcome.tiers
      .filter(({ after: { accounts } }) => accounts > 0)
      .map(({ key, after: { accounts } }) => ({ key, accounts }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
  ).toEqual(counts);
  return movers;
}

describe('what a simulation announces is what publishing does', () => {
  test.each([[1], [2], [3], [4]])('on a random book (%i)', async (seed) => {
    await liveRandomly(book, seed);
    await book.runDaily();
    const up = await draftWith({ tiers: await ladder([60_000, 15_000, 2_000, 0], [40, 20, 6, 0]) });
    await expectAnnounced(up);
    const down = await draftWith({ tiers: await ladder([300_000, 90_000, 20_000, 0], [70, 40, 20, 0]) });
    const falling = await expectAnnounced(down);
    const between = await draftWith({ tiers: await ladder([150_000, 40_000, 8_000, 0], [55, 30, 10, 0]) });
    const third = await expectAnnounced(between);
    expect(falling.map(({ kind }) => kind)).toContain('PENDING');
    expect(third.map(({ kind }) => kind)).toContain('CANCELLED');
  });

  test('when a tier is dropped, whose accounts, overrides and pending downgrades follow its successor', async () => {
    await book.seed({
      low: { arr: '500' },
      scale: { arr: '6000' },
      core: { arr: '30000' },
      falling: { arr: '30000' },
      held: { arr: '30000' },
    });
    await book.account('falling', { arr: '500' });
    await book.unitOfWork.run(stampOf(COMMAND_LINE, clock), async (stores) => {
      const accounts = await stores.accounts.lockByExternalIds(['held'], clock.today());
      const account = accounts.get('held');
      if (!account) throw new Error('held is there');
      const { standing, entries } = startOverride(account.standing, 'tech-touch');
      const write = { changes: [], movement: null, newScorecard: false, entries };
      await stores.accounts.save(
        [
          {
            ...write,
            id: account.id,
            before: account,
            account: { ...account, standing },
            linesAppliedOn: null,
          },
        ],
        stampOf(COMMAND_LINE, clock),
      );
    });
    const asks: Actor = { ...MANAGER, id: 'token:8', role: 'CSM' };
    await book.unitOfWork.run(stampOf(COMMAND_LINE, clock), async (stores) => {
      const accounts = await stores.accounts.lockByExternalIds(['core'], clock.today());
      const terms = {
        tier: 'tech-touch',
        reason: 'OTHER',
        note: 'They asked for it',
        expiresOn: day('2026-09-01'),
      } as const;
      const model = await publishedModel(stores);
      const account = accounts.get('core');
      if (!account) throw new Error('core is there');
      const stamp = stampOf(asks, clock);
      await saveOverride(stores, planRequest(account, [], terms, stamp, model, false), stamp);
    });
    await new SegmentService(book.unitOfWork, clock).create(MANAGER, {
      name: 'Low',
      description: null,
      criteria: [{ dimension: 'TIER', values: ['tech-touch'], includeUnknown: false }],
    });
    const tiers = (await ladder([100_000, 25_000, 0], [50, 24, 0])).slice(0, 3);
    const change = {
      tiers: tiers.map((tier) => ({ ...tier, populationTarget: null, arrShareTarget: null })),
    };
    await expect(draftWith(change)).rejects.toMatchObject({
      code: 'INVALID_MODEL',
      field: ['successors', 'tech-touch'],
    });
    await expectAnnounced(await draftWith({ ...change, successors: { 'tech-touch': 'scale' } }));
    expect(
      await database.query(
        `SELECT external_id AS id, computed_tier AS computed, held_tier AS held, effective_tier AS effective,
           (SELECT target_tier FROM pending_downgrade WHERE account_id = account.id) AS pending
         FROM account ORDER BY external_id`,
      ),
    ).toEqual([
      { id: 'core', computed: 'core', held: 'core', effective: 'core', pending: null },
      { id: 'falling', computed: 'scale', held: 'core', effective: 'core', pending: 'scale' },
      { id: 'held', computed: 'core', held: 'core', effective: 'scale', pending: null },
      { id: 'low', computed: 'scale', held: 'scale', effective: 'scale', pending: null },
      { id: 'scale', computed: 'scale', held: 'scale', effective: 'scale', pending: null },
    ]);
    expect(await database.query(`SELECT tier, status, model_version AS model FROM tier_override`)).toEqual([
      { tier: 'scale', status: 'REQUESTED', model: 3 },
    ]);
    expect(await database.query(`SELECT criteria -> 0 -> 'values' AS tiers FROM segment`)).toEqual([
      { tiers: ['tech-touch', 'scale'] },
    ]);
    expect(
      await database.query(
        `SELECT external_id AS id, kind, cause FROM segment_change JOIN account ON account.id = account_id
         ORDER BY external_id`,
      ),
    ).toEqual([
      { id: 'held', kind: 'ENTERED', cause: 'SEGMENT_CREATED' },
      { id: 'low', kind: 'ENTERED', cause: 'SEGMENT_CREATED' },
      { id: 'scale', kind: 'ENTERED', cause: 'CRITERIA_CHANGED' },
    ]);
  });

  test('when a tier is renamed, which neither lifts nor lowers anybody', async () => {
    await book.seed({ scale: { arr: '6000' }, core: { arr: '30000' } });
    const tiers = (await publishedTiers()).map((tier) =>
      tier.key === 'scale' ? { ...tier, key: 'growth', name: 'Growing', label: 'Growing' } : tier,
    );
    const version = await draftWith({ tiers, successors: { scale: 'growth' } });
    const { outcome } = await publication.simulate(MANAGER, version, []);
    expect(outcome.movers).toMatchObject({ RENAMED: 1, UP: 0, DOWN: 0 });
    expect(outcome.tiers.map(({ key, fte: { before, after } }) => [key, before?.limit, after.limit])).toEqual(
      [
        ['strategic', 0, 0],
        ['core', 0.01, 0.01],
        ['growth', undefined, 0.002],
        ['tech-touch', 0, 0],
      ],
    );
    expect([outcome.fte.before.limit, outcome.fte.after.limit]).toEqual([0.012, 0.012]);
  });

  test('page by page, forwards and backwards, by kind', async () => {
    await liveRandomly(book, 5);
    const version = await draftWith({ tiers: await ladder([300_000, 90_000, 20_000, 0], [70, 40, 20, 0]) });
    const { pages, outcome } = await publication.simulate(MANAGER, version, [
      ALL,
      { window: { size: 2, backward: true, after: null } },
      { ...ALL, kinds: ['PENDING'] },
    ]);
    const [all = [], last = [], pending = []] = pages;
    expect(all.length).toBeGreaterThan(3);
    expect(last.map(({ accountId }) => accountId)).toEqual(
      all
        .slice(-3)
        .reverse()
        .map(({ accountId }) => accountId),
    );
    expect(pending).toEqual(all.filter(({ kind }) => kind === 'PENDING'));
    expect(outcome.movers.PENDING).toBe(pending.length);
    expect(outcome.movements.reduce((sum, { accounts }) => sum + accounts, 0)).toBe(outcome.accounts);
  });
});

describe('publishing', () => {
  let version: number;

  beforeEach(async () => {
    await book.seed({
      big: { arr: '120000' },
      middle: { arr: '40000' },
      small: { arr: '6000', renewalDate: '2026-09-01' },
    });
    version = await draftWith({ tiers: await ladder([30_000, 20_000, 10_000, 0]) });
  });

  test('moves up at once and down through grace, names who and why, and retires the model before it', async () => {
    const result = await publication.publish(COMMAND_LINE, { version, reason: '  Smaller contracts  ' });
    expect(result).toEqual({
      version: 2,
      accounts: 3,
      moved: 1,
      pending: 1,
      // The one of 40,000 rises at once; the small one keeps its service, and will need nobody.
      fte: [
        {
          tier: 'strategic',
          before: { limit: 1 / 30, comfort: 1 / 15 },
          after: { limit: 2 / 30, comfort: 2 / 15 },
          settled: { limit: 2 / 30, comfort: 2 / 15 },
        },
        {
          tier: 'core',
          before: { limit: 0.01, comfort: 0.02 },
          after: { limit: 0, comfort: 0 },
          settled: { limit: 0, comfort: 0 },
        },
        {
          tier: 'scale',
          before: { limit: 0.002, comfort: 0.005 },
          after: { limit: 0.002, comfort: 0.005 },
          settled: { limit: 0, comfort: 0 },
        },
        {
          tier: 'tech-touch',
          before: { limit: 0, comfort: 0 },
          after: { limit: 0, comfort: 0 },
          settled: { limit: 0, comfort: 0 },
        },
      ],
    });
    expect(
      await database.query(
        `SELECT external_id AS id, kind, cause, effective_to AS tier, grace_until::text AS until, tier_history.model_version AS model, actor_name AS actor
         FROM tier_history JOIN account ON account.id = account_id WHERE cause = 'MODEL_PUBLISHED' ORDER BY 1`,
      ),
    ).toEqual([
      {
        id: 'middle',
        kind: 'UPGRADE',
        cause: 'MODEL_PUBLISHED',
        tier: 'strategic',
        until: null,
        model: 2,
        actor: 'Command line',
      },
      {
        id: 'small',
        kind: 'DOWNGRADE_PENDING',
        cause: 'MODEL_PUBLISHED',
        tier: 'scale',
        until: '2026-09-01',
        model: 2,
        actor: 'Command line',
      },
    ]);
    expect(
      await database.query(
        `SELECT version, status, reason, replaces, published_by AS by, created_by AS creator FROM tiering_model ORDER BY version`,
      ),
    ).toEqual([
      {
        version: 1,
        status: 'RETIRED',
        reason: 'The built-in model',
        replaces: null,
        by: 'Tierbook',
        creator: null,
      },
      {
        version: 2,
        status: 'PUBLISHED',
        reason: 'Smaller contracts',
        replaces: 1,
        by: 'Command line',
        creator: 'Mara',
      },
    ]);
    const before = await written();
    await book.runDaily();
    expect(await written()).toEqual(before);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['an account changed', () => book.account('big', { name: 'Renamed' })],
    ['an account came', () => book.account('new', { arr: '1' })],
    ['the draft changed', () => drafts.update(MANAGER, { version }, { missingFacts: 'REDISTRIBUTE' })],
    ['a service adjustment began', () => adjust('big')],
    [
      'a day passed',
      async () => {
        clock.passDays(1);
        await Promise.resolve();
      },
    ],
    [
      'another draft was published',
      async () => {
        const other = await drafts.create(MANAGER, {});
        await publication.publish(COMMAND_LINE, { version: other, reason: 'First' });
      },
    ],
  ])('with a digest is refused when %s since, and nothing is written', async (_title, change) => {
    const { digest } = await publication.simulate(MANAGER, version, []);
    await change();
    const before = await written();
    const publish = (given: string | null): Promise<unknown> =>
      publication.publish(COMMAND_LINE, { version, digest: given, reason: 'Stale', idempotencyKey: 'k' });
    await expect(publish(digest)).rejects.toMatchObject({ code: 'STALE_DIGEST', field: ['digest'] });
    expect(await written()).toEqual(before);
    await publish((await publication.simulate(MANAGER, version, [])).digest);
  });

  test('writes nothing for a simulation, and gives the same digest for the same things', async () => {
    const before = await written();
    const first = await publication.simulate(MANAGER, version, [ALL]);
    expect(await publication.simulate(MANAGER, version, [ALL])).toEqual(first);
    expect(await written()).toEqual(before);
  });

  test('of what is no draft is refused', async () => {
    const publish = (given: object) =>
      publication.publish(COMMAND_LINE, { version, reason: 'Because', ...given });
    await expect(publish({ version: 1 })).rejects.toMatchObject({ code: 'WRONG_STATUS' });
    await expect(publish({ version: 99 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(publish({ reason: ' ' })).rejects.toMatchObject({ code: 'REQUIRED', field: ['reason'] });
    await expect(publish({ expectedVersion: 1 })).rejects.toMatchObject({ code: 'STALE_VERSION' });
    await publish({ expectedVersion: 2 });
    await expect(publish({})).rejects.toMatchObject({ code: 'WRONG_STATUS' });
    await expect(drafts.giveUp(MANAGER, { version })).rejects.toMatchObject({ code: 'WRONG_STATUS' });
    await expect(drafts.update(MANAGER, { version }, {})).rejects.toMatchObject({ code: 'WRONG_STATUS' });
  });

  test('twice at once happens once; with one key both get the same answer', async () => {
    const publish = (key: string | null) =>
      publication.publish(COMMAND_LINE, { version, reason: 'Because', idempotencyKey: key });
    const [a, b] = await Promise.all([publish('one'), publish('one')]);
    expect(a).toEqual(b);
    const other = await drafts.create(MANAGER, {});
    const results = await Promise.allSettled(
      [1, 2].map(() => publication.publish(COMMAND_LINE, { version: other, reason: 'Once' })),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(
      await database.query(`SELECT count(*)::int AS cards FROM scorecard WHERE model_version = 2`),
    ).toEqual([{ cards: 3 }]);
  });

  /** A publication that somebody comes before, once it is prepared, and each time that it is prepared anew. */
  function interrupted(...deeds: Deed[]): PublicationService {
    return new PublicationService(interrupting(...deeds), clock);
  }

  function interrupting(...deeds: Deed[]): UnitOfWork {
    const unitOfWork = Object.create(book.unitOfWork) as UnitOfWork;
    unitOfWork.run = (stamp, work) =>
      book.unitOfWork.run(stamp, (stores) => {
        const preparedPublications = Object.create(stores.preparedPublications) as PreparedPublicationStore;
        preparedPublications.seal = async () => {
          const decided = await stores.preparedPublications.seal();
          await deeds.shift()?.();
          return decided;
        };
        return work({ ...stores, preparedPublications });
      });
    return unitOfWork;
  }

  /** A publication that somebody comes before, at the given call of what it is given, the first time that it is made. */
  function interruptedAt<Part extends keyof Stores>(
    part: Part,
    method: keyof Stores[Part],
    deed: Deed,
  ): PublicationService {
    const unitOfWork = Object.create(book.unitOfWork) as UnitOfWork;
    let isDone = false;
    unitOfWork.run = (stamp, work) =>
      book.unitOfWork.run(stamp, (stores) => {
        const call = stores[part][method] as (...given: unknown[]) => Promise<unknown>;
        const wrapped = Object.create(stores[part]) as Record<keyof Stores[Part], typeof call>;
        wrapped[method] = async (...given) => {
          if (!isDone) await deed();
          isDone = true;
          return call.apply(stores[part], given);
        };
        return work({ ...stores, [part]: wrapped });
      });
    return new PublicationService(unitOfWork, clock);
  }

  /** A service whose transactions after the publication itself fail. */
  function failing(failure: Error, base = book.unitOfWork): PublicationService {
    const unitOfWork = Object.create(base) as UnitOfWork;
    let runs = 0;
    unitOfWork.run = (stamp, work) => {
      runs += 1;
      return runs === 1 ? base.run(stamp, work) : Promise.reject(failure);
    };
    return new PublicationService(unitOfWork, clock);
  }

  const booked = (): Promise<unknown> =>
    database.query(
      `SELECT a.external_id AS id, a.effective_tier AS tier, a.computed_tier AS computed, p.target_tier AS pending,
         a.model_version AS model, a.version, a.name, a.scorecard_digest IS NOT NULL AS digest,
         (SELECT array_agg(model_version ORDER BY id) FROM scorecard WHERE account_id = a.id) AS cards,
         a.scorecard_id = (SELECT max(id) FROM scorecard WHERE account_id = a.id) AS newest
       FROM account a LEFT JOIN pending_downgrade p ON p.account_id = a.id ORDER BY 1`,
    );

  test('decides again what has changed while it was prepared, and nothing of that is lost', async () => {
    const service = interrupted(async () => {
      await book.account('small', { name: 'Grown', arr: '25000' });
      await book.account('big', { status: 'CHURNED' });
      await book.account('new', { arr: '35000' });
    });
    const { fte, ...counts } = await service.publish(COMMAND_LINE, { version, reason: 'Meanwhile' });
    expect(counts).toEqual({ version: 2, accounts: 3, moved: 2, pending: 0 });
    const needed = await fteNeeded();
    expect(new Map(fte?.map(({ tier, after }) => [tier, shown(after)]))).toEqual(needed.tiers);
    const common = { pending: null, digest: true };
    expect(await booked()).toEqual([
      // It has left the ladder: its newest scorecard is the one that says so.
      {
        ...common,
        id: 'big',
        tier: null,
        computed: null,
        model: 1,
        version: 2,
        name: null,
        cards: [1, 1],
        newest: true,
      },
      {
        ...common,
        id: 'middle',
        tier: 'strategic',
        computed: 'strategic',
        model: 2,
        version: 2,
        name: null,
        cards: [1, 2],
        newest: true,
      },
      {
        ...common,
        id: 'new',
        tier: 'strategic',
        computed: 'strategic',
        model: 2,
        version: 2,
        name: null,
        cards: [1, 2],
        newest: true,
      },
      {
        ...common,
        id: 'small',
        tier: 'core',
        computed: 'core',
        model: 2,
        version: 3,
        name: 'Grown',
        cards: [1, 1, 2],
        newest: true,
      },
    ]);
    const before = await written();
    await book.runDaily();
    expect(await written()).toEqual(before);
  });

  test('decides again what was on its way when it began and was kept when it was prepared', async () => {
    const other = new Client({ connectionString: database.url });
    await other.connect();
    try {
      await other.query('BEGIN');
      await other.query(`UPDATE account SET arr = 35000, version = version + 1 WHERE external_id = 'small'`);
      const service = interrupted(() => other.query('COMMIT'));
      const { moved, pending } = await service.publish(COMMAND_LINE, { version, reason: 'Meanwhile' });
      expect([moved, pending]).toEqual([2, 0]);
    } finally {
      await other.end();
    }
    expect(await booked()).toMatchObject([
      { id: 'big', tier: 'strategic' },
      { id: 'middle', tier: 'strategic' },
      { id: 'small', tier: 'strategic', cards: [1, 2] },
    ]);
  });

  test('moves whoever comes meanwhile to a tier that is dropped with the model itself', async () => {
    const tiers = (await ladder([100_000, 25_000, 0], [50, 24, 0]))
      .slice(0, 3)
      .map((tier) => ({ ...tier, populationTarget: null, arrShareTarget: null }));
    const dropping = await draftWith({ tiers, successors: { 'tech-touch': 'scale' } });
    const come = () => book.seed({ low: { arr: '500' }, high: { arr: '30000' } });
    const service = failing(Interruption.overloaded('all are busy'), interrupting(come));
    const { accounts, moved } = await service.publish(COMMAND_LINE, { version: dropping, reason: 'Fewer' });
    expect([accounts, moved]).toEqual([5, 1]);
    expect(await booked()).toMatchObject([
      { id: 'big', tier: 'strategic', model: 1 },
      { id: 'high', tier: 'core', model: 1 },
      { id: 'low', tier: 'scale', model: 3 },
      { id: 'middle', tier: 'core', model: 1 },
      { id: 'small', tier: 'scale', model: 1 },
    ]);
  });

  test('moves no more accounts with the model than nobody has to wait for, and the others after it', async () => {
    const rising = Array.from({ length: MOVED_WITH_THE_MODEL + 3 }, (_, n) => `rising-${n}`);
    await book.seed(Object.fromEntries(rising.map((id) => [id, { arr: '40000' }])));
    const tiers = (): Promise<unknown> =>
      database.query(
        `SELECT effective_tier AS tier, model_version AS model, count(*)::int AS accounts FROM account
         WHERE external_id LIKE 'rising-%' GROUP BY 1, 2 ORDER BY 1, 2`,
      );
    const key = { version, reason: 'Many', idempotencyKey: 'many' };
    const { moved } = await failing(Interruption.overloaded('all are busy')).publish(COMMAND_LINE, key);
    expect(moved).toBe(rising.length + 1);
    // The first one is the account of before them that rises, too.
    expect(await tiers()).toEqual([
      { tier: 'core', model: 1, accounts: 4 },
      { tier: 'strategic', model: 2, accounts: MOVED_WITH_THE_MODEL - 1 },
    ]);
    expect((await publication.publish(COMMAND_LINE, key)).moved).toBe(moved);
    expect(await tiers()).toEqual([{ tier: 'strategic', model: 2, accounts: rising.length }]);
    expect(
      await database.query(
        `SELECT kind, cause, actor_name AS actor, count(*)::int AS rows FROM tier_history
         WHERE model_version = 2 AND kind = 'UPGRADE' GROUP BY 1, 2, 3`,
      ),
    ).toEqual([{ kind: 'UPGRADE', cause: 'MODEL_PUBLISHED', actor: 'Command line', rows: moved }]);
  });

  test('is prepared anew where the draft is changed meanwhile, and is what publishing afterwards would have been', async () => {
    const changed = await ladder([100_000, 50_000, 10_000, 0]);
    const service = interrupted(() => drafts.update(MANAGER, { version }, { tiers: changed }));
    const { moved } = await service.publish(COMMAND_LINE, { version, reason: 'After all' });
    expect(moved).toBe(0);
    expect(await publishedTiers()).toEqual(changed);
    expect(
      await database.query(
        `SELECT count(*)::int AS cards, count(DISTINCT account_id)::int AS accounts FROM scorecard WHERE model_version = 2`,
      ),
    ).toEqual([{ cards: 3, accounts: 3 }]);
    const before = await written();
    await book.runDaily();
    expect(await written()).toEqual(before);
  });

  test('is prepared anew at most once: then nobody changes the draft before it is published', async () => {
    const changed = await ladder([100_000, 50_000, 10_000, 0]);
    const tooLate = await ladder([90_000, 50_000, 10_000, 0]);
    let late: Promise<unknown> = Promise.resolve();
    let isOver = false;
    const service = interrupted(
      () => drafts.update(MANAGER, { version }, { tiers: changed }),
      async () => {
        late = drafts
          .update(MANAGER, { version }, { tiers: tooLate })
          .then(
            () => null,
            (error: unknown) => error,
          )
          .finally(() => (isOver = true));
        await until('the draft is changed, or whoever changes it waits', () =>
          isSomebodyWaiting(() => isOver),
        );
      },
    );
    await service.publish(COMMAND_LINE, { version, reason: 'At last' });
    expect(await publishedTiers()).toEqual(changed);
    expect(await late).toMatchObject({ code: 'WRONG_STATUS' });
  });

  test.each<[string, (deed: Deed) => PublicationService]>([
    ['before the accounts are read', (deed) => interruptedAt('accounts', 'outlinesAfter', deed)],
    ['once it is prepared', (deed) => interrupted(deed)],
  ])('of percentiles is prepared anew where the book makes other amounts of them %s', async (_when, when) => {
    const tiers = (await publishedTiers()).map((tier, index) => ({
      ...tier,
      arrFrom: index < 3 ? { amount: null, topPercent: [30, 60, 90][index] ?? 0 } : tier.arrFrom,
    }));
    const percentiles = await draftWith({ tiers });
    const before = await publication.simulate(MANAGER, percentiles, []);
    let after = before;
    const service = when(async () => {
      await book.account('huge', { arr: '900000' });
      await book.account('vast', { arr: '990000' });
      after = await publication.simulate(MANAGER, percentiles, []);
    });
    await service.publish(COMMAND_LINE, { version: percentiles, reason: 'Percentiles' });
    expect(after.model.tiers).not.toEqual(before.model.tiers);
    expect(await publishedTiers()).toEqual(after.model.tiers);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['an account changes', () => book.account('big', { name: 'Renamed' })],
    ['an account comes', () => book.account('new', { arr: '1' })],
    ['an account changes that nobody places', () => book.account('gone', { name: 'Renamed' })],
    ['an account comes that nobody places', () => book.account('new', { name: 'New' })],
    ['a service adjustment begins', () => adjust('big')],
    ['the draft changes', () => drafts.update(MANAGER, { version }, { missingFacts: 'REDISTRIBUTE' })],
  ])('with a digest is refused where %s once it is prepared', async (_what, change) => {
    await book.seed({ gone: { arr: '100', status: 'CHURNED' } });
    const { digest } = await publication.simulate(MANAGER, version, []);
    const service = interruptedAt('models', 'publishedForChange', change);
    await expect(service.publish(COMMAND_LINE, { version, digest, reason: 'Stale' })).rejects.toMatchObject({
      code: 'STALE_DIGEST',
    });
    expect(
      await database.query(`SELECT count(*)::int AS cards FROM scorecard WHERE model_version = 2`),
    ).toEqual([{ cards: 0 }]);
  });

  describe('cut short once those that move have moved', () => {
    /** The model that placed each account, the one of its newest scorecard, its tier, and whereto it falls and why. */
    const placedBy = async (): Promise<unknown> =>
      Object.fromEntries(
        (
          await database.query<{ id: string; models: string }>(
            `SELECT a.external_id AS id,
               concat_ws(' ', a.model_version, card.model_version, a.effective_tier, p.target_tier, p.reason) AS models
             FROM account a JOIN scorecard card ON card.id = a.scorecard_id
             LEFT JOIN pending_downgrade p ON p.account_id = a.id ORDER BY 1`,
          )
        ).map(({ id, models }) => [id, models]),
      );
    const HALF = { big: '1 1 strategic', middle: '2 2 strategic', small: '1 1 scale' };
    const BIG = { big: '2 2 strategic' };
    const SMALL = { small: '2 2 scale tech-touch MODEL_PUBLISHED' };
    const WHOLE = { ...HALF, ...BIG, ...SMALL };
    const request = { reason: 'Because', idempotencyKey: 'once' };

    beforeEach(async () => {
      const busy = failing(Interruption.overloaded('all are busy'));
      const published = await busy.publish(COMMAND_LINE, { version, ...request });
      expect(published).toMatchObject({ version: 2, accounts: 3, moved: 1, pending: 1 });
      expect(await placedBy()).toEqual(HALF);
    });

    test('it is an error where neither time nor room was wanting', async () => {
      const broken = failing(new Error('broken')).publish(COMMAND_LINE, { version, ...request });
      await expect(broken).rejects.toThrow('broken');
    });

    test('the same call goes on with it', async () => {
      const published = await publication.publish(COMMAND_LINE, { version, ...request });
      expect(published).toMatchObject({ version: 2, accounts: 3, moved: 1, pending: 1 });
      expect(await placedBy()).toEqual(WHOLE);
    });

    test('whoever works on what is scheduled goes on with it, and leaves nothing to be done', async () => {
      expect(await publication.goOn(SYSTEM)).toBe(2);
      expect(await placedBy()).toEqual(WHOLE);
      const before = await written();
      expect(await publication.goOn(SYSTEM)).toBe(0);
      await book.runDaily();
      expect(await written()).toEqual(before);
    });

    test('who is to stop leaves it to the next one', async () => {
      await expect(publication.goOn(SYSTEM, { aborted: true })).rejects.toThrow(StoppedEarly);
      expect(await placedBy()).toEqual(HALF);
    });

    test('the daily run goes on with it, and leaves nothing to be done', async () => {
      await book.runDaily();
      expect(await placedBy()).toEqual(WHOLE);
      const before = await written();
      await publication.publish(COMMAND_LINE, { version, ...request });
      expect(await written()).toEqual(before);
    });

    test.each<[string, string, WrittenValues, Partial<typeof HALF>]>([
      ['where it stays', 'big', { arr: '130000' }, BIG],
      ['where it falls by that model', 'small', { name: 'Renamed' }, SMALL],
      ['where a change keeps it from falling', 'small', { arr: '15000' }, { small: '2 2 scale' }],
      ['where it falls by a change', 'big', { arr: '15000' }, { big: '2 2 strategic scale FACTS' }],
    ])(
      'an account that changes is placed by the new model at once, %s',
      async (_where, id, values, placed) => {
        await book.account(id, values);
        expect(await placedBy()).toEqual({ ...HALF, ...placed });
      },
    );

    /** The history of an account, with what the scorecards say that it rests on. */
    const historyOf = (externalId: string): Promise<{ row: string }[]> =>
      database.query(
        `SELECT concat_ws(' ', kind, cause, told.model_version, told.computed_tier, card.computed_tier) AS row
         FROM tier_history told JOIN account ON account.id = told.account_id JOIN scorecard card ON card.id = told.scorecard_id
         WHERE external_id = $1 ORDER BY told.id`,
        [externalId],
      );

    test('an account that changes has history of both, the model first', async () => {
      await book.account('small', { arr: '15000' });
      expect(await historyOf('small')).toEqual([
        { row: 'INITIAL FACTS 1 scale scale' },
        { row: 'DOWNGRADE_PENDING MODEL_PUBLISHED 2 tech-touch tech-touch' },
        { row: 'DOWNGRADE_CANCELLED FACTS 2 scale scale' },
      ]);
    });

    const overrides = () => new OverrideService(book.unitOfWork, clock);
    const SMALL_KEY = { externalId: 'small' };

    test.each<[string, () => Promise<unknown>]>([
      ['a change of a fact', () => book.account('small', { healthScore: 70 })],
      [
        'many changes at once',
        () =>
          book.seed({
            small: { healthScore: 70 },
            ...Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`many-${n}`, { arr: '1' }])),
          }),
      ],
      ['its lines', () => book.lines('small', [{ start: '2026-01-01', arr: '6000' }])],
      ['an override', () => overrides().overrideTier(MANAGER, PILOT)],
      [
        'a tier review',
        () =>
          new TierReviewService(book.unitOfWork, clock).completeTierReviews(MANAGER, [
            { key: SMALL_KEY, decision: 'KEEP', note: 'They stay where they are' },
          ]),
      ],
      ['a service adjustment', () => adjust('small')],
      [
        'an assignment',
        () =>
          new PortfolioService(book.unitOfWork, clock).assignAccounts(MANAGER, [
            { account: SMALL_KEY, unassign: true },
          ]),
      ],
      ['the upkeep of the day', () => book.runDaily()],
    ])('%s finds an account placed by the new model, and says so first', async (_deed, deed) => {
      await deed();
      expect((await historyOf('small')).slice(0, 2)).toEqual([
        { row: 'INITIAL FACTS 1 scale scale' },
        { row: 'DOWNGRADE_PENDING MODEL_PUBLISHED 2 tech-touch tech-touch' },
      ]);
    });

    test('an account is placed by the new model in the name of Tierbook, whoever decides about it', async () => {
      await overrides().overrideTier(MANAGER, PILOT);
      expect(
        await database.query(
          `SELECT cause, actor_id AS actor FROM tier_history JOIN account ON account.id = account_id
           WHERE external_id = 'small' AND cause <> 'FACTS' ORDER BY tier_history.id`,
        ),
      ).toEqual([
        { cause: 'MODEL_PUBLISHED', actor: SYSTEM.id },
        { cause: 'OVERRIDE', actor: MANAGER.id },
      ]);
    });

    test('nobody goes on with it while another model is prepared, which then places everybody', async () => {
      const next = await draftWith({ missingFacts: 'REDISTRIBUTE' });
      let goingOn: Promise<number | null> = Promise.resolve(null);
      let isOver = false;
      const service = interrupted(async () => {
        goingOn = publication.goOn(SYSTEM).finally(() => (isOver = true));
        await until('whoever goes on waits, or is through', () => isSomebodyWaiting(() => isOver));
        expect(isOver).toBe(false);
      });
      await service.publish(COMMAND_LINE, { version: next, reason: 'Next' });
      expect(await goingOn).toBe(0);
      expect(await placedBy()).toMatchObject({ big: '3 3 strategic', middle: '3 3 strategic' });
    });

    test('the version that was seen holds only for who neither moves nor is to be reviewed by the new model', async () => {
      const seen = { ...PILOT, expectedVersion: 1 };
      await expect(overrides().overrideTier(MANAGER, seen)).rejects.toMatchObject({ code: 'STALE_VERSION' });
      await overrides().overrideTier(MANAGER, { ...seen, account: { externalId: 'big' } });
      expect(await placedBy()).toEqual({ ...HALF, big: '2 2 core' });
    });

    test('an override ends above the tier that the new model has placed its account in', async () => {
      await overrides().overrideTier(MANAGER, PILOT);
      const next = await draftWith({ tiers: await ladder([30_000, 20_000, 5_000, 0]) });
      const busy = failing(Interruption.overloaded('all are busy'));
      await busy.publish(COMMAND_LINE, { version: next, reason: 'Next' });
      expect(await placedBy()).toMatchObject({ small: '2 2 core tech-touch MODEL_PUBLISHED' });
      clock.setDay('2026-06-02');
      await overrides().expireDue(SYSTEM, stampOf(SYSTEM, clock), NEVER_STOPPING);
      expect(
        await database.query(
          `SELECT held_tier AS held, target_tier AS target, grace_until::text AS until FROM pending_downgrade`,
        ),
      ).toEqual([{ held: 'core', target: 'scale', until: '2026-07-02' }]);
    });

    test('nothing is written by it any more once another model is published', async () => {
      const other = await draftWith({ missingFacts: 'REDISTRIBUTE' });
      await publication.publish(COMMAND_LINE, { version: other, reason: 'Next' });
      const before = await written();
      await publication.publish(COMMAND_LINE, { version, ...request });
      expect(await written()).toEqual(before);
      expect(await placedBy()).toEqual({
        big: '3 3 strategic',
        middle: '3 3 strategic',
        small: '3 3 scale tech-touch MODEL_PUBLISHED',
      });
    });
  });

  test.each<[string, () => PublicationService]>([
    [
      'before it is read',
      () => interruptedAt('modelDrafts', 'aheadOf', () => book.account('big', { name: 'New' })),
    ],
    ['while it is prepared', () => interrupted(() => book.account('big', { name: 'New' }))],
  ])('with a digest is refused where the book changes %s', async (_when, service) => {
    const { digest } = await publication.simulate(MANAGER, version, []);
    const publish = service().publish(COMMAND_LINE, { version, digest, reason: 'Stale' });
    await expect(publish).rejects.toMatchObject({ code: 'STALE_DIGEST' });
  });

  test('with a digest goes on where rows were written and no account has changed', async () => {
    await book.seed({ gone: { arr: '100', status: 'CHURNED' } });
    const { digest } = await publication.simulate(MANAGER, version, []);
    const service = interruptedAt('models', 'publishedForChange', () =>
      database.query('UPDATE account SET quiet_from = quiet_from'),
    );
    const { accounts } = await service.publish(COMMAND_LINE, { version, digest, reason: 'The same' });
    expect(accounts).toBe(3);
  });

  test('keeps nobody waiting while it is prepared', async () => {
    let changed = false;
    const service = interrupted(async () => {
      // On a connection of its own, while the publication is in its transaction.
      await book.account('middle', { name: 'Not waiting' });
      changed = true;
    });
    await service.publish(COMMAND_LINE, { version, reason: 'Because' });
    expect(changed).toBe(true);
  });

  test('of percentiles makes them amounts of the book; an empty book has none', async () => {
    const top = (percent: number) => ({ amount: null, topPercent: percent });
    const tiers = (await publishedTiers()).map((tier, index) => ({
      ...tier,
      arrFrom: index < 3 ? top([30, 60, 90][index] ?? 0) : tier.arrFrom,
    }));
    const percentiles = await draftWith({ tiers });
    await publication.publish(COMMAND_LINE, { version: percentiles, reason: 'Percentiles' });
    expect((await publishedTiers()).map(({ arrFrom }) => arrFrom)).toEqual([
      { amount: units(120_000), topPercent: 30 },
      { amount: units(40_000), topPercent: 60 },
      { amount: units(6_000), topPercent: 90 },
      { amount: 0, topPercent: null },
    ]);
    const again = await drafts.create(MANAGER, {});
    await book.seed({ big: { status: 'CHURNED' }, middle: { arr: '0' }, small: { arr: '0' } });
    await expect(
      publication.publish(COMMAND_LINE, { version: again, reason: 'Empty' }),
    ).rejects.toMatchObject({ code: 'INVALID_MODEL', field: ['ladder'] });
  });

  test('waits for the day up to which history is written', async () => {
    clock.passDays(3);
    await book.account('later', { arr: '5000' });
    clock.passDays(-3);
    await expect(publication.simulate(MANAGER, version, [])).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('drafts', () => {
  test('are copies with versions of their own, changed under their revisions, and given up', async () => {
    const first = await drafts.create(MANAGER, { idempotencyKey: 'a' });
    expect(await drafts.create(MANAGER, { idempotencyKey: 'a' })).toBe(first);
    const second = await drafts.create(MANAGER, { basedOn: first });
    expect([first, second]).toEqual([2, 3]);
    await drafts.update(MANAGER, { version: first, expectedVersion: 1 }, { grace: { noticeDays: 60 } });
    await expect(
      drafts.update(MANAGER, { version: first, expectedVersion: 1 }, { grace: { noticeDays: 70 } }),
    ).rejects.toMatchObject({ code: 'STALE_VERSION' });
    await drafts.update(MANAGER, { version: first, expectedVersion: 2 }, { grace: { noticeDays: 60 } });
    await drafts.giveUp(MANAGER, { version: first, expectedVersion: 2 });
    await expect(drafts.giveUp(MANAGER, { version: first })).rejects.toMatchObject({ code: 'WRONG_STATUS' });
    await expect(drafts.create(MANAGER, { basedOn: 99 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(
      await database.query(
        `SELECT version, status, revision, based_on AS based FROM tiering_model ORDER BY 1`,
      ),
    ).toEqual([
      { version: 1, status: 'PUBLISHED', revision: 1, based: null },
      { version: 2, status: 'RETIRED', revision: 3, based: 1 },
      { version: 3, status: 'DRAFT', revision: 1, based: 2 },
    ]);
  });

  test('made at once get different versions', async () => {
    const versions = await Promise.all([1, 2, 3, 4].map(() => drafts.create(MANAGER, {})));
    expect(versions.sort()).toEqual([2, 3, 4, 5]);
  });

  test('are calibrated by the book, once for a key', async () => {
    await book.seed(
      Object.fromEntries(
        Array.from({ length: 60 }, (_, n) => [`a${n}`, { arr: String(150_000 + n * 3_000) }]),
      ),
    );
    const version = await drafts.create(MANAGER, {});
    const key = { version, idempotencyKey: 'calibrated' };
    const report = await drafts.calibrate(MANAGER, key, 'AMOUNTS');
    expect(report.populationDistance.after).toBe(0);
    expect(await drafts.calibrate(MANAGER, key, 'AMOUNTS')).toEqual(report);
    await publication.publish(COMMAND_LINE, { version, reason: 'Calibrated' });
    const computed = await database.query<{ tier: string; accounts: number }>(
      `SELECT computed_tier AS tier, count(*)::int AS accounts FROM account GROUP BY 1`,
    );
    for (const { tier, accounts } of computed) {
      expect(report.tiers.find(({ key: tierKey }) => tierKey === tier)?.after.accounts).toBe(accounts);
    }
  });
});
