import fc from 'fast-check';
import { Client } from 'pg';
import { COMMAND_LINE } from '../../src/app/actor';
import { stampOf } from '../../src/app/account.service';
import { BookFigureService } from '../../src/app/book-figure.service';
import { ModelDraftService } from '../../src/app/model-draft.service';
import { OverrideService } from '../../src/app/override.service';
import { PublicationService } from '../../src/app/publication.service';
import { publishedModel } from '../../src/app/published-model';
import { ServiceAdjustmentService } from '../../src/app/service-adjustment.service';
import { addDays } from '../../src/domain/calendar';
import { units } from '../../src/domain/money';
import { type AdjustmentKind } from '../../src/domain/service-adjustment';
import { migrate } from '../../src/persistence/migrate';
import { readKeptGroups, SqlCapacityReads } from '../../src/persistence/reads/capacity.reads';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { SqlPortfolioReads } from '../../src/persistence/reads/portfolio.reads';
import { type TestClock } from '../support/clock';
import { type TestDatabase } from '../support/database';
import { KeptFigures } from '../support/kept-figures';
import { KeptLoadsCheck } from '../support/kept-loads';
import { liveRandomly, Random } from '../support/random-book';
import { SentStatements } from '../support/sent-statements';
import { StaffedBook } from '../support/staffed-book';
import { until } from '../support/until';

jest.setTimeout(300_000);

let database: TestDatabase;
let clock: TestClock;
let book: StaffedBook;
let reader: DatabaseReader;
let check: KeptLoadsCheck;
let figures: BookFigureService;
let adjustments: ServiceAdjustmentService;
let kept: KeptFigures;

const open = async (): Promise<void> => {
  kept = await KeptFigures.open();
  ({ database, clock, book, reader, figures } = kept);
  check = new KeptLoadsCheck(reader, clock);
  adjustments = new ServiceAdjustmentService(book.unitOfWork, clock);
};
const close = (): Promise<void> => kept.close();
const session = (): Promise<Client> => kept.session();
const count = (rows: string): Promise<number> => kept.count(rows);
const deltas = (): Promise<number> => count('load_delta');
const waiting = (): Promise<number> => kept.waiting();

/** Accounts a1 to an in the tier core, those with even numbers with anna. */
async function seed(accounts: number): Promise<void> {
  await database.query(
    `INSERT INTO account (external_id, arr, complex_implementation, many_stakeholders, held_tier, computed_tier,
       effective_tier)
     SELECT 'a' || n, 1000 * n, n % 3 = 0, n % 4 = 0, 'core', 'core', 'core' FROM generate_series(1, $1::int) n`,
    [accounts],
  );
  await kept.assignEveryOther();
}

const adjust = (account: string, kind: AdjustmentKind, replace = false): Promise<unknown> =>
  adjustments.set(
    COMMAND_LINE,
    { externalId: account },
    { kind, until: addDays(clock.today(), 10), note: null, replace },
  );

const active = (account: string): Promise<string> =>
  database
    .query<{ id: string }>(
      `SELECT s.id::text AS id FROM service_adjustment s JOIN account a ON a.id = s.account_id
       WHERE a.external_id = $1 AND s.status = 'ACTIVE'`,
      [account],
    )
    .then(([row]) => row?.id ?? '');

const WITHOUT_KIND = expect.not.objectContaining({ adjustment_kind: 'EXTRA' }) as unknown;

const ADJUSTED = `INSERT INTO service_adjustment
    (account_id, kind, status, until_on, created_by_id, created_by, created_on, created_at, started_on)
  SELECT id, $2, 'ACTIVE', '2026-09-01', 'test', 'test', '2026-01-01', now(), '2026-01-01'
  FROM account WHERE external_id = $1`;

