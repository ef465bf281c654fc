import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { ConfigError } from '../../src/server/config';
import { readManifest } from '../../src/server/document-manifest';

const schema = buildSchema(
  'type Query { name: String! item(id: ID!): Item } type Item { parent: Item id: ID! }',
);
const HASH = 'sha256:30d9b6e8bd1d7ddac82bfdd55b1d0d5ca82ed8bdc2a6ac50b3b6f2ed60ff0b0f';

describe('a manifest of trusted documents', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tierbook-manifest-'));
  const file = join(folder, 'documents.json');
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const problemsOf = (content: string | Buffer): readonly string[] => {
    writeFileSync(file, content);
    try {
      readManifest(file, schema);
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
  };

  test('holds texts by ids of any kind', () => {
    const documents = {
      '01234567890123456789012345678901': 'query A { name }',
      'x-app:1.2': 'query B($id: ID!) { item(id: $id) { ...Id } } fragment Id on Item { id }',
    };
    writeFileSync(file, JSON.stringify(documents));
    expect(readManifest(file, schema)).toEqual(Object.entries(documents));
  });

  const deep = `{ item(id: 1) { ${'parent { '.repeat(20)}id${' }'.repeat(20)} } }`;
  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      'that asks for what there is not',
      { a1: 'query Old { nam }' },
      /^TRUSTED_DOCUMENTS: the document "a1" \(Old\) is not valid: Cannot query field "nam" on type "Query".* \(line 1, column 13\)$/,
    ],
    [
      'that lacks an argument',
      { a1: '{ item { id } }' },
      /"a1" is not valid: .*argument "id" of type "ID!" is required/,
    ],
    ['that does not parse', { a1: '{ name' }, /"a1" does not parse: Syntax Error: .* \(line 1, column 7\)$/],
    ['without an operation', { a1: 'fragment Id on Item { id }' }, /"a1" holds no operation$/],
    ['that is no text', { a1: { query: '{ name }' } }, /"a1" is not a text$/],
    [
      'that is too deep',
      { a1: deep },
      /"a1" is too much: the document is refused: it has more than 15 levels$/,
    ],
    ['that is too long', { a1: `{ name } #${'x'.repeat(50_000)}` }, /has more than 50000 characters$/],
    [
      'with an id that cannot be sent',
      { 'a b': '{ name }' },
      /^TRUSTED_DOCUMENTS: the document "a b" has an id/,
    ],
    ['with the hash of another text', { [HASH]: '{ name }' }, /has another SHA-256 than its id says$/],
  ])('holds no document %s', (_title, documents, line) => {
    const problems = problemsOf(JSON.stringify({ good: '{ name }', ...documents }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(line);
    expect(problems[0]).not.toContain('\n');
  });

  test('tells of every document that does not do', () => {
    expect(problemsOf(JSON.stringify({ a: '{ x }', b: '{ name }', c: '{ y }' }))).toHaveLength(2);
  });

  test.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['no JSON', '{'],
    ['no UTF-8', Buffer.from('{"a":"\xff"}', 'latin1')],
    ['a list', '[]'],
    ['null', 'null'],
  ])('is not a file that holds %s', (_title, content) => {
    const problems = problemsOf(content);
    expect(problems).toEqual([
      expect.stringMatching(
        /^TRUSTED_DOCUMENTS ".*documents.json" (is not JSON in UTF-8|must hold a JSON object)/,
      ),
    ]);
  });

  test('is a file that can be read', () => {
    expect(() => readManifest(join(folder, 'gone.json'), schema)).toThrow(
      /^TRUSTED_DOCUMENTS ".*gone.json" cannot be read \(ENOENT\)$/,
    );
  });
});
