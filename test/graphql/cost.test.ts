import { buildSchema, getOperationAST, type GraphQLObjectType, parse } from 'graphql';
import { CostMeter } from '../../src/graphql/cost';
import { encodeCursor } from '../../src/graphql/cursor';
import { createSchema } from '../../src/graphql/schema';
import { LeakyBuckets } from '../../src/graphql/throttle';
import { coerceVariables } from '../../src/graphql/variables';

const schema = buildSchema(`
  interface Node { id: ID! }
  type Tier { key: String }
  type Csm implements Node { id: ID! accounts(first: Int, after: String, last: Int, before: String): AccountConnection! }
  type Criterion { key: String fact: String points: Int }
  type Scorecard { total: String criteria: [Criterion!]! computedTier: Tier }
  type Move implements Node { id: ID! from: Tier to: Tier }
  type MoveEdge { node: Move! cursor: String! }
  type MoveConnection { edges: [MoveEdge!]! nodes: [Move!]! pageInfo: PageInfo! totalCount: Int! }
  type PageInfo { endCursor: String }
  type Account implements Node { id: ID! tags: [String!] tier: Tier! csm: Csm scorecard: Scorecard moves(first: Int, after: String, last: Int, before: String): MoveConnection! similar: [Account!]! latest(first: Int!): [Move!]! }
  type AccountEdge { node: Account! cursor: String! }
  type AccountConnection { edges: [AccountEdge!]! nodes: [Account!]! pageInfo: PageInfo! totalCount: Int! }
  type Query { me: String node: Node account: Account accounts(first: Int, after: String, last: Int, before: String, name: String): AccountConnection! }
  type Mutation { write: Account }
`);
const criteria = (schema.getType('Scorecard') as GraphQLObjectType).getFields().criteria;
if (criteria) criteria.extensions = { listBound: 4 };

const meter = new CostMeter(schema);
function costOf(
  source: string,
  variables: Record<string, unknown> = {},
  name?: string,
  by = meter,
  document = parse(source),
) {
  const operation = getOperationAST(document, name);
  if (!operation) throw new Error('no operation');
  return by.costOf(document, operation, coerceVariables(schema, operation, variables), variables);
}
const code = (wanted: string) =>
  expect.objectContaining({ extensions: expect.objectContaining({ code: wanted }) as unknown }) as Error;

