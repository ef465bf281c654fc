import { readFileSync } from 'node:fs';
import { summariseSubscriptions } from '../../src/cli/commands/import-summary';
import { CsvImport } from '../support/csv-import';

let house: CsvImport;

beforeEach(async () => {
  house = await CsvImport.open();
  await house.accounts(house.file(['externalId', 'A', 'B', 'C'], 'accounts.csv'));
});
afterEach(() => house.close());

const HEADER = 'account,start,end,arr,seats,product';

/** The lines that the book has, as "A 2025-01-01 2026-01-01 100.00". */
async function lines(): Promise<string[]> {
  const rows = await house.database.query<{ line: string }>(
    `SELECT concat_ws(' ', external_id, start_on, coalesce(end_on::text, '-'), line.arr) AS line
     FROM subscription_line line JOIN account a ON a.id = line.account_id ORDER BY line`,
  );
  return rows.map(({ line }) => line);
}

test('lines in any order give each account its ARR, its movements and its churn', async () => {
  const report = await house.subscriptions(
    house.file([
      HEADER,
      'A,2025-01-01,,1000.50,5,',
      'B,2024-01-01,2025-01-01,700,,',
      'A,2025-07-01,2026-06-30,2000,7,',
    ]),
  );
  expect(report.counts).toEqual({
    accounts: { updated: 2, unchanged: 0 },
    lines: { created: 3, updated: 0, unchanged: 0, removed: 0 },
    keptMissing: null,
  });
  expect(await house.column('a.arr')).toEqual({ A: '3000.50', B: '0.00', C: null });
  expect(await house.column('a.status')).toEqual({ A: null, B: 'CHURNED', C: null });
  expect(await house.column('a.seats_purchased')).toEqual({ A: 12, B: null, C: null });
  const movements = await house.database.query<{ m: string }>(
    `SELECT concat_ws(' ', external_id, kind, arr_from, arr_to, effective_on) AS m
     FROM arr_movement JOIN account a ON a.id = account_id ORDER BY effective_on, kind DESC`,
  );
  expect(movements.map(({ m }) => m)).toEqual([
    'B NEW 0.00 700.00 2024-01-01',
    'A NEW 0.00 1000.50 2025-01-01',
    'B CHURN 700.00 0.00 2025-01-01',
    'A EXPANSION 1000.50 3000.50 2025-07-01',
  ]);
});

test('a second run of the same file writes nothing', async () => {
  const file = house.file([
    HEADER,
    'A,2025-01-01,,10,,',
    'A,2025-01-01,,10,,',
    'B,2024-01-01,2025-01-01,7,,',
  ]);
  await house.subscriptions(file);
  const before = await house.written();
  const report = await house.subscriptions(file);
  expect(report.counts).toEqual({
    accounts: { updated: 0, unchanged: 2 },
    lines: { created: 0, updated: 0, unchanged: 3, removed: 0 },
    keptMissing: null,
  });
  expect(summariseSubscriptions(report)[1]).toBe('  0 created, 0 updated, 3 unchanged, 0 rejected');
  expect(await house.written()).toEqual(before);
});

test('a line that is given another end is amended, one that the file no longer has is removed', async () => {
  await house.subscriptions(
    house.file([
      HEADER,
      'A,2025-01-01,,10,,',
      'A,2025-02-01,,20,,',
      'B,2025-01-01,,5,,',
      'C,2025-01-01,,1,,',
    ]),
  );
  const report = await house.subscriptions(
    house.file([HEADER, 'A,2025-01-01,2025-12-01,10,,', 'A,2025-03-01,,40,,', 'B,2025-01-01,,5,,']),
  );
  expect(report.counts.lines).toEqual({ created: 1, updated: 1, unchanged: 1, removed: 1 });
  expect(summariseSubscriptions(report)).toContain('  1 line removed, since the file no longer has it');
  expect(await lines()).toEqual([
    'A 2025-01-01 2025-12-01 10.00',
    'A 2025-03-01 - 40.00',
    'B 2025-01-01 - 5.00',
    'C 2025-01-01 - 1.00',
  ]);
});

