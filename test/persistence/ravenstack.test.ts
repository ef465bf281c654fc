import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyAccountChanges } from '../../src/app/account-changes';
import { stampOf } from '../../src/app/account.service';
import { COMMAND_LINE } from '../../src/app/actor';
import { type AccountFilter } from '../../src/app/ports/account-filter';
import { importLines } from '../../src/app/subscription.service';
import { openCsv, parseMap } from '../../src/cli/csv-file';
import {
  ACCOUNT_IMPORT_FIELDS,
  accountFromRow,
  type ImportedAccount,
  type ImportedSubscriptionLine,
  SUBSCRIPTION_IMPORT_FIELDS,
  subscriptionLineFromRow,
} from '../../src/cli/import-fields';
import { TypeOrmUnitOfWork } from '../../src/persistence/unit-of-work';
import { figures, hundredths, openAnalytics, type TestAnalytics } from '../support/analytics';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';

const FOLDER = join(__dirname, '../../../shared/data/ravenstack');
const ACCOUNTS = join(FOLDER, 'ravenstack_accounts.csv');
const SUBSCRIPTIONS = join(FOLDER, 'ravenstack_subscriptions.csv');
const IS_HERE = existsSync(ACCOUNTS) && existsSync(SUBSCRIPTIONS);

if (!IS_HERE) process.stdout.write(`RavenStack is not in ${FOLDER}: its tests are left out\n`);

const ACCOUNT_MAP = [
  'externalId=account_id',
  'name=account_name',
  'industry=industry',
  'country=country',
  'customerSince=signup_date',
  'plan=plan_tier',
];
const SUBSCRIPTION_MAP = [
  'account=account_id',
  'start=start_date',
  'end=end_date',
  'arr=arr_amount',
  'seats=seats',
  'plan=plan_tier',
];

type Cells = Readonly<Record<string, string>>;

/** The rows of a file without quotes, read without the product's own reader. */
function plainRows(path: string): Cells[] {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell])),
  );
}

/** What the files say of every account on a day: the sum of the lines that run then. */
function arrOn(date: string): Map<string, number> {
  const sums = new Map<string, number>(plainRows(ACCOUNTS).map((row) => [row.account_id ?? '', 0]));
  for (const line of plainRows(SUBSCRIPTIONS)) {
    const { account_id: id = '', start_date: start = '', end_date: end = '', arr_amount: arr = '' } = line;
    if (start <= date && (end === '' || end > date)) sums.set(id, (sums.get(id) ?? 0) + Number(arr));
  }
  return sums;
}

function groupOf(column: string): Map<string, string> {
  return new Map(plainRows(ACCOUNTS).map((row) => [row.account_id ?? '', row[column] ?? '']));
}

async function rowsOf<T>(
  path: string,
  fields: Parameters<typeof openCsv>[1],
  map: readonly string[],
  read: (row: Parameters<typeof accountFromRow>[0]) => T,
): Promise<T[]> {
  const rows: T[] = [];
  const { batches } = await openCsv(path, fields, parseMap(map));
  for await (const batch of batches) {
    for (const entry of batch) {
      if ('rejection' in entry) throw new Error(entry.rejection.reason);
      rows.push(read(entry.row));
    }
  }
  return rows;
}

/** Loads both files as of 2024-12-31, as the command line does. */
async function importBoth(database: TestDatabase): Promise<string[]> {
  const stamp = stampOf(COMMAND_LINE, fixedClock('2024-12-31'));
  const unitOfWork = new TypeOrmUnitOfWork(database.dataSource);
  const accounts: ImportedAccount[] = await rowsOf(
    ACCOUNTS,
    ACCOUNT_IMPORT_FIELDS,
    ACCOUNT_MAP,
    accountFromRow,
  );
  const lines: ImportedSubscriptionLine[] = await rowsOf(
    SUBSCRIPTIONS,
    SUBSCRIPTION_IMPORT_FIELDS,
    SUBSCRIPTION_MAP,
    subscriptionLineFromRow,
  );
  const batch = accounts.map(({ externalId }) => ({
    externalId,
    lines: lines.filter(({ account }) => account === externalId),
    incomplete: false,
  }));
  return unitOfWork.run(stamp, async (stores) => {
    const context = { stamp, baseCurrency: 'USD', fromFile: true };
    const changed = await applyAccountChanges(stores, accounts, context);
    const lined = await importLines(COMMAND_LINE, stores, batch, stamp);
    return [...changed, ...lined].map(({ outcome }) => outcome);
  });
}

