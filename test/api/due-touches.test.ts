import { COMMAND_LINE } from '../../src/app/actor';
import { type Answer, startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { day, type WrittenValues } from '../support/facts';
import { StaffedBook } from '../support/staffed-book';

const FIRST_DAY = '2025-01-01';
const DAYS = 366;
const PAGE = 7;
const CSMS = ['anna', 'ben', 'cleo', 'dora'] as const;

const DUE = `query Due($first: Int!, $after: String) {
  dueTouches(first: $first, after: $after) {
    totalCount nodes { kind dueFrom dueOn overdueDays tier { rank } account { externalId } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const LOG = `mutation Log($touches: [TouchInput!]!) {
  logTouches(input: { touches: $touches }) { userErrors { code } results { userErrors { code message } } }
}`;

interface DuePage {
  readonly dueTouches: {
    readonly totalCount: number;
    readonly nodes: readonly {
      kind: string;
      dueFrom: string;
      dueOn: string;
      overdueDays: number;
      tier: { rank: number };
      account: { externalId: string };
    }[];
    readonly pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

/** What the test itself knows of an account, put together from its deeds and nothing of the product's reckoning. */
interface Known {
  readonly number: number;
  readonly id: string;
  readonly since: string;
  readonly touched: string[];
  readonly reviewed: string[];
}

/** What the programs promise, as the test sets them: days between touches, and months between business reviews. */
let programs: Record<string, { rank: number; days: number | null; months: number | null }> = {
  strategic: { rank: 1, days: 28, months: 3 },
  core: { rank: 2, days: 56, months: 6 },
  scale: { rank: 3, days: 91, months: 12 },
  'tech-touch': { rank: 4, days: null, months: null },
};

const MS = 86_400_000;
const numberOf = (text: string): number => Date.parse(`${text}T00:00:00Z`) / MS;
const textOf = (number: number): string => new Date(number * MS).toISOString().slice(0, 10);
const max = (...days: (string | null | undefined)[]): string =>
  days
    .flatMap((one) => one ?? [])
    .sort()
    .at(-1) ?? '';

/** So many months on, the day of the month or the last one that the month has. */
function monthsOn(text: string, months: number): string {
  const [year = 0, month = 0, date = 0] = text.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), Math.min(date, last)))
    .toISOString()
    .slice(0, 10);
}

/** A small generator, the same on every machine. */
function chances(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
}

describe("a CSM's day", () => {
  const clock = fixedClock(FIRST_DAY);
  const below = chances(42);
  let api: TestApi;
  let book: StaffedBook;
  const tokens = new Map<string, string>();
  const known = new Map<string, Known>();
  const leaves: { csm: string; backup: string; from: string; to: string }[] = [];

  beforeAll(async () => {
    api = await startApi(clock);
    book = new StaffedBook(api.database, clock);
    const accounts: Record<string, WrittenValues> = {};
    for (let n = 0; n < 24; n += 1) {
      // Some are new customers, some join the book later.
      const since = n % 4 === 0 ? FIRST_DAY : '2023-05-06';
      accounts[`A${n}`] = {
        arr: ['700000', '90000', '30000', '6000', '900'][n % 5] ?? '0',
        customerSince: day(since),
      };
    }
    await book.seed(accounts);
    await book.staff({ anna: {}, ben: { pool: 'east' }, cleo: { pool: 'east' }, dora: {} });
    for (const [index, externalId] of Object.keys(accounts).entries()) {
      const id = await book.idOf('account', externalId);
      const since = accounts[externalId]?.customerSince as unknown as string;
      known.set(externalId, { number: index, id, since, touched: [], reviewed: [] });
    }
    await giveOut();
    for (const csm of CSMS) {
      const created = await api.book.tokens.create(COMMAND_LINE, csm, 'CSM', null, csm);
      tokens.set(csm, created.text);
    }
  });
  afterAll(async () => {
    await api.close();
  });

  const tierOf = async (): Promise<Map<string, string | null>> =>
    new Map(
      (
        await api.database.query<{ key: string; tier: string | null }>(
          'SELECT external_id AS key, effective_tier AS tier FROM account',
        )
      ).map(({ key, tier }) => [key, tier]),
    );

  /** Somebody looks after every account: by name at the top, the pool further down. */
  async function giveOut(): Promise<void> {
    const tiers = await tierOf();
    const [owned] = [
      new Set((await book.owners()).filter((row) => /\/( |$)/.test(row)).map((row) => row.split(' ')[0])),
    ];
    for (const [externalId, { number }] of known) {
      const tier = tiers.get(externalId) ?? null;
      if (tier === null || tier === 'tech-touch' || owned.has(externalId)) continue;
      const csm = ['anna', 'dora', 'ben'][number % 3] ?? 'anna';
      const assignment =
        tier === 'strategic'
          ? { csm, executiveSponsor: 'CEO' }
          : tier === 'core' && number % 2 === 0
            ? { csm }
            : { pool: 'east' };
      await book.assign({ [externalId]: assignment });
    }
  }

  /** Everything that is to be found in the list of a CSM today, reckoned afresh from the rows of the day. */
  async function walk(today: string): Promise<Map<string, string[]>> {
    const moves = await api.database.query<{
      key: string;
      before: string | null;
      after: string | null;
      on: string;
    }>(
      `SELECT a.external_id AS key, h.effective_from AS before, h.effective_to AS after, h.occurred_on::text AS on
       FROM tier_history h JOIN account a ON a.id = h.account_id
       WHERE h.effective_from IS DISTINCT FROM h.effective_to ORDER BY h.id`,
    );
    const arr = new Map(
      (
        await api.database.query<{ key: string; arr: string }>(
          'SELECT external_id AS key, arr::text FROM account',
        )
      ).map((row) => [row.key, Number(row.arr)]),
    );
    const due = new Map<string, string[]>(CSMS.map((csm) => [csm, []]));
    const looksAfter = new Map<string, string[]>();
    for (const row of await book.owners()) {
      const [account = '', owner = '', period = ''] = row.split(' ');
      if (!period.endsWith('/')) continue;
      const csms = owner === 'east' ? ['ben', 'cleo'] : [owner];
      for (const { csm, backup, from, to } of leaves) {
        if (csm === owner && from <= today && today < to) csms.push(backup);
      }
      looksAfter.set(account, csms);
    }
    for (const [externalId, account] of known) {
      let [tier, served, moved] = [null as string | null, '', ''];
      for (const { key, before, after, on } of moves) {
        if (key !== externalId) continue;
        tier = after;
        if (before === null) served = on;
        moved = on;
      }
      const program = tier === null ? undefined : programs[tier];
      if (tier === null || program === undefined) continue;
      const found: [string, string][] = [];
      if (program.days !== null) {
        const last = max(served, account.since, ...account.touched);
        const age = numberOf(last) - numberOf(account.since);
        const interval = tier !== 'strategic' || age >= 90 ? program.days : age < 30 ? 7 : 14;
        found.push(['TOUCH', max(textOf(numberOf(last) + interval), moved)]);
      }
      if (program.months !== null) {
        const small = tier === 'core' && (arr.get(externalId) ?? 0) < 50_000;
        const last = max(served, account.since, ...account.reviewed);
        found.push(['BUSINESS_REVIEW', max(monthsOn(last, small ? 12 : program.months), moved)]);
      }
      for (const [kind, on] of found) {
        if (on > today) continue;
        const key = `${on} ${program.rank} ${account.id.padStart(12, '0')} ${kind} ${externalId}`;
        for (const csm of looksAfter.get(externalId) ?? []) due.get(csm)?.push(key);
      }
    }
    for (const list of due.values()) list.sort();
    return due;
  }

  /** The same list as the API gives it, page by page. */
  async function list(csm: string): Promise<string[]> {
    const rows: string[] = [];
    let after: string | null = null;
    for (;;) {
      const answer: Answer<DuePage> = await api.sendWith(tokens.get(csm) ?? '', DUE, { first: PAGE, after });
      const { data, errors } = answer;
      expect(errors).toEqual([]);
      const { nodes, pageInfo, totalCount } = data.dueTouches;
      for (const { dueOn, tier, account, kind, overdueDays } of nodes) {
        const id = known.get(account.externalId)?.id ?? '';
        rows.push(`${dueOn} ${tier.rank} ${id.padStart(12, '0')} ${kind} ${account.externalId}`);
        expect(overdueDays).toBe(numberOf(clock.today()) - numberOf(dueOn));
      }
      if (!pageInfo.hasNextPage) {
        expect(rows).toHaveLength(totalCount);
        return rows;
      }
      after = pageInfo.endCursor;
    }
  }

  /** What a CSM does of it: most of it, some of it late, some of it logged afterwards. */
  async function work(csm: string, today: string): Promise<number> {
    const rows = (await list(csm)).filter(() => below(100) < 35);
    const touches = rows.map((row) => {
      const [, , , kind = '', externalId = ''] = row.split(' ');
      const on = textOf(numberOf(today) - below(3));
      return { externalId, kind, on, channel: 'CALL' };
    });
    if (touches.length === 0) return 0;
    const { data, errors } = await api.sendWith<{
      logTouches: { userErrors: unknown[]; results: { userErrors: unknown[] }[] };
    }>(tokens.get(csm) ?? '', LOG, { touches });
    expect(errors).toEqual([]);
    expect(data.logTouches.userErrors).toEqual([]);
    expect(data.logTouches.results.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    for (const { externalId, kind, on } of touches) {
      const account = known.get(externalId);
      (kind === 'TOUCH' ? account?.touched : account?.reviewed)?.push(on);
    }
    return touches.length;
  }

  async function live(today: string, n: number): Promise<void> {
    if (n === 60) await leave('anna', 'dora', today, 20);
    if (n === 200) await leave('ben', 'anna', today, 25);
    if (n === 150) await publishOtherPrograms();
    const name = `A${below(24)}`;
    const fate = below(100);
    if (fate < 12)
      await book.account(name, { arr: ['650000', '120000', '40000', '7000', '500'][below(5)] ?? '0' });
    if (fate === 12) await book.account(name, { status: 'CHURNED' });
    if (fate === 13 || n % 90 === 89) {
      for (const [key, tier] of await tierOf())
        if (tier === null) await book.account(key, { status: 'ACTIVE' });
    }
    await book.runDaily();
    await giveOut();
  }

  async function leave(csm: string, backup: string, from: string, days: number): Promise<void> {
    const to = textOf(numberOf(from) + days);
    await book.csms.setLeave(COMMAND_LINE, { csm, backup, from: day(from), to: day(to) });
    leaves.push({ csm, backup, from, to });
  }

  async function publishOtherPrograms(): Promise<void> {
    const steps = [
      `mutation { createTieringModelDraft(input: {}) { tieringModel { version } userErrors { message } } }`,
      `mutation { updateTieringModelDraft(input: { version: 2, programs: [
        { tier: "core", touches: { everyDays: { from: 14, to: 35 } }, businessReviews: { everyMonths: 4 } }
        { tier: "scale", touches: { everyDays: null }, businessReviews: null }
      ] }) { userErrors { message } } }`,
      `mutation { publishTieringModel(input: { version: 2, reason: "More for Core" }) { userErrors { message } } }`,
    ];
    for (const step of steps) {
      const { data, errors } = await api.send<Record<string, { userErrors: unknown[] }>>('ADMIN', step);
      expect(errors).toEqual([]);
      expect(Object.values(data).flatMap(({ userErrors }) => userErrors)).toEqual([]);
    }
    programs = {
      ...programs,
      core: { rank: 2, days: 35, months: 4 },
      scale: { rank: 3, days: null, months: null },
    };
  }

  test('after a year of work has nothing missing and nothing twice, on any day', async () => {
    let [seen, done] = [0, 0];
    for (let n = 0; n < DAYS; n += 1) {
      const today = textOf(numberOf(FIRST_DAY) + n);
      book.on(today);
      await live(today, n);
      const expected = await walk(today);
      for (const csm of CSMS) {
        const rows = await list(csm);
        expect({ today, csm, rows }).toEqual({ today, csm, rows: expected.get(csm) });
        expect(new Set(rows).size).toBe(rows.length);
        seen += rows.length;
      }
      for (const csm of CSMS) done += await work(csm, today);
      // What was done is gone from the list at once.
      if (n % 30 === 0) {
        const after = await walk(today);
        for (const csm of CSMS) expect(await list(csm)).toEqual(after.get(csm));
      }
    }
    expect(seen).toBeGreaterThan(500);
    expect(done).toBeGreaterThan(150);
  }, 600_000);
});