describe('What a query costs', () => {
  it.each([
    ['the history of a program', '{ account { digitalPrograms { history { from } } } }', 1 + 6 * (1 + 20)],
    ['support figures, by the most months', '{ account { support(months: 60) { tickets } } }', 1 + 60],
  ])('of the API: %s', (_title, source, cost) => {
    const api = createSchema();
    const document = parse(source);
    const operation = getOperationAST(document);
    if (!operation) throw new Error('no operation');
    expect(new CostMeter(api).costOf(document, operation, {}, {})).toBe(cost);
  });

  it.each<[string, string, number]>([
    ['a scalar', '{ me }', 0],
    ['an object', '{ account { id tags tier { key } } }', 2],
    ['a list by its declared bound', '{ account { scorecard { criteria { key } } } }', 1 + 1 + 4],
    ['a list without one by 20', '{ account { similar { id } } }', 1 + 20],
    ['a list by its argument first', '{ account { latest(first: 7) { from { key } } } }', 1 + 7 * 2],
    ['a connection by first', '{ accounts(first: 10) { nodes { id } } }', 1 + 10],
    ['a connection by last', '{ accounts(last: 10) { nodes { id } } }', 1 + 10],
    ['a connection by 20 without either', '{ accounts { nodes { id } } }', 1 + 20],
    [
      'a connection through its edges, the same',
      '{ accounts(first: 10) { edges { cursor node { id } } } }',
      1 + 10,
    ],
    [
      'page info and count, nothing more',
      '{ accounts(first: 10) { pageInfo { endCursor } totalCount nodes { id } } }',
      1 + 10,
    ],
    [
      'connections in connections, multiplied',
      '{ accounts(first: 10) { nodes { csm { accounts(first: 5) { nodes { id } } } } } }',
      1 + 10 * (1 + 1 + 1 + 5),
    ],
    [
      'the dearest type of an interface',
      '{ node { ... on Account { tier { key } csm { id } } ... on Csm { id } } }',
      3,
    ],
    ['what is skipped, nothing', '{ account @skip(if: true) { tier { key } } me }', 0],
    [
      'fragments where they are spread',
      '{ a: account { ...T } b: account { ...T } } fragment T on Account { tier { key } }',
      4,
    ],
    ['introspection, a fixed price', '{ __schema { types { fields { args { name } } } } }', 100],
    ['introspection of one type, less', '{ __type(name: "Account") { fields { name } } }', 10],
    ['a mutation, what its payload costs', 'mutation { write { tier { key } } }', 2],
  ])('%s', (_title, source, cost) => {
    expect(costOf(source)).toBe(cost);
  });

  it('lets a page of 100 accounts with tier, CSM, scorecard with criteria and the last 3 moves pass', () => {
    const source = `{ accounts(first: 100) { totalCount pageInfo { endCursor } edges { cursor node {
      id tier { key } csm { id } scorecard { total computedTier { key } criteria { key fact points } }
      moves(first: 3) { nodes { from { key } to { key } } } } } } }`;
    expect(costOf(source)).toBe(1 + 100 * (1 + 1 + 1 + (1 + 1 + 4) + (1 + 3 * 3)));
    expect(costOf(source)).toBeLessThan(5_000);
  });

  it('is refused over the maximum, with both numbers', () => {
    const dear = '{ accounts(first: 100) { nodes { moves(first: 100) { nodes { id } } } } }';
    expect(() => costOf(dear)).toThrow(code('QUERY_TOO_COMPLEX'));
    expect(() => costOf(dear)).toThrow(/costs 10201 points, the most is 5000/);
    expect(costOf(dear, {}, undefined, new CostMeter(schema, 20_000))).toBe(10_201);
  });

  it('is that of the operation that is asked for, named or not', () => {
    const source = 'query A { me } query B { account { id } }';
    expect([costOf(source, {}, 'A'), costOf(source, {}, 'B'), costOf('query { account { id } }')]).toEqual([
      0, 1, 1,
    ]);
  });

  it('follows the variables, although the document is the same', () => {
    const source =
      'query ($n: Int = 7, $y: Boolean = false) { accounts(first: $n) { nodes { id tier @skip(if: $y) { key } } } }';
    const document = parse(source);
    const costs = [{}, { n: 2 }, { n: 100 }, { n: 2, y: true }, { n: 2 }, { n: null }].map((variables) =>
      costOf(source, variables, undefined, meter, document),
    );
    expect(costs).toEqual([1 + 7 * 2, 1 + 2 * 2, 1 + 100 * 2, 1 + 2, 1 + 2 * 2, 1 + 20 * 2]);
  });
});

describe('What looks at the whole book', () => {
  const api = new CostMeter(createSchema());
  const times = (n: number, field: string): string =>
    `{ ${Array.from({ length: n }, (_, index) => `a${String(index)}: ${field}`).join(' ')} }`;

  it.each<[string, number]>([
    ['simulateTieringModel(version: 2) { day }', 1_001],
    ['tieringHealth { asOf }', 201],
  ])('has a price of its own: %s', (field, cost) => {
    expect(costOf(times(1, field), {}, undefined, api)).toBe(cost);
    const most = Math.floor(5_000 / cost);
    expect(costOf(times(most, field), {}, undefined, api)).toBe(most * cost);
    expect(() => costOf(times(most + 1, field), {}, undefined, api)).toThrow(code('QUERY_TOO_COMPLEX'));
  });
});

describe('A wrong page is refused before anything runs', () => {
  const source =
    'query ($f: Int, $l: Int, $a: String, $b: String) { accounts(first: $f, last: $l, after: $a, before: $b) { nodes { id } } }';
  const document = parse(source);
  const cursor = encodeCursor(['1'], 'any');

  it.each<[string, Record<string, unknown>, string]>([
    ['first 0', { f: 0 }, 'BAD_USER_INPUT'],
    ['first -1', { f: -1 }, 'BAD_USER_INPUT'],
    ['first 101', { f: 101 }, 'BAD_USER_INPUT'],
    ['last 1e9', { l: 1e9 }, 'BAD_USER_INPUT'],
    ['first and last', { f: 1, l: 1 }, 'BAD_USER_INPUT'],
    ['first and before', { f: 1, b: cursor }, 'BAD_USER_INPUT'],
    ['a cursor that is none', { a: 'x' }, 'BAD_CURSOR'],
    ['an empty cursor', { b: '' }, 'BAD_CURSOR'],
  ])('%s, also after good ones of the same document', (_title, variables, wanted) => {
    const measure = (given: Record<string, unknown>) => costOf(source, given, undefined, meter, document);
    expect(measure({ f: 1, a: cursor })).toBe(2);
    expect(measure({ l: 1, b: cursor })).toBe(2);
    expect(measure({})).toBe(21);
    expect(() => measure(variables)).toThrow(code(wanted));
    expect(() => measure(variables)).toThrow(code(wanted));
  });

  it('in the document itself, however deep', () => {
    expect(() => costOf('{ account { csm { accounts(first: 1000) { nodes { id } } } } }')).toThrow(
      code('BAD_USER_INPUT'),
    );
    expect(() => costOf('{ account { latest(first: 0) { id } } }')).toThrow(code('BAD_USER_INPUT'));
  });
});

