import { PassThrough } from 'node:stream';
import { parse } from 'csv-parse/sync';
import request from 'supertest';
import { exportTable, writeTable } from '../../src/cli/commands/export';
import { addDays, type CalendarDate } from '../../src/domain/calendar';
import { type Dimension, DIMENSIONS } from '../../src/domain/segment';
import { type ExportName, EXPORTS } from '../../src/server/export-tables';
import { EXPORT_FORMATS, type ExportFormat } from '../../src/server/export-text';
import { startApi, type TestApi, TOKENS } from '../support/api';
import { fixedClock, type TestClock } from '../support/clock';
import { day } from '../support/facts';
import { liveRandomly, Random } from '../support/random-book';
import { staffRandomly } from '../support/random-staff';
import { HAS_RAVENSTACK, loadRavenStack, RAVENSTACK_DAY } from '../support/ravenstack-book';
import { StaffedBook } from '../support/staffed-book';

// Views, exports and GraphQL are three ways to ask, and must give the same figures to the cent.

if (!HAS_RAVENSTACK)
  process.stdout.write('the files of RavenStack are not there: the random books alone are compared\n');

interface Kind {
  readonly name: string;
  /** Fills the book, and gives past days on which it is compared. */
  readonly fill: (book: StaffedBook, clock: TestClock) => Promise<readonly CalendarDate[]>;
}

const BOOKS: readonly Kind[] = [
  ...(HAS_RAVENSTACK
    ? [
        {
          name: 'RavenStack',
          fill: async (book: StaffedBook) => {
            book.on(RAVENSTACK_DAY);
            await loadRavenStack(book);
            return [day('2023-12-31')];
          },
        },
      ]
    : []),
  ...[4_242].map((seed) => ({
    name: `a random book (${seed})`,
    fill: async (book: StaffedBook, clock: TestClock) => {
      const { days } = await liveRandomly(book, seed);
      const [first = day('2024-06-01'), ...staffed] = await staffRandomly(book, clock, seed);
      return [...days.slice(1, 3), first, ...staffed.slice(1, 2)];
    },
  })),
];

interface Figures {
  readonly keys: readonly { readonly value: string | null }[];
  readonly accounts: number;
  readonly arr: string;
  readonly averageArr: string | null;
  readonly medianArr: string | null;
  readonly averageHealth: number | null;
  readonly atRiskArr: string;
}

interface Retained {
  readonly keys: readonly { readonly value: string | null }[];
  readonly startAccounts: number;
  readonly startArr: string;
  readonly expansion: string;
  readonly contraction: string;
  readonly churn: string;
  readonly endArr: string;
  readonly lostAccounts: number;
  readonly grr: number | null;
  readonly nrr: number | null;
  readonly logoRetention: number | null;
}

const FIGURES = 'accounts arr averageArr medianArr averageHealth atRiskArr';
const RETAINED =
  'startAccounts startArr expansion contraction churn endArr lostAccounts grr nrr logoRetention';

/** The same figures in plain SQL over a view; every dimension is a column that is called like it. */
const figuresSql = (key: string, source: string): string => `
  SELECT ${key} AS key, count(*)::int AS accounts, round(coalesce(sum(arr), 0), 2)::text AS arr,
    round(avg(arr), 2)::text AS "averageArr",
    round((percentile_disc(0.5) WITHIN GROUP (ORDER BY arr) + percentile_disc(0.5) WITHIN GROUP (ORDER BY arr DESC)) / 2,
      2)::text AS "medianArr",
    round(avg(health_score), 2)::float8 AS "averageHealth",
    round(coalesce(sum(arr) FILTER (WHERE at_risk), 0), 2)::text AS "atRiskArr"
  FROM ${source} a GROUP BY 1`;

const retainedSql = (key: string, from: string, to: string): string => `
  SELECT key, count(*)::int AS "startAccounts", sum(was)::text AS "startArr",
    coalesce(sum(became - was) FILTER (WHERE became > was), 0.00)::text AS expansion,
    coalesce(sum(was - became) FILTER (WHERE became < was AND became > 0), 0.00)::text AS contraction,
    coalesce(sum(was) FILTER (WHERE became = 0), 0.00)::text AS churn, round(sum(became), 2)::text AS "endArr",
    (count(*) FILTER (WHERE became = 0))::int AS "lostAccounts",
    round(sum(least(was, became)) / sum(was), 6)::float8 AS grr, round(sum(became) / sum(was), 6)::float8 AS nrr,
    round(count(*) FILTER (WHERE became > 0)::numeric / count(*), 6)::float8 AS "logoRetention"
  FROM (
    SELECT ${key} AS key, a.arr AS was, coalesce(ended.arr, 0) AS became
    FROM analytics.account_on_v1('${from}') a LEFT JOIN analytics.account_on_v1('${to}') ended USING (account_id)
    WHERE a.arr > 0
  ) accounts GROUP BY key`;

