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

  const ONE_BY_ONE: [type: string, value: unknown, stored?: string][] = [
    ['bigint', '9223372036854775807'],
    ['bigint', '-9223372036854775808'],
    ['bigint', -1],
    ['bigint', -4_294_967_297],
    ['bigint', Number.MAX_SAFE_INTEGER],
    ['bigint', Number.MIN_SAFE_INTEGER],
    ['integer', 2_147_483_647],
    ['integer', -2_147_483_648],
    ['smallint', 32_767],
    ['smallint', -1],
    ['date', 'infinity'],
    ['numeric', '0'],
    ['numeric', '0.00'],
    ['numeric', '-0.00', '0.00'],
    ['numeric', '0.05'],
    ['numeric', '0.00005'],
    ['numeric', '0000012.50', '12.50'],
    ['numeric', '10000'],
    ['numeric', '10000.00'],
    ['numeric', '100000000'],
    ['numeric', '-12345678.9'],
    ['numeric', '9999999999999.99'],
    ['numeric', '123456789012345678901234567890.123456789'],
    ['numeric', -7],
    ['numeric', 0.5],
    ['date', '2000-01-01'],
    ['date', '1999-12-31'],
    ['date', '2024-02-29'],
    ['date', '0001-01-01'],
    ['date', '9999-12-31'],
    ['text', 5],
    ['text', true],
  ];
  test.each(ONE_BY_ONE)('%s %p is what it is as text', async (type, value, stored = String(value)) => {
    const [row] = await database.query(
      `SELECT value::text FROM ${rowsSource({ value: type })}`,
      rowsParameters({ value: type }, [{ value }]),
    );
    expect(row).toEqual({ value: stored });
  });

  test.each<[type: string, value: unknown]>([
    ['bigint', ''],
    ['bigint', 2 ** 53],
    ['bigint', '1.5'],
    ['integer', '5'],
    ['integer', 1.5],
    ['integer', 2_147_483_648],
    ['smallint', 32_768],
    ['smallint', '1'],
    ['date', '-infinity'],
    ['boolean', 'true'],
    ['numeric', ''],
    ['numeric', '1e5'],
    ['numeric', Number.NaN],
    ['date', '2026-2-3'],
    ['date', '2026-13-01'],
    ['date', 20260203],
    ['text', { a: 1 }],
    ['point', '(1,2)'],
  ])('%s refuses %p', (type, value) => {
    expect(() => rowsParameters({ value: type }, [{ value }])).toThrow();
  });

  test('refuse what only JSON can hold in a column of another type', () => {
    expect(() => rowsParameters(COLUMNS, [{ name: ['list'] }])).toThrow('needs a jsonb column');
  });
});
