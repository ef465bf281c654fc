import { toGlobalId } from '../../src/graphql/ids';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';

interface Entry {
  readonly id: string;
  readonly occurredAt: string;
  readonly actorId: string;
  readonly requestId: string;
  readonly action: string;
  readonly subject: string;
  readonly subjectId: string | null;
  readonly account: { readonly externalId: string } | null;
}
interface Entries {
  readonly auditEntries: {
    readonly totalCount: number;
    readonly nodes: readonly Entry[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  };
}

const ENTRIES = `query ($where: AuditFilter, $first: Int! = 100, $after: String) {
  auditEntries(where: $where, first: $first, after: $after) {
    totalCount
    nodes { id occurredAt actorId requestId action subject subjectId account { externalId } }
    pageInfo { endCursor hasNextPage }
  }
}`;

describe('the audit through the API', () => {
  const clock = fixedClock('2026-03-02');
  let api: TestApi;
  const ids = { A: '', B: '', anna: '' };
  let overrideRequest: string;

  beforeAll(async () => {
    api = await startApi(clock);
    const done = async (mutation: string): Promise<string> => {
      const { errors, headers } = await api.send('ADMIN', `mutation { ${mutation} }`);
      expect(errors).toEqual([]);
      return headers['x-request-id'] ?? '';
    };
    await done(
      `upsertAccounts(input: { accounts: [{ externalId: "A", arr: "30000" }, { externalId: "B", arr: "30000" }] }) { results { outcome } }`,
    );
    await done(
      `upsertCsms(input: { csms: [{ externalId: "anna", name: "Anna" }, { externalId: "ben", name: "Ben" }] }) { results { outcome } }`,
    );
    clock.setDay('2026-03-03');
    await done(
      `setLeave(input: { csm: "anna", from: "2026-04-01", to: "2026-04-08", backup: "ben" }) { userErrors { code } }`,
    );
    overrideRequest = await done(
      `overrideTier(input: { externalId: "A", tier: "strategic", reason: BRAND, expiresOn: "2026-06-01" }) { userErrors { code } }`,
    );
    const rows = await api.database.query<{ name: 'A' | 'B' | 'anna'; id: string }>(
      `SELECT external_id AS name, id::text FROM account UNION ALL SELECT external_id, id::text FROM csm WHERE external_id = 'anna'`,
    );
    for (const { name, id } of rows) ids[name] = toGlobalId(name === 'anna' ? 'Csm' : 'Account', id);
  });
  afterAll(async () => {
    await api.close();
  });

  const entries = async (where: object, more: object = {}): Promise<Entries['auditEntries']> => {
    const { data, errors } = await api.send<Entries>('ADMIN', ENTRIES, { where, ...more });
    expect(errors).toEqual([]);
    return data.auditEntries;
  };
  const ofUs = { actorId: 'token:ADMIN' };

  test.each<[string, () => object, readonly string[]]>([
    ['of one subject', () => ({ subjects: ['OVERRIDE'] }), ['OVERRIDE CREATED']],
    ['of what was done', () => ({ ...ofUs, actions: ['DELETED', 'CHANGED'] }), []],
    [
      'of an account, and of what belongs to it',
      () => ({ accountId: ids.A }),
      ['OVERRIDE CREATED', 'ACCOUNT CREATED'],
    ],
    ['of a thing', () => ({ subjectId: ids.B }), ['ACCOUNT CREATED']],
    [
      'of a CSM, and of the parts of one',
      () => ({ subjectId: ids.anna }),
      ['CSM_LEAVE CREATED', 'CSM_EMPLOYMENT CREATED', 'CSM CREATED'],
    ],
    [
      'of a part of a CSM alone',
      () => ({ subjectId: ids.anna, subjects: ['CSM_LEAVE'] }),
      ['CSM_LEAVE CREATED'],
    ],
    ['of an id that stands for nothing', () => ({ subjectId: 'x' }), []],
    ['of an account that there is not', () => ({ accountId: toGlobalId('Account', '999') }), []],
    ['of a request', () => ({ requestId: overrideRequest }), ['OVERRIDE CREATED']],
    ['of somebody else', () => ({ actorId: 'token:MANAGER' }), []],
    [
      'from a moment on',
      () => ({ ...ofUs, from: '2026-03-03T12:00:00Z' }),
      ['OVERRIDE CREATED', 'CSM_LEAVE CREATED'],
    ],
    [
      'before a moment',
      () => ({ ...ofUs, to: '2026-03-03T12:00:00Z', subjects: ['ACCOUNT'] }),
      ['ACCOUNT CREATED', 'ACCOUNT CREATED'],
    ],
  ])('gives the entries %s, the newest first', async (_title, where, expected) => {
    const { nodes, totalCount } = await entries(where());
    expect(nodes.map(({ subject, action }) => `${subject} ${action}`)).toEqual(expected);
    expect(totalCount).toBe(expected.length);
  });

  test('leads from an entry to what was written and to its account, and is paged', async () => {
    const [entry] = (await entries({ subjects: ['OVERRIDE'] })).nodes;
    expect(entry).toMatchObject({
      actorId: 'token:ADMIN',
      requestId: overrideRequest,
      occurredAt: '2026-03-03T12:00:00Z',
      account: { externalId: 'A' },
    });
    const { data } = await api.send(
      'ADMIN',
      `query ($subject: ID!, $entry: ID!) {
        subject: node(id: $subject) { __typename ... on Override { account { externalId } } }
        entry: node(id: $entry) { ... on AuditEntry { subject account { externalId } } }
      }`,
      { subject: entry?.subjectId, entry: entry?.id },
    );
    expect(data).toEqual({
      subject: { __typename: 'Override', account: { externalId: 'A' } },
      entry: { subject: 'OVERRIDE', account: { externalId: 'A' } },
    });
    const all = (await entries(ofUs)).nodes.map(({ id }) => id);
    const first = await entries(ofUs, { first: 3 });
    const second = await entries(ofUs, { first: 3, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes].map(({ id }) => id)).toEqual(all.slice(0, 6));
  });

  test('is there for nobody but admins', async () => {
    const [entry] = (await entries({})).nodes;
    const { data } = await api.send('MANAGER', 'query ($id: ID!) { node(id: $id) { id } }', {
      id: entry?.id,
    });
    expect(data).toEqual({ node: null });
    const { errors } = await api.send('MANAGER', ENTRIES);
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });
});
