import { stampOf } from '../../src/app/account.service';
import { COMMAND_LINE, SYSTEM } from '../../src/app/actor';
import { AnnouncementService } from '../../src/app/announcement.service';
import { DailyRunService } from '../../src/app/daily-run.service';
import { dailySteps } from '../../src/app/daily-steps';
import { ModelDraftService } from '../../src/app/model-draft.service';
import { OverrideService, type WantedOverride } from '../../src/app/override.service';
import { PublicationService } from '../../src/app/publication.service';
import { TierReviewService } from '../../src/app/tier-review.service';
import { addDays } from '../../src/domain/calendar';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { ANNOUNCED_LATE_DAYS, EVENT_TYPES, type EventType } from '../../src/domain/event';
import { SqlExclusive } from '../../src/persistence/exclusive';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day, type WrittenValues } from '../support/facts';
import { somebody } from '../support/override-book';
import { StaffedBook } from '../support/staffed-book';

const FAR = { customerSince: day('2020-01-01') };

describe('events', () => {
  const clock = fixedClock('2026-03-02');
  const csm = somebody('CSM', 'the-csm');
  let database: TestDatabase;
  let book: StaffedBook;
  let overrides: OverrideService;
  let overrideIds: string[];

  beforeEach(async () => {
    database = await createTestDatabase();
    book = new StaffedBook(database, clock);
    book.on('2026-03-02');
    overrides = new OverrideService(book.unitOfWork, clock);
    overrideIds = [];
  });
  afterEach(async () => {
    await database.drop();
  });

  const override = async (actor = COMMAND_LINE, change: Partial<WantedOverride> = {}): Promise<void> => {
    const { overrideId } = await overrides.overrideTier(actor, {
      account: { externalId: 'A' },
      tier: 'strategic',
      reason: 'BRAND',
      note: null,
      expiresOn: day('2026-06-01'),
      supersede: false,
      ...change,
    });
    overrideIds.push(overrideId);
  };
  const decide = (approve: boolean): Promise<unknown> =>
    overrides.decideOverride(COMMAND_LINE, overrideIds[0] ?? '', { approve, note: 'No', supersede: false });
  const runDaily = async (): Promise<void> => {
    const { unitOfWork } = book;
    const exclusive = new SqlExclusive(database.dataSource);
    const service = new DailyRunService(unitOfWork, exclusive, clock, dailySteps(unitOfWork, clock));
    await service.catchUp(COMMAND_LINE, clock.today());
  };
  const on = async (date: string): Promise<void> => {
    book.on(date);
    await runDaily();
  };
  const publish = async (): Promise<void> => {
    const version = await new ModelDraftService(book.unitOfWork, clock).create(COMMAND_LINE, {});
    await new PublicationService(book.unitOfWork, clock).publish(COMMAND_LINE, {
      version,
      reason: 'New year',
    });
  };
  const review = async (): Promise<void> => {
    const service = new TierReviewService(book.unitOfWork, clock);
    await service.completeTierReviews(COMMAND_LINE, [
      { key: { externalId: 'A' }, decision: 'KEEP', note: 'Looked at with the team' },
    ]);
  };

  interface Told {
    readonly type: EventType;
    readonly data: Readonly<Record<string, unknown>>;
  }
  const told = (): Promise<(Told & Record<string, unknown>)[]> =>
    database.query(
      `SELECT type, data, a.external_id AS account, actor_id AS actor, request_id AS request
       FROM event LEFT JOIN account a ON a.id = account_id ORDER BY event.transaction, event.id`,
    );
  /** What is told while the work is done, with the given fields of its data. */
  const tellsOf = async (work: () => Promise<unknown>, ...fields: string[]): Promise<string[]> => {
    const before = (await told()).length;
    await work();
    return (await told())
      .slice(before)
      .map(({ type, data }) =>
        [type, ...fields.flatMap((field) => (field in data ? [String(data[field])] : []))].join(' '),
      );
  };

  const account = (arr: string, more: WrittenValues = {}): Promise<void> =>
    book.account('A', { arr, ...FAR, ...more });

  const cases: readonly [
    title: string,
    before: () => Promise<unknown>,
    deed: () => Promise<unknown>,
    fields: readonly string[],
    events: readonly string[],
  ][] = [
    ['a first placement announces nothing', () => Promise.resolve(), () => account('30000'), [], []],
    ['facts that move no tier are nothing to tell', () => account('30000'), () => account('31000'), [], []],
    [
      'a move up is told with both tiers, and so is the review for which it is a reason',
      () => account('6000'),
      () => account('30000'),
      ['kind', 'from', 'to'],
      ['review.due', 'tier.moved UPGRADE scale core'],
    ],
    [
      'a fall is told when it is pending, with the day on which it comes',
      () => account('30000'),
      () => account('6000'),
      ['target', 'graceUntil'],
      ['review.due', 'tier.downgrade_pending scale 2026-08-29'],
    ],
    [
      'a recovery is told, as nothing moved',
      async () => {
        await account('30000');
        await account('6000');
      },
      () => account('30000'),
      ['kind', 'held'],
      ['tier.downgrade_cancelled DOWNGRADE_CANCELLED core'],
    ],
    [
      'the end of grace is told by the daily run',
      async () => {
        await account('30000', { customerSince: null });
        await account('6000');
        await on('2026-08-28');
      },
      () => on('2026-08-29'),
      ['kind', 'from', 'to'],
      ['tier.moved DOWNGRADE core scale', 'touch.due TOUCH'],
    ],
    [
      'churn is told as the move out of the ladder, with the end of whoever looked after it',
      async () => {
        await account('30000');
        await book.staff({ anna: {} });
        await book.assign({ A: { csm: 'anna' } });
      },
      () => account('30000', { status: 'CHURNED' }),
      ['kind', 'from', 'to', 'change', 'csm'],
      ['tier.moved CHURNED core null', 'portfolio.changed 2026-03-02 2026-03-02 ENDED anna'],
    ],
    [
      'an override that is granted at once is a decision and a move',
      () => account('30000'),
      () => override(),
      ['status', 'kind', 'from', 'to'],
      ['override.decided ACTIVE', 'tier.moved OVERRIDE_STARTED core strategic'],
    ],
    [
      'a request is told, and moves nothing',
      async () => {
        await account('30000');
        await book.staff({ anna: {} });
        await book.assign({ A: { csm: 'anna' } });
      },
      async () => override({ ...csm, csmId: await book.idOf('csm', 'anna') }),
      ['status', 'tier'],
      ['override.requested REQUESTED strategic'],
    ],
    [
      'the approval of a request is a decision and a move',
      async () => {
        await account('30000');
        await book.staff({ anna: {} });
        await book.assign({ A: { csm: 'anna' } });
        await override({ ...csm, csmId: await book.idOf('csm', 'anna') });
      },
      () => decide(true),
      ['status', 'kind'],
      ['override.decided ACTIVE', 'tier.moved OVERRIDE_STARTED'],
    ],
    [
      'the rejection of a request is a decision',
      async () => {
        await account('30000');
        await book.staff({ anna: {} });
        await book.assign({ A: { csm: 'anna' } });
        await override({ ...csm, csmId: await book.idOf('csm', 'anna') });
      },
      () => decide(false),
      ['status', 'decisionNote'],
      ['override.decided REJECTED No'],
    ],
    [
      'an override that is revoked has ended',
      async () => {
        await account('30000');
        await override();
      },
      () => overrides.revokeOverride(COMMAND_LINE, overrideIds[0] ?? '', { note: 'Over', dataError: true }),
      ['status', 'kind'],
      ['override.ended REVOKED', 'tier.moved OVERRIDE_ENDED'],
    ],
    [
      'an override that ends soon is told by the daily run, once',
      async () => {
        await account('6000');
        await override(COMMAND_LINE, { tier: 'core' });
        await on('2026-05-01');
      },
      async () => {
        await on('2026-05-02');
        await on('2026-05-03');
      },
      ['expiresOn'],
      ['review.due', 'override.expiring 2026-06-01'],
    ],
    [
      'a review that falls due by what has changed is told at once',
      () => account('30000', { churnRisk: 'LOW' }),
      () => account('30000', { churnRisk: 'HIGH' }),
      ['dueOn'],
      ['review.due 2026-03-02'],
    ],
    [
      'a review that falls due by time is told by the daily run, once',
      async () => {
        await account('30000');
        await on('2026-03-15');
      },
      async () => {
        await on('2026-03-16');
        await on('2026-03-18');
      },
      ['dueOn'],
      ['review.due 2026-03-16'],
    ],
    [
      'a review that is completed is told',
      () => account('30000'),
      review,
      ['decision', 'nextDueOn'],
      ['review.completed KEEP 2026-06-02'],
    ],
    [
      'a touch that falls due is told once',
      async () => {
        await account('6000', { customerSince: day('2026-03-01') });
        await on('2026-05-31');
      },
      async () => {
        await on('2026-06-01');
        await on('2026-06-04');
      },
      ['kind', 'dueOn', 'tier'],
      ['touch.due TOUCH 2026-06-01 scale', 'review.completed 2026-06-02'],
    ],
    [
      'a notice before a renewal is told',
      () => account('600', { renewalDate: '2026-04-20' }),
      () => on('2026-03-21'),
      ['renewalOn', 'daysAhead'],
      ['renewal.notice 2026-04-20 30'],
    ],
    [
      'an intervention is told when it is raised',
      () => account('6000', { healthScore: 80 }),
      () => account('6000', { healthScore: 10 }),
      ['reason', 'tier'],
      ['review.due', 'intervention.raised HEALTH_LOW scale', 'intervention.raised HEALTH_FELL scale'],
    ],
    [
      'an account that goes to somebody else is told as an end and a beginning',
      async () => {
        await account('30000');
        await book.staff({ anna: {}, ben: {} });
        await book.assign({ A: { csm: 'anna' } });
        book.on('2026-03-05');
      },
      () => book.assign({ A: { csm: 'ben' } }),
      ['change', 'csm', 'from', 'to'],
      [
        'portfolio.changed ENDED anna 2026-03-02 2026-03-05',
        'portfolio.changed ASSIGNED ben 2026-03-05 null',
      ],
    ],
    [
      'a model that is published is told without an account',
      () => account('30000'),
      publish,
      ['version', 'reason'],
      ['model.published 2 New year'],
    ],
  ];

  test.each(cases)('%s', async (_title, before, deed, fields, events) => {
    await before();
    expect(await tellsOf(deed, ...fields)).toEqual(events);
  });

  test('of every type are told in the cases above', () => {
    const types = cases.flatMap(([, , , , events]) => events.map((event) => event.split(' ')[0]));
    expect(EVENT_TYPES.filter((type) => !types.includes(type))).toEqual([]);
  });

  test('say who did it, and in which request', async () => {
    await account('6000');
    const stamp = stampOf({ ...COMMAND_LINE, requestId: 'request-7' }, clock);
    await book.unitOfWork.run(stamp, async (stores) => {
      await stores.csms.savePools([{ externalId: 'west', name: 'West' }], stamp);
    });
    await override({ ...COMMAND_LINE, requestId: 'request-8' });
    expect(await told()).toMatchObject([
      { type: 'override.decided', account: 'A', actor: 'cli', request: 'request-8' },
      { type: 'tier.moved', account: 'A', actor: 'cli', request: 'request-8' },
    ]);
  });

  test('are taken back with what happened', async () => {
    await account('30000');
    await expect(
      book.unitOfWork.rehearse(stampOf(COMMAND_LINE, clock), async (stores) => {
        const stamp = stampOf(COMMAND_LINE, clock);
        const [stored] = [...(await stores.accounts.lockByExternalIds(['A'], stamp.today)).values()];
        await stores.renewalNotices.record(
          [{ accountId: stored?.id ?? '', tier: 'core', renewalOn: day('2026-05-01'), daysAhead: 30 }],
          1,
          stamp,
        );
        throw new Error('taken back');
      }),
    ).rejects.toThrow('taken back');
    expect(await told()).toEqual([]);
  });

  test('tell once of an override that ends soon for longer than events are kept', async () => {
    await account('6000');
    await override(COMMAND_LINE, { tier: 'core', expiresOn: day('2026-08-01') });
    const announce = (): Promise<number> =>
      book.unitOfWork.run(stampOf(SYSTEM, clock), (stores) => {
        const today = clock.today();
        const due = { since: addDays(today, -ANNOUNCED_LATE_DAYS), today, endsWithinDays: 120 };
        return stores.events.announce(due, { ...DEFAULT_MODEL, programs: {} });
      });
    book.on('2026-04-03');
    expect(await announce()).toBe(1);
    book.on('2026-05-20');
    await new AnnouncementService(book.unitOfWork).forgetOld(SYSTEM, stampOf(SYSTEM, clock));
    expect(await told()).toEqual([]);
    expect(await announce()).toBe(0);
  });

  test('are forgotten after 45 days', async () => {
    await account('6000');
    await account('30000');
    const announcements = new AnnouncementService(book.unitOfWork);
    book.on('2026-04-16');
    expect(await announcements.forgetOld(SYSTEM, stampOf(SYSTEM, clock))).toBe(0);
    book.on('2026-04-17');
    expect(await announcements.forgetOld(SYSTEM, stampOf(SYSTEM, clock))).toBe(2);
    expect(await told()).toEqual([]);
  });
});
