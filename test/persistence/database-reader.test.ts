import { Client } from 'pg';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { type BatchedStatement, StatementBatch } from '../../src/persistence/statement-batch';
import { WorkScope } from '../../src/persistence/work-scope';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { until } from '../support/until';

let database: TestDatabase;
let reader: DatabaseReader;

beforeAll(async () => {
  database = await createTestDatabase();
  reader = new DatabaseReader({ url: database.url, max: 2, applicationName: 'tierbook-test' });
});
afterAll(async () => {
  await reader.close();
  await database.drop();
});

/** Ends the reader's connections, as a restart of the server would. */
async function cutConnections(): Promise<void> {
  await database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tierbook-test'
     AND datname = current_database()`,
  );
}

async function running(statement: string): Promise<number | undefined> {
  const [row] = await database.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'tierbook-test'
     AND datname = current_database() AND state = 'active' AND query LIKE '%' || $1 || '%'`,
    [statement],
  );
  return row?.n;
}

/** Connections that were cut may be asked once more before they are known to be. */
async function answerInTheEnd(): Promise<unknown> {
  for (;;) {
    try {
      return await reader.rows('SELECT 1 AS one');
    } catch {
      continue;
    }
  }
}

describe('values', () => {
  test('come as PostgreSQL writes them, save numbers that fit, flags and JSON', async () => {
    const [row] = await reader.rows(
      `SELECT date '2028-02-29' AS day, timestamptz '2026-01-01 12:00:00.5+02' AS moment, 1234567.80::numeric(15,2) AS money,
         9007199254740993::bigint AS big, 42 AS small, 0.25::float8 AS share, true AS flag, NULL::date AS missing,
         '{"a": [1]}'::jsonb AS json, ARRAY['x', NULL] AS texts, ARRAY[1, 2] AS numbers,
         ARRAY[9007199254740993::bigint] AS bigs, ARRAY[1.50::numeric] AS amounts, ARRAY[date '2026-01-01'] AS days`,
    );
    expect(row).toEqual({
      day: '2028-02-29',
      moment: '2026-01-01 10:00:00.5+00',
      money: '1234567.80',
      big: '9007199254740993',
      small: 42,
      share: 0.25,
      flag: true,
      missing: null,
      json: { a: [1] },
      texts: ['x', null],
      numbers: [1, 2],
      bigs: ['9007199254740993'],
      amounts: ['1.50'],
      days: ['2026-01-01'],
    });
  });

  test('are read the same way by TypeORM as before: no parser is set for everybody', async () => {
    const [row] = await database.query<{ moment: unknown }>(`SELECT now() AS moment`);
    expect(row?.moment).toBeInstanceOf(Date);
  });
});

