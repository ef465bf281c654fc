import { RowStatementNames, StatementNames } from '../../src/persistence/statement-names';
import { rowsSource } from '../../src/persistence/stores/columnar';

describe('the names of prepared statements', () => {
  const rows = `INSERT INTO t SELECT id FROM ${rowsSource({ id: 'bigint' })}`;
  const documents = `INSERT INTO t SELECT id FROM ${rowsSource({ id: 'bigint', data: 'jsonb' })}`;
  const list = 'SELECT id FROM t WHERE id = ANY($1::bigint[])';

  test.each([
    ['what takes its rows from arrays', rows, true],
    ['what takes documents beside them', documents, true],
    ['what asks for a list', list, false],
  ])('of batches: %s', (_, sql, isNamed) => {
    expect(new RowStatementNames().of(sql) !== undefined).toBe(isNamed);
    expect(new StatementNames().of(sql)).toBeDefined();
  });

  test('stay the same for the same text, and differ for others', () => {
    const names = new RowStatementNames();
    expect(names.of(rows)).toBe(names.of(rows));
    expect(names.of(rows)).not.toBe(names.of(documents));
  });
});