describe('lines that are wrong', () => {
  test.each([
    ['a bad date', 'A,2025-13-01,,10,,', /^3,start,/],
    ['no start', 'A,,,10,,', /^3,start,start is empty/],
    ['an end before the start', 'A,2025-02-01,2025-01-01,10,,', /^3,end,end \(2025-01-01\) is before start/],
    ['a negative ARR', 'A,2025-01-01,,-1,,', /^3,arr,arr must be an amount of 0 or more/],
    ['no ARR', 'A,2025-01-01,,,,', /^3,arr,arr is empty/],
    ['no account', ',2025-01-01,,10,,', /^3,account,account is empty/],
    [
      'an unknown account',
      'Z,2025-01-01,,10,,',
      /^3,account,"there is no account ""Z""; import the accounts before/,
    ],
    ['a cell too few', 'A,2025-01-01,,10,', /^3,,"the record has 5 cells, the header has 6"/],
  ])('%s is rejected with its line, and the rest goes on', async (_, line, reject) => {
    const report = await house.subscriptions(
      house.file([HEADER, 'A,2025-05-01,,1,,', line, 'B,2025-05-01,,2,,']),
    );
    expect(house.rejects()).toEqual([expect.stringMatching(reject)]);
    expect(report.counts.lines.created).toBe(2);
    expect(await house.column('a.arr')).toEqual({ A: '1.00', B: '2.00', C: null });
  });

  test('another currency is refused by name', async () => {
    await house.subscriptions(
      house.file(['account,start,arr,currency', 'A,2025-01-01,5,eur', 'B,2025-01-01,6,usd']),
    );
    expect(house.rejects()).toEqual([
      '2,currency,amounts are kept in USD; convert those in EUR before they come in,A,2025-01-01,5,eur',
    ]);
  });

  test('of an unknown account every line is rejected', async () => {
    const report = await house.subscriptions(
      house.file([HEADER, 'Z,2025-01-01,,1,,', 'A,2025-01-01,,1,,', 'Z,2025-02-01,,2,,']),
    );
    expect(house.rejects().map((line) => line.slice(0, 10))).toEqual(['2,account,', '4,account,']);
    expect(report.counts.accounts.updated).toBe(1);
  });

  test('of an account with a rejected line nothing is removed, and an amended line is not doubled', async () => {
    await house.subscriptions(
      house.file([
        HEADER,
        'A,2025-01-01,,10,,',
        'A,2025-02-01,,20,,',
        'B,2025-01-01,,5,,',
        'B,2025-02-01,,6,,',
      ]),
    );
    const file = house.file([
      HEADER,
      'A,2025-01-01,2025-12-01,10,,',
      'A,2025-02-01,,oops,,',
      'B,2025-02-01,,6,,',
    ]);
    const report = await house.subscriptions(file);
    expect(report.counts.lines).toEqual({ created: 0, updated: 1, unchanged: 1, removed: 1 });
    expect(await lines()).toEqual([
      'A 2025-01-01 2025-12-01 10.00',
      'A 2025-02-01 - 20.00',
      'B 2025-02-01 - 6.00',
    ]);
    const before = await house.written();
    await house.subscriptions(file);
    expect(await house.written()).toEqual(before);
  });

  test('while it is not known whose line is rejected, no line is removed from any account', async () => {
    await house.subscriptions(house.file([HEADER, 'A,2025-01-01,,10,,', 'A,2025-02-01,,20,,']));
    const latin1 = Buffer.concat([
      Buffer.from(`${HEADER}\nA,2025-01-01,,10,,\nA,2025-02-01,,20,,Stra`),
      Buffer.from([0xdf]),
      Buffer.from('e\n'),
    ]);
    const report = await house.subscriptions(house.file(latin1));
    expect(report.counts).toEqual({
      accounts: { updated: 0, unchanged: 1 },
      lines: { created: 0, updated: 0, unchanged: 1, removed: 0 },
      keptMissing: 'UNREADABLE_LINES',
    });
    expect(await house.column('a.arr')).toMatchObject({ A: '30.00' });
    expect(summariseSubscriptions(report).join('\n')).toContain('not even the account can be told');
  });

  test('a mended reject file adds its lines to those that went in', async () => {
    await house.subscriptions(house.file([HEADER, 'A,2025-01-01,,10,,', 'A,2025-02-01,,oops,,']));
    const mended = readFileSync(`${house.folder}/book.csv.rejects.csv`, 'utf8').replace(',oops,', ',20,');
    const report = await house.subscriptions(house.file(Buffer.from(mended), 'mended.csv'));
    expect(report.counts.keptMissing).toBe('REJECT_FILE');
    expect(await house.column('a.arr')).toMatchObject({ A: '30.00' });
  });

  test('an account of which every line is rejected stays as it is', async () => {
    await house.subscriptions(house.file([HEADER, 'A,2025-01-01,,oops,,', 'B,2025-01-01,,1,,']));
    expect(await house.column('a.lines_applied_on IS NULL')).toEqual({ A: true, B: false, C: true });
  });
});