describe('the loads of a book', () => {
  beforeEach(async () => {
    await open();
    await book.staff({ anna: {}, ben: {}, pia: { pool: 'west' } });
    await book.account('A', { arr: '30000', missionCritical: true });
    await book.account('B', { arr: '31000' });
    await book.assign({ A: { csm: 'anna' } });
    await figures.keepUp();
  });
  afterEach(close);

  const before = ['- core 0: 1 of 31000', 'anna core 1: 1 of 30000'];

  test('are those of its accounts', async () => {
    expect(await check.shown()).toEqual(before);
  });

  const CASES: readonly (readonly [string, () => Promise<unknown>, readonly string[]])[] = [
    [
      'a first account of a CSM',
      async () => {
        await book.account('C', { arr: '26000', complexImplementation: true });
        await book.assign({ C: { csm: 'ben' } });
      },
      [...before, 'ben core 1: 1 of 26000'],
    ],
    [
      'an account of which nothing is known',
      () => book.account('C', { name: 'Somebody' }),
      ['- core 0: 1 of 31000', '- none 0: 1 of 0', 'anna core 1: 1 of 30000'],
    ],
    [
      'a move',
      () => book.account('A', { arr: '150000' }),
      ['- core 0: 1 of 31000', 'anna strategic 1: 1 of 150000'],
    ],
    [
      'other ARR in the same tier',
      () => book.account('A', { arr: '30000.50' }),
      ['- core 0: 1 of 31000', 'anna core 1: 1 of 30000.5'],
    ],
    [
      'an override',
      () =>
        new OverrideService(book.unitOfWork, clock).overrideTier(COMMAND_LINE, {
          account: { externalId: 'B' },
          tier: 'strategic',
          reason: 'BRAND',
          note: null,
          expiresOn: addDays(clock.today(), 30),
          supersede: false,
        }),
      ['- strategic 0: 1 of 31000', 'anna core 1: 1 of 30000'],
    ],
    ['a churn', () => book.account('A', { status: 'CHURNED' }), ['- core 0: 1 of 31000']],
    [
      'a churn with extra touch, and a return without',
      async () => {
        await adjust('A', 'EXTRA');
        await book.account('A', { status: 'CHURNED' });
        await check.isExact();
        expect(await check.shown()).toEqual(['- core 0: 1 of 31000']);
        await book.account('A', { status: 'ACTIVE' });
      },
      ['- core 0: 1 of 31000', '- core 1: 1 of 30000'],
    ],
    [
      'another owner',
      () => book.assign({ A: { csm: 'ben' } }),
      ['- core 0: 1 of 31000', 'ben core 1: 1 of 30000'],
    ],
    [
      'nobody any more',
      () => book.assign({ A: { unassign: true } }),
      ['- core 0: 1 of 31000', '- core 1: 1 of 30000'],
    ],
    [
      'a pool',
      async () => {
        await book.account('C', { arr: '6000' });
        await book.assign({ C: { pool: 'west' } });
      },
      [...before, 'west scale 0: 1 of 6000'],
    ],
    [
      'an assignment of the past',
      () => book.assign({ B: { csm: 'ben', from: addDays(clock.today(), -20) } }),
      ['anna core 1: 1 of 30000', 'ben core 0: 1 of 31000'],
    ],
    [
      'more facts of relationship complexity',
      () => book.account('A', { manyStakeholders: true, complexImplementation: true }),
      ['- core 0: 1 of 31000', 'anna core 3: 1 of 30000'],
    ],
    [
      'one fact for another',
      () => book.account('A', { manyStakeholders: true, missionCritical: null }),
      before,
    ],
    ['extra touch', () => adjust('A', 'EXTRA'), ['- core 0: 1 of 31000', 'anna core 1 EXTRA: 1 of 30000']],
    [
      'lighter touch in its place',
      async () => {
        await adjust('A', 'EXTRA');
        await adjust('A', 'LIGHTER', true);
      },
      ['- core 0: 1 of 31000', 'anna core 1 LIGHTER: 1 of 30000'],
    ],
    [
      'the end of extra touch',
      async () => {
        await adjust('A', 'EXTRA');
        await adjustments.end(COMMAND_LINE, await active('A'), null);
      },
      before,
    ],
    [
      'extra touch that is over',
      async () => {
        await adjust('A', 'EXTRA');
        clock.passDays(10);
        await adjustments.endDue(COMMAND_LINE, stampOf(COMMAND_LINE, clock));
      },
      before,
    ],
    [
      'extra touch of somebody else in the meantime',
      async () => {
        await adjust('B', 'EXTRA');
        await book.assign({ B: { csm: 'anna' } });
      },
      ['anna core 0 EXTRA: 1 of 31000', 'anna core 1: 1 of 30000'],
    ],
    [
      'a file of accounts',
      () =>
        book.seed(
          Object.fromEntries(
            Array.from({ length: 40 }, (_, n) => [
              n === 0 ? 'A' : `f${n}`,
              { arr: '6000', manyStakeholders: n % 2 === 0 },
            ]),
          ),
        ),
      [
        '- core 0: 1 of 31000',
        '- scale 0: 20 of 120000',
        '- scale 1: 19 of 114000',
        'anna core 2: 1 of 6000',
      ],
    ],
    [
      'subscription lines',
      () => book.lines('A', [{ start: '2026-01-01', arr: '160000' }]),
      ['- core 0: 1 of 31000', 'anna strategic 1: 1 of 160000'],
    ],
    [
      'a CSM who leaves',
      () =>
        book.csms.endEmployment(COMMAND_LINE, {
          csm: 'anna',
          on: clock.today(),
          successor: { kind: 'CSM', externalId: 'ben' },
        }),
      ['- core 0: 1 of 31000', 'ben core 1: 1 of 30000'],
    ],
    [
      'a publication',
      async () => {
        const drafts = new ModelDraftService(book.unitOfWork, clock);
        const publication = new PublicationService(book.unitOfWork, clock);
        const model = await book.unitOfWork.observe((stores) => publishedModel(stores));
        const tiers = model.tiers.map((tier, index) => ({
          ...tier,
          arrFrom: { amount: units([30_500, 30_000, 10, 0][index] ?? 0), topPercent: null },
        }));
        const version = await drafts.update(
          COMMAND_LINE,
          { version: await drafts.create(COMMAND_LINE, {}) },
          { tiers },
        );
        const { digest } = await publication.simulate(COMMAND_LINE, version, []);
        await publication.publish(COMMAND_LINE, { version, digest, reason: 'As simulated' });
      },
      ['- strategic 0: 1 of 31000', 'anna core 1: 1 of 30000'],
    ],
  ];

  test('are kept without a change of the account that anybody is shown', async () => {
    const version = (): Promise<unknown> =>
      database.query(`SELECT version, updated_at FROM account WHERE external_id = 'A'`);
    const [entries, before] = [await count('audit_entry'), await version()];
    await adjust('A', 'EXTRA');
    expect(await version()).toEqual(before);
    expect(
      await database.query(`SELECT subject, action FROM audit_entry ORDER BY id OFFSET ${entries}`),
    ).toEqual([{ subject: 'SERVICE_ADJUSTMENT', action: 'CREATED' }]);
    await database.query(
      `INSERT INTO account (external_id, adjustment_kind) VALUES ('gone', 'EXTRA');
       DELETE FROM account WHERE external_id = 'gone'`,
    );
    expect(
      await database.query(
        `SELECT action, before, after FROM audit_entry WHERE subject = 'ACCOUNT' ORDER BY id DESC LIMIT 2`,
      ),
    ).toEqual([
      { action: 'DELETED', before: WITHOUT_KIND, after: null },
      { action: 'CREATED', before: null, after: WITHOUT_KIND },
    ]);
  });

  test.each(CASES)('follow %s', async (_title, happen, after) => {
    await happen();
    await check.isExact();
    expect(await check.shown()).toEqual(after);
    await figures.keepUp();
    expect(await deltas()).toBe(0);
    await check.isExact();
    expect(await check.shown()).toEqual(after);
  });
});

