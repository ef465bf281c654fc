import request from 'supertest';
import { COMMAND_LINE } from '../../src/app/actor';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { day } from '../support/facts';
import { StaffedBook } from '../support/staffed-book';

interface Named {
  externalId: string;
}

describe('CSMs, pools and portfolios through the API', () => {
  const clock = fixedClock('2026-01-05');
  let api: TestApi;
  let book: StaffedBook;

  beforeAll(async () => {
    api = await startApi(clock);
    book = new StaffedBook(api.database, clock);
    await book.seed({
      TOP: { arr: '600000' },
      CORE: { arr: '30000' },
      OTHER: { arr: '40000' },
      SCALE: { arr: '6000' },
      TECH: { arr: '100' },
      GONE: { arr: '30000' },
    });
    await book.staff({
      anna: { regions: ['EMEA'] },
      ben: { fte: 80, pool: 'east' },
      cleo: { from: '2026-03-01', pool: 'east' },
      old: { from: '2020-01-01', to: '2025-01-01' },
    });
    await book.assign({
      TOP: { csm: 'anna', executiveSponsor: 'CEO' },
      CORE: { csm: 'anna' },
      OTHER: { pool: 'east' },
      SCALE: { pool: 'east' },
      GONE: { csm: 'ben' },
    });
    book.on('2026-02-05');
    await book.account('GONE', { status: 'CHURNED' });
    await book.assign({ CORE: { csm: 'ben', reason: 'Language' } });
    await book.account('CORE', { arr: '35000' });
    await book.csms.setLeave(COMMAND_LINE, {
      csm: 'anna',
      from: day('2026-03-01'),
      to: day('2026-03-10'),
      backup: 'ben',
    });
    book.on('2026-03-05');
  });
  afterAll(async () => {
    await api.close();
  });

  const query = async <D>(text: string, variables: object = {}): Promise<D> => {
    const { data, errors } = await api.send<D>('VIEWER', text, variables);
    expect(errors).toEqual([]);
    return data;
  };

  test('an account says who looks after it, who did on any day, and its history', async () => {
    const { account } = await query<{ account: unknown }>(`{ account(externalId: "CORE") {
      csm { externalId fte name } pool { externalId } executiveSponsor
      before: ownerAt(date: "2026-02-04") { csm { externalId } to }
      then: ownerAt(date: "2026-02-05") { csm { externalId } to }
      never: ownerAt(date: "2026-01-04") { id }
      owners(first: 1) { totalCount nodes { csm { externalId } from to reason actor account { externalId } } pageInfo { hasNextPage } }
    } }`);
    expect(account).toEqual({
      csm: { externalId: 'ben', fte: '0.80', name: 'ben' },
      pool: null,
      executiveSponsor: null,
      before: { csm: { externalId: 'anna' }, to: '2026-02-05' },
      then: { csm: { externalId: 'ben' }, to: null },
      never: null,
      owners: {
        totalCount: 2,
        nodes: [
          {
            csm: { externalId: 'ben' },
            from: '2026-02-05',
            to: null,
            reason: 'Language',
            actor: 'Command line',
            account: { externalId: 'CORE' },
          },
        ],
        pageInfo: { hasNextPage: true },
      },
    });
  });

  test.each([
    ['what comes with the account', ['id externalId name'], ['id externalId name']],
    ['nothing but the type', ['__typename'], ['__typename']],
    ['more than that', ['name version fte'], ['name members { csm { externalId } }']],
    ['that and more, side by side', ['name', 'email regions'], ['name', 'createdAt']],
  ])('accounts have of who looks after them what is selected: %s', async (_what, csm, pool) => {
    const selection = [...csm.map((of) => `csm { ${of} }`), ...pool.map((of) => `pool { ${of} }`)].join(' ');
    const found = await query<{
      csm: object;
      pools: { nodes: object[] };
      accounts: object;
      account: object;
    }>(`{
      csm(externalId: "anna") { ${csm.join(' ')} } pools { nodes { ${pool.join(' ')} } }
      accounts(where: { externalId: { in: ["TOP", "OTHER", "TECH"] } }, orderBy: [{ field: ARR, direction: DESC }]) {
        nodes { ${selection} }
      }
      account(externalId: "OTHER") { ${selection} }
    }`);
    const [anna, east] = [found.csm, found.pools.nodes[0]];
    const [ofAnna, ofEast, ofNobody] = [anna, east, null].map((owner) => ({
      csm: owner === anna ? owner : null,
      pool: owner === east ? owner : null,
    }));
    expect(found.accounts).toEqual({ nodes: [ofAnna, ofEast, ofNobody] });
    expect(found.account).toEqual(ofEast);
  });

  test('a fragment that stands in two places has in each what is asked beside it', async () => {
    const { csm } = await query<{ csm: unknown }>(`
      fragment Backup on Leave { backup { name } }
      { csm(externalId: "anna") { leave { ...Backup } leaveOn { ...Backup backup { fte email } } } }`);
    expect(csm).toEqual({
      leave: [{ backup: { name: 'ben' } }],
      leaveOn: { backup: { name: 'ben', fte: '0.80', email: null } },
    });
  });

  test('a CSM shows employment, leave, pools and the portfolio of any day, with totals', async () => {
    const { csms } = await query<{
      csms: { totalCount: number; nodes: unknown[] };
    }>(`{ csms(where: { employedOn: "2026-03-05" }) { totalCount nodes {
      externalId regions employment { from to fte } leaveOn { to backup { externalId } } pools { pool { externalId name } from }
      portfolio { totalCount nodes { externalId } }
      past: portfolio(asOf: "2026-02-04", first: 5) { nodes { externalId } }
      portfolioTotals { accounts arr } pastTotals: portfolioTotals(asOf: "2026-02-04") { accounts arr asOf }
      sharedTotals { accounts arr }
    } } }`);
    expect(csms.totalCount).toBe(3);
    const [anna, ben, cleo] = csms.nodes;
    expect(anna).toEqual({
      externalId: 'anna',
      regions: ['EMEA'],
      employment: [{ from: null, to: null, fte: '1.00' }],
      leaveOn: { to: '2026-03-10', backup: { externalId: 'ben' } },
      pools: [],
      portfolio: { totalCount: 1, nodes: [{ externalId: 'TOP' }] },
      past: { nodes: [{ externalId: 'TOP' }, { externalId: 'CORE' }] },
      portfolioTotals: { accounts: 1, arr: '600000.00' },
      pastTotals: { accounts: 2, arr: '630000.00', asOf: '2026-02-04' },
      sharedTotals: { accounts: 0, arr: '0.00' },
    });
    expect(ben).toMatchObject({
      leaveOn: null,
      pools: [{ pool: { externalId: 'east', name: 'east' }, from: null }],
      portfolio: { nodes: [{ externalId: 'CORE' }] },
      pastTotals: { accounts: 1, arr: '30000.00' },
      sharedTotals: { accounts: 2, arr: '46000.00' },
    });
    expect(cleo).toMatchObject({
      portfolioTotals: { accounts: 0, arr: '0.00' },
      sharedTotals: { accounts: 2, arr: '46000.00' },
    });
  });

  test.each<[string, string, string[]]>([
    ['by part of the name', '{ name: "N" }', ['anna', 'ben']],
    ['by region', '{ region: "EMEA" }', ['anna']],
    ['by pool, as of today', '{ pool: "east" }', ['ben', 'cleo']],
    ['on leave', '{ onLeaveOn: "2026-03-09" }', ['anna']],
    ['back from leave', '{ onLeaveOn: "2026-03-10" }', []],
    ['employed on a past day', '{ employedOn: "2024-12-31" }', ['anna', 'ben', 'old']],
    ['by external id', '{ externalId: "old" }', ['old']],
  ])('CSMs are found %s', async (_, where, expected) => {
    const { csms } = await query<{ csms: { nodes: Named[] } }>(
      `{ csms(where: ${where}) { nodes { externalId } } }`,
    );
    expect(csms.nodes.map(({ externalId }) => externalId)).toEqual(expected);
  });

  test('a pool shows its members and its accounts', async () => {
    const { pools } = await query<{ pools: { nodes: unknown[] } }>(`{ pools { nodes { externalId
      members { csm { externalId } } early: members(asOf: "2026-02-01") { csm { externalId } }
      portfolio { nodes { externalId } } portfolioTotals { accounts arr } } } }`);
    expect(pools.nodes).toEqual([
      {
        externalId: 'east',
        members: [{ csm: { externalId: 'ben' } }, { csm: { externalId: 'cleo' } }],
        early: [{ csm: { externalId: 'ben' } }],
        portfolio: { nodes: [{ externalId: 'OTHER' }, { externalId: 'SCALE' }] },
        portfolioTotals: { accounts: 2, arr: '46000.00' },
      },
    ]);
  });

  test.each<[string, string, string[]]>([
    ['of one CSM', '{ csm: { eq: "ben" } }', ['CORE']],
    ['of some CSMs', '{ csm: { in: ["ben", "anna"] } }', ['TOP', 'CORE']],
    ['of a pool', '{ pool: { eq: "east" } }', ['OTHER', 'SCALE']],
    ['of nobody', '{ csm: { isNull: true }, pool: { isNull: true } }', ['TECH', 'GONE']],
    ['of anybody alone', '{ csm: { isNull: false } }', ['TOP', 'CORE']],
    ['of everybody else', '{ not: { csm: { eq: "ben" } } }', ['TOP', 'OTHER', 'SCALE', 'TECH', 'GONE']],
    ['of nobody by that name', `{ csm: { eq: "x' OR true" } }`, []],
  ])('accounts are found %s', async (_, where, expected) => {
    const { accounts } = await query<{ accounts: { totalCount: number; nodes: Named[] } }>(
      `{ accounts(where: ${where}) { totalCount nodes { externalId } } }`,
    );
    expect(accounts.nodes.map(({ externalId }) => externalId)).toEqual(expected);
    expect(accounts.totalCount).toBe(expected.length);
  });

  interface Rows {
    rows: {
      keys: { value: string | null }[];
      accounts: number;
      arr: string;
      startArr: string;
      endArr: string;
    }[];
    totals: { accounts: number; arr: string };
  }
  const groups = ({ rows }: Rows): Record<string, [number, string]> =>
    Object.fromEntries(
      rows.map(({ keys, accounts, arr }) => [keys.map(({ value }) => value).join(), [accounts, arr]]),
    );
  const breakdown = async (args: string): Promise<Rows> =>
    (
      await query<{ breakdown: Rows }>(
        `{ breakdown(${args}) { rows { keys { value } accounts arr } totals { accounts arr } } }`,
      )
    ).breakdown;

  test('the book is grouped by CSM and pool, today and on past days, and a pooled account counts once', async () => {
    const now = await breakdown('by: [CSM, POOL]');
    expect(groups(now)).toEqual({
      'anna,': [1, '600000.00'],
      'ben,': [1, '35000.00'],
      ',east': [2, '46000.00'],
      ',': [1, '100.00'],
    });
    expect(now.totals).toEqual({ accounts: 5, arr: '681100.00' });
    expect(groups(await breakdown('by: [CSM], asOf: "2026-02-04"'))).toEqual({
      anna: [2, '630000.00'],
      ben: [1, '30000.00'],
      '': [3, '46100.00'],
    });
    expect(groups(await breakdown('by: [POOL], asOf: "2026-01-04"'))).toEqual({ '': [6, '706100.00'] });
  });

  test('filters about past days follow who it was then, also where the model places anew', async () => {
    for (const basis of ['RECORDED', 'PUBLISHED_MODEL']) {
      const rows = await breakdown(
        `by: [TIER], where: { csm: { eq: "anna" } }, asOf: "2026-02-04", tierBasis: ${basis}`,
      );
      expect(groups(rows)).toEqual({ strategic: [1, '600000.00'], core: [1, '30000.00'] });
    }
    const none = await breakdown(
      'by: [], where: { csm: { isNull: true }, pool: { isNull: true } }, asOf: "2026-02-04"',
    );
    expect(none.totals).toEqual({ accounts: 1, arr: '100.00' });
  });

  test('retention belongs to who looked after the account at the beginning', async () => {
    const { retention } = await query<{ retention: Rows }>(
      `{ retention(by: [CSM], from: "2026-01-10", to: "2026-03-05") { rows { keys { value } startArr endArr } } }`,
    );
    expect(retention.rows.map(({ keys, startArr, endArr }) => [keys[0]?.value, startArr, endArr])).toEqual([
      ['anna', '630000.00', '635000.00'],
      [null, '46100.00', '46100.00'],
      ['ben', '30000.00', '0.00'],
    ]);
  });

  test('nodes are found again by their ids, and a day after today is refused', async () => {
    const { csm } = await query<{
      csm: { id: string; portfolio: { nodes: { owners: { nodes: { id: string }[] } }[] } };
    }>(`{ csm(externalId: "anna") { id portfolio { nodes { owners { nodes { id } } } } } }`);
    const ids = [csm.id, csm.portfolio.nodes[0]?.owners.nodes[0]?.id];
    const { nodes } = await query<{ nodes: unknown[] }>(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Csm { externalId } ... on PortfolioAssignment { executiveSponsor } } }`,
      { ids },
    );
    expect(nodes).toEqual([
      { __typename: 'Csm', externalId: 'anna' },
      { __typename: 'PortfolioAssignment', executiveSponsor: 'CEO' },
    ]);
    const { errors } = await api.send(
      'VIEWER',
      `{ csms { nodes { portfolioTotals(asOf: "2026-03-06") { arr } } } }`,
    );
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  test('a token of a CSM says whose it is, and cannot be made without one', async () => {
    const { tokens } = api.book;
    await expect(tokens.create(COMMAND_LINE, 'x', 'CSM', null)).rejects.toMatchObject({
      code: 'REQUIRED',
      field: ['csm'],
    });
    await expect(tokens.create(COMMAND_LINE, 'x', 'CSM', null, 'zoe')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const { text } = await tokens.create(COMMAND_LINE, 'anna', 'CSM', null, 'anna');
    const response = await request(api.application.http.server)
      .post('/graphql')
      .set('authorization', `Bearer ${text}`)
      .send({ query: '{ viewer { role csm { externalId portfolio { nodes { externalId } } } } }' });
    expect(response.body).toMatchObject({
      data: {
        viewer: { role: 'CSM', csm: { externalId: 'anna', portfolio: { nodes: [{ externalId: 'TOP' }] } } },
      },
    });
    expect(await query(`{ viewer { csm { id } } }`)).toEqual({ viewer: { csm: null } });
  });

  test('a manager employs, assigns and lets go; refusals are user errors', async () => {
    const send = async (mutation: string): Promise<unknown> => {
      const { data, errors } = await api.send<Record<string, unknown>>('MANAGER', `mutation { ${mutation} }`);
      expect(errors).toEqual([]);
      return Object.values(data)[0];
    };
    expect(
      await send(`upsertCsms(input: { csms: [
        { externalId: "dan", name: "Dan", employment: [{ from: "2026-01-01", fte: "0.5" }], pools: [{ pool: "east" }] },
        { externalId: "eve", name: "Eve", employment: [{ fte: "1.4" }] },
        { externalId: "fay", name: "Fay", pools: [{ pool: "nowhere" }] }] })
        { results { outcome csm { externalId fte employment { from to fte } } userErrors { code field } } userErrors { code } }`),
    ).toEqual({
      results: [
        {
          outcome: 'CREATED',
          csm: {
            externalId: 'dan',
            fte: '0.50',
            employment: [{ from: '2026-01-01', to: null, fte: '0.50' }],
          },
          userErrors: [],
        },
        { outcome: 'REFUSED', csm: null, userErrors: [{ code: 'INVALID_VALUE', field: ['fte'] }] },
        { outcome: 'REFUSED', csm: null, userErrors: [{ code: 'NOT_FOUND', field: ['pools'] }] },
      ],
      userErrors: [],
    });
    expect(
      await send(`assignAccounts(input: { assignments: [
        { externalId: "SCALE", csm: "dan" }, { externalId: "TOP", pool: "east" }, { accountId: "bogus", csm: "dan" }] })
        { results { outcome account { externalId csm { externalId } } userErrors { code field } } userErrors { code } }`),
    ).toEqual({
      results: [
        { outcome: 'ASSIGNED', account: { externalId: 'SCALE', csm: { externalId: 'dan' } }, userErrors: [] },
        {
          outcome: 'REFUSED',
          account: { externalId: 'TOP', csm: { externalId: 'anna' } },
          userErrors: [{ code: 'COVERAGE_RULE', field: ['pool'] }],
        },
        { outcome: 'REFUSED', account: null, userErrors: [{ code: 'NOT_FOUND', field: ['accountId'] }] },
      ],
      userErrors: [],
    });
    expect(
      await send(`setLeave(input: { csm: "dan", from: "2026-04-01", to: "2026-04-10", backup: "anna" })
        { csm { leave { from to backup { externalId } } } userErrors { code } }`),
    ).toEqual({
      csm: { leave: [{ from: '2026-04-01', to: '2026-04-10', backup: { externalId: 'anna' } }] },
      userErrors: [],
    });
    expect(
      await send(
        `cancelLeave(input: { csm: "dan", from: "2026-04-02" }) { csm { id } userErrors { code field } }`,
      ),
    ).toEqual({ csm: null, userErrors: [{ code: 'NOT_FOUND', field: ['from'] }] });
    expect(
      await send(
        `endEmployment(input: { csm: "dan", on: "2026-03-20" }) { csm { id } accountsHandedOver userErrors { code } }`,
      ),
    ).toEqual({ csm: null, accountsHandedOver: 0, userErrors: [{ code: 'SUCCESSOR_REQUIRED' }] });
    expect(
      await send(`endEmployment(input: { csm: "dan", on: "2026-03-20", successorPool: "east" })
        { csm { employment { to } portfolioTotals { accounts } } accountsHandedOver userErrors { code } }`),
    ).toEqual({
      csm: { employment: [{ to: '2026-03-20' }], portfolioTotals: { accounts: 0 } },
      accountsHandedOver: 1,
      userErrors: [],
    });
  });
});
