import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCsv } from '../../src/cli/csv-file';
import { openRejects, rejectionOf } from '../../src/cli/reject-file';
import { DomainError } from '../../src/domain/errors';

let folder: string;
let elsewhere: string;
let file: string;
let rejects: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tierbook-rejects-'));
  elsewhere = await mkdtemp(join(tmpdir(), 'tierbook-elsewhere-'));
  file = join(folder, 'book.csv');
  rejects = join(folder, 'book.csv.rejects.csv');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(elsewhere, { recursive: true, force: true });
});

const REJECTION = { line: 7, field: 'arr', reason: 'arr must be an amount of 0 or more', raw: ['a', '-5'] };

test('no file is made while nothing is rejected, and one of an earlier run is removed', async () => {
  await writeFile(rejects, 'old');
  const out = await openRejects(file, ['id', 'arr'], elsewhere);
  expect(existsSync(rejects)).toBe(false);
  await out.add([]);
  expect(await out.close()).toEqual({ path: null, count: 0, notes: [] });
  expect(existsSync(rejects)).toBe(false);
});

test('line, field, reason and the original cells are written', async () => {
  const out = await openRejects(file, ['id', 'arr'], elsewhere);
  await out.add([{ line: 3, field: '', reason: 'line 3 is not UTF-8; save the file as UTF-8' }]);
  await out.add([{ ...REJECTION, raw: ['b "x", y', 'zw\nei', 'one too many'] }]);
  expect(await out.close()).toEqual({ path: rejects, count: 2, notes: [] });
  expect(await readFile(rejects, 'utf8')).toBe(
    'line,field,reason,id,arr\n' +
      '3,,line 3 is not UTF-8; save the file as UTF-8\n' +
      '7,arr,arr must be an amount of 0 or more,"b ""x"", y","zw\nei",one too many\n',
  );
});

test.each(['=HYPERLINK("x")', '+1', '-5', '@SUM(A1)', '\tx', '\rx', '＝1'])(
  'a spreadsheet does not take %j for a formula',
  async (cell) => {
    const out = await openRejects(file, [cell], elsewhere);
    await out.add([{ ...REJECTION, raw: [cell] }]);
    await out.close();
    const [header = '', line = ''] = (await readFile(rejects, 'utf8')).split('\n');
    expect(header).toMatch(/^line,field,reason,"?'/);
    expect(line).toMatch(/^7,arr,arr must be an amount of 0 or more,"?'/);
  },
);

test('a mended reject file can be imported, and its own rejects do not grow by columns', async () => {
  const out = await openRejects(file, ['externalId', 'name'], elsewhere);
  await out.add([{ line: 3, field: 'name', reason: 'bad', raw: ['a', 'Acme, Inc'] }]);
  await out.close();
  const csv = await openCsv(rejects, [{ field: 'externalId', required: true }], new Map());
  const again = await openRejects(rejects, csv.header, elsewhere);
  for await (const batch of csv.batches) {
    for (const entry of batch) {
      if (!('row' in entry)) throw new Error('the row should be read');
      await again.add([rejectionOf(entry.row, new DomainError('INVALID_VALUE', 'still bad', ['name']))]);
    }
  }
  const { path } = await again.close();
  expect(await readFile(path ?? '', 'utf8')).toBe(
    'line,field,reason,externalId,name\n2,name,still bad,a,"Acme, Inc"\n',
  );
});

test('where the folder cannot be written to, the working directory takes its place', async () => {
  // A directory in the place of the file stands in for a read-only folder, which root could write to.
  await mkdir(rejects);
  const out = await openRejects(file, ['id', 'arr'], elsewhere);
  await out.add([REJECTION]);
  const { path, count, notes } = await out.close();
  expect(path).toBe(join(elsewhere, 'book.csv.rejects.csv'));
  expect(count).toBe(1);
  expect(notes).toEqual([
    `${rejects} cannot be removed; it is not of this run.`,
    `The folder of the file cannot be written to; the rejected rows are in ${String(path)}.`,
  ]);
  expect(await readFile(path ?? '', 'utf8')).toContain('7,arr,');
});

test('where nothing can be written, the import goes on and the summary says so', async () => {
  await mkdir(rejects);
  const out = await openRejects(file, ['id', 'arr'], join(elsewhere, 'absent'));
  await out.add([REJECTION]);
  await out.add([REJECTION]);
  const { path, count, notes } = await out.close();
  expect({ path, count }).toEqual({ path: null, count: 2 });
  expect(notes.at(-1)).toMatch(/^The rejected rows are not recorded: /);
});

test('what another put in the place of the file is replaced, not written through', async () => {
  const target = join(elsewhere, 'target');
  await writeFile(target, 'precious');
  await symlink(target, rejects);
  const out = await openRejects(file, ['id', 'arr'], elsewhere);
  await symlink(target, rejects);
  await out.add([REJECTION]);
  await out.close();
  expect(await readFile(target, 'utf8')).toBe('precious');
  expect(await readFile(rejects, 'utf8')).toContain('7,arr,');
});
