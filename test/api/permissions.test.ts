import { type AddressInfo } from 'node:net';
import { type GraphQLObjectType, isInterfaceType } from 'graphql';
import { type Role, ROLES, SYSTEM } from '../../src/app/actor';
import { loadDemoBook } from '../../src/demo/load-demo-book';
import { createSchema } from '../../src/graphql/schema';
import { startApi, type TestApi, TOKENS } from '../support/api';
import { fixedClock } from '../support/clock';
import { day } from '../support/facts';
import { documentOf, SchemaWalk, valuesAt, type Visit } from '../support/schema-walk';
import { ENTRY_POINTS, OF_A_CSM } from './permissions.table';

const LEAST = new Map<string, Role>(
  ROLES.flatMap((role) => ENTRY_POINTS[role].map((entry): [string, Role] => [entry, role])),
);
const rankOf = (coordinate: string): number => ROLES.indexOf(LEAST.get(coordinate) ?? 'VIEWER');
/** Milliseconds for some hundred requests, on a machine that has other things to do. */
const PATIENCE = 300_000;
/** Requests at once. */
const PARALLEL = 8;

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

const schema = createSchema();
const entryPointsOf = (root: GraphQLObjectType | null | undefined): string[] =>
  Object.keys(root?.getFields() ?? {}).map((name) => `${root?.name ?? ''}.${name}`);

