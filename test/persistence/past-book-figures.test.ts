import fc from 'fast-check';
import { Client } from 'pg';
import { stampOf } from '../../src/app/account.service';
import { COMMAND_LINE } from '../../src/app/actor';
import { BookFigureService } from '../../src/app/book-figure.service';
import { OverrideService } from '../../src/app/override.service';
import { PastBookService } from '../../src/app/past-book.service';
import { addDays, type CalendarDate } from '../../src/domain/calendar';
import { type Money } from '../../src/domain/money';
import { type Dimension } from '../../src/domain/segment';
import { withThresholds } from '../../src/domain/tiering-model';
import { SqlAnalyticReads } from '../../src/persistence/reads/analytic.reads';
import { readKeptBook, scanBook } from '../../src/persistence/reads/breakdown.reads';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { type Grouping } from '../../src/persistence/reads/grouped-book';
import { ModelCatalog } from '../../src/persistence/reads/model-catalog';
import { fixedClock, type TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day, type WrittenValues } from '../support/facts';
import { liveRandomly, Random } from '../support/random-book';
import { StaffedBook } from '../support/staffed-book';

jest.setTimeout(300_000);

const NO_MORE = { withMedian: false, withRetention: false };
const GROUPINGS: readonly (readonly Dimension[])[] = [
  [],
  ['TIER'],
  ['ARR_BAND', 'INDUSTRY'],
  ['REGION', 'CSM'],
  ['POOL', 'TIER'],
];

let database: TestDatabase;
let clock: TestClock;
let book: StaffedBook;
let reader: DatabaseReader;
let models: ModelCatalog;
let figures: BookFigureService;

const open = async (): Promise<void> => {
  clock = fixedClock('2026-03-02');
  database = await createTestDatabase();
  book = new StaffedBook(database, clock);
  reader = new DatabaseReader({ url: database.url, max: 3, applicationName: 'tierbook-test' });
  models = new ModelCatalog({ database: reader });
  figures = new BookFigureService(book.unitOfWork, clock);
};
const close = async (): Promise<void> => {
  await reader.close();
  await database.drop();
};

const groupingBy = async (by: readonly Dimension[]): Promise<Grouping> => ({
  by,
  where: null,
  tierBasis: 'RECORDED',
  today: clock.today(),
  model: await models.published(),
});

/** Has the book of the day counted in every grouping of the test. */
async function keep(on: CalendarDate): Promise<void> {
  for (const by of GROUPINGS) {
    const { today, model } = await groupingBy(by);
    await book.unitOfWork.run(stampOf(COMMAND_LINE, clock), (stores) =>
      stores.pastBooks.keep({ day: on, by, today, model }),
    );
  }
}

/** In how many groupings the day is kept; fails where one of them is not what the accounts and their histories say. */
async function keptExactly(on: CalendarDate): Promise<number> {
  let kept = 0;
  for (const by of GROUPINGS) {
    const grouping = await groupingBy(by);
    await reader.snapshot(async (snapshot) => {
      const answer = await readKeptBook(snapshot, grouping, on, NO_MORE);
      if (answer === null) return;
      kept += 1;
      expect({ by, on, ...answer }).toEqual({ by, on, ...(await scanBook(snapshot, grouping, on, NO_MORE)) });
    });
  }
  return kept;
}

const all = GROUPINGS.length;