interface Keyed {
  readonly key: string | null;
}

function byKey<Row extends Keyed>(rows: readonly Row[]): Map<string | null, unknown> {
  return new Map(rows.map(({ key, ...figures }) => [key, figures]));
}

function grouped<Row extends { readonly keys: readonly { readonly value: string | null }[] }>(
  rows: readonly Row[],
): Map<string | null, unknown> {
  return new Map(rows.map(({ keys, ...figures }) => [keys[0]?.value ?? null, figures]));
}

/** An empty cell of CSV is an unknown value. */
const known = (cell: string | null | undefined): string | null =>
  cell === undefined || cell === '' ? null : cell;

const column = (dimension: Dimension): string => `a.${dimension.toLowerCase()}::text`;

describe.each(BOOKS)('of $name', ({ fill }) => {
  const clock = fixedClock('2024-01-01');
  let api: TestApi;
  let days: readonly CalendarDate[];

  beforeAll(async () => {
    api = await startApi(clock);
    days = await fill(new StaffedBook(api.database, clock), clock);
    await overrideSome();
  }, 300_000);
  afterAll(() => api.close());

  async function ask<D>(query: string, variables: object = {}): Promise<D> {
    const { data, errors } = await api.send<D>('VIEWER', query, variables);
    expect(errors).toEqual([]);
    return data;
  }

  /** Holds some accounts in another tier than the rules do. */
  async function overrideSome(): Promise<void> {
    const random = new Random(7);
    const held = await api.database.query<{ account: string }>(
      'SELECT external_id AS account FROM account WHERE held_tier IS NOT NULL ORDER BY id LIMIT 12',
    );
    for (const { account } of held) {
      const input = {
        externalId: account,
        tier: random.one(['strategic', 'core', 'scale', 'tech-touch']),
        reason: 'BRAND',
        expiresOn: addDays(clock.today(), 100),
      };
      await api.send(
        'MANAGER',
        'mutation ($input: OverrideTierInput!) { overrideTier(input: $input) { userErrors { code } } }',
        { input },
      );
    }
    const [row] = await api.database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM analytics.account_v1 WHERE overridden',
    );
    expect(row?.n).toBeGreaterThan(0);
  }

  async function http(
    what: ExportName,
    format: ExportFormat,
    given: Record<string, string> = {},
  ): Promise<string> {
    const response = await request(api.application.http.server)
      .get(`/exports/${what}.${format}?${new URLSearchParams(given).toString()}`)
      .set('authorization', `Bearer ${TOKENS.VIEWER}`)
      .buffer(true)
      .parse((stream, done) => {
        let text = '';
        stream.setEncoding('utf8');
        stream.on('data', (chunk: string) => (text += chunk));
        stream.on('end', () => {
          done(null, text);
        });
      });
    expect(response.status).toBe(200);
    return response.body as string;
  }

  async function commandLine(what: ExportName, format: ExportFormat, query: object = {}): Promise<string> {
    const stream = new PassThrough();
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    await writeTable(await exportTable(api.book, what, query), format, stream);
    return Buffer.concat(chunks).toString();
  }

  const breakdown = async (by: readonly Dimension[], asOf: CalendarDate): Promise<Figures[]> =>
    (
      await ask<{ breakdown: { rows: Figures[] } }>(
        `query ($by: [Dimension!]!, $asOf: Date) { breakdown(by: $by, asOf: $asOf) { rows { keys { value } ${FIGURES} } } }`,
        { by, asOf },
      )
    ).breakdown.rows;

  test('the whole book, on every day', async () => {
    for (const date of [...days, clock.today()]) {
      const [whole] = await breakdown([], date);
      const sql = figuresSql('NULL::text', `analytics.account_on_v1('${date}')`);
      expect(byKey(await api.database.query<Keyed>(sql)).get(null)).toEqual(
        grouped(whole ? [whole] : []).get(null),
      );
    }
    const [today] = await breakdown([], clock.today());
    const now = await api.database.query<{ key: null }>(
      figuresSql('NULL::text', '(SELECT * FROM analytics.account_v1 WHERE in_book)'),
    );
    expect(byKey(now).get(null)).toEqual(grouped(today ? [today] : []).get(null));
    expect(today?.accounts).toBeGreaterThan(10);
  });

  test.each(DIMENSIONS.map((dimension) => [dimension]))(
    'the breakdown by %s: GraphQL, views, exports',
    async (dimension) => {
      const today = clock.today();
      for (const date of [...days, today]) {
        const rows = grouped(await breakdown([dimension], date));
        const sql = figuresSql(column(dimension), `analytics.account_on_v1('${date}')`);
        expect(byKey(await api.database.query<Keyed>(sql))).toEqual(rows);
        // The maturity of account_v1 is that of the database's own day.
        if (date === today && dimension !== 'MATURITY') {
          const now = figuresSql(column(dimension), '(SELECT * FROM analytics.account_v1 WHERE in_book)');
          expect(byKey(await api.database.query<Keyed>(now))).toEqual(rows);
        }
        if (date !== today && date !== days[0]) continue;
        const csv = await http('breakdown', 'csv', { by: dimension, asOf: date });
        expect(await commandLine('breakdown', 'csv', { by: [dimension], asOf: date })).toBe(csv);
        const exported = parse<Record<string, string>>(csv, { columns: true }).map((row) => [
          known(Object.values(row)[0]),
          Number(row.accounts),
          row.arr,
          known(row.averageArr),
          known(row.medianArr),
          row.averageHealth === '' ? null : Number(row.averageHealth),
          row.atRiskArr,
        ]);
        expect(exported).toEqual(
          [...rows].map(([key, figures]) => [key, ...Object.values(figures as Record<string, unknown>)]),
        );
      }
    },
  );

  test.each(DIMENSIONS.map((dimension) => [dimension]))(
    'the retention by %s, out of the views alone',
    async (dimension) => {
      const [from = '', to = clock.today()] = [days[0], days.at(-1)];
      for (const period of [
        { from, to },
        { from: to, to: clock.today() },
        { from, to: clock.today() },
      ]) {
        const { retention } = await ask<{ retention: { rows: Retained[] } }>(
          `query ($by: [Dimension!]!, $from: Date!, $to: Date!) {
          retention(by: $by, from: $from, to: $to) { rows { keys { value } ${RETAINED} } }
        }`,
          { by: [dimension], ...period },
        );
        const rows = await api.database.query<{ key: string | null }>(
          retainedSql(column(dimension), period.from, period.to),
        );
        expect(byKey(rows)).toEqual(grouped(retention.rows));
      }
    },
  );

  test('accounts: as many, with the same ARR and tiers', async () => {
    const exported = (await http('accounts', 'jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const names = [
      'externalId',
      'status',
      'arr',
      'tier',
      'heldTier',
      'computedTier',
      'score',
      'completeness',
      'provisional',
      'expansionPotential',
      'modelVersion',
      'csm',
      'pool',
      'executiveSponsor',
      'pendingTarget',
      'graceUntil',
      'tierReviewDueOn',
      'healthScore',
      'churnRisk',
      'employees',
      'annualRevenue',
      'customerSince',
      'industry',
    ];
    const seen = await api.database.query<Record<string, unknown>>(
      `SELECT external_id, status, arr::text, tier, held_tier, computed_tier, score::text, completeness::text, provisional,
         expansion_potential, model_version, csm, pool, executive_sponsor, pending_tier, grace_until::text,
         tier_review_due_on::text, health_score, churn_risk, employees, annual_revenue::text, customer_since::text, industry
       FROM analytics.account_v1 ORDER BY account_id`,
    );
    expect(seen.map((row) => Object.values(row))).toEqual(
      exported.map((row) => names.map((name) => row[name])),
    );
    const { accounts, overridden } = await ask<Record<string, { totalCount: number }>>(
      '{ accounts { totalCount } overridden: accounts(where: { overridden: true }) { totalCount } }',
    );
    const [counts] = await api.database.query(
      'SELECT count(*)::int AS accounts, (count(*) FILTER (WHERE overridden))::int AS overridden FROM analytics.account_v1',
    );
    expect(counts).toEqual({ accounts: accounts?.totalCount, overridden: overridden?.totalCount });
    expect(exported).toHaveLength(accounts?.totalCount ?? -1);
  });

  test('movements add up the same way everywhere, and to the book; history and moves are as many', async () => {
    interface Movement {
      readonly kind: string;
      readonly arrFrom: string | null;
      readonly arrTo: string;
      readonly effectiveOn: string;
    }
    interface Page {
      accounts: {
        nodes: { movements: { totalCount: number; nodes: Movement[] }; history: { totalCount: number } }[];
        pageInfo: { endCursor: string; hasNextPage: boolean };
      };
    }
    const all: { movements: Movement[]; history: number }[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: Page = await ask<Page>(
        `query ($after: String) {
          accounts(first: 25, after: $after) {
            nodes { movements(first: 100) { totalCount nodes { kind arrFrom arrTo effectiveOn } } history { totalCount } }
            pageInfo { endCursor hasNextPage }
          }
        }`,
        { after },
      );
      for (const { movements, history } of page.accounts.nodes) {
        expect(movements.nodes).toHaveLength(movements.totalCount);
        all.push({ movements: movements.nodes, history: history.totalCount });
      }
      after = page.accounts.pageInfo.endCursor;
      more = page.accounts.pageInfo.hasNextPage;
    }
    const hundredths = (amount: string | null): bigint => BigInt((amount ?? '0.00').replace('.', ''));
    const sums = (movements: readonly Movement[]): Record<string, string> => {
      const found: Record<string, bigint> = {};
      for (const { kind, arrFrom, arrTo } of movements) {
        found[kind] = (found[kind] ?? 0n) + hundredths(arrTo) - hundredths(arrFrom);
      }
      return Object.fromEntries(Object.entries(found).map(([kind, sum]) => [kind, sum.toString()]));
    };
    const told = all.flatMap(({ movements }) => movements);
    const exported = parse<Movement>(await http('movements', 'csv'), { columns: true });
    expect(exported).toHaveLength(told.length);
    expect(sums(exported.map((row) => ({ ...row, arrFrom: known(row.arrFrom) })))).toEqual(sums(told));
    const viewed = await api.database.query<{ kind: string; sum: string }>(
      'SELECT kind, (sum(arr_change) * 100)::bigint::text AS sum FROM analytics.arr_movement_v1 GROUP BY kind',
    );
    expect(Object.fromEntries(viewed.map(({ kind, sum }) => [kind, sum]))).toEqual(sums(told));
    const [book] = await api.database.query<{ moved: string; arr: string }>(
      `SELECT (SELECT sum(arr_change) FROM analytics.arr_movement_v1)::text AS moved,
         (SELECT sum(arr) FROM analytics.account_v1 WHERE in_book)::text AS arr`,
    );
    expect(book?.moved).toBe(book?.arr);

    const { tierMoves } = await ask<{ tierMoves: { totalCount: number } }>('{ tierMoves { totalCount } }');
    const rows = parse<Record<string, string>>(await http('history', 'csv'), { columns: true });
    const [counts] = await api.database.query(
      `SELECT (SELECT count(*)::int FROM analytics.tier_history_v1) AS history,
         (SELECT count(*)::int FROM analytics.tier_move_v1) AS moves`,
    );
    expect(counts).toEqual({
      history: all.reduce((sum, { history }) => sum + history, 0),
      moves: tierMoves.totalCount,
    });
    expect(counts).toEqual({
      history: rows.length,
      moves: rows.filter(({ effectiveFrom, effectiveTo }) => effectiveFrom !== effectiveTo).length,
    });
  });

  test('the command line writes what the server sends, byte for byte', async () => {
    const where = JSON.stringify({
      or: [{ tier: { eq: 'core' } }, { churnRisk: { eq: 'HIGH' } }, { arr: { gt: '50000' } }],
    });
    for (const what of EXPORTS) {
      for (const format of EXPORT_FORMATS) {
        const sent = await http(what, format, { where });
        expect(await commandLine(what, format, { where })).toBe(sent);
        expect(sent.length).toBeGreaterThan(100);
      }
    }
    const period = { from: days[0] ?? '', to: addDays(clock.today(), -30) };
    for (const what of ['movements', 'history'] as const) {
      expect(await commandLine(what, 'csv', period)).toBe(await http(what, 'csv', period));
    }
  });
});
