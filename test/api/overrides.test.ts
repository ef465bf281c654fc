import request from 'supertest';
import { COMMAND_LINE, type Role } from '../../src/app/actor';
import { type Answer, startApi, type TestApi } from '../support/api';
import { fixedClock, type TestClock } from '../support/clock';
import { makeCsm, written } from '../support/override-book';

const OVERRIDE = `override { id status tier { key } reason note expiresOn requestedBy startedOn version account { externalId } }`;
const ERRORS = `userErrors { code field message }`;
const OVERRIDE_TIER = `mutation O($input: OverrideTierInput!) {
  overrideTier(input: $input) { ${OVERRIDE} account { tier { key } override { id } } ${ERRORS} }
}`;
const OVERRIDE_TIERS = `mutation O($input: OverrideTiersInput!) {
  overrideTiers(input: $input) { results { outcome account { externalId } override { id } userErrors { code field } } ${ERRORS} }
}`;
const DECIDE = `mutation D($input: DecideOverrideInput!) { decideOverride(input: $input) { override { status } ${ERRORS} } }`;
const WITHDRAW = `mutation W($input: WithdrawOverrideInput!) { withdrawOverride(input: $input) { override { status } ${ERRORS} } }`;
const REVOKE = `mutation R($input: RevokeOverrideInput!) {
  revokeOverride(input: $input) { override { status endReason endNote endedBy } account { tier { key } pendingDowngrade { graceUntil } } ${ERRORS} }
}`;

interface UserError {
  code: string;
  field: string[];
}
interface Payload {
  override: Record<string, unknown> | null;
  account: Record<string, unknown> | null;
  userErrors: UserError[];
}