describe('the loads that are kept', () => {
  beforeEach(open);
  afterEach(close);

  const ask = async (): Promise<unknown> => {
    const today = clock.today();
    const capacity = new SqlCapacityReads(reader);
    const portfolios = new SqlPortfolioReads(reader);
    return {
      book: await capacity.book(today, today),
      anna: await capacity.groupsOf([{ kind: 'CSM', externalId: 'anna' }], today, today),
      totals: await portfolios.totals('csm', ['anna', 'ben'], today, today),
      west: await portfolios.totals('pool', ['west'], today, today),
    };
  };

  test('are not there before they are counted, and the accounts answer until then', async () => {
    await seed(5);
    await database.query(ADJUSTED, ['a2', 'EXTRA']);
    expect(await check.isKept()).toBe(false);
    const scanned = await ask();
    expect(scanned).toMatchObject({ totals: [{ owner: 'anna', accounts: 2, arr: '6000.00' }], west: [] });
    expect(await figures.keepUp()).toEqual({ folded: 0, counted: true });
    expect(await deltas()).toBe(0);
    await check.isExact();
    expect(await ask()).toEqual(scanned);
  });

  test('of a book of nobody are kept, too', async () => {
    await figures.keepUp();
    expect(await readKeptGroups(reader, null)).toEqual([]);
    expect(await readKeptGroups(reader, [{ kind: 'CSM', externalId: 'nobody' }])).toEqual([]);
    await seed(1);
    expect(await readKeptGroups(reader, [{ kind: 'POOL', externalId: 'west' }])).toEqual([]);
    await check.isExact();
  });

  test('are read without looking at the accounts', async () => {
    await seed(50);
    await figures.keepUp();
    const statements = new SentStatements();
    await ask();
    const asked = statements.take();
    statements.stop();
    const read = new Set<string>();
    for (const { text, values } of asked.filter((one) => /^\s*SELECT/.test(one.text))) {
      const [plan] = await database.query<Record<string, unknown>>(`EXPLAIN (FORMAT JSON) ${text}`, values);
      for (const [, name] of JSON.stringify(plan).matchAll(/"Relation Name":\s*"(\w+)"/g))
        read.add(name ?? '');
    }
    expect([...read].sort()).toEqual([
      'csm',
      'csm_employment',
      'csm_leave',
      'load_delta',
      'load_figure',
      'load_keeping',
      'pool',
      'pool_membership',
    ]);
  });

  test('are those of today alone', async () => {
    await seed(5);
    await figures.keepUp();
    await database.query(`UPDATE load_figure SET accounts = 100 * accounts`);
    const [today, owners] = [clock.today(), [{ kind: 'CSM', externalId: 'anna' }] as const];
    const capacity = new SqlCapacityReads(reader);
    const accountsOn = async (days: number): Promise<number> => {
      const groups = await capacity.groupsOf(owners, addDays(today, days), today);
      return groups.reduce((sum, { accounts }) => sum + accounts, 0);
    };
    expect(await Promise.all([-1, 0, 1].map(accountsOn))).toEqual([2, 200, 2]);
    const portfolios = new SqlPortfolioReads(reader);
    const [before] = await portfolios.totals('csm', ['anna'], addDays(today, -1), today);
    expect(before).toMatchObject({ accounts: 2 });
  });

  test('write nothing for what changes none of them, and little for many accounts', async () => {
    await seed(100);
    await figures.keepUp();
    await database.query(
      `UPDATE account SET employees = 7, industry = 'Other', health_score = 3, churn_risk = 'HIGH'`,
    );
    await database.query(`UPDATE account SET arr = arr, mission_critical = false`);
    await database.query(`UPDATE portfolio_assignment SET reason = 'Said so'`);
    // Two accounts of nobody that change places are the same book.
    await database.query(`UPDATE account SET arr = 12000 - arr WHERE external_id IN ('a5', 'a7')`);
    await database.query(
      `INSERT INTO service_adjustment (account_id, kind, status, created_by_id, created_by, created_on, created_at)
       SELECT id, 'EXTRA', 'PROPOSED', 'test', 'test', '2026-01-01', now() FROM account`,
    );
    await database.query(`UPDATE service_adjustment SET silences_grounds = true`);
    expect(await deltas()).toBe(0);
    // None, one or two facts with anna, and none or one with nobody.
    await database.query(`UPDATE account SET arr = arr + 1`);
    expect(await deltas()).toBe(5);
    await check.isExact();
  });

  test('follow what is written past the services, and several tables in one statement', async () => {
    await seed(20);
    await figures.keepUp();
    const steps = [
      `UPDATE account SET status = 'CHURNED', held_tier = NULL, effective_tier = NULL WHERE external_id = 'a3'`,
      `UPDATE account SET status = NULL WHERE external_id = 'a3'`,
      `UPDATE account SET arr = NULL WHERE external_id IN ('a4', 'a5')`,
      `UPDATE account SET complex_implementation = NOT complex_implementation, mission_critical = true WHERE id % 3 = 0`,
      `INSERT INTO service_adjustment
         (account_id, kind, status, until_on, created_by_id, created_by, created_on, created_at, started_on)
       SELECT id, CASE WHEN id % 3 = 0 THEN 'EXTRA' ELSE 'LIGHTER' END, 'ACTIVE', '2026-09-01', 'test', 'test',
         '2026-01-01', now(), '2026-01-01' FROM account WHERE id % 4 > 0`,
      `UPDATE service_adjustment SET kind = 'EXTRA' WHERE id % 2 = 0`,
      `UPDATE service_adjustment SET status = 'PROPOSED', started_on = NULL, until_on = NULL WHERE id % 5 = 0`,
      `UPDATE service_adjustment SET account_id = (SELECT id FROM account WHERE external_id = 'a4')
       WHERE account_id = (SELECT id FROM account WHERE external_id = 'a1')`,
      `DELETE FROM service_adjustment WHERE account_id = (SELECT id FROM account WHERE external_id = 'a9')`,
      `DELETE FROM account WHERE external_id = 'a9'`,
      `UPDATE portfolio_assignment SET csm_id = (SELECT id FROM csm WHERE external_id = 'ben') WHERE id % 2 = 0`,
      `WITH moved AS (
         UPDATE account SET override_tier = 'growth', effective_tier = 'growth' WHERE id % 4 = 0 RETURNING id
       ), ended AS (
         DELETE FROM service_adjustment USING moved WHERE account_id = moved.id
       )
       UPDATE portfolio_assignment SET to_on = '2026-03-02' FROM moved WHERE account_id = moved.id`,
      `WITH added AS (
         INSERT INTO account (external_id, arr, mission_critical) VALUES ('new', 77, true) RETURNING id
       )
       INSERT INTO portfolio_assignment (account_id, pool_id, from_on, actor_id, actor_name, recorded_at)
       SELECT added.id, pool.id, '2026-01-01', 'test', 'test', now() FROM added, pool`,
      `INSERT INTO account (external_id, arr, status) VALUES ('churned', 5, 'CHURNED'), ('free', 0, 'FREE')
       ON CONFLICT (external_id) DO UPDATE SET arr = excluded.arr`,
      `INSERT INTO account (external_id, arr) VALUES ('free', 12), ('late', 13)
       ON CONFLICT (external_id) DO UPDATE SET arr = excluded.arr`,
      `MERGE INTO account USING (VALUES ('free', 1), ('merged', 2)) AS given(name, arr) ON external_id = given.name
       WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (external_id, arr) VALUES (given.name, given.arr)`,
      `TRUNCATE service_adjustment`,
      `TRUNCATE portfolio_assignment`,
    ];
    for (const sql of steps) {
      await database.query(sql);
      await check.isExact();
    }
    expect((await figures.keepUp()).folded).toBeGreaterThan(0);
    await check.isExact();
    await database.query(
      `ALTER TABLE tier_history DISABLE TRIGGER tier_history_no_truncate; TRUNCATE account CASCADE`,
    );
    expect(await check.isKept()).toBe(false);
    await database.query(`INSERT INTO account (external_id, arr) VALUES ('first', 1)`);
    await figures.keepUp();
    await check.isExact();
    expect(await check.shown()).toEqual(['- none 0: 1 of 1']);
  });

  test('lose a group with its last account', async () => {
    await seed(6);
    await figures.keepUp();
    await database.query(`DELETE FROM portfolio_assignment`);
    await database.query(`UPDATE account SET complex_implementation = false, many_stakeholders = NULL`);
    await figures.keepUp();
    await check.isExact();
    expect(await check.shown()).toEqual(['- core 0: 6 of 21000']);
    expect(await count('load_figure')).toBe(1);
  });
});

