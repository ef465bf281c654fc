import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { type CsvColumn, type CsvEntry, CsvFileError, openCsv, parseMap } from '../../src/cli/csv-file';

const FIELDS: readonly CsvColumn[] = [
  { field: 'externalId', required: true },
  { field: 'name', required: false },
  { field: 'arr', required: false },
];
const MEGABYTE = 1024 * 1024;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tierbook-csv-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(content: string | Buffer): Promise<string> {
  const path = join(folder, 'book.csv');
  await writeFile(path, content);
  return path;
}

async function read(content: string | Buffer, map: readonly string[] = []): Promise<CsvEntry[]> {
  const csv = await openCsv(await fileOf(content), FIELDS, parseMap(map));
  const entries: CsvEntry[] = [];
  for await (const batch of csv.batches) entries.push(...batch);
  expect(csv.bytesRead()).toBe(csv.totalBytes);
  return entries;
}

/** "2 a|Acme|10" for a row on line 2, "3 !reason" for a rejection. */
function inShort(entries: readonly CsvEntry[]): string[] {
  return entries.map((entry) =>
    'row' in entry
      ? `${entry.row.line} ${Object.values(entry.row.cells).join('|')}`
      : `${entry.rejection.line} !${entry.rejection.reason}`,
  );
}

async function refusal(content: string | Buffer, map: readonly string[] = []): Promise<string> {
  return openCsv(await fileOf(content), FIELDS, parseMap(map)).then(
    () => 'no refusal',
    (error: unknown) => {
      expect(error).toBeInstanceOf(CsvFileError);
      return (error as Error).message;
    },
  );
}

