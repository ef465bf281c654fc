import { type Columns, rowsParameters, rowsSource } from '../../src/persistence/stores/columnar';
import { createTestDatabase, type TestDatabase } from '../support/database';

const COLUMNS: Columns = {
  id: 'bigint',
  name: 'text',
  amount: 'numeric',
  flag: 'boolean',
  on_day: 'date',
  data: 'jsonb',
};

const ROWS = [
  { id: '9007199254740993', name: 'plain', amount: '9999999999999.99', flag: true, on_day: '2026-02-28' },
  {
    id: 2,
    name: 'a "quoted" \\ and {braced}, with a comma',
    flag: false,
    data: { a: ['"', '\\', null, 1.5] },
  },
  { id: 3, name: 'NULL', amount: 0, data: 'null' },
  { id: 4, name: '', data: [] },
  { id: 5, name: 'two\nlines\tand 漢字 and 😀', data: { '"': { nested: '}{' } } },
  { id: 6, name: '  spaces  ', data: true },
  { id: 7, name: null, data: 0 },
];

describe('rows that are handed over column by column', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await database.drop();
  });

  test('arrive as they are, and what is left out is null', async () => {
    const rows = await database.query(
      `SELECT id::text, name, amount::text, flag, on_day::text, data, position::int
       FROM ${rowsSource(COLUMNS, 1, true)} ORDER BY position`,
      rowsParameters(COLUMNS, ROWS),
    );
    const nothing = { name: null, amount: null, flag: null, on_day: null, data: null };
    expect(rows).toEqual(
      ROWS.map((row, index) => ({
        ...nothing,
        ...row,
        id: String(row.id),
        ...(row.amount === undefined ? {} : { amount: String(row.amount) }),
        position: index + 1,
      })),
    );
  });

  test('may have columns of JSON alone', async () => {
    const columns: Columns = { before: 'jsonb', after: 'jsonb' };
    const rows = [{ before: 'a' }, { before: null, after: { b: null } }, { after: 'null' }];
    expect(
      await database.query(
        `SELECT before, after FROM ${rowsSource(columns, 1, true)} ORDER BY position`,
        rowsParameters(columns, rows),
      ),
    ).toEqual(rows.map((row) => ({ before: null, after: null, ...row })));
  });

  test('may be none', async () => {
    expect(await database.query(`SELECT * FROM ${rowsSource(COLUMNS)}`, rowsParameters(COLUMNS, []))).toEqual(
      [],
    );
  });

  test('refuse what only JSON can hold in a column of another type', () => {
    expect(() => rowsParameters(COLUMNS, [{ name: ['list'] }])).toThrow('needs a jsonb column');
  });
});
