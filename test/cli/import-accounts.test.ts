import { readFileSync } from 'node:fs';
import { type UnitOfWork } from '../../src/app/ports/stores';
import { summariseAccounts } from '../../src/cli/commands/import-summary';
import { CsvImport } from '../support/csv-import';

let house: CsvImport;

beforeEach(async () => {
  house = await CsvImport.open();
});
afterEach(() => house.close());

const ABC = ['externalId,name,arr', 'A,Acme,120000', 'B,Bolt,30000.50', 'C,Core,0'];

function manyRows(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `N-${from + index},Name ${from + index},${index}`);
}

describe('rows that are right', () => {
  test('become accounts that are scored and placed', async () => {
    const report = await house.accounts(house.file(ABC));
    expect(report.counts).toEqual({ created: 3, updated: 0, unchanged: 0, withoutParent: 0 });
    expect(report.rejects).toEqual({ path: null, count: 0, notes: [] });
    expect(await house.column('a.effective_tier')).toEqual({ A: 'strategic', B: 'core', C: 'tech-touch' });
    expect(summariseAccounts(report).join('\n')).toMatch(
      /^Imported accounts from book.csv as of 2026-01-15:\n {2}3 created, 0 updated, 0 unchanged, 0 rejected\n {2}3 rows in /,
    );
  });

  test('a second run of the same file writes nothing', async () => {
    const file = house.file([
      'externalId,arr,expansionAssessment,strategicDesignation,parentExternalId',
      'A,120000,HIGH,yes,',
      'B,5000,LOW,no,A',
    ]);
    await house.accounts(file);
    const before = await house.written();
    const { counts } = await house.accounts(file);
    expect(counts).toEqual({ created: 0, updated: 0, unchanged: 2, withoutParent: 0 });
    expect(await house.written()).toEqual(before);
  });

  test('an unmapped column leaves a fact as it is, an empty cell makes it missing', async () => {
    await house.accounts(house.file(['externalId,industry,region', 'A,Retail,EMEA']));
    await house.accounts(house.file(['externalId,region', 'A,']));
    expect(await house.column('a.industry')).toEqual({ A: 'Retail' });
    expect(await house.column('a.region')).toEqual({ A: null });
  });

  test('columns are mapped, and those that are not are named', async () => {
    const report = await house.accounts(house.file(['id;wert;note', 'A;5000;x']), {
      map: ['externalId=id', 'arr=wert'],
    });
    expect(report.ignoredColumns).toEqual(['note']);
    expect(summariseAccounts(report)).toContain('  columns that were ignored: note');
    expect(await house.column('a.arr')).toEqual({ A: '5000.00' });
  });

  test('a file of more rows than one batch', async () => {
    const report = await house.accounts(house.file(['externalId,name,arr', ...manyRows(4_500)]));
    expect(report.counts.created).toBe(4_500);
    expect(report.rows).toBe(4_500);
  });

  test('a file without rows is fine, and says so', async () => {
    const report = await house.accounts(house.file(['externalId,name']));
    expect(summariseAccounts(report)).toEqual([
      'book.csv has no rows below its header; there was nothing to import.',
    ]);
  });
});

