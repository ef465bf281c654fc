import { stampOf } from '../../src/app/account.service';
import { type Role, SYSTEM } from '../../src/app/actor';
import { toGlobalId } from '../../src/graphql/ids';
import { type Answer, startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { day } from '../support/facts';
import { LivingBook } from '../support/living-book';

interface UserError {
  code: string;
  field: string[];
  message: string;
}
interface SegmentData {
  id: string;
  name: string;
  version: number;
  memberCount?: number;
}
type Saved<F extends string> = Record<F, { segment: SegmentData | null; userErrors: UserError[] }>;

const CREATE = `mutation Create($input: CreateSegmentInput!) {
  createSegment(input: $input) { segment { id name version memberCount } userErrors { code field message } }
}`;
const UPDATE = `mutation Update($input: UpdateSegmentInput!) {
  updateSegment(input: $input) { segment { id name version memberCount } userErrors { code field message } }
}`;
const GOALS = `mutation Goals($input: SetSegmentGoalsInput!) {
  setSegmentGoals(input: $input) { segment { id name version } userErrors { code field message } }
}`;
const DELETE = `mutation Delete($input: DeleteSegmentInput!) {
  deleteSegment(input: $input) { deletedSegmentId userErrors { code field message } }
}`;

describe('segments over HTTP', () => {
  const clock = fixedClock('2025-03-03');
  let api: TestApi;
  let book: LivingBook;

  beforeAll(async () => {
    api = await startApi(clock);
    book = new LivingBook(api.database, clock);
    await book.seed({
      A: { arr: '120000', industry: 'Banks', usagePercent: 80, customerSince: day('2024-01-01') },
      B: { arr: '30000', industry: 'Banks', usagePercent: 45, customerSince: day('2024-01-01') },
      C: { arr: '30000', industry: 'Energy', usagePercent: 10, customerSince: day('2024-01-01') },
      D: { arr: '4000', industry: 'Retail', customerSince: day('2024-01-01') },
    });
    book.on('2026-03-01');
    await book.account('A', { arr: '100000' });
    await book.account('B', { arr: '45000' });
    await book.account('C', { arr: '120000', expansionAssessment: 'HIGH' });
    await book.account('D', { industry: 'Banks' });
    clock.setDay('2026-03-02');
  });
  afterAll(async () => {
    await api.close();
  });

  const query = async <D>(text: string, variables: object = {}, role: Role = 'VIEWER'): Promise<D> => {
    const { data, errors } = await api.send<D>(role, text, variables);
    expect(errors).toEqual([]);
    return data;
  };
  const create = (input: object, role: Role = 'MANAGER'): Promise<Answer<Saved<'createSegment'>>> =>
    api.send(role, CREATE, { input });
  const save = async (name: string, criteria: readonly object[]): Promise<string> => {
    const { data } = await create({ name, criteria });
    expect(data.createSegment.userErrors).toEqual([]);
    return data.createSegment.segment?.id ?? '';
  };
  const errorsOf = (errors: readonly UserError[]): string[] =>
    errors.map(({ code, field }) => `${code} ${field.join('.')}`);

  let banks: string;
  beforeAll(async () => {
    banks = await save('Banks', [{ dimension: 'INDUSTRY', values: ['Banks'] }]);
  });

  test('a segment shows its criteria, its members, their ARR and who entered', async () => {
    const { segment } = await query<{ segment: unknown }>(
      `query One($id: ID!) { segment(id: $id) {
        name description owner version recordedOn memberCount arr
        criteria { dimension values includeUnknown unknownValues }
        members(orderBy: [{ field: ARR, direction: DESC }], first: 2) {
          totalCount pageInfo { hasNextPage } nodes { externalId tier { key } }
        }
        changes(first: 1) { totalCount nodes { kind cause occurredOn account { externalId } segment { name } } }
      } }`,
      { id: banks },
    );
    expect(segment).toEqual({
      name: 'Banks',
      description: null,
      owner: 'The MANAGER',
      version: 1,
      recordedOn: '2026-03-02',
      memberCount: 3,
      arr: '149000.00',
      criteria: [{ dimension: 'INDUSTRY', values: ['Banks'], includeUnknown: false, unknownValues: [] }],
      members: {
        totalCount: 3,
        pageInfo: { hasNextPage: true },
        nodes: [
          { externalId: 'A', tier: { key: 'strategic' } },
          { externalId: 'B', tier: { key: 'core' } },
        ],
      },
      changes: {
        totalCount: 3,
        nodes: [
          {
            kind: 'ENTERED',
            cause: 'SEGMENT_CREATED',
            occurredOn: '2026-03-02',
            account: { externalId: 'D' },
            segment: { name: 'Banks' },
          },
        ],
      },
    });
  });

  test('its members come page by page, forward and backward', async () => {
    const MEMBERS = `query Members($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
      segment(id: $id) { members(orderBy: [{ field: ARR }], first: $first, after: $after, last: $last, before: $before) {
        nodes { externalId } pageInfo { endCursor startCursor hasNextPage hasPreviousPage } } } }`;
    interface Members {
      segment: {
        members: { nodes: { externalId: string }[]; pageInfo: { endCursor: string; startCursor: string } };
      };
    }
    const names = ({ segment }: Members): string =>
      segment.members.nodes.map((node) => node.externalId).join('');
    const first = await query<Members>(MEMBERS, { id: banks, first: 2 });
    expect(names(first)).toBe('DB');
    const { endCursor } = first.segment.members.pageInfo;
    const second = await query<Members>(MEMBERS, { id: banks, first: 2, after: endCursor });
    expect(names(second)).toBe('A');
    const { startCursor } = second.segment.members.pageInfo;
    expect(names(await query<Members>(MEMBERS, { id: banks, last: 1, before: startCursor }))).toBe('B');
    expect(names(await query<Members>(MEMBERS, { id: banks, last: 2 }))).toBe('BA');
  });

  test('is found by its name in any case, by its id, and as a node', async () => {
    const ONE = `query One($id: ID, $name: String) { segment(id: $id, name: $name) { id } }`;
    expect(await query(ONE, { name: ' BANKS' })).toEqual({ segment: { id: banks } });
    expect(await query(ONE, { name: 'Nobody' })).toEqual({ segment: null });
    expect(await query(ONE, { name: 'a\0b' })).toEqual({ segment: null });
    expect(await query(ONE, { id: toGlobalId('Account', '1') })).toEqual({ segment: null });
    expect(await query(ONE, { id: toGlobalId('Segment', '999') })).toEqual({ segment: null });
    const { errors } = await api.send('VIEWER', ONE, { id: banks, name: 'Banks' });
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    const NODE = `query Node($id: ID!) { node(id: $id) { __typename ... on Segment { name memberCount } ... on SegmentChange { kind account { externalId } } } }`;
    expect(await query(NODE, { id: banks })).toEqual({
      node: { __typename: 'Segment', name: 'Banks', memberCount: 3 },
    });
    expect(await query(NODE, { id: toGlobalId('SegmentChange', '1') })).toEqual({
      node: { __typename: 'SegmentChange', kind: 'ENTERED', account: { externalId: 'A' } },
    });
  });

  test('segments are listed by name, by part of it, and by whose they are', async () => {
    await create({ name: '100% mine_', criteria: [{ dimension: 'TIER', values: ['core'] }] }, 'CSM');
    const LIST = `query List($where: SegmentFilter) { segments(where: $where) { totalCount nodes { name } } }`;
    const names = async (where: object | null, role?: Role): Promise<string> => {
      const { segments } = await query<{ segments: { totalCount: number; nodes: { name: string }[] } }>(
        LIST,
        { where },
        role,
      );
      expect(segments.totalCount).toBe(segments.nodes.length);
      return segments.nodes.map(({ name }) => name).join(', ');
    };
    expect(await names(null)).toBe('100% mine_, Banks');
    expect(await names({ nameContains: 'bAn' })).toBe('Banks');
    expect(await names({ nameContains: '%' })).toBe('100% mine_');
    expect(await names({ nameContains: 'B_nks' })).toBe('');
    expect(await names({ mine: true }, 'CSM')).toBe('100% mine_');
    expect(await names({ mine: true })).toBe('');
    expect(await names({ mine: false })).toBe('100% mine_, Banks');
    const { errors } = await api.send('VIEWER', LIST, { where: { nameContains: '\0' } });
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  describe('stand in the filter of', () => {
    // What each list and each aggregate gives for the members of the segment; D was no bank a year before.
    const USES: [string, string, (data: never) => unknown, unknown][] = [
      [
        'accounts',
        `query Q($f: AccountFilter) { q: accounts(where: $f) { totalCount nodes { externalId } } }`,
        ({ q }: { q: { totalCount: number; nodes: { externalId: string }[] } }) =>
          [q.totalCount, ...q.nodes.map(({ externalId }) => externalId)].join(' '),
        '3 A B D',
      ],
      [
        'tierMoves',
        `query Q($f: AccountFilter) { q: tierMoves(where: { account: $f }) { totalCount nodes { account { externalId } } } }`,
        ({ q }: { q: { totalCount: number } }) => q.totalCount,
        3,
      ],
      [
        'pendingDowngrades',
        `query Q($f: AccountFilter) { q: pendingDowngrades(where: { account: $f }) { totalCount } }`,
        ({ q }: { q: { totalCount: number } }) => q.totalCount,
        0,
      ],
      [
        'segmentChanges',
        `query Q($f: AccountFilter) { q: segmentChanges(where: { account: $f, kind: ENTERED, causes: [SEGMENT_CREATED] }) { nodes { account { externalId } } } }`,
        ({ q }: { q: { nodes: { account: { externalId: string } }[] } }) =>
          [...new Set(q.nodes.map(({ account }) => account.externalId))].join(' '),
        'B D A',
      ],
      [
        'breakdown today',
        `query Q($f: AccountFilter) { q: breakdown(by: [], where: $f) { totals { accounts arr } } }`,
        ({ q }: { q: { totals: unknown } }) => q.totals,
        { accounts: 3, arr: '149000.00' },
      ],
      [
        'breakdown of a past day, by what the accounts were then',
        `query Q($f: AccountFilter) { q: breakdown(by: [], where: $f, asOf: "2025-06-01") { totals { accounts arr } } }`,
        ({ q }: { q: { totals: unknown } }) => q.totals,
        { accounts: 2, arr: '150000.00' },
      ],
      [
        'breakdown of a past day under the published model',
        `query Q($f: AccountFilter) { q: breakdown(by: [TIER], where: $f, asOf: "2025-06-01", tierBasis: PUBLISHED_MODEL) { totals { accounts arr } } }`,
        ({ q }: { q: { totals: unknown } }) => q.totals,
        { accounts: 2, arr: '150000.00' },
      ],
      [
        'retention, by what the accounts were on the first day',
        `query Q($f: AccountFilter) { q: retention(by: [], from: "2025-06-01", to: "2026-03-02", where: $f) { totals { startAccounts nrr } } }`,
        ({ q }: { q: { totals: unknown } }) => q.totals,
        { startAccounts: 2, nrr: 0.966667 },
      ],
    ];

    test.each(USES)('%s', async (_, text, read, expected) => {
      for (let call = 0; call < 6; call += 1) {
        expect(read(await query(text, { f: { segment: banks } }))).toEqual(expected);
      }
      const nested = { or: [{ and: [{ segment: banks }] }] };
      expect(read(await query(text, { f: nested }))).toEqual(expected);
    });

    test.each(USES)('%s, where it must exist', async (_, text) => {
      for (const id of [toGlobalId('Segment', '999'), toGlobalId('Account', '1'), 'x\0y', '\ud800', '']) {
        const { errors } = await api.send('VIEWER', text, { f: { not: { segment: id } } });
        expect(errors).toHaveLength(1);
        expect(errors[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
        expect((errors[0]?.extensions as { field?: string }).field).toMatch(
          /^where\.(account\.)?not\.segment$/,
        );
        expect(errors[0]?.message).toBe('there is no such segment');
      }
    });

    test('a document with literals, and two segments in one filter', async () => {
      const energy = await save('Energy', [
        { dimension: 'INDUSTRY', values: ['Energy'], includeUnknown: true },
      ]);
      const { accounts } = await query<{ accounts: { nodes: { externalId: string }[] } }>(
        `{ accounts(where: { or: [{ segment: "${banks}", arr: { lt: 50000 } }, { segment: "${energy}" }] }) { nodes { externalId } } }`,
      );
      expect(accounts.nodes.map(({ externalId }) => externalId)).toEqual(['B', 'C', 'D']);
    });

    test('nesting below depth 3 is refused as ever', async () => {
      let filter: object = { segment: banks };
      for (let depth = 0; depth < 4; depth += 1) filter = { not: filter };
      const { errors } = await api.send('VIEWER', USES[0]?.[1] ?? '', { f: filter });
      expect(errors[0]?.message).toMatch(/at most 3 deep/);
    });

    test('a segment that is deleted while a query names it', async () => {
      const id = await save('Short-lived', [{ dimension: 'TIER', values: ['core'] }]);
      const text = `query Q($f: AccountFilter) { accounts(where: $f) { nodes { externalId } } }`;
      await query(text, { f: { segment: id } });
      const { data } = await api.send<{ deleteSegment: unknown }>('MANAGER', DELETE, {
        input: { segmentId: id },
      });
      expect(data.deleteSegment).toEqual({ deletedSegmentId: id, userErrors: [] });
      const { errors } = await api.send('VIEWER', text, { f: { segment: id } });
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
    });
  });

  test('goals stand beside what came of them', async () => {
    const year = { from: '2025-06-01', to: '2026-12-31' };
    const goals = [
      { metric: 'EXPANSION', target: 0.1, ...year },
      { metric: 'GRR', target: 0.9, ...year },
      { metric: 'NRR', target: 0.966667, ...year },
      { metric: 'LOGO_RETENTION', target: 1, ...year },
      { metric: 'ADOPTION', target: 0.7, ...year },
      { metric: 'NRR', target: 1, from: '2026-03-03', to: '2026-12-31' },
      { metric: 'ADOPTION', target: 0.6, from: '2025-04-01', to: '2025-12-31' },
    ];
    const saved = await api.send<Saved<'setSegmentGoals'>>('MANAGER', GOALS, {
      input: { segmentId: banks, goals, expectedVersion: 1 },
    });
    expect(saved.data.setSegmentGoals).toMatchObject({ segment: { version: 2 }, userErrors: [] });
    const { segment } = await query<{ segment: { goals: unknown[] } }>(
      `query Goals($id: ID!) { segment(id: $id) { goals { metric target from measuredUntil actual met } } }`,
      { id: banks },
    );
    // On 2025-06-01: A 120,000 and B 30,000; now 100,000 and 45,000. Usage now: A 80, B 45, D unknown.
    expect(segment.goals).toEqual([
      {
        metric: 'ADOPTION',
        target: 0.6,
        from: '2025-04-01',
        measuredUntil: '2025-12-31',
        actual: 0.625,
        met: true,
      },
      {
        metric: 'ADOPTION',
        target: 0.7,
        from: '2025-06-01',
        measuredUntil: '2026-03-02',
        actual: 0.625,
        met: false,
      },
      {
        metric: 'EXPANSION',
        target: 0.1,
        from: '2025-06-01',
        measuredUntil: '2026-03-02',
        actual: 0.1,
        met: true,
      },
      {
        metric: 'GRR',
        target: 0.9,
        from: '2025-06-01',
        measuredUntil: '2026-03-02',
        actual: 0.866667,
        met: false,
      },
      {
        metric: 'LOGO_RETENTION',
        target: 1,
        from: '2025-06-01',
        measuredUntil: '2026-03-02',
        actual: 1,
        met: true,
      },
      {
        metric: 'NRR',
        target: 0.966667,
        from: '2025-06-01',
        measuredUntil: '2026-03-02',
        actual: 0.966667,
        met: true,
      },
      { metric: 'NRR', target: 1, from: '2026-03-03', measuredUntil: null, actual: null, met: null },
    ]);
    // The same figures as the retention of the segment.
    const { retention } = await query<{ retention: { totals: unknown } }>(
      `query R($f: AccountFilter) { retention(by: [], from: "2025-06-01", to: "2026-03-02", where: $f) { totals { grr nrr logoRetention } } }`,
      { f: { segment: banks } },
    );
    expect(retention.totals).toEqual({ grr: 0.866667, nrr: 0.966667, logoRetention: 1 });
  });

  test('a segment of which nothing is known has no actuals', async () => {
    const { data } = await create({
      name: 'Empty',
      criteria: [{ dimension: 'INDUSTRY', values: ['Nothing'] }],
    });
    const id = data.createSegment.segment?.id;
    const period = { target: 1, from: '2025-06-01', to: '2026-12-31' };
    const goals = ['EXPANSION', 'GRR', 'NRR', 'LOGO_RETENTION', 'ADOPTION'].map((metric) => ({
      metric,
      ...period,
    }));
    await api.send('MANAGER', GOALS, { input: { segmentId: id, goals } });
    const { segment } = await query<{ segment: object }>(
      `query Goals($id: ID!) { segment(id: $id) { memberCount arr goals { actual met } } }`,
      { id },
    );
    expect(segment).toEqual({
      memberCount: 0,
      arr: '0.00',
      goals: goals.map(() => ({ actual: null, met: null })),
    });
  });

  test('a page of segments is read in a handful of statements', async () => {
    for (let n = 0; n < 20; n += 1) {
      await save(`Page ${n}`, [{ dimension: 'ARR_BAND', values: ['25000-50000', '100000+'] }]);
    }
    const seen: string[] = [];
    const { reader } = api.book;
    const rows = reader.rows.bind(reader);
    const spy = jest.spyOn(reader, 'rows').mockImplementation((sql, parameters, options) => {
      seen.push(sql);
      return rows(sql, parameters, options);
    });
    const { segments } = await query<{ segments: { nodes: { memberCount: number }[] } }>(
      `{ segments(first: 20, where: { nameContains: "page" }) { totalCount nodes {
        name memberCount arr members(first: 3) { totalCount nodes { externalId parent { name } } }
        changes(first: 2) { nodes { account { externalId } segment { name } } } } } }`,
    );
    spy.mockRestore();
    expect(segments.nodes).toHaveLength(20);
    expect(segments.nodes.every(({ memberCount }) => memberCount === 3)).toBe(true);
    // The token, the list, its length, sizes, members, changes, their accounts and their segments.
    expect(seen.length).toBeLessThanOrEqual(9);
  });

  describe('are refused', () => {
    const tier = { dimension: 'TIER', values: ['core'] };
    test.each<[string, object, string]>([
      ['without criteria', { criteria: [] }, 'REQUIRED criteria'],
      [
        'with four criteria',
        {
          criteria: ['TIER', 'PLAN', 'REGION', 'COUNTRY'].map((dimension) => ({
            dimension,
            includeUnknown: true,
          })),
        },
        'INVALID_VALUE criteria',
      ],
      ['with a dimension twice', { criteria: [tier, tier] }, 'INVALID_VALUE criteria.1.dimension'],
      [
        'with a level that there is not',
        { criteria: [{ dimension: 'CHURN_RISK', values: ['EXTREME'] }] },
        'INVALID_VALUE criteria.0.values.0',
      ],
      ['with no values', { criteria: [{ dimension: 'PLAN' }] }, 'REQUIRED criteria.0.values'],
      [
        'with a null byte in a value',
        { criteria: [{ dimension: 'INDUSTRY', values: ['a\0'] }] },
        'INVALID_VALUE criteria.0.values.0',
      ],
      ['with a lone surrogate in the name', { name: '\ud800', criteria: [tier] }, 'INVALID_VALUE name'],
      ['with the name of another', { name: 'bankS', criteria: [tier] }, 'CONFLICT name'],
      ['with an empty key', { criteria: [tier], idempotencyKey: '' }, 'INVALID_VALUE idempotencyKey'],
    ])('%s', async (_, given, expected) => {
      const { data, status } = await create({ name: 'Refused', ...given });
      expect(status).toBe(200);
      expect(data.createSegment.segment).toBeNull();
      expect(errorsOf(data.createSegment.userErrors)).toEqual([expected]);
      expect(await query(`{ segment(name: "Refused") { id } }`)).toEqual({ segment: null });
    });

    test('a dimension that the schema does not have', async () => {
      const { status, errors } = await create({
        name: 'X',
        criteria: [{ dimension: 'SHOE', values: ['1'] }],
      });
      expect(status).toBe(400);
      expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    });

    test('a stale version, and whose id there is not', async () => {
      const id = await save('Twice', [tier]);
      const update = (input: object): Promise<Answer<Saved<'updateSegment'>>> =>
        api.send('MANAGER', UPDATE, { input });
      const first = await update({ segmentId: id, name: 'Once', expectedVersion: 1 });
      expect(first.data.updateSegment.segment).toMatchObject({ name: 'Once', version: 2 });
      const second = await update({ segmentId: id, name: 'Late', expectedVersion: 1 });
      expect(errorsOf(second.data.updateSegment.userErrors)).toEqual(['STALE_VERSION expectedVersion']);
      for (const segmentId of [toGlobalId('Segment', '9999'), toGlobalId('Account', '1'), 'nonsense']) {
        const none = await update({ segmentId, name: 'Nobody' });
        expect(errorsOf(none.data.updateSegment.userErrors)).toEqual(['NOT_FOUND segmentId']);
      }
    });

    test('a viewer, and a CSM with the segment of another', async () => {
      const viewer = await create({ name: 'Viewed', criteria: [tier] }, 'VIEWER');
      expect(viewer.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
      for (const [text, input] of [
        [UPDATE, { segmentId: banks, name: 'Mine' }],
        [GOALS, { segmentId: banks, goals: [] }],
        [DELETE, { segmentId: banks }],
      ] as const) {
        const csm = await api.send('CSM', text, { input });
        expect(csm.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
      }
    });
  });

  test('entries and exits are listed over the days', async () => {
    const id = await save('Large', [{ dimension: 'ARR_BAND', values: ['100000+'] }]);
    clock.setDay('2026-03-05');
    await book.account('A', { arr: '90000' });
    await book.account('D', { arr: '200000' });
    await api.book.segments.recordDay(SYSTEM, stampOf(SYSTEM, clock));
    const list = async (where: object): Promise<string> => {
      const { segmentChanges } = await query<{
        segmentChanges: {
          totalCount: number;
          nodes: { kind: string; occurredOn: string; account: { externalId: string } }[];
        };
      }>(
        `query Changes($where: SegmentChangeFilter) { segmentChanges(where: $where) {
          totalCount nodes { kind occurredOn account { externalId } } } }`,
        { where },
      );
      expect(segmentChanges.totalCount).toBe(segmentChanges.nodes.length);
      return segmentChanges.nodes
        .map(({ kind, occurredOn, account }) => `${occurredOn} ${kind} ${account.externalId}`)
        .join(', ');
    };
    expect(await list({ segment: id })).toBe(
      '2026-03-05 ENTERED D, 2026-03-05 LEFT A, 2026-03-02 ENTERED C, 2026-03-02 ENTERED A',
    );
    expect(await list({ segment: id, kind: 'LEFT' })).toBe('2026-03-05 LEFT A');
    expect(await list({ segment: id, to: '2026-03-04' })).toBe('2026-03-02 ENTERED C, 2026-03-02 ENTERED A');
    expect(await list({ segment: id, from: '2026-03-03', account: { externalId: { eq: 'D' } } })).toBe(
      '2026-03-05 ENTERED D',
    );
    expect(await list({ segment: toGlobalId('Segment', '9999') })).toBe('');
    clock.setDay('2026-03-02');
  });
});
