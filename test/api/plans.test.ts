import { Kind, OperationTypeNode, parse } from 'graphql';
import { loadDemoBook } from '../../src/demo/load-demo-book';
import { readOperations } from '../../src/server/operations';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { growStatistics } from '../support/grown-statistics';
import { type SentStatement, SentStatements } from '../support/sent-statements';

const ACCOUNTS = 60;
const MILLION = 1_000_000;
const CSMS = 300;

/** Questions about the whole book, or about all that a segment's criteria leave of it. */
const READ_THE_BOOK: Readonly<Record<string, readonly string[]>> = {
  breakdown: ['account'],
  // Of a day to come, too.
  capacity: ['account'],
  'digital-program-coverage': ['account'],
  economics: ['account'],
  'override-drift': ['account'],
  retention: ['account'],
  segment: ['account'],
  segments: ['account'],
  // Whose history goes beyond today, too: one look at all of it is shorter than one for each account.
  'simulate-tiering-model': ['account', 'scorecard', 'tier_history'],
  'tiering-health': ['account'],
};
/** What is asked about all accounts of somebody, or of everybody. */
const LOADS = [
  `{ capacity { totals { accounts } tiers { accounts } } }`,
  `{ csms(first: 50) { nodes { capacity { load { limit } tiers { accounts } } } } }`,
  `{ csms(first: 50) { nodes { portfolioTotals { accounts arr } } } }`,
  `{ csms(first: 50) { nodes { sharedTotals { accounts arr } } } }`,
  `{ pools(first: 5) { nodes { capacity { load { limit } } } } }`,
  `{ pools(first: 5) { nodes { portfolioTotals { accounts arr } } } }`,
];
/** Where the load of an account lies. */
const OF_ACCOUNTS: readonly string[] = ['account', 'service_adjustment', 'portfolio_assignment'];
/** How many there are in all is counted where somebody asks for `totalCount`, one after another. */
const TOTAL = /^SELECT count\(\*\)::int AS count\b/;

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

interface Explained {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }];
}

