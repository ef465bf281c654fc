import { selectedColumns } from '../../src/persistence/reads/selected-columns';

const COLUMNS = { id: 't.id::text', kind: 't.kind', on: 't.happened_on' };

describe('the columns of a view', () => {
  test.each<[string, readonly string[] | undefined, string]>([
    ['all where nobody says which', undefined, 't.id::text AS "id", t.kind AS "kind", t.happened_on AS "on"'],
    ['what is needed always', [], 't.id::text AS "id"'],
    ['what is asked for', ['kind'], 't.id::text AS "id", t.kind AS "kind"'],
    ['in one order', ['on', 'kind', 'on'], 't.id::text AS "id", t.kind AS "kind", t.happened_on AS "on"'],
    ['nothing that is no column', ['name; DROP TABLE t'], 't.id::text AS "id"'],
  ])('%s', (_name, fields, expected) => {
    expect(selectedColumns(COLUMNS, ['id'], fields)).toBe(expected);
  });
});
