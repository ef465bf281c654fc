import { summariseCsms, summarisePortfolios } from '../../src/cli/commands/import-summary';
import { CsvImport } from '../support/csv-import';
import { StaffedBook } from '../support/staffed-book';

let house: CsvImport;

beforeEach(async () => {
  house = await CsvImport.open();
});
afterEach(() => house.close());

const CSMS = [
  'externalId,name,email,fte,regions,languages,industries,pool,from,to',
  'C1,Anna,anna@example.com,0.5,EMEA;APAC,de|en,FinTech,,2023-01-01,2023-07-01',
  'C1,Anna Berg,anna@example.com,1,EMEA,de|en,FinTech,,2023-07-01,',
  'C2,Ben,,0.8,,,,east,2024-01-01,',
  'C3,Cleo,,,,,,east,2022-01-01,2025-01-01',
];

async function terms(): Promise<string[]> {
  const rows = await house.database.query<{ row: string }>(
    `SELECT c.external_id || ' ' || c.name || ' ' || fte || ' ' || from_on || '/' || coalesce(to_on::text, '') AS row
     FROM csm_employment JOIN csm c ON c.id = csm_id ORDER BY c.external_id, from_on`,
  );
  return rows.map(({ row }) => row);
}

function owners(): Promise<string[]> {
  return new StaffedBook(house.database, house.clock).owners();
}

describe('a file of CSMs', () => {
  test('several rows are several terms of employment; pools are made on the way', async () => {
    const report = await house.csms(house.file(CSMS));
    expect(summariseCsms(report).join('\n')).toMatch(
      /^Imported CSMs from book.csv as of 2026-01-15:\n {2}3 created, 0 updated, 0 unchanged\n {2}0 rows rejected\n {2}4 rows in /,
    );
    expect(await terms()).toEqual([
      'C1 Anna Berg 0.50 2023-01-01/2023-07-01',
      'C1 Anna Berg 1.00 2023-07-01/',
      'C2 Ben 0.80 2024-01-01/',
      'C3 Cleo 1.00 2022-01-01/2025-01-01',
    ]);
    expect(
      await house.database.query(
        `SELECT p.external_id AS pool, c.external_id AS csm, to_on::text AS "to" FROM pool_membership
         JOIN pool p ON p.id = pool_id JOIN csm c ON c.id = csm_id ORDER BY 2`,
      ),
    ).toEqual([
      { pool: 'east', csm: 'C2', to: null },
      { pool: 'east', csm: 'C3', to: '2025-01-01' },
    ]);
    expect(
      await house.database.query(`SELECT regions, languages, email FROM csm WHERE external_id = 'C1'`),
    ).toEqual([{ regions: ['EMEA'], languages: ['de', 'en'], email: 'anna@example.com' }]);
  });

  test('a second run, on a later day too, writes nothing', async () => {
    await house.csms(house.file(CSMS));
    const before = await house.written();
    house.clock.passDays(30);
    const { counts } = await house.csms(house.file(CSMS));
    expect(counts).toEqual({ created: 0, updated: 0, unchanged: 3 });
    expect(await house.written()).toEqual(before);
  });

  test('a dry run writes nothing and says the same', async () => {
    const before = await house.written();
    const { counts } = await house.csms(house.file(CSMS), { dryRun: true });
    expect(counts).toEqual({ created: 3, updated: 0, unchanged: 0 });
    expect(await house.written()).toEqual(before);
  });

  test('a list of names alone is enough, and leaves terms that are known', async () => {
    await house.csms(house.file(['id,who', 'C1,Anna', 'C9,Zoe']), { map: ['externalId=id', 'name=who'] });
    await house.csms(house.file(CSMS));
    await house.csms(house.file(['externalId,name', 'C1,Anna', 'C9,Zoe']));
    expect((await terms()).filter((row) => /^C[19]/.test(row))).toEqual([
      'C1 Anna 0.50 2023-01-01/2023-07-01',
      'C1 Anna 1.00 2023-07-01/',
      'C9 Zoe 1.00 1900-01-01/',
    ]);
  });

  test('what is wrong with one row keeps the CSM out with all rows, and the rest goes on', async () => {
    const file = house.file([
      ...CSMS.slice(0, 2),
      'C1,Anna,,1.4,,,,,2023-07-01,',
      'C2,Ben,,1,,,,,2024-01-01,2024-06-01',
      'C2,Ben,,1,,,,,2024-05-31,',
      ',Nobody,,1,,,,,,',
      'C4,Dan,,1,,,,,,',
      'C5,,,1,,,,,,',
    ]);
    const report = await house.csms(file);
    expect(report.counts.created).toBe(1);
    expect(house.rejects().map((line) => line.split(',').slice(0, 2).join())).toEqual([
      '3,fte',
      '6,externalId',
      '2,',
      '4,employment',
      '5,employment',
      '8,name',
    ]);
    expect(await terms()).toEqual(['C4 Dan 1.00 1900-01-01/']);
  });
});

