import { stampOf } from '../../src/app/account.service';
import { COMMAND_LINE, SYSTEM } from '../../src/app/actor';
import { type OverrideIds, OverrideService, type WantedOverride } from '../../src/app/override.service';
import { addMonths } from '../../src/domain/calendar';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { rescoreAccount } from '../../src/domain/rescoring';
import { succeedTiers } from '../../src/domain/succession';
import { fixedClock, type TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
import { LivingBook } from '../support/living-book';
import { brokenOverrides, makeCsm, somebody, written } from '../support/override-book';

const MANAGER = somebody('MANAGER');

describe('overrides', () => {
  let database: TestDatabase;
  let clock: TestClock;
  let book: LivingBook;
  let service: OverrideService;

  beforeEach(async () => {
    database = await createTestDatabase();
    clock = fixedClock('2026-03-02');
    book = new LivingBook(database, clock);
    service = new OverrideService(book.unitOfWork, clock);
    // Core by its ARR; nothing else is known.
    await book.account('A', { arr: '30000' });
  });
  afterEach(async () => {
    expect(await brokenOverrides(database)).toEqual([]);
    await database.drop();
  });

  const wanted = (given: Partial<WantedOverride> = {}): WantedOverride => ({
    account: { externalId: 'A' },
    tier: 'strategic',
    reason: 'BRAND',
    note: null,
    expiresOn: day('2026-06-01'),
    supersede: false,
    ...given,
  });
  const grant = (given: Partial<WantedOverride> = {}): Promise<OverrideIds> =>
    service.overrideTier(MANAGER, wanted(given));
  const accountOf = async (externalId = 'A') => {
    const [row] = await database.query<Record<string, unknown>>(
      `SELECT computed_tier AS computed, account.held_tier AS held, override_tier AS override, effective_tier AS effective,
         p.target_tier AS target, p.grace_until::text AS "graceUntil", p.reason
       FROM account LEFT JOIN pending_downgrade p ON p.account_id = account.id WHERE external_id = $1`,
      [externalId],
    );
    return row;
  };
  const overrides = (): Promise<Record<string, unknown>[]> =>
    database.query(
      `SELECT status, tier, ended_by AS by, ended_on::text AS on, end_reason AS reason, end_note AS note
       FROM tier_override ORDER BY tier_override.id`,
    );
  const lastRow = async () =>
    (
      await database.query<Record<string, unknown>>(
        `SELECT kind, cause, actor_id AS by, effective_from AS "from", effective_to AS "to" FROM tier_history
         ORDER BY id DESC LIMIT 1`,
      )
    )[0];
  const csm = async (id = 'csm', accounts: readonly string[] = ['A']) =>
    somebody('CSM', id, await makeCsm(database, id, accounts, '2026-01-01'));

  describe('of a manager', () => {
    test('are active at once, and the history says who did it', async () => {
      await grant();
      expect(await accountOf()).toMatchObject({
        computed: 'core',
        held: 'core',
        override: 'strategic',
        effective: 'strategic',
        target: null,
      });
      expect(await lastRow()).toEqual({
        kind: 'OVERRIDE_STARTED',
        cause: 'OVERRIDE',
        by: 'token:manager',
        from: 'core',
        to: 'strategic',
      });
    });

    test.each([
      { tier: 'tech-touch', effective: 'tech-touch' },
      { tier: 'core', effective: 'core' },
    ])('may hold the account lower, or where it is: $tier', async ({ tier, effective }) => {
      await grant({ tier });
      expect(await accountOf()).toMatchObject({ held: 'core', override: tier, effective, target: null });
    });

    test('bring the next review forward to the cadence of the tier that they lead to', async () => {
      const due = async (): Promise<unknown> =>
        (
          await database.query<{ due: string }>(
            `SELECT review_due_on::text AS due FROM account WHERE external_id = 'S'`,
          )
        )[0]?.due;
      await book.account('S', { arr: '6000' });
      expect(await due()).toBe(addMonths(book.clock.today(), 3));
      await grant({ account: { externalId: 'S' } });
      expect(await due()).toBe(addMonths(book.clock.today(), 1));
    });

    test('replace an active one only when they say so', async () => {
      await grant();
      const before = await written(database);
      await expect(grant({ tier: 'scale' })).rejects.toMatchObject({
        code: 'OVERRIDE_ACTIVE',
        field: ['supersede'],
      });
      expect(await written(database)).toEqual(before);
      await grant({ tier: 'scale', supersede: true });
      expect(await overrides()).toMatchObject([
        { status: 'SUPERSEDED', tier: 'strategic', by: 'The manager', reason: 'SUPERSEDED' },
        { status: 'ACTIVE', tier: 'scale', by: null, reason: null },
      ]);
      expect(await accountOf()).toMatchObject({ held: 'core', effective: 'scale', target: null });
    });

    test('are refused where the account has changed since the caller looked', async () => {
      await expect(grant({ expectedVersion: 2 })).rejects.toMatchObject({ code: 'STALE_VERSION' });
      await grant({ expectedVersion: 1 });
      expect(await overrides()).toHaveLength(1);
    });
  });

  describe('of a CSM', () => {
    test('are requests, which move nothing', async () => {
      await service.overrideTier(await csm(), wanted());
      expect(await overrides()).toMatchObject([{ status: 'REQUESTED', tier: 'strategic' }]);
      expect(await accountOf()).toMatchObject({ override: null, effective: 'core' });
    });

    test('are for the own portfolio only', async () => {
      await book.account('B', { arr: '30000' });
      const before = await written(database);
      for (const actor of [somebody('CSM'), await csm('other', ['B'])]) {
        await expect(service.overrideTier(actor, wanted())).rejects.toMatchObject({
          code: 'OUTSIDE_PORTFOLIO',
        });
      }
      expect(await written(database)).toEqual(before);
    });

    test('may be one for each account', async () => {
      const actor = await csm();
      await service.overrideTier(actor, wanted());
      await expect(service.overrideTier(actor, wanted({ tier: 'scale' }))).rejects.toMatchObject({
        code: 'CONFLICT',
        field: ['account'],
      });
    });

    test('are told of an active one, unless they want to replace it', async () => {
      const actor = await csm();
      await grant();
      await expect(service.overrideTier(actor, wanted({ tier: 'scale' }))).rejects.toMatchObject({
        code: 'OVERRIDE_ACTIVE',
      });
      const { overrideId } = await service.overrideTier(actor, wanted({ tier: 'scale', supersede: true }));
      const approve = (supersede: boolean) =>
        service.decideOverride(MANAGER, overrideId, { approve: true, note: null, supersede });
      await expect(approve(false)).rejects.toMatchObject({ code: 'OVERRIDE_ACTIVE' });
      await approve(true);
      expect(await overrides()).toMatchObject([
        { status: 'SUPERSEDED' },
        { status: 'ACTIVE', tier: 'scale' },
      ]);
    });

    test('are approved by somebody else, and are active from then on', async () => {
      const { overrideId } = await service.overrideTier(await csm(), wanted());
      book.on('2026-03-09');
      await service.decideOverride(MANAGER, overrideId, { approve: true, note: 'Yes', supersede: false });
      expect(
        await database.query(
          `SELECT status, started_on::text, decided_by, decision_note, requested_by, version FROM tier_override`,
        ),
      ).toEqual([
        {
          status: 'ACTIVE',
          started_on: '2026-03-09',
          decided_by: 'The manager',
          decision_note: 'Yes',
          requested_by: 'The csm',
          version: 2,
        },
      ]);
      expect(await accountOf()).toMatchObject({ effective: 'strategic' });
    });

    test('are rejected with a note', async () => {
      const { overrideId } = await service.overrideTier(await csm(), wanted());
      const reject = (note: string | null) =>
        service.decideOverride(MANAGER, overrideId, { approve: false, note, supersede: false });
      await expect(reject(null)).rejects.toMatchObject({ code: 'REQUIRED', field: ['note'] });
      await reject('Not a logo');
      expect(await overrides()).toMatchObject([
        { status: 'REJECTED', by: 'The manager', reason: 'DECISION', note: 'Not a logo' },
      ]);
      expect(await accountOf()).toMatchObject({ override: null });
      await expect(reject('Again')).rejects.toMatchObject({ code: 'WRONG_STATUS' });
    });

    test('are never decided by who asked, also after a promotion', async () => {
      const actor = await csm();
      const { overrideId } = await service.overrideTier(actor, wanted());
      const before = await written(database);
      for (const role of ['CSM', 'MANAGER', 'ADMIN'] as const) {
        await expect(
          service.decideOverride({ ...actor, role }, overrideId, {
            approve: true,
            note: null,
            supersede: false,
          }),
        ).rejects.toMatchObject({ code: 'OWN_REQUEST', field: ['overrideId'] });
      }
      expect(await written(database)).toEqual(before);
    });

    test('are not decided, nor withdrawn, by another CSM', async () => {
      const { overrideId } = await service.overrideTier(await csm(), wanted());
      const other = somebody('CSM', 'other');
      await expect(
        service.decideOverride(other, overrideId, { approve: true, note: null, supersede: false }),
      ).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(service.withdrawOverride(other, overrideId, null)).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
      await expect(
        service.revokeOverride(other, overrideId, { note: 'No', dataError: false }),
      ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });

    test('are withdrawn by who asked, or by a manager', async () => {
      const actor = await csm();
      for (const who of [actor, MANAGER]) {
        const { overrideId } = await service.overrideTier(actor, wanted());
        await service.withdrawOverride(who, overrideId, null);
      }
      expect(await overrides()).toMatchObject([
        { status: 'WITHDRAWN', by: 'The csm', reason: 'WITHDRAWAL' },
        { status: 'WITHDRAWN', by: 'The manager', reason: 'WITHDRAWAL' },
      ]);
    });

    test('are refused once their expiry has passed', async () => {
      const { overrideId } = await service.overrideTier(await csm(), wanted());
      book.on('2026-06-01');
      const before = await written(database);
      await expect(
        service.decideOverride(MANAGER, overrideId, { approve: true, note: null, supersede: false }),
      ).rejects.toMatchObject({ code: 'INVALID_VALUE', field: ['overrideId'] });
      expect(await written(database)).toEqual(before);
    });

    test('are decided on the version that was seen', async () => {
      const { overrideId } = await service.overrideTier(await csm(), wanted());
      const approve = (expectedVersion: number) =>
        service.decideOverride(
          MANAGER,
          overrideId,
          { approve: true, note: null, supersede: false },
          { expectedVersion },
        );
      await expect(approve(2)).rejects.toMatchObject({ code: 'STALE_VERSION' });
      await approve(1);
      expect(await overrides()).toMatchObject([{ status: 'ACTIVE' }]);
    });
  });

  test('belong to accounts that hold a tier', async () => {
    await book.account('GONE', { arr: '30000' });
    await book.account('GONE', { status: 'CHURNED' });
    await book.account('NEW', { name: 'Nothing is known of it' });
    const before = await written(database);
    const refused = (externalId: string) => grant({ account: { externalId } });
    await expect(refused('GONE')).rejects.toMatchObject({ code: 'ACCOUNT_CHURNED', field: ['account'] });
    await expect(refused('NEW')).rejects.toMatchObject({ code: 'NOT_PLACED', field: ['account'] });
    await expect(refused('NOBODY')).rejects.toMatchObject({ code: 'NOT_FOUND', field: ['externalId'] });
    expect(await written(database)).toEqual(before);
  });

  describe('that are revoked', () => {
    test('above the held tier leave the account there for 30 days', async () => {
      const { overrideId } = await grant();
      book.on('2026-04-01');
      await service.revokeOverride(MANAGER, overrideId, { note: 'The logo left', dataError: false });
      expect(await accountOf()).toMatchObject({
        held: 'strategic',
        override: null,
        target: 'core',
        graceUntil: '2026-05-01',
        reason: 'OVERRIDE_ENDED',
      });
      expect(await overrides()).toEqual([
        {
          status: 'REVOKED',
          tier: 'strategic',
          by: 'The manager',
          on: '2026-04-01',
          reason: 'DECISION',
          note: 'The logo left',
        },
      ]);
      book.on('2026-05-01');
      await book.runDaily();
      expect(await accountOf()).toMatchObject({ held: 'core', target: null });
    });

    test('as a data error let the account fall at once', async () => {
      const { overrideId } = await grant();
      await service.revokeOverride(MANAGER, overrideId, { note: 'Meant another account', dataError: true });
      expect(await accountOf()).toMatchObject({ held: 'core', effective: 'core', target: null });
      expect(await overrides()).toMatchObject([{ status: 'REVOKED', reason: 'DATA_ERROR' }]);
      await expect(
        service.revokeOverride(MANAGER, overrideId, { note: 'Again', dataError: true }),
      ).rejects.toMatchObject({ code: 'WRONG_STATUS' });
    });
  });

  describe('whose last day has come', () => {
    const expire = (date: string): Promise<number> => {
      book.on(date);
      return service.expireDue(SYSTEM, stampOf(SYSTEM, clock));
    };

    test('above the held tier end with a grace of 30 days', async () => {
      await grant();
      expect(await expire('2026-05-31')).toBe(0);
      expect(await expire('2026-06-01')).toBe(1);
      expect(await accountOf()).toMatchObject({
        held: 'strategic',
        effective: 'strategic',
        target: 'core',
        graceUntil: '2026-07-01',
      });
      expect(await overrides()).toEqual([
        {
          status: 'EXPIRED',
          tier: 'strategic',
          by: 'Tierbook',
          on: '2026-06-01',
          reason: 'EXPIRY',
          note: null,
        },
      ]);
      expect(await expire('2026-06-01')).toBe(0);
      await book.runDaily();
      expect(await accountOf()).toMatchObject({ held: 'strategic', target: 'core' });
    });

    test('below it let the account rise at once', async () => {
      await grant({ tier: 'tech-touch' });
      await expire('2026-06-01');
      expect(await accountOf()).toMatchObject({ held: 'core', effective: 'core', target: null });
      expect(await lastRow()).toMatchObject({ kind: 'OVERRIDE_ENDED', from: 'tech-touch', to: 'core' });
    });

    test('and that nobody decided are rejected', async () => {
      await service.overrideTier(await csm(), wanted());
      await grant({ supersede: true, expiresOn: day('2026-12-01') });
      expect(await expire('2026-06-02')).toBe(1);
      expect(await overrides()).toMatchObject([
        { status: 'REJECTED', by: 'Tierbook', reason: 'EXPIRY' },
        { status: 'ACTIVE' },
      ]);
    });

    test('end once, however many workers end them, and those of accounts that are ahead later', async () => {
      const accounts = Array.from({ length: 1_100 }, (_, index) => `X${index}`);
      await book.seed(Object.fromEntries(accounts.map((id) => [id, { arr: '30000' }])));
      for (const from of [0, 500, 1_000]) {
        const some = accounts.slice(from, from + 500);
        await service.overrideTiers(
          MANAGER,
          some.map((externalId) => wanted({ account: { externalId } })),
        );
      }
      book.on('2026-06-20');
      await book.account('X7', { arr: '6000' });
      book.on('2026-06-10');
      const stamp = stampOf(SYSTEM, clock);
      const ended = await Promise.all([1, 2, 3].map(() => service.expireDue(SYSTEM, stamp)));
      expect(ended.reduce((sum, one) => sum + one, 0)).toBe(1_099);
      expect(
        await database.query(`SELECT count(*)::int AS rows FROM tier_history WHERE kind = 'OVERRIDE_ENDED'`),
      ).toEqual([{ rows: 1_099 }]);
      expect(await expire('2026-06-20')).toBe(1);
      expect(await accountOf('X7')).toMatchObject({ held: 'strategic', target: 'scale' });
    });

    test('are ended by the system alone', async () => {
      await expect(service.expireDue(MANAGER, stampOf(MANAGER, clock))).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    });
  });

  describe('of an account that churns', () => {
    beforeEach(async () => {
      await book.account('L', {});
      await book.lines('L', [{ start: '2026-01-01', end: '2026-05-01', arr: '30000' }]);
      await grant();
      await grant({ account: { externalId: 'L' } });
      const actor = await csm('csm', ['A', 'L']);
      for (const externalId of ['A', 'L']) {
        await service.overrideTier(
          actor,
          wanted({ account: { externalId }, tier: 'scale', supersede: true }),
        );
      }
      book.on('2026-05-01');
    });

    const ended = [
      { status: 'REVOKED', by: 'Tierbook', on: '2026-05-01', reason: 'ACCOUNT_CHURNED' },
      { status: 'REJECTED', by: 'Tierbook', on: '2026-05-01', reason: 'ACCOUNT_CHURNED' },
    ];
    const closed = (): Promise<unknown[]> =>
      database.query(
        `SELECT status, ended_by AS by, ended_on::text AS on, end_reason AS reason FROM tier_override
         WHERE status NOT IN ('ACTIVE', 'REQUESTED') ORDER BY tier_override.id`,
      );

    test('by its facts end in the same transaction', async () => {
      await book.account('A', { status: 'CHURNED' });
      expect(await closed()).toEqual(ended);
      await book.account('A', { status: 'ACTIVE' });
      expect(await accountOf()).toMatchObject({ held: 'core', effective: 'core' });
    });

    test('by its lines end too', async () => {
      await book.lines('L', [{ start: '2026-01-01', end: '2026-04-01', arr: '30000' }]);
      expect(await closed()).toEqual(ended);
    });

    test('by the day end too', async () => {
      await book.runDaily();
      expect(await closed()).toEqual(ended);
    });
  });

  test('follow their tier to its successor when a new model drops it', async () => {
    await grant({ tier: 'scale' });
    await book.unitOfWork.run(stampOf(COMMAND_LINE, clock), async (stores) => {
      await stores.models.publishedForChange();
      const tiers = DEFAULT_MODEL.tiers
        .filter(({ key }) => key !== 'scale')
        .map((tier, index) => ({ ...tier, rank: index + 1 }));
      const model = { ...DEFAULT_MODEL, version: 2, tiers };
      const stamp = stampOf(COMMAND_LINE, clock);
      await stores.models.publish(model, 'Fewer tiers', stamp);
      const [id = ''] = await stores.accounts.scoredIdsAfter('0', 10);
      const [account] = await stores.accounts.lockByIds([id], stamp.today);
      if (account === undefined) throw new Error('there is one account');
      const move = succeedTiers(
        account.standing,
        new Map([['scale', 'tech-touch']]),
        DEFAULT_MODEL.tiers,
        tiers,
      );
      const context = { model, today: stamp.today, trigger: 'MODEL_PUBLISHED', fromFile: false } as const;
      const rescoring = rescoreAccount({ ...account, standing: move.standing }, {}, context);
      await stores.accounts.save(
        [
          {
            ...rescoring,
            id,
            before: account,
            linesAppliedOn: null,
            entries: [...move.entries, ...rescoring.entries],
          },
        ],
        stamp,
      );
    });
    expect(await database.query('SELECT tier, model_version, version FROM tier_override')).toEqual([
      { tier: 'tech-touch', model_version: 2, version: 2 },
    ]);
  });

  describe('up to 500 at once', () => {
    const accounts = Array.from({ length: 500 }, (_, index) => `X${String(index)}`);

    test('have a result each, and are safe to send twice', async () => {
      await book.seed(Object.fromEntries(accounts.slice(0, 498).map((id) => [id, { arr: '30000' }])));
      await book.account('X3', { status: 'CHURNED' });
      const many = accounts.map((externalId, index) =>
        wanted({
          account: { externalId },
          ...(index === 1 && { tier: 'gold' }),
          ...(index === 2 && { expiresOn: day('2026-03-02') }),
          ...(index === 4 && { reason: 'OTHER' as const, note: 'short' }),
          ...(index === 5 && { account: {} }),
          ...(index === 6 && { account: { externalId: 'X0' } }),
        }),
      );
      const first = await service.overrideTiers(MANAGER, many, 'key-1');
      const refused = first.flatMap(({ outcome, errors }, index) =>
        outcome === 'REFUSED' ? errors.map(({ code, field }) => `${index} ${code} ${field.join('.')}`) : [],
      );
      expect(refused).toEqual([
        '1 INVALID_VALUE tier',
        '2 INVALID_VALUE expiresOn',
        '3 ACCOUNT_CHURNED account',
        '4 INVALID_VALUE note',
        '5 REQUIRED accountId',
        '6 CONFLICT externalId',
        '498 NOT_FOUND externalId',
        '499 NOT_FOUND externalId',
      ]);
      expect(await database.query('SELECT count(*)::int AS rows FROM tier_override')).toEqual([
        { rows: 492 },
      ]);
      const before = await written(database);
      expect(await service.overrideTiers(MANAGER, many, 'key-1')).toEqual(first);
      expect(await written(database)).toEqual(before);
      await expect(service.overrideTiers(MANAGER, many.slice(1), 'key-1')).rejects.toMatchObject({
        code: 'IDEMPOTENCY_KEY_MISMATCH',
      });
      const again = await service.overrideTiers(MANAGER, many);
      expect(new Set(again.flatMap(({ errors }) => errors.map(({ code }) => code)))).toEqual(
        new Set(['OVERRIDE_ACTIVE', 'INVALID_VALUE', 'ACCOUNT_CHURNED', 'REQUIRED', 'CONFLICT', 'NOT_FOUND']),
      );
      expect(await written(database)).toEqual(before);
    });

    test('are requests where a CSM sends them, of the own accounts', async () => {
      await book.account('B', { arr: '30000' });
      const actor = await csm('csm', ['A']);
      const results = await service.overrideTiers(actor, [
        wanted(),
        wanted({ account: { externalId: 'B' } }),
      ]);
      expect(results.map(({ outcome, errors }) => errors[0]?.code ?? outcome)).toEqual([
        'REQUESTED',
        'OUTSIDE_PORTFOLIO',
      ]);
    });

    test('are not 501', async () => {
      await expect(
        service.overrideTiers(
          MANAGER,
          Array.from({ length: 501 }, () => wanted()),
        ),
      ).rejects.toMatchObject({ code: 'TOO_MANY_ITEMS' });
    });
  });
});