describe('the figures of a past day', () => {
  const before = day('2026-02-01');
  const later = day('2026-02-20');

  beforeEach(async () => {
    await open();
    book.on('2026-01-05');
    await book.staff({ anna: {}, ben: {}, pia: { pool: 'west' } });
    await book.seed({
      a: {
        arr: '120000',
        industry: 'FinTech',
        region: 'EMEA',
        healthScore: 80,
        customerSince: day('2024-01-01'),
      },
      b: { arr: '30000', industry: 'EdTech', region: 'APAC', healthScore: 30, churnRisk: 'HIGH' },
      c: { arr: '0', status: 'FREE', customerSince: day('2025-06-01') },
      d: { arr: '7000', industry: 'EdTech', customerSince: day('2025-06-01') },
    });
    await book.assign({ a: { csm: 'anna' }, b: { csm: 'ben' } });
    book.on('2026-02-10');
    await book.account('a', { arr: '130000' });
    await book.account('d', { arr: '9000' });
    await book.account('e', { name: 'Lined' });
    await book.lines('e', [{ start: '2025-06-01', arr: '100', end: '2026-03-03' }]);
    book.on('2026-03-02');
    await database.query(`INSERT INTO account (external_id) VALUES ('bare')`);
    await keep(before);
    await keep(later);
    expect([await keptExactly(before), await keptExactly(later)]).toEqual([all, all]);
  });
  afterEach(close);

  const sql = (text: string) => (): Promise<unknown> => database.query(text);
  const account = (name: string, values: WrittenValues) => (): Promise<unknown> => book.account(name, values);
  const idOf = (name: string): string => `(SELECT id FROM account WHERE external_id = '${name}')`;

  test.each<[string, () => Promise<unknown>]>([
    ['a fact changes that was known', account('a', { healthScore: 20, industry: 'Retail', region: 'AMER' })],
    ['a fact is not known any more', account('a', { healthScore: null })],
    ['the ARR grows', account('a', { arr: '140000' })],
    ['facts of nobody who asks change', account('b', { country: 'DE', employees: 12, name: 'Other' })],
    ['somebody else looks after an account', () => book.assign({ a: { csm: 'ben' } })],
    [
      'a tier is overridden',
      () =>
        new OverrideService(book.unitOfWork, clock).overrideTier(COMMAND_LINE, {
          account: { externalId: 'b' },
          tier: 'strategic',
          reason: 'BRAND',
          note: null,
          expiresOn: day('2026-06-01'),
          supersede: false,
        }),
    ],
    ['the book is brought up to the day', () => book.runDaily()],
    ['nothing is found to be removed', sql(`DELETE FROM account WHERE external_id = 'nobody'`)],
  ])('count on where %s', async (_what, write) => {
    await write();
    expect([await keptExactly(before), await keptExactly(later)]).toEqual([all, all]);
    await figures.keepUp();
    expect([await keptExactly(before), await keptExactly(later)]).toEqual([all, all]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['an account is new', account('new', { arr: '5' })],
    ['a fact is known for the first time', account('d', { region: 'EMEA' })],
    ['an ARR is known for the first time', account('d', { arr: null, healthScore: 5 })],
    ['an account has its first movement', account('c', { arr: '10' })],
    ['an account churns', account('a', { status: 'CHURNED' })],
    [
      'another day is known on which it became a customer',
      account('d', { customerSince: day('2026-02-15') }),
    ],
    ['lines tell another past', () => book.lines('b', [{ start: '2025-11-01', arr: '100' }])],
    ['a fact is written past the services', sql(`UPDATE account SET industry = 'x' WHERE external_id = 'a'`)],
    ['an account is removed', sql(`DELETE FROM account WHERE external_id = 'bare'`)],
    ['they were counted in another cluster', sql(`UPDATE past_book SET seen = '900000000:900000000:'`)],
    [
      'a history is written alone',
      sql(`INSERT INTO fact_change (account_id, field, effective_on, value_from, value_to, source, actor_id, recorded_at)
           VALUES (${idOf('a')}, 'region', '2026-03-02', '"x"', '"x"', 'FACTS', 'test', now())`),
    ],
    [
      'a change is back-dated',
      sql(`WITH changed AS (UPDATE account SET region = 'x' WHERE external_id = 'a' RETURNING id)
           INSERT INTO fact_change (account_id, field, effective_on, value_from, value_to, source, actor_id, recorded_at)
           SELECT id, 'region', '2026-01-20', '"EMEA"', '"x"', 'FACTS', 'test', now() FROM changed`),
    ],
    ['a history is changed', sql(`UPDATE arr_movement SET arr_from = 1 WHERE account_id = ${idOf('a')}`)],
    ['a person is called otherwise', sql(`UPDATE csm SET external_id = 'anne' WHERE external_id = 'anna'`)],
  ])('are counted anew where %s', async (_what, write) => {
    await write();
    expect([await keptExactly(before), await keptExactly(later)]).toEqual([0, 0]);
    await figures.keepUp();
    expect(await database.query('SELECT FROM past_book')).toEqual([]);
    await keep(before);
    expect(await keptExactly(before)).toBe(all);
  });

  test('of a day before a change count on, those after it do not', async () => {
    await book.assign({ b: { csm: 'anna', from: day('2026-02-15') } });
    expect([await keptExactly(before), await keptExactly(later)]).toEqual([all, 0]);
    await database.query(
      `INSERT INTO tier_history (account_id, kind, cause, effective_to, held_to, caused_by, model_version, actor_id,
         actor_name, occurred_on, occurred_at)
       VALUES (${idOf('a')}, 'UPGRADE', 'REVIEW', 'core', 'core', '[]', 1, 'test', 'test', '2026-02-01', now())`,
    );
    await figures.keepUp();
    expect(await keptExactly(before)).toBe(0);
  });

  test('do not count what is in the middle of being written, and notice it once it is', async () => {
    const writer = new Client({ connectionString: database.url });
    await writer.connect();
    await writer.query('BEGIN');
    await writer.query(`UPDATE account SET industry = 'slow' WHERE external_id = 'a'`);
    await figures.keepUp();
    await keep(before);
    expect(await keptExactly(before)).toBe(all);
    await figures.keepUp();
    await writer.query('COMMIT');
    expect(await keptExactly(before)).toBe(0);
    await keep(before);
    await figures.keepUp();
    expect(await keptExactly(before)).toBe(all);
    await writer.end();
  });

  test('by ARR band belong to the bands of the model', async () => {
    await book.unitOfWork.run(stampOf(COMMAND_LINE, clock), async (stores) => {
      const model = await stores.models.publishedForChange();
      if (model === null) throw new Error('nothing is published');
      const other = withThresholds(model, (from) => ({
        ...from,
        amount: from.amount === null ? null : ((from.amount / 2) as Money),
      }));
      await stores.models.publish(
        { ...other, version: model.version + 1 },
        'Smaller bands',
        stampOf(COMMAND_LINE, clock),
      );
    });
    expect(await keptExactly(before)).toBe(all - 1);
    await keep(before);
    expect(await keptExactly(before)).toBe(all);
  });

  test('that cannot be counted are told of, and the next ones are counted', async () => {
    const failures: unknown[] = [];
    const past = new PastBookService(book.unitOfWork, clock, (error) => failures.push(error));
    const { by, today, model } = await groupingBy(['TIER']);
    const asked = { by, today, model, day: day('2026-02-03') };
    await database.query(`ALTER TABLE account RENAME TO hidden`);
    past.wish(asked);
    await past.settled();
    expect(failures).toHaveLength(1);
    await database.query(`ALTER TABLE hidden RENAME TO account`);
    past.wish(asked);
    await past.close();
    past.wish({ ...asked, day: day('2026-02-04') });
    expect(
      await database.query(
        `SELECT day::text FROM past_book WHERE day >= '2026-02-03' AND day < '2026-02-10'`,
      ),
    ).toEqual([{ day: '2026-02-03' }]);
  });

  test('are kept once somebody has asked for them, and read without looking at the accounts', async () => {
    const past = new PastBookService(book.unitOfWork, clock, (error) => {
      throw error;
    });
    const reads = new SqlAnalyticReads(reader, models, clock, past.wish);
    const asOf = day('2026-02-02');
    const first = await reads.breakdown({ by: ['TIER'], asOf });
    await past.settled();
    await database.query(`ALTER TABLE account RENAME TO hidden`);
    expect(await reads.breakdown({ by: ['TIER'], asOf })).toEqual(first);
    await expect(reads.breakdown({ by: ['TIER'], asOf, withMedian: true })).rejects.toThrow('account');
    await past.close();
  });
});

test('the figures of past days are those of the accounts and their histories, whatever happens to these', async () => {
  let kept = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      await open();
      const random = new Random(seed);
      await book.staff({ anna: {}, ben: {}, pia: { pool: 'west' } });
      const { days } = await liveRandomly(book, seed);
      const past = days.slice(0, -1).flatMap((one) => [one, addDays(one, 1)]);
      for (let step = 0; step < 8; step += 1) {
        const asked = [random.one(past), random.one(past)];
        for (const on of asked) await keep(on);
        await anyWrite(random);
        for (const on of asked) kept += await keptExactly(on);
        if (random.chance(0.5)) await figures.keepUp();
        for (const on of asked) await keptExactly(on);
      }
      await close();
    }),
    { numRuns: 6 },
  );
  expect(kept).toBeGreaterThan(0);
});

