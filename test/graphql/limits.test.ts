import { getIntrospectionQuery, parse } from 'graphql';
import { DOCUMENT_LIMITS, DocumentGate, refusalOfDocument } from '../../src/graphql/limits';

const gate = new DocumentGate();
const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');
const nested = (levels: number) => `{ ${'a { '.repeat(levels - 1)}b ${'} '.repeat(levels - 1)}}`;

describe('Documents within the limits pass', () => {
  it.each([
    ['15 levels', nested(15)],
    ['100 aliases', `{ ${times(100, (i) => `a${String(i)}: b`)} }`],
    ['50 directives', `{ ${times(50, (i) => `f${String(i)} @skip(if: true)`)} }`],
    ['10 mutations', `mutation { ${times(10, (i) => `a${String(i)}: write`)} }`],
    ['a business field called fields that repeats', '{ fields { fields { fields { name } } } }'],
    [
      'the introspection of GraphiQL',
      getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true }),
    ],
    [
      'every option of introspection',
      getIntrospectionQuery({
        inputValueDeprecation: true,
        schemaDescription: true,
        specifiedByUrl: true,
        oneOf: true,
        directiveIsRepeatable: true,
      }),
    ],
    ['what does not parse, for Apollo to say so', '{ a '],
    [
      'circular fragments, for validation to say so',
      '{ ...A } fragment A on Q { a ...B } fragment B on Q { b ...A }',
    ],
    ['unknown fragments, for validation to say so', '{ ...Nowhere }'],
  ])('%s', (_title, source) => {
    expect(gate.refusalOf(source)).toBeNull();
    expect(gate.refusalOf(source)).toBeNull();
  });
});

describe('Documents beyond a limit are refused', () => {
  const bomb = `{ ...F0 } ${times(30, (i) => `fragment F${String(i)} on Q { ${times(10, () => `...F${String(i + 1)}`)} }`)} fragment F30 on Q { a }`;
  it.each([
    ['16 levels', nested(16)],
    [
      '16 levels, half of them in a fragment',
      `{ ${'a { '.repeat(8)} ...F ${'} '.repeat(8)} } fragment F on Q ${nested(8)}`,
    ],
    ['60 levels', nested(60)],
    ['thousands of levels', `{ ${'a { '.repeat(2_500)}b ${'} '.repeat(2_500)}}`],
    ['thousands of inline fragments in one another', `{ ${'... { '.repeat(1_900)}b ${'} '.repeat(1_900)}}`],
    ['101 aliases', `{ ${times(101, (i) => `a${String(i)}: b`)} }`],
    [
      '101 aliases through fragments',
      `{ x { ...F } y { ...F } } fragment F on Q { ${times(51, (i) => `a${String(i)}: b`)} }`,
    ],
    ['51 directives', `{ ${times(51, (i) => `f${String(i)} @skip(if: true)`)} }`],
    ['500 directives on one field', `{ a ${times(500, () => '@skip(if: true)')} }`],
    [
      'directives on variables and fragments',
      `query (${times(30, (i) => `$v${String(i)}: Int @d`)}) @d { ...F } fragment F on Q @d { ${times(20, (i) => `f${String(i)} @d`)} }`,
    ],
    ['5,000 fields', `{ ${times(5_000, (i) => `f${String(i)}`)} }`],
    ['the same field 51 times', `{ ${times(51, () => 'a { b }')} }`],
    [
      '2,001 fields in an unused fragment',
      `{ a } fragment F on Q { ${times(2_001, (i) => `f${String(i)}`)} }`,
    ],
    [
      '2,001 fields over two operations',
      `query A { ${times(1_001, (i) => `f${String(i)}`)} } query B { ${times(1_001, (i) => `f${String(i)}`)} }`,
    ],
    ['a fragment bomb', bomb],
    ['11 mutations', `mutation { ${times(11, (i) => `a${String(i)}: write`)} }`],
    [
      '11 mutations through fragments',
      `mutation { ...F ...F ... { ...G } } fragment F on M { ${times(6, (i) => `a${String(i)}: write`)} } fragment G on M { ${times(5, (i) => `b${String(i)}: write`)} }`,
    ],
    ['circular introspection', '{ __schema { types { fields { type { fields { name } } } } } }'],
    [
      'circular introspection through fragments',
      '{ __schema { types { ...F } } } fragment F on __Type { fields { type { ...G } } } fragment G on __Type { fields { name } }',
    ],
    [
      'circular introspection through interfaces',
      '{ __type(name: "A") { interfaces { possibleTypes { interfaces { name } } } } }',
    ],
    [
      'introspection of 30 levels',
      `{ __schema { types { ${'ofType { '.repeat(27)}name ${'} '.repeat(27)}} } }`,
    ],
    ['a literal of 20 lists', `{ a(x: ${'['.repeat(20)}${']'.repeat(20)}) }`],
    ['a default of 20 objects', `query ($x: I = ${'{ a: '.repeat(20)}1${'}'.repeat(20)}) { a(x: $x) }`],
    ['more tokens than any document needs', `{ ${times(4_500, (i) => `a(b: ${String(i)})`)} }`],
  ])('%s', (_title, source) => {
    // One that unfolded the document would run for minutes, into the time-out of the test.
    const refusal = gate.refusalOf(source);
    expect(refusal?.extensions).toEqual({ code: 'QUERY_TOO_COMPLEX' });
  });

  it('from one level below the deepest on', () => {
    expect(refusalOfDocument(parse(nested(16)), DOCUMENT_LIMITS)?.extensions).toEqual({
      code: 'QUERY_TOO_COMPLEX',
    });
    expect(refusalOfDocument(parse(nested(15)), DOCUMENT_LIMITS)).toBeNull();
  });

  it('by the limits that are given', () => {
    const limits = { ...DOCUMENT_LIMITS, fields: 2 };
    expect(refusalOfDocument(parse('{ a b }'), limits)).toBeNull();
    expect(refusalOfDocument(parse('{ a b c }'), limits)?.message).toContain('more than 2 fields');
  });
});
