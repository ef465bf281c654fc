import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request, { type Response } from 'supertest';
import { ConfigError } from '../../src/server/config';
import { readOperations } from '../../src/server/operations';
import { startApi, type TestApi, TOKENS } from '../support/api';
import { fixedClock } from '../support/clock';
import { Follower, listen } from '../support/follower';
import { OidcProvider } from '../support/oidc-provider';
import { until } from '../support/until';

const hashOf = (text: string, algorithm = 'sha256'): string =>
  createHash(algorithm).update(text).digest('hex');

const ACCOUNTS = 'query Names($first: Int) { accounts(first: $first) { nodes { name } } }';
const RENAME =
  'mutation Rename { createSegment(input: { name: "x", criteria: [] }) { userErrors { code } } }';
const MD5 = hashOf(ACCOUNTS, 'md5');
const STRANGE = '{ viewer { name } }';

interface Body {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
  readonly extensions?: { readonly cost: { readonly requested: number } };
}

describe('trusted documents', () => {
  const clock = fixedClock('2026-03-02');
  const provider = new OidcProvider(clock);
  const folder = mkdtempSync(join(tmpdir(), 'tierbook-documents-'));
  const manifest = join(folder, 'documents.json');
  let api: TestApi;
  let person: string;

  beforeAll(async () => {
    await provider.start();
    await provider.addKey('first');
    person = await provider.token();
    writeFileSync(manifest, JSON.stringify({ [MD5]: ACCOUNTS, 'x-app:rename': RENAME }));
    api = await startApi(clock, {
      oidc: { issuer: provider.issuer, audience: provider.audience },
      trustedDocuments: manifest,
      trustedDocumentsOnly: true,
    });
    await api.send(
      'ADMIN',
      'mutation { upsertAccounts(input: { accounts: [{ externalId: "A", name: "Acme" }] }) { userErrors { code } } }',
    );
  });
  afterAll(async () => {
    await api.close();
    await provider.stop();
    rmSync(folder, { recursive: true });
  });

  const post = (body: object, token: string = TOKENS.VIEWER): request.Test =>
    request(api.application.http.server).post('/graphql').set('authorization', `Bearer ${token}`).send(body);
  const get = (parameters: Record<string, string>, token: string = TOKENS.VIEWER): request.Test =>
    request(api.application.http.server)
      .get(`/graphql?${new URLSearchParams(parameters).toString()}`)
      .set('authorization', `Bearer ${token}`)
      .set('apollo-require-preflight', '1');
  const outcome = ({ status, body }: Response): string =>
    `${status} ${(body as Body).errors?.[0]?.extensions.code ?? 'OK'}`;
  const bodyOf = (response: Response): Body => response.body as Body;

  test.each([
    ['the id of the manifest', MD5],
    ['the hash with its prefix', `sha256:${hashOf(ACCOUNTS)}`],
    ['the bare hash', hashOf(ACCOUNTS)],
  ])('answer over POST and GET to %s as to the text', async (_title, documentId) => {
    const variables = { first: 7 };
    const byText = await post({ query: ACCOUNTS, variables });
    expect(bodyOf(byText)).toMatchObject({ data: { accounts: { nodes: [{ name: 'Acme' }] } } });
    for (const response of [
      await post({ documentId, variables }),
      await post({ documentId, query: ACCOUNTS, variables, operationName: 'Names' }),
      await get({ documentId, variables: JSON.stringify(variables) }),
      await get({ documentId, query: ACCOUNTS, variables: JSON.stringify(variables) }),
    ]) {
      expect(response.status).toBe(200);
      expect(bodyOf(response).data).toEqual(bodyOf(byText).data);
      expect(bodyOf(response).extensions?.cost.requested).toBe(bodyOf(byText).extensions?.cost.requested);
    }
  });

  test('are all that people may follow over a WebSocket, unlike scripts', async () => {
    const url = await listen(api);
    const known = readOperations().find(({ name }) => name === 'follow-events')?.query ?? '';
    const unknown = 'subscription { events { id occurredAt } }';
    const refusalOf = async (token: string, query: string): Promise<readonly string[]> => {
      const follower = new Follower(url, { authorization: `Bearer ${token}` }, query);
      await until('it is refused or followed', async () => {
        const metrics = await request(api.application.http.server)
          .get('/metrics')
          .set('authorization', `Bearer ${TOKENS.VIEWER}`);
        return follower.ended !== null || /^tierbook_open_subscriptions 1$/m.test(metrics.text);
      });
      await follower.stop();
      return follower.errors.map(({ extensions }) => extensions.code);
    };
    expect(await refusalOf(person, unknown)).toEqual(['DOCUMENT_NOT_TRUSTED']);
    expect(await refusalOf(person, known)).toEqual([]);
    expect(await refusalOf(TOKENS.VIEWER, unknown)).toEqual([]);
  });

  // More often than a document is interpreted before it is compiled.
  test('go on answering the same once they are compiled', async () => {
    const bodies = [];
    for (let call = 0; call < 8; call += 1) bodies.push(bodyOf(await post({ documentId: MD5 })).data);
    expect(new Set(bodies.map((body) => JSON.stringify(body)))).toEqual(
      new Set(['{"accounts":{"nodes":[{"name":"Acme"}]}}']),
    );
  });

  test('are the examples, too, by the hashes of their files', async () => {
    const ids = readOperations().map(({ query }) => `sha256:${hashOf(query)}`);
    const answers = await Promise.all(ids.map((documentId) => post({ documentId }, person)));
    expect(answers.map((answer) => bodyOf(answer).errors?.[0]?.extensions.code)).not.toContain(
      'DOCUMENT_NOT_FOUND',
    );
    const viewer = readOperations().find(({ name }) => name === 'viewer')?.query ?? '';
    expect(bodyOf(await post({ documentId: hashOf(viewer) }, person))).toHaveProperty('data.viewer');
  });

  test.each<[string, () => request.Test, string]>([
    ['an unknown id', () => post({ documentId: 'sha256:0' }), '400 DOCUMENT_NOT_FOUND'],
    ['an unknown id over GET', () => get({ documentId: 'abc' }), '400 DOCUMENT_NOT_FOUND'],
    ['a malformed id', () => post({ documentId: 'a b' }), '400 BAD_REQUEST'],
    ['an id that is no text', () => post({ documentId: 7 }), '400 BAD_REQUEST'],
    ['an id and another text', () => post({ documentId: MD5, query: STRANGE }), '400 BAD_REQUEST'],
    ['an id and another text over GET', () => get({ documentId: MD5, query: STRANGE }), '400 BAD_REQUEST'],
    ['an id and a blank text', () => post({ documentId: MD5, query: ' ' }), '400 BAD_REQUEST'],
    ['neither', () => post({ variables: {} }), '400 BAD_REQUEST'],
    ['two ids', () => get({ documentId: MD5 }).query('documentId=b'), '400 BAD_REQUEST'],
    [
      'an unknown operation',
      () => post({ documentId: MD5, operationName: 'X' }),
      '400 OPERATION_RESOLUTION_FAILURE',
    ],
    ['a wrong variable', () => post({ documentId: MD5, variables: { first: 'x' } }), '400 BAD_USER_INPUT'],
    [
      'a page that is too long',
      () =>
        post({
          documentId: hashOf(readOperations().find(({ name }) => name === 'accounts')?.query ?? ''),
          variables: { first: 101 },
        }),
      '400 BAD_USER_INPUT',
    ],
    ['a mutation over GET', () => get({ documentId: 'x-app:rename' }, TOKENS.ADMIN), '405 BAD_REQUEST'],
    ['a mutation by a viewer', () => post({ documentId: 'x-app:rename' }), '403 FORBIDDEN'],
    ['nobody', () => post({ documentId: MD5 }, 'no-token-of-anybody'), '401 UNAUTHENTICATED'],
  ])('are refused to %s', async (_title, send, expected) => {
    const response = await send();
    expect(outcome(response)).toBe(expected);
    expect(response.text).not.toContain('Did you mean');
  });

  test('over GET need the header that no form can send', async () => {
    const response = await request(api.application.http.server)
      .get(`/graphql?documentId=${MD5}`)
      .set('authorization', `Bearer ${TOKENS.VIEWER}`);
    expect(response.status).toBe(400);
  });

  test('keep a query small that carries bulk', async () => {
    const response = await post({ documentId: MD5, variables: { first: 1, more: 'x'.repeat(120_000) } });
    expect(outcome(response)).toBe('413 BAD_REQUEST');
  });

  test('are all that people may ask for, and not all that scripts may', async () => {
    expect(outcome(await post({ query: STRANGE }, person))).toBe('403 DOCUMENT_NOT_TRUSTED');
    expect(outcome(await get({ query: STRANGE }, person))).toBe('403 DOCUMENT_NOT_TRUSTED');
    expect(outcome(await post({ query: '{ __schema { types { name } } }' }, person))).toBe(
      '403 DOCUMENT_NOT_TRUSTED',
    );
    expect(outcome(await post({ documentId: hashOf(STRANGE), query: STRANGE }, person))).toBe(
      '403 DOCUMENT_NOT_TRUSTED',
    );
    expect(outcome(await post({ documentId: MD5 }, person))).toBe('200 OK');
    expect(outcome(await get({ documentId: MD5 }, person))).toBe('200 OK');
    expect(outcome(await post({ query: ACCOUNTS }, person))).toBe('200 OK');
    expect(outcome(await post({ query: STRANGE }))).toBe('200 OK');
  });

  test('that the schema does not have stop the start', async () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, JSON.stringify({ a: 'query Gone { tierList }', b: '{ viewer { name } }' }));
    await expect(startApi(clock, { trustedDocuments: broken })).rejects.toThrow(ConfigError);
  });
});
