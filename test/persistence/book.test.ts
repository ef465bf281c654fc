import { day } from '../support/facts';
import { ReadableBook } from '../support/readable-book';

let book: ReadableBook;

beforeEach(async () => {
  book = await ReadableBook.create();
});
afterEach(async () => {
  await book.drop();
});

describe('a fact of a past day', () => {
  test('is what it was before its next change, the earliest known value carried back', async () => {
    await book.on('2026-01-10').account('acme', { industry: null, healthScore: 50 });
    await book.on('2026-01-20').account('acme', { industry: 'FinTech' });
    await book.on('2026-02-01').account('acme', { industry: 'EdTech', healthScore: null });
    await book.on('2026-03-01').account('acme', { industry: null });
    await book.on('2026-04-01').account('acme', { industry: 'HealthTech', healthScore: 80 });
    book.on('2026-05-01');
    expect(
      await book.follow('acme', 'industry', [
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
    expect(await book.follow('acme', 'health_score', ['2026-01-31', '2026-02-01', '2026-04-01'])).toEqual({
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
    book.on('2026-02-01');
    expect(await book.bookOn('2026-01-19', ['plan', 'arr'])).toEqual({
      acme: { plan: 'Basic', arr: '1000.00' },
    });
    expect(await book.bookOn('2026-01-20', ['plan', 'arr'])).toEqual({
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
    book.on('2026-02-01');
    expect(
      await book.bookOn('2026-01-15', ['expansion_arr', 'renewal_date', 'logo_value', 'employees']),
    ).toEqual({
      acme: { expansion_arr: '1234567.89', renewal_date: '2026-06-30', logo_value: true, employees: 12 },
    });
  });

  test('is the corrected one where only the day it became a customer was wrong', async () => {
    await book.on('2026-01-10').account('acme', { customerSince: day('2026-01-10') });
    await book.on('2026-01-20').account('acme', { customerSince: day('2024-01-10') });
    book.on('2026-02-01');
    expect(await book.follow('acme', 'customer_since', ['2024-01-09', '2024-01-10', '2026-01-15'])).toEqual({
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
    book.on('2026-05-01');
    expect(
      await book.follow('acme', 'arr', [
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
    expect(await book.follow('acme', 'arr', ['2025-05-31', '2025-06-01', '2026-01-10'])).toEqual({
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
    book.on('2026-04-01');
    expect(await book.bookOn('2026-02-15', ['arr'])).toEqual({
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
    expect(await book.bookOn('2023-02-28', columns)).toEqual({});
    expect(await book.bookOn('2023-03-01', columns)).toEqual({
      acme: { arr: '12000.00', seats_purchased: 10, industry: 'FinTech' },
    });
    expect(await book.bookOn('2023-06-01', columns)).toMatchObject({
      acme: { arr: '36000.00', seats_purchased: 30 },
    });
    expect(await book.bookOn('2023-09-01', columns)).toMatchObject({
      acme: { arr: '24000.00', seats_purchased: 20 },
    });
    expect(await book.bookOn('2026-01-09', columns)).toMatchObject({
      acme: { arr: '60000.00', seats_purchased: 50 },
    });
  });

  test('stays in the book without ARR between two lines, since it has not churned', async () => {
    await book.on('2026-01-10').account('acme', {});
    await book.lines('acme', LINES);
    expect(
      await book.follow('acme', 'arr', ['2023-12-31', '2024-01-01', '2024-03-31', '2024-04-01']),
    ).toEqual({
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
    expect(await book.follow('acme', 'arr', days)).toEqual({ '2023-12-31': '24000.00' });

    await book.on('2026-02-01').lines('acme', [...LINES.slice(0, 2), { start: '2026-02-01', arr: '9000' }]);
    book.on('2026-03-01');
    expect(
      await book.follow('acme', 'arr', ['2023-12-31', '2026-01-31', '2026-02-01', '2026-03-01']),
    ).toEqual({
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
    expect(await book.bookOn('2022-12-31', ['arr'])).toEqual({});
    expect(await book.bookOn('2023-01-01', ['arr'])).toEqual({ early: { arr: '0.00' } });
    expect(await book.bookOn('2023-03-01', ['arr'])).toEqual({
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
    book.on('2026-02-15');
    expect(await book.follow('acme', 'arr', ['2026-01-31', '2026-02-01', '2026-02-15'])).toEqual({
      '2026-01-31': '50000.00',
    });
    await book.on('2026-03-01').account('acme', { status: 'ACTIVE' });
    book.on('2026-04-01');
    expect(
      await book.follow('acme', 'arr', ['2026-01-31', '2026-02-28', '2026-03-01', '2026-04-01']),
    ).toEqual({
      '2026-01-31': '50000.00',
      '2026-03-01': '50000.00',
      '2026-04-01': '50000.00',
    });
  });

  test('that was never known otherwise is in no book', async () => {
    await book.on('2026-01-10').account('gone', { arr: '50000', status: 'CHURNED' });
    book.on('2026-02-01');
    expect(await book.bookOn('2026-01-15', [])).toEqual({});
    expect(await book.bookOn('2025-01-15', [])).toEqual({});
  });
});

test('nothing is decided as of a day before the ARR last changed, which would put the movements out of order', async () => {
  await book.on('2026-01-01').account('acme', { arr: '30000' });
  await book.on('2026-01-10').account('acme', { arr: '35000' });
  await expect(book.on('2026-01-05').account('acme', { arr: '40000' })).rejects.toThrow('2026-01-10');
  book.on('2026-02-01');
  expect(await book.follow('acme', 'arr', ['2026-01-09', '2026-01-10', '2026-02-01'])).toEqual({
    '2026-01-09': '30000.00',
    '2026-01-10': '35000.00',
    '2026-02-01': '35000.00',
  });
});
