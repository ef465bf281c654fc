import { type TierBasis } from '../../src/app/ports/analytics';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { bookSql } from '../../src/persistence/reads/book';
import { placeBook, PLACEMENT_INPUTS } from '../../src/persistence/reads/book-placements';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { Parameters } from '../../src/persistence/reads/parameters';
import { fixedClock, type TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
import { LivingBook } from '../support/living-book';

const clock: TestClock = fixedClock('2026-01-01');
let database: TestDatabase;
let reader: DatabaseReader;
let book: LivingBook;

beforeEach(async () => {
  database = await createTestDatabase();
  reader = new DatabaseReader({ url: database.url, max: 2, applicationName: 'tierbook-test' });
  book = new LivingBook(database, clock);
});
afterEach(async () => {
  await reader.close();
  await database.drop();
});

type Row = Record<string, unknown>;

/** The book of a day by external id, without the ids. */
async function bookOn(
  date: string,
  columns: readonly string[],
  tierBasis: TierBasis = 'RECORDED',
): Promise<Record<string, Row>> {
  const today = clock.today();
  const asked = { day: day(date), today, tierBasis, columns: new Set(['external_id', ...columns]) };
  let placements = null;
  if (tierBasis === 'PUBLISHED_MODEL' && date < today) {
    const inputs = new Parameters();
    const sql = bookSql({ ...asked, columns: new Set(PLACEMENT_INPUTS), placements }, inputs);
    placements = await placeBook(reader, sql, inputs, DEFAULT_MODEL, day(date));
  }
  const parameters = new Parameters();
  const sql = bookSql({ ...asked, placements }, parameters);
  const names = ['external_id', ...columns].map((column) => `a.${column}`);
  const rows = await reader.rows<Row>(
    `SELECT ${names.join(', ')} FROM ${sql} a ORDER BY a.id`,
    parameters.values,
  );
  return Object.fromEntries(rows.map(({ external_id: name, ...row }) => [name as string, row]));
}

/** The values of one column on several days; undefined where the account is not in the book. */
async function follow(
  name: string,
  column: string,
  days: readonly string[],
  basis?: TierBasis,
): Promise<unknown> {
  const values: Record<string, unknown> = {};
  for (const date of days) values[date] = (await bookOn(date, [column], basis))[name]?.[column];
  return values;
}

describe('a fact of a past day', () => {
  test('is what it was before its next change, the earliest known value carried back', async () => {
    await book.on('2026-01-10').account('acme', { industry: null, healthScore: 50 });
    await book.on('2026-01-20').account('acme', { industry: 'FinTech' });
    await book.on('2026-02-01').account('acme', { industry: 'EdTech', healthScore: null });
    await book.on('2026-03-01').account('acme', { industry: null });
    await book.on('2026-04-01').account('acme', { industry: 'HealthTech', healthScore: 80 });
    clock.setDay('2026-05-01');
    expect(
      await follow('acme', 'industry', [
        '2025-01-01',
        '2026-01-31',
        '2026-02-01',
        '2026-02-28',
        '2026-03-01',
        '2026-03-31',
        '2026-04-01',
        '2026-05-01',
      ]),
    ).toEqual({
      '2025-01-01': 'FinTech',
      '2026-01-31': 'FinTech',
      '2026-02-01': 'EdTech',
      '2026-02-28': 'EdTech',
      '2026-03-01': null,
      '2026-03-31': null,
      '2026-04-01': 'HealthTech',
      '2026-05-01': 'HealthTech',
    });
    expect(await follow('acme', 'health_score', ['2026-01-31', '2026-02-01', '2026-04-01'])).toEqual({
      '2026-01-31': 50,
      '2026-02-01': null,
      '2026-04-01': 80,
    });
  });

  test('of several changes on one day is what the last of them left', async () => {
    await book.on('2026-01-10').account('acme', { plan: 'Basic', arr: '1000' });
    book.on('2026-01-20');
    await book.account('acme', { plan: 'Pro', arr: '2000' });
    await book.account('acme', { plan: 'Enterprise', arr: '3000' });
    clock.setDay('2026-02-01');
    expect(await bookOn('2026-01-19', ['plan', 'arr'])).toEqual({ acme: { plan: 'Basic', arr: '1000.00' } });
    expect(await bookOn('2026-01-20', ['plan', 'arr'])).toEqual({
      acme: { plan: 'Enterprise', arr: '3000.00' },
    });
  });

  test('keeps its type: amounts exact, days, flags and numbers', async () => {
    await book.on('2026-01-10').account('acme', {
      expansionArr: '1234567.89',
      renewalDate: '2026-06-30',
      logoValue: true,
      employees: 12,
    });
    await book.on('2026-01-20').account('acme', {
      expansionArr: '0.01',
      renewalDate: '2027-06-30',
      logoValue: false,
      employees: 13,
    });
    clock.setDay('2026-02-01');
    expect(await bookOn('2026-01-15', ['expansion_arr', 'renewal_date', 'logo_value', 'employees'])).toEqual({
      acme: { expansion_arr: '1234567.89', renewal_date: '2026-06-30', logo_value: true, employees: 12 },
    });
  });

  test('is the corrected one where only the day it became a customer was wrong', async () => {
    await book.on('2026-01-10').account('acme', { customerSince: day('2026-01-10') });
    await book.on('2026-01-20').account('acme', { customerSince: day('2024-01-10') });
    clock.setDay('2026-02-01');
    expect(await follow('acme', 'customer_since', ['2024-01-09', '2024-01-10', '2026-01-15'])).toEqual({
      '2024-01-09': undefined,
      '2024-01-10': '2024-01-10',
      '2026-01-15': '2024-01-10',
    });
  });
});

describe('the ARR of a past day', () => {
  test('follows the movements, and what was known first is carried back', async () => {
    await book.on('2026-01-10').account('acme', { arr: '50000' });
    await book.on('2026-02-01').account('acme', { arr: '80000' });
    await book.on('2026-03-01').account('acme', { arr: '0' });
    await book.on('2026-04-01').account('acme', { arr: '20000.50' });
    clock.setDay('2026-05-01');
    expect(
      await follow('acme', 'arr', [
        '2020-01-01',
        '2026-01-31',
        '2026-02-01',
        '2026-03-01',
        '2026-04-01',
        '2026-05-01',
      ]),
    ).toEqual({
      '2020-01-01': '50000.00',
      '2026-01-31': '50000.00',
      '2026-02-01': '80000.00',
      '2026-03-01': '0.00',
      '2026-04-01': '20000.50',
      '2026-05-01': '20000.50',
    });
  });

  test('is not carried back beyond the day on which the account became a customer', async () => {
    await book.on('2026-01-10').account('acme', { arr: '50000', customerSince: day('2025-06-01') });
    expect(await follow('acme', 'arr', ['2025-05-31', '2025-06-01', '2026-01-10'])).toEqual({
      '2025-05-31': undefined,
      '2025-06-01': '50000.00',
      '2026-01-10': '50000.00',
    });
  });

  test('is unknown where it never became known, and while it was missing', async () => {
    await book.on('2026-01-10').account('unknown', { industry: 'FinTech' });
    await book.account('forgotten', { arr: '500' });
    await book.on('2026-02-01').account('forgotten', { arr: null });
    await book.on('2026-03-01').account('forgotten', { arr: '700' });
    clock.setDay('2026-04-01');
    expect(await bookOn('2026-02-15', ['arr'])).toEqual({
      unknown: { arr: null },
      forgotten: { arr: null },
    });
  });
});

describe('an account with subscription lines', () => {
  const LINES = [
    { start: '2023-03-01', end: '2023-09-01', arr: '12000', seats: 10 },
    { start: '2023-06-01', end: '2024-01-01', arr: '24000', seats: 20 },
    { start: '2024-04-01', end: null, arr: '60000', seats: 50 },
  ];

  test('has the sum of the lines that ran, long before anybody heard of it', async () => {
    await book.on('2026-01-10').account('acme', { industry: 'FinTech' });
    await book.lines('acme', LINES);
    const columns = ['arr', 'seats_purchased', 'industry'];
    expect(await bookOn('2023-02-28', columns)).toEqual({});
    expect(await bookOn('2023-03-01', columns)).toEqual({
      acme: { arr: '12000.00', seats_purchased: 10, industry: 'FinTech' },
    });
    expect(await bookOn('2023-06-01', columns)).toMatchObject({
      acme: { arr: '36000.00', seats_purchased: 30 },
    });
    expect(await bookOn('2023-09-01', columns)).toMatchObject({
      acme: { arr: '24000.00', seats_purchased: 20 },
    });
    expect(await bookOn('2026-01-09', columns)).toMatchObject({
      acme: { arr: '60000.00', seats_purchased: 50 },
    });
  });

  test('stays in the book without ARR between two lines, since it has not churned', async () => {
    await book.on('2026-01-10').account('acme', {});
    await book.lines('acme', LINES);
    expect(await follow('acme', 'arr', ['2023-12-31', '2024-01-01', '2024-03-31', '2024-04-01'])).toEqual({
      '2023-12-31': '24000.00',
      '2024-01-01': '0.00',
      '2024-03-31': '0.00',
      '2024-04-01': '60000.00',
    });
  });

  test('leaves the book on the day its last line ends and comes back with a later one', async () => {
    await book.on('2026-01-10').account('acme', {});
    await book.lines('acme', LINES.slice(0, 2));
    const days = ['2023-12-31', '2024-01-01', '2026-01-10'];
    expect(await follow('acme', 'arr', days)).toEqual({ '2023-12-31': '24000.00' });

    await book.on('2026-02-01').lines('acme', [...LINES.slice(0, 2), { start: '2026-02-01', arr: '9000' }]);
    clock.setDay('2026-03-01');
    expect(await follow('acme', 'arr', ['2023-12-31', '2026-01-31', '2026-02-01', '2026-03-01'])).toEqual({
      '2023-12-31': '24000.00',
      // As known today, a line that began later means that it had not churned for good.
      '2026-01-31': '0.00',
      '2026-02-01': '9000.00',
      '2026-03-01': '9000.00',
    });
  });

  test('is there from the day it became a customer, even without ARR, and with ARR even before', async () => {
    await book.on('2026-01-10').account('early', { customerSince: day('2023-01-01') });
    await book.account('late', { customerSince: day('2023-05-01') });
    await book.lines('early', LINES);
    await book.lines('late', LINES);
    expect(await bookOn('2022-12-31', ['arr'])).toEqual({});
    expect(await bookOn('2023-01-01', ['arr'])).toEqual({ early: { arr: '0.00' } });
    expect(await bookOn('2023-03-01', ['arr'])).toEqual({
      early: { arr: '12000.00' },
      late: { arr: '12000.00' },
    });
  });
});

describe('a churned account', () => {
  test.each([
    ['with a status that was given', 'ACTIVE' as const],
    ['whose status was never given, which counts as ACTIVE', null],
  ])('%s is in the book until the day it churned, and again from the day it came back', async (_, status) => {
    await book.on('2026-01-10').account('acme', { arr: '50000', status });
    await book.on('2026-02-01').account('acme', { status: 'CHURNED' });
    clock.setDay('2026-02-15');
    expect(await follow('acme', 'arr', ['2026-01-31', '2026-02-01', '2026-02-15'])).toEqual({
      '2026-01-31': '50000.00',
    });
    await book.on('2026-03-01').account('acme', { status: 'ACTIVE' });
    clock.setDay('2026-04-01');
    expect(await follow('acme', 'arr', ['2026-01-31', '2026-02-28', '2026-03-01', '2026-04-01'])).toEqual({
      '2026-01-31': '50000.00',
      '2026-03-01': '50000.00',
      '2026-04-01': '50000.00',
    });
  });

  test('that was never known otherwise is in no book', async () => {
    await book.on('2026-01-10').account('gone', { arr: '50000', status: 'CHURNED' });
    clock.setDay('2026-02-01');
    expect(await bookOn('2026-01-15', [])).toEqual({});
    expect(await bookOn('2025-01-15', [])).toEqual({});
  });
});

describe('the tier of a past day', () => {
  const COLUMNS = ['effective_tier', 'held_tier', 'computed_tier', 'pending_target'];

  beforeEach(async () => {
    await book.on('2026-01-10').account('acme', { arr: '30000' });
    await book.on('2026-02-01').account('acme', { arr: '120000' });
    await book.on('2026-03-01').account('acme', { arr: '6000' });
    clock.setDay('2026-10-01');
    await book.runDaily();
    clock.setDay('2026-11-01');
  });

  const standing = (tier: string | null, computed = tier, pending: string | null = null): Row => ({
    effective_tier: tier,
    held_tier: tier,
    computed_tier: computed,
    pending_target: pending,
  });

  test('is as it was recorded then: null before the first placement, held while a downgrade waits', async () => {
    expect(await bookOn('2026-01-09', COLUMNS)).toEqual({ acme: standing(null) });
    expect(await bookOn('2026-01-10', COLUMNS)).toEqual({ acme: standing('core') });
    expect(await bookOn('2026-01-31', COLUMNS)).toEqual({ acme: standing('core') });
    expect(await bookOn('2026-02-01', COLUMNS)).toEqual({ acme: standing('strategic') });
    expect(await bookOn('2026-03-01', COLUMNS)).toEqual({ acme: standing('strategic', 'scale', 'scale') });
    expect(await bookOn('2026-10-01', COLUMNS)).toEqual({ acme: standing('scale') });
    expect(await bookOn('2026-11-01', COLUMNS)).toEqual({ acme: standing('scale') });
  });

  test('comes with the scorecard of that day', async () => {
    const columns = ['total', 'completeness', 'model_version', 'expansion_potential', 'provisional'];
    const card = (total: string): Row => ({
      total,
      completeness: '40.00',
      model_version: 1,
      expansion_potential: null,
      provisional: true,
    });
    expect(await bookOn('2026-01-09', columns)).toEqual({
      acme: {
        total: null,
        completeness: null,
        model_version: null,
        expansion_potential: null,
        provisional: false,
      },
    });
    expect(await bookOn('2026-01-31', columns)).toEqual({ acme: card('24.00') });
    expect(await bookOn('2026-02-28', columns)).toEqual({ acme: card('40.00') });
    expect(await bookOn('2026-11-01', columns)).toEqual({ acme: card('8.00') });
  });

  test("by today's model is where that model puts the facts of the day", async () => {
    expect(
      await follow('acme', 'effective_tier', ['2024-01-01', '2026-02-01', '2026-03-01'], 'PUBLISHED_MODEL'),
    ).toEqual({ '2024-01-01': 'core', '2026-02-01': 'strategic', '2026-03-01': 'scale' });
    expect(
      await bookOn(
        '2026-02-15',
        ['held_tier', 'computed_tier', 'total', 'provisional', 'model_version'],
        'PUBLISHED_MODEL',
      ),
    ).toEqual({
      acme: {
        held_tier: 'strategic',
        computed_tier: 'strategic',
        total: '40.00',
        provisional: true,
        model_version: 1,
      },
    });
  });

  test("by today's model is the computed one today", async () => {
    clock.setDay('2026-11-02');
    await book.account('acme', { arr: '4000' });
    expect(await bookOn('2026-11-02', COLUMNS, 'PUBLISHED_MODEL')).toEqual({
      acme: standing('tech-touch', 'tech-touch', 'tech-touch'),
    });
    expect(await bookOn('2026-11-02', COLUMNS)).toEqual({
      acme: standing('scale', 'tech-touch', 'tech-touch'),
    });
  });

  test("by today's model is none before ARR or status is known, and stays when the ARR goes missing", async () => {
    await book.on('2026-11-02').account('silent', { industry: 'FinTech', churnRisk: 'HIGH' });
    await book.account('forgotten', { arr: '30000', industry: 'FinTech' });
    await book.on('2026-11-03').account('forgotten', { arr: null });
    clock.setDay('2026-11-04');
    const columns = ['effective_tier', 'model_version', 'total', 'provisional'];
    const { silent, forgotten } = await bookOn('2026-11-03', columns, 'PUBLISHED_MODEL');
    expect(silent).toEqual({ effective_tier: null, model_version: null, total: null, provisional: false });
    expect(forgotten).toEqual({
      effective_tier: 'tech-touch',
      model_version: 1,
      total: '0.00',
      provisional: true,
    });
  });

  test("by today's model counts an assessment as fresh as it was on the day", async () => {
    await book.on('2026-11-02').account('acme', { expansionAssessment: 'HIGH', arr: '40000' });
    await book.on('2028-01-01').runDaily();
    expect(
      await follow(
        'acme',
        'expansion_potential',
        ['2026-11-02', '2027-11-01', '2027-11-02'],
        'PUBLISHED_MODEL',
      ),
    ).toEqual({ '2026-11-02': 'HIGH', '2027-11-01': 'HIGH', '2027-11-02': null });
  });
});
