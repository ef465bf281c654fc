import { type AddressInfo } from 'node:net';
import { loadDemoBook } from '../../src/demo/load-demo-book';
import { startApi, type TestApi, TOKENS } from '../support/api';
import { fixedClock } from '../support/clock';
import { agentLoad } from './agent-load';
import { withClient } from './bench-database';
import { growBook } from './book-seed';
import { chartOf } from './chart';
import { type Contender } from './contender';
import { BARE, bareAt } from './contenders/bare';
import { BareServer } from './contenders/bare-server';
import { TIERBOOK, tierbookAt } from './contenders/tierbook';
import { compareAnswers, compareWrites } from './equality';
import { type Asked, chooseAsked, QUESTIONS, TITLES } from './question';
import { measure, type RoundsOptions } from './rounds';
import { tableOf, verdictTable } from './table';
import { verdicts } from './target';

jest.setTimeout(120_000);

const ORIGINAL = 10;
const ACCOUNTS = 300;

/** The short form of `npm run bench`: whether all say and write the same, not how fast. */
describe('Tierbook beside the bare handler', () => {
  // The bare handler goes by the clock of the machine.
  const clock = fixedClock(new Date().toISOString().slice(0, 10));
  let api: TestApi;
  let bare: BareServer;
  let contenders: readonly Contender[];
  let asked: Asked;
  const url = (): string => api.database.url;

  beforeAll(async () => {
    const settings = { THROTTLE_CAPACITY: '1000000000', THROTTLE_RESTORE_RATE: '100000000' };
    api = await startApi(clock, { settings });
    const { unitOfWork } = api.book;
    await loadDemoBook({ unitOfWork, baseCurrency: 'USD', accounts: ORIGINAL, today: clock.today() });
    await withClient(url(), (client) =>
      growBook(client, { accounts: ACCOUNTS, csms: 40, original: ORIGINAL }),
    );
    bare = await BareServer.open(url());
    await new Promise<void>((resolve) => bare.server.listen(0, '127.0.0.1', resolve));
    const { port } = bare.server.address() as AddressInfo;
    const nothing = (): Promise<void> => Promise.resolve();
    contenders = [
      tierbookAt(await api.application.http.listen({ host: '127.0.0.1', port: 0 }), TOKENS.MANAGER, nothing),
      bareAt(`http://127.0.0.1:${String(port)}`, nothing),
    ];
    asked = await withClient(url(), chooseAsked);
  });
  afterAll(async () => {
    await bare.close();
    await api.close();
  });

  test('has a book of copies that Tierbook knows as its own', async () => {
    const [counts] = await api.database.query<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM account) AS accounts, (SELECT count(*)::int FROM csm) AS csms,
         (SELECT count(*)::int FROM tier_history) AS history,
         (SELECT count(*)::int FROM account a JOIN scorecard s ON s.id = a.scorecard_id AND s.account_id <> a.id) AS strangers`,
    );
    expect(counts).toMatchObject({ accounts: ACCOUNTS, strangers: 0 });
    expect(counts?.csms).toBeGreaterThan(30);
    expect(counts?.history).toBeGreaterThan(ACCOUNTS * 3);
    // What was written without checks would have passed them.
    await expect(
      api.database.query(
        `DO $$ DECLARE c record; BEGIN
           FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype = 'f' AND convalidated
             AND conrelid::regclass::text IN ('account', 'scorecard', 'tier_history', 'portfolio_assignment', 'csm_leave')
           LOOP
             EXECUTE format('UPDATE pg_constraint SET convalidated = false WHERE conrelid = %L::regclass AND conname = %L', c.t, c.conname);
             EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', c.t, c.conname);
           END LOOP;
         END $$`,
      ),
    ).resolves.toBeDefined();
  });

  test('says and writes the same', async () => {
    expect(await compareAnswers(contenders, QUESTIONS, asked)).toEqual([]);
    await withClient(url(), async (client) => {
      expect(await compareWrites(client, contenders, asked)).toEqual([]);
      asked = await chooseAsked(client);
    });
  });

  test('finds out who says something else, and who errs', async () => {
    const [tierbook, honest] = contenders;
    if (tierbook === undefined || honest === undefined) throw new Error('both have started');
    const liar: Contender = { ...honest, name: 'liar', read: () => [{ keys: ['core'], accounts: 1 }] };
    const broken: Contender = {
      ...honest,
      name: 'broken',
      requestFor: () => ({ method: 'GET', path: '/nothing', headers: {} }),
    };
    const objections = await compareAnswers([tierbook, liar, broken], ['breakdown'], asked);
    expect(objections).toEqual([
      { contender: 'liar', question: 'breakdown', why: expect.stringMatching(/ is .* and not /) as string },
      { contender: 'broken', question: 'breakdown', why: expect.stringContaining('status 500') as string },
    ]);
    await expect(measure({ ...options(), contenders: [broken], questions: ['breakdown'] })).rejects.toThrow(
      /broken erred \d+ times/,
    );
  });

  test('comes out as a table and a chart', async () => {
    const lines: string[] = [];
    const cells = await measure({ ...options(), log: (line) => lines.push(line) });
    expect(lines).toEqual(['all are warm', 'round 1 of 1 is done']);
    expect(cells.map(({ question, connections, contender }) => [question, connections, contender])).toEqual(
      QUESTIONS.flatMap((question) =>
        [1, 3].flatMap((connections) => [TIERBOOK, BARE].map((name) => [question, connections, name])),
      ),
    );
    for (const { rounds } of cells) expect(rounds[0]?.times.length).toBeGreaterThan(0);
    const table = tableOf(cells);
    const chart = chartOf(cells, 'a small book');
    for (const question of QUESTIONS) expect(table).toContain(TITLES[question]);
    expect(table.match(new RegExp(`^${TIERBOOK} `, 'gm'))).toHaveLength(QUESTIONS.length * 2);
    expect(verdictTable(verdicts(cells)).split('\n')).toHaveLength(8);
    expect(chart).toMatch(/^<svg [^]*<\/svg>\n$/);
    expect(chart.match(/<rect x=/g)).toHaveLength(cells.length);
  });

  function options(): RoundsOptions {
    return {
      contenders,
      questions: QUESTIONS,
      connections: [1, 3],
      rounds: 1,
      seconds: 0.05,
      warmUp: 0.05,
      writes: 6,
      asked,
      load: agentLoad,
      settled: () => Promise.resolve(),
      log: () => undefined,
    };
  }
});
