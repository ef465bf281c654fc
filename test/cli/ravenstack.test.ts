import { existsSync, copyFileSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { parseDate } from '../../src/domain/calendar';
import { type Dimension } from '../../src/domain/segment';
import { SqlAnalyticReads } from '../../src/persistence/reads/analytic.reads';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { ModelCatalog } from '../../src/persistence/reads/model-catalog';
import { CsvImport } from '../support/csv-import';

const DATA = resolve(__dirname, '../../../shared/data/ravenstack');
const isThere = existsSync(DATA);
if (!isThere) process.stdout.write(`RavenStack is left out: its files are not in ${DATA}\n`);

const ACCOUNTS = [
  'externalId=account_id',
  'name=account_name',
  'customerSince=signup_date',
  'plan=plan_tier',
];
const LINES = ['account=account_id', 'start=start_date', 'end=end_date', 'arr=arr_amount', 'plan=plan_tier'];
const DAY = '2024-12-31';

interface Subscription {
  readonly account_id: string;
  readonly start_date: string;
  readonly end_date: string;
  readonly arr_amount: string;
}

(isThere ? describe : describe.skip)('the RavenStack book', () => {
  let house: CsvImport;
  let reader: DatabaseReader;
  let analytics: SqlAnalyticReads;

  /** Imports both files, from copies: the reject file would lie beside them. */
  async function importBook(): Promise<string[]> {
    const copy = (name: string): string => {
      copyFileSync(join(DATA, name), join(house.folder, name));
      return join(house.folder, name);
    };
    const accounts = await house.accounts(copy('ravenstack_accounts.csv'), { map: ACCOUNTS, asOf: DAY });
    const lines = await house.subscriptions(copy('ravenstack_subscriptions.csv'), { map: LINES, asOf: DAY });
    const { created, updated, unchanged } = accounts.counts;
    return [
      `accounts: ${created} created, ${updated} updated, ${unchanged} unchanged, ${accounts.rejects.count} rejected`,
      `lines: ${lines.counts.lines.created} created, ${lines.counts.lines.unchanged} unchanged, ${lines.rejects.count} rejected`,
    ];
  }

  beforeAll(async () => {
    house = await CsvImport.open('2026-01-15');
    reader = new DatabaseReader({ url: house.database.url, max: 2, applicationName: 'tierbook-test' });
    const models = new ModelCatalog({ database: reader });
    analytics = new SqlAnalyticReads(reader, models, house.clock);
    expect(await importBook()).toEqual([
      'accounts: 500 created, 0 updated, 0 unchanged, 0 rejected',
      'lines: 5000 created, 0 unchanged, 0 rejected',
    ]);
  });
  afterAll(async () => {
    await reader.close();
    await house.close();
  });

  test('500 accounts with 121,915,296 of ARR, as the lines that run on the day add up to', async () => {
    const [row] = await house.database.query(
      'SELECT count(*)::int AS accounts, sum(arr)::text AS arr FROM account',
    );
    expect(row).toEqual({ accounts: 500, arr: '121915296.00' });
    const subscriptions: Subscription[] = parse(readFileSync(join(DATA, 'ravenstack_subscriptions.csv')), {
      columns: true,
    });
    const running = subscriptions.filter(
      ({ start_date, end_date }) => start_date <= DAY && (end_date === '' || end_date > DAY),
    );
    expect(running.reduce((sum, { arr_amount }) => sum + Number(arr_amount), 0)).toBe(121_915_296);
  });

  test('every placement rests on the ARR alone, with completeness 40', async () => {
    const rows = await house.database.query(
      `SELECT effective_tier AS tier, count(*)::int AS accounts FROM account GROUP BY 1 ORDER BY 2 DESC`,
    );
    expect(rows).toEqual([
      { tier: 'strategic', accounts: 416 },
      { tier: 'core', accounts: 72 },
      { tier: 'scale', accounts: 10 },
      { tier: 'tech-touch', accounts: 2 },
    ]);
    const kinds = await house.database.query(
      `SELECT card.guardrails->-1->>'code' AS by, a.provisional, a.completeness::text, count(*)::int AS accounts
       FROM account a JOIN scorecard card ON card.id = a.scorecard_id GROUP BY 1, 2, 3 ORDER BY 1`,
    );
    expect(kinds).toEqual([{ by: 'ARR_ONLY', provisional: true, completeness: '40.00', accounts: 500 }]);
  });

  test.each<[Dimension]>([['TIER'], ['INDUSTRY'], ['COUNTRY']])(
    'the breakdown by %s adds up to the book',
    async (dimension) => {
      const { rows } = await analytics.breakdown({
        by: [dimension],
        asOf: parseDate(DAY),
        tierBasis: 'RECORDED',
      });
      expect(rows.reduce((sum, { accounts }) => sum + accounts, 0)).toBe(500);
      expect(rows.reduce((sum, { arr }) => sum + Math.round(Number(arr) * 100), 0)).toBe(12_191_529_600);
    },
  );

  test('a second import writes nothing', async () => {
    const before = await house.written();
    expect(await importBook()).toEqual([
      'accounts: 0 created, 0 updated, 500 unchanged, 0 rejected',
      'lines: 0 created, 5000 unchanged, 0 rejected',
    ]);
    expect(await house.written()).toEqual(before);
  });
});