describe('what is read', () => {
  const unclosed = '!the quote that opens cell 2 ("name") is not closed';
  const misplaced =
    '!a quote is out of place in cell 2 ("name"); put the whole cell in quotes and write a quote inside it twice';
  const stray = misplaced.replace('cell 2 ("name")', 'cell 1 ("externalId")');
  const cases: readonly (readonly [name: string, content: string | Buffer, rows: readonly string[]])[] = [
    ['columns named like fields', 'externalId,name,arr\na,Acme,10\n', ['2 a|Acme|10']],
    ['columns in another order, and others', 'arr,x,externalId\n10,y,a\n', ['2 a|10']],
    ['spaces around the names of columns', ' externalId ,name\na,Acme\n', ['2 a|Acme']],
    ['a header only', 'externalId,name\n', []],
    ['a header without a line end', 'externalId,name', []],
    ['a last line without a line end', 'externalId,name\na,Acme', ['2 a|Acme']],
    ['CRLF', 'externalId,name\r\na,Acme\r\n\r\nb,"Be\r\nta"\r\n', ['2 a|Acme', '4 b|Be\r\nta']],
    ['line ends that vary', 'externalId,name\r\na,"Acme"\nb,"Beta"\r\n', ['2 a|Acme', '3 b|Beta']],
    ['a byte order mark', '\uFEFFexternalId,name\na,Acme\n', ['2 a|Acme']],
    ['a quoted header after a byte order mark', '\uFEFF"externalId","name"\na,Acme\n', ['2 a|Acme']],
    ['semicolons', 'externalId;name;arr\na;Acme, Inc;10\n', ['2 a|Acme, Inc|10']],
    ['semicolons, with a comma in the quoted header', 'externalId;name;"x, y"\na;b;c\n', ['2 a|b']],
    ['tabs', 'externalId\tname\na\tAcme\n', ['2 a|Acme']],
    ['a single column', 'externalId\na\n\nb\n', ['2 a', '4 b']],
    [
      'quotes, doubled quotes and delimiters inside',
      'externalId,name\na,"Ac""me, Inc"\n',
      ['2 a|Ac"me, Inc'],
    ],
    [
      'quoted line ends keep the count of lines',
      'externalId,name\na,"x\n\ny"\nb,Beta\n',
      ['2 a|x\n\ny', '5 b|Beta'],
    ],
    ['empty lines and lines of empty cells are passed over', 'externalId,name\n\n,\n,,,\na,\n', ['5 a|']],
    ['text beyond ASCII', 'externalId,name\na,Müller 漢字 😀\n', ['2 a|Müller 漢字 😀']],
    ['text beyond ASCII, quoted', 'externalId,name\na,"Müller ""漢字"" 😀"\n', ['2 a|Müller "漢字" 😀']],
    [
      'too few and too many cells',
      'externalId,name\na\nb,Beta\nc,x,y\nd,Delta\n',
      [
        '2 !the record has 1 cells, the header has 2',
        '3 b|Beta',
        '4 !the record has 3 cells, the header has 2',
        '5 d|Delta',
      ],
    ],
    [
      'Latin-1 bytes reject their record alone',
      Buffer.from('externalId,name\na,Acme\nb,M\xfcller\nc,Gamma\n', 'latin1'),
      ['2 a|Acme', '3 !line 3 is not UTF-8; save the file as UTF-8', '4 c|Gamma'],
    ],
    [
      'Latin-1 bytes in a quoted record of two lines',
      Buffer.from('externalId,name\na,"M\xfc\nller"\nc,Gamma\n', 'latin1'),
      ['2 !line 2 is not UTF-8; save the file as UTF-8', '4 c|Gamma'],
    ],
    [
      'a quote that is never closed costs its line, not the rest',
      'externalId,name\na,"Acme\nb,Beta\nc,Gamma\n',
      [`2 ${unclosed}`, '3 b|Beta', '4 c|Gamma'],
    ],
    [
      'a quote that is never closed in the last line',
      'externalId,name\na,Acme\nb,"Beta',
      ['2 a|Acme', `3 ${unclosed}`],
    ],
    [
      'a quote that only a later quoted cell would close',
      'externalId,name\na,"Acme\nb,Beta\nc,"Gamma, Inc"\nd,Delta\n',
      [`2 ${unclosed}`, '3 b|Beta', '4 c|Gamma, Inc', '5 d|Delta'],
    ],
    [
      'quotes inside unquoted cells',
      'externalId,name\na,5" pipe\nb,Beta\nc,6" pipe\nd,the "D"\ne,E\n',
      [`2 ${misplaced}`, '3 b|Beta', `4 ${misplaced}`, `5 ${misplaced}`, '6 e|E'],
    ],
    [
      'a wrong number of cells over several lines',
      'externalId,name\na,"x\ny",z\nb,Beta\n',
      [
        '2 !the record has 3 cells, the header has 2 (it runs over several lines; is a quote out of place?)',
        `3 ${stray}`,
        '4 b|Beta',
      ],
    ],
  ];

  test.each(cases)('%s', async (_name, content, rows) => {
    expect(inShort(await read(content))).toEqual(rows);
  });

  test('every malformed record names its cell, and keeps its cells where they can be told apart', async () => {
    expect(await read('externalId,name\na,5" pipe\nb,x,y\n')).toEqual([
      {
        rejection: {
          line: 2,
          field: '',
          reason:
            'a quote is out of place in cell 2 ("name"); put the whole cell in quotes and write a quote inside it twice',
        },
      },
      {
        rejection: {
          line: 3,
          field: '',
          reason: 'the record has 3 cells, the header has 2',
          raw: ['b', 'x', 'y'],
        },
      },
    ]);
  });

  test('--map adds to the columns named like fields, and goes before them', async () => {
    const csv = await openCsv(
      await fileOf('id,name,title,arr\na,Acme,Acme Inc,10\n'),
      FIELDS,
      parseMap(['externalId=id', ' name = title']),
    );
    expect(csv.columns).toEqual([
      { field: 'externalId', column: 'id' },
      { field: 'name', column: 'title' },
      { field: 'arr', column: 'arr' },
    ]);
    expect(csv.ignoredColumns).toEqual(['name']);
    expect(csv.header).toEqual(['id', 'name', 'title', 'arr']);
    for await (const batch of csv.batches) {
      expect(batch).toEqual([
        {
          row: {
            line: 2,
            cells: { externalId: 'a', name: 'Acme Inc', arr: '10' },
            raw: ['a', 'Acme', 'Acme Inc', '10'],
          },
        },
      ]);
    }
  });

  test('cells that an export has kept from being formulas are read as they were', async () => {
    const rows = await read(`externalId,name\nA,'=cmd\nB,'-1\nC,'t Gooi\nD,"'@Home"\n`);
    expect(rows.map((entry) => ('row' in entry ? entry.row.cells.name : ''))).toEqual([
      '=cmd',
      '-1',
      "'t Gooi",
      '@Home',
    ]);
  });

  test('one column may feed two fields', async () => {
    expect(inShort(await read('id\na\n', ['externalId=id', 'name=id']))).toEqual(['2 a|a']);
  });

  test('a column may be called with an equals sign', async () => {
    expect(inShort(await read('id=no\na\n', ['externalId=id=no']))).toEqual(['2 a']);
  });

  test('columns with the same name do no harm where they are not used', async () => {
    expect(inShort(await read('externalId,x,x\na,1,2\n'))).toEqual(['2 a']);
  });
});

