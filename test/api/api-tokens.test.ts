import { keyOf } from '../../src/graphql/ids';
import { secrets } from '../../src/server/secrets';
import { type Answer, startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';

const LIST = `query ($where: ApiTokenFilter, $first: Int, $after: String) {
  apiTokens(where: $where, first: $first, after: $after) {
    totalCount
    nodes { id prefix name role csm { externalId } usable createdAt expiresAt revokedAt lastUsedAt }
    pageInfo { endCursor hasNextPage }
  }
}`;
const CREATE = `mutation ($input: CreateApiTokenInput!) {
  createApiToken(input: $input) {
    text
    token { id prefix name role csm { externalId } usable expiresAt lastUsedAt }
    userErrors { code field message }
  }
}`;
const REVOKE = `mutation ($input: RevokeApiTokenInput!) {
  revokeApiToken(input: $input) { token { id usable revokedAt } userErrors { code field } }
}`;
const WHO = '{ viewer { actorId name role csm { externalId } } }';

interface Token {
  readonly id: string;
  readonly prefix: string;
  readonly name: string;
  readonly revokedAt: string | null;
}
interface Created {
  readonly createApiToken: {
    readonly text: string;
    readonly token: Token;
    readonly userErrors: readonly { code: string; field: string[] }[];
  };
}
interface List {
  readonly apiTokens: {
    readonly totalCount: number;
    readonly nodes: readonly (Token & { lastUsedAt: string | null })[];
    readonly pageInfo: { endCursor: string; hasNextPage: boolean };
  };
}
interface Revoked {
  readonly revokeApiToken: { readonly token: Token | null; readonly userErrors: unknown };
}

describe('API tokens', () => {
  const clock = fixedClock('2026-03-02');
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi(clock);
    await api.database.query(`INSERT INTO csm (external_id, name) VALUES ('CSM-7', 'Ada')`);
  });
  afterAll(async () => {
    await api.close();
  });
  beforeEach(async () => {
    clock.setDay('2026-03-02');
    await api.database.query('DELETE FROM api_token');
  });

  const create = async (input: object): Promise<Created['createApiToken']> =>
    (await api.send<Created>('ADMIN', CREATE, { input })).data.createApiToken;
  const codes = ({ errors }: Answer<unknown>): string[] => errors.map(({ extensions }) => extensions.code);

  test('are made by an admin, work at once, and show their text once', async () => {
    const { text, token, userErrors } = await create({
      name: ' nightly sync ',
      role: 'CSM',
      csm: 'CSM-7',
      expiresAt: '2026-03-04T13:00:00+01:00',
    });
    expect(userErrors).toEqual([]);
    expect(token).toMatchObject({
      prefix: text.slice(0, 8),
      name: 'nightly sync',
      role: 'CSM',
      csm: { externalId: 'CSM-7' },
      usable: true,
      expiresAt: '2026-03-04T12:00:00Z',
      lastUsedAt: null,
    });
    expect((await api.sendWith<object>(text, WHO)).data).toEqual({
      viewer: {
        actorId: `token:${keyOf('ApiToken', token.id)}`,
        name: 'nightly sync',
        role: 'CSM',
        csm: { externalId: 'CSM-7' },
      },
    });
    const listed = await api.send<List>('ADMIN', LIST);
    expect(listed.data.apiTokens.nodes).toMatchObject([{ name: 'nightly sync', prefix: text.slice(0, 8) }]);
    const stored = JSON.stringify(await api.database.query('SELECT * FROM api_token'));
    expect(JSON.stringify(listed)).not.toContain(text);
    expect(stored).not.toContain(text);
    const [row] = await api.database.query<{ token_hash: Buffer }>('SELECT token_hash FROM api_token');
    expect(row?.token_hash).toEqual(secrets.hash(text));
  });

  test('end in the moment that they name', async () => {
    const { text } = await create({ name: 'short', role: 'VIEWER', expiresAt: '2026-03-04T12:00:00Z' });
    clock.setDay('2026-03-03');
    expect((await api.sendWith(text, WHO)).status).toBe(200);
    clock.setDay('2026-03-04');
    expect((await api.sendWith(text, WHO)).status).toBe(401);
    expect((await api.send<List>('ADMIN', LIST)).data.apiTokens.nodes).toMatchObject([
      { usable: false, revokedAt: null },
    ]);
  });

  test('end at once when they are revoked, which can be sent twice', async () => {
    const { text, token } = await create({ name: 'gone', role: 'ADMIN' });
    const other = await create({ name: 'gone', role: 'VIEWER' });
    for (let call = 0; call < 3; call += 1) expect((await api.sendWith(text, WHO)).status).toBe(200);
    const input = { id: token.id };
    const first = await api.send<Revoked>('ADMIN', REVOKE, { input });
    expect(first.data.revokeApiToken).toMatchObject({ token: { usable: false }, userErrors: [] });
    expect((await api.sendWith(text, WHO)).status).toBe(401);
    expect((await api.sendWith(other.text, WHO)).status).toBe(200);

    clock.passDays(1);
    const again = await api.send<Revoked>('ADMIN', REVOKE, { input });
    expect(again.data.revokeApiToken).toEqual(first.data.revokeApiToken);
    expect(first.data.revokeApiToken.token?.revokedAt).toBe('2026-03-02T12:00:00Z');
  });

  test.each<[string, object, string, string]>([
    ['without a name', { name: ' ', role: 'VIEWER' }, 'REQUIRED', 'name'],
    ['with a long name', { name: 'x'.repeat(101), role: 'VIEWER' }, 'INVALID_VALUE', 'name'],
    ['with a name that no database takes', { name: 'x\0', role: 'VIEWER' }, 'INVALID_VALUE', 'name'],
    [
      'that expired',
      { name: 'x', role: 'VIEWER', expiresAt: '2026-03-02T12:00:00Z' },
      'INVALID_VALUE',
      'expiresAt',
    ],
    ['of a CSM whom it does not name', { name: 'x', role: 'CSM' }, 'REQUIRED', 'csm'],
    ['of a CSM whom nobody knows', { name: 'x', role: 'CSM', csm: 'CSM-8\0' }, 'NOT_FOUND', 'csm'],
  ])('are not made %s', async (_title, input, code, field) => {
    expect(await create(input)).toMatchObject({
      text: null,
      token: null,
      userErrors: [{ code, field: [field] }],
    });
    expect(await api.database.query('SELECT FROM api_token')).toEqual([]);
  });

  test.each([
    'nonsense',
    '',
    Buffer.from('ApiToken:999999').toString('base64url'),
    Buffer.from('Account:1').toString('base64url'),
  ])('that are not there are not revoked: %p', async (id) => {
    const { data } = await api.send<Revoked>('ADMIN', REVOKE, { input: { id } });
    expect(data.revokeApiToken).toEqual({ token: null, userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] });
  });

  test('are listed page by page, the newest first, and by whether they are usable', async () => {
    const ids = [];
    for (const name of ['a', 'b', 'c']) ids.push((await create({ name, role: 'VIEWER' })).token.id);
    await api.send('ADMIN', REVOKE, { input: { id: ids[1] } });
    const page = async (variables: object): Promise<List['apiTokens']> =>
      (await api.send<List>('ADMIN', LIST, variables)).data.apiTokens;
    const first = await page({ first: 2 });
    expect(first).toMatchObject({
      totalCount: 3,
      nodes: [{ name: 'c' }, { name: 'b' }],
      pageInfo: { hasNextPage: true },
    });
    const second = await page({ first: 2, after: first.pageInfo.endCursor });
    expect(second).toMatchObject({ nodes: [{ name: 'a' }], pageInfo: { hasNextPage: false } });
    expect(await page({ where: { usable: true } })).toMatchObject({
      totalCount: 2,
      nodes: [{ name: 'c' }, { name: 'a' }],
    });
    expect(await page({ where: { usable: false } })).toMatchObject({ totalCount: 1, nodes: [{ name: 'b' }] });
  });

  test('are nothing to anybody but admins', async () => {
    const { token } = await create({ name: 'secret errand', role: 'ADMIN' });
    const node =
      'query ($id: ID!) { node(id: $id) { id ... on ApiToken { name prefix } } nodes(ids: [$id]) { id } }';
    for (const role of ['VIEWER', 'CSM', 'MANAGER'] as const) {
      const answers = [
        await api.send(role, LIST),
        await api.send(role, '{ apiTokens { totalCount } }'),
        await api.send(role, CREATE, { input: { name: 'x', role: 'ADMIN' } }),
        await api.send(role, REVOKE, { input: { id: token.id } }),
        await api.send(role, REVOKE, { input: { id: 'nonsense' } }),
      ];
      for (const answer of answers) {
        // A query that asks for rows and their number is refused by both.
        expect(new Set(codes(answer))).toEqual(new Set(['FORBIDDEN']));
        expect(JSON.stringify(answer)).not.toContain('secret errand');
      }
      expect((await api.send<object>(role, node, { id: token.id })).data).toEqual({
        node: null,
        nodes: [null],
      });
    }
    expect((await api.send<object>('ADMIN', node, { id: token.id })).data).toMatchObject({
      node: { id: token.id, name: 'secret errand' },
    });
    expect(await api.database.query('SELECT name FROM api_token WHERE revoked_at IS NULL')).toHaveLength(1);
  });

  test('know to within an hour when they were last used', async () => {
    const { text, token } = await create({ name: 'used', role: 'VIEWER' });
    const id = keyOf('ApiToken', token.id) ?? '';
    for (let call = 0; call < 3; call += 1) await api.sendWith(text, WHO);
    const lastUse = async (): Promise<unknown> =>
      (await api.send<List>('ADMIN', LIST)).data.apiTokens.nodes[0]?.lastUsedAt;
    // It is written beside the request, and soon.
    while ((await lastUse()) === null);
    expect(await lastUse()).toBe('2026-03-02T12:00:00Z');
    await api.book.tokens.noteUse(id);
    clock.setDay('2026-03-01');
    await api.book.tokens.noteUse(id);
    expect(await lastUse()).toBe('2026-03-02T12:00:00Z');
    clock.setDay('2026-03-03');
    await api.book.tokens.noteUse(id);
    expect(await lastUse()).toBe('2026-03-03T12:00:00Z');
  });
});
