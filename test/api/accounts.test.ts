import { isInputObjectType, isObjectType } from 'graphql';
import { toGlobalId } from '../../src/graphql/ids';
import { createSchema } from '../../src/graphql/schema';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { LivingBook } from '../support/living-book';

interface Page {
  accounts: {
    totalCount?: number;
    nodes: { externalId: string; arr: string | null }[];
    pageInfo: {
      hasNextPage: boolean;
      hasPreviousPage: boolean;
      startCursor: string | null;
      endCursor: string | null;
    };
  };
}

const LIST = `query List($where: AccountFilter, $orderBy: [AccountOrder!], $first: Int, $after: String, $last: Int, $before: String) {
  accounts(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    nodes { externalId arr }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

describe('accounts over HTTP', () => {
  const clock = fixedClock('2026-03-02');
  let api: TestApi;
  let book: LivingBook;

  beforeAll(async () => {
    api = await startApi(clock);
    book = new LivingBook(api.database, clock);
    await book.seed({
      A: { name: 'Alder', arr: '120000', industry: 'Retail', healthScore: 70 },
      B: { name: 'Birch', arr: '30000', industry: 'Energy', parentExternalId: 'A', churnRisk: 'HIGH' },
      C: { name: 'Cedar', arr: '30000', industry: 'Retail', parentExternalId: 'A' },
      D: { name: 'Dogwood', status: 'TRIAL', parentExternalId: 'B' },
      E: { name: '100% Elm_wood', arr: '4000', industry: null },
      F: { name: 'Fir' },
    });
    book.on('2026-04-01');
    await book.account('A', { arr: '30000', expansionAssessment: 'LOW' });
    book.on('2026-04-02');
    await book.account('C', { arr: '130000' });
  });
  afterAll(async () => {
    await api.close();
  });

  test('an external id that was found before leads to the account that has it now', async () => {
    const find = async (): Promise<unknown> => {
      const query = `{ account(externalId: "F") { id name history { nodes { kind } } scorecard { total } } }`;
      const { data } = await api.send<{ account: unknown }>('VIEWER', query);
      return data.account;
    };
    const before = await find();
    expect(before).toMatchObject({ name: 'Fir' });
    expect(await find()).toEqual(before);
    await api.database.query(`UPDATE account SET external_id = 'F-1' WHERE external_id = 'F'`);
    expect(await find()).toBeNull();
    await api.database.query(`INSERT INTO account (external_id, name) VALUES ('F', 'Fig')`);
    expect(await find()).toMatchObject({ name: 'Fig', history: { nodes: [] }, scorecard: null });
    await api.database.query(`DELETE FROM account WHERE name = 'Fig'`);
    await api.database.query(`UPDATE account SET external_id = 'F' WHERE external_id = 'F-1'`);
    expect(await find()).toEqual(before);
  });

  const list = async (variables: object): Promise<Page['accounts']> => {
    const { data, errors } = await api.send<Page>('VIEWER', LIST, variables);
    expect(errors).toEqual([]);
    return data.accounts;
  };
  const names = async (variables: object): Promise<string> =>
    (await list(variables)).nodes.map(({ externalId }) => externalId).join('');

  describe('are ordered', () => {
    test.each<[string, object[], string]>([
      ['by id if nothing is said', [], 'ABCDEF'],
      ['by ARR, missing values last and ties by id', [{ field: 'ARR', direction: 'DESC' }], 'CABEDF'],
      ['upwards, missing values still last', [{ field: 'ARR' }], 'EABCDF'],
      ['by tier, the highest first', [{ field: 'TIER' }, { field: 'NAME' }], 'ACBEDF'],
      ['by what is missing of none', [{ field: 'EXTERNAL_ID', direction: 'DESC' }], 'FEDCBA'],
      [
        'by ARR, missing values and ties by name',
        [{ field: 'ARR' }, { field: 'NAME', direction: 'DESC' }],
        'EBACFD',
      ],
      ['by two keys', [{ field: 'HEALTH_SCORE' }, { field: 'NAME', direction: 'DESC' }], 'AFDCBE'],
    ])('%s', async (_title, orderBy, expected) => {
      expect(await names({ orderBy })).toBe(expected);
      // Page by page, forward and backward, it is the same list.
      for (const size of [1, 2, 3, 4, 5]) {
        let forward = '';
        for (let after: string | null = null; ;) {
          const page: Page['accounts'] = await list({ orderBy, first: size, after });
          forward += page.nodes.map(({ externalId }) => externalId).join('');
          if (!page.pageInfo.hasNextPage) break;
          after = page.pageInfo.endCursor;
        }
        expect([size, forward]).toEqual([size, expected]);
        let backward = '';
        for (let before: string | null = null; ;) {
          const page: Page['accounts'] = await list({ orderBy, last: size, before });
          backward = page.nodes.map(({ externalId }) => externalId).join('') + backward;
          if (!page.pageInfo.hasPreviousPage) break;
          before = page.pageInfo.startCursor;
        }
        expect([size, backward]).toEqual([size, expected]);
      }
    });
  });

  describe('are filtered', () => {
    test.each<[string, object, string]>([
      ['by tier', { tier: { eq: 'core' } }, 'B'],
      [
        'by computed tier, which runs ahead of the held one during grace',
        { computedTier: { eq: 'core' } },
        'AB',
      ],
      ['by a pending downgrade', { pendingDowngrade: true }, 'A'],
      ['by an amount', { arr: { gte: '30000.00', lt: '130000.00' } }, 'AB'],
      ['by what is missing', { arr: { isNull: true } }, 'DF'],
      ['by part of a name, in which wildcards are letters', { name: { contains: '% elm_' } }, 'E'],
      ['by status, of which an absent one is ACTIVE', { status: { eq: 'ACTIVE' } }, 'ABCEF'],
      ['by parent', { parentExternalId: { eq: 'A' } }, 'BC'],
      [
        'by either of two',
        { or: [{ industry: { eq: 'Energy' } }, { not: { arr: { isNull: false } } }] },
        'BDF',
      ],
      ['by text that is SQL', { name: { eq: `x'; DROP TABLE account; --` } }, ''],
    ])('%s', async (_title, where, expected) => {
      expect(await names({ where })).toBe(expected);
    });

    test('and counted, only where that is asked for', async () => {
      const { data } = await api.send<Page>(
        'VIEWER',
        '{ accounts(where: { industry: { eq: "Retail" } }, first: 1) { totalCount nodes { externalId } } }',
      );
      expect(data.accounts).toMatchObject({ totalCount: 2, nodes: [{ externalId: 'A' }] });
    });
  });

  describe('refuse', () => {
    const longPage = (first: unknown) => `{ accounts(first: ${String(first)}) { nodes { id } } }`;
    test.each<[string, string, string]>([
      ['a page of -1', longPage(-1), 'BAD_USER_INPUT'],
      ['a page of 1e9', longPage('1000000000'), 'BAD_USER_INPUT'],
      ['a page of 1.5', longPage('1.5'), 'GRAPHQL_VALIDATION_FAILED'],
      ['a forged cursor', '{ accounts(after: "WzEsMl0") { nodes { id } } }', 'BAD_CURSOR'],
      ['a cursor that is no cursor', `{ accounts(after: "' OR 1=1 --") { nodes { id } } }`, 'BAD_CURSOR'],
      ['both directions', '{ accounts(first: 1, last: 1) { nodes { id } } }', 'BAD_USER_INPUT'],
      [
        'an order that is SQL',
        '{ accounts(orderBy: [{ field: NAME_DESC__DROP }]) { nodes { id } } }',
        'GRAPHQL_VALIDATION_FAILED',
      ],
      [
        'a filter 4 deep',
        '{ accounts(where: { not: { not: { not: { not: { name: { eq: "x" } } } } } }) { nodes { id } } }',
        'BAD_USER_INPUT',
      ],
      ['both keys of one account', '{ account(id: "x", externalId: "y") { id } }', 'BAD_USER_INPUT'],
      ['a subscription, which needs a WebSocket', 'subscription { events { id } }', 'BAD_REQUEST'],
      ['a misspelt field', '{ accounts { nodes { exernalId } } }', 'GRAPHQL_VALIDATION_FAILED'],
    ])('%s', async (_title, query, code) => {
      const { status, errors } = await api.send('VIEWER', query);
      expect({ status, code: errors[0]?.extensions.code }).toEqual({ status: 400, code });
      expect(errors[0]?.message).not.toContain('Did you mean');
      expect(await api.database.query('SELECT count(*)::int AS accounts FROM account')).toEqual([
        { accounts: 6 },
      ]);
    });
  });

  describe('are found', () => {
    const idOf = async (externalId: string): Promise<string> =>
      (
        await api.send<{ account: { id: string } }>(
          'VIEWER',
          `{ account(externalId: "${externalId}") { id } }`,
        )
      ).data.account.id;

    test('by their id, through account and through node', async () => {
      const id = await idOf('B');
      const { data } = await api.send(
        'VIEWER',
        `query Q($id: ID!) { account(id: $id) { name parent { name } } node(id: $id) { id ... on Account { name children { nodes { name } } } } }`,
        { id },
      );
      expect(data).toEqual({
        account: { name: 'Birch', parent: { name: 'Alder' } },
        node: { id, name: 'Birch', children: { nodes: [{ name: 'Dogwood' }] } },
      });
    });

    test('and so are moves, ARR movements and models', async () => {
      const found = await api.send<{
        account: { history: { nodes: { id: string }[] }; movements: { nodes: { id: string }[] } };
        tieringModel: { id: string };
      }>(
        'VIEWER',
        '{ account(externalId: "A") { history { nodes { id } } movements { nodes { id } } } tieringModel { id } }',
      );
      const { account, tieringModel } = found.data;
      const ids = [account.history.nodes[0]?.id, account.movements.nodes[0]?.id, tieringModel.id];
      const { data } = await api.send(
        'VIEWER',
        `query Q($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on TierHistoryEntry { kind account { name } } ... on ArrMovement { arrTo } ... on TieringModel { version } } }`,
        { ids },
      );
      expect(data).toEqual({
        nodes: [
          {
            __typename: 'TierHistoryEntry',
            id: ids[0],
            kind: 'DOWNGRADE_PENDING',
            account: { name: 'Alder' },
          },
          { __typename: 'ArrMovement', id: ids[1], arrTo: '30000.00' },
          { __typename: 'TieringModel', id: ids[2], version: 1 },
        ],
      });
    });

    test.each([
      ['nothing', ''],
      ['a null byte', 'a\u0000b'],
      ['a lone surrogate', '\ud800'],
      ['a number beyond 64 bits', Buffer.from('Account:18446744073709551616').toString('base64url')],
      ['the largest number', Buffer.from('Account:9223372036854775807').toString('base64url')],
      ["another type's id", toGlobalId('TieringModel', '1')],
      ['a type that is none', toGlobalId('ApiToken', '1')],
    ])('not by %s', async (_title, id) => {
      const { status, data, errors } = await api.send(
        'VIEWER',
        'query Q($id: ID!) { account(id: $id) { name } }',
        { id },
      );
      expect({ status, data, errors }).toEqual({ status: 200, data: { account: null }, errors: [] });
    });
  });

  test('tell what their tiers were on any day, as recorded then', async () => {
    const { data } = await api.send(
      'VIEWER',
      `{ account(externalId: "C") {
        before: tierAt(date: "2026-03-01") { effective { key } }
        first: tierAt(date: "2026-03-02") { effective { key } }
        eve: tierAt(date: "2026-04-01") { effective { key } }
        after: tierAt(date: "2026-04-02") { computed { key } held { key } effective { key } }
      } }`,
    );
    expect(data).toEqual({
      account: {
        before: null,
        first: { effective: { key: 'core' } },
        eve: { effective: { key: 'core' } },
        after: {
          computed: { key: 'strategic' },
          held: { key: 'strategic' },
          effective: { key: 'strategic' },
        },
      },
    });
  });

  test('moves are listed across the book, the newest first, and by what they were', async () => {
    const { data } = await api.send(
      'VIEWER',
      `{ all: tierMoves(where: { from: "2026-03-03" }) { totalCount nodes { kind cause effectiveFrom { key } effectiveTo { key } account { name } actor occurredOn } }
         into: tierMoves(where: { tierTo: "tech-touch", account: { status: { eq: TRIAL } } }) { nodes { account { name } } } }`,
    );
    expect(data).toEqual({
      all: {
        totalCount: 1,
        nodes: [
          {
            kind: 'UPGRADE',
            cause: 'FACTS',
            effectiveFrom: { key: 'core' },
            effectiveTo: { key: 'strategic' },
            account: { name: 'Cedar' },
            actor: 'Command line',
            occurredOn: '2026-04-02',
          },
        ],
      },
      into: { nodes: [{ account: { name: 'Dogwood' } }] },
    });
  });

  test('a scorecard has of each field alone what it has of it beside all others', async () => {
    const type = createSchema().getType('Scorecard');
    const objects: Readonly<Record<string, string>> = {
      criteria: '{ key fact points weight contribution missing }',
      scoreTier: '{ key }',
      ladderTier: '{ key }',
      guardrails: '{ code from { key } to { key } }',
      computedTier: '{ key }',
      counterfactuals: '{ change text from to tier { key } }',
    };
    const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
    const ask = async (asked: readonly string[]): Promise<Record<string, unknown>> => {
      const selection = asked.map((field) => `${field} ${objects[field] ?? ''}`).join(' ');
      const { data, errors } = await api.send<{ account: { scorecard: Record<string, unknown> } }>(
        'VIEWER',
        `{ account(externalId: "B") { scorecard { ${selection} } } }`,
      );
      expect(errors).toEqual([]);
      return data.account.scorecard;
    };
    const whole = await ask(fields);
    expect(whole).toMatchObject({ total: expect.stringMatching(/^\d+\.\d\d$/) as string });
    expect(whole.explanation).not.toHaveLength(0);
    expect(whole.counterfactuals).not.toHaveLength(0);
    for (const field of fields) expect(await ask([field])).toEqual({ [field]: whole[field] });
  });

  describe('cost the database', () => {
    const nested = (where: string) => `{ accounts(where: { externalId: { in: [${where}] } }) { nodes {
      name tier { name } parent { name } children(first: 2) { totalCount nodes { name scorecard { total } } }
      scorecard { total criteria { key } } pendingDowngrade { graceUntil account { name } }
      history(first: 3) { totalCount nodes { kind scorecard { total } } } movements(first: 3) { totalCount nodes { arrTo } }
    } } }`;

    test('as many statements for a page of 6 as for a page of 2', async () => {
      const read = jest.spyOn(api.book.reader, 'rows');
      const statements = async (query: string, variables = {}): Promise<number> => {
        read.mockClear();
        const { errors } = await api.send('VIEWER', query, variables);
        expect(errors).toEqual([]);
        return read.mock.calls.length;
      };
      // A has a pending downgrade and children, B a parent.
      const two = await statements(nested('"A", "B"'));
      const six = await statements(nested('"A", "B", "C", "D", "E", "F"'));
      const many =
        'query Q($ids: [ID!]!) { nodes(ids: $ids) { ... on Account { name scorecard { total } } } }';
      const oneNode = await statements(many, { ids: [toGlobalId('Account', '1')] });
      const fourNodes = await statements(many, {
        ids: ['1', '2', '3', '4'].map((key) => toGlobalId('Account', key)),
      });
      read.mockRestore();
      expect(six).toBe(two);
      expect(fourNodes).toBe(oneNode);
    });
  });

  describe('take any text', () => {
    const schema = createSchema();
    const textFields = (input: string): string[] => {
      const type = schema.getType(input);
      const fields = isInputObjectType(type) ? Object.values(type.getFields()) : [];
      return fields
        .filter((field) => /^(String|TextFilter)/.test(field.type.toString()))
        .map(({ name }) => name);
    };
    const query = (title: string, body: string, type = 'String!'): [string, string] => [
      title,
      `query Q($text: ${type}) { ${body} }`,
    ];
    const mutation = (title: string, body: string, type = 'String!'): [string, string] => [
      title,
      `mutation M($text: ${type}) { ${body} }`,
    ];
    /** Every text that a caller can give, with an operation that gives it. */
    const operations: [string, string][] = [
      query('account.externalId', 'account(externalId: $text) { id }'),
      query('account.id', 'account(id: $text) { id }', 'ID!'),
      query('node', 'node(id: $text) { id }', 'ID!'),
      query('nodes', 'nodes(ids: [$text]) { id }', 'ID!'),
      query('accounts.after', 'accounts(after: $text) { nodes { id } }'),
      query('accounts.before', 'accounts(before: $text) { nodes { id } }'),
      query('tierMoves.accountId', 'tierMoves(where: { accountId: $text }) { nodes { id } }', 'ID!'),
      ...['tierFrom', 'tierTo'].map((field) =>
        query(`tierMoves.${field}`, `tierMoves(where: { ${field}: $text }) { nodes { id } }`),
      ),
      ...['heldTier', 'targetTier'].map((field) =>
        query(
          `pendingDowngrades.${field}`,
          `pendingDowngrades(where: { ${field}: $text }) { nodes { graceUntil } }`,
        ),
      ),
      ...textFields('AccountFilter').flatMap((field) => [
        query(`accounts.${field}.eq`, `accounts(where: { ${field}: { eq: $text } }) { nodes { id } }`),
        query(
          `accounts.${field}.contains`,
          `accounts(where: { ${field}: { contains: $text } }) { nodes { id } }`,
        ),
        query(`accounts.${field}.in`, `accounts(where: { ${field}: { in: [$text] } }) { nodes { id } }`),
      ]),
      ...textFields('UpsertAccountInput').map((field) =>
        mutation(
          `upsertAccounts.${field}`,
          `upsertAccounts(input: { accounts: [{ ${field === 'externalId' ? '' : 'externalId: "A"'} ${field}: $text }] }) { results { outcome } }`,
        ),
      ),
      mutation(
        'designateStrategic.reason',
        'designateStrategic(input: { externalId: "A", reason: $text }) { userErrors { code } }',
      ),
      mutation(
        'designateStrategic.externalId',
        'designateStrategic(input: { externalId: $text, reason: "Logo" }) { userErrors { code } }',
      ),
      mutation(
        'designateStrategic.accountId',
        'designateStrategic(input: { accountId: $text, reason: "Logo" }) { userErrors { code } }',
        'ID!',
      ),
      mutation(
        'endDesignation.externalId',
        'endDesignation(input: { externalId: $text }) { userErrors { code } }',
      ),
    ];
    const hostile = ['a\u0000b', '\ud800', 'x'.repeat(90_000)];

    test.each(operations)('%s: an answer or a refusal, never a fault', async (_title, operation) => {
      for (const text of hostile) {
        const { status, errors } = await api.send('ADMIN', operation, { text });
        expect(errors.map(({ extensions }) => extensions.code)).not.toContain('INTERNAL_SERVER_ERROR');
        expect(status).toBeLessThan(500);
      }
    });
  });

  describe('are closed', () => {
    test('to whoever has no token, or a wrong one', async () => {
      const { status, errors } = await api.send(null, '{ viewer { name } }');
      expect({ status, code: errors[0]?.extensions.code }).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
    });

    test('to revoked and expired tokens, from that moment on', async () => {
      const { tokens } = api.book;
      const admin = { kind: 'SYSTEM', id: 's', name: 'S', role: 'ADMIN', csmId: null } as const;
      const { text } = await tokens.create(admin, 'dashboard', 'VIEWER', '2026-04-03T00:00:00.000Z');
      const statusWith = async (): Promise<number> => {
        const answer = await api.application.http.inject({
          method: 'POST',
          url: '/graphql',
          headers: { authorization: `Bearer ${text}`, 'content-type': 'application/json' },
          payload: JSON.stringify({ query: '{ viewer { role } }' }),
        });
        return answer.statusCode;
      };
      expect(await statusWith()).toBe(200);
      clock.setDay('2026-04-04');
      expect(await statusWith()).toBe(401);
      clock.setDay('2026-04-02');
      expect(await statusWith()).toBe(200);
      await tokens.revoke(admin, 'dashboard');
      expect(await statusWith()).toBe(401);
      const stored = await api.database.query<{ row: string }>(
        'SELECT api_token::text AS row FROM api_token',
      );
      expect(stored[0]?.row).not.toContain(text.slice(8));
    });
  });
});
