import { summariseSupport } from '../../src/cli/commands/import-summary';
import { CsvImport } from '../support/csv-import';

let house: CsvImport;

beforeEach(async () => {
  house = await CsvImport.open();
  await house.accounts(house.file(['externalId,arr', 'A1,60000', 'A2,6000', 'A3,100'], 'accounts.csv'));
});
afterEach(() => house.close());

const FIGURES = [
  'account,month,tickets,answeredInTime,adoptionPercent',
  'A1,2025-11,10,9,70.5',
  'A2,2025-12,4,4,',
  'A1,2025-12,12,12,71.25%',
  'A3,2026-01,,,30',
];

async function months(): Promise<string[]> {
  const rows = await house.database.query<{ row: string }>(
    `SELECT concat_ws(' ', a.external_id, month, coalesce(tickets::text, '-'), coalesce(answered_in_time::text, '-'),
       coalesce(adoption_percent::text, '-')) AS row
     FROM support_month JOIN account a ON a.id = account_id ORDER BY 1`,
  );
  return rows.map(({ row }) => row);
}

test('sets the figures of each account and month, and a second run writes nothing', async () => {
  const report = await house.support(house.file(FIGURES));
  expect(summariseSupport(report).join('\n')).toMatch(
    /^Imported support figures from book.csv as of 2026-01-15:\n {2}4 months created, 0 updated, 0 unchanged\n {2}0 rows rejected\n/,
  );
  const stored = [
    'A1 2025-11-01 10 9 70.50',
    'A1 2025-12-01 12 12 71.25',
    'A2 2025-12-01 4 4 -',
    'A3 2026-01-01 - - 30.00',
  ];
  expect(await months()).toEqual(stored);
  const when = await house.database.query('SELECT max(xmin::text::bigint) FROM support_month');
  const again = await house.support(house.file(FIGURES));
  expect(again.counts).toEqual({ created: 0, updated: 0, unchanged: 4 });
  expect(await house.database.query('SELECT max(xmin::text::bigint) FROM support_month')).toEqual(when);
  expect(await months()).toEqual(stored);
});

test('a column that is left out leaves what is known, an empty cell makes it missing', async () => {
  await house.support(house.file(FIGURES));
  const report = await house.support(
    house.file(['account,month,adoptionPercent', 'A1,2025-11,80', 'A1,2025-12,']),
  );
  expect(report.counts).toEqual({ created: 0, updated: 2, unchanged: 0 });
  expect((await months()).slice(0, 2)).toEqual(['A1 2025-11-01 10 9 80.00', 'A1 2025-12-01 12 12 -']);
});

test('a dry run writes nothing', async () => {
  const report = await house.support(house.file(FIGURES), { dryRun: true });
  expect(report.counts.created).toBe(4);
  expect(await months()).toEqual([]);
});

test('columns of other names are mapped', async () => {
  const file = house.file(['id,period,n,ok', 'A1,2025-11,3,2']);
  await house.support(file, { map: ['account=id', 'month=period', 'tickets=n', 'answeredInTime=ok'] });
  expect(await months()).toEqual(['A1 2025-11-01 3 2 -']);
});

test.each([
  ['more answered in time than there were', 'A1,2025-11,3,4,', 'answeredInTime', /is more than the tickets/],
  ['answers without tickets', 'A1,2025-11,,4,', 'tickets', /give them too/],
  ['a month that is none', 'A1,2025-13,3,3,', 'month', /such as 2026-03/],
  ['a day in place of a month', 'A1,2025-11-01,3,3,', 'month', /such as 2026-03/],
  ['a month in the future', 'A1,2026-02,3,3,', 'month', /lies in the future/],
  ['an account that nobody knows', 'NONE,2025-11,3,3,', 'account', /there is no account .*NONE/],
  ['no account', ',2025-11,3,3,', 'account', /give a value/],
  ['an adoption above 100', 'A1,2025-11,3,3,101', 'adoptionPercent', /from 0 to 100/],
  ['an adoption that is no number', 'A1,2025-11,3,3,high', 'adoptionPercent', /from 0 to 100/],
  ['tickets below 0', 'A1,2025-11,-3,,', 'tickets', /tickets/],
])('%s is rejected with its reason, and the rest goes on', async (_, row, field, reason) => {
  const report = await house.support(
    house.file(['account,month,tickets,answeredInTime,adoptionPercent', row, 'A2,2025-11,1,1,50']),
  );
  expect(report.rejects.count).toBe(1);
  expect(await months()).toEqual(['A2 2025-11-01 1 1 50.00']);
  const [rejected = ''] = house.rejects();
  expect(rejected).toContain(field);
  expect(rejected).toMatch(reason);
});

test('of two rows about one month the first counts', async () => {
  const report = await house.support(house.file(['account,month,tickets', 'A1,2025-11,1', 'A1,2025-11,2']));
  expect(report.rejects.count).toBe(1);
  expect(await months()).toEqual(['A1 2025-11-01 1 - -']);
});
