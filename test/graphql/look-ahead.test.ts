import { buildSchema, graphqlSync, type GraphQLResolveInfo } from 'graphql';
import { nodeSelectionOf, type Selection, selectionOf } from '../../src/graphql/look-ahead';

const schema = buildSchema(`
  interface Node { id: ID! }
  type Csm implements Node { id: ID! name: String accounts(first: Int = 20, after: String): AccountConnection }
  type Move { id: ID! from: String to: String }
  union Owner = Csm | Account
  type Account implements Node { id: ID! name: String csm: Csm owner: Owner moves(first: Int = 3, kind: String): [Move] parent: Account }
  type AccountEdge { node: Account cursor: String }
  type AccountConnection { edges: [AccountEdge] nodes: [Account] totalCount: Int }
  type Query { account: Account accounts(first: Int): AccountConnection node: Node name: String }
`);

let infos: GraphQLResolveInfo[] = [];
for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
  field.resolve = (_source, _args, _context, info) => {
    infos.push(info);
    return null;
  };
}

function infoOf(source: string, variableValues: Record<string, unknown> = {}): GraphQLResolveInfo {
  infos = [];
  expect(graphqlSync({ schema, source, variableValues }).errors).toBeUndefined();
  const [info] = infos;
  if (!info) throw new Error('nothing was resolved');
  return info;
}

/** The shape alone, as nested names. */
function shape(selection: Selection): unknown {
  return Object.fromEntries(
    Object.entries(selection).map(([name, field]) => [name, shape(field?.fields ?? {})]),
  );
}

describe('A resolver sees what is selected below it', () => {
  it.each<[string, string, Record<string, unknown>, unknown]>([
    ['fields', '{ account { id csm { name } } }', {}, { id: {}, csm: { name: {} } }],
    [
      'aliases by the names of their fields',
      '{ account { a: id who: csm { b: name } } }',
      {},
      { id: {}, csm: { name: {} } },
    ],
    [
      'fields that are selected twice, together',
      '{ account { csm { id } csm { name } } }',
      {},
      { csm: { id: {}, name: {} } },
    ],
    [
      'the same field of the root, selected twice',
      '{ account { id } account { name } }',
      {},
      { id: {}, name: {} },
    ],
    [
      'fragments',
      '{ account { ...A } } fragment A on Account { csm { ...C } } fragment C on Csm { name }',
      {},
      { csm: { name: {} } },
    ],
    [
      'inline fragments with and without a type',
      '{ account { ... { id } ... on Account { name } ... on Node { id } } }',
      {},
      { id: {}, name: {} },
    ],
    [
      'the fields of all types of a union',
      '{ account { owner { __typename ... on Csm { name } ... on Account { csm { id } } } } }',
      {},
      { owner: { name: {}, csm: { id: {} } } },
    ],
    [
      'the fields of all types of an interface',
      '{ node { id ... on Csm { name } ... on Account { parent { id } } } }',
      {},
      { id: {}, name: {}, parent: { id: {} } },
    ],
    [
      'only what is not skipped',
      'query ($y: Boolean!) { account { id @skip(if: $y) name @skip(if: false) csm @include(if: $y) { id } parent @include(if: false) { id } } }',
      { y: true },
      { name: {}, csm: { id: {} } },
    ],
    [
      'only fragments that are not skipped',
      'query ($y: Boolean!) { account { ...A @skip(if: $y) ... @include(if: $y) { name } id } } fragment A on Account { csm { id } }',
      { y: true },
      { name: {}, id: {} },
    ],
    [
      'a directive’s default',
      'query ($y: Boolean = true) { account { id @skip(if: $y) name } }',
      {},
      { name: {} },
    ],
    ['nothing below a scalar', '{ name }', {}, {}],
  ])('%s', (_title, source, variables, expected) => {
    expect(shape(selectionOf(infoOf(source, variables)))).toEqual(expected);
  });

  it('does not mistake names of JavaScript for selected fields', () => {
    const selection = selectionOf(infoOf('{ account { id } }'));
    expect(Object.keys(selection)).toEqual(['id']);
    expect('constructor' in selection || 'toString' in selection).toBe(false);
  });
});