test('the loads are those of the accounts in any book, whatever happens to it and whenever they are added up', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seedNumber) => {
      await open();
      const random = new Random(seedNumber);
      await book.staff({ anna: {}, ben: {}, pia: { pool: 'west' } });
      await liveRandomly(book, seedNumber);
      await figures.keepUp();
      await check.isExact();
      const small = new BookFigureService(book.unitOfWork, clock, { mostAtOnce: 1 + random.below(7) });
      for (let step = 0; step < 12; step += 1) {
        await anyWrite(random, step);
        await check.isExact();
        if (random.chance(0.3)) await small.keepUp({ aborted: random.chance(0.5) });
        await check.isExact();
      }
      await figures.keepUp();
      await check.isExact();
      await close();
    }),
    { numRuns: 4 },
  );
});

/** Something happens to the book, by a service or past them, and is kept or taken back. */
async function anyWrite(random: Random, step: number): Promise<void> {
  const some = `id % 5 = ${random.below(5)}`;
  const name = (): string => `acc-${random.below(30)}`;
  const writes: readonly (() => Promise<unknown>)[] = [
    async () => {
      clock.passDays(1);
      for (let wish = 0; wish < 4; wish += 1) {
        const values = {
          arr: random.amount(),
          complexImplementation: random.one([true, false, null]),
          missionCritical: random.chance(0.5),
          status: random.one(['ACTIVE', 'CHURNED', null] as const),
        };
        // Accounts that their lines decide about refuse an ARR.
        await book.account(name(), values).catch(() => undefined);
      }
    },
    () =>
      book.assign(
        Object.fromEntries(
          Array.from({ length: 1 + random.below(6) }, () => [
            name(),
            random.one([{ csm: 'anna' }, { csm: 'ben' }, { pool: 'west' }, { unassign: true }]),
          ]),
        ),
      ),
    async () => {
      // Of those that are churned or have no tier nothing can be adjusted.
      for (let wish = 0; wish < 4; wish += 1) {
        await adjust(name(), random.one(['EXTRA', 'LIGHTER']), random.chance(0.5)).catch(() => undefined);
      }
    },
    async () => {
      clock.passDays(random.below(12));
      await adjustments.endDue(COMMAND_LINE, stampOf(COMMAND_LINE, clock));
    },
    () => book.runDaily(),
    () =>
      database.query(
        `UPDATE account SET override_tier = $1, effective_tier = $1 WHERE ${some} AND status IS DISTINCT FROM 'CHURNED'`,
        [random.one(['core', 'growth', 'strategic'])],
      ),
    () =>
      database.query(`UPDATE account SET many_stakeholders = $1, arr = arr + 0.01 WHERE ${some}`, [
        random.chance(0.5),
      ]),
    () =>
      database.query(
        `INSERT INTO account (external_id, arr, mission_critical) SELECT 'raw' || $1 || '-' || n, n * 1.1, n % 2 = 0
         FROM generate_series(1, 5) n`,
        [step],
      ),
    () =>
      database.query(
        `DELETE FROM account WHERE external_id LIKE 'raw%' AND ${some} AND scorecard_id IS NULL`,
      ),
    () => database.query(`DELETE FROM portfolio_assignment WHERE ${some}`),
    () => database.query(`DELETE FROM service_adjustment WHERE ${some}`),
    () => database.query(`UPDATE service_adjustment SET kind = 'EXTRA' WHERE ${some}`),
  ];
  if (random.chance(0.2)) {
    const client = await session();
    await client.query('BEGIN');
    await client.query(`UPDATE account SET arr = 1, mission_critical = true WHERE ${some}`);
    await client.query('ROLLBACK');
  }
  await random.one(writes)();
}