describe('a file of portfolios', () => {
  const PORTFOLIOS = [
    'account,csm,pool,executiveSponsor,from',
    'TOP,C1,,CEO,2024-06-01',
    'CORE,,east,,2025-02-01',
    'CORE,C1,,,2023-05-01',
    'SCALE,,east,,',
  ];

  beforeEach(async () => {
    await house.accounts(
      house.file([
        'externalId,arr,status',
        'TOP,600000,',
        'CORE,30000,',
        'SCALE,6000,',
        'TECH,10,',
        'GONE,30000,CHURNED',
      ]),
    );
    await house.csms(house.file(CSMS));
  });

  test('holds history: rows of one account follow one another', async () => {
    const report = await house.portfolios(house.file(PORTFOLIOS));
    expect(summarisePortfolios(report).slice(0, 3)).toEqual([
      'Imported portfolios from book.csv as of 2026-01-15:',
      '  4 assigned, 0 unchanged, 0 rejected',
      '  3 accounts updated, 0 unchanged',
    ]);
    expect(await owners()).toEqual([
      'CORE C1 2023-05-01/2025-02-01',
      'CORE east 2025-02-01/',
      'SCALE east 2026-01-15/',
      'TOP C1 2024-06-01/ CEO',
    ]);
  });

  test('a second run, on a later day too, writes nothing', async () => {
    await house.portfolios(house.file(PORTFOLIOS));
    const before = await house.written();
    house.clock.passDays(10);
    const { counts } = await house.portfolios(house.file(PORTFOLIOS));
    expect(counts).toEqual({ rows: { assigned: 0, unchanged: 4 }, accounts: { updated: 0, unchanged: 3 } });
    expect(await house.written()).toEqual(before);
  });

  test('a dry run writes nothing and says the same', async () => {
    const before = await house.written();
    const { counts } = await house.portfolios(house.file(PORTFOLIOS), { dryRun: true });
    expect(counts.rows).toEqual({ assigned: 4, unchanged: 0 });
    expect(await house.written()).toEqual(before);
  });

  test('columns are mapped, and the day of the import is a past one', async () => {
    await house.portfolios(house.file(['id;owner', 'CORE;C1']), {
      map: ['account=id', 'csm=owner'],
      asOf: '2025-12-01',
    });
    expect(await owners()).toEqual(['CORE C1 2025-12-01/']);
  });

  test.each([
    [
      'a top-tier account without a sponsor',
      'TOP,C1,,,2024-06-01',
      /^3,executiveSponsor,accounts in Strategic need an executive sponsor/,
    ],
    [
      'a top-tier account in a pool',
      'TOP,,east,CEO,2024-06-01',
      /^3,pool,"accounts in Strategic need a named CSM, not a pool/,
    ],
    [
      'anybody for the lowest tier',
      'TECH,C1,,,',
      /^3,csm,accounts in Tech-Touch have neither a CSM nor a pool/,
    ],
    ['a churned account', 'GONE,C1,,,', /^3,account,nobody can be assigned to a churned account/],
    ['one who left', 'CORE,C3,,,2024-01-01', /^3,csm,"""C3"" left on 2025-01-01/],
    ['one who had not begun', 'CORE,C1,,,2022-01-01', /^3,csm,"""C1"" begins on 2023-01-01/],
    ['an unknown CSM', 'CORE,C7,,,', /^3,csm,"there is no CSM ""C7""/],
    [
      'an unknown account',
      'NONE,C1,,,',
      /^3,account,"there is no account ""NONE""; import the accounts before/,
    ],
    ['a day after the import', 'CORE,C1,,,2026-01-16', /^3,from,from \(2026-01-16\) lies after today/],
    ['no account', ',C1,,,', /^3,account,account is empty/],
    ['neither CSM nor pool', 'CORE,,,,', /^3,csm,/],
  ])('%s is rejected, and the rest goes on', async (_, line, reject) => {
    const report = await house.portfolios(
      house.file(['account,csm,pool,executiveSponsor,from', 'SCALE,C1,,,', line, 'SCALE,C1,,,2025-01-01']),
    );
    expect(report.rejects.count).toBe(1);
    expect(house.rejects()[0]).toMatch(reject);
    expect(await owners()).toEqual(['SCALE C1 2025-01-01/']);
  });

  test('whoever has left by now may have looked after an account before', async () => {
    const rows = ['account,csm,from', 'CORE,C3,2023-01-01', 'CORE,C1,2024-03-01', 'CORE,C2,2024-03-01'];
    const report = await house.portfolios(house.file(rows));
    expect(report.counts.rows).toEqual({ assigned: 2, unchanged: 0 });
    expect(house.rejects()[0]).toMatch(/^4,from,"line 3 says already who looks after/);
    expect(await owners()).toEqual(['CORE C3 2023-01-01/2024-03-01', 'CORE C1 2024-03-01/']);
  });

  test('a row of a day to come ends nobody', async () => {
    const rows = ['account,csm,from', 'CORE,C1,2026-01-01', 'CORE,C2,2026-03-01'];
    await house.portfolios(house.file(rows));
    expect(house.rejects()).toEqual([expect.stringMatching(/^3,from,from \(2026-03-01\) lies after today/)]);
    expect(await owners()).toEqual(['CORE C1 2026-01-01/']);
  });

  test('what people have decided since then is kept', async () => {
    await house.portfolios(house.file(PORTFOLIOS));
    const book = new StaffedBook(house.database, house.clock);
    house.clock.passDays(5);
    await book.assign({ CORE: { csm: 'C2' } });
    await house.portfolios(house.file(PORTFOLIOS));
    expect((await owners()).filter((row) => row.startsWith('CORE'))).toEqual([
      'CORE C1 2023-05-01/2025-02-01',
      'CORE east 2025-02-01/2026-01-20',
      'CORE C2 2026-01-20/',
    ]);
  });

  test('a file cannot make one leave who looks after accounts', async () => {
    await house.portfolios(house.file(PORTFOLIOS));
    const rows = CSMS.map((line) => line.replace(/^(C1,Anna Berg.*),$/, '$1,2026-01-01'));
    const report = await house.csms(house.file(rows));
    expect(report.rejects.count).toBe(2);
    expect(house.rejects()[0]).toContain('looks after 1 accounts');
    expect(await terms()).toContain('C1 Anna Berg 1.00 2023-07-01/');
  });
});
