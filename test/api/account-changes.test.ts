import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';

const UPSERT = `mutation Upsert($accounts: [UpsertAccountInput!]!) {
  upsertAccounts(input: { accounts: $accounts }) {
    results { externalId outcome account { externalId tier { key } } userErrors { code field message } }
    userErrors { code field message }
  }
}`;

interface UserError {
  code: string;
  field: string[];
  message: string;
}

interface Upserted {
  upsertAccounts: {
    results: {
      externalId: string;
      outcome: string;
      account: { tier: { key: string } | null } | null;
      userErrors: UserError[];
    }[];
    userErrors: UserError[];
  };
}

describe('changes of accounts over HTTP', () => {
  const clock = fixedClock('2026-03-02');
  let api: TestApi;

  beforeEach(async () => {
    api = await startApi(clock);
  });
  afterEach(async () => {
    await api.close();
  });

  const upsert = async (accounts: object[]): Promise<Upserted['upsertAccounts']> => {
    const { status, data, errors } = await api.send<Upserted>('ADMIN', UPSERT, { accounts });
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    return data.upsertAccounts;
  };

  test('answer each account by itself: created, refused, left as it was', async () => {
    const good = {
      externalId: 'GOOD',
      name: 'Good',
      arr: '40000.00',
      expansionAssessment: 'HIGH',
      country: 'UK',
    };
    const first = await upsert([
      good,
      { externalId: 'BAD', arr: '-5' },
      { externalId: 'SELF', parentExternalId: 'SELF' },
      good,
    ]);
    expect(first.results.map(({ outcome }) => outcome)).toEqual(['CREATED', 'REFUSED', 'REFUSED', 'REFUSED']);
    expect(
      first.results.map(({ userErrors }) =>
        userErrors.map(({ code, field }) => `${code} ${field.join('.')}`),
      ),
    ).toEqual([
      [],
      ['INVALID_VALUE arr'],
      ['PARENT_CYCLE parentExternalId'],
      ['DUPLICATE_EXTERNAL_ID externalId'],
    ]);
    expect(first.results[0]?.account?.tier).toEqual({ key: 'strategic' });
    const again = await upsert([good]);
    expect(again.results.map(({ outcome }) => outcome)).toEqual(['UNCHANGED']);
    expect(await api.database.query('SELECT external_id, country FROM account')).toEqual([
      { external_id: 'GOOD', country: 'GB' },
    ]);
  });

  test('of 501 accounts are refused as a whole, and of 500 are done', async () => {
    const many = (count: number): object[] =>
      Array.from({ length: count }, (_, index) => ({ externalId: `X${index}`, arr: index }));
    expect(await upsert(many(501))).toMatchObject({
      results: [],
      userErrors: [{ code: 'TOO_MANY_ITEMS', field: ['accounts'] }],
    });
    expect((await upsert(many(500))).results.filter(({ outcome }) => outcome === 'CREATED')).toHaveLength(
      500,
    );
    expect(await api.database.query('SELECT count(*)::int AS accounts FROM account')).toEqual([
      { accounts: 500 },
    ]);
  });

  test.each([
    ['a word as an amount', { externalId: 'A', arr: 'much' }],
    ['an amount with 3 places', { externalId: 'A', arr: '1.005' }],
    ['a day that no calendar has', { externalId: 'A', renewalDate: '2026-02-30' }],
    ['a misspelt field', { externalId: 'A', ar: '1' }],
    ['no external id', { arr: '1' }],
  ])('with %s are refused before anything runs', async (_title, account) => {
    const { status, errors } = await api.send('ADMIN', UPSERT, { accounts: [account] });
    expect({ status, code: errors[0]?.extensions.code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
    expect(await api.database.query('SELECT id FROM account')).toEqual([]);
  });

  test('of designations say in the payload what stands in their way', async () => {
    await upsert([{ externalId: 'A', arr: '4000' }]);
    const designate = (input: object) =>
      api.send<{ designateStrategic: { account: unknown; userErrors: UserError[] } }>(
        'MANAGER',
        'mutation D($input: DesignateStrategicInput!) { designateStrategic(input: $input) { account { tier { key } designation { author reviewOn } } userErrors { code field message } } }',
        { input },
      );
    expect((await designate({ externalId: 'NOBODY', reason: 'Logo' })).data.designateStrategic).toMatchObject(
      {
        account: null,
        userErrors: [{ code: 'NOT_FOUND', field: ['externalId'] }],
      },
    );
    expect(
      (await designate({ accountId: 'nonsense', reason: 'Logo' })).data.designateStrategic,
    ).toMatchObject({
      account: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['accountId'] }],
    });
    expect((await designate({ externalId: 'A', reason: 'Logo' })).data.designateStrategic).toEqual({
      account: { tier: { key: 'strategic' }, designation: { author: 'The MANAGER', reviewOn: '2027-03-02' } },
      userErrors: [],
    });
    expect(
      (await designate({ externalId: 'A', reason: 'Logo' })).data.designateStrategic.userErrors,
    ).toMatchObject([{ code: 'ALREADY_DESIGNATED' }]);
  });

  test('of designations are safe to send twice with one key, and only on the version that was seen', async () => {
    await upsert([{ externalId: 'A', arr: '4000' }]);
    const change = async (name: string, input: object) => {
      const type = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Input`;
      const { data, errors } = await api.send<Record<string, { userErrors: UserError[] }>>(
        'MANAGER',
        `mutation D($input: ${type}!) { ${name}(input: $input) { account { version } userErrors { code field } } }`,
        { input: { externalId: 'A', ...input } },
      );
      expect(errors).toEqual([]);
      return data[name];
    };
    const stale = { account: null, userErrors: [{ code: 'STALE_VERSION', field: ['expectedVersion'] }] };
    const first = { reason: 'Logo', expectedVersion: 1, idempotencyKey: 'd-1' };
    expect(await change('designateStrategic', { ...first, expectedVersion: 2 })).toEqual(stale);
    const designated = { account: { version: 2 }, userErrors: [] };
    expect(await change('designateStrategic', first)).toEqual(designated);
    expect(await change('designateStrategic', first)).toEqual(designated);
    expect(await change('designateStrategic', { ...first, reason: 'Another' })).toMatchObject({
      userErrors: [{ code: 'IDEMPOTENCY_KEY_MISMATCH', field: ['idempotencyKey'] }],
    });
    expect(await change('endDesignation', { expectedVersion: 1 })).toEqual(stale);
    const ended = { account: { version: 3 }, userErrors: [] };
    expect(await change('endDesignation', { expectedVersion: 2, idempotencyKey: 'd-2' })).toEqual(ended);
    expect(await change('endDesignation', { expectedVersion: 2, idempotencyKey: 'd-2' })).toEqual(ended);
  });

  test('with one key are answered as the first time, refusals too', async () => {
    const call = async (accounts: object[]) =>
      (
        await api.send<Upserted>(
          'ADMIN',
          `mutation U($input: UpsertAccountsInput!) { upsertAccounts(input: $input) {
            results { externalId outcome userErrors { code field message } } userErrors { code field }
          } }`,
          { input: { accounts, idempotencyKey: 'u-1' } },
        )
      ).data.upsertAccounts;
    const accounts = [
      { externalId: 'A', arr: '4000' },
      { externalId: 'B', arr: '-1' },
    ];
    const [first, ...others] = await Promise.all([1, 2, 3, 4].map(() => call(accounts)));
    expect(first?.results.map(({ outcome }) => outcome)).toEqual(['CREATED', 'REFUSED']);
    expect(first?.results[1]?.userErrors).toMatchObject([{ code: 'INVALID_VALUE', field: ['arr'] }]);
    for (const other of others) expect(other).toEqual(first);
    expect((await call(accounts.slice(1))).userErrors).toEqual([
      { code: 'IDEMPOTENCY_KEY_MISMATCH', field: ['idempotencyKey'] },
    ]);
  });

  test('that fail in the database say nothing of it, and leave nothing behind', async () => {
    await api.database.query(`
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'secret table detail'; END $$;
      CREATE TRIGGER fail BEFORE INSERT ON tier_history FOR EACH ROW EXECUTE FUNCTION fail()`);
    const { status, errors, headers } = await api.send('ADMIN', UPSERT, {
      accounts: [{ externalId: 'A', arr: '1' }],
    });
    expect(errors[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(status).toBe(500);
    expect(errors[0]?.message).toContain(headers['x-request-id']);
    expect(JSON.stringify(errors)).not.toContain('secret');
    expect(await api.database.query('SELECT id FROM account')).toEqual([]);
  });
});