describe('whoever writes', () => {
  beforeEach(open);
  afterEach(close);

  const move = (client: Client, account: string): Promise<unknown> =>
    client.query(
      `UPDATE account SET override_tier = 'growth', effective_tier = 'growth' WHERE external_id = $1`,
      [account],
    );

  test('waits for nobody else of the same CSM, and all of it counts', async () => {
    await seed(200);
    await figures.keepUp();
    const writers = await Promise.all(Array.from({ length: 50 }, session));
    for (const [index, client] of writers.entries()) {
      await client.query(`BEGIN`);
      // A lock that anybody held would be an error and not a test that hangs.
      await client.query(`SET LOCAL lock_timeout = '60s'`);
      const [one, other] = [`a${4 * index + 2}`, `a${4 * index + 4}`];
      await move(client, one);
      await client.query(`UPDATE account SET mission_critical = true WHERE external_id = $1`, [other]);
      await client.query(ADJUSTED, [other, 'EXTRA']);
      await client.query(
        `UPDATE portfolio_assignment SET csm_id = (SELECT id FROM csm WHERE external_id = 'ben')
         WHERE account_id = (SELECT id FROM account WHERE external_id = $1)`,
        [one],
      );
    }
    // All of them hold what they have written, and nobody waits for anybody, not even whoever adds loads up.
    expect(await waiting()).toBe(0);
    await check.isExact();
    await figures.keepUp();
    const ends = writers.map((client, index) => client.query(index % 5 === 0 ? 'ROLLBACK' : 'COMMIT'));
    await Promise.all([...ends, figures.keepUp(), check.isExact(), figures.keepUp(), check.isExact()]);
    await check.isExact();
    const moved = (await check.shown()).filter((line) => line.startsWith('ben'));
    expect(moved.reduce((sum, line) => sum + Number(/: (\d+) of/.exec(line)?.[1]), 0)).toBe(40);
    await figures.keepUp();
    await check.isExact();
  });

  const CHANGES: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
    changes: (client) => move(client, 'a2'),
    assigns: (client) =>
      client.query(
        `UPDATE portfolio_assignment SET csm_id = (SELECT id FROM csm WHERE external_id = 'ben')
         WHERE account_id = (SELECT id FROM account WHERE external_id = 'a2')`,
      ),
    adjusts: (client) => client.query(ADJUSTED, ['a2', 'EXTRA']),
    'ends the adjustment of': (client) =>
      client.query(
        `DELETE FROM service_adjustment WHERE account_id = (SELECT id FROM account WHERE external_id = 'a2')`,
      ),
  };

  test.each(
    ['READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'].flatMap((isolation) =>
      [
        ['changes', 'adjusts'],
        ['adjusts', 'changes'],
        ['assigns', 'adjusts'],
        ['adjusts', 'assigns'],
        ['changes', 'ends the adjustment of'],
        ['ends the adjustment of', 'changes'],
      ].map(([first = '', second = '']) => [isolation, first, second] as const),
    ),
  )(
    'one account at the same moment as others is counted once, under %s where one %s it and then one %s it',
    async (isolation, first, second) => {
      await seed(4);
      if (`${first}${second}`.includes('ends')) await database.query(ADJUSTED, ['a2', 'LIGHTER']);
      await figures.keepUp();
      const [one, other] = [await session(), await session()];
      for (const client of [one, other]) {
        await client.query(`BEGIN ISOLATION LEVEL ${isolation}`);
        // Each has a picture of the time before.
        await client.query('SELECT FROM account');
      }
      await CHANGES[first]?.(one);
      const done = CHANGES[second]?.(other).then(
        () => other.query('COMMIT'),
        () => other.query('ROLLBACK'),
      );
      await until('the second waits for the first', async () => (await waiting()) > 0);
      await one.query('COMMIT');
      await done;
      await check.isExact();
    },
  );
});