describe('rows that are wrong', () => {
  test.each([
    [
      'a bad date',
      'externalId,customerSince',
      'X,2024-02-30',
      /^3,customerSince,.*is not a day of the calendar/,
    ],
    ['a negative ARR', 'externalId,arr', 'X,-5', /^3,arr,arr must be an amount of 0 or more/],
    ['an ARR that is no number', 'externalId,arr', 'X,12k', /^3,arr,"?""12k"" is not an amount/],
    [
      'another currency',
      'externalId,currency',
      'X,EUR',
      /^3,currency,amounts are kept in USD; convert those in EUR/,
    ],
    ['an unknown status', 'externalId,status', 'X,GONE', /^3,status,"status must be one of ACTIVE/],
    ['no externalId', 'externalId,name', ' ,Acme', /^3,externalId,externalId is empty/],
    ['a cell too many', 'externalId,name', 'X,Acme,1', /^3,,"the record has 3 cells, the header has 2"/],
    [
      'a lone quote',
      'externalId,name',
      'X,"Acme',
      /^3,,the quote that opens cell 2 \(""name""\) is not closed|^3,,/,
    ],
    [
      'an unknown parent',
      'externalId,parentExternalId',
      'X,nobody',
      /^3,parentExternalId,.*"nobody"".*the rest of the row is taken/,
    ],
    [
      'an account as its own parent',
      'externalId,parentExternalId',
      'X,X',
      /^3,parentExternalId,.*cannot be its own parent; the rest of the row is taken/,
    ],
  ])('%s is rejected with its line, and the rest goes on', async (_, header, line, reject) => {
    const report = await house.accounts(house.file([header, 'A,', line, 'B,']));
    expect(report.rejects.count).toBe(1);
    const [rejected = ''] = house.rejects();
    expect(rejected).toMatch(reject);
    expect(Object.keys(await house.column('a.id'))).toEqual(expect.arrayContaining(['A', 'B']));
  });

  test('Latin-1 bytes and a line of 3 MB cost one line each', async () => {
    const lines = [
      Buffer.from('externalId,name\nA,Acme\nM,M'),
      Buffer.from([0xfc]),
      Buffer.from(`ller\nB,${'x'.repeat(3_000_000)}\nC,Core\n`),
    ];
    const report = await house.accounts(house.file(Buffer.concat(lines)));
    expect(report.counts.created).toBe(2);
    expect(house.rejects()).toEqual([
      expect.stringMatching(/^3,,line 3 is not UTF-8; save the file as UTF-8/),
      expect.stringMatching(/^4,,the line is longer than 1 MB/),
    ]);
    expect(await house.column('a.name')).toEqual({ A: 'Acme', C: 'Core' });
  });

  test('of an id that comes more than once the first row counts, however far apart they are', async () => {
    const rows = ['A,first,1', ...manyRows(4_100), ' A ,second,2', 'N-7,again,3'];
    const report = await house.accounts(house.file(['externalId,name,arr', ...rows]));
    expect(report.counts.created).toBe(4_101);
    expect(house.rejects()).toEqual([
      '4103,externalId,"""A"" stands in line 2 already; only that line counts", A ,second,2',
      '4104,externalId,"""N-7"" stands in line 10 already; only that line counts",N-7,again,3',
    ]);
    expect((await house.column('a.name')).A).toBe('first');
  });

  test('an id of which the first row is rejected is rejected again, rather than taken from whichever row fits', async () => {
    const report = await house.accounts(house.file(['externalId,arr', 'A,-1', 'A,5']));
    expect(report.rejects.count).toBe(2);
    expect(await house.column('a.id')).toEqual({});
  });

  test('all that is wrong with a row stands in one line of the reject file, with its cells', async () => {
    await house.accounts(house.file(['externalId,healthScore,arr,currency', 'A,10,5000,EUR', 'B,10,7,USD']));
    expect(readFileSync(`${house.folder}/book.csv.rejects.csv`, 'utf8')).toBe(
      'line,field,reason,externalId,healthScore,arr,currency\n' +
        '2,currency,amounts are kept in USD; convert those in EUR before they come in,A,10,5000,EUR\n',
    );
  });

  test('the mended reject file can be imported as it is', async () => {
    await house.accounts(house.file(['externalId,arr', 'A,1', 'B,oops']));
    const mended = readFileSync(`${house.folder}/book.csv.rejects.csv`, 'utf8').replace('B,oops', 'B,2');
    const report = await house.accounts(house.file(Buffer.from(mended), 'mended.csv'));
    expect(report.counts.created).toBe(1);
    expect(await house.column('a.arr')).toEqual({ A: '1.00', B: '2.00' });
  });

  test('an ARR for an account that has subscription lines is refused by row', async () => {
    await house.accounts(house.file(['externalId', 'A', 'B']));
    await house.subscriptions(house.file(['account,start,arr', 'A,2025-01-01,900']));
    const report = await house.accounts(house.file(['externalId,arr', 'A,5', 'B,6']));
    expect(report.counts.updated).toBe(1);
    expect(house.rejects()).toEqual([expect.stringMatching(/^2,arr,.*comes from its subscription lines/)]);
  });
});

describe('files that are wrong', () => {
  test.each([
    ['empty', Buffer.alloc(0), [], /"book.csv" is empty; its first line must name the columns/],
    [
      'without the required column',
      ['name,arr', 'Acme,1'],
      [],
      /has no column for externalId; use --map externalId=<column>/,
    ],
    [
      'mapped from a column it does not have',
      ['id,name', 'A,Acme'],
      ['externalId=account_id'],
      /has no such column; the file's columns are "id", "name"/,
    ],
    [
      'mapped to an unknown field',
      ['id,name', 'A,Acme'],
      ['externalld=id'],
      /unknown field "externalld"; the fields are externalId, /,
    ],
    ['binary', Buffer.from([0x50, 0x4b, 0x03, 0x04, 0]), [], /is a ZIP archive or an Excel workbook/],
  ])('%s: one clear line, and nothing is written', async (_, content, map, message) => {
    const before = await house.written();
    await expect(house.accounts(house.file(content), { map })).rejects.toThrow(message);
    expect(await house.written()).toEqual(before);
  });

  test('one that does not exist', async () => {
    await expect(house.accounts('/nowhere/book.csv')).rejects.toThrow(
      '"/nowhere/book.csv" does not exist; check the path of the file',
    );
  });
});

describe('parents', () => {
  test('may come after their children, even batches later', async () => {
    const rows = ['child,Kid,top', ...manyRows(2_500).map((row) => row.replace(/\d+$/, '')), 'top,Top,'];
    const report = await house.accounts(house.file(['externalId,name,parentExternalId', ...rows]));
    expect(report.counts).toEqual({ created: 2_502, updated: 0, unchanged: 0, withoutParent: 0 });
    expect((await house.column('parent.external_id')).child).toBe('top');
  });

  test('an account of which only the parent changes is updated, not created or unchanged', async () => {
    await house.accounts(house.file(['externalId', 'A', 'B', 'C']));
    const { counts } = await house.accounts(house.file(['externalId,parentExternalId', 'A,', 'B,A', 'C,']));
    expect(counts).toEqual({ created: 0, updated: 1, unchanged: 2, withoutParent: 0 });
  });

  test('an empty cell unlinks', async () => {
    await house.accounts(house.file(['externalId,parentExternalId', 'A,', 'B,A']));
    await house.accounts(house.file(['externalId,parentExternalId', 'B,']));
    expect(await house.column('parent.external_id')).toEqual({ A: null, B: null });
  });

  test('a hierarchy can be turned upside down in one file, in any order of its rows', async () => {
    await house.accounts(house.file(['externalId,parentExternalId', 'A,', 'B,A', 'C,B', 'D,C']));
    const { counts, rejects } = await house.accounts(
      house.file(['externalId,parentExternalId', 'A,B', 'B,C', 'C,D', 'D,']),
    );
    expect(rejects.count).toBe(0);
    expect(counts.updated).toBe(4);
    expect(await house.column('parent.external_id')).toEqual({ A: 'B', B: 'C', C: 'D', D: null });
  });

  test('a cycle within the file is rejected once, and all else of its rows is taken', async () => {
    const file = house.file(['externalId,name,parentExternalId', 'A,Acme,B', 'B,Bolt,C', 'C,Core,A']);
    const report = await house.accounts(file);
    expect(report.counts).toEqual({ created: 3, updated: 0, unchanged: 0, withoutParent: 1 });
    expect(house.rejects()).toHaveLength(1);
    expect(house.rejects()[0]).toMatch(/^4,parentExternalId,.*the rest of the row is taken",C,Core,A$/);
    const before = await house.written();
    await house.accounts(file);
    expect(await house.written()).toEqual(before);
  });

  test('of a row that is rejected the parent is not taken either', async () => {
    await house.accounts(house.file(['externalId', 'A', 'B']));
    await house.accounts(house.file(['externalId,arr,parentExternalId', 'B,-1,A']));
    expect(await house.column('parent.external_id')).toEqual({ A: null, B: null });
  });
});

describe('a dry run', () => {
  test('says what would happen, and writes nothing', async () => {
    await house.accounts(house.file(['externalId,arr', 'A,5000', 'B,7']));
    const before = await house.written();
    const report = await house.accounts(
      house.file(['externalId,arr,parentExternalId', 'A,6000,', 'B,7,', 'C,8,A', 'D,oops,']),
      { dryRun: true },
    );
    expect(await house.written()).toEqual(before);
    expect(report.counts).toEqual({ created: 1, updated: 1, unchanged: 1, withoutParent: 0 });
    expect(summariseAccounts(report).slice(0, 2)).toEqual([
      'Dry run, nothing was written. Importing accounts from book.csv as of 2026-01-15 would give:',
      '  1 created, 1 updated, 1 unchanged, 1 rejected',
    ]);
    expect(house.rejects()).toHaveLength(1);
  });
});

describe('--as-of', () => {
  test('is the day of the history and of the movements', async () => {
    await house.accounts(house.file(ABC), { asOf: '2025-06-30' });
    const rows = await house.database.query(
      `SELECT DISTINCT occurred_on::text AS day, (SELECT DISTINCT effective_on::text FROM arr_movement) AS moved
       FROM tier_history`,
    );
    expect(rows).toEqual([{ day: '2025-06-30', moved: '2025-06-30' }]);
  });

  test('today is fine, a day in the future is not', async () => {
    await house.accounts(house.file(ABC), { asOf: '2026-01-15' });
    await expect(house.accounts(house.file(ABC), { asOf: '2026-01-16' })).rejects.toThrow(
      '--as-of 2026-01-16 lies in the future; give a day up to today (2026-01-15)',
    );
  });

  test('before the history of an account refuses that account', async () => {
    await house.accounts(house.file(ABC), { asOf: '2025-06-30' });
    const report = await house.accounts(house.file(['externalId,arr', 'A,1', 'Z,1']), { asOf: '2025-01-01' });
    expect(report.counts.created).toBe(1);
    expect(house.rejects()).toEqual([expect.stringMatching(/^2,,.*goes up to 2025-06-30/)]);
  });
});

describe('an import that does not get to its end', () => {
  /** Does something before the batch of that number. */
  function before(batch: number, act: () => void): UnitOfWork {
    const { unitOfWork } = house.book;
    let runs = 0;
    return {
      rehearse: (stamp, work) => unitOfWork.rehearse(stamp, work),
      observe: (work) => unitOfWork.observe(work),
      run: (stamp, work) => {
        runs += 1;
        if (runs === batch) act();
        return unitOfWork.run(stamp, work);
      },
    };
  }

  test('says up to which line it got, keeps what is in, and can be run again', async () => {
    const file = house.file(['externalId,name,arr', ...manyRows(4_500)]);
    const { book } = house;
    house.book = {
      ...book,
      unitOfWork: before(2, () => {
        throw new Error('the disk\nis full');
      }),
    };
    await expect(house.accounts(file)).rejects.toThrow(
      'the import failed: the disk is full; the rows up to line 1001 are in; the same command can simply be run again',
    );
    house.book = book;
    expect((await house.accounts(file)).counts).toMatchObject({ created: 3_500, unchanged: 1_000 });
  });

  test('says so where rows are in that come after those that are not', async () => {
    const file = house.file(['externalId,name,arr', ...manyRows(4_500)]);
    const { book } = house;
    let secondIsIn: () => void = () => undefined;
    const second = new Promise<void>((resolve) => (secondIsIn = resolve));
    let runs = 0;
    const unitOfWork: UnitOfWork = {
      rehearse: (stamp, work) => book.unitOfWork.rehearse(stamp, work),
      observe: (work) => book.unitOfWork.observe(work),
      run: async (stamp, work) => {
        runs += 1;
        if (runs === 1) {
          await second;
          throw new Error('the disk is full');
        }
        const result = await book.unitOfWork.run(stamp, work);
        secondIsIn();
        return result;
      },
    };
    house.book = { ...book, unitOfWork };
    await expect(house.accounts(file)).rejects.toThrow(
      'the import failed: the disk is full; some of the rows up to line 2001 are in; the same command can simply be run again',
    );
    house.book = book;
    expect((await house.accounts(file)).counts).toMatchObject({ created: 3_500, unchanged: 1_000 });
  });

  test('stops after the running batches when it is asked to', async () => {
    const controller = new AbortController();
    const unitOfWork = before(2, () => {
      controller.abort('SIGINT');
    });
    house.book = { ...house.book, unitOfWork };
    const report = await house.accounts(house.file(['externalId,name,arr', ...manyRows(9_000)]), {
      signal: controller.signal,
    });
    expect(report.counts.created).toBe(2_000);
    expect(summariseAccounts(report)[0]).toBe(
      'The import of accounts from book.csv was stopped: the rows up to line 2001 are in; the same command can simply be run again.',
    );
  });
});