describe('overrides over HTTP', () => {
  let clock: TestClock;
  let api: TestApi;

  beforeEach(async () => {
    clock = fixedClock('2026-03-02');
    api = await startApi(clock);
    await api.book.accounts.upsertAccounts(COMMAND_LINE, [
      { externalId: 'A', values: { arr: 3_000_000 as never } },
      { externalId: 'B', values: { arr: 1_000_000 as never } },
      { externalId: 'GONE', values: { status: 'CHURNED' } },
    ]);
  });
  afterEach(async () => {
    await api.close();
  });

  const input = (given: object = {}): object => ({
    externalId: 'A',
    tier: 'strategic',
    reason: 'BRAND',
    expiresOn: '2026-06-01',
    ...given,
  });
  const send = async <D>(
    role: Role,
    query: string,
    variables: object,
    text?: string,
  ): Promise<Answer<Record<string, D>>> => {
    if (text === undefined) return api.send(role, query, variables);
    const response = await request(api.application.http.server)
      .post('/graphql')
      .set('authorization', `Bearer ${text}`)
      .send({ query, variables });
    const { data, errors } = response.body as { data: Record<string, D>; errors?: Answer['errors'] };
    return { status: response.status, data, errors: errors ?? [], headers: response.headers };
  };
  const one = async (role: Role, query: string, given: object, text?: string): Promise<Payload> => {
    const { status, data, errors } = await send<Payload>(role, query, { input: given }, text);
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    const [payload] = Object.values(data);
    if (payload === undefined) throw new Error('one mutation gives one payload');
    return payload;
  };
  const codes = ({ userErrors }: { userErrors: UserError[] }): string[] =>
    userErrors.map(({ code, field }) => `${code} ${field.join('.')}`);
  /** A token of a CSM who looks after A. */
  const csmToken = async (): Promise<string> => {
    await makeCsm(api.database, 'csm-1', ['A', 'GONE'], '2026-01-01');
    const { text } = await api.book.tokens.create(COMMAND_LINE, 'csm', 'CSM', null, 'csm-1');
    return text;
  };

  test('20 times the same call with one key: one override, 20 equal answers', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        api.send<Record<string, Payload>>('MANAGER', OVERRIDE_TIER, {
          input: input({ idempotencyKey: 'key-1' }),
        }),
      ),
    );
    expect(answers[0]).toMatchObject({
      status: 200,
      errors: [],
      data: {
        overrideTier: {
          override: { status: 'ACTIVE', tier: { key: 'strategic' }, requestedBy: 'The MANAGER', version: 1 },
          account: { tier: { key: 'strategic' } },
          userErrors: [],
        },
      },
    });
    for (const { data } of answers) expect(data).toEqual(answers[0]?.data);
    expect(await api.database.query('SELECT count(*)::int AS rows FROM tier_override')).toEqual([
      { rows: 1 },
    ]);
    expect(
      codes(await one('MANAGER', OVERRIDE_TIER, input({ idempotencyKey: 'key-1', tier: 'scale' }))),
    ).toEqual(['IDEMPOTENCY_KEY_MISMATCH idempotencyKey']);
  });

  test('two different ones at once: one wins, the other is told so', async () => {
    const both = await Promise.all(
      ['strategic', 'tech-touch'].map((tier, index) =>
        one('MANAGER', OVERRIDE_TIER, input({ tier, idempotencyKey: `key-${index}` })),
      ),
    );
    expect(both.map(codes).sort()).toEqual([[], ['OVERRIDE_ACTIVE supersede']]);
    const winner = both.find(({ override }) => override !== null);
    expect(await api.database.query('SELECT status, tier FROM tier_override')).toEqual([
      { status: 'ACTIVE', tier: (winner?.override?.tier as { key: string }).key },
    ]);
  });

  test.each<{ case: string; given: object; expected: string }>([
    { case: 'of a churned account', given: { externalId: 'GONE' }, expected: 'ACCOUNT_CHURNED account' },
    { case: 'that ends today', given: { expiresOn: '2026-03-02' }, expected: 'INVALID_VALUE expiresOn' },
    { case: 'that ended yesterday', given: { expiresOn: '2026-03-01' }, expected: 'INVALID_VALUE expiresOn' },
    { case: 'of 366 days', given: { expiresOn: '2027-03-03' }, expected: 'INVALID_VALUE expiresOn' },
    {
      case: 'with a note too short',
      given: { reason: 'OTHER', note: '123456789' },
      expected: 'INVALID_VALUE note',
    },
    { case: 'without the note of OTHER', given: { reason: 'OTHER' }, expected: 'REQUIRED note' },
    { case: 'to an unknown tier', given: { tier: 'gold' }, expected: 'INVALID_VALUE tier' },
    { case: 'of nobody', given: { externalId: 'NOBODY' }, expected: 'NOT_FOUND externalId' },
    { case: 'by a malformed id', given: { accountId: 'x' }, expected: 'NOT_FOUND accountId' },
    {
      case: 'on a stale version',
      given: { expectedVersion: 7 },
      expected: 'STALE_VERSION expectedVersion',
    },
    { case: 'with an empty key', given: { idempotencyKey: ' ' }, expected: 'INVALID_VALUE idempotencyKey' },
  ])('one $case is a typed user error, and nothing is written', async ({ given, expected }) => {
    const before = await written(api.database);
    for (const role of ['MANAGER', 'ADMIN'] as const) {
      const payload = await one(role, OVERRIDE_TIER, input(given));
      expect(codes(payload)).toEqual([expected]);
      expect(payload).toMatchObject({ override: null, account: null });
    }
    expect(await written(api.database)).toEqual(before);
  });

  test('a CSM asks for the own accounts, and never decides that', async () => {
    const text = await csmToken();
    const outside = await one('CSM', OVERRIDE_TIER, input({ externalId: 'B' }), text);
    expect(codes(outside)).toEqual(['OUTSIDE_PORTFOLIO account']);
    expect(codes(await one('CSM', OVERRIDE_TIER, input()))).toEqual(['OUTSIDE_PORTFOLIO account']);
    const asked = await one('CSM', OVERRIDE_TIER, input(), text);
    expect(asked).toMatchObject({
      override: { status: 'REQUESTED', startedOn: null },
      account: { tier: { key: 'core' }, override: null },
    });
    const overrideId = asked.override?.id;
    const before = await written(api.database);
    const approval = { overrideId, decision: 'APPROVE' };
    expect(codes(await one('CSM', DECIDE, approval, text))).toEqual(['OWN_REQUEST overrideId']);
    // Promoted since, but still the same person.
    await api.database.query(`UPDATE api_token SET role = 'MANAGER', csm_id = NULL WHERE name = 'csm'`);
    expect(codes(await one('MANAGER', DECIDE, approval, text))).toEqual(['OWN_REQUEST overrideId']);
    expect(await written(api.database)).toEqual(before);
    const refused = await api.send('CSM', DECIDE, { input: approval });
    expect(refused.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    expect((await one('MANAGER', DECIDE, approval)).override).toEqual({ status: 'ACTIVE' });
    expect(codes(await one('MANAGER', WITHDRAW, { overrideId }))).toEqual(['WRONG_STATUS overrideId']);
  });

  test('is revoked with a note, once', async () => {
    const { override } = await one('MANAGER', OVERRIDE_TIER, input());
    const revocation = { overrideId: override?.id, note: 'The logo left', idempotencyKey: 'revoke-1' };
    const revoked = {
      override: {
        status: 'REVOKED',
        endReason: 'DECISION',
        endNote: 'The logo left',
        endedBy: 'The MANAGER',
      },
      account: { tier: { key: 'strategic' }, pendingDowngrade: { graceUntil: '2026-04-01' } },
      userErrors: [],
    };
    expect(await one('MANAGER', REVOKE, revocation)).toEqual(revoked);
    expect(await one('MANAGER', REVOKE, revocation)).toEqual(revoked);
    expect(codes(await one('MANAGER', REVOKE, { ...revocation, idempotencyKey: null }))).toEqual([
      'WRONG_STATUS overrideId',
    ]);
    expect(codes(await one('MANAGER', REVOKE, { overrideId: 'x', note: 'No' }))).toEqual([
      'NOT_FOUND overrideId',
    ]);
  });

  test('a bulk answers each by itself, and a second time the same', async () => {
    const overrides = [
      input(),
      input({ externalId: 'B', tier: 'gold' }),
      input({ accountId: 'nonsense', externalId: null }),
      input({ externalId: 'GONE' }),
      input(),
    ];
    const bulk = async () => {
      const { status, data, errors } = await send<{ results: unknown[]; userErrors: UserError[] }>(
        'ADMIN',
        OVERRIDE_TIERS,
        { input: { overrides, idempotencyKey: 'bulk-1' } },
      );
      expect({ status, errors }).toEqual({ status: 200, errors: [] });
      return data.overrideTiers;
    };
    const first = await bulk();
    expect(first?.results).toMatchObject([
      { outcome: 'ACTIVE', account: { externalId: 'A' }, userErrors: [] },
      { outcome: 'REFUSED', override: null, userErrors: [{ code: 'INVALID_VALUE', field: ['tier'] }] },
      { outcome: 'REFUSED', account: null, userErrors: [{ code: 'NOT_FOUND', field: ['accountId'] }] },
      { outcome: 'REFUSED', userErrors: [{ code: 'ACCOUNT_CHURNED', field: ['account'] }] },
      { outcome: 'REFUSED', userErrors: [{ code: 'CONFLICT', field: ['externalId'] }] },
    ]);
    const before = await written(api.database);
    expect(await bulk()).toEqual(first);
    expect(await written(api.database)).toEqual(before);
  });

  test('are listed, filtered, found by id and beside their account', async () => {
    const text = await csmToken();
    const { override } = await one('CSM', OVERRIDE_TIER, input(), text);
    await one(
      'MANAGER',
      OVERRIDE_TIER,
      input({ externalId: 'B', tier: 'strategic', reason: 'RISK_RECOVERY' }),
    );
    await one(
      'ADMIN',
      OVERRIDE_TIER,
      input({ externalId: 'B', tier: 'scale', supersede: true, expiresOn: '2026-04-01' }),
    );
    const list = async (where: object): Promise<unknown> => {
      const { data, errors } = await api.send<{ overrides: { totalCount: number; nodes: unknown[] } }>(
        'VIEWER',
        `query L($where: OverrideFilter) { overrides(where: $where) { totalCount nodes { status tier { key } account { externalId } } } }`,
        { where },
      );
      expect(errors).toEqual([]);
      return data.overrides.nodes.map((node) => {
        const { status, tier, account } = node as {
          status: string;
          tier: { key: string };
          account: { externalId: string };
        };
        return `${account.externalId} ${status} ${tier.key}`;
      });
    };
    const [asked, replaced, active] = ['A REQUESTED strategic', 'B SUPERSEDED strategic', 'B ACTIVE scale'];
    expect(await list({})).toEqual([active, replaced, asked]);
    expect(await list({ statuses: ['REQUESTED', 'ACTIVE'] })).toEqual([active, asked]);
    expect(await list({ tiers: ['strategic'], reasons: ['BRAND'] })).toEqual([asked]);
    expect(await list({ requestedById: 'token:MANAGER' })).toEqual([replaced]);
    expect(await list({ expiresTo: '2026-04-30' })).toEqual([active]);
    expect(await list({ account: { overridden: true } })).toEqual([active, replaced]);
    expect(await list({ account: { overridden: false } })).toEqual([asked]);
    const { data } = await api.send<Record<string, unknown>>(
      'VIEWER',
      `query N($id: ID!) {
        node(id: $id) { ... on Override { status account { externalId } } }
        account(externalId: "B") {
          heldTier { key } tier { key } override { reason requestedById }
          overrides(first: 1) { totalCount pageInfo { hasNextPage } nodes { status } }
        }
      }`,
      { id: override?.id },
    );
    expect(data).toEqual({
      node: { status: 'REQUESTED', account: { externalId: 'A' } },
      account: {
        heldTier: { key: 'scale' },
        tier: { key: 'scale' },
        override: { reason: 'BRAND', requestedById: 'token:ADMIN' },
        overrides: { totalCount: 2, pageInfo: { hasNextPage: true }, nodes: [{ status: 'ACTIVE' }] },
      },
    });
  });

  test('drift is their share of the accounts and of the ARR, by reason, author and tier', async () => {
    await api.book.accounts.upsertAccounts(COMMAND_LINE, [
      { externalId: 'C', values: { name: 'No ARR yet' } },
    ]);
    const drift = async (where: object = {}) => {
      const { data, errors } = await api.send<{ overrideDrift: unknown }>(
        'VIEWER',
        `query D($where: AccountFilter) { overrideDrift(where: $where) {
          accounts accountShare arr arrShare
          byReason { reason accounts arrShare } byAuthor { author authorId accounts arrShare } byTier { tier { key } accounts accountShare }
        } }`,
        { where },
      );
      expect(errors).toEqual([]);
      return data.overrideDrift;
    };
    expect(await drift()).toEqual({
      accounts: 0,
      accountShare: 0,
      arr: '0.00',
      arrShare: 0,
      byReason: [],
      byAuthor: [],
      byTier: [],
    });
    await one('MANAGER', OVERRIDE_TIER, input());
    await one('ADMIN', OVERRIDE_TIER, input({ externalId: 'B', reason: 'OTHER', note: 'A long story' }));
    expect(await drift()).toEqual({
      accounts: 2,
      accountShare: 0.666667,
      arr: '40000.00',
      arrShare: 1,
      byReason: [
        { reason: 'BRAND', accounts: 1, arrShare: 0.75 },
        { reason: 'OTHER', accounts: 1, arrShare: 0.25 },
      ],
      byAuthor: [
        { author: 'The MANAGER', authorId: 'token:MANAGER', accounts: 1, arrShare: 0.75 },
        { author: 'The ADMIN', authorId: 'token:ADMIN', accounts: 1, arrShare: 0.25 },
      ],
      byTier: [{ tier: { key: 'strategic' }, accounts: 2, accountShare: 0.666667 }],
    });
    expect(await drift({ externalId: { eq: 'C' } })).toMatchObject({ accountShare: 0, arrShare: null });
    expect(await drift({ externalId: { eq: 'NOBODY' } })).toMatchObject({ accountShare: null });
  });

  test('in the past, accounts can be grouped by whether they stood under one', async () => {
    const { override } = await one('MANAGER', OVERRIDE_TIER, input());
    clock.setDay('2026-03-10');
    await one('MANAGER', REVOKE, { overrideId: override?.id, note: 'Enough', dataError: true });
    const overridden = async (asOf: string): Promise<unknown> => {
      const { data, errors } = await api.send<{ breakdown: { totals: { accounts: number } } }>(
        'VIEWER',
        `query B($asOf: Date) { breakdown(by: [], where: { overridden: true }, asOf: $asOf) { totals { accounts } } }`,
        { asOf },
      );
      expect(errors).toEqual([]);
      return data.breakdown.totals.accounts;
    };
    expect([
      await overridden('2026-03-01'),
      await overridden('2026-03-02'),
      await overridden('2026-03-09'),
      await overridden('2026-03-10'),
    ]).toEqual([0, 1, 1, 0]);
  });
});