describe('adding loads up', () => {
  beforeEach(open);
  afterEach(close);

  const write = (): Promise<unknown> =>
    database.query(`UPDATE account SET many_stakeholders = NOT many_stakeholders, arr = arr + 1`);

  test('is done by one at a time, and by the next where that one fails', async () => {
    await seed(10);
    await figures.keepUp();
    await write();
    const before = await deltas();
    const failed = book.unitOfWork.run(stampOf(COMMAND_LINE, clock), async (stores) => {
      expect(await stores.loadFigures.fold(3)).toBe(3);
      await check.isExact();
      await book.unitOfWork.run(stampOf(COMMAND_LINE, clock), async (others) => {
        expect(await others.loadFigures.fold(3)).toBeNull();
        expect(await others.loadFigures.countAnew()).toBe(false);
      });
      await write();
      await check.isExact();
      throw new Error('the process ends');
    });
    await expect(failed).rejects.toThrow('the process ends');
    await check.isExact();
    expect(await deltas()).toBeGreaterThan(before);
    await Promise.all([figures.keepUp(), figures.keepUp(), figures.keepUp()]);
    await figures.keepUp();
    expect(await deltas()).toBe(0);
    await check.isExact();
  });

  test('changes nothing for whoever reads meanwhile', async () => {
    await seed(10);
    await figures.keepUp();
    await write();
    await reader.snapshot(async (before) => {
      const first = await readKeptGroups(before, null);
      expect((await figures.keepUp()).folded).toBeGreaterThan(0);
      await database.query(`DELETE FROM account WHERE csm_id IS NULL`);
      expect(await readKeptGroups(before, null)).toEqual(first);
      await check.isExactTo(before);
    });
    await check.isExact();
  });

  test('takes only what is committed, and the rest later', async () => {
    await seed(10);
    await figures.keepUp();
    const writer = await session();
    await writer.query('BEGIN');
    await writer.query(`UPDATE account SET mission_critical = true WHERE external_id = 'a1'`);
    await database.query(`UPDATE account SET mission_critical = true WHERE external_id = 'a2'`);
    await figures.keepUp();
    expect(await deltas()).toBe(0);
    await writer.query('COMMIT');
    expect(await deltas()).toBe(2);
    await check.isExact();
    await figures.keepUp();
    await check.isExact();
  });

  test('of very many changes counts anew, and writers need not know', async () => {
    await seed(60);
    await figures.keepUp();
    const writer = await session();
    await writer.query('BEGIN');
    await writer.query(`UPDATE account SET arr = arr + 9000 WHERE external_id IN ('a1', 'a2', 'a3')`);
    for (let fact = 0; fact < 5; fact += 1) {
      await database.query(`UPDATE account SET mission_critical = $1 WHERE id % 2 = 0 AND arr > 3000`, [
        fact % 2 === 0,
      ]);
    }
    const few = new BookFigureService(book.unitOfWork, clock, { countAnewFrom: 20 });
    expect(await few.keepUp()).toMatchObject({ counted: true });
    expect(await deltas()).toBe(0);
    await check.isExact();
    await writer.query('COMMIT');
    await check.isExact();
    await few.keepUp();
    await check.isExact();
  });
});