describe('the table of permissions', () => {
  test('has every entry point once, and nothing that is none', () => {
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const listed = ROLES.flatMap((role): string[] => [...ENTRY_POINTS[role]]);
    expect(listed.sort()).toEqual(roots.flatMap(entryPointsOf).sort());
  });

  test('lets viewers change nothing', () => {
    expect(ENTRY_POINTS.VIEWER.filter((entry) => entry.startsWith('Mutation.'))).toEqual([]);
  });

  test('says of everything that CSMs may do where they may', () => {
    const everywhere = Object.values(OF_A_CSM).flat();
    expect(everywhere.map((name) => `Mutation.${name}`).sort()).toEqual([...ENTRY_POINTS.CSM].sort());
  });

  // People look for that in the explorer, too.
  test('is what the schema says', () => {
    const wrong = ROLES.flatMap((role) =>
      ENTRY_POINTS[role].filter((entry) => {
        const [type = '', name = ''] = entry.split('.');
        const owner = schema.getType(type) as GraphQLObjectType;
        const said = /Needs? the role (\w+)/.exec(owner.getFields()[name]?.description ?? '')?.[1];
        return (said ?? 'VIEWER') !== role;
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('every field of the schema', () => {
  const clock = fixedClock('2026-03-02');
  let api: TestApi;
  let url: string;
  let walk: SchemaWalk;

  const ask = async (role: Role | null, query: string): Promise<{ status: number; body: Body }> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(role !== null && { authorization: `Bearer ${TOKENS[role]}` }),
      },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  };

  /** "OK", or the codes of the errors. */
  const outcomeOf = async (role: Role | null, query: string): Promise<string> => {
    const { body } = await ask(role, query);
    return [...new Set(body.errors?.map(({ extensions }) => extensions.code) ?? ['OK'])].sort().join(' ');
  };

  const inParallel = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> => {
    const results: R[] = [];
    for (let start = 0; start < items.length; start += PARALLEL) {
      results.push(...(await Promise.all(items.slice(start, start + PARALLEL).map(work))));
    }
    return results;
  };

  beforeAll(async () => {
    api = await startApi(clock);
    await loadDemoBook({
      unitOfWork: api.book.unitOfWork,
      baseCurrency: 'USD',
      accounts: 200,
      today: clock.today(),
    });
    await seedTheRest(api);
    await api.application.http.listen({ host: '127.0.0.1', port: 0 });
    const { port } = api.application.http.server.address() as AddressInfo;
    url = `http://127.0.0.1:${port}/graphql`;
    walk = new SchemaWalk(schema, await argumentsOf(api), rankOf);
    await walk.run(async ({ query, steps }) => valuesAt((await ask('ADMIN', query)).body.data, steps));
  }, PATIENCE);
  afterAll(async () => {
    await api.close();
  });

  test('is met on an object of the book, so that its resolver runs', () => {
    const unmet = walk.reachable().filter((name) => !walk.ways.has(name));
    expect(unmet).toEqual([]);
  });

  test.each(ROLES)(
    'answers a %s, or is FORBIDDEN where the table says so',
    async (role) => {
      const mayAsk = ({ steps }: Visit): boolean => ROLES.indexOf(role) >= walk.needed(steps);
      const expected = Object.fromEntries(
        walk.visits.map((visit) => [visit.coordinate, mayAsk(visit) ? 'OK' : 'FORBIDDEN']),
      );
      const got: Record<string, string> = {};
      // Leaves that are all to be answered are asked for together; where they are not, each has to show itself.
      await inParallel([...walk.ways.keys()], async (type) => {
        const leaves = walk.leavesOf(type);
        if (leaves === null || leaves.coordinates.some((one) => expected[one] !== 'OK')) return;
        if ((await outcomeOf(role, leaves.query)) !== 'OK') return;
        for (const coordinate of leaves.coordinates) got[coordinate] = 'OK';
      });
      const open = walk.visits.filter(({ coordinate }) => got[coordinate] === undefined);
      await inParallel(open, async ({ coordinate, query }) => {
        got[coordinate] = await outcomeOf(role, query);
      });
      expect(got).toEqual(expected);
    },
    PATIENCE,
  );

  test('tells nobody anything without a token', async () => {
    const mutations = entryPointsOf(schema.getMutationType()).map(
      (coordinate) => `mutation { ${coordinate.slice('Mutation.'.length)}(input: {}) { __typename } }`,
    );
    const queries = [...walk.visits.map(({ query }) => query), ...mutations];
    const answers = await inParallel(queries, async (query) => {
      const { status, body } = await ask(null, query);
      return `${status} ${body.errors?.[0]?.extensions.code ?? 'OK'} ${'data' in body ? 'data' : ''}`;
    });
    expect(new Set(answers)).toEqual(new Set(['401 UNAUTHENTICATED ']));
  });

  // What has an id can be had by it: by nobody who could not get there along the fields.
  const node = schema.getType('Node');
  const nodes = isInterfaceType(node) ? schema.getPossibleTypes(node).map(({ name }) => name) : [];
  test.each(nodes)('of %s by its id is only for those who may see it elsewhere', async (name) => {
    const way = walk.ways.get(name) ?? [];
    const steps = [...way, { coordinate: `${name}.id`, text: 'id' }];
    const { body } = await ask('ADMIN', documentOf(steps, true));
    const [id] = valuesAt(body.data, steps);
    for (const role of ROLES) {
      const literal = JSON.stringify(id);
      const query = `{ node(id: ${literal}) { __typename } nodes(ids: [${literal}]) { __typename } }`;
      const object = ROLES.indexOf(role) >= walk.needed(way) ? { __typename: name } : null;
      expect({ role, ...(await ask(role, query)).body }).toMatchObject({
        role,
        data: { node: object, nodes: [object] },
      });
    }
  });
});

/** What the demo book has none of. */
async function seedTheRest(api: TestApi): Promise<void> {
  const done = async (mutation: string, input: string, selection = 'userErrors { code field message }') => {
    const { data, errors } = await api.send<Record<string, unknown>>(
      'ADMIN',
      `mutation { ${mutation}(input: { ${input} }) { ${selection} } }`,
    );
    const text = JSON.stringify([data, errors]);
    if (errors.length > 0 || text.includes('"code":')) throw new Error(`${mutation}: ${text}`);
  };
  const perAccount = 'results { userErrors { code field message } }';
  const rung = (key: string, line: string, floor: number): string =>
    `{ key: "${key}", name: "${key}", label: "${key}", ${line}, scoreFloor: ${floor}, reviewCadenceMonths: 3 }`;
  await api.book.dailyRuns.run(SYSTEM, day('2026-03-02'));
  await done('createApiToken', 'name: "dashboard", role: VIEWER');
  // What follows is on its way there; nothing sends it here.
  await done('createWebhookEndpoint', 'url: "https://hooks.example.com/tierbook"');
  // A draft with five tiers, of which one has another key: a warning, a successor, and accounts that would move.
  await done('createTieringModelDraft', '');
  await done(
    'updateTieringModelDraft',
    `version: 2, successors: [{ dropped: "strategic", successor: "gold" }], ladder: [${[
      rung('gold', 'arrTopPercent: 20', 80),
      rung('core', 'arrFrom: "20000"', 60),
      rung('scale', 'arrFrom: "8000"', 40),
      rung('tech-touch', 'arrFrom: "2000"', 20),
      rung('rest', 'arrFrom: "0"', 0),
    ].join(', ')}]`,
  );
  await done('setLeave', 'csm: "csm-grace", from: "2026-03-01", to: "2026-03-15", backup: "csm-hugo"');
  // Nobody looks after the one, and nobody can look after the other, whose language nobody speaks.
  await done(
    'upsertAccounts',
    'accounts: [{ externalId: "NEW-1", arr: "60000" }, { externalId: "NEW-2", arr: "60000", language: "is" }]',
    perAccount,
  );
  await done('overrideTier', 'externalId: "NEW-1", tier: "scale", reason: BRAND, expiresOn: "2026-09-01"');
  await done('designateStrategic', 'externalId: "NEW-2", reason: "A logo that others follow"');
}

/** What fields with arguments are asked with. */
async function argumentsOf(api: TestApi): Promise<ReadonlyMap<string, string>> {
  const { data } = await api.send<{
    accounts: { nodes: { id: string }[] };
    csms: { nodes: { id: string }[] };
    segments: { nodes: { id: string }[] };
    tierMoves: { nodes: { id: string }[] };
  }>(
    'ADMIN',
    `{ accounts(first: 1) { nodes { id } } csms(first: 1) { nodes { id } } segments(first: 1) { nodes { id } }
       tierMoves(first: 1, where: { kinds: [UPGRADE] }) { nodes { id } } }`,
  );
  const [account, csm, segment, move] = Object.values(data).map(({ nodes }) => JSON.stringify(nodes[0]?.id));
  return new Map([
    ['Query.account', `id: ${account}`],
    ['Query.csm', `id: ${csm}`],
    ['Query.segment', `id: ${segment}`],
    ['Query.node', `id: ${account}`],
    ['Query.nodes', `ids: [${account}]`],
    ['Query.customerView', `accountId: ${account}`],
    ['Query.moveMessage', `moveId: ${move}, locale: "en"`],
    ['Query.assignmentPlan', 'input: { moveBudget: 25 }'],
    ['Query.breakdown', 'by: [TIER]'],
    ['Query.engagementDelivery', 'from: "2026-01-01", to: "2026-03-01"'],
    ['Query.placementPreview', 'facts: { arr: "40000.00" }'],
    ['Query.retention', 'by: [TIER], from: "2025-03-01", to: "2026-03-01"'],
    ['Query.simulateTieringModel', 'version: 2'],
    ['Account.ownerAt', 'date: "2026-03-01"'],
    ['Account.tierAt', 'date: "2026-03-01"'],
  ]);
}
