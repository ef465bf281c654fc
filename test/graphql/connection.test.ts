import { graphql, type GraphQLResolveInfo, type GraphQLSchema, isObjectType, printSchema } from 'graphql';
import { Arg, Args, buildSchemaSync, Field, ID, Info, Int, ObjectType, Query, Resolver } from 'type-graphql';
import {
  Connection,
  ConnectionArgs,
  connectionOf,
  type ConnectionType,
  pageOf,
} from '../../src/graphql/connection';
import { decodeCursor, encodeCursor } from '../../src/graphql/cursor';
import { selectionOf } from '../../src/graphql/look-ahead';

@ObjectType({ simpleResolvers: true })
class Planet {
  @Field(() => ID)
  id!: string;
}

const { Connection: PlanetConnection } = connectionOf(Planet, 'Planet', 'planets');
const PLANETS = Array.from({ length: 7 }, (_, index) => ({ id: String(index + 1) }));
const ORDER = 'planets by id';
let counted = 0;

@Resolver()
class PlanetResolver {
  @Query(() => PlanetConnection)
  planets(@Args() args: ConnectionArgs, @Info() info: GraphQLResolveInfo): ConnectionType<Planet> {
    const page = pageOf(args);
    const ordered = page.backward ? [...PLANETS].reverse() : PLANETS;
    const [beyond] = page.cursor === null ? [] : decodeCursor(page.cursor, ORDER, ['bigint']);
    const start = beyond === undefined ? 0 : ordered.findIndex(({ id }) => id === beyond) + 1;
    const wantsCount = selectionOf(info).totalCount !== undefined;
    if (wantsCount) counted += 1;
    const rows = ordered.slice(start, start + page.size + 1);
    return Connection.of(
      rows,
      page,
      ({ id }) => encodeCursor([id], ORDER),
      wantsCount ? PLANETS.length : undefined,
    );
  }

  @Query(() => Int)
  unrelated(@Arg('n', () => Int) n: number): number {
    return n;
  }
}

let schema: GraphQLSchema;
beforeAll(() => {
  schema = buildSchemaSync({ resolvers: [PlanetResolver], validate: false });
});

const PAGE =
  'edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