/** One account changes, is assigned or has another history, by a service or past them. */
async function anyWrite(random: Random): Promise<void> {
  if (random.chance(0.5)) clock.passDays(1 + random.below(3));
  const name = `acc-${random.below(30)}`;
  const id = `(SELECT id FROM account WHERE external_id = '${name}')`;
  const today = clock.today();
  const ago = addDays(today, -random.below(200));
  const values: WrittenValues[] = [
    { arr: random.amount() },
    { arr: null },
    { healthScore: random.below(100), churnRisk: random.one(['LOW', 'HIGH', null]) },
    { industry: random.one(['FinTech', 'EdTech', null]), region: random.one(['EMEA', 'APAC']) },
    { status: random.one(['ACTIVE', 'CHURNED', 'FREE', null]) },
    { customerSince: addDays(today, -random.below(500)) },
  ];
  // Accounts that their lines decide about refuse an ARR and a churn.
  const write = (one: string): Promise<void> => book.account(one, random.one(values)).catch(() => undefined);
  const writes: readonly (() => Promise<unknown>)[] = [
    () => write(name),
    () => write(name),
    () => write(`new-${random.below(5)}`),
    () => book.lines(name, [{ start: ago, end: random.chance(0.5) ? addDays(ago, 300) : null, arr: '700' }]),
    () =>
      book.assign({ [name]: { csm: random.one(['anna', 'ben']), from: random.chance(0.5) ? ago : today } }),
    () => book.assign({ [name]: { unassign: true } }),
    () => database.query(`UPDATE account SET arr = arr + 1 WHERE id = ${id}`),
    () => database.query(`UPDATE fact_change SET effective_on = '${ago}' WHERE account_id = ${id}`),
    () => database.query(`DELETE FROM arr_movement WHERE account_id = ${id}`),
    () => database.query(`DELETE FROM portfolio_assignment WHERE account_id = ${id}`),
    () => book.runDaily(),
  ];
  await random.one(writes)();
}