test('a book of before gets its loads and its adjustments, and loses them with the migration', async () => {
  await open();
  await seed(30);
  for (const account of ['a2', 'a3', 'a6']) await database.query(ADJUSTED, [account, 'EXTRA']);
  await database.query(`UPDATE service_adjustment SET status = 'PROPOSED', started_on = NULL, until_on = NULL
    WHERE account_id = (SELECT id FROM account WHERE external_id = 'a6')`);
  await figures.keepUp();
  const audited = (): Promise<unknown[]> =>
    database.query(
      `SELECT tgname, pg_get_triggerdef(oid) AS is FROM pg_trigger WHERE tgrelid = 'account'::regclass AND tgname ~ 'audit'
       ORDER BY 1`,
    );
  const now = await audited();
  const undone = async (): Promise<boolean> => (await count(`pg_class WHERE relname = 'load_delta'`)) === 0;
  while (!(await undone())) await database.dataSource.undoLastMigration({ transaction: 'each' });
  await database.query(`UPDATE account SET mission_critical = true WHERE external_id = 'a1'`);
  expect(JSON.stringify(await audited())).not.toContain('adjustment_kind');
  await migrate(database.dataSource);
  expect(await audited()).toEqual(now);
  expect(await check.isKept()).toBe(false);
  await database.query(`UPDATE account SET mission_critical = true WHERE external_id = 'a2'`);
  // The figures of the book are kept as they were.
  expect(await figures.keepUp()).toMatchObject({ counted: true });
  await check.isExact();
  expect(
    await database.query(
      `SELECT external_id AS name FROM account WHERE adjustment_kind = 'EXTRA' ORDER BY 1`,
    ),
  ).toEqual([{ name: 'a2' }, { name: 'a3' }]);
  await close();
});