test('a file without rows is fine, and says so', async () => {
  const report = await house.subscriptions(house.file([HEADER]));
  expect(summariseSubscriptions(report)).toEqual([
    'book.csv has no rows below its header; there was nothing to import.',
  ]);
});

test('a dry run says what would happen, and writes nothing', async () => {
  const before = await house.written();
  const report = await house.subscriptions(house.file([HEADER, 'A,2025-01-01,,10,,', 'Z,2025-01-01,,10,,']), {
    dryRun: true,
  });
  expect(await house.written()).toEqual(before);
  expect(report.counts.lines.created).toBe(1);
  expect(house.rejects()).toHaveLength(1);
});

test('--as-of is the day by which lines have begun or ended', async () => {
  const file = house.file([HEADER, 'A,2025-01-01,2025-07-01,10,,', 'A,2025-06-01,,20,,']);
  await house.subscriptions(file, { asOf: '2025-06-15' });
  expect(await house.column('a.arr')).toMatchObject({ A: '30.00' });
  const later = await house.subscriptions(file, { asOf: '2025-08-01' });
  expect(later.counts).toMatchObject({ accounts: { updated: 1 }, lines: { unchanged: 2 } });
  expect(await house.column('a.arr')).toMatchObject({ A: '20.00' });
});

test('an account whose history goes further than --as-of is refused, the others are not', async () => {
  await house.subscriptions(house.file([HEADER, 'A,2025-01-01,,10,,']), { asOf: '2025-06-15' });
  const report = await house.subscriptions(house.file([HEADER, 'A,2025-01-01,,11,,', 'B,2025-01-01,,1,,']), {
    asOf: '2025-06-01',
  });
  expect(house.rejects()).toEqual([expect.stringMatching(/^2,,.*goes up to 2025-06-15/)]);
  expect(report.counts.accounts.updated).toBe(1);
});

test('more accounts than one batch, their lines scattered over the file', async () => {
  const ids = Array.from({ length: 1_200 }, (_, index) => `N-${index}`);
  await house.accounts(house.file(['externalId', ...ids], 'accounts.csv'));
  const report = await house.subscriptions(
    house.file([HEADER, ...[10, 20, 30].flatMap((arr) => ids.map((id) => `${id},2025-01-${arr},,${arr},,`))]),
  );
  expect(report.counts.accounts.updated).toBe(1_200);
  const [sum] = await house.database.query('SELECT sum(arr)::text AS arr FROM account');
  expect(sum).toEqual({ arr: '72000.00' });
});

test('an import that is stopped while it reads has written nothing', async () => {
  const report = await house.subscriptions(house.file([HEADER, 'A,2025-01-01,,10,,']), {
    signal: AbortSignal.abort('SIGINT'),
  });
  expect(report.stopped).toBe('nothing was written yet; the same command can simply be run again');
  expect(await lines()).toEqual([]);
});