describe('statements', () => {
  test('are prepared under a name that follows from their text', async () => {
    const sql = `SELECT count(*)::int AS n FROM account WHERE arr > $1 -- prepared`;
    await reader.rows(sql, ['1']);
    await reader.rows(sql, ['2']);
    const names = await reader.snapshot(async (one) => {
      await one.rows(sql, ['3']);
      return one.rows<{ name: string }>(`SELECT name FROM pg_prepared_statements WHERE statement = $1`, [
        sql,
      ]);
    });
    expect(names).toEqual([{ name: expect.stringMatching(/^[0-9a-f]{40}$/) as string }]);
  });

  test('beyond the limit of names are not kept, and still run', async () => {
    const crowded = new DatabaseReader({ url: database.url, max: 1, applicationName: 'tierbook-crowded' });
    for (let n = 0; n < 510; n += 1) {
      expect(await crowded.rows(`SELECT ${n} AS n`)).toEqual([{ n }]);
    }
    const [kept] = await crowded.rows<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_prepared_statements`,
      [],
      { unnamed: true },
    );
    expect(kept?.n).toBe(500);
    await crowded.close();
  });
});

describe('a plan', () => {
  /** How often the statement has been planned for its values, and how often it went by the plan for all values. */
  const PLANS = `SELECT custom_plans::int AS each, generic_plans::int AS one FROM pg_prepared_statements
    WHERE statement = $1`;
  let alone: DatabaseReader;
  let scope: WorkScope;
  beforeEach(() => {
    alone = new DatabaseReader({ url: database.url, max: 1, applicationName: 'tierbook-alone' });
    scope = new WorkScope(60_000);
  });
  afterEach(async () => {
    scope.close();
    await alone.close();
  });
  const plansOf = async (sql: string): Promise<unknown> => (await alone.rows(PLANS, [sql]))[0];

  test('is made once for all keys, and for the values of everything else', async () => {
    const sql = 'SELECT name FROM account WHERE id = ANY($1::bigint[])';
    for (const id of ['1', '2', '3']) await alone.byKey(sql, [[id]]);
    expect(await plansOf(sql)).toEqual({ each: 0, one: 3 });
    await alone.rows(sql, [['4']]);
    expect(await plansOf(sql)).toEqual({ each: 1, one: 3 });
    await alone.byKey(sql, [['5']]);
    await alone.byKey(sql, [['6']]);
    expect(await plansOf(sql)).toEqual({ each: 1, one: 5 });
  });

  test('by key is never to scan a table, which may be small only for now', async () => {
    const sql = `SELECT setting FROM pg_settings WHERE name = ANY($1::text[])`;
    expect(await alone.byKey(sql, [['enable_seqscan']])).toEqual([{ setting: 'off' }]);
    expect(await alone.rows(sql, [['enable_seqscan']])).toEqual([{ setting: 'on' }]);
  });

  test('is made for the values where what goes together is not all by key', async () => {
    const one = alone.within(scope);
    const sql = 'SELECT name FROM account WHERE id = ANY($1::bigint[]) -- mixed';
    await Promise.all([one.byKey(sql, [['1']]), one.rows('SELECT $1::text AS what', ['a'])]);
    expect(await plansOf(sql)).toEqual({ each: 1, one: 0 });
    await Promise.all([one.byKey(sql, [['1']]), one.byKey(sql, [['2']])]);
    expect(await plansOf(sql)).toEqual({ each: 1, one: 2 });
  });

  test('is made anew by a connection that takes the place of one that failed', async () => {
    const sql = 'SELECT 1 / $1::int AS n';
    await alone.byKey(sql, [1]);
    await expect(alone.byKey(sql, [0])).rejects.toThrow('division by zero');
    await alone.byKey(sql, [1]);
    expect(await plansOf(sql)).toEqual({ each: 0, one: 1 });
    // The same where what says how to plan was taken back with it: plansOf has planned otherwise.
    await expect(alone.byKey(sql, [0])).rejects.toThrow('division by zero');
    await alone.byKey(sql, [1]);
    expect(await plansOf(sql)).toEqual({ each: 0, one: 1 });
  });

  test('of another kind costs no message of its own', async () => {
    const query = jest.spyOn(Client.prototype, 'query');
    for (const key of ['1', '2', '3']) {
      await alone.byKey('SELECT $1::text AS key', [key]);
      await alone.rows('SELECT $1::text AS what', [key]);
    }
    const messages = query.mock.calls.length;
    query.mockRestore();
    expect(messages).toBe(6);
  });
});

describe('what was answered', () => {
  test.each([
    ['is let go of, with its rows', 1],
    ['with a failure is let go of, too', 0],
  ])('%s', async (_title, divisor) => {
    const query = jest.spyOn(Client.prototype, 'query');
    await reader.rows('SELECT 1 / $1::int AS n', [divisor]).catch(() => undefined);
    const [[batch] = []] = query.mock.calls as unknown as [StatementBatch<BatchedStatement>][];
    query.mockRestore();
    expect(batch).toBeInstanceOf(StatementBatch);
    // The rows are told of before PostgreSQL says that it is done.
    await until('it holds nothing any more', () => batch?.statements.length === 0);
    expect(batch).toMatchObject({ statements: [], found: [], ended: null });
  });
});

describe('what one piece of work asks for at the same time', () => {
  const SESSION = 'SELECT pg_backend_pid() AS pid, $1::text AS what';
  const sessionsOf = async (one: DatabaseReader, options: { unnamed?: boolean } = {}): Promise<number> => {
    const asked = ['a', 'b'].map((what) => one.rows<{ pid: number }>(SESSION, [what], options));
    const [[first], [second]] = (await Promise.all(asked)) as [{ pid: number }[], { pid: number }[]];
    return first?.pid === second?.pid ? 1 : 2;
  };
  let scope: WorkScope;
  beforeEach(() => (scope = new WorkScope(60_000)));
  afterEach(() => {
    scope.close();
  });

  test('goes by one connection, save what is long or belongs to no piece of work', async () => {
    expect(await sessionsOf(reader.within(scope))).toBe(1);
    expect(await sessionsOf(reader.within(scope), { unnamed: true })).toBe(2);
    expect(await sessionsOf(reader)).toBe(2);
  });

  test('is answered one by one: what fails says so, and what comes after it is answered', async () => {
    const one = reader.within(scope);
    const [before, wrong, after] = await Promise.allSettled([
      one.rows('SELECT 1 AS one'),
      one.rows('SELECT 1 / $1::int AS n', [0]),
      one.rows('SELECT 2 AS two'),
    ]);
    expect([before, after]).toEqual([
      { status: 'fulfilled', value: [{ one: 1 }] },
      { status: 'fulfilled', value: [{ two: 2 }] },
    ]);
    expect(wrong).toMatchObject({ status: 'rejected', reason: { message: 'division by zero' } });
  });

  test('may be the same statement several times, and statements that are not kept', async () => {
    const one = reader.within(scope);
    const same = 'SELECT $1::int AS n, $2::text[] AS texts -- same';
    const ask = (): Promise<unknown> =>
      Promise.all([
        one.rows(same, [1, ['a', null]]),
        one.rows(same, [null, []]),
        one.rows('SELECT 3 AS n WHERE false'),
        one.rows(same, [2, ['"b", {c}']]),
      ]);
    const answers = [
      [{ n: 1, texts: ['a', null] }],
      [{ n: null, texts: [] }],
      [],
      [{ n: 2, texts: ['"b", {c}'] }],
    ];
    expect(await ask()).toEqual(answers);
    expect(await ask()).toEqual(answers);
  });

  test('is read as its rows look by now, or not at all', async () => {
    const alone = new DatabaseReader({ url: database.url, max: 1, applicationName: 'tierbook-alone' });
    await database.query('CREATE TABLE changing (n integer)');
    await database.query('INSERT INTO changing VALUES (1)');
    const sql = 'SELECT n FROM changing';
    expect(await alone.rows(sql)).toEqual([{ n: 1 }]);
    await database.query(`ALTER TABLE changing ALTER n TYPE text USING n || ' of them'`);
    await expect(alone.rows(sql)).rejects.toThrow('cached plan must not change result type');
    expect(await alone.rows(sql)).toEqual([{ n: '1 of them' }]);
    await database.query('DROP TABLE changing');
    await alone.close();
  });

  test('is lost together with its connection', async () => {
    const one = reader.within(scope);
    const asked = Promise.allSettled([
      one.rows('SELECT pg_sleep(600) -- to be cut'),
      one.rows('SELECT 2 AS two'),
    ]);
    await until('it runs', async () => (await running('to be cut')) === 1);
    await cutConnections();
    expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await answerInTheEnd()).toEqual([{ one: 1 }]);
  });

  test('ends together with the work, and leaves nothing running', async () => {
    const one = reader.within(scope);
    const asked = Promise.allSettled([
      one.rows('SELECT pg_sleep(600) -- together'),
      one.rows('SELECT pg_sleep(600) -- too'),
    ]);
    await until('it runs', async () => (await running('together')) === 1);
    scope.callerLeft();
    expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await until('it has ended', async () => (await running('pg_sleep')) === 0);
    expect(await reader.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('streams', () => {
  const SERIES = 'SELECT n FROM generate_series(1, $1::int) AS n';

  test('give every row', async () => {
    let sum = 0;
    for await (const { n } of reader.stream<{ n: number }>(SERIES, [5_000])) sum += n;
    expect(sum).toBe((5_000 * 5_001) / 2);
  });

  test('that are left early give their connection back', async () => {
    for (let round = 0; round < 5; round += 1) {
      for await (const { n } of reader.stream<{ n: number }>(SERIES, [100_000])) if (n === 3) break;
    }
    expect(await reader.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('fail with the error of their statement', async () => {
    const reading = async (): Promise<void> => {
      const failing = reader.stream('SELECT 1 / ($1::int - n) AS n FROM generate_series(1, 3) n', [2]);
      for await (const row of failing) expect(row).toEqual({ n: 1 });
    };
    await expect(reading()).rejects.toThrow('division by zero');
    expect(await reader.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('whose connection is lost fail, whether they wait for the next row or for their reader', async () => {
    const reading = reader.stream<{ n: number }>(SERIES, [100_000]);
    await expect(
      (async () => {
        for await (const { n } of reading) if (n === 3) await cutConnections();
      })(),
    ).rejects.toThrow(/terminat|lost|write E/);

    const sleeping = reader.stream('SELECT pg_sleep(100) AS sleeping').next();
    const failed = expect(sleeping).rejects.toThrow(/terminat|lost|write E/);
    await until('the statement runs', async () => (await running('pg_sleep')) === 1);
    await cutConnections();
    await failed;
    expect(await reader.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('are cancelled once nobody waits for their rows any more', async () => {
    const gone = new AbortController();
    const sleeping = reader.stream('SELECT pg_sleep(100) AS sleeping', [], { signal: gone.signal }).next();
    const failed = expect(sleeping).rejects.toThrow('canceling statement due to user request');
    await until('the statement runs', async () => (await running('pg_sleep')) === 1);
    gone.abort();
    await failed;
    expect(await running('pg_sleep')).toBe(0);

    const late = reader.stream('SELECT pg_sleep(100) AS sleeping', [], { signal: gone.signal }).next();
    await expect(late).rejects.toThrow('aborted');
    expect(await reader.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('snapshots', () => {
  test('see the book of one moment and cannot write', async () => {
    const counts = await reader.snapshot(async (one) => {
      const before = await one.rows(`SELECT count(*)::int AS n FROM account`);
      await database.query(`INSERT INTO account (external_id) VALUES ('new')`);
      const streamed: unknown[] = [];
      for await (const row of one.stream(`SELECT count(*)::int AS n FROM account`)) streamed.push(row);
      return [before, streamed];
    });
    expect(counts).toEqual([[{ n: 0 }], [{ n: 0 }]]);
    expect(await reader.rows(`SELECT count(*)::int AS n FROM account`)).toEqual([{ n: 1 }]);

    await expect(reader.snapshot((one) => one.rows(`DELETE FROM account RETURNING 1`))).rejects.toThrow(
      'read-only transaction',
    );
    expect(await reader.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('whose connection is lost between two statements fail with the next one', async () => {
    const reading = reader.snapshot(async (one) => {
      await one.rows('SELECT 1');
      await cutConnections();
      return one.rows('SELECT 1');
    });
    await expect(reading).rejects.toThrow(/terminat|lost|write E|not queryable|closed/);
    expect(await answerInTheEnd()).toEqual([{ one: 1 }]);
  });
});

test('hears of connections that are lost in the middle of a snapshot, and goes on', async () => {
  const lost = reader.snapshot(async (one) => {
    await one.rows('SELECT 1');
    await cutConnections();
    return one.rows('SELECT 2');
  });
  await expect(lost).rejects.toThrow();
  expect(await answerInTheEnd()).toEqual([{ one: 1 }]);
});

test('goes on after its connections were lost', async () => {
  await reader.rows('SELECT 1');
  await cutConnections();
  expect(await answerInTheEnd()).toEqual([{ one: 1 }]);
});