describe('Variables', () => {
  const coerce = (source: string, variables: Record<string, unknown>) => {
    const operation = getOperationAST(parse(source));
    return operation && coerceVariables(schema, operation, variables);
  };

  it('get their defaults and lose nothing', () => {
    expect(coerce('query ($f: Int = 5, $a: String, $l: Int) { me }', { a: null })).toEqual({ f: 5, a: null });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['query { me }', { first: 1 }, 'variable "$first" is not declared'],
    ['query ($f: Int!) { me }', {}, 'variable "$f" of type Int! is required'],
    ['query ($f: Int!) { me }', { f: null }, 'variable "$f" of type Int! must not be null'],
    [
      'query ($f: [[Int!]]) { me }',
      { f: [[1], [2, 'x']] },
      'variable "$f" at "[1][1]": Int cannot represent',
    ],
    ['query ($f: Int, $g: Int) { me }', { f: 'a', g: 'b' }, '; variable "$g"'],
  ])('of %s with %p are refused', (source, variables, message) => {
    expect(() => coerce(source, variables)).toThrow(code('BAD_USER_INPUT'));
    expect(() => coerce(source, variables)).toThrow(message);
  });

  it('are not repeated at length, however many are wrong', () => {
    const many = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [`wrong${String(index)}`, 'x'.repeat(1_000)]),
    );
    const attempt = () => coerce('query { me }', many);
    expect(attempt).toThrow(code('BAD_USER_INPUT'));
    try {
      attempt();
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(2_000);
    }
  });
});

describe('The bucket of an actor', () => {
  it('pays, fills up again with time, and never over its rim', () => {
    let now = 0;
    const buckets = new LeakyBuckets({ capacity: 100, restoreRate: 10 }, () => now);
    expect(buckets.take('a', 80)).toEqual({
      taken: true,
      capacity: 100,
      available: 20,
      restoreRate: 10,
      retryAfterSeconds: 0,
    });
    expect(buckets.take('a', 45)).toMatchObject({ taken: false, available: 20, retryAfterSeconds: 3 });
    now = 2_500;
    expect(buckets.take('a', 45)).toMatchObject({ taken: true, available: 0 });
    now = 1_000_000;
    expect(buckets.take('a', 0)).toMatchObject({ taken: true, available: 100 });
  });

  it('is the actor’s own', () => {
    const buckets = new LeakyBuckets({ capacity: 10, restoreRate: 1 }, () => 0);
    expect(buckets.take('a', 10).taken).toBe(true);
    expect(buckets.take('a', 1).taken).toBe(false);
    expect(buckets.take('b', 10).taken).toBe(true);
  });

  it('asks for whole seconds, at least one', () => {
    const buckets = new LeakyBuckets({ capacity: 10, restoreRate: 1_000 }, () => 0);
    buckets.take('a', 10);
    expect(buckets.take('a', 1).retryAfterSeconds).toBe(1);
  });

  it('lets a query through that costs more than the whole bucket, when it is full', () => {
    const buckets = new LeakyBuckets({ capacity: 10, restoreRate: 1 }, () => 0);
    expect(buckets.take('a', 50)).toMatchObject({ taken: true, available: 0 });
    expect(buckets.take('a', 50).taken).toBe(false);
  });

  it('is forgotten once it is full again', () => {
    let now = 0;
    const buckets = new LeakyBuckets({ capacity: 10, restoreRate: 1_000 }, () => now);
    for (let index = 0; index < 5_000; index += 1) {
      now += 1_000;
      buckets.take(`actor ${String(index)}`, 10);
    }
    expect((buckets as unknown as { buckets: Map<string, unknown> }).buckets.size).toBeLessThan(1_100);
  });
});