describe('what refuses the whole file', () => {
  const cases: readonly (readonly [string, string | Buffer, readonly string[], string])[] = [
    ['an empty file', '', [], '"book.csv" is empty; its first line must name the columns'],
    ['a byte order mark alone', '\uFEFF', [], '"book.csv" is empty; its first line must name the columns'],
    ['empty lines alone', '\n\r\n\n', [], '"book.csv" has no header; its first line must name the columns'],
    [
      'a missing column',
      'name,arr\nAcme,10\n',
      [],
      `"book.csv" has no column for externalId; use --map externalId=<column> (the file's columns are "name", "arr")`,
    ],
    [
      'no header',
      'A-1,Acme\nA-2,Beta\n',
      [],
      `the first line of "book.csv" names no field, so it may not be a header; use --map field=column (the file's columns are "A-1", "Acme")`,
    ],
    [
      'an unknown field in --map',
      'externalId\na\n',
      ['revenue=externalId'],
      '--map: unknown field "revenue"; the fields are externalId, name, arr',
    ],
    [
      'a column in --map that the file does not have',
      'externalId,title\na,b\n',
      ['name=label'],
      `--map name="label": "book.csv" has no such column; the file's columns are "externalId", "title"`,
    ],
    [
      'a field named twice in --map',
      'externalId\na\n',
      ['name=a', 'name=b'],
      '--map names the field "name" twice; give each field one column',
    ],
    [
      'a --map without a column',
      'externalId\na\n',
      ['name='],
      '--map "name=" is not of the form field=column, such as --map arr=arr_amount',
    ],
    [
      'a --map without an equals sign',
      'externalId\na\n',
      ['name'],
      '--map "name" is not of the form field=column, such as --map arr=arr_amount',
    ],
    [
      'a used column that is there twice',
      'externalId,name,name\na,b,c\n',
      [],
      '"book.csv" has more than one column "name"; rename all but one of them',
    ],
    [
      'UTF-16, little endian',
      Buffer.from('\uFEFFexternalId\na\n', 'utf16le'),
      [],
      '"book.csv" is UTF-16; save it as CSV in UTF-8',
    ],
    [
      'UTF-16, big endian',
      Buffer.from('\uFEFFexternalId\na\n', 'utf16le').swap16(),
      [],
      '"book.csv" is UTF-16; save it as CSV in UTF-8',
    ],
    [
      'UTF-16 without a mark',
      Buffer.from('externalId\na\n', 'utf16le'),
      [],
      '"book.csv" is binary or not UTF-8 (it holds NUL bytes); save it as CSV in UTF-8',
    ],
    ['gzip', gzipSync('externalId\na\n'), [], '"book.csv" is compressed with gzip; unpack it first (gunzip)'],
    [
      'an Excel workbook',
      Buffer.from('PK\x03\x04xl/workbook.xml'),
      [],
      '"book.csv" is a ZIP archive or an Excel workbook; unpack it, or save it as CSV in UTF-8',
    ],
    [
      'Latin-1 bytes in the header',
      Buffer.from('externalId,gr\xf6\xdfe\na,b\n', 'latin1'),
      [],
      'the header of "book.csv" cannot be read: line 1 is not UTF-8; save the file as UTF-8',
    ],
    [
      'line ends of CR alone',
      'externalId,name\ra,Acme\r',
      [],
      '"book.csv" ends its lines with CR alone; save it with line ends LF or CRLF',
    ],
    [
      'a header above 1 MB',
      'x'.repeat(2 * MEGABYTE),
      [],
      'the header of "book.csv" cannot be read: the line is longer than 1 MB; is a line end missing?',
    ],
  ];

  test.each(cases)('%s', async (_name, content, map, message) => {
    expect(await refusal(content, map).catch((error: unknown) => (error as Error).message)).toBe(message);
  });

  test('a file that is not there, and a directory', async () => {
    await expect(openCsv(join(folder, 'absent.csv'), FIELDS, new Map())).rejects.toThrow(
      /absent\.csv" does not exist; check the path of the file$/,
    );
    await expect(openCsv(folder, FIELDS, new Map())).rejects.toThrow(/ is a directory; name a CSV file$/);
  });

  test('names from the file can neither break the line of a message nor steer the terminal', async () => {
    expect(await refusal('"na\nme",\u001b[31mred\na,b\n')).toContain(`columns are "na me", " [31mred")`);
  });
});