describe('with a million accounts PostgreSQL plans to answer', () => {
  const clock = fixedClock('2026-03-02');
  const queries = readOperations().filter(({ query }) =>
    parse(query).definitions.some(
      (node) => node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.QUERY,
    ),
  );
  let api: TestApi;
  let statements: SentStatements;
  let grown: ReadonlySet<string>;

  beforeAll(async () => {
    api = await startApi(clock);
    await loadDemoBook({
      unitOfWork: api.book.unitOfWork,
      baseCurrency: 'USD',
      accounts: ACCOUNTS,
      today: clock.today(),
    });
    grown = await growStatistics(api.database, MILLION / ACCOUNTS, CSMS);
    statements = new SentStatements();
  });
  afterAll(async () => {
    statements.stop();
    await api.close();
  });

  test.each(queries)(
    '$name without reading from end to end what it need not',
    async ({ name, query, variables }) => {
      const given = JSON.parse(variables ?? '{}') as object;
      await api.send('ADMIN', query, given);
      statements.take();
      await api.send('ADMIN', query, given);
      const sent = statements
        .take()
        .filter(({ text }) => /^\s*(SELECT|WITH)\b/.test(text) && !TOTAL.test(text));
      const scanned = new Set<string>();
      for (const statement of sent) {
        for (const table of tablesScanned(await planOf(statement), grown)) scanned.add(table);
      }
      const allowed = READ_THE_BOOK[name] ?? [];
      expect([...scanned].filter((table) => !allowed.includes(table))).toEqual([]);
    },
  );

  test('loads of CSMs out of the indexes of their accounts alone', async () => {
    await api.database.query('VACUUM account');
    const loads = queries.find(({ name }) => name === 'csm-load');
    statements.take();
    await api.send('ADMIN', loads?.query ?? '', JSON.parse(loads?.variables ?? '{}') as object);
    const read = new Set<string>();
    for (const statement of statements.take()) {
      if (!/\bservice_adjustment\b/.test(statement.text)) continue;
      for (const index of readFromIndexAlone(await planOf(statement))) read.add(index);
    }
    expect(read).toContain('ix_account_csm');
  });

  test('loads of CSMs and of the book out of what is kept, without their accounts', async () => {
    await api.book.bookFigures.keepUp();
    await api.database.query('VACUUM ANALYZE load_figure, load_delta');
    for (const asked of LOADS) {
      statements.take();
      const { errors } = await api.send('ADMIN', asked);
      expect([asked, errors]).toEqual([asked, []]);
      const read = new Set<string>();
      for (const statement of statements.take()) {
        if (!/^\s*(SELECT|WITH)\b/.test(statement.text)) continue;
        for (const table of tablesOf(await planOf(statement))) read.add(table);
      }
      expect([asked, [...read]]).toEqual([asked, expect.arrayContaining(['load_figure', 'load_delta'])]);
      expect([asked, [...read].filter((table) => OF_ACCOUNTS.includes(table))]).toEqual([asked, []]);
    }
  });

  test.each([
    { where: '', order: '', onePlan: true, index: 'pk_account' },
    { where: '', order: 'ARR, direction: DESC', onePlan: true, index: 'ix_account_arr' },
    { where: '', order: 'ARR, direction: ASC', onePlan: true, index: 'ix_account_arr' },
    { where: '', order: 'NAME, direction: ASC', onePlan: false, index: 'ix_account_name' },
    { where: '', order: 'NAME, direction: DESC', onePlan: false, index: 'ix_account_name' },
    {
      where: 'arr: { lte: "500000" }',
      order: 'ARR, direction: DESC',
      onePlan: true,
      index: 'ix_account_arr',
    },
    {
      where: 'tier: { eq: "scale" }',
      order: 'ARR, direction: DESC',
      onePlan: false,
      index: 'ix_account_tier',
    },
  ])(
    'pages of accounts where { $where } by { $order } off $index, one plan for all values: $onePlan',
    async ({ where, order, onePlan, index }) => {
      const page = async (after: string, selected: string): Promise<{ pageInfo: { endCursor: string } }> => {
        const orderBy = order === '' ? '' : `orderBy: [{ field: ${order} }]`;
        const query = `{ accounts(first: 5, where: { ${where} }, ${orderBy} ${after}) { ${selected} } }`;
        const { data, errors } = await api.send<{ accounts: { pageInfo: { endCursor: string } } }>(
          'ADMIN',
          query,
        );
        expect(errors).toEqual([]);
        return data.accounts;
      };
      const { pageInfo } = await page('', 'pageInfo { endCursor }');
      const begins: unknown[] = [];
      for (const after of ['', `after: "${pageInfo.endCursor}"`]) {
        await page(after, 'nodes { name }');
        statements.take();
        await page(after, 'nodes { name }');
        const [read, ...others] = statements.take().filter(({ text }) => /\bFROM account a\b/.test(text));
        expect(others).toEqual([]);
        expect(read).toMatchObject({ onePlan, text: expect.not.stringContaining('cursor') as string });
        const plan = read && (await planOf(read));
        expect(plan && indexesOf(plan)).toEqual([index]);
        begins.push(plan && conditionsOf(plan));
      }
      // A page further on begins in the index where the last one ended.
      const [first, further] = begins;
      expect(further).not.toEqual(first);
      expect(further).toEqual([expect.stringMatching(/[<>]/)]);
    },
  );

  test('a page by what no index has the order of with one look at the accounts, though it is not full', async () => {
    const page = `{ accounts(first: 100, orderBy: [{ field: HEALTH_SCORE }]) { nodes { name } } }`;
    await api.send('ADMIN', page);
    statements.take();
    const { errors } = await api.send('ADMIN', page);
    expect(errors).toEqual([]);
    expect(statements.take().filter(({ text }) => /\bFROM account a\b/.test(text))).toHaveLength(1);
  });

  test('a page of the review queue off the index that is in its order', async () => {
    const queue = queries.find(({ name }) => name === 'review-queue');
    statements.take();
    await api.send('ADMIN', queue?.query ?? '', JSON.parse(queue?.variables ?? '{}') as object);
    const read: (readonly string[])[] = [];
    for (const statement of statements.take()) {
      if (/\bWITH RECURSIVE tier\b/.test(statement.text)) read.push(indexesOf(await planOf(statement)));
    }
    expect(read).toEqual([expect.arrayContaining(['ix_account_review_queue'])]);
  });

  /**
   * For these very values, save where it is said that there is one plan for all of them: PostgreSQL only takes such a
   * plan by itself where it thinks that it costs no more.
   */
  async function planOf({ text, values, onePlan }: SentStatement): Promise<PlanNode> {
    const rows = onePlan
      ? await explainedForAll(text, values.length)
      : await api.database.query<Explained>(`EXPLAIN (FORMAT JSON) ${text}`, values);
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    if (plan === undefined) throw new Error('no plan');
    return plan;
  }

  /** The plan for all values, which needs none; EXPLAIN can tell it of a text alone from PostgreSQL 16 on. */
  function explainedForAll(text: string, parameters: number): Promise<Explained[]> {
    return api.database.dataSource.transaction(async (manager) => {
      await manager.query(`SET LOCAL plan_cache_mode = force_generic_plan`);
      await manager.query(`PREPARE explained AS ${text}`);
      const values = Array.from({ length: parameters }, () => 'NULL').join(', ');
      const rows = await manager.query<Explained[]>(
        `EXPLAIN (FORMAT JSON) EXECUTE explained${parameters > 0 ? `(${values})` : ''}`,
      );
      await manager.query('DEALLOCATE explained');
      return rows;
    });
  }
});

function indexesOf(node: PlanNode): readonly string[] {
  return [
    ...(node['Index Name'] === undefined ? [] : [node['Index Name']]),
    ...(node.Plans ?? []).flatMap(indexesOf),
  ];
}

/** Where in its indexes it begins and ends. */
function conditionsOf(node: PlanNode): readonly string[] {
  return [
    ...(node['Index Cond'] === undefined ? [] : [node['Index Cond']]),
    ...(node.Plans ?? []).flatMap(conditionsOf),
  ];
}

function tablesOf(node: PlanNode): readonly string[] {
  return [
    ...(node['Relation Name'] === undefined ? [] : [node['Relation Name']]),
    ...(node.Plans ?? []).flatMap(tablesOf),
  ];
}

function readFromIndexAlone(node: PlanNode): readonly string[] {
  return [
    ...(node['Node Type'] === 'Index Only Scan' ? [node['Index Name'] ?? ''] : []),
    ...(node.Plans ?? []).flatMap(readFromIndexAlone),
  ];
}

function tablesScanned(node: PlanNode, grown: ReadonlySet<string>): readonly string[] {
  const table = node['Relation Name'] ?? '';
  return [
    ...(node['Node Type'] === 'Seq Scan' && grown.has(table) ? [table] : []),
    ...(node.Plans ?? []).flatMap((child) => tablesScanned(child, grown)),
  ];
}
