import { Kind, parse } from 'graphql';
import { type Role } from '../../src/app/actor';
import { loadDemoBook } from '../../src/demo/load-demo-book';
import { readOperations } from '../../src/server/operations';
import { startApi, type TestApi, TOKENS } from '../support/api';
import { fixedClock } from '../support/clock';
import { Follower, listen } from '../support/follower';
import { SentStatements } from '../support/sent-statements';
import { STATEMENTS } from './statements.table';

/** More often than a document is interpreted before it is compiled. */
const CALLS = 8;
/** On a busy machine what is read in one batch may fall into two; what asks once has no batches. */
const MOST_STATEMENTS_MORE = 2;
/** The queries that a viewer may not ask, and who may. */
const NOT_FOR_VIEWERS: Readonly<Record<string, Role>> = {
  'api-tokens': 'ADMIN',
  'audit-entries': 'ADMIN',
  'assignment-plan': 'MANAGER',
  'simulate-tiering-model': 'MANAGER',
  'webhook-deliveries': 'ADMIN',
  'webhook-endpoints': 'ADMIN',
};

function expectAsMany(name: string, statements: number): void {
  const most = STATEMENTS[name] ?? NaN;
  expect(statements).toBeLessThanOrEqual(most > 1 ? most + MOST_STATEMENTS_MORE : most);
}

describe('the documented examples', () => {
  const clock = fixedClock('2026-03-02');
  let api: TestApi;
  let statements: SentStatements;

  beforeAll(async () => {
    api = await startApi(clock);
    await loadDemoBook({
      unitOfWork: api.book.unitOfWork,
      baseCurrency: 'USD',
      accounts: 200,
      today: clock.today(),
    });
    // As a worker does it.
    await api.book.bookFigures.keepUp();
    statements = new SentStatements();
  });
  afterAll(async () => {
    statements.stop();
    await api.close();
  });

  const kindOf = (query: string): string =>
    parse(query)
      .definitions.flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? node.operation : []))
      .join();
  const examples = readOperations();
  /** What an example takes from a query before it, since nobody can know it beforehand. */
  const withDigest = async (name: string, variables: object): Promise<object> => {
    if (name !== 'apply-assignment-plan') return variables;
    const { input } = variables as { input: { plan: object } };
    const { data } = await api.send<{ assignmentPlan: { digest: string } }>(
      'ADMIN',
      'query ($input: AssignmentPlanInput!) { assignmentPlan(input: $input) { digest } }',
      { input: input.plan },
    );
    return { input: { ...input, digest: data.assignmentPlan.digest } };
  };
  const variablesOf = (variables: string | undefined): object => JSON.parse(variables ?? '{}') as object;

  test('have a count of statements each, but for those that are followed', () => {
    const counted = examples.filter(({ query }) => kindOf(query) !== 'subscription');
    expect(Object.keys(STATEMENTS).sort()).toEqual(counted.map(({ name }) => name).sort());
  });

  test.each(examples.filter(({ query }) => kindOf(query) === 'query'))(
    '$name answers whoever may ask it, and a compiled document says the same as an interpreted one',
    async ({ name, query, variables }) => {
      const role = NOT_FOR_VIEWERS[name] ?? 'VIEWER';
      if (role !== 'VIEWER') {
        const refused = await api.send('VIEWER', query, variablesOf(variables));
        expect(refused.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
      }
      const bodies = [];
      let fewest = Infinity;
      for (let call = 0; call < CALLS; call += 1) {
        statements.take();
        const { status, data, errors } = await api.send<Record<string, unknown>>(
          role,
          query,
          variablesOf(variables),
        );
        expect({ status, errors }).toEqual({ status: 200, errors: [] });
        bodies.push(data);
        // The first calls also look up what is then kept, such as the published model.
        fewest = Math.min(fewest, statements.take().length);
      }
      expect(Object.values(bodies[0] ?? {})).not.toContain(null);
      for (const body of bodies) expect(body).toEqual(bodies[0]);
      expectAsMany(name, fewest);
    },
  );

  test.each(examples.filter(({ query }) => kindOf(query) === 'subscription'))(
    '$name is delivered what happened since, and what happens then',
    async ({ query }) => {
      // The oldest two; the demo book has moved many accounts.
      const moved = `{ events(where: { types: [TIER_MOVED] }, order: OLDEST_FIRST, first: 2) { nodes { id } } }`;
      const url = await listen(api);
      const { data } = await api.send<{ events: { nodes: { id: string }[] } }>('VIEWER', moved);
      const [first, second] = data.events.nodes.map(({ id }) => id);
      const params = { authorization: `Bearer ${TOKENS.VIEWER}` };
      const follower = new Follower<{ id: string }>(url, params, query, { since: first });
      const events = await follower.has(1);
      expect(follower.errors).toEqual([]);
      expect(events.map(({ id }) => id)).toContain(second);
      await follower.stop();
    },
  );

  test.each(examples.filter(({ query }) => kindOf(query) === 'mutation'))(
    '$name is refused to a viewer and done for an admin',
    async ({ name, query, variables }) => {
      const refused = await api.send('VIEWER', query, variablesOf(variables));
      expect(refused.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
      const given = await withDigest(name, variablesOf(variables));
      statements.take();
      const { status, data, errors } = await api.send<Record<string, { userErrors: unknown[] }>>(
        'ADMIN',
        query,
        given,
      );
      expect({ status, errors }).toEqual({ status: 200, errors: [] });
      const count = statements.take().length;
      expect(Object.values(data).map(({ userErrors }) => userErrors)).toEqual([[]]);
      expectAsMany(name, count);
    },
  );

  test('an override is two messages to the database: what locks and reads, and what writes and commits', async () => {
    const override = examples.find(({ name }) => name === 'override-tier');
    const { input } = variablesOf(override?.variables) as { input: { idempotencyKey?: string } };
    const messages = async (externalId: string): Promise<readonly string[][]> => {
      statements.take();
      const given = { input: { ...input, externalId, idempotencyKey: undefined } };
      const { data, errors } = await api.send<{ overrideTier: { userErrors: unknown[] } }>(
        'ADMIN',
        override?.query ?? '',
        given,
      );
      expect([errors, data.overrideTier.userErrors]).toEqual([[], []]);
      const sent = statements.take();
      const place = (word: string): number => sent.findIndex(({ text }) => text === word);
      const within = sent.slice(place('BEGIN'), place('COMMIT') + 1);
      return [...new Set(within.map(({ message }) => message))].map((number) =>
        within.flatMap(({ message, text }) => (message === number ? text.trim() : [])),
      );
    };
    const { data } = await api.send<{ accounts: { nodes: { externalId: string }[] } }>(
      'VIEWER',
      `{ accounts(first: 2, where: { tier: { in: ["core", "scale"] }, status: { eq: ACTIVE }, overridden: false }) {
        nodes { externalId } } }`,
    );
    const [one, other] = data.accounts.nodes.map(({ externalId }) => externalId);
    // The first one still learns what it needs to know of the model.
    await messages(one ?? '');
    const [asks, writes, ...more] = await messages(other ?? '');
    expect(more).toEqual([]);
    expect(asks?.[0]).toBe('BEGIN');
    expect(asks?.slice(1).filter((text) => !/^(SELECT|WITH)\b/.test(text))).toEqual([]);
    expect(asks).toContainEqual(expect.stringMatching(/FOR NO KEY UPDATE$/));
    expect(writes?.at(-1)).toBe('COMMIT');
    expect(writes).toContainEqual(expect.stringMatching(/^INSERT INTO tier_override\b/));
  });
});