describe('files of any size', () => {
  const closed = (line: number): string =>
    `${line} !the record that begins here is longer than 1 MB; is a quote opened in this line and never closed?`;

  test('a record of just 1 MB is read, one above it is rejected', async () => {
    const name = 'x'.repeat(MEGABYTE - 2);
    const entries = await read(`externalId,name\na,${name}\nb,${name}x\nc,Gamma\n`);
    expect(inShort(entries)).toEqual([
      `2 a|${name}`,
      '3 !the line is longer than 1 MB; is a line end missing?',
      '4 c|Gamma',
    ]);
  });

  test('a line above 1 MB at the end of the file', async () => {
    const entries = await read(`externalId,name\na,Acme\nb,${'"x'.repeat(MEGABYTE)}`);
    expect(inShort(entries)).toEqual(['2 a|Acme', '3 !the line is longer than 1 MB; is a line end missing?']);
  });

  test('a quote that is not closed within 1 MB costs its line alone', async () => {
    const rows = Array.from({ length: 150_000 }, (_, index) => `${index},Account ${index}`);
    const lines = ['externalId,name', '"a,Acme', ...rows, 'z,Zeta "', 'y,Ypsilon'];
    const got = inShort(await read(lines.join('\n')));
    expect(got[0]).toBe(closed(2));
    expect(got[1]).toBe('3 0|Account 0');
    expect(got[150_000]).toBe('150002 149999|Account 149999');
    expect(got.slice(150_001)).toEqual([
      '150003 !a quote is out of place in cell 2 ("name"); put the whole cell in quotes and write a quote inside it twice',
      '150004 y|Ypsilon',
    ]);
  });

  test('batches hold up to 1,000 entries, in the order of the file', async () => {
    const rows = Array.from({ length: 30_500 }, (_, index) =>
      index % 7 === 0 ? `"${index}",x` : `${index},x`,
    );
    const csv = await openCsv(await fileOf(['externalId,name', ...rows].join('\n')), FIELDS, new Map());
    const sizes: number[] = [];
    let next = 0;
    for await (const batch of csv.batches) {
      sizes.push(batch.length);
      for (const entry of batch) {
        expect('row' in entry && entry.row.cells.externalId).toBe(String(next));
        next++;
      }
    }
    expect(next).toBe(30_500);
    expect(sizes.slice(0, 30).every((size) => size === 1_000)).toBe(true);
  });

  test('a file of which every record is malformed over two lines is read in passable time', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => `${index},"x\ny",z`);
    const entries = await read(['externalId,name', ...rows].join('\n'));
    expect(entries).toHaveLength(40_000);
  });

  test('a line of 400 MB is rejected in constant memory, and reading goes on behind it', async () => {
    const path = join(folder, 'huge.csv');
    const out = createWriteStream(path);
    const chunk = Buffer.alloc(MEGABYTE, 'x,"y",');
    out.write('externalId,name\na,Acme\n"');
    for (let written = 0; written < 400; written++) {
      if (!out.write(chunk)) await once(out, 'drain');
    }
    out.end('\nb,Beta\n');
    await once(out, 'finish');

    const before = process.memoryUsage().rss;
    let peak = before;
    const entries: CsvEntry[] = [];
    const csv = await openCsv(path, FIELDS, new Map());
    const sample = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
    for await (const batch of csv.batches) entries.push(...batch);
    clearInterval(sample);
    await rm(path);

    expect(inShort(entries)).toEqual([
      '2 a|Acme',
      '3 !the line is longer than 1 MB; is a line end missing?',
      '4 b|Beta',
    ]);
    expect(peak - before).toBeLessThan(100 * MEGABYTE);
  });

  test('a reader that stops early closes the file', async () => {
    const csv = await openCsv(await fileOf('externalId\n' + 'a\n'.repeat(5_000)), FIELDS, new Map());
    for await (const batch of csv.batches) {
      expect(batch).toHaveLength(1_000);
      break;
    }
    await expect(csv.close()).resolves.toBeUndefined();
  });
});