const describeRavenStack = IS_HERE ? describe : describe.skip;

describeRavenStack('the RavenStack book', () => {
  const clock = fixedClock('2024-12-31');
  let database: TestDatabase;
  let analytics: TestAnalytics;
  let outcomes: string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    analytics = openAnalytics(database, clock);
    outcomes = await importBoth(database);
  });
  afterAll(async () => {
    await analytics.close();
    await database.drop();
  });
  afterEach(() => {
    clock.setDay('2024-12-31');
  });

  /** Row counts, and when anything was last written. */
  async function traces(): Promise<unknown> {
    const tables = [
      'account',
      'scorecard',
      'tier_history',
      'pending_downgrade',
      'arr_movement',
      'subscription_line',
      'fact_change',
    ];
    const counts = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
    return database.query(
      `SELECT ${counts.join(', ')}, (SELECT max(updated_at) FROM account) AS updated,
         (SELECT max(id) FROM arr_movement) AS last_movement, (SELECT max(id) FROM subscription_line) AS last_line,
         (SELECT sum(version) FROM account) AS versions`,
    );
  }

  test('goes in whole', () => {
    expect(outcomes).toHaveLength(1_000);
    expect(new Set(outcomes)).toEqual(new Set(['CREATED', 'UPDATED']));
  });

  test('has 500 accounts with 121,915,296 of ARR', async () => {
    const { totals, rows } = await analytics.reads.breakdown({ by: [] });
    expect(totals).toMatchObject({ accounts: 500, arr: '121915296.00' });
    expect(rows).toHaveLength(1);
  });

  test('stands by its ARR alone: 416, 72, 10 and 2 accounts from the top', async () => {
    const { rows } = await analytics.reads.breakdown({ by: ['TIER'] });
    const arr = [...arrOn('2024-12-31').values()];
    const between = (from: number, to: number): string =>
      `${arr.filter((amount) => amount >= from && amount < to).reduce((sum, amount) => sum + amount, 0)}.00`;
    expect(figures(rows, 'accounts', 'arr')).toEqual({
      strategic: [416, between(100_000, Infinity)],
      core: [72, between(25_000, 100_000)],
      scale: [10, between(5_000, 25_000)],
      'tech-touch': [2, between(0, 5_000)],
    });
  });

  test('is placed provisionally by ARR_ONLY, the key accounts among them', async () => {
    const keyAccounts = [...arrOn('2024-12-31').values()].filter((amount) => amount >= 500_000).length;
    const count = async (where: AccountFilter): Promise<number> =>
      (await analytics.reads.breakdown({ by: [], where })).totals.accounts;
    expect(await count({ completeness: { eq: 4_000 }, modelVersion: { eq: 1 } })).toBe(500);
    expect(await count({ provisional: { eq: true } })).toBe(500);
    const settled = await database.query(
      `SELECT jsonb_path_query_array(guardrails, '$[*].code') AS codes, count(*)::int AS accounts
       FROM account JOIN scorecard ON scorecard.id = account.scorecard_id GROUP BY 1 ORDER BY 2`,
    );
    expect(settled).toEqual([
      { codes: ['KEY_ACCOUNT', 'ARR_ONLY'], accounts: keyAccounts },
      { codes: ['ARR_ONLY'], accounts: 500 - keyAccounts },
    ]);
    expect(keyAccounts).toBe(41);
  });

  test.each([
    ['INDUSTRY', 'industry'],
    ['COUNTRY', 'country'],
    ['PLAN', 'plan_tier'],
  ] as const)('adds up exactly by %s', async (dimension, column) => {
    const expected: Record<string, [number, string]> = {};
    const arr = arrOn('2024-12-31');
    for (const [id, group] of groupOf(column)) {
      const name = group === 'UK' ? 'GB' : group;
      const [accounts, sum] = expected[name] ?? [0, '0.00'];
      expected[name] = [accounts + 1, `${Number(sum) + (arr.get(id) ?? 0)}.00`];
    }
    const { rows, totals } = await analytics.reads.breakdown({ by: [dimension] });
    expect(figures(rows, 'accounts', 'arr')).toEqual(expected);
    expect(hundredths(rows.map((row) => row.arr))).toBe(12_191_529_600n);
    expect(totals.arr).toBe('121915296.00');
  });

  test.each([
    ['2023-12-31', '2024-12-31'],
    ['2024-01-01', '2024-12-31'],
    ['2023-06-30', '2024-03-31'],
  ])('retains from %s to %s by industry what the files say', async (from, to) => {
    const industries = groupOf('industry');
    const [start, end] = [arrOn(from), arrOn(to)];
    const expected: Record<string, number[]> = {};
    for (const [id, was] of start) {
      if (was === 0) continue;
      const is = end.get(id) ?? 0;
      const sums = (expected[industries.get(id) ?? ''] ??= [0, 0, 0, 0, 0]);
      const add = [1, was, Math.max(is - was, 0), is > 0 ? Math.max(was - is, 0) : 0, is === 0 ? was : 0];
      add.forEach((amount, index) => (sums[index] = (sums[index] ?? 0) + amount));
    }
    const { rows, totals } = await analytics.reads.retention({
      by: ['INDUSTRY'],
      from: day(from),
      to: day(to),
    });
    const answered = rows.map(({ keys, startAccounts, startArr, expansion, contraction, churn }) => [
      keys[0]?.value,
      [startAccounts, ...[startArr, expansion, contraction, churn].map(Number)],
    ]);
    expect(Object.fromEntries(answered)).toEqual(expected);
    for (const { keys, nrr, grr } of rows) {
      const [, was = 0, expansion = 0, contraction = 0, churn = 0] = expected[keys[0]?.value ?? ''] ?? [];
      expect(nrr).toBeCloseTo((was + expansion - contraction - churn) / was, 5);
      expect(grr).toBeCloseTo((was - contraction - churn) / was, 5);
    }
    expect(hundredths(rows.map((row) => row.startArr))).toBe(hundredths([totals.startArr]));
  });

  test('has the same past in years to come, and no tiers in it but those of today’s model', async () => {
    clock.setDay('2026-05-01');
    const { rows } = await analytics.reads.breakdown({
      by: ['TIER'],
      asOf: day('2024-06-30'),
      tierBasis: 'PUBLISHED_MODEL',
    });
    const arr = [...arrOn('2024-06-30')];
    const since = groupOf('signup_date');
    const inBook = arr.filter(([id, amount]) => amount > 0 || (since.get(id) ?? '') <= '2024-06-30');
    const expected: Record<string, [number, string]> = {};
    for (const [, amount] of inBook) {
      const tier =
        amount >= 100_000
          ? 'strategic'
          : amount >= 25_000
            ? 'core'
            : amount >= 5_000
              ? 'scale'
              : 'tech-touch';
      const [accounts, sum] = expected[tier] ?? [0, '0.00'];
      expected[tier] = [accounts + 1, `${Number(sum) + amount}.00`];
    }
    expect(figures(rows, 'accounts', 'arr')).toEqual(expected);

    const recorded = await analytics.reads.breakdown({ by: ['TIER'], asOf: day('2024-06-30') });
    expect(recorded.rows.map(({ keys }) => keys[0]?.value)).toEqual([null]);
    const atTheEnd = await analytics.reads.breakdown({ by: ['TIER'], asOf: day('2024-12-31') });
    expect(atTheEnd.rows.map(({ accounts }) => accounts)).toEqual([416, 72, 10, 2]);
  });

  test('is the same after a second import, which writes nothing', async () => {
    const before = await traces();
    expect(new Set(await importBoth(database))).toEqual(new Set(['UNCHANGED']));
    expect(await traces()).toEqual(before);
  });
});