describe('Arguments', () => {
  it('are coerced, with the defaults of the schema', () => {
    const { moves, csm } = selectionOf(
      infoOf('query ($k: String) { account { moves(kind: $k) { id } csm { name } } }', { k: 'UP' }),
    );
    expect(moves?.args).toEqual({ first: 3, kind: 'UP' });
    expect(csm?.args).toEqual({});
  });

  it('are told apart where aliases ask for the field in several ways', () => {
    const { moves } = selectionOf(
      infoOf('{ account { moves(first: 1) { id } ups: moves(kind: "UP") { to } moves(first: 1) { from } } }'),
    );
    expect(moves?.uses).toEqual([
      { responseKey: 'moves', args: { first: 1 } },
      { responseKey: 'ups', args: { first: 3, kind: 'UP' } },
    ]);
    expect(Object.keys(moves?.fields ?? {})).toEqual(['id', 'to', 'from']);
  });

  it('follow the variables of each request, although the document is the same', () => {
    const source =
      'query ($n: Int, $y: Boolean!) { account { moves(first: $n) { id @include(if: $y) to } } }';
    const first = selectionOf(infoOf(source, { n: 1, y: true }));
    const second = selectionOf(infoOf(source, { n: 2, y: false }));
    expect([first.moves?.args, second.moves?.args]).toEqual([{ first: 1 }, { first: 2 }]);
    expect([shape(first), shape(second)]).toEqual([{ moves: { id: {}, to: {} } }, { moves: { to: {} } }]);
  });
});

describe('The pass over the selection', () => {
  it('is made once for a field', () => {
    const info = infoOf('query ($n: Int) { account { moves(first: $n) { id } } }', { n: 1 });
    expect(selectionOf(info)).toBe(selectionOf(info));
  });

  it('is made once for a parsed document that no variable touches', () => {
    const info = infoOf('{ account { moves(first: 2) { id } } }');
    expect(selectionOf({ ...info })).toBe(selectionOf(info));
  });

  const source = `
    query ($n: Int, $kind: String, $y: Boolean = true, $other: Int) {
      account { ...Moves @include(if: $y) }
      accounts(first: $other) { totalCount }
    }
    fragment Moves on Account { moves(first: $n, kind: $kind) { id } }`;

  it.each<[string, Record<string, unknown>, Record<string, unknown>, boolean]>([
    ['the same values', { n: 1, kind: 'UP' }, { n: 1, kind: 'UP' }, true],
    ['another argument in a fragment', { n: 1 }, { n: 2 }, false],
    ['null in the place of nothing', {}, { n: null }, false],
    ['what one variable had, of another', { n: 1 }, { kind: '1' }, false],
    ['another condition', { n: 1 }, { n: 1, y: false }, false],
    ['a variable that stands elsewhere', { n: 1, other: 1 }, { n: 1, other: 2 }, true],
  ])(
    'is made anew for a parsed document where it depends on the variables: %s',
    (_what, one, two, isSame) => {
      const info = infoOf(source, one);
      const again = { ...info, variableValues: infoOf(source, two).variableValues };
      const [first, second] = [selectionOf(info), selectionOf(again)];
      expect(first === second).toBe(isSame);
      expect(second).toEqual(selectionOf(infoOf(source, two)));
    },
  );
});

describe('The entries of a connection', () => {
  const nodes = (source: string) => nodeSelectionOf(selectionOf(infoOf(source)));

  it.each<[string, unknown]>([
    ['{ accounts { nodes { id } } }', { id: {} }],
    ['{ accounts { edges { cursor node { id csm { name } } } } }', { id: {}, csm: { name: {} } }],
    [
      '{ accounts { nodes { csm { id } } edges { node { csm { name } name } } } }',
      { csm: { id: {}, name: {} }, name: {} },
    ],
    ['{ accounts { totalCount edges { cursor } } }', {}],
  ])('of %s', (source, expected) => {
    expect(shape(nodes(source))).toEqual(expected);
  });

  it('keep the uses of both ways', () => {
    const { moves } = nodes(
      '{ accounts { nodes { moves(first: 1) { id } } edges { node { b: moves(first: 2) { id } } } } }',
    );
    expect(moves?.uses.map(({ responseKey, args }) => [responseKey, args.first])).toEqual([
      ['moves', 1],
      ['b', 2],
    ]);
  });
});