interface PageData {
  edges: { cursor: string; node: { id: string } }[];
  nodes: { id: string }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

async function read(args: string): Promise<PageData> {
  const result = await graphql({ schema, source: `{ planets${args} { ${PAGE} } }` });
  expect(result.errors).toBeUndefined();
  return (result.data as unknown as { planets: PageData }).planets;
}

const ids = (page: PageData) => page.nodes.map(({ id }) => id).join('');

describe('Lists are Relay connections', () => {
  it('declares edges, nodes, page info and total count with Relay’s nullability, each described', () => {
    const sdl = printSchema(schema).replace(/\s*"""[\s\S]*?"""/g, '');
    expect(sdl).toContain(
      'type PlanetConnection {\n  edges: [PlanetEdge!]!\n  nodes: [Planet!]!\n  pageInfo: PageInfo!',
    );
    expect(sdl).toContain('type PlanetEdge {\n  cursor: String!\n  node: Planet!\n}');
    expect(sdl).toContain(
      'hasNextPage: Boolean!\n  hasPreviousPage: Boolean!\n  startCursor: String\n  endCursor: String',
    );
    for (const name of ['PlanetConnection', 'PlanetEdge', 'PageInfo']) {
      const type = schema.getType(name);
      expect(type?.description).toBeTruthy();
      const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
      expect(fields.length).toBeGreaterThan(0);
      expect(fields.filter((field) => !field.description)).toEqual([]);
    }
    const planets = schema.getQueryType()?.getFields().planets;
    expect(planets?.args.map((arg) => `${arg.name}: ${String(arg.type)}`)).toEqual([
      'first: Int',
      'after: String',
      'last: Int',
      'before: String',
    ]);
    expect(planets?.args.filter((arg) => !arg.description)).toEqual([]);
  });

  it('walks forward through the whole list without a gap or a repetition', async () => {
    const first = await read('(first: 3)');
    const second = await read(`(first: 3, after: "${first.pageInfo.endCursor ?? ''}")`);
    const third = await read(`(first: 3, after: "${second.pageInfo.endCursor ?? ''}")`);
    expect([first, second, third].map(ids)).toEqual(['123', '456', '7']);
    expect([first, second, third].map((page) => page.pageInfo.hasNextPage)).toEqual([true, true, false]);
    expect([first, second].map((page) => page.pageInfo.hasPreviousPage)).toEqual([false, true]);
    expect(first.edges.map(({ node }) => node)).toEqual(first.nodes);
    expect(first.edges[0]?.cursor).toBe(first.pageInfo.startCursor);
  });

  it('walks backward and keeps the order of the list within each page', async () => {
    const last = await read('(last: 3)');
    const before = await read(`(last: 3, before: "${last.pageInfo.startCursor ?? ''}")`);
    const start = await read(`(last: 3, before: "${before.pageInfo.startCursor ?? ''}")`);
    expect([last, before, start].map(ids)).toEqual(['567', '234', '1']);
    expect([last, before, start].map((page) => page.pageInfo.hasPreviousPage)).toEqual([true, true, false]);
    expect([last, before].map((page) => page.pageInfo.hasNextPage)).toEqual([false, true]);
  });

  it('gives an empty page null cursors', async () => {
    const end = await read('(last: 1)');
    const empty = await read(`(after: "${end.pageInfo.endCursor ?? ''}")`);
    expect(empty.pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: true,
      startCursor: null,
      endCursor: null,
    });
  });

  it('counts the list only when the count is asked for', async () => {
    counted = 0;
    await read('');
    expect(counted).toBe(0);
    const result = await graphql({ schema, source: '{ planets(first: 1) { totalCount } }' });
    expect(result.data).toEqual({ planets: { totalCount: 7 } });
    expect(counted).toBe(1);
  });
});

describe('Arguments of a connection', () => {
  const cursor = encodeCursor(['1'], ORDER);

  it.each([
    ['nothing at all', {}, { size: 20, backward: false, cursor: null }],
    [
      'nulls',
      { first: null, after: null, last: null, before: null },
      { size: 20, backward: false, cursor: null },
    ],
    ['first and after', { first: 100, after: cursor }, { size: 100, backward: false, cursor }],
    ['last and before', { last: 1, before: cursor }, { size: 1, backward: true, cursor }],
    ['before alone', { before: cursor }, { size: 20, backward: true, cursor }],
  ])('takes %s', (_title, args, page) => {
    expect(pageOf(args)).toEqual(page);
  });

  it.each([
    ['first 0', { first: 0 }, 'BAD_USER_INPUT'],
    ['first -1', { first: -1 }, 'BAD_USER_INPUT'],
    ['first 101', { first: 101 }, 'BAD_USER_INPUT'],
    ['first 1.5', { first: 1.5 }, 'BAD_USER_INPUT'],
    ['last 0', { last: 0 }, 'BAD_USER_INPUT'],
    ['last 1e9', { last: 1e9 }, 'BAD_USER_INPUT'],
    ['first and last', { first: 1, last: 1 }, 'BAD_USER_INPUT'],
    ['first and before', { first: 1, before: cursor }, 'BAD_USER_INPUT'],
    ['after and before', { after: cursor, before: cursor }, 'BAD_USER_INPUT'],
    ['an empty cursor', { after: '' }, 'BAD_CURSOR'],
    ['SQL in a cursor', { after: "1'; drop table account; --" }, 'BAD_CURSOR'],
  ])('refuses %s', (_title, args, code) => {
    expect(() => pageOf(args)).toThrow(expect.objectContaining({ extensions: { code } }) as Error);
  });
});
