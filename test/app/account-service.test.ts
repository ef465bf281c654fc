import { type AccountChange, type ChangeResult } from '../../src/app/account-changes';
import { AccountService } from '../../src/app/account.service';
import { type Actor, type Role } from '../../src/app/actor';
import { type AccountValues } from '../../src/domain/account';
import { fixedClock, type TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day, given, money } from '../support/facts';
import { LivingBook } from '../support/living-book';

function actor(role: Role): Actor {
  return { kind: 'TOKEN', id: `token:${role}`, name: `The ${role}`, role, csmId: null };
}

const ADMIN = actor('ADMIN');

describe('the account service', () => {
  let database: TestDatabase;
  let clock: TestClock;
  let book: LivingBook;
  let service: AccountService;

  beforeEach(async () => {
    database = await createTestDatabase();
    clock = fixedClock('2026-03-02');
    book = new LivingBook(database, clock);
    service = new AccountService(book.unitOfWork, clock, 'USD');
  });
  afterEach(async () => {
    await database.drop();
  });

  const upsert = (...changes: [string, Partial<AccountValues>][]): Promise<ChangeResult[]> =>
    service.upsertAccounts(
      ADMIN,
      changes.map(([externalId, values]) => ({ externalId, values })),
    );
  const outcomes = (results: readonly ChangeResult[]): string[] =>
    results.map(({ outcome, errors }) => [outcome, ...errors.map(({ code }) => code)].join(' '));
  const counts = async (): Promise<unknown> =>
    database.query(`SELECT (SELECT count(*)::int FROM account) AS accounts,
      (SELECT count(*)::int FROM scorecard) AS scorecards, (SELECT count(*)::int FROM tier_history) AS history,
      (SELECT count(*)::int FROM arr_movement) AS movements, (SELECT count(*)::int FROM fact_change) AS changes,
      (SELECT sum(version)::int FROM account) AS versions`);
  const tiersOf = async (externalId: string): Promise<unknown> =>
    (
      await database.query(
        `SELECT computed_tier AS computed, held_tier AS held, effective_tier AS effective FROM account WHERE external_id = $1`,
        [externalId],
      )
    )[0];

  describe('takes many accounts at once', () => {
    test('places each of them in the transaction that brings its facts', async () => {
      const results = await upsert(
        ['BIG', { arr: money('120000') }],
        ['SMALL', { arr: money('4000') }],
        ['UNKNOWN', { name: 'Nothing but a name' }],
      );
      expect(outcomes(results)).toEqual(['CREATED', 'CREATED', 'CREATED']);
      expect(await tiersOf('BIG')).toEqual({
        computed: 'strategic',
        held: 'strategic',
        effective: 'strategic',
      });
      expect(await tiersOf('SMALL')).toEqual({
        computed: 'tech-touch',
        held: 'tech-touch',
        effective: 'tech-touch',
      });
      expect(await tiersOf('UNKNOWN')).toEqual({ computed: null, held: null, effective: null });
    });

    test('sending the same again on the same day writes nothing', async () => {
      const changes: [string, Partial<AccountValues>][] = [
        [
          'A',
          {
            arr: money('120000'),
            expansionAssessment: 'LOW',
            parentExternalId: 'B',
            strategicDesignation: true,
          },
        ],
        ['B', { arr: money('4000'), status: 'TRIAL', renewalDate: day('2026-09-30'), termMonths: 12 }],
      ];
      await upsert(...changes);
      const before = await counts();
      expect(outcomes(await upsert(...changes))).toEqual(['UNCHANGED', 'UNCHANGED']);
      expect(await counts()).toEqual(before);
    });

    test('what is wrong with one does not touch the others', async () => {
      const results = await upsert(
        ['GOOD', { arr: money('30000') }],
        ['NEGATIVE', { arr: money('-1') }],
        ['UNHEALTHY', { healthScore: 101 }],
        ['', { arr: money('1') }],
        ['GOOD', { arr: money('99') }],
        ['LATER', { expansionAssessment: 'HIGH', expansionAssessedOn: day('2026-03-03') }],
      );
      expect(outcomes(results)).toEqual([
        'CREATED',
        'REFUSED INVALID_VALUE',
        'REFUSED INVALID_VALUE',
        'REFUSED REQUIRED',
        'REFUSED DUPLICATE_EXTERNAL_ID',
        'REFUSED INVALID_VALUE',
      ]);
      expect(results.map(({ errors }) => errors[0]?.field)).toEqual([
        undefined,
        ['arr'],
        ['healthScore'],
        ['externalId'],
        ['externalId'],
        ['expansionAssessedOn'],
      ]);
      expect(await database.query('SELECT external_id FROM account')).toEqual([{ external_id: 'GOOD' }]);
    });

    test('every error of one account is told at once', async () => {
      const [result] = await upsert(['A', { arr: money('-1'), healthScore: -1, termMonths: 0 }]);
      expect(result?.errors.map(({ field }) => field[0])).toEqual(['arr', 'healthScore', 'termMonths']);
    });

    test('more than 500 are refused as a whole', async () => {
      const changes: AccountChange[] = Array.from({ length: 501 }, (_, index) => ({
        externalId: `X${index}`,
        values: {},
      }));
      await expect(service.upsertAccounts(ADMIN, changes)).rejects.toMatchObject({
        code: 'TOO_MANY_ITEMS',
        field: ['accounts'],
      });
      expect((await service.upsertAccounts(ADMIN, changes.slice(1))).length).toBe(500);
    });

    test('amounts in another currency are refused by name', async () => {
      const results = await service.upsertAccounts(ADMIN, [
        { externalId: 'EURO', currency: 'EUR', values: { arr: money('1') } },
        { externalId: 'DOLLAR', currency: 'usd', values: { arr: money('1') } },
      ]);
      expect(outcomes(results)).toEqual(['REFUSED CURRENCY_NOT_BASE', 'CREATED']);
      expect(results[0]?.errors[0]?.message).toContain('EUR');
    });

    test.each(['VIEWER', 'CSM', 'MANAGER'] as const)('a %s may not', async (role) => {
      await expect(service.upsertAccounts(actor(role), [])).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });

    test('an absent field stays as it is, and null makes it missing', async () => {
      await upsert(['A', { arr: money('30000'), healthScore: 70, industry: 'Retail' }]);
      await upsert(['A', { healthScore: null }]);
      expect(await database.query('SELECT arr, health_score, industry FROM account')).toEqual([
        { arr: '30000.00', health_score: null, industry: 'Retail' },
      ]);
    });
  });

  describe('parents', () => {
    test('may come with the same call, in any order', async () => {
      expect(outcomes(await upsert(['CHILD', { parentExternalId: 'PARENT' }], ['PARENT', {}]))).toEqual([
        'CREATED',
        'CREATED',
      ]);
      expect(
        await database.query(
          `SELECT child.external_id AS child, parent.external_id AS parent FROM account child JOIN account parent ON parent.id = child.parent_id`,
        ),
      ).toEqual([{ child: 'CHILD', parent: 'PARENT' }]);
    });

    test.each<[string, [string, Partial<AccountValues>][], string[]]>([
      ['its own child', [['A', { parentExternalId: 'A' }]], ['REFUSED PARENT_CYCLE']],
      ['nobody', [['A', { parentExternalId: 'NOBODY' }]], ['REFUSED PARENT_NOT_FOUND']],
      [
        'each other: the second link is refused, and with it the account that needed it',
        [
          ['A', { parentExternalId: 'B' }],
          ['B', { parentExternalId: 'A' }],
        ],
        ['REFUSED PARENT_NOT_FOUND', 'REFUSED PARENT_CYCLE'],
      ],
      [
        'one that is refused late, when its facts are weighed',
        [
          ['A', { parentExternalId: 'B' }],
          ['B', { expansionAssessment: 'HIGH', expansionAssessedOn: day('2099-01-01') }],
        ],
        ['REFUSED PARENT_NOT_FOUND', 'REFUSED INVALID_VALUE'],
      ],
      [
        'one that is refused itself',
        [
          ['A', { parentExternalId: 'B' }],
          ['B', { arr: money('-1') }],
        ],
        ['REFUSED PARENT_NOT_FOUND', 'REFUSED INVALID_VALUE'],
      ],
    ])('of an account cannot be %s', async (_title, changes, expected) => {
      expect(outcomes(await upsert(...changes))).toEqual(expected);
      expect(await database.query('SELECT external_id FROM account')).toEqual([]);
    });

    test('cannot close a long circle', async () => {
      await upsert(['A', {}], ['B', { parentExternalId: 'A' }], ['C', { parentExternalId: 'B' }]);
      expect(outcomes(await upsert(['A', { parentExternalId: 'C' }]))).toEqual(['REFUSED PARENT_CYCLE']);
      // Turning it around in one call is no circle.
      expect(
        outcomes(
          await upsert(
            ['C', { parentExternalId: null }],
            ['B', { parentExternalId: 'C' }],
            ['A', { parentExternalId: 'B' }],
          ),
        ),
      ).toEqual(['UPDATED', 'UPDATED', 'UPDATED']);
    });
  });

  test('20 calls that create the same account at once create one', async () => {
    const calls = Array.from({ length: 20 }, () => upsert(['SAME', { arr: money('30000') }]));
    const results = (await Promise.all(calls)).flatMap(outcomes);
    expect(results.filter((outcome) => outcome === 'CREATED')).toHaveLength(1);
    expect(results.filter((outcome) => outcome === 'UNCHANGED')).toHaveLength(19);
    expect(await database.query('SELECT count(*)::int AS rows FROM tier_history')).toEqual([{ rows: 1 }]);
  });

  test('a failure in the middle leaves nothing behind', async () => {
    await upsert(['A', { arr: money('30000') }]);
    const before = await counts();
    await database.query(`
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the disk is full'; END $$;
      CREATE TRIGGER fail BEFORE INSERT ON tier_history FOR EACH ROW EXECUTE FUNCTION fail()`);
    await expect(upsert(['A', { arr: money('200000') }], ['B', { arr: money('1') }])).rejects.toThrow(
      'the disk is full',
    );
    expect(await counts()).toEqual(before);
  });

  describe('designations', () => {
    test('put an account into the top tier at once, and their end lets it fall with grace', async () => {
      await upsert(['A', given({ arr: '4000', expansionAssessment: 'LOW' })]);
      await service.designateStrategic(actor('MANAGER'), { externalId: 'A' }, 'Opens a market', null);
      expect(await tiersOf('A')).toMatchObject({ effective: 'strategic' });
      expect(
        await database.query('SELECT designation_author, designation_review_on::text FROM account'),
      ).toEqual([{ designation_author: 'The MANAGER', designation_review_on: '2027-03-02' }]);
      clock.passDays(30);
      await service.endDesignation(actor('MANAGER'), { externalId: 'A' });
      expect(await tiersOf('A')).toEqual({
        computed: 'tech-touch',
        held: 'strategic',
        effective: 'strategic',
      });
      expect(await database.query('SELECT grace_until::text FROM pending_downgrade')).toEqual([
        { grace_until: '2026-09-28' },
      ]);
    });

    test.each<[string, () => Promise<unknown>, object]>([
      [
        'without a reason',
        () => service.designateStrategic(ADMIN, { externalId: 'A' }, ' ', null),
        { code: 'REQUIRED', field: ['reason'] },
      ],
      [
        'with a review more than 12 months off',
        () => service.designateStrategic(ADMIN, { externalId: 'A' }, 'Logo', day('2027-03-03')),
        { code: 'INVALID_VALUE', field: ['reviewOn'] },
      ],
      [
        'with a review today',
        () => service.designateStrategic(ADMIN, { externalId: 'A' }, 'Logo', day('2026-03-02')),
        { code: 'INVALID_VALUE' },
      ],
      [
        'of nobody',
        () => service.designateStrategic(ADMIN, { externalId: 'NOBODY' }, 'Logo', null),
        { code: 'NOT_FOUND', field: ['externalId'] },
      ],
      [
        'of no account at all',
        () => service.designateStrategic(ADMIN, {}, 'Logo', null),
        { code: 'REQUIRED' },
      ],
      [
        'of a churned account',
        () => service.designateStrategic(ADMIN, { externalId: 'GONE' }, 'Logo', null),
        { code: 'ACCOUNT_CHURNED' },
      ],
      [
        'that is there already',
        () => service.designateStrategic(ADMIN, { externalId: 'STAR' }, 'Logo', null),
        { code: 'ALREADY_DESIGNATED' },
      ],
      [
        'by a CSM',
        () => service.designateStrategic(actor('CSM'), { externalId: 'A' }, 'Logo', null),
        { code: 'FORBIDDEN' },
      ],
    ])('%s are refused', async (_title, designate, refusal) => {
      await upsert(
        ['A', { arr: money('1') }],
        ['GONE', { status: 'CHURNED' }],
        ['STAR', { arr: money('1'), strategicDesignation: true }],
      );
      const before = await counts();
      await expect(designate()).rejects.toMatchObject(refusal);
      expect(await counts()).toEqual(before);
    });

    test('that are not there cannot end', async () => {
      await upsert(['A', { arr: money('1') }]);
      await expect(service.endDesignation(ADMIN, { externalId: 'A' })).rejects.toMatchObject({
        code: 'NOT_DESIGNATED',
      });
    });
  });

  test('nothing is decided for a day before the history of the account', async () => {
    await upsert(['A', { arr: money('30000') }]);
    clock.setDay('2026-03-01');
    expect(outcomes(await upsert(['A', { arr: money('1') }], ['NEW', { arr: money('1') }]))).toEqual([
      'REFUSED AS_OF_BEFORE_HISTORY',
      'CREATED',
    ]);
  });

  describe('once an account has subscription lines', () => {
    beforeEach(async () => {
      await upsert(['A', { name: 'Lines decide' }]);
      await book.lines('A', [{ start: '2026-01-01', arr: '30000.00', seats: 10 }]);
    });

    test.each<[string, Partial<AccountValues>, string]>([
      ['its ARR', { arr: money('30000') }, 'REFUSED ARR_FROM_SUBSCRIPTIONS'],
      ['its churn', { status: 'CHURNED' }, 'REFUSED SET_BY_SUBSCRIPTIONS'],
      ['its seats', { seatsPurchased: 3 }, 'REFUSED SET_BY_SUBSCRIPTIONS'],
    ])('%s can no longer be given', async (_title, values, outcome) => {
      expect(outcomes(await upsert(['A', values]))).toEqual([outcome]);
    });

    test('lines that name no seats leave them to others, time and again', async () => {
      await upsert(['B', { name: 'No seats in its lines' }]);
      await book.lines('B', [{ start: '2026-01-01', arr: '30000.00' }]);
      expect(outcomes(await upsert(['B', { seatsPurchased: 10 }]))).toEqual(['UPDATED']);
      expect(outcomes(await upsert(['B', { seatsPurchased: 10 }]))).toEqual(['UNCHANGED']);
    });

    test('seats end with the lines that named them', async () => {
      await book.lines('A', [
        { start: '2026-01-01', end: '2026-03-01', arr: '30000.00', seats: 10 },
        { start: '2026-01-01', arr: '1000.00' },
      ]);
      expect(await database.query(`SELECT seats_purchased FROM account`)).toEqual([
        { seats_purchased: null },
      ]);
    });

    test('lines that add up to more than an account can have are refused', async () => {
      const huge = { start: '2027-01-01', arr: '9999999999999.99' };
      await expect(book.lines('A', [huge, huge])).rejects.toMatchObject({
        code: 'INVALID_VALUE',
        field: ['arr'],
      });
      const seats = { start: '2026-01-01', arr: '1.00', seats: 2_147_483_647 };
      await expect(book.lines('A', [seats, seats])).rejects.toMatchObject({ field: ['seatsPurchased'] });
    });

    test('everything else still can', async () => {
      expect(outcomes(await upsert(['A', { churnRisk: 'HIGH', status: 'ACTIVE' }]))).toEqual(['UPDATED']);
    });
  });
});
